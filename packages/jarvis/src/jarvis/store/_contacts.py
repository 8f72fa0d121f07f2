"""The table of contacts: who they are, their pinned records, and the counts of what went between."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, final

from jarvis.errors import NoSuchContact
from jarvis.model import AccountId, Trust

if TYPE_CHECKING:
    import sqlite3

__all__ = ("ContactRow", "Contacts")

COLUMNS: Final = (
    "id, public, name, trust, device, changed_device, addresses, added_at, sent, arrived, stored, receipts_given,"
    " receipts_seen, failures, refused_until"
)


class ContactRow(NamedTuple):
    """A contact as it is stored; `device` and `addresses` are signed records that were verified before."""

    id: AccountId
    public: bytes
    name: str
    trust: Trust
    device: bytes
    changed_device: bytes | None
    addresses: bytes
    added_at: float
    sent: int = 0
    arrived: int = 0
    stored: int = 0
    receipts_given: int = 0
    receipts_seen: int = 0
    failures: int = 0
    refused_until: float = 0.0


@final
class Contacts:
    """The contacts of a store."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._execute = connection.execute

    def add(self, contact: ContactRow) -> None:
        """Store a contact, in the place of one of that id who was removed."""
        values = [value.value if isinstance(value, Trust) else value for value in contact]
        marks = ", ".join("?" * len(values))
        self._execute(f"INSERT OR REPLACE INTO contact ({COLUMNS}) VALUES ({marks})", values)  # noqa: S608

    def all(self) -> list[ContactRow]:
        """Give all contacts, by name."""
        rows = self._execute(f"SELECT {COLUMNS} FROM contact WHERE NOT removed ORDER BY name, id")  # noqa: S608
        return [_row(row) for row in rows]

    def find(self, account: AccountId, *, removed: bool = False) -> ContactRow | None:
        """Give a contact, or one who was removed, or None."""
        row = self._execute(
            f"SELECT {COLUMNS} FROM contact WHERE id = ? AND removed = ?",  # noqa: S608
            (account, removed),
        ).fetchone()
        return None if row is None else _row(row)

    def get(self, account: AccountId) -> ContactRow:
        """Give a contact.

        Raises:
            NoSuchContact: nobody of this id is one.
        """
        found = self.find(account)
        if found is None:
            raise NoSuchContact(account)
        return found

    def set(self, account: AccountId, **columns: object) -> None:
        """Change columns, by their names."""
        assert set(columns) <= set(ContactRow._fields)
        changes = ", ".join(f"{name} = ?" for name in columns)
        values = [value.value if isinstance(value, Trust) else value for value in columns.values()]
        self._execute(f"UPDATE contact SET {changes} WHERE id = ?", (*values, account))  # noqa: S608

    def remove(self, account: AccountId) -> None:
        """Forget a contact but for their key and the numbers."""
        self._execute("UPDATE contact SET removed = 1, name = '', addresses = x'' WHERE id = ?", (account,))
        self._execute("DELETE FROM session WHERE contact = ?", (account,))
        self._execute("DELETE FROM outbox WHERE contact = ?", (account,))


def _row(row: tuple[object, ...]) -> ContactRow:
    fields = dict(zip(ContactRow._fields, row, strict=True))
    fields["trust"] = Trust(fields["trust"])
    return ContactRow(**fields)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
