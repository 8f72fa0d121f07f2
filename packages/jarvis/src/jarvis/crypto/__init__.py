"""Keys, signatures and sessions: the only folder that knows cryptographic libraries. It does no I/O and reads no clock.

Nothing here is a primitive or a ratchet of our own: Ed25519 is `cryptography`'s, Olm is vodozemac's.
"""

from __future__ import annotations

from jarvis.crypto._keys import AccountKey, Domain, TransportKey, grouped, id_of, public_of, safety_number, verify
from jarvis.crypto._olm import CannotDecrypt, Device, Encrypted, Session

__all__ = (
    "AccountKey",
    "CannotDecrypt",
    "Device",
    "Domain",
    "Encrypted",
    "Session",
    "TransportKey",
    "grouped",
    "id_of",
    "public_of",
    "safety_number",
    "verify",
)
