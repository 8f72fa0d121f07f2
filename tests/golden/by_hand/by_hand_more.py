"""A function that is written by hand over the generated module."""

from __future__ import annotations

import by_hand


def fetch_twice(client: by_hand.Client, text: str) -> list[str]:
    """Fetch the same thing twice."""
    return [client.fetch(text), by_hand.connect("other").ask(text)]
