"""The face that is written by hand: it says what is handed on, and adds what it likes."""

from __future__ import annotations

from ambidex.bridge import Face, Implementation, constructor, implemented_elsewhere, method

_impl = Implementation("_by_hand", synchronizer="by_hand", abi=1)


class Client(Face, implementation=_impl):
    """A client, whose `ask` is its own."""

    @constructor
    def __init__(self, name: str = "client") -> None:
        implemented_elsewhere()

    @method
    def fetch(self, text: str) -> str:
        implemented_elsewhere()

    @method(gives="Client")
    def peer(self) -> Client:
        implemented_elsewhere()

    def ask(self, text: str) -> str:
        """Fetch, and shout."""
        return self.fetch(text).upper()
