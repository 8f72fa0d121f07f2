"""Hold packages that nobody may edit: typed in the code, by a stub beside it, by stubs alone, carelessly."""

from __future__ import annotations

from tests.codegen.wrap.ferry import FERRY
from tests.codegen.wrap.reel import REEL

BUOY = {
    "buoy/__init__.py": """\
'''Float: typed by a stub beside the code.'''


class Buoy:
    kind = None

    def __init__(self, number):
        self.number = number

    async def ring(self, times=1):
        return ["ding"] * times

    async def bells(self):
        for bell in range(self.number):
            yield bell

    @property
    def depth(self):
        return 2.5

    async def sink(self):
        return self.number

    def __aiter__(self):
        return self

    async def __anext__(self):
        self.number -= 1
        if self.number < 0:
            raise StopAsyncIteration
        return self.number

    async def __aenter__(self):
        return self

    async def __aexit__(self, *about):
        self.number = 0


async def anchor(where):
    return Buoy(where)


async def find(where, many=False):
    return [Buoy(where)] if many else Buoy(where)
""",
    "buoy/__init__.pyi": """\
from collections.abc import AsyncIterator, Awaitable
from typing import Literal, overload
from typing_extensions import Self

class Buoy:
    number: int
    def __init__(self, number: int) -> None: ...
    async def ring(self, times: int = ...) -> list[str]: ...
    def bells(self) -> AsyncIterator[int]: ...
    @property
    def depth(self) -> float: ...
    def __aiter__(self) -> Self: ...
    def __anext__(self) -> Awaitable[int]: ...
    def __aenter__(self) -> Awaitable[Self]: ...
    async def __aexit__(self, *about: object) -> None: ...

async def anchor(where: int) -> Buoy: ...
@overload
async def find(where: int, many: Literal[True]) -> list[Buoy]: ...
@overload
async def find(where: int, many: Literal[False] = ...) -> Buoy: ...
""",
    "buoy/py.typed": "",
}

TUG = {
    "tug/__init__.py": """\
'''Pull: typed by a package of stubs.'''

from tug.ropes import Rope, pull

__all__ = ["Rope", "pull"]
""",
    "tug/ropes.py": """\
class Rope:
    async def hold(self):
        return "held"


async def pull(rope, force=1.5):
    return force * 2
""",
}

TUG_STUBS = {
    "tug-stubs/__init__.pyi": """\
from tug.ropes import Rope as Rope, pull as pull
""",
    "tug-stubs/ropes.pyi": """\
class Rope:
    async def hold(self) -> str: ...

async def pull(rope: Rope, force: float = ...) -> float: ...
""",
}

LOCK = {
    "lock/__init__.py": """\
'''Lift boats: typed, and not as every type checker likes it.'''

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional, TypeVar, Union, overload

if TYPE_CHECKING:
    from lock._made import Chain, Wheel

__all__ = ["Gate", "Note", "WideGate", "WideNote", "find_gate"]

C = TypeVar("C", bound="Chain")  # what is at fault here is no registered name


class Gate:
    '''Hold the water.'''

    async def open(self, width: int) -> int:
        '''Open it.'''
        return width

    async def close(self, wheel: Optional[Wheel] = None) -> str:
        '''Close it.'''
        return "closed"

    async def pull(self, chain: C) -> C:
        '''Pull at it.'''
        return chain


class WideGate(Gate):
    '''Hold more water.'''

    async def open(self, width: str, speed: int = 2) -> int:  # type: ignore[override]
        '''Open it at a speed.'''
        return int(width) * speed


@overload
async def find_gate(name: str) -> Gate: ...
@overload
async def find_gate(name: object) -> int: ...
async def find_gate(name: object) -> Union[Gate, int]:
    '''Find a gate, or none.'''
    return Gate() if isinstance(name, str) else 0


@dataclass
class Note:
    '''Say of a gate.'''

    gate: Gate
    text: int = 0


@dataclass
class WideNote(Note):
    '''Say more of one: a field of what goes by value.'''

    text: str = ""  # type: ignore[assignment]
""",
    "lock/_made.py": """\
'Make classes that are there when this runs, and of which no type checker knows.'

for name in ("Chain", "Wheel"):
    globals()[name] = type(name, (), {"__module__": __name__})
""",
    "lock/py.typed": "",
}

BOLT = {
    "bolt/__init__.py": """\
'''Fasten: a method inside a class inside a class is called as what sets a property.'''

__all__ = ["Bolt"]


class Bolt:
    async def turn(self) -> int:
        return 1

    class Driver:
        async def setter(self, angle) -> int:
            return 2

    class Nut:
        @property
        def size(self) -> int:
            return 3

        @size.setter
        def size(self, value) -> None:
            pass

        async def turn(self) -> int:
            return 4
""",
    "bolt/py.typed": "",
}

FILES = {**BOLT, **FERRY, **BUOY, **TUG, **TUG_STUBS, **LOCK, **REEL}
