"""Draw parameters that are called as the generator calls what it writes itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.codegen.fuzz.members import is_loose
from tests.codegen.fuzz.shapes import Check, Class, Snippet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.codegen.fuzz.values import Drawer

NAMES = (
    "implemented_elsewhere",
    "_source",
    "_source_2",
    "_impl",
    "aio",
    "submit",
    "cls",
    "self",
    "timeout",
    "with_options",
    "overload",
    "property",
    "staticmethod",
    "classmethod",
    "method",
    "constructor",
    "Any",
    "Face",
    "TYPE_CHECKING",
    "stand_in",
    "typing",
    "type",
    "args",
    "kwargs",
)


def parts(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw them in functions and methods of every binding, in overloads and in a constructor."""
    type_ = draw.known(classes)
    left = list(NAMES)
    a, b, c = (left.pop(draw.number(0, len(left) - 1)) for _ in range(3))
    if a in ("cls", "self"):  # type checkers want no static method to begin with one
        a, b = b, a
    if a in ("cls", "self"):
        a, c = c, a
    text = (
        f"@m.wrap_class\nclass Parts:\n    def __init__(_own, {a}: int = 1, *, {b}: int = 2) -> None:\n"
        f"        _own._sum = {a} + {b}\n\n"
        f"    async def total(_own, {a}: <0>, {b}: int, *, {c}: int) -> Tuple[<0>, int]:\n"
        f"        return {a}, _own._sum + {b} + {c}\n\n"
        f"    async def each(_own, {b}: <0>, **{c}: int) -> AsyncIterator[Tuple[<0>, int]]:\n"
        f"        yield {b}, sum({c}.values())\n\n"
        f"    @overload\n    async def get(_own, {a}: int) -> int: ...\n"
        f"    @overload\n    async def get(_own, {a}: <1>, {b}: int) -> <1>: ...\n"
        f"    async def get(_own, {a}: Any, {b}: int = 0) -> Any:\n        return {a}\n\n"
        f"    @staticmethod\n    async def joined({a}: <0>, {b}: int) -> List[<0>]:\n        return [{a}] * {b}\n\n"
        f"    @classmethod\n    def made(_kind, {b}: int, *, {c}: int = 3) -> 'Parts':\n"
        f"        return _kind({b}, {b}={c})\n\n\n"
        f"@overload\nasync def Parts_get({a}: int) -> int: ...\n@overload\nasync def Parts_get({a}: str) -> str: ...\n"
        f"@m.wrap_function\nasync def Parts_get({a}: Union[int, str]) -> Union[int, str]:\n    return {a}\n\n\n"
        f"@m.wrap_function(name='public_parts')\n"
        f"async def _parts({a}: <0>, {b}: object = object(), **{c}: int) -> Tuple[<0>, int]:\n"
        f"    return {a}, sum({c}.values())\n\n\n"
        f"@m.wrap_function\ndef plain_parts({a}: <0>, *{b}: int, {c}: int) -> Tuple[<0>, int]:\n"
        f"    return {a}, sum({b}) + {c}\n"
    )
    made, loose, one = f"<module>Parts(1, {b}=2)", is_loose(type_), draw.value(type_)
    checks = (
        Check("async", f"{made}.total", f"{one}, 2, {c}=3", (), loose),
        Check("async", f"{made}.total", f"{a}={one}, {b}=2, {c}=3", (), loose),
        Check("stream", f"{made}.each", f"{one}, {c}=4, other=5", (), loose),
        Check("async", f"{made}.get", "3"),
        Check("async", f"{made}.get", f"{a}={one}, {b}=5", (), loose),
        Check("async", "<module>Parts.joined", f"{one}, {b}=2", (), loose),
        Check("plain", "<module>Parts.made", f"{b}=2, {c}=4"),
        Check("async", "<module>Parts_get", f"{a}='x'"),
        Check("async", "_named(_m(<number>), '_parts', 'public_parts')", f"{one}, {c}=2", (), loose),
        Check("plain", "<module>plain_parts", f"{one}, 2, 3, {c}=2", (), loose),
    )
    constructs = ("parameters called as the generator calls its own names",)
    return Snippet(text, constructs, checks, (type_, type_), classes=("Parts",))
