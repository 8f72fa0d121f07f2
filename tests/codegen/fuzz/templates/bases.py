"""Draw classes that have two bases with faces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.codegen.fuzz.members import is_loose
from tests.codegen.fuzz.shapes import Check, Class, Snippet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.codegen.fuzz.values import Drawer

# By flavour: how a method begins, its result around that of each item, how it gives one, how another one is read.
METHODS = {
    "async": ("async def", "<0>", "return {}", "await {}"),
    "plain": ("def", "<0>", "return {}", "{}"),
    "stream": ("async def", "AsyncGenerator[<0>, None]", "yield {}", "[item async for item in {}][0]"),
    "awaitable": ("def", "Awaitable[<0>]", "return _later(lambda: {})", "await {}"),
}


def triathletes(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw two classes with two methods of which one takes more, what extends both, and what overrides those."""
    type_, more = draw.known(classes), draw.known(depth=0)
    loose = is_loose(type_)
    bodies: dict[str, str] = dict.fromkeys(("Swimmer", "Runner", "Amateur"), "")
    checks: list[Check] = []
    for name in ("move", "turn"):
        flavour, mark = draw.pick(tuple(METHODS)), draw.pick(("*, ", ""))
        head, result, gives, reads = METHODS[flavour]
        default, given = draw.value(more), draw.value(more)
        further = f", {mark}pace: <1> = {default}"
        written = {"Swimmer": ("", "item"), "Runner": (further, f"item if pace == {given} else {draw.value(type_)}")}
        pace = f", pace={given}" if mark or draw.chance(50) else f", {given}"
        calls = {"Swimmer": [""], "Runner": ["", pace], "Triathlete": ["", pace], "Amateur": ["", pace]}
        if draw.chance(40):  # without an override, nothing but the two bases relates the two methods
            written["Amateur"] = (f"{further}, rests: int = 1", f"item if rests > 1 else {draw.value(type_)}")
            calls["Amateur"] += [", rests=2", f"{pace}, rests=2"]
        for owner, (parameters, value) in written.items():
            bodies[owner] += f"    {head} {name}(self, item: <0>{parameters}) -> {result}:\n"
            bodies[owner] += f"        {gives.format(value)}\n\n"
        bodies["crossed"] = f"    {name} = {reads.format(f'swimmer.{name}(item)')}\n{bodies.get('crossed', '')}"
        checks += [
            Check(flavour, f"<module>{owner}().{name}", draw.value(type_) + arguments, (), loose)
            for owner, listed in calls.items()
            for arguments in listed
        ]
    text = (
        f"@m.wrap_class\nclass Swimmer:\n{bodies['Swimmer']}\n"
        f"@m.wrap_class\nclass Runner:\n{bodies['Runner']}\n"
        "@m.wrap_class\nclass Triathlete(Runner, Swimmer):\n    pass\n\n\n"
        f'@m.wrap_class\nclass Amateur(Triathlete):\n    """Rests."""\n\n{bodies["Amateur"]}\n'
        "@m.wrap_function\nasync def crossed(swimmer: Swimmer, item: <0>) -> Tuple[<0>, <0>]:\n"
        f"{bodies['crossed']}    return move, turn\n"
    )
    for name in ("Swimmer", "Triathlete", "Amateur"):
        checks.append(Check("async", "<module>crossed", f"<module>{name}(), {draw.value(type_)}", (), loose))
    constructs = ("two bases with a method, of which the first takes more", "inheritance between wrapped classes")
    return Snippet(text, constructs, tuple(checks), (type_, more))
