"""List what the generator refuses of what decorators, functools and descriptors make, as `refusals.py` does."""

from __future__ import annotations

REFUSALS = {
    "decorators": (
        """
import functools
R = TypeVar("R")
U = TypeVar("U")
def bare(call):
    async def calling(*args, **kwargs):
        return await call(*args, **kwargs)
    return calling
def late(call):
    @functools.wraps(call)
    async def calling(*args):
        return call(*args)
    return calling
def several(call):
    @functools.wraps(call)
    async def calling(*args):
        yield call(*args)
    return calling
def other(call: Callable[..., Awaitable[R]]) -> Callable[..., Awaitable[U]]:
    return functools.wraps(call)(lambda *args: call(*args))
def hidden(call: Callable[..., R]) -> Callable[..., Awaitable[Nowhere]]:
    return functools.wraps(call)(lambda *args: call(*args))
def short(call: Callable[..., R]) -> Callable[[int], R]:
    return functools.wraps(call)(lambda *args: call(*args))

@m.wrap_class
class Store:
    @bare
    async def first(self, key: str) -> int: ...
    @late
    def second(self, key: str) -> int: ...
    @several
    async def third(self, key: str) -> int: ...
    @other
    async def fourth(self, key: str) -> int: ...
    @hidden
    async def fifth(self, key: str) -> int: ...
    @short
    async def sixth(self, key: str) -> int: ...

@m.wrap_function
@bare
async def seventh(key: str) -> int: ...
""",
        [
            (
                "_impl.py:43: a decorator of Store.first hides what it takes and gives: put "
                "`@functools.wraps(function)` on what the decorator returns, or type it with a ParamSpec"
            ),
            (
                "_impl.py:45: a decorator makes an async function of Store.second, and its types do not say so: "
                "annotate it: let it take `Callable[P, ...]` and give `Callable[P, Awaitable[R]]`"
            ),
            (
                "_impl.py:47: a decorator makes an async generator of Store.third, and its types do not say so: "
                "annotate it: let it take `Callable[P, ...]` and give `Callable[P, AsyncIterator[R]]`"
            ),
            (
                "_impl.py:49: the decorator other does not say what Store.fourth gives: "
                "let it take `Callable[P, Awaitable[R]]` and give `Callable[P, Awaitable[R]]`"
            ),
            (
                "_impl.py:51: the decorator hidden of Store.fifth: the annotation 'Callable[..., Awaitable[Nowhere]]' "
                "names Nowhere, which is not defined: import it, also under `if TYPE_CHECKING:`"
                ", or define it outside of that"
            ),
            (
                "_impl.py:53: the decorator short gives Store.sixth other parameters than those of its `def`: "
                "write a function that has them and calls it"
            ),
            (
                "_impl.py:57: seventh has lost its name to a decorator, which made bare.<locals>.calling of it: "
                "put `@functools.wraps(function)` on what the decorator returns"
            ),
        ],
    ),
    "made_by_functools": (
        """
import functools
T = TypeVar("T")
def other(self): ...

@m.wrap_class
class Client:
    async def fetch(self, kind: Type[T], number: int) -> T: ...
    @overload
    async def parsed(self, kind: int) -> int: ...
    @overload
    async def parsed(self, kind: str) -> str: ...
    async def parsed(self, kind: object) -> object: ...
    async def untyped(self, kind, number: int) -> int: ...
    first = functools.partialmethod(fetch, int)
    second = functools.partialmethod(fetch, int, 3, 4)
    third = functools.partialmethod(print, 1)
    fourth = functools.partialmethod(parsed, 1)
    fifth = functools.partialmethod(untyped, number=1)
    @functools.singledispatchmethod
    async def shown(self, value: object) -> str: ...
    @shown.register(int)
    def _(self, value: int) -> str: ...

@m.wrap_function
@functools.singledispatch
def told(value: object) -> str: ...
@told.register(int)
async def _(value: int) -> str: ...
""",
        [
            "_impl.py:28: the parameter kind of Client.untyped has no annotation: write `kind: T`",
            (
                "_impl.py:29: Client.first gives the argument that says what Client.fetch returns: "
                "write a method that calls it, and annotate it"
            ),
            "_impl.py:30: Client.second gives 3 arguments, and Client.fetch takes 2: leave some out",
            "_impl.py:31: Client.third is a partialmethod of something that is no method: write a method that calls it",
            (
                "_impl.py:32: Client.fourth gives arguments of Client.parsed, which has overloads: "
                "write a method that calls it"
            ),
            (
                "_impl.py:35: Client.shown is an async function, and what is registered for int is a plain function: "
                "write all of them in the same way"
            ),
            (
                "_impl.py:41: told is a plain function, and what is registered for int is an async function: "
                "write all of them in the same way"
            ),
        ],
    ),
    "descriptors": (
        """
class Untyped:
    def __get__(self, instance, owner=None): ...
class Many:
    @overload
    def __get__(self, instance: None, owner: object = ...) -> Many: ...
    @overload
    def __get__(self, instance: int, owner: object = ...) -> int: ...
    @overload
    def __get__(self, instance: object, owner: object = ...) -> str: ...
    def __get__(self, instance: object, owner: object = None) -> object: ...
T = TypeVar("T")
class Box(Generic[T]):
    def __get__(self, instance: object, owner: object = None) -> T: ...
class Other:
    def __get__(self, instance: object, owner: object = None) -> int: ...
    def __set__(self, instance: object, value) -> None: ...
class Apart:
    @overload
    def __get__(self, instance: None, owner: object = ...) -> List[int]: ...
    @overload
    def __get__(self, instance: object, owner: object = ...) -> int: ...
    def __get__(self, instance: object, owner: object = None) -> object: ...
class Raw(Box): ...

@m.wrap_class
class Holder:
    first = Untyped()
    second = Many()
    third = Other()
    fourth = Box()
    fifth = Apart()
    sixth = Raw()
""",
        [
            (
                "_impl.py:42: Holder.first is of the class Untyped, whose __get__ does not say what it gives: "
                "write a method or a property"
            ),
            (
                "_impl.py:43: Holder.second is of the class Many, whose __get__ has other overloads than one for the "
                "class and one for its objects: write two: `(self, instance: None, owner: type) -> Self` and "
                "`(self, instance: object, owner: type) -> T`"
            ),
            (
                "_impl.py:44: Holder.third is of the class Other, whose __set__ does not say what it takes: "
                "write `value: T`"
            ),
            (
                "_impl.py:45: Holder.fourth is of the generic class Box, and nothing says what its T stands for: "
                "write `fourth = Box[X](...)`"
            ),
            (
                "_impl.py:46: Holder.fifth is of the class Apart, whose __get__ gives the class something else than "
                "the descriptor or what objects have: write `-> Self` in its overload for None, and offer the other "
                "thing as a classmethod"
            ),
            (
                "_impl.py:47: Holder.sixth is of the generic class Box, and nothing says what its T stands for: "
                "write `class Raw(Box[X])`"
            ),
        ],
    ),
    "cache_of_something_asynchronous": (
        """
import functools

@m.wrap_function
@functools.lru_cache
async def first() -> int: ...

@m.wrap_class
class Shelf:
    @functools.lru_cache(maxsize=None)
    async def second(self) -> int: ...
    @staticmethod
    @functools.lru_cache(maxsize=8)
    async def third() -> AsyncIterator[int]:
        yield 1
""",
        [
            *(
                (
                    f"_impl.py:{line}: {path} is asynchronous under a cache of functools, which keeps a {kept}: that "
                    f"can be {used} once, and every later call gets it again: keep what comes out of it instead, in a "
                    "dictionary"
                )
                for line, path, kept, used in (
                    (20, "first", "coroutine", "awaited"),
                    (25, "Shelf.second", "coroutine", "awaited"),
                    (28, "Shelf.third", "generator", "iterated"),
                )
            ),
        ],
    ),
    "function_around_something_else": (
        """
import functools

class Called:
    def __call__(self, x: int) -> int: ...

@m.wrap_function
def first(x: int) -> int: ...
first.__wrapped__ = Called()

@m.wrap_class
class Client:
    @functools.wraps(len)
    def size(self) -> int: ...
    length = staticmethod(len)
    made = classmethod(int)
""",
        [
            "_impl.py:22: first wraps <_impl.Called object>, not a function: register a plain function",
            "_impl.py:28: Client.size wraps <built-in function len>, not a function: register a plain function",
            "_impl.py:29: Client.length is a static method around something that is no function: write a plain method",
            "_impl.py:30: Client.made is a class method around something that is no function: write a plain method",
        ],
    ),
}
