"""The tables. A version is never changed once it was released: a new one is added, with what leads to it."""

from __future__ import annotations

from typing import Final

__all__ = ("SCHEMA", "SCHEMA_VERSION")

SCHEMA_VERSION: Final = 1

SCHEMA: Final = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;

-- Numbers: the last sent, the last of those that arrived, the last of theirs that is stored; the serials of the
-- receipts given and seen. One who was removed keeps their numbers, for the day they are added again.
CREATE TABLE contact (
    id TEXT PRIMARY KEY, public BLOB NOT NULL UNIQUE, name TEXT NOT NULL, trust TEXT NOT NULL,
    device BLOB NOT NULL, changed_device BLOB, addresses BLOB NOT NULL, added_at REAL NOT NULL,
    sent INTEGER NOT NULL DEFAULT 0, arrived INTEGER NOT NULL DEFAULT 0, stored INTEGER NOT NULL DEFAULT 0,
    receipts_given INTEGER NOT NULL DEFAULT 0, receipts_seen INTEGER NOT NULL DEFAULT 0,
    failures INTEGER NOT NULL DEFAULT 0, refused_until REAL NOT NULL DEFAULT 0, removed INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE TABLE session (
    contact TEXT NOT NULL REFERENCES contact (id) ON DELETE CASCADE, id TEXT NOT NULL, pickle TEXT NOT NULL,
    used INTEGER NOT NULL, PRIMARY KEY (contact, id)
) WITHOUT ROWID;

CREATE TABLE outbox (
    contact TEXT NOT NULL REFERENCES contact (id) ON DELETE CASCADE, number INTEGER NOT NULL,
    content BLOB NOT NULL, session TEXT NOT NULL, kind INTEGER NOT NULL, body BLOB NOT NULL, message TEXT,
    queued_at REAL NOT NULL, PRIMARY KEY (contact, number)
) WITHOUT ROWID;

CREATE TABLE message (
    position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, chat TEXT NOT NULL, sender TEXT NOT NULL,
    text TEXT NOT NULL, sent_at REAL NOT NULL, stored_at REAL NOT NULL, state TEXT NOT NULL,
    unread INTEGER NOT NULL DEFAULT 0, UNIQUE (sender, id)
);
CREATE INDEX message_of_chat ON message (chat, position);
CREATE INDEX message_unread ON message (chat) WHERE unread;

CREATE VIRTUAL TABLE words USING fts5 (
    text, content = 'message', content_rowid = 'position', tokenize = "unicode61 remove_diacritics 2"
);

-- Events that clients have not been told yet.
CREATE TABLE news (number INTEGER PRIMARY KEY AUTOINCREMENT, event BLOB NOT NULL);
"""
