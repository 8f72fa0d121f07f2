"""A child that is not trusted, in both of its moods: it does what it says, or it attacks its parent."""

from __future__ import annotations

import ast
import asyncio
import os
import pickle
import sys
import threading
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any, Callable, NamedTuple, cast

from ambidex import ChildWorker
from ambidex.rpc import DEFINITIONS, PickleCodec
from ambidex.rpc._codecs._msgpack import MsgpackCodec
from ambidex.rpc.serving import (
    ServingHandles,
    _incoming,  # pyright: ignore[reportPrivateUsage]
)
from ambidex.workers import _child


@dataclass
class Box:
    """Hold plain data."""

    width: float
    label: str = ""


class Place(NamedTuple):
    """Be one of two numbers."""

    x: int
    y: int


class Refused(Exception):
    """Be an exception whose class only the child knows."""


class Bomb:
    """Make a folder where it is unpickled."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (self.folder,)


class Bait(Exception):
    """Be sent as another message than the codec would write."""

    def __init__(self, payload: bytes) -> None:
        super().__init__()
        self.payload = payload


class Named:
    """Be sent as an object of a class that a module is said to make public."""

    def __init__(self, module: str) -> None:
        self.module = module


class Forged:
    """Be sent as a token that the codec would not write."""

    def __init__(self, token: list[Any]) -> None:
        self.token = tuple(token)


class Plugin(ChildWorker):
    """Answer."""

    async def area(self, box: Box, *more: Box) -> float:
        """Return a number that is made of objects of the child's own class."""
        return sum(each.width**2 for each in (box, *more))

    def box(self, width: float) -> Box:
        """Return an object of a class that nobody else has."""
        return Box(width)

    def echo(self, value: Any) -> Any:
        """Return what was given."""
        return value

    def has_loaded(self, module: str) -> bool:
        """Tell whether this process has imported a module."""
        return module in sys.modules

    async def place(self) -> list[Place]:
        """Return objects of another kind of class."""
        return [Place(1, 2)]

    async def refuse(self) -> None:
        """Raise an exception that only the child knows."""
        raise Refused("closed today")

    async def fail(self) -> None:
        """Raise one that both sides know, with another one."""
        raise OSError(2, "no such file", "there") from KeyError("missing")

    async def give_lock(self) -> Any:
        """Return what nobody can send."""
        return {"locks": [threading.Lock()]}

    async def hold(self) -> None:
        """Wait until it is cancelled."""
        await asyncio.Event().wait()

    async def apply(self, function: Callable[[int], Any], value: int) -> Any:
        """Return what the parent's function gives."""
        return await function(value)

    async def multiply(self, factor: int) -> Callable[[int], int]:
        """Return a function that stays here."""
        return lambda value: value * factor

    async def sums(self) -> AsyncGenerator[int, int]:
        """Yield the sum of what was sent."""
        total = 0
        while True:
            total += yield total

    # -- attacks

    async def give(self, folder: str) -> Any:
        """Return an object that only pickle can say."""
        return Bomb(folder)

    async def give_bomb(self, folder: str) -> Any:
        """Return it, pickled, as the message of a result."""
        return Bait(pickle.dumps(Bomb(folder)))

    async def raise_bomb(self, folder: str) -> None:
        """Raise it."""
        raise Bait(pickle.dumps(Bomb(folder)))

    async def yield_bomb(self, folder: str) -> AsyncGenerator[Any, None]:
        """Yield it."""
        yield Bait(pickle.dumps(Bomb(folder)))

    async def call_with_bomb(self, function: Any, folder: str) -> Any:
        """Call the parent's function with it."""
        return await function(Bait(pickle.dumps(Bomb(folder))))

    async def ask(self, function: Any, asked: str) -> Any:
        """Ask something of a function that nobody who calls it needs."""
        asking: Any = function.__dict__["_asking"]
        return await asking.call(function.ambidex_number, asked, (), {})

    async def ask_of_classes(self, function: Any, asked: str, args: list[Any]) -> Any:
        """Ask for what users' classes override, by whatever numbers."""
        asking: Any = function.__dict__["_asking"]
        return await asking.call(DEFINITIONS, asked, args, {})

    async def name_module(self, module: str) -> Any:
        """Name a module that the parent would import."""
        return Named(module)

    async def give_token(self, token: list[Any]) -> Any:
        """Return what the parent reads as a token of these parts."""
        return Forged(token)


honest_dumps: Any = MsgpackCodec.dumps
honest_error: Any = vars(_incoming)["dump_error"]
honest_export: Any = ServingHandles.export


def _dumps(codec: Any, value: Any) -> Any:
    """Write a bait, alone or as an item or an argument, as what it holds."""
    found: Any = value
    while isinstance(found, (list, tuple)) and found:
        found = cast("Any", found)[0]
    return (found.payload, ()) if isinstance(found, Bait) else honest_dumps(codec, value)


def _error(codec: Any, error: BaseException) -> Any:
    return (error.payload, ()) if isinstance(error, Bait) else honest_error(codec, error)


def _export(handles: Any, value: Any) -> Any:
    if isinstance(value, Named) and value.module == "members":
        return ("handle", 42, "town", "called", "member get name")
    if isinstance(value, Named):
        return ("object", 40, value.module, "Class", value.module, "Class")
    if isinstance(value, Forged):
        return value.token
    return honest_export(handles, value)


def _lie(codec: Any, value: Any) -> Any:
    """Say something else of what the worker has, which is a dictionary of tuples."""
    is_list = isinstance(value, dict) and "box" in value
    return honest_dumps(codec, ast.literal_eval(os.environ["SAID"]) if is_list else value)


def _no_msgpack(handles: object) -> PickleCodec:
    _ = handles
    return PickleCodec()


if __name__ == "__main__":
    mood = os.environ.get("MOOD", "")
    if mood == "attack":
        for module in (MsgpackCodec, _incoming, ServingHandles):
            replaced = {"dumps": _dumps, "dump_error": _error, "export": _export}
            for name in replaced.keys() & vars(module).keys():
                setattr(module, name, replaced[name])
    elif mood == "lie":
        setattr(MsgpackCodec, "dumps", _lie)  # noqa: B010  as above
    elif mood == "pickle":
        setattr(_child, "msgpack_codec", _no_msgpack)  # noqa: B010  of another type
    Plugin().run()
