"""Draw `Self` wherever it stands, in methods that are overridden and in those that are not."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tests.codegen.fuzz.members import is_loose
from tests.codegen.fuzz.shapes import Check, Class, Snippet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.codegen.fuzz.values import Drawer


class Part(NamedTuple):
    """One construct: a method, what overrides it, and how it is called; `<A>` stands for a value of `<0>`."""

    construct: str
    text: str
    override: str
    flavour: str
    callee: str
    arguments: tuple[str, ...] = ("",)


PARTS = (
    Part(
        "`Self` that a stream yields",
        "async def again(self, times: int = 2) -> 'AsyncGenerator[Self, None]':\n"
        "    for _ in range(times):\n        yield self\n",
        "",
        "stream",
        "<self>.again",
        ("", "1"),
    ),
    Part(
        "`Self` inside a container",
        "@classmethod\nasync def several(cls, *texts: str) -> 'List[Self]':\n"
        "    return [cls(text) for text in texts]\n",
        "",
        "async",
        "<cls>.several",
        ("'a', 'b'", ""),
    ),
    Part(
        "`Self` as a parameter",
        "async def joined(self, other: 'Self', /, times: int = 1) -> 'Self':\n"
        "    return type(self)(self.text + other.text * times)\n",
        "",
        "async",
        "<self>.joined",
        ("<self>", "<self>, times=2"),
    ),
    Part(
        "`Self` in a method that is overridden",
        "async def parts(self) -> 'Sequence[Self]':\n    return [type(self)(part) for part in self.text.split()]\n",
        "async def parts(self) -> 'Sequence[Self]':\n    return [self]\n",
        "async",
        "<self>.parts",
    ),
    Part(
        "method with a `TypeVar` of its own that is overridden",
        "async def same(self, value: T) -> T:\n    return value\n",
        "async def same(self, value: U) -> U:\n    await _pause()\n    return value\n",
        "async",
        "<self>.same",
        ("<A>",),
    ),
    Part(
        "method that is overridden with more parameters",
        "async def clone(self, *, more: str = '') -> 'Self':\n    return type(self)(self.text + more)\n",
        "async def clone(self, *, more: str = '', value: Optional[<0>] = None) -> 'Self':\n"
        "    return type(self)(self.text + more * 2 + str(value is None))\n",
        "async",
        "<self>.clone",
        ("", "more='x'"),
    ),
    Part(
        "async constructor: a classmethod",
        "@classmethod\nasync def opened(cls, text: str) -> 'Self':\n    await _pause()\n    return cls(text)\n",
        "",
        "async",
        "<cls>.opened",
        ("'x'",),
    ),
)
HEAD = (
    "def __init__(self, text: str = '') -> None:\n    self.text = text\n\n"
    "text: str\n\n@property\ndef mark(self) -> str:\n    return self.text\n"
)


def indented(text: str) -> str:
    """Return text as the body of a class."""
    return "".join(f"    {line}\n" if line else "\n" for line in text.splitlines())


def selves(draw: Drawer, classes: Sequence[Class]) -> Snippet | None:
    """Draw a class with some of them, one that overrides what can be, and one that overrides nothing."""
    parts = draw.some(PARTS, 4)
    if not parts:
        return None
    type_ = draw.known(classes)
    first = indented("\n".join((HEAD, *(part.text for part in parts))))
    second = indented("\n".join(part.override for part in parts if part.override) or "pass\n")
    text = (
        f"@m.wrap_class\nclass Query:\n{first}\n\n@m.wrap_class\nclass Narrow(Query):\n{second}\n\n"
        "@m.wrap_class\nclass Wide(Query):\n    pass\n"
    )
    checks: list[Check] = []
    for part in parts:
        for name in ("Query", "Narrow", "Wide"):
            for arguments in part.arguments:
                callee, given = (
                    text.replace("<self>", draw.made_of(name, "'a b'"))
                    .replace("<cls>", f"_c('<number>.{name}')")
                    .replace("<A>", draw.value(type_))
                    for text in (part.callee, arguments)
                )
                checks.append(Check(part.flavour, callee, given, (), is_loose(type_)))
        if part.override and "Optional[<0>]" in part.override:
            narrow = draw.made_of("Narrow", "'a'")
            checks.append(Check(part.flavour, f"{narrow}.clone", f"value={draw.value(type_)}"))
    constructs = tuple(part.construct for part in parts)
    return Snippet(text, constructs, tuple(checks), (type_,), classes=("Query", "Narrow", "Wide"))
