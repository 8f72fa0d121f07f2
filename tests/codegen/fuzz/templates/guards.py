"""Draw type guards, and compare what they say with what is there: a face that is narrowed has to be of that class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.codegen.fuzz.shapes import Check, Class, Snippet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.codegen.fuzz.values import Drawer

_CLASSES = """\
@m.wrap_class
class Scout:
    async def knows(self, other: object) -> 'typing_extensions.TypeGuard[Ranger]':
        await _pause()
        return isinstance(other, Ranger)

    async def is_like(self, other: object) -> 'typing_extensions.TypeGuard[typing_extensions.Self]':
        return isinstance(other, type(self))

    def is_scout(self, other: 'Union[Scout, str]') -> 'typing_extensions.TypeIs[Scout]':
        return isinstance(other, Scout)


@m.wrap_class
class Ranger(Scout):
    async def knows(self, other: object, *, doubts: bool = False) -> 'typing_extensions.TypeGuard[Ranger]':
        return isinstance(other, Ranger) and not doubts
"""
_FUNCTIONS = """\
@m.wrap_function
def scouted(value: object) -> 'typing_extensions.TypeGuard[Scout]':
    return isinstance(value, Scout)


@m.wrap_function
async def are_scouts(values: List[Any]) -> 'typing_extensions.TypeGuard[List[Scout]]':
    return all(isinstance(value, Scout) for value in values)


@m.wrap_function
async def are_there(values: List[Optional[<0>]]) -> typing_extensions.TypeGuard[List[<0>]]:
    await _pause()
    return all(value is not None for value in values)


@m.wrap_function
async def scouts_in(values: List[Any], guard: 'Callable[[Any], typing_extensions.TypeGuard[T]]') -> List[T]:
    return [value for value in values if guard(value)]


@m.wrap_function
async def scout_guard(count: int) -> 'Callable[[object], typing_extensions.TypeGuard[Scout]]':
    return lambda value: isinstance(value, Scout) and count > 0
"""


def scouts(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw guards of either kind that are methods, overridden ones and functions, of classes, lists and `Self`."""
    type_ = draw.known(classes)

    def value() -> str:
        kind = draw.pick(("Scout", "Ranger", "other", "text"))
        if kind == "text":
            return "'Oslo'"
        return draw.value(type_) if kind == "other" else draw.made_of(kind)

    receivers = [draw.made_of(name) for name in ("Scout", "Ranger", "Ranger")]
    several = f"[{', '.join(value() for _ in range(draw.number(0, 2)))}]"
    named = draw.pick((draw.made_of("Ranger"), "'Oslo'"))
    checks = (
        *(Check("async", f"{receiver}.knows", value()) for receiver in receivers),
        Check("async", f"{receivers[-1]}.knows", f"{draw.made_of('Ranger')}, doubts={draw.chance(50)}"),
        *(Check("async", f"{receiver}.is_like", value()) for receiver in receivers),
        Check("plain", f"{receivers[0]}.is_scout", named),
        Check("plain", "<module>scouted", value()),
        *(
            Check("expression", f"<module>scouted({given}) is isinstance({given}, <module>Scout)")
            for given in (value(), value())
        ),
        Check("async", "<module>are_scouts", several),
        Check("async", "<module>are_there", f"[{draw.value(type_)}, {draw.pick(('None', draw.value(type_)))}]"),
        Check("async", "<module>scouts_in", f"{several}, lambda value: isinstance(value, <module>Scout)"),
        *(Check("inside", "<module>scout_guard", f"{count}", (value(),)) for count in (0, 1)),
    )
    constructs = (
        "type guard",
        "type guard that is awaited",
        "`TypeIs`",
        "type guard of a list of wrapped objects",
        "type guard that is overridden",
        "`Self` in a type guard",
        "type guard as a callback",
        "type guard as a result",
    )
    return Snippet(f"{_CLASSES}\n\n{_FUNCTIONS}", constructs, checks, (type_,), classes=("Scout", "Ranger"))
