"""Exceptions that two processes know, and some whose classes make it hard."""

from __future__ import annotations

import builtins
import threading
from dataclasses import dataclass
from typing import Any, NoReturn


class Flooded(Exception):
    """Have attributes beside the arguments."""

    def __init__(self, place: str, height_m: float = 1.0) -> None:
        super().__init__(place, height_m)
        self.place = place
        self.height_m = height_m


class NeedsTwo(Exception):
    """Give the base fewer arguments than it takes, where it is made: it cannot be put together again."""

    def __new__(cls, name: str, code: int) -> NeedsTwo:  # noqa: PYI034  Self is not in 3.9's typing
        return super().__new__(cls, f"{name} has code {code}")

    def __init__(self, name: str, code: int) -> None:
        super().__init__(f"{name} has code {code}")


class TakesTwo(Exception):
    """Give the base fewer arguments than its constructor takes, which is called once alone."""

    def __init__(self, name: str, code: int) -> None:
        super().__init__(f"{name} has code {code}")
        self.code = code


class HasLock(Exception):
    """Hold what does not cross."""

    def __init__(self) -> None:
        super().__init__("locked")
        self.lock = threading.Lock()


class Untold(Exception):
    """Have no text."""

    def __str__(self) -> NoReturn:
        raise ZeroDivisionError


class Untaken(Exception):
    """Raise where it is taken apart."""

    def __reduce__(self) -> NoReturn:
        raise RuntimeError("not me")


class Ending(Exception):
    """Become what ends a program where it is put together."""

    def __reduce__(self) -> Any:
        return SystemExit, (3,)


class Number(Exception):
    """Become no exception at all."""

    def __reduce__(self) -> Any:
        return int, (3,)


@dataclass(frozen=True)
class Frozen(Exception):
    """Let no field be set."""

    code: int


class Sealed(Exception):
    """Let nothing be set."""

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(name)


class Meant(BaseException):
    """Be no `Exception`."""


_group: Any = getattr(builtins, "ExceptionGroup", Exception)  # from Python 3.11 on
Own: Any = type("Own", (_group,), {"__module__": __name__, "__doc__": "Be a group of a class of its own."})
