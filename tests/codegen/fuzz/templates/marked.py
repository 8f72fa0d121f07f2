"""Draw what a decorator of the standard library marks: what is deprecated, and what is kept by a cache."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.codegen.fuzz.members import is_loose, see
from tests.codegen.fuzz.shapes import Check, Class, Snippet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.codegen.fuzz.values import Drawer

MESSAGES = ("call `renewed`", 'write "str(value)"', "it's gone", "a\\b", "é\nin two lines", "")


def outdated(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw deprecated functions, a variant that is deprecated, and a class with what is deprecated in it."""
    type_ = draw.known(classes)
    text = (
        "@m.wrap_function\n<D>\nasync def outdated(value: <0>) -> List[<0>]:\n    await _pause()\n"
        "    return [value]\n\n\n"
        "@m.wrap_function\n<D>\ndef plainly_outdated(value: <0>) -> <0>:\n    return value\n\n\n"
        "@m.wrap_function\n<D>\nasync def outdated_items(value: <0>) -> AsyncGenerator[<0>, None]:\n"
        "    yield value\n\n\n"
        "@overload\nasync def renewed(value: int) -> int: ...\n"
        "@overload\n<D>\nasync def renewed(value: str) -> str: ...\n"
        "@m.wrap_function\nasync def renewed(value: Union[int, str]) -> Union[int, str]:\n    return value\n\n\n"
        "@m.wrap_class\nclass Veteran:\n"
        "    <D>\n    async def read(self, value: <0>) -> <0>:\n        return value\n\n"
        "    <D>\n    async def each(self, value: <0>) -> AsyncIterator[<0>]:\n        yield value\n\n"
        "    <D>\n    def told(self, value: <0>) -> <0>:\n        return value\n\n"
        "    @classmethod\n    <D>\n    async def opened(cls) -> int:\n        return 4\n\n"
        "    @property\n    <D>\n    def title(self) -> <0>:\n        return <A>\n\n"
        "    @title.setter\n    def title(self, value: <0>) -> None:\n        pass\n\n\n"
        "@m.wrap_class\n<D>\nclass Retired:\n    async def height(self, value: <0>) -> <0>:\n        return value\n"
    ).replace("<A>", draw.value(type_))
    while "<D>" in text:
        text = text.replace("<D>", f"@typing_extensions.deprecated({draw.pick(MESSAGES)!r})", 1)
    loose = is_loose(type_)
    uses = {
        "outdated": "async", "plainly_outdated": "plain", "outdated_items": "stream", "Veteran().read": "async",
        "Veteran().each": "stream", "Veteran().told": "plain", "Retired().height": "async",
    }  # fmt: skip
    checks = (
        *(Check(flavour, f"<module>{callee}", draw.value(type_), (), loose) for callee, flavour in uses.items()),
        Check("async", "<module>renewed", "3"),
        Check("async", "<module>renewed", "'x'"),
        Check("async", "<module>Veteran.opened"),
        see("<module>Veteran().title", is_loose=loose),
        see(f"_set(<module>Veteran(), 'title', {draw.value(type_)})", is_loose=loose),
        see("<module>Retired() is None"),
    )
    constructs = (
        "deprecated function",
        "deprecated plain function",
        "deprecated async generator",
        "function with a deprecated overload",
        "deprecated class",
        "deprecated method",
        "deprecated property",
    )
    return Snippet(text, constructs, checks, (type_,))


def kept(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw a plain function, a method and a staticmethod under a cache."""
    type_ = draw.known(classes)
    cache = draw.pick(
        ("functools.lru_cache", "functools.lru_cache(maxsize=None)", "functools.lru_cache(8, typed=True)")
    )
    text = (
        (
            "@m.wrap_function\n@<C>\ndef computed(number: int, *, more: str = '') -> List[<0>]:\n    return [<A>]\n\n\n"
            "@m.wrap_class\nclass Counter:\n    reads: int = 0\n\n"
            "    @<C>\n    def doubled(self, number: int) -> Tuple[<0>, int]:\n        self.reads += 1\n"
            "        return <A>, number\n\n"
            "    @staticmethod\n    @<C>\n    def halved(number: int) -> int:\n        return number // 2\n"
        )
        .replace("<A>", draw.value(type_))
        .replace("<C>", cache)
    )
    made, loose = draw.made_of("Counter"), is_loose(type_)
    checks = (
        Check("plain", "<module>computed", "3", (), loose),
        Check("plain", "<module>computed", "number=4, more='x'", (), loose),
        see(f"[{made}.doubled(2), {made}.doubled(number=3), {made}.doubled(2), {made}.reads]", is_loose=loose),
        see("<module>Counter.halved(9)"),
    )
    constructs = ("plain function under `functools.lru_cache`", "plain method under `functools.lru_cache`")
    return Snippet(text, constructs, checks, (type_,), classes=("Counter",))
