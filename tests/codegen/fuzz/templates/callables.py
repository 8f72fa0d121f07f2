"""Draw callables that are handed over in either direction, beyond those that are parameters themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.codegen.fuzz.members import is_loose
from tests.codegen.fuzz.shapes import Check, Class, Snippet, Type

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.codegen.fuzz.values import Drawer


def all_called(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw callables that are inside a container."""
    type_ = draw.known(classes)
    text = (
        "@m.wrap_function\n"
        "async def all_called(works: Mapping[str, Callable[[<0>], Awaitable[<0>]]], value: <0>) -> Dict[str, <0>]:\n"
        "    return {name: await work(value) for name, work in works.items()}\n"
    )
    arguments = "{'a': _callback(True), 'b': _callback(True)}, " + draw.value(type_)
    check = Check("async", "<module>all_called", arguments, (), is_loose(type_))
    return Snippet(text, ("callbacks inside containers",), (check,), (type_,))


def decided(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw a callable that may be blocking or async, and decides what comes out."""
    type_ = draw.told_from_awaitable(draw.known(classes))
    text = (
        "@m.wrap_function\nasync def decided(value: int, change: Callable[[int], Union[T, Awaitable[T]]]) -> T:\n"
        "    return await _either(change(value))\n"
    )
    checks = [
        Check("async", "<module>decided", f"3, _callback({awaited}, {draw.value(type_)})", (), is_loose(type_))
        for awaited in (True, False)
    ]
    return Snippet(text, ("such a callback that decides a type variable",), tuple(checks), (type_,))


def spun(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw overloads that say more than their implementation: of a callback, and of a record and what it goes to."""
    faces = [Type("class", name=cls.key) for cls in classes if cls.kind == "identity"]
    type_ = draw.told_from_awaitable(draw.pick(faces or [Type("int")]))
    text = (
        "def _no_face(value: T) -> T:\n    assert not type(value).__module__.startswith('fuzz')\n    return value\n\n\n"
        "@overload\nasync def spun(turn: Callable[[T], Awaitable[T]], item: T) -> T: ...\n"
        "@overload\nasync def spun(turn: Callable[[T], T], item: T) -> T: ...\n"
        "@m.wrap_function\nasync def spun(turn: Callable[[T], Union[T, Any]], item: T) -> Any:\n"
        "    return _no_face(await _either(turn(item)))\n\n\n"
        "@m.wrap_class\n@dataclass\nclass Spin:\n    content: <0>\n\n\n"
        "@overload\nasync def respun(value: Spin, move: Callable[[Spin], Awaitable[Spin]]) -> List[Spin]: ...\n"
        "@overload\nasync def respun(value: Spin, move: Callable[[Spin], Spin]) -> List[Spin]: ...\n"
        "@overload\nasync def respun(value: int) -> int: ...\n"
        "@m.wrap_function\nasync def respun(value: Any, move: Any = None) -> Any:\n"
        "    if move is None:\n        return value\n    found = [value, await _either(move(value))]\n"
        "    [_no_face(each.content) for each in found]\n    return found\n"
    )
    checks = tuple(
        Check("async", f"<module>{name}", f"{first}, {second}")
        for awaited in (True, False)
        for name, first, second in (
            ("spun", f"_callback({awaited})", draw.value(type_)),
            ("spun", f"lambda given: _callback({awaited})(given)", draw.value(type_)),
            ("respun", f"<module>Spin({draw.value(type_)})", f"_callback({awaited})"),
        )
    )
    constructs = (
        "overloads that say more of a callback than their implementation",
        "overloads that say more of a parameter than their implementation",
    )
    return Snippet(text, constructs, (*checks, Check("async", "<module>respun", "3")), (type_,))


def keyed(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw callable protocols with keywords and defaults: one that is awaited, and a plain one."""
    type_ = draw.known(classes)
    text = (
        "class _Keyed(Protocol):\n"
        "    async def __call__(self, value: <0>, *, also: <0>, level: int = 0, **named: <0>) -> <0>: ...\n\n\n"
        "class _PlainlyKeyed(Protocol):\n"
        "    def __call__(self, value: <0>, *, more: Optional[List[<0>]] = None) -> <0>: ...\n\n\n"
        "class _Placed(Protocol):\n    async def __call__(self, given: <0>) -> <0>: ...\n\n\n"
        "@m.wrap_function\nasync def placed(work: _Placed, value: <0>, other: <0>) -> List[<0>]:\n"
        "    return [await work(given=value), await work(other)]\n\n\n"
        "@m.wrap_function\nasync def keyed(work: _Keyed, value: <0>, other: <0>) -> List[<0>]:\n"
        "    return [await work(value, also=other), await work(other, also=value, level=2, third=other)]\n\n\n"
        "@m.wrap_function\ndef plainly_keyed(work: _PlainlyKeyed, value: <0>) -> List[<0>]:\n"
        "    return [work(value), work(value, more=[value])]\n"
    )
    value, other = draw.value(type_), draw.value(type_)
    checks = (
        Check("async", "<module>placed", f"_callback(True), {value}, {other}", (), is_loose(type_)),
        Check("async", "<module>keyed", f"_callback(True), {value}, {other}", (), is_loose(type_)),
        Check("plain", "<module>plainly_keyed", f"_callback(False), {value}", (), is_loose(type_)),
    )
    constructs = (
        "callable protocol with keywords, defaults and `*args`",
        "plain callable protocol with keywords",
        "callable protocol that the implementation calls by keyword",
    )
    return Snippet(text, constructs, checks, (type_,))


def adder(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw a callable as a result."""
    text = "@m.wrap_function\nasync def adder(by: int) -> Callable[[int], int]:\n    return lambda value: value + by\n"
    return Snippet(text, ("plain callable as a result",), (Check("inside", "<module>adder", "4", ("3",)),))


def speller(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw an async callable as a result, with or without objects that have faces."""
    faces = [Type("class", name=cls.key) for cls in classes if cls.kind == "identity"]
    type_ = draw.pick(faces) if faces and draw.chance(50) else Type(draw.pick(("int", "str", "bytes")))
    text = (
        "@m.wrap_function\nasync def speller(first: <0>) -> Callable[[<0>], Awaitable[List[<0>]]]:\n"
        "    async def spell(second: <0>) -> List[<0>]:\n        await _pause()\n        return [first, second]\n\n"
        "    return spell\n"
    )
    construct = f"async callable {'with wrapped objects ' if type_.kind == 'class' else ''}as a result"
    check = Check("inside", "<module>speller", draw.value(type_), (draw.value(type_),))
    return Snippet(text, (construct,), (check,), (type_,))


def spellers(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw async callables inside containers of a result."""
    type_ = draw.known(classes)
    text = (
        "@m.wrap_function\n"
        "async def spellers(first: <0>) -> Dict[str, List[Callable[[<0>], Awaitable[Tuple[<0>, <0>]]]]]:\n"
        "    async def spell(second: <0>) -> Tuple[<0>, <0>]:\n        return first, second\n\n"
        "    return {'none': [], 'both': [spell, lambda second: _later(lambda: (second, second))]}\n"
    )
    check = Check("inside", "<module>spellers", draw.value(type_), (draw.value(type_),), is_loose(type_))
    return Snippet(text, ("async callables inside containers of a result",), (check,), (type_,))


def counting(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw an async callable that has the parameters of the one that is given."""
    type_ = draw.known(classes)
    text = (
        "@m.wrap_function\n"
        "def counting(function: 'Callable[P, Awaitable[T]]') -> 'Callable[P, Awaitable[Tuple[int, T]]]':\n"
        "    async def counted(*args: Any, **kwargs: Any) -> Any:\n"
        "        return len(args), await function(*args, **kwargs)\n\n    return counted\n"
    )
    check = Check("inside plain", "<module>counting", "_callback(True)", (draw.value(type_),), is_loose(type_))
    return Snippet(text, ("async callable with the parameters of another one as a result",), (check,))


def tasked(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw a decorator that is used as it stands and with arguments, and a result that is awaited or is not."""
    type_ = draw.told_from_awaitable(draw.known(classes))
    text = (
        "@overload\ndef tasked(work: Callable[[<0>], Awaitable[<0>]]) -> Callable[[<0>], Awaitable[<0>]]: ...\n"
        "@overload\ndef tasked(*, times: int) "
        "-> Callable[[Callable[[<0>], Awaitable[<0>]]], Callable[[<0>], Awaitable[<0>]]]: ...\n"
        "@m.wrap_function\ndef tasked(work: Any = None, *, times: int = 1) -> Any:\n"
        "    def repeat(work: Any) -> Any:\n"
        "        async def repeated(value: Any) -> Any:\n"
        "            return [await work(value) for _ in range(times)][-1]\n\n"
        "        return repeated\n\n"
        "    return repeat if work is None else repeat(work)\n\n\n"
        "@m.wrap_function\nasync def elected(is_late: bool) "
        "-> Union[Callable[[<0>], Awaitable[<0>]], Callable[[<0>], <0>]]:\n"
        "    async def late(value: <0>) -> <0>:\n        await _pause()\n        return value\n\n"
        "    return late if is_late else lambda value: value\n"
    )
    checks = (
        Check("inside plain", "<module>tasked", "_callback(True)", (draw.value(type_),), is_loose(type_)),
        Check("inside plain", "<module>tasked(times=2)", "_callback(True)", (draw.value(type_),), is_loose(type_)),
        Check("inside", "<module>elected", "True", (draw.value(type_),), is_loose(type_)),
        Check("inside", "<module>elected", "False", (draw.value(type_),), is_loose(type_)),
    )
    constructs = (
        "decorator that is used as it stands and with arguments",
        "callable as a result that is awaited, or one that is not",
    )
    return Snippet(text, constructs, checks, (type_,))


def errand(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw an async callable in a field of a record, of the implementation's own and of the user's."""
    type_ = draw.known(classes)
    text = (
        "@m.wrap_class\n@dataclass\nclass Errand:\n    name: str\n    work: Callable[[<0>], Awaitable[<0>]]\n\n\n"
        "@m.wrap_function\nasync def errands() -> List[Errand]:\n"
        "    return [Errand('own', lambda value: _later(lambda: value))]\n\n\n"
        "@m.wrap_function\nasync def done(errand: Errand, value: <0>) -> <0>:\n    return await errand.work(value)\n"
    )
    checks = (
        Check("inside", "<module>errands", "", (draw.value(type_),), is_loose(type_)),
        Check(
            "async", "<module>done", f"<module>Errand('x', _callback(True)), {draw.value(type_)}", (), is_loose(type_)
        ),
    )
    return Snippet(text, ("async callable in a field of a record",), checks, (type_,))


def through(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw an async callable that a callback is given."""
    type_ = draw.known(classes)
    text = (
        "@m.wrap_function\nasync def through(\n"
        "    middleware: Callable[[Callable[[<0>], Awaitable[<0>]], <0>], Awaitable[<0>]], value: <0>\n"
        ") -> <0>:\n    return await middleware(lambda given: _later(lambda: given), value)\n"
    )
    check = Check("async", "<module>through", f"_middleware(), {draw.value(type_)}", (), is_loose(type_))
    return Snippet(text, ("async callable that a callback is given",), (check,), (type_,))


def picked(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw a plain callable that a callback returns."""
    type_ = draw.known(classes)
    text = (
        "@m.wrap_function\n"
        "async def picked(choose: Callable[[<0>], Callable[[<0>], <0>]], first: <0>, second: <0>) -> <0>:\n"
        "    return choose(first)(second)\n"
    )
    arguments = f"_chooser(), {draw.value(type_)}, {draw.value(type_)}"
    check = Check("async", "<module>picked", arguments, (), is_loose(type_))
    return Snippet(text, ("plain callable that a callback returns",), (check,), (type_,))


def bell(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw plain callables of a class with a face: as attributes that users set, and as a result."""
    text = (
        "@m.wrap_class\nclass Bell:\n    on_ring: 'Optional[Callable[[Bell], Bell]]' = None\n"
        "    pick: 'Callable[[List[Bell]], Bell]'\n\n"
        "    def __init__(self, name: str) -> None:\n        self.name: str = name\n"
        "        self.pick = lambda bells: bells[-1]\n\n"
        "    async def ring(self, other: 'Bell') -> List[str]:\n        await _pause()\n"
        "        told = self if self.on_ring is None else self.on_ring(other)\n"
        "        return [told.name, self.pick([other, self]).name]\n\n\n"
        "@m.wrap_function\nasync def ringer(bell: Bell) -> 'Callable[[Bell], List[Bell]]':\n"
        "    return lambda other: [bell, other]\n"
    )
    mine, other = draw.made_of("Bell", "'a'"), draw.made_of("Bell", "'b'")
    checks = (
        Check("async", f"{mine}.ring", other),
        Check("async", f"_with({mine}, 'on_ring', _callback(False)).ring", other),
        Check("async", f"_with({mine}, 'pick', _callback(False, {mine})).ring", other),
        Check("expression", f"{mine}.pick([{mine}, {other}])"),
        Check("expression", f"_set({mine}, 'on_ring', _callback(False))({other})"),
        Check("inside", "<module>ringer", mine, (other,)),
    )
    constructs = (
        "plain callable with wrapped objects as an attribute that users set",
        "plain callable with wrapped objects as a result",
    )
    return Snippet(text, constructs, checks, (), classes=("Bell",))


def desk(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw callables that users write into attributes and into a property."""
    type_ = draw.known(classes)
    text = (
        "@m.wrap_class\nclass Office:\n    answer: Optional[Callable[[<0>], Awaitable[<0>]]] = None\n"
        "    own: Callable[[<0>], Awaitable[<0>]]\n    on_error: Optional[Callable[[<0>], Awaitable[None]]]\n\n"
        "    def __init__(self) -> None:\n        self.own = self._same\n        self._kept = self._same\n"
        "        self.on_error = None\n\n"
        "    async def _same(self, value: <0>) -> <0>:\n        await _pause()\n        return value\n\n"
        "    @property\n    def kept(self) -> Callable[[<0>], Awaitable[<0>]]:\n        return self._kept\n\n"
        "    @kept.setter\n    def kept(self, value: Callable[[<0>], Awaitable[<0>]]) -> None:\n"
        "        self._kept = value\n\n"
        "    async def ask(self, value: <0>) -> List[Optional[<0>]]:\n"
        "        if self.on_error is not None:\n            await self.on_error(value)\n"
        "        first = None if self.answer is None else await self.answer(value)\n"
        "        return [first, await self.own(value), await self.kept(value)]\n"
    )
    other = draw.value(type_)
    given = f"_callback(True, {other})"
    checks = tuple(
        Check("async", callee, draw.value(type_), (), is_loose(type_))
        for callee in (
            "<module>Office().ask",
            "_with(<module>Office(), 'answer', _callback(True)).ask",
            f"_with(<module>Office(), 'own', {given}).ask",
            f"_with(<module>Office(), 'kept', {given}).ask",
            "_with(<module>Office(), 'on_error', _callback(True, None)).ask",
        )
    )
    calls = tuple(
        Check("inside value", f"<module>Office().{name}", "", (draw.value(type_),), is_loose(type_))
        for name in ("answer", "own", "kept")
    )
    same = tuple(
        Check("expression", f"(lambda step: _set(<module>Office(), {name!r}, step) is step)(_callback(True))")
        for name in ("answer", "own", "kept")
    )
    constructs = (
        "callback as an attribute",
        "async callable as an attribute that users set",
        "async callable as a property with a setter",
    )
    return Snippet(text, constructs, (*checks, *calls, *same), (type_,))
