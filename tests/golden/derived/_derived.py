"""Methods and functions that something makes of others: functools, and decorators of one's own."""

from __future__ import annotations

from functools import partialmethod, singledispatch, singledispatchmethod
from typing import Any, AsyncIterator, Dict, List, Optional, Union

from ambidex import Module

wrapper_module = Module("derived")


@wrapper_module.wrap_class
class Answer:
    def __init__(self, text: str) -> None:
        self.text: str = text


@wrapper_module.wrap_class
class Client:
    async def request(
        self, verb: str, path: str, follow: bool = True, *, near: Optional[Answer] = None, retries: int = 3
    ) -> Answer:
        """Send a request."""
        return Answer(f"{verb} {path} {follow} {retries} {near.text if near else ''}")

    get = partialmethod(request, "GET")
    ping = partialmethod(request, "GET", "/", retries=0)
    slow = partialmethod(request, "GET", follow=False)

    async def lines(self, path: str, *parts: str) -> AsyncIterator[str]:
        for part in parts:
            yield f"{path}{part}"

    home = partialmethod(lines, "/home/")

    def joined(self, one: str, other: Answer) -> Answer:
        return Answer(one + other.text)

    marked = partialmethod(joined, "!")

    @classmethod
    async def opened(cls, host: str, port: int) -> Client:
        return cls()

    local = partialmethod(opened, "localhost")

    @staticmethod
    async def parsed(text: str, base: int) -> int:
        return int(text, base)

    hexadecimal = partialmethod(parsed, base=16)

    @singledispatchmethod
    async def shown(self, value: Union[Answer, int, List[Answer]], *, loud: bool = False) -> str:
        """Show something."""
        raise TypeError(value)

    @shown.register
    async def _(self, value: int, *, loud: bool = False) -> str:
        return f"the number {value}{'!' * loud}"

    @shown.register(list)
    async def _of_several(self, value: List[Answer], *, loud: bool = False) -> str:
        return " ".join([await self.shown(each, loud=loud) for each in value])

    @shown.register(Answer)
    async def _of_one(self, value: Answer, *, loud: bool = False) -> str:
        return f"the answer {value.text}{'!' * loud}"

    @singledispatchmethod
    def kept(self, value: Any) -> Dict[str, Any]:
        return {"any": value}

    @kept.register
    def _kept(self, value: Answer) -> Dict[str, Any]:
        return {"answer": value}

    @singledispatchmethod
    @classmethod
    async def of(cls, value: Union[int, str]) -> List[Client]:
        return [cls()]

    @of.register(int)
    @classmethod
    async def _of(cls, value: int) -> List[Client]:
        return [cls() for _ in range(value)]


@wrapper_module.wrap_function
@singledispatch
async def told(value: object) -> str:
    return "something"


@told.register
async def _(value: Answer) -> str:
    return f"an answer: {value.text}"
