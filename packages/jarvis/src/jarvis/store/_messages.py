"""The messages of all chats, and the words in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast, final

from jarvis.errors import NoSuchMessage
from jarvis.model import AccountId, ChatId, Message, MessageId, MessageState

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

__all__ = ("Messages",)

COLUMNS: Final = "id, chat, sender, text, sent_at, stored_at, state, position"
# What is past is not undone: a receipt that comes late does not make a read message a delivered one.
ORDER: Final = (MessageState.QUEUED, MessageState.EXPIRED, MessageState.DELIVERED, MessageState.READ)


@final
class Messages:
    """The messages of a store."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._execute = connection.execute

    def add(
        self,
        chat: ChatId,
        sender: AccountId,
        message: MessageId,
        text: str,
        sent_at: float,
        stored_at: float,
        state: MessageState,
    ) -> Message | None:
        """Store a message and its words, or give None if this sender's message of that id is stored."""
        unread = state is MessageState.RECEIVED
        row = self._execute(
            "INSERT INTO message (id, chat, sender, text, sent_at, stored_at, state, unread)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (sender, id) DO NOTHING RETURNING position",
            (message, chat, sender, text, sent_at, stored_at, state.value, unread),
        ).fetchall()
        if not row:
            return None
        position = cast("int", row[0][0])
        self._execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (position, text))
        return Message(message, chat, sender, text, sent_at, stored_at, state, position)

    def page(self, chat: ChatId, before: int | None, limit: int) -> list[Message]:
        """Give the last messages of a chat that stand before a position, in order."""
        rows = self._execute(
            f"SELECT {COLUMNS} FROM message WHERE chat = ? AND position < ? ORDER BY position DESC LIMIT ?",  # noqa: S608
            (chat, 1 << 62 if before is None else before, limit),
        ).fetchall()
        return [_message(row) for row in reversed(rows)]

    def advance(
        self, sender: AccountId, ids: Sequence[MessageId], state: MessageState, chat: ChatId | None = None
    ) -> list[tuple[ChatId, MessageId]]:
        """Set the state of messages, of one chat or any, that have not come further yet, and give those."""
        earlier = [each.value for each in ORDER[: ORDER.index(state)]]
        changed: list[tuple[ChatId, MessageId]] = []
        for each in ids:
            rows = self._execute(
                f"UPDATE message SET state = ? WHERE sender = ? AND id = ? AND coalesce(?, chat) = chat"  # noqa: S608
                f" AND state IN ({', '.join('?' * len(earlier))}) RETURNING chat",
                (state.value, sender, each, chat, *earlier),
            ).fetchall()
            changed += [(ChatId(row[0]), each) for row in rows]
        return changed

    def mark_read(self, chat: ChatId, upto: MessageId | None) -> list[tuple[AccountId, MessageId]]:
        """Take what others wrote for read, up to a message or to the end, and give what was not read before.

        Raises:
            NoSuchMessage: there is no such message in the chat.
        """
        position = 1 << 62 if upto is None else self._position(chat, upto)
        rows = self._execute(
            "UPDATE message SET unread = 0 WHERE chat = ? AND unread AND position <= ? RETURNING position, sender, id",
            (chat, position),
        ).fetchall()
        return [(AccountId(sender), MessageId(each)) for _, sender, each in sorted(rows)]

    def unread(self, chat: ChatId) -> int:
        """Count what was not read in a chat."""
        row = self._execute("SELECT count(*) FROM message WHERE chat = ? AND unread", (chat,)).fetchone()
        return cast("int", row[0])

    def all_unread(self) -> dict[ChatId, int]:
        """Count what was not read, in each chat that has such."""
        rows = self._execute("SELECT chat, count(*) FROM message WHERE unread GROUP BY chat").fetchall()
        return {ChatId(chat): count for chat, count in rows}

    def _position(self, chat: ChatId, message: MessageId) -> int:
        row = self._execute("SELECT max(position) FROM message WHERE chat = ? AND id = ?", (chat, message)).fetchone()
        if row[0] is None:
            raise NoSuchMessage(message)
        return cast("int", row[0])


def _message(row: tuple[str, str, str, str, float, float, str, int]) -> Message:
    message, chat, sender, text, sent_at, stored_at, state, position = row
    return Message(
        MessageId(message), ChatId(chat), AccountId(sender), text, sent_at, stored_at, MessageState(state), position
    )
