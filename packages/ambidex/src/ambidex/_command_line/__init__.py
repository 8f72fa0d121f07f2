"""Own what the command line is made of: the words that it takes, and verbs that the generator has no part in.

Those are loaded when they are asked for: the generator starts without what workers need.
"""

from __future__ import annotations

from ._parser import make_parser

__all__ = ("make_parser",)
