"""Draw callables that make, wrap and register callables, and what is asynchronous beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.codegen.fuzz.members import is_loose
from tests.codegen.fuzz.shapes import Check, Class, Snippet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.codegen.fuzz.values import Drawer

_STEP = "Callable[[<0>], Awaitable[<0>]]"
_STEP_IN_QUOTES = _STEP.replace("<0>", '<"0>')


def registered(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw what registers callables: methods, and callables that those return, with and without a type variable."""
    type_ = draw.known(classes)
    text = (
        f'_Step = TypeVar("_Step", bound="{_STEP_IN_QUOTES}")\n\n\n'
        "@m.wrap_class\nclass Bot:\n    def __init__(self) -> None:\n        self._steps: List[Any] = []\n\n"
        f"    def on(self, event: str) -> Callable[[{_STEP}], {_STEP}]:\n        return self.event\n\n"
        "    def event(self, step: _Step) -> _Step:\n        self._steps.append(step)\n        return step\n\n"
        "    def listen(self, event: str = '') -> Callable[[_Step], _Step]:\n        return self.event\n\n"
        "    async def ask(self, value: <0>) -> List[<0>]:\n"
        "        return [await step(value) for step in self._steps]\n"
    )
    ways = ("on('a')", "event", "listen()")
    checks = [
        Check(
            "async",
            f"(lambda bot: (bot.{way}(_callback(True)), bot)[1])(<module>Bot()).ask",
            draw.value(type_),
            (),
            is_loose(type_),
        )
        for way in ways
    ]
    checks += [
        Check("expression", f"(lambda step: <module>Bot().{way}(step) is step)(_callback(True))") for way in ways[1:]
    ]
    constructs = (
        "callable that registers a callback as a result",
        "type variable bound to an async callable",
        "such a type variable in a callable as a result",
    )
    return Snippet(text, constructs, tuple(checks), (type_,))


def wrapped(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw callbacks that return callables, and what is read and entered."""
    type_ = draw.known(classes)
    text = (
        f"@m.wrap_function\nasync def wrapped(wrap: Callable[[{_STEP}], {_STEP}], value: <0>) -> <0>:\n"
        "    return await wrap(lambda given: _later(lambda: given))(value)\n\n\n"
        f"@m.wrap_function\nasync def made_by(make: Callable[[<0>], Awaitable[{_STEP}]], value: <0>) -> <0>:\n"
        "    return await (await make(value))(value)\n\n\n"
        "@m.wrap_function\nasync def joined(make: Callable[[<0>], AsyncIterator[<0>]], value: <0>) -> List[<0>]:\n"
        "    return [each async for each in make(value)]\n\n\n"
        "@m.wrap_function\nasync def opened(make: Callable[[<0>], AsyncContextManager[<0>]], value: <0>) -> <0>:\n"
        "    async with make(value) as entered:\n        return entered\n"
    )
    value, other = draw.value(type_), draw.value(type_)
    arguments = (
        ("wrapped", "lambda following: following"),
        ("wrapped", f"lambda following: _callback(True, {other})"),
        ("made_by", "_callback(True, _callback(True))"),
        ("joined", f"_callback(False, _items([{other}, {value}]))"),
        ("opened", f"lambda given: _entering({other})"),
    )
    checks = tuple(
        Check("async", f"<module>{name}", f"{given}, {value}", (), is_loose(type_)) for name, given in arguments
    )
    constructs = (
        "callback that is given an async callable and returns one",
        "async callable that a callback returns",
        "async iterable that a callback returns",
        "async context manager that a callback returns",
    )
    return Snippet(text, constructs, checks, (type_,))


def feeds(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw callables that give async iterators and async context managers."""
    type_ = draw.known(classes)
    text = (
        "@m.wrap_function\ndef feeder(first: <0>) -> Callable[[<0>], AsyncIterator[<0>]]:\n"
        "    async def feed(second: <0>) -> AsyncIterator[<0>]:\n        yield first\n        yield second\n\n"
        "    return feed\n\n\n"
        "@m.wrap_function\nasync def sessions() -> List[Callable[[<0>], AsyncContextManager[<0>]]]:\n"
        "    @contextlib.asynccontextmanager\n    async def session(value: <0>) -> AsyncGenerator[<0>, None]:\n"
        "        yield value\n\n    return [session]\n"
    )
    value = draw.value(type_)
    checks = (
        Check("inside plain", "<module>feeder", value, (draw.value(type_),), is_loose(type_)),
        Check("inside", "<module>sessions", "", (value,), is_loose(type_)),
    )
    constructs = (
        "callable that gives an async iterator as a result",
        "callable that gives an async context manager as a result",
    )
    return Snippet(text, constructs, checks, (type_,))


def sender(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw a callable with keywords that the user is given, and one that users set."""
    type_ = draw.known(classes)
    text = (
        "class _Sender(Protocol):\n    async def __call__(self, value: <0>, *, times: int = 1) -> List[<0>]: ...\n\n\n"
        "@m.wrap_class\nclass Post:\n    send: _Sender\n\n    def __init__(self) -> None:\n"
        "        self.send = self._send\n\n"
        "    async def _send(self, value: <0>, *, times: int = 1) -> List[<0>]:\n        return [value] * times\n\n"
        "    def sender(self) -> _Sender:\n        return self._send\n\n"
        "    async def twice(self, value: <0>) -> List[<0>]:\n        return await self.send(value, times=2)\n"
    )
    value = draw.value(type_)
    checks = (
        Check("inside plain", "<module>Post().sender", "", (value,), is_loose(type_)),
        Check("inside value", "<module>Post().send", "", (value,), is_loose(type_)),
        Check("async", "<module>Post().twice", value, (), is_loose(type_)),
        Check("async", f"_with(<module>Post(), 'send', _callback(True, [{value}])).twice", value, (), is_loose(type_)),
    )
    constructs = (
        "async callable protocol with keywords as a result",
        "async callable protocol with keywords as an attribute that users set",
    )
    return Snippet(text, constructs, checks, (type_,))


def chore(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw a record with callables that are given what is asynchronous, of the implementation's own and the user's."""
    type_ = draw.known(classes)
    text = (
        "@m.wrap_class\n@dataclass\nclass Chore:\n    work: Callable[[AsyncIterator[<0>]], Awaitable[List[<0>]]]\n"
        f"    wrap: Callable[[{_STEP}], {_STEP}]\n\n\n"
        "async def _all(items: AsyncIterator[<0>]) -> List[<0>]:\n    return [item async for item in items]\n\n\n"
        "async def _each(value: <0>) -> AsyncIterator[<0>]:\n    yield value\n\n\n"
        "@m.wrap_function\nasync def chore() -> Chore:\n    return Chore(_all, lambda step: step)\n\n\n"
        "@m.wrap_function\nasync def chore_done(chore: Chore, value: <0>) -> List[<0>]:\n"
        "    step = chore.wrap(lambda given: _later(lambda: given))\n"
        "    return [*await chore.work(_each(value)), await step(value)]\n"
    )
    mine = "<module>Chore(_reader(), lambda following: following)"
    checks = (Check("async", "<module>chore_done", f"{mine}, {draw.value(type_)}", (), is_loose(type_)),)
    constructs = (
        "callable in a field of a record that is given an async iterator",
        "callable in a field of a record that is given an async callable",
    )
    return Snippet(text, constructs, checks, (type_,))


def telling(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw callbacks that take and give anything, and one in an attribute."""
    # Only a typed dict's annotation says that there are objects in what it holds: none is left where anything goes.
    type_ = draw.known([cls for cls in classes if cls.kind != "typed dict"])
    text = (
        "@m.wrap_function\nasync def telling(tell: Callable[..., Any], value: <0>) -> List[<0>]:\n"
        "    result = tell(value)\n"
        "    return [await result if isinstance(result, Coroutine) else result]\n\n\n"
        "@m.wrap_class\nclass Tap:\n    sink: Optional[Callable[[Any], object]] = None\n\n"
        "    async def flow(self, value: <0>) -> bool:\n"
        "        return self.sink is not None and self.sink(value) is not None\n"
    )
    value = draw.value(type_)
    checks = (
        Check("async", "<module>telling", f"_callback(True), {value}", (), is_loose(type_)),
        Check("async", "<module>telling", f"_callback(False), {value}", (), is_loose(type_)),
        Check("async", "_with(<module>Tap(), 'sink', _callback(False, 1)).flow", value, (), is_loose(type_)),
    )
    constructs = ("callback that takes and gives anything", "attribute that holds such a callback")
    return Snippet(text, constructs, checks, (type_,), classes=("Tap",))


def perhaps(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw functions that return something to await, or their result, which their overloads tell by the receiver."""
    type_ = draw.known(classes)
    given = "Union[List[<0>], Awaitable[List[<0>]]]"
    body = "return [value] if now else _later(lambda: [value])\n"
    text = (
        f"@m.wrap_function\ndef perhaps(value: <0>, now: bool) -> {given}:\n    {body}\n\n"
        "class _Now(Protocol):\n    def is_now(self, yes: int) -> bool: ...\n\n\n"
        "class _Then(Protocol):\n    def is_now(self, yes: str) -> bool: ...\n\n\n"
        "@m.wrap_class\nclass Perhaps:\n"
        "    @overload\n    def told(self: _Now, value: <0>, now: bool) -> List[<0>]: ...\n"
        "    @overload\n    def told(self: _Then, value: <0>, now: bool) -> Awaitable[List[<0>]]: ...\n"
        f"    def told(self, value: <0>, now: bool) -> {given}:\n        {body}"
    )
    checks = tuple(
        Check("async", callee, f"{draw.value(type_)}, {now}", (), is_loose(type_))
        for callee in ("<module>perhaps", "<module>Perhaps().told")
        for now in ("True", "False")
    )
    constructs = (
        "function that returns something to await, or its result",
        "overloads that tell by the receiver which of the two",
    )
    return Snippet(text, constructs, checks, (type_,), classes=("Perhaps",))


def found(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw overloads of which some are awaited, over a function that does not say."""
    type_ = draw.told_from_awaitable(draw.known(classes))
    text = (
        "@overload\ndef found(key: int, value: <0>) -> List[<0>]: ...\n"
        "@overload\ndef found(key: str, value: <0>) -> Awaitable[List[<0>]]: ...\n"
        "@overload\nasync def found(key: bytes, value: <0>) -> List[<0>]: ...\n"
        "@m.wrap_function\ndef found(key: Any, value: Any) -> Any:\n"
        "    return [value] if isinstance(key, int) else _later(lambda: [value])\n"
    )
    checks = tuple(
        Check("inside plain", "<module>found", f"{key}, {draw.value(type_)}", (), is_loose(type_))
        for key in ("1", "'a'", "b'a'")
    )
    return Snippet(text, ("overloads of which some are awaited",), checks, (type_,))
