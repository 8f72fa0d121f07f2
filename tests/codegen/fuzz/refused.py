"""List what the generator refuses, as items that are drawn into an implementation; each ends the run with a message."""

from __future__ import annotations

# By the construct's name in the list of constructs; `{face}` is the name of a class of the module, at hand there.
REFUSED = {
    "something asynchronous inside a class that is no container": (
        "async def wrong() -> 'Optional[asyncio.Queue[AsyncIterator[int]]]':\n    return None\n"
    ),
    "something asynchronous, or an async callable, in an argument of a wrapped class or of its base": (
        "class Wrong(Generic[T]):\n    async def item(self) -> T:\n        raise LookupError\n\n\n"
        "m.wrap_class(Wrong)\n\n\n@m.wrap_class\nclass Worse(Wrong[AsyncIterator[int]]):\n    pass\n"
    ),
    "callable with wrapped objects in an argument of a wrapped class or of its base": (
        "class Wrong(Generic[T]):\n    async def item(self) -> T:\n        raise LookupError\n\n\n"
        "m.wrap_class(Wrong)\n\n\n@m.wrap_class\nclass Worse(Wrong['Callable[[{face}], int]']):\n    pass\n"
    ),
    "what a base is applied to that cannot be read, where a public member is of it": (
        "class _Kept:\n    pass\n\n\nclass _Wrong(Generic[T]):\n    async def item(self) -> T:\n"
        "        raise LookupError\n\n\n@m.wrap_class\nclass Worse(_Wrong[_Kept]):\n    pass\n"
    ),
    "callables in a union as a result that nothing tells apart": (
        "async def wrong() -> Union[Callable[[], int], Callable[[int], Union[int, Awaitable[int]]]]:\n"
        "    raise LookupError\n"
    ),
    "import under `TYPE_CHECKING` of a module that is not there": (
        "if TYPE_CHECKING:\n    from _nowhere.at_all import Thing\n\n\n"
        "@m.wrap_function\nasync def wrong(value: 'Thing') -> None:\n    pass\n"
    ),
    "type guard of something asynchronous, or of an async callable": (
        "def wrong(value: object) -> 'typing_extensions.TypeGuard[AsyncIterator[int]]':\n    return False\n"
    ),
    "something asynchronous sent into a stream": (
        "async def wrong() -> AsyncGenerator[int, Optional[AsyncIterator[int]]]:\n    yield 1\n"
    ),
    "`@contextmanager`": "@contextlib.contextmanager\ndef wrong() -> Iterator[int]:\n    yield 1\n",
    "something asynchronous inside another object that a callback is given": (
        "async def wrong(callback: 'Callable[[asyncio.Queue[AsyncIterator[int]]], Awaitable[int]]') -> None:\n"
        "    pass\n"
    ),
    "something asynchronous inside another object that a callable gives": (
        "async def wrong() -> 'Callable[[int], Awaitable[asyncio.Queue[AsyncIterator[int]]]]':\n    raise LookupError\n"
    ),
    "callable sent into a stream": (
        "async def wrong() -> AsyncGenerator[int, Callable[[int], Awaitable[int]]]:\n    yield 1\n"
    ),
    "type that is defined by itself and holds wrapped or asynchronous objects": (
        "async def wrong(value: 'Calls') -> None:\n    pass\n"
    ),
    "parameter without annotation": "async def wrong(value) -> None:\n    pass\n",
    "result without annotation": "async def wrong(value: int):\n    return value\n",
    "annotation of an unknown name": "async def wrong(value: 'Nowhere') -> None:\n    pass\n",
    "subclass of a builtin container as a face": "class Wrong(Dict[str, int]):\n    pass\n",
    "classmethod for some objects of a generic class": (
        "class Wrong(Generic[T]):\n    @classmethod\n    def made(cls: 'Type[Wrong[List[U]]]') -> 'Wrong[U]':\n"
        "        raise LookupError\n"
    ),
    "`__await__` for some objects of a generic class": (
        "class Wrong(Generic[T]):\n    def __await__(self: 'Wrong[str]') -> Generator[Any, None, int]:\n"
        "        raise LookupError\n"
    ),
    "async property": "class Wrong:\n    @property\n    async def late(self) -> int:\n        return 1\n",
    "async operator": "class Wrong:\n    async def __len__(self) -> int:\n        return 1\n",
    "`__setattr__` and `__delattr__`": (
        "class Wrong:\n    def __setattr__(self, name: str, value: object) -> None:\n        pass\n"
    ),
    "class that is both a blocking and an async iterable": (
        "class Wrong:\n    def __iter__(self) -> Iterator[int]:\n        yield 1\n"
        "    async def __aiter__(self) -> AsyncIterator[int]:\n        yield 1\n"
    ),
    "special method of a metaclass": (
        "class _Sized(type):\n    def __len__(cls) -> int:\n        return 1\n\n\n"
        "@m.wrap_class\nclass Wrong(metaclass=_Sized):\n    pass\n"
    ),
    "setter of a property of a metaclass": (
        "class _Sized(type):\n    @property\n    def size(cls) -> int:\n        return 1\n"
        "    @size.setter\n    def size(cls, value: int) -> None:\n        pass\n\n\n"
        "@m.wrap_class\nclass Wrong(metaclass=_Sized):\n    pass\n"
    ),
    "`__class_getitem__` of a class that is not generic": (
        "class Wrong:\n    def __class_getitem__(cls, item: object) -> int:\n        return 1\n"
    ),
    "unregistered class that leads to wrapped objects": (
        "class Inmost:\n    held: '{face}'\n\n\nclass Middle:\n    inner: Inmost\n\n\n"
        "@m.wrap_function\nasync def wrong(middle: Middle) -> None:\n    pass\n"
    ),
    "descriptor without annotations": "class Wrong:\n    title = _Untyped()\n",
    "class constant without a type": "class Wrong:\n    chosen = None\n",
    "member called aio": "class Wrong:\n    def aio(self) -> int:\n        return 1\n",
    "callable sent into a `Generator`": (
        "def wrong() -> 'Generator[int, Callable[[{face}], None], None]':\n    yield 1\n"
    ),
    "`async def __init__` and `async def __new__`": (
        "class Wrong:\n    async def __init__(self) -> None:\n        pass\n"
    ),
    "async method of a record that holds wrapped objects": (
        "@dataclass\nclass Wrong:\n    near: '{face}'\n\n    async def fetch(self) -> int:\n        return 1\n"
    ),
    "descriptor with other overloads": "class Wrong:\n    title = _Overloaded()\n",
    "class of the standard library as a base": "class Wrong(asyncio.Queue):\n    pass\n",
    "`AsyncGenerator` as a base": "class Wrong(AsyncGenerator[int, int]):\n    pass\n",
    "`functools.lru_cache` on something asynchronous": (
        "@functools.lru_cache(maxsize=None)\nasync def wrong(value: int) -> int:\n    return value\n"
    ),
    "untyped decorator without `functools.wraps`": (
        "class Wrong:\n    def _hiding(function: Any) -> Any:\n"
        "        async def called(*args: Any) -> Any:\n            return await function(*args)\n"
        "        return called\n\n"
        "    @_hiding\n    async def fetch(self, value: int) -> int:\n        return value\n"
    ),
    "untyped decorator that makes a plain function async": (
        "class Wrong:\n    def _late(function: Any) -> Any:\n"
        "        @functools.wraps(function)\n        async def called(*args: Any) -> Any:\n"
        "            return function(*args)\n        return called\n\n"
        "    @_late\n    def fetch(self, value: int) -> int:\n        return value\n"
    ),
    "`functools.partialmethod` of what its argument types": (
        "class Wrong:\n    async def fetch(self, value: T) -> T:\n        return value\n\n"
        "    first = functools.partialmethod(fetch, 1)\n"
    ),
    "`functools.singledispatch` of plain and async functions": (
        "@functools.singledispatch\ndef wrong(value: object) -> int:\n    return 1\n\n\n"
        "@wrong.register(int)\nasync def _wrong(value: int) -> int:\n    return 1\n"
    ),
    "exception that holds a record, or something asynchronous": (
        "class Wrong(Exception):\n    def __init__(self, near: '{face}', lines: List[AsyncIterator[int]]) -> None:\n"
        "        self.lines = lines\n"
    ),
    "something asynchronous in a record that is not public": "async def wrong() -> List[_Lines]:\n    return []\n",
    "async callable in a field of a record that is not public": "async def wrong() -> List[_Work]:\n    return []\n",
    "callable in a field of a record that is given an `AsyncGenerator` or an awaitable": (
        "@dataclass\nclass Wrong:\n    work: Callable[[List[AsyncGenerator[int, int]]], Awaitable[str]]\n"
    ),
    "generic record applied to a type variable and derived from a builtin": (
        "class Wrong(Generic[T]):\n    async def page(self) -> '_Page[T]':\n        raise LookupError\n"
    ),
    "`type` alias without all its arguments": (
        "Couple = typing_extensions.TypeAliasType('Couple', Tuple[T, U], type_params=(T, U))\n\n\n"
        "@m.wrap_function\nasync def wrong(couple: 'Couple[int]') -> None:\n    pass\n"
    ),
    "`type` statement without all its arguments": (
        "type Couple[K, V] = tuple[K, V]\n\n\n"
        "@m.wrap_function\nasync def wrong(couple: 'Couple[int]') -> None:\n    pass\n"
    ),
}
