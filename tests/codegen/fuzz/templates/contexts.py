"""Draw async context managers that users hand in, and those that they are given inside of other types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.codegen.fuzz.members import is_loose
from tests.codegen.fuzz.shapes import Check, Class, Snippet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.codegen.fuzz.values import Drawer


def two_forms(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw classes with both forms of `with` and `for`, and one that extends what is abstract."""
    type_ = draw.known(classes)
    left = "async def __aexit__(self, *about: object) -> None:\n        await _pause()\n\n"
    raising = "    raise TypeError('use the async one')\n\n"
    text = (
        f"@m.wrap_class\nclass Wicket:\n    def __enter__(self) -> None:\n    {raising}"
        "    def __exit__(self, *about: object) -> None:\n        pass\n\n"
        f"    async def __aenter__(self) -> <0>:\n        return <A>\n\n    {left}"
        f"    def __iter__(self) -> Iterator[int]:\n    {raising}"
        "    async def __aiter__(self) -> AsyncIterator[<0>]:\n        yield <A>\n\n\n"
        "@m.wrap_class(blocking=['__exit__', '__iter__'])\nclass Turnstile:\n"
        "    def __enter__(self) -> <0>:\n        return <A>\n\n"
        "    def __exit__(self, *about: object) -> None:\n        pass\n\n"
        f"    async def __aenter__(self) -> <0>:\n        return <A>\n\n    {left}"
        "    def __iter__(self) -> Iterator[<0>]:\n        yield <A>\n\n"
        "    async def __aiter__(self) -> AsyncIterator[<0>]:\n        yield <A>\n\n\n"
        "@m.wrap_class\nclass Queue(AsyncIterator[int]):\n    async def __anext__(self) -> int:\n"
        "        raise StopAsyncIteration\n\n\n"
        f"@m.wrap_class\nclass Hatch(contextlib.AbstractAsyncContextManager):\n    {left}"
    ).replace("<A>", draw.value(type_))
    names = (("Wicket", "entered"), ("Wicket", "iterated"), ("Turnstile", "entered"), ("Turnstile", "iterated"))
    checks = [Check(flavour, draw.made_of(name), "", (), is_loose(type_)) for name, flavour in names]
    checks += [Check("iterated", draw.made_of("Queue")), Check("entered", draw.made_of("Hatch"))]
    constructs = (
        "`with` that only raises beside `async with`",
        "`with` and `for` of their own beside the async ones",
        "class that extends `AsyncIterator`",
        "class that extends `AbstractAsyncContextManager`",
    )
    return Snippet(text, constructs, tuple(checks), (type_,), classes=("Wicket", "Turnstile", "Queue", "Hatch"))


def gates(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw them as parameters, in an attribute, and in a result."""
    type_ = draw.known(classes)
    text = (
        "@m.wrap_function\nasync def within(gate: AsyncContextManager[<0>], *, wrong: bool = False) -> List[<0>]:\n"
        "    async with gate as item:\n        if wrong:\n            raise LookupError('inside')\n"
        "        return [item]\n    return []\n\n\n"
        "@m.wrap_function\nasync def gathered(\n"
        "    first: Optional[AsyncContextManager[<0>]], *more: AsyncContextManager[<0>]\n) -> List[<0>]:\n"
        "    found: Any = []\n    for each in ([] if first is None else [first], more):\n"
        "        for gate in each:\n            async with gate as item:\n                found.append(item)\n"
        "    return found\n\n\n"
        "@m.wrap_function\nasync def gates() -> Tuple[int, Dict[str, AsyncContextManager[<0>]]]:\n"
        "    return 1, {'front': _context(lambda: <A>), 'back': _context(lambda: <A>)}\n\n\n"
        "@m.wrap_function\nasync def barred(gate: Union[str, AsyncContextManager[<0>]]) -> List[<0>]:\n"
        "    if isinstance(gate, str):\n        return []\n    async with gate as item:\n        return [item]\n\n\n"
        "@m.wrap_class\nclass Gate:\n    lock: Optional[AsyncContextManager[<0>]] = None\n\n"
        "    async def entered(self) -> List[<0>]:\n        if self.lock is None:\n            return []\n"
        "        async with self.lock as item:\n            return [item]\n"
    ).replace("<A>", draw.value(type_))
    loose = is_loose(type_)

    def one() -> str:
        return f"_entering({draw.value(type_)}, {draw.pick(('False', 'True'))})"

    locked = f"_with(<module>Gate(), 'lock', {one()})"
    checks = (
        Check("async", "<module>within", one(), (), loose),
        Check("async", "<module>within", f"{one()}, wrong=True", (), loose),
        Check("async", "<module>within", f"_entering({draw.value(type_)}, stops=True), wrong=True", (), loose),
        Check("async", "<module>gathered", f"None, {one()}", (), loose),
        Check("async", "<module>gathered", f"{one()}, {one()}, {one()}", (), loose),
        Check("async", "<module>barred", one(), (), loose),
        Check("async", "<module>barred", "'text'", (), loose),
        Check("inside", "<module>gates", "", (), loose),
        Check("inside value", "<module>Gate().lock"),
        Check("inside value", f"{locked}.lock", "", (), loose),
        Check("async", f"{locked}.entered", "", (), loose),
        Check("async", "<module>Gate().entered"),
    )
    constructs = (
        "`AsyncContextManager` as a parameter, blocking or async",
        "optional `AsyncContextManager` and several of them as parameters",
        "attribute that holds an `AsyncContextManager`",
        "`AsyncContextManager` beside text in a parameter",
        "tuple with a dictionary of `AsyncContextManager`",
    )
    return Snippet(text, constructs, checks, (type_,))
