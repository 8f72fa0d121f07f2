"""A module is generated in a run of its own as it is in one with the modules that it builds upon."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.codegen.conftest import Project

BASES = """
    from __future__ import annotations
    from dataclasses import dataclass
    from typing import AsyncIterator, Awaitable, Callable, Generic, List, Optional, Tuple, TypeVar, Union, overload
    from ambidex import Module

    T = TypeVar("T")
    U = TypeVar("U")
    m = Module("harbour.bases"{style})

    @m.wrap_class
    class Shelf(Generic[T]):
        @classmethod
        async def of(cls, items: List[T]) -> Shelf[T]: ...
        @overload
        async def find(self, place: int) -> T: ...
        @overload
        async def find(self, place: str) -> List[T]: ...
        async def find(self, place: Union[int, str]) -> Union[T, List[T]]: ...
        async def beside(self, other: U) -> List[Tuple[T, U]]: ...
        async def walk(self, other: U) -> AsyncIterator[Tuple[T, U]]:
            yield
        async def size(self) -> int: ...

    @m.wrap_class
    class Deep(Shelf[T]):
        async def beside(self, other: U) -> List[Tuple[T, U]]: ...

    @m.wrap_class
    class Yard:
        class Crane:
            async def lift(self, weight: int) -> int: ...
            @staticmethod
            async def of(name: str) -> Yard.Crane: ...

        @overload
        async def find(self, place: int) -> Crane: ...
        @overload
        async def find(self, place: str) -> List[Crane]: ...
        async def find(self, place: Union[int, str]) -> Union[Crane, List[Crane]]: ...

    @m.wrap_class
    @dataclass
    class Load:
        crane: Yard.Crane
"""
BELOW = """
    from __future__ import annotations
    from dataclasses import dataclass
    from typing import AsyncIterator, Generic, List, Tuple, Union, overload
    from ambidex import Module
    from harbour._bases import Deep, Load, Shelf, T, U, Yard

    m = Module("harbour.below"{style})

    @m.wrap_class
    class Backwards(Shelf[T]):
        @classmethod
        async def of(cls, items: List[T]) -> Backwards[T]: ...
        async def find(self, place: Union[int, str]) -> Union[T, List[T]]: ...
        async def beside(self, other: U) -> List[Tuple[T, U]]: ...
        async def walk(self, other: U) -> AsyncIterator[Tuple[T, U]]:
            yield
        async def size(self, most: int = 1) -> int: ...

    @m.wrap_class
    class Crate:
        class Hoist(Yard.Crane):
            async def lift(self, weight: int, twice: bool = False) -> int: ...
            @staticmethod
            async def of(name: str, weight: int = 1) -> Crate.Hoist: ...

    @m.wrap_class
    @dataclass
    class Heavy(Load):
        weight: int
"""
LAST = """
    from __future__ import annotations
    from typing import List, Tuple
    from ambidex import Module
    from harbour._bases import U, Deep
    from harbour._below import Backwards, Crate

    m = Module("harbour.last"{style})

    @m.wrap_class
    class Numbers(Backwards[int]):
        async def beside(self, other: U) -> List[Tuple[int, U]]: ...

    @m.wrap_class
    class Hoist(Crate.Hoist):
        async def lift(self, weight: int, twice: bool = False, *, slowly: bool = False) -> int: ...
"""
MODULES = {"bases": BASES, "below": BELOW, "last": LAST}


@pytest.mark.parametrize("style", ["", ", style='twin'"])
def test_classes_of_another_module_are_extended_as_in_one_run(project: Project, style: str) -> None:
    """Type checkers compare overrides with what they override, wherever that is generated; two modules up as well."""
    project.write("harbour/__init__.py", "")
    for name, text in MODULES.items():
        project.write(f"harbour/_{name}.py", text.replace("{style}", style))
    together = project.compile(*(f"harbour._{name}" for name in MODULES))
    assert set(together) == {f"harbour.{name}" for name in MODULES}
    assert project.compile("harbour._last") == {"harbour.last": together["harbour.last"]}
    both = project.compile("harbour._below", "harbour._last")
    assert both == {target: together[target] for target in ("harbour.below", "harbour.last")}
