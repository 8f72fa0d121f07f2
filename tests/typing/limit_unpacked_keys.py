"""Keywords that a TypedDict spells out are all that there are."""

from __future__ import annotations

from typing import TypedDict

from typing_extensions import Unpack


class Search(TypedDict):
    limit: int


def find(**search: Unpack[Search]) -> int:
    return search["limit"]


find(limit=1, size=2)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
