"""Who this profile is: its keys and its own signed records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast, final

import msgspec

from jarvis.crypto import AccountKey, Device, Domain, TransportKey
from jarvis.model import AccountId, Identity
from jarvis.protocol import (
    MAX_ADDRESSES,
    MAX_NAME_BYTES,
    AddressRecord,
    Card,
    DeviceRecord,
    Signed,
    addresses_of,
    device_of,
    encode,
    sign,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jarvis.store import Store

__all__ = ("Profile",)

KEY_BYTES: Final = 32


class _Kept(msgspec.Struct, frozen=True):
    """What of a profile is written down, in the encrypted store."""

    account: bytes
    transport: bytes
    pickle_key: bytes
    device_pickle: str
    device: Signed
    name: str
    created_at: float


@final
class Profile:
    """Who the user of a store is."""

    def __init__(self, store: Store) -> None:
        kept = msgspec.msgpack.decode(cast("bytes", store.value("profile")), type=_Kept)
        self._store = store
        self._kept = kept
        self.key: Final = AccountKey(kept.account)
        self.transport: Final = TransportKey(kept.transport)
        # Pickles are encrypted once more, which the library asks for: the store's key is what protects them.
        self.pickle_key: Final = kept.pickle_key
        # Never written again: no session uses a key of the device up.
        self.device: Final = Device.unpickled(kept.device_pickle, kept.pickle_key)
        self.device_record: Final = device_of(kept.device, self.key.public)

    @classmethod
    def create(cls, store: Store, name: str, now: float, random: Callable[[int], bytes]) -> Profile:
        """Make an account in a store that has none.

        Raises:
            ValueError: the store has an account, or the name is empty or too long.
        """
        _check_name(name)
        if store.value("profile") is not None:
            raise ValueError("this store has an account: each has a store of its own")
        key, transport, pickle_key = AccountKey(random(KEY_BYTES)), TransportKey(random(KEY_BYTES)), random(KEY_BYTES)
        device, fallback = Device.created()
        record = DeviceRecord(1, key.public, device.identity, fallback, transport.public, serial=max(1, int(now)))
        kept = _Kept(
            key.secret(),
            transport.secret(),
            pickle_key,
            device.pickled(pickle_key),
            sign(key, Domain.DEVICE, record),
            name,
            now,
        )
        with store.transaction():
            store.set_value("profile", msgspec.msgpack.encode(kept))
            addresses = AddressRecord(1, key.public, (), serial=1)
            store.set_value("addresses", encode(sign(key, Domain.ADDRESSES, addresses)))
        return cls(store)

    @property
    def id(self) -> AccountId:
        """The account's id."""
        return self.key.id

    def identity(self) -> Identity:
        """Say who this is."""
        return Identity(self.id, self._kept.name, self._kept.created_at)

    def card(self) -> bytes:
        """Give what is shown to others: keys, addresses and name, signed but for the name."""
        return encode(Card(1, self._kept.device, self._signed_addresses(), self._kept.name))

    def addresses(self) -> tuple[str, ...]:
        """Give where this account says it can be reached."""
        return self._address_record().addresses

    def set_addresses(self, addresses: Sequence[str]) -> bool:
        """Say where this account can be reached from now on; tells whether that is new.

        Raises:
            ValueError: there are too many.
        """
        record = self._address_record()
        if record.addresses == tuple(addresses):
            return False
        if len(addresses) > MAX_ADDRESSES:
            raise ValueError(f"an account has {MAX_ADDRESSES} addresses at most, not {len(addresses)}")
        changed = AddressRecord(1, self.key.public, tuple(addresses), record.serial + 1)
        self._store.set_value("addresses", encode(sign(self.key, Domain.ADDRESSES, changed)))
        return True

    def rename(self, name: str) -> None:
        """Change the name that contacts are shown.

        Raises:
            ValueError: it is empty or too long.
        """
        _check_name(name)
        self._kept = msgspec.structs.replace(self._kept, name=name)
        self._store.set_value("profile", msgspec.msgpack.encode(self._kept))

    def _signed_addresses(self) -> Signed:
        return msgspec.msgpack.decode(cast("bytes", self._store.value("addresses")), type=Signed)

    def _address_record(self) -> AddressRecord:
        return addresses_of(self._signed_addresses(), self.key.public)


def _check_name(name: str) -> None:
    if not name.strip() or len(name.encode()) > MAX_NAME_BYTES:
        raise ValueError(f"a name has 1 to {MAX_NAME_BYTES} bytes, and is not blank: {name!r}")
