"""Draw classes that users extend: the implementation calls what their subclasses override."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.codegen.fuzz.members import is_loose, see
from tests.codegen.fuzz.shapes import Check, Class, Snippet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.codegen.fuzz.values import Drawer

# By the name of a member: the construct, and the kind that `overriding` knows.
MEMBERS = {
    "work": ("a user's subclass of a face that overrides a method", "async"),
    "more": ("override that takes more than what it overrides", "more"),
    "found": ("override of a method with overloads", "named"),
    "label": ("override of a plain method", "plain"),
    "unit": ("override of a property", "property"),
    "each": ("override of an async generator", "stream"),
    "held": ("override of a context manager", "context"),
}


def worker(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw a class with members of every kind that can be overridden, and a subclass that overrides some."""
    type_ = draw.known(classes)
    text = (
        "@m.wrap_class\nclass Worker:\n"
        "    async def work(self, value: <0>) -> <0>:\n        await _pause()\n        return value\n\n"
        "    async def more(self, value: <0>) -> <0>:\n        await _pause()\n        return value\n\n"
        "    @overload\n    async def found(self, value: <0>) -> <0>: ...\n\n"
        "    @overload\n    async def found(self, value: <0>, other: str) -> List[<0>]: ...\n\n"
        "    async def found(self, value: Any, other: str = '') -> Any:\n"
        "        return [value] if other else value\n\n"
        "    def label(self, value: <0>) -> <0>:\n        return value\n\n"
        "    @property\n    def unit(self) -> <0>:\n        return <A>\n\n"
        "    async def each(self, value: <0>) -> AsyncGenerator[<0>, None]:\n"
        "        yield value\n        yield value\n\n"
        "    @asynccontextmanager\n    async def held(self, value: <0>) -> AsyncGenerator[<0>, None]:\n"
        "        yield value\n\n"
        "    async def run(self, value: <0>) -> Dict[str, List[<0>]]:\n"
        "        async with self.held(value) as item:\n"
        "            held = item\n"
        "        return {\n            'work': [await self.work(value)],\n"
        "            'more': [await self.more(value)],\n            'found': [await self.found(value)],\n"
        "            'label': [self.label(value)],\n"
        "            'each': [item async for item in self.each(value)],\n            'unit': [self.unit],\n"
        "            'held': [held],\n        }\n"
    ).replace("<A>", draw.value(type_))
    loose = is_loose(type_)
    changed = draw.some(tuple(MEMBERS), 4) or ["work"]
    overrides = ", ".join(f"{name}=({MEMBERS[name][1]!r}, {draw.value(type_)})" for name in changed)
    made = f"_extended('<number>.Worker', {overrides})()"
    checks = [
        Check("async", "<module>Worker().run", draw.value(type_), (), loose),
        Check("async", f"{made}.run", draw.value(type_), (), loose),
        Check("async", f"{made}.work", draw.value(type_), (), loose),
        Check("async", f"{made}.more", draw.value(type_), (), loose),
        Check("async", f"{made}.found", draw.value(type_), (), loose),
        Check("plain", f"{made}.label", draw.value(type_), (), loose),
        Check("stream", f"{made}.each", draw.value(type_), (), loose),
        Check("context", f"{made}.held", draw.value(type_), (), loose),
        see(f"{made}.unit", is_loose=loose),
    ]
    return Snippet(text, tuple(MEMBERS[name][0] for name in changed), tuple(checks), (type_,))


def provided(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw abstract methods that users provide, of a class and of a generic one."""
    type_ = draw.known(classes)
    text = (
        "@m.wrap_class\nclass Handler(abc.ABC):\n    @abc.abstractmethod\n"
        "    async def handle(self, value: <0>) -> <0>: ...\n\n\n"
        "@m.wrap_class\nclass Larder(abc.ABC, Generic[T]):\n    @abc.abstractmethod\n"
        "    async def load(self, key: str) -> T: ...\n\n"
        "    async def load_all(self, keys: List[str]) -> List[T]:\n"
        "        return [await self.load(key) for key in keys]\n\n\n"
        "@m.wrap_function\nasync def dispatch(handlers: List[Handler], value: <0>) -> List[<0>]:\n"
        "    return [await handler.handle(value) for handler in handlers]\n"
    )
    loose = is_loose(type_)
    handler = f"_extended('<number>.Handler', handle=('abstract', {draw.value(type_)}))()"
    larder = f"_extended('<number>.Larder', load=('abstract', {draw.value(type_)}))()"
    checks = (
        Check("async", "<module>dispatch", f"[{handler}, {handler}], {draw.value(type_)}", (), loose),
        Check("async", f"{handler}.handle", draw.value(type_), (), loose),
        Check("async", f"{larder}.load_all", "['a', 'b']", (), loose),
        Check("expression", "<module>Handler()"),
    )
    constructs = (
        "abstract method that a user's subclass provides",
        "abstract method of a generic class that a user's subclass provides",
    )
    return Snippet(text, constructs, checks, (type_,))


def surrounded(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw abstract methods that are given what is asynchronous: a callable, an iterable and a context manager."""
    type_ = draw.known(classes)
    text = (
        "@m.wrap_class\nclass Strainer(abc.ABC):\n    @abc.abstractmethod\n"
        "    async def apply(self, value: <0>, following: Callable[[<0>], Awaitable[<0>]]) -> <0>: ...\n\n\n"
        "@m.wrap_class\nclass Drain(abc.ABC):\n    @abc.abstractmethod\n"
        "    async def take(self, items: AsyncIterable[<0>], lock: AsyncContextManager[<0>]) -> List[<0>]: ...\n\n\n"
        "@m.wrap_function\nasync def strained(strainers: List[Strainer], value: <0>) -> List[<0>]:\n"
        "    return [await each.apply(value, lambda given: _later(lambda: given)) for each in strainers]\n\n\n"
        "@m.wrap_function\nasync def drained(drain: Drain, value: <0>) -> List[<0>]:\n"
        "    return await drain.take(_stream(lambda: [value, value]), _context(lambda: value))\n"
    )
    loose = is_loose(type_)
    strainer = "_extended('<number>.Strainer', apply=('following', None))()"
    drain = "_extended('<number>.Drain', take=('reading', None))()"
    checks = (
        Check("async", "<module>strained", f"[{strainer}, {strainer}], {draw.value(type_)}", (), loose),
        Check("async", "<module>drained", f"{drain}, {draw.value(type_)}", (), loose),
    )
    constructs = (
        "override that is given an async callable",
        "override that is given an async iterable and context manager",
    )
    return Snippet(text, constructs, checks, (type_,))
