"""Draw something asynchronous inside other types."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tests.codegen.fuzz.members import is_loose
from tests.codegen.fuzz.shapes import Check, Class, Snippet, Type

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.codegen.fuzz.values import Drawer


class Part(NamedTuple):
    """One construct: its text, and its checks, in both of which `<A>` and `<B>` stand for values of `<0>`.

    `<F>` stands for an object of `<1>`, which has a face, and `<P>` and `<Q>` for values of `<2>`, which is plain.
    """

    construct: str
    text: str
    checks: tuple[Check, ...]


PARTS = (
    Part(
        "optional `AsyncIterator`",
        "@m.wrap_function\nasync def maybe(there: bool) -> Optional[AsyncIterator[<0>]]:\n"
        "    return _stream(lambda: [<A>, <B>]) if there else None\n",
        (Check("inside", "<module>maybe", "True"), Check("inside", "<module>maybe", "False")),
    ),
    Part(
        "list of `AsyncIterator`",
        "@m.wrap_function\nasync def several() -> List[AsyncIterator[<0>]]:\n"
        "    return [_stream(lambda: [<A>]), _stream(lambda: [<A>, <B>])]\n",
        (Check("inside", "<module>several"),),
    ),
    Part(
        "dictionary of `AsyncIterable`, from a plain function",
        "@m.wrap_function\ndef feeds() -> Dict[str, AsyncIterable[<0>]]:\n"
        "    return {'a': _Again(lambda: [<A>, <B>]), 'b': _Again(lambda: [])}\n",
        (Check("inside plain", "<module>feeds"),),
    ),
    Part(
        "optional two-way `AsyncGenerator`",
        "@m.wrap_function\nasync def echoing(first: Optional[<2>]) -> Optional[AsyncGenerator[<2>, Optional[<2>]]]:\n"
        "    return None if first is None else _echo(first)\n",
        (Check("two-way inside", "<module>echoing", "<P>", ("<Q>", "<P>")), Check("inside", "<module>echoing", "None")),
    ),
    Part(
        "record sent into an `AsyncGenerator` inside another type",
        "@m.wrap_class\n@dataclass\nclass Envelope:\n    content: <1>\n\n\n"
        "async def _unsealed(first: <1>) -> AsyncGenerator[<1>, Optional[Envelope]]:\n"
        "    sent = yield first\n    while sent is not None:\n        sent = yield sent.content\n\n\n"
        "@m.wrap_function\nasync def unsealed(first: <1>) -> Optional[AsyncGenerator[<1>, Optional[Envelope]]]:\n"
        "    return _unsealed(first)\n\n\n"
        "@m.wrap_function\nasync def back_and_forth(first: T) -> Optional[AsyncGenerator[T, Optional[T]]]:\n"
        "    return _echo(first)\n",
        (
            Check("two-way inside", "<module>unsealed", "<F>", ("<module>Envelope(<F>)",) * 2),
            Check("two-way inside", "<module>back_and_forth", "<F>", ("<F>", "<F>")),
        ),
    ),
    Part(
        "dictionary of `AsyncContextManager` that give wrapped objects",
        "@m.wrap_function\nasync def doors(*names: str) -> Dict[str, AsyncContextManager[<1>]]:\n"
        "    return {name: _context(lambda: <F>) for name in names}\n",
        (Check("inside", "<module>doors", "'a', 'b'"),),
    ),
    Part(
        "tuple with an `Awaitable`",
        "@m.wrap_function\nasync def begun(number: int) -> Tuple[int, Awaitable[<0>]]:\n"
        "    return number, _later(lambda: <A>)\n",
        (Check("inside", "<module>begun", "3"),),
    ),
    Part(
        "`async def` that returns an `AsyncIterator`",
        "@m.wrap_function\nasync def at_last() -> AsyncIterator[<0>]:\n"
        "    await _pause()\n    return _stream(lambda: [<A>, <B>])\n",
        (Check("inside", "<module>at_last"),),
    ),
    Part(
        "stream of streams",
        "@m.wrap_function\nasync def chained() -> AsyncIterator[AsyncIterator[<0>]]:\n"
        "    yield _stream(lambda: [<A>])\n    yield _stream(lambda: [<A>, <B>])\n",
        (Check("inside", "<module>chained"),),
    ),
    Part(
        "record with an `AsyncIterator` and an `Awaitable`",
        "@m.wrap_class\n@dataclass\nclass Bulletin:\n    title: str\n    lines: AsyncIterator[<0>]\n"
        "    done: Optional[Awaitable[<0>]] = None\n\n\n"
        "@m.wrap_function\nasync def bulletin(title: str) -> Bulletin:\n"
        "    return Bulletin(title, _stream(lambda: [<A>]), _later(lambda: <B>) if title else None)\n",
        (Check("inside", "<module>bulletin", "'x'"), Check("inside", "<module>bulletin", "''")),
    ),
    Part(
        "property that gives an `AsyncIterable`",
        "@m.wrap_class\nclass Feeder:\n    @property\n    def feed(self) -> Optional[AsyncIterable[<0>]]:\n"
        "        return _Again(lambda: [<A>, <B>])\n",
        (Check("inside value", "<module>Feeder().feed"),),
    ),
    Part(
        "attribute that holds an `AsyncIterable`",
        "@m.wrap_class\nclass Eater:\n    source: Optional[AsyncIterable[<2>]] = None\n\n"
        "    async def eat(self) -> List[<2>]:\n"
        "        return [] if self.source is None else [item async for item in self.source]\n",
        (
            Check("inside value", "<module>Eater().source"),
            Check("inside value", "_with(<module>Eater(), 'source', _items([<P>, <Q>])).source"),
            Check("async", "_with(<module>Eater(), 'source', _items([<P>, <Q>])).eat"),
        ),
    ),
    Part(
        "callback that is given an `AsyncIterator`",
        "@m.wrap_function\n"
        "async def reported(read: Callable[[AsyncIterator[<0>]], Awaitable[List[<0>]]]) -> List[<0>]:\n"
        "    return await read(_stream(lambda: [<A>, <B>]))\n",
        (Check("async", "<module>reported", "_reader()"),),
    ),
    Part(
        "optional `AsyncIterable` and a list of them as parameters",
        "@m.wrap_function\n"
        "async def total(rows: Optional[AsyncIterable[<2>]], more: List[AsyncIterable[<2>]]) -> List[<2>]:\n"
        "    return [item for source in [*([] if rows is None else [rows]), *more] async for item in source]\n",
        (
            Check("async", "<module>total", "_items([<P>]), [_items([<Q>]), _items([])]"),
            Check("async", "<module>total", "None, [_items([<P>, <Q>])]"),
        ),
    ),
    Part(
        "`AsyncIterable` beside text in a parameter",
        "@m.wrap_function\nasync def poured(body: Union[str, AsyncIterable[List[<0>]], None]) -> List[List[<0>]]:\n"
        "    return [] if body is None or isinstance(body, str) else [item async for item in body]\n",
        (
            Check("async", "<module>poured", "_items([[<A>], [<B>]])"),
            Check("async", "<module>poured", "'text'"),
            Check("async", "<module>poured", "None"),
        ),
    ),
    Part(
        "`AsyncIterable` beside another iterable in a parameter",
        "@m.wrap_function\nasync def sieved(body: Union[List[<0>], AsyncIterable[<0>]]) -> List[<0>]:\n"
        "    return body if isinstance(body, list) else [item async for item in body]\n",
        (
            Check("async", "<module>sieved", "_items([<A>, <B>], is_async=True)"),
            Check("async", "<module>sieved", "[<A>, <B>]"),
        ),
    ),
    Part(
        "`Awaitable` beside what it gives in a parameter",
        "@m.wrap_function\nasync def settled(answer: Union[List[<0>], Awaitable[List[<0>]]]) -> List[<0>]:\n"
        "    return answer if isinstance(answer, list) else await answer\n",
        (
            Check("async", "<module>settled", "_items([<A>, <B>], is_async=True)"),
            Check("async", "<module>settled", "[<A>, <B>]"),
        ),
    ),
)


def inside(draw: Drawer, classes: Sequence[Class]) -> Snippet | None:
    """Draw some of them in one module."""
    faces = [Type("class", name=cls.key) for cls in classes if cls.kind == "identity"]
    parts = [part for part in draw.some(PARTS, 8) if faces or "<F>" not in str(part)]
    if not parts:
        return None
    type_, plain = (Type("int") if is_loose(each) else each for each in (draw.known(classes), draw.known()))
    face = draw.pick(faces) if faces else plain
    names: dict[str, Callable[[], str]] = {
        "<A>": lambda: draw.value(type_),
        "<B>": lambda: draw.value(type_),
        "<F>": lambda: draw.value(face),
        "<P>": lambda: draw.value(plain),
        "<Q>": lambda: draw.value(plain),
    }

    def filled(text: str) -> str:
        for name, value in names.items():
            while name in text:
                text = text.replace(name, value(), 1)
        return text

    checks = tuple(
        Check(check.flavour, filled(check.callee), filled(check.arguments), tuple(map(filled, check.sends)))
        for part in parts
        for check in part.checks
    )
    text = "\n\n".join(filled(part.text) for part in parts)
    return Snippet(text, tuple(part.construct for part in parts), checks, (type_, face, plain))
