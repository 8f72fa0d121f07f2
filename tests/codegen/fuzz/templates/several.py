"""Draw classes and callables of any number of types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.codegen.fuzz.members import is_loose, see
from tests.codegen.fuzz.shapes import Check, Class, Snippet
from tests.codegen.fuzz.values import RECORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.codegen.fuzz.values import Drawer

CLASS = "class that is generic in a `TypeVarTuple`"
# How a class says it: what stands before it, its brackets, and what it unpacks.
SPELLINGS = {
    CLASS: (
        "Vs = typing_extensions.TypeVarTuple('Vs')\n\n\n",
        "(Generic[T, typing_extensions.Unpack[Vs]])",
        "typing_extensions.Unpack[Vs]",
    ),
    f"{CLASS}, by a star": ("Vs = typing_extensions.TypeVarTuple('Vs')\n\n\n", "(Generic[T, *Vs])", "*Vs"),
    f"{CLASS}, by type parameters": ("", "[T, *Vs]", "*Vs"),
}
SIGNALS = """\
<before>@m.wrap_class
class Signal<brackets>:
    def __init__(self, name: T, *values: <Vs>) -> None:
        self._name = name
        self._values = values

    async def emit(self, *values: <Vs>) -> int:
        self._values = values
        return len(values)

    async def last(self) -> Tuple[<Vs>]:
        return self._values

    async def told(self) -> T:
        return self._name

    async def each(self) -> AsyncIterator[Tuple[T, <Vs>]]:
        yield (self._name, *self._values)

    @asynccontextmanager
    async def held(self) -> AsyncIterator[Tuple[<Vs>]]:
        yield self._values

    async def heard(self, hear: Callable[[<Vs>], Awaitable[U]]) -> U:
        return await hear(*self._values)

    def peek(self) -> Tuple[T, <Vs>]:
        return (self._name, *self._values)

    @classmethod
    async def of(cls, name: T, *values: <Vs>) -> 'Signal[T, <Vs>]':
        return cls(name, *values)


@m.wrap_class
class Beacon(Signal[str, <=0>, int]):
    async def last(self) -> Tuple[<0>, int]:
        return await super().last()

    async def lit(self, other: <0>) -> List[<0>]:
        return [other, other]


@m.wrap_function
async def signalled(signal: Signal[str, <0>], beacon: Beacon) -> Signal[int, <0>, <0>]:
    (value,) = await signal.last()
    return Signal(3, value, (await beacon.last())[0])
"""


def signals(draw: Drawer, classes: Sequence[Class]) -> Snippet | None:
    """Draw a class that is generic in any number of types, what extends an applied one, and what is given one."""
    if not draw.chance(50):
        return None
    construct = draw.pick(tuple(SPELLINGS))
    # What is inherited has anything in the place of the type variables, where no record is looked into.
    type_ = draw.known([cls for cls in classes if cls.kind not in RECORDS])
    before, brackets, unpacked = SPELLINGS[construct]
    text = SIGNALS.replace("<before>", before).replace("<brackets>", brackets).replace("<Vs>", unpacked)
    loose = is_loose(type_)
    one, two = draw.value(type_), draw.value(type_)
    made = f"<module>Signal({one}, 3, {two})"
    beacon = f"<module>Beacon('b', {two}, 3)"
    checks = (
        Check("async", f"{made}.emit", f"4, {one}", (), loose),
        Check("async", f"{made}.last", "", (), loose),
        Check("async", f"{made}.told", "", (), loose),
        Check("stream", f"{made}.each", "", (), loose),
        Check("context", f"{made}.held", "", (), loose),
        Check("async", f"{made}.heard", f"_several(True, {one})", (), loose),
        see(f"{made}.peek()", is_loose=loose),
        Check("async", "<module>Signal.of", f"{one}, {two}", (), loose),
        Check("async", f"{beacon}.last", "", (), loose),
        Check("async", f"{beacon}.emit", f"{one}, 4", (), loose),
        Check("async", f"{beacon}.heard", "_several(True, 3)", (), loose),
        Check("async", f"{beacon}.lit", two, (), loose),
        Check("async", "<module>signalled", f"<module>Signal('a', {one}), {beacon}", (), loose),
    )
    return Snippet(text, (construct,), checks, (type_,), classes=("Signal", "Beacon"))


def numbered(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw an async callable with one parameter more than the one that is given, which has any number of them."""
    type_ = draw.known(classes)
    text = (
        "Ws = typing_extensions.TypeVarTuple('Ws')\n\n\n"
        "@m.wrap_function\nasync def numbered(\n"
        "    function: Callable[[typing_extensions.Unpack[Ws]], Awaitable[U]], number: int = 1\n"
        ") -> Callable[[<0>, typing_extensions.Unpack[Ws]], Awaitable[Tuple[<0>, List[U]]]]:\n"
        "    async def called(first: <0>, *items: typing_extensions.Unpack[Ws]) -> Tuple[<0>, List[U]]:\n"
        "        return first, [await function(*items) for _ in range(number)]\n\n    return called\n"
    )
    loose = is_loose(type_)
    one, two = draw.value(type_), draw.value(type_)
    checks = (
        Check("inside", "<module>numbered", f"_several(True, {one})", (one, two, "'a'"), loose),
        Check("inside", "<module>numbered", "_several(True), 2", (two, one), loose),
        Check("inside", "<module>numbered", "_several(True)", (two,), loose),
    )
    construct = "async callable with the parameters of a `TypeVarTuple` as a result"
    return Snippet(text, (construct,), checks, (type_,))
