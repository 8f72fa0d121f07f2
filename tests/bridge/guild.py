"""The faces of _guild.py's classes, one name each and in two classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from ambidex.bridge import (
    AsyncFace,
    BlockingFace,
    Face,
    Implementation,
    async_call,
    attribute,
    blocking_call,
    class_method,
    constructor,
    implemented_elsewhere,
    method,
    stream,
    sync_method,
    type_of,
)

if TYPE_CHECKING:
    from collections.abc import Generator

impl = Implementation("tests.bridge._guild", synchronizer="guild", abi=1)
_twins = Implementation("tests.bridge._guild", synchronizer="guild_twins", abi=1)


class Smith(Face, implementation=impl):
    price: ClassVar[int] = 5
    kind: ClassVar[str] = "smith"  # the implementation has another name for it

    @constructor
    def __init__(self, name: str) -> None:
        implemented_elsewhere()

    @property
    @attribute
    def name(self) -> str:
        implemented_elsewhere()

    @property
    @attribute
    def title(self) -> str:
        implemented_elsewhere()

    @method
    def forge(self) -> str:
        implemented_elsewhere()

    @sync_method
    def sign(self) -> str:
        implemented_elsewhere()

    @method
    def work(self) -> str:
        implemented_elsewhere()

    @stream(gives="Smith")
    def sparks(self) -> Generator[Any, None, None]:
        implemented_elsewhere()

    @method(gives="Smith")
    def apprentice(self) -> Any:
        implemented_elsewhere()

    @method(takes={"cls": type_of("Smith")})
    def is_a(self, cls: type[Any]) -> bool:
        implemented_elsewhere()

    @class_method
    @classmethod
    def order(cls) -> list[str]:
        implemented_elsewhere()

    @class_method
    @classmethod
    def raise_fee(cls) -> int:
        implemented_elsewhere()

    @class_method
    @classmethod
    def paid(cls) -> int:
        implemented_elsewhere()

    @class_method(gives="Smith")
    @classmethod
    def tagged(cls, tag: str) -> Any:
        implemented_elsewhere()

    @class_method
    @classmethod
    def owned(cls) -> str:
        implemented_elsewhere()

    @method
    def constructions(self) -> int:
        implemented_elsewhere()

    @method
    def bill(self) -> int:
        implemented_elsewhere()

    @class_method
    @classmethod
    def list_price(cls) -> int:
        implemented_elsewhere()


class Master(Smith, implementation=impl):
    @method
    def forge(self) -> str:
        implemented_elsewhere()


class Twin(BlockingFace, implementation=_twins, name="Smith", async_name="AsyncTwin"):
    @constructor
    def __init__(self, name: str) -> None:
        implemented_elsewhere()

    @blocking_call
    def forge(self) -> str:
        implemented_elsewhere()

    @blocking_call
    def work(self) -> str:
        implemented_elsewhere()

    @blocking_call(takes={"cls": type_of("Twin")})
    def is_a(self, cls: type[Any]) -> bool:
        implemented_elsewhere()

    @classmethod
    @blocking_call
    def order(cls) -> list[str]:
        implemented_elsewhere()

    @classmethod
    @blocking_call(gives="Twin")
    def tagged(cls, tag: str) -> Any:
        implemented_elsewhere()


class AsyncTwin(AsyncFace, implementation=_twins, name="Smith"):
    @constructor
    def __init__(self, name: str) -> None:
        implemented_elsewhere()

    @async_call
    async def forge(self) -> str:
        implemented_elsewhere()

    @async_call
    async def work(self) -> str:
        implemented_elsewhere()

    @async_call(takes={"cls": type_of("AsyncTwin")})
    async def is_a(self, cls: type[Any]) -> bool:
        implemented_elsewhere()

    @classmethod
    @async_call
    async def order(cls) -> list[str]:
        implemented_elsewhere()

    @classmethod
    @async_call(gives="AsyncTwin")
    async def tagged(cls, tag: str) -> Any:
        implemented_elsewhere()


class Pinned(Face, implementation=impl):
    @constructor
    def __init__(self, name: str) -> None:
        implemented_elsewhere()

    @method
    def forge(self) -> str:
        implemented_elsewhere()

    @method
    def work(self) -> str:
        implemented_elsewhere()

    @method(takes={"cls": type_of("Pinned")})
    def is_a(self, cls: type[Any]) -> bool:
        implemented_elsewhere()


class Sealed(Face, implementation=impl):
    @constructor
    def __init__(self, name: str) -> None:
        implemented_elsewhere()

    @method
    def forge(self) -> str:
        implemented_elsewhere()

    @method(gives="Sealed")
    def itself(self) -> Any:
        implemented_elsewhere()


class Span(Face, implementation=impl):
    @constructor
    def __init__(self, stop: int) -> None:
        implemented_elsewhere()

    @sync_method
    def indices(self, length: int) -> tuple[int, int, int]:
        implemented_elsewhere()


def made_for(cls: type[Any]) -> type[Any]:
    """Return the class of the objects of a user's class."""
    made: type[Any] = cls.__ambidex_info__.class_of_objects()
    return made
