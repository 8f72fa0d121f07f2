"""Hold a package whose stubs say more than its code: generic classes, one without an object, what a decorator made."""

REEL = {
    "reel/__init__.py": """\
'''Unwind: typed by a package of stubs alone.'''

from .kinds import open_reel

__all__ = ["open_reel"]
""",
    "reel/base.py": """\
class Reel:
    def __init__(self, items):
        self._items = items

    def __aiter__(self):
        return self

    async def __anext__(self):
        if not self._items:
            raise StopAsyncIteration
        return self._items.pop(0)


class Opening:
    def __init__(self, opened):
        self._opened = opened

    def __await__(self):
        return self._opened.__await__()

    async def __aenter__(self):
        return await self

    async def __aexit__(self, exc_type, exc, traceback):
        pass
""",
    "reel/kinds.py": """\
from .base import Opening, Reel


def winding(*names):
    def wind(cls):
        for name in names:
            setattr(cls, name, _made(name))
        cls.left = property(lambda self: len(self._items))
        return cls

    return wind


def _made(name):
    async def method(self, *args):
        return getattr(self._items, name)(*args)

    return method


@winding("index")
class Words(Reel):
    pass


@winding("index", "count")
class Letters(Reel):
    pass


def first(reel):
    return Opening(reel.__anext__())


def open_reel(kind):
    async def opened():
        return Words(["oak", "elm"]) if kind == "words" else Letters(["a", "b", "a"])

    return Opening(opened())
""",
    "reel/files.py": """\
import os
from functools import wraps

from .base import Reel


def wrap(function):
    @wraps(function)
    async def run(*args, **options):
        return function(*args, **options)

    return run


def wrap_plainly(function):
    async def run(*args):
        return function(*args)

    return run


def _unwind(reel, times):
    return list(reel._items[:times])


exists = wrap(os.path.exists)
getcwd = wrap(os.getcwd)
listdir = wrap(os.listdir)
makedirs = wrap(os.makedirs)
unwind = wrap(_unwind)
splitext = wrap_plainly(os.path.splitext)
scandir = wrap(os.scandir)
""",
    "reel-stubs/files.pyi": """\
from os import PathLike, _ScandirIterator
from typing import overload

from .base import _T, Reel

async def exists(path: str | PathLike[str]) -> bool: ...
async def getcwd() -> str: ...
@overload
async def listdir(path: str | None = None) -> list[str]: ...
@overload
async def listdir(path: bytes) -> list[bytes]: ...
async def unwind(reel: Reel[_T], times: int) -> list[_T]: ...
async def splitext(path: str) -> tuple[str, str]: ...
async def scandir(path: str) -> _ScandirIterator[str]: ...
""",
    "reel-stubs/__init__.pyi": """\
from .kinds import open_reel as open_reel

__all__ = ["open_reel"]
""",
    "reel-stubs/base.pyi": """\
from collections.abc import Awaitable, Generator
from types import TracebackType
from typing import Any, Generic, TypeVar
from typing_extensions import Self

_T = TypeVar("_T")
_T_co = TypeVar("_T_co", covariant=True)

class Reel(Generic[_T]):
    def __init__(self, items: list[_T]) -> None: ...
    def __aiter__(self) -> Self: ...
    async def __anext__(self) -> _T: ...

class Opening(Awaitable[_T_co]):
    def __init__(self, opened: Awaitable[_T_co]) -> None: ...
    def __await__(self) -> Generator[Any, Any, _T_co]: ...
    async def __aenter__(self) -> _T_co: ...
    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None: ...
""",
    "reel-stubs/kinds.pyi": """\
from typing import Literal, overload

from .base import _T, Opening, Reel

class _Wound(Reel[str]):
    async def index(self, item: str) -> int: ...
    @property
    def left(self) -> int: ...

class Words(_Wound): ...

class Letters(_Wound):
    async def count(self, item: str) -> int: ...

def first(reel: Reel[_T]) -> Opening[_T]: ...
@overload
def open_reel(kind: Literal["words"]) -> Opening[Words]: ...
@overload
def open_reel(kind: Literal["letters"]) -> Opening[Letters]: ...
@overload
def open_reel(kind: str) -> Opening[_Wound]: ...
""",
}
