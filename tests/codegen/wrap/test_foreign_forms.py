"""Forms that other people write are wrapped, exactly typed, and work: each was met in a package of the index."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.packages.declaration import Package
from tests.packages.trial import try_packages

PIER = {
    "pier/__init__.py": """\
'''Moor ships: a package in which the usual rules have their exceptions.'''

from collections.abc import Mapping

from ._docks import Dock, Meta, Rack, Ship, Watcher, pick
from ._errors import *

__all__ = ["Dock", "Mapping", "Meta", "Rack", "Ship", "Watcher", "pick", *_errors.__all__]
""",
    "pier/_bases.py": """\
'''What the other modules extend; its type variable is known here alone.'''

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Generic, Protocol, TypeVar

_T_co = TypeVar("_T_co", covariant=True)
_Exit_co = TypeVar("_Exit_co", covariant=True)


class Startable(Generic[_T_co]):
    async def start(self) -> _T_co:
        raise NotImplementedError

    async def __aenter__(self) -> _T_co:
        return await self.start()


class Opening(Protocol[_T_co, _Exit_co]):
    def _opened(self) -> AbstractAsyncContextManager[_T_co, _Exit_co]: ...


class Openable:
    _manager = None

    async def __aenter__(self: Opening[_T_co, bool | None]) -> _T_co:
        self._manager = self._opened()
        return await self._manager.__aenter__()

    async def __aexit__(self: Opening[object, _Exit_co], kind, error, traceback) -> _Exit_co:
        return await self._manager.__aexit__(kind, error, traceback)
""",
    "pier/_aliases.py": """\
from __future__ import annotations

from typing import TYPE_CHECKING, Union

if TYPE_CHECKING:
    from ._boxes import Box

Crate = Union["Box", int]
""",
    "pier/_boxes.py": "class Box:\n    weight = 3\n",
    "pier/_docks.py": """\
from __future__ import annotations

from contextlib import asynccontextmanager
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Generic, Protocol, TypedDict, TypeVar, overload

from ._bases import Openable, Startable

if TYPE_CHECKING:
    from ._aliases import Crate

T = TypeVar("T")


class _Options(TypedDict, total=False):
    slow: bool


class Meta(type):
    '''Make classes.'''


class Rack(Generic[T]):
    '''Hold one thing; generic to type checkers alone.'''

    def __init__(self, thing: T) -> None:
        self.thing = thing

    def __class_getitem__(cls, item: object) -> type:
        return cls


async def pick(rack: Rack[T]) -> T:
    return rack.thing


class Dock(Startable["Dock"], metaclass=Meta):
    @overload
    def __init__(self, name: str): ...
    @overload
    def __init__(self, *, number: int): ...
    def __init__(self, name: str = "", *, number: int = 0) -> None:
        self._name = name or str(number)

    async def start(self) -> Dock:
        return self

    async def __aexit__(self, kind: object, error: object, traceback: object) -> None: ...

    async def weigh(self, crate: Crate) -> int:
        return crate if isinstance(crate, int) else crate.weight

    @overload
    async def load(self, what: str, *, options: _Options | None = None, **more: object) -> str: ...
    @overload
    async def load(self, what: int, *, options: _Options | None = None, **more: object) -> int: ...
    async def load(self, what: str | int, *, options: _Options | None = None, **more: object) -> str | int:
        return what

    @overload
    async def moor(self, ship: Ship) -> Ship: ...
    @overload
    async def moor(self, *, name: str, beside: Ship) -> Ship: ...
    async def moor(self, ship: Ship | None = None, **kwargs) -> Ship:
        return self.moored(*([] if ship is None else [ship]), **kwargs)

    @overload
    def moored(self, ship: Ship, /) -> Ship: ...
    @overload
    def moored(self, *, name: str, beside: Ship) -> Ship: ...
    def moored(self, *args, **kwargs) -> Ship:
        ship = args[0] if args else kwargs["beside"]
        assert type(ship) is Ship
        return ship


class Ship(Openable):
    @asynccontextmanager
    async def _opened(self) -> AsyncGenerator[Ship, None]:
        yield self

    async def sail(self) -> int:
        return 7

    async def watched(self, watcher: Watcher) -> Ship:
        await watcher(self, 2)
        return self


class Watcher(Protocol):
    async def __call__(self, ship: Ship, number: int, /) -> None: ...
""",
    # More names than pyright infers the type of a tuple for
    "pier/_errors.py": f"__all__ = {[f'Error{n}' for n in range(300)]}\n"
    + "".join(f"class Error{n}(Exception): ...\n" for n in range(300)),
}

USE = """\
from __future__ import annotations

import asyncio

import pier
import pier_sync
from pier._boxes import Box
from typing_extensions import assert_type

with pier_sync.Dock("east") as dock:
    assert_type(dock, pier_sync.Dock)
    assert dock.weigh(Box()) + dock.weigh(4) == 7
    assert_type(dock.load("ore", by=1), str)
    assert (dock.load("ore"), dock.load(3)) == ("ore", 3)
with pier_sync.Ship() as ship:
    assert_type(ship, pier_sync.Ship)
    assert ship.sail() == 7
    with pier_sync.Dock("west") as dock:
        assert_type(dock.moor(name="east", beside=ship), pier_sync.Ship)
        assert_type(dock.moored(ship), pier_sync.Ship)
        assert dock.moor(name="east", beside=ship) is dock.moor(ship) is dock.moored(name="", beside=ship) is ship
    seen: list[int] = []
    assert ship.watched(lambda given, number: seen.append(given.sail() + number)) is ship
    assert seen == [9]
assert_type(pier_sync.pick(pier.Rack(5)), int)
assert pier_sync.pick(pier.Rack(5)) == 5
assert pier_sync.Error299 is pier.Error299


async def waiting() -> None:
    async with pier_sync.Dock(number=3) as dock:
        assert_type(await dock.load.aio(2), int)
    async with pier_sync.Ship() as ship:
        assert_type(await ship.sail.aio(), int)


asyncio.run(waiting())
print("done")
"""


@pytest.mark.of_text
@pytest.mark.timeout(240)  # two checkers, from cold
def test_forms_of_other_packages_are_wrapped_typed_and_work(tmp_path: Path) -> None:
    """What has no form of its own is left out, and only that: a parameter by itself, a name of the standard library."""
    tree = tmp_path / "tree"
    (tree / "pier").mkdir(parents=True)
    (tree / "pier" / "py.typed").touch()
    for name, text in PIER.items():
        (tree / name).write_text(text, encoding="utf-8")
    (tmp_path / "exercise.py").write_text(USE, encoding="utf-8")
    (outcome,) = try_packages([Package(tmp_path, ("pier",), "pier", "pier_sync", "everything")], tree)
    assert outcome.problems == []
    assert [line.split(": ")[1] for line in outcome.left_out] == ["Mapping", "Dock.load.options", "Watcher"]
