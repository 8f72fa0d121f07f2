"""Fuzz the wire: conversations with changes, led to new lines of the protocol, read in pieces of every size.

python -m tests.protocol.fuzz --seconds 60        fuzz, and say what was reached
python -m tests.protocol.fuzz FILE...             replay conversations, or what the fuzz has found
python -m tests.protocol.fuzz.conversations       write recorded/*.bin anew
"""
