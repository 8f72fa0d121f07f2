"""Inheritance between wrapped classes, and members of bases that are not."""

from __future__ import annotations

import abc
from typing import TYPE_CHECKING

from ambidex import Module

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from typing_extensions import Self

wrapper_module = Module("inheritance")


class Logged:
    """A mixin that is not public: its members are."""

    note: str = ""

    async def log(self, text: str) -> str:
        """Log a line."""
        return f"{self.note}{text}"

    def clear(self) -> Self:
        self.note = ""
        return self

    async def shadowed(self) -> str:
        return "mixin"


class _Base(Logged):
    def __init__(self, name: str) -> None:
        self._name = name

    async def named(self) -> str:
        return self._name


class Animal(_Base, abc.ABC):
    """An animal; registered after its subclass."""

    @abc.abstractmethod
    async def speak(self) -> str:
        """Say something."""

    async def friends(self) -> AsyncGenerator[Animal, None]:
        yield self

    async def shadowed(self) -> str:
        return "animal"


@wrapper_module.wrap_class
class Dog(Animal):
    """A dog."""

    async def speak(self) -> str:
        return "woof"

    async def fetch(self, *, times: int = 1) -> int:
        return times


class _Trained(Dog):
    def sit(self) -> str:
        return f"{self._name} sits"


@wrapper_module.wrap_class
class Guide(_Trained):
    def __init__(self, name: str, owner: str) -> None:
        super().__init__(name)
        self._owner = owner

    async def speak(self) -> str:
        return "quiet"


wrapper_module.wrap_class(Animal)


@wrapper_module.wrap_function
async def loudest(animals: list[Animal]) -> Animal:
    return animals[0]


class Stray(Dog):
    """Not public: its objects are dogs to the user."""


@wrapper_module.wrap_function
async def found(name: str) -> Dog:
    return Stray(name)


@wrapper_module.wrap_class
class Swimmer:
    async def move(self, metres: int) -> int:
        return metres

    async def laps(self, count: int) -> AsyncGenerator[int, None]:
        for lap in range(count):
            yield lap


@wrapper_module.wrap_class
class Runner:
    async def move(self, metres: int, *, pace: float = 1.0) -> int:
        return int(metres * pace)

    async def laps(self, count: int, length: int = 400) -> AsyncGenerator[int, None]:
        for lap in range(count):
            yield lap * length


@wrapper_module.wrap_class
class Triathlete(Runner, Swimmer):
    """Moves as its first base does, which takes more than the second."""


@wrapper_module.wrap_class
class Amateur(Triathlete):
    async def move(self, metres: int, *, pace: float = 1.0, rests: int = 1) -> int:
        return await super().move(metres - rests, pace=pace)


@wrapper_module.wrap_function
async def crossed(swimmer: Swimmer) -> int:
    return await swimmer.move(100)
