"""Draw methods that functools makes of others: with some arguments given, or chosen by the first one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.codegen.fuzz.members import is_loose
from tests.codegen.fuzz.shapes import Check, Class, Snippet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.codegen.fuzz.values import Drawer


def requests(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw a class with methods of every kind that have arguments given."""
    type_ = draw.known(classes)
    text = (
        "@m.wrap_class\nclass Requests:\n"
        "    async def asked(self, verb: str, value: <0>, times: int = 1, *, last: bool = True) -> Tuple[str, <0>]:\n"
        "        return f'{verb}{times}{last}', value\n\n"
        "    got = functools.partialmethod(asked, 'GET')\n"
        f"    often = functools.partialmethod(asked, 'GET', times={draw.number(2, 9)})\n\n"
        "    def shown(self, text: str, value: <0>) -> List[<0>]:\n        return [value] * len(text)\n\n"
        "    twice = functools.partialmethod(shown, 'ab')\n\n"
        "    async def sent(self, *values: <0>) -> AsyncIterator[<0>]:\n"
        "        for value in values:\n            yield value\n\n"
        "    one = functools.partialmethod(sent)\n\n"
        "    @classmethod\n    async def made(cls, name: str, value: <0>) -> <0>:\n        return value\n\n"
        "    named = functools.partialmethod(made, 'x')\n\n"
        "    @staticmethod\n    async def parsed(value: <0>, base: int) -> Tuple[<0>, int]:\n"
        "        return value, base\n\n"
        f"    based = functools.partialmethod(parsed, base={draw.number(2, 9)})\n"
    )
    loose = is_loose(type_)
    made = draw.made_of("Requests")

    def value() -> str:
        return draw.value(type_)

    checks = (
        Check("async", f"{made}.got", value(), (), loose),
        Check("async", f"{made}.got", f"{value()}, 4, last=False", (), loose),
        Check("async", f"{made}.often", value(), (), loose),
        Check("async", f"{made}.often", f"value={value()}, times=1", (), loose),
        Check("plain", f"{made}.twice", value(), (), loose),
        Check("stream", f"{made}.one", f"{value()}, {value()}", (), loose),
        Check("async", "<module>Requests.named", value(), (), loose),
        Check("async", "<module>Requests.based", value(), (), loose),
    )
    kinds = ("an async method", "a plain method", "a classmethod", "a staticmethod", "an async generator")
    constructs = tuple(f"`functools.partialmethod` of {kind}" for kind in kinds)
    return Snippet(text, constructs, checks, (type_,), classes=("Requests",))


def dispatched(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw methods and a function that are chosen by the type of what they are given."""
    type_ = draw.known(classes)
    is_async = draw.chance(50)
    way = "async def" if is_async else "def"
    text = (
        "@m.wrap_class\nclass Letter:\n    pass\n\n\n@m.wrap_class\nclass Desk:\n"
        "    @functools.singledispatchmethod\n"
        "    async def read(self, value: Union[int, str, Letter], other: <0>) -> Tuple[str, <0>]:\n"
        "        return 'any', other\n\n"
        "    @read.register(Letter)\n    async def _(self, value: Letter, other: <0>) -> Tuple[str, <0>]:\n"
        "        return 'letter', other\n\n"
        "    @functools.singledispatchmethod\n    def kept(self, value: Any, other: <0>) -> List[<0>]:\n"
        "        return [other]\n\n"
        "    @kept.register(Letter)\n    def _kept(self, value: Letter, other: <0>) -> List[<0>]:\n"
        "        return [other, other]\n\n"
        "    @functools.singledispatchmethod\n    @classmethod\n"
        "    async def of(cls, value: Union[int, Letter]) -> str:\n        return 'any'\n\n"
        "    @of.register(int)\n    @classmethod\n    async def _of(cls, value: int) -> str:\n"
        "        return 'number'\n\n\n"
        f"@m.wrap_function\n@functools.singledispatch\n{way} posted(value: object) -> str:\n"
        f"    return 'any'\n\n\n@posted.register(Letter)\n{way} _posted(value: Letter) -> str:\n"
        "    return 'letter'\n"
    )
    loose = is_loose(type_)
    checks: list[Check] = []
    for given in ("3", draw.made_of("Letter")):
        desk = draw.made_of("Desk")
        checks += [
            Check("async", f"{desk}.read", f"{given}, {draw.value(type_)}", (), loose),
            Check("plain", f"{desk}.kept", f"{given}, {draw.value(type_)}", (), loose),
            Check("async", "<module>Desk.of", given),
            Check("async" if is_async else "plain", "<module>posted", given),
        ]
    constructs = (
        "async method under `functools.singledispatchmethod`",
        "plain method under `functools.singledispatchmethod`",
        "classmethod under `functools.singledispatchmethod`",
        "plain or async function under `functools.singledispatch`",
    )
    return Snippet(text, constructs, tuple(checks), (type_,), classes=("Letter", "Desk"))


def under_decorators(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw methods and a function under decorators of the module's own: typed or not, with `functools.wraps` or not."""
    type_ = draw.known(classes)
    text = (
        "def _again(times: int) -> 'Callable[[Callable[P, Awaitable[T]]], Callable[P, Awaitable[T]]]':\n"
        "    def decorate(function: 'Callable[P, Awaitable[T]]') -> 'Callable[P, Awaitable[T]]':\n"
        "        @functools.wraps(function)\n"
        "        async def called(*args: 'P.args', **kwargs: 'P.kwargs') -> T:\n"
        "            for _ in range(times):\n                await function(*args, **kwargs)\n"
        "            return await function(*args, **kwargs)\n\n        return called\n\n    return decorate\n\n\n"
        "def _plainly(function: Any) -> Any:\n    @functools.wraps(function)\n"
        "    async def called(*args: Any, **kwargs: Any) -> Any:\n"
        "        return await function(*args, **kwargs)\n\n    return called\n\n\n"
        "def _paired(function: 'Callable[P, Awaitable[T]]') -> 'Callable[P, Awaitable[List[T]]]':\n"
        "    async def called(*args: 'P.args', **kwargs: 'P.kwargs') -> List[T]:\n"
        "        return [await function(*args, **kwargs), await function(*args, **kwargs)]\n\n    return called\n\n\n"
        "class _InThread:\n    def __call__(self, function: 'Callable[P, T]') -> 'Callable[P, Awaitable[T]]':\n"
        "        @functools.wraps(function)\n"
        "        async def called(*args: 'P.args', **kwargs: 'P.kwargs') -> T:\n"
        "            return function(*args, **kwargs)\n\n        return called\n\n\n"
        "class _Routes:\n    def named(\n        self, name: str\n"
        "    ) -> 'Callable[[Callable[P, Awaitable[T]]], Callable[P, Awaitable[Dict[str, T]]]]':\n"
        "        def decorate(function: 'Callable[P, Awaitable[T]]') -> 'Callable[P, Awaitable[Dict[str, T]]]':\n"
        "            @functools.wraps(function)\n"
        "            async def called(*args: 'P.args', **kwargs: 'P.kwargs') -> Dict[str, T]:\n"
        "                return {name: await function(*args, **kwargs)}\n\n            return called\n\n"
        "        return decorate\n\n\n_routes = _Routes()\n\n\n"
        "@m.wrap_class\nclass Decorated:\n"
        f"    @_again({draw.number(1, 3)})\n    async def tried(self, value: <0>, *, by: int = 1) -> Tuple[<0>, int]:\n"
        "        return value, by\n\n"
        "    @_plainly\n    async def kept(self, value: <0>) -> <0>:\n        return value\n\n"
        "    @_paired\n    @_again(times=1)\n    async def pair(self, value: <0>) -> <0>:\n        return value\n\n"
        "    @_InThread()\n    def moved(self, value: <0>) -> List[<0>]:\n        return [value]\n\n\n"
        "@m.wrap_function\n@_routes.named('a')\nasync def routed(value: <0>) -> <0>:\n    return value\n"
    )
    loose, made = is_loose(type_), draw.made_of("Decorated")
    names = ("tried", "kept", "pair", "moved")
    checks = [Check("async", f"{made}.{name}", draw.value(type_), (), loose) for name in names]
    checks.append(Check("async", f"{made}.tried", f"by=2, value={draw.value(type_)}", (), loose))
    checks.append(Check("async", "<module>routed", draw.value(type_), (), loose))
    constructs = (
        "async method under a decorator with arguments, typed by a ParamSpec",
        "async method under an untyped decorator with `functools.wraps`",
        "async method under a typed decorator without `functools.wraps`",
        "plain method that a decorator makes async",
        "function under a decorator of an object's, which gives another result",
    )
    return Snippet(text, constructs, tuple(checks), (type_,), classes=("Decorated",))
