"""Own the classes that are made here, below an implementation's own, for users' classes of the parent's process.

    extended VERB PLACE     `create`, or `call` of a class method, of a class made here: its description comes first;
                            "again VERB", too
    below VERB NAME         what an override stands before; the number of the call that leads there comes first

Their objects call what the user's class overrides in the parent's process, by the number of the pair that it has there
for each of them. Nothing of that is kept here: when the parent lets go of an object, it is as any other one.
"""

from __future__ import annotations

import contextlib
import contextvars
import functools
import inspect
import types
import weakref
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Any, NamedTuple

from ...bridge import FOR, MADE, Original, maker, original
from ...errors import UsageError
from .._forwarding import forwarded
from .._messages import DEFINITIONS
from .._stands import Opened
from ._kinds import EXTENDS, NUMBER
from ._table import Function
from ._verbs import AGAIN, check_again

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from ._lent import Asking

    Args = tuple[Any, ...]
    Kwargs = dict[str, Any]

__all__ = ("Extending", "led")

_PAIR = "__ambidex_pair__"  # the slot for the number of an object's pair
_NOBODY = 0
_type_of: Callable[[object], type[Any]] = type  # strict checkers lose what is Any in `type(value)`
_ATTRIBUTES = {"get": "fget", "set": "fset", "delete": "fdel"}

# The number of the parent's call that runs here, in its own task and in those that it starts: who waits for it may run
# what it leads to
_led_by: contextvars.ContextVar[int] = contextvars.ContextVar("ambidex_led_by", default=_NOBODY)


class _Described(NamedTuple):
    """Hold what the parent says of a class: three numbers, and the parts of `ambidex.bridge.Overridden`."""

    pair: int
    number: int
    led_by: int
    name: str
    module: str
    ways: tuple[str, ...]
    constants: dict[str, Any]
    keywords: dict[str, Any]
    has_constructor: bool


class _Making:
    """Hold the number of the pair of the one object that the parent makes, and then that, until its `__init__` runs."""

    __slots__ = ("pair", "receiver")

    def __init__(self, pair: int) -> None:
        self.pair = pair
        self.receiver: Any = None


_making: contextvars.ContextVar[_Making | None] = contextvars.ContextVar("ambidex_making_for_parent", default=None)


class Extending:
    """Make the classes, each once for as long as it is used; `asking` calls the parent."""

    def __init__(self, asking: Callable[[], Asking]) -> None:
        self._asking = asking
        self._made: weakref.WeakValueDictionary[tuple[type[Any], int], type[Any]] = weakref.WeakValueDictionary()

    def function_of(self, asked: str, definition: Callable[[str], tuple[Any, Any, str]]) -> Function:
        """Return what to run for "VERB PLACE"; `definition` gives what stands at a place, its owner, and its name.

        Raises:
            UsageError: nothing public is there, or no class, or it may not run twice and was to.
        """
        verb, _, place = asked.partition(" ")
        is_again = verb == AGAIN
        if is_again:
            verb, _, place = place.partition(" ")
        found, owner, path = definition(place)
        if is_again:
            check_again(path, lambda: found)
        cls, name = (found, "") if verb == "create" else (owner, path.rpartition(".")[2])
        if not isinstance(cls, type):
            raise UsageError(f"{place} is no class, nor a class method, whose objects could be of a user's class")

        async def run(described: tuple[Any, ...], /, *args: Any, **kwargs: Any) -> Any:
            of = _Described(*described)
            made = self._class_of(cls, of)
            with _set(_led_by, of.led_by), _set(_making, _Making(of.pair) if of.pair else None):
                value = (getattr(made, name) if name else made)(*args, **kwargs)
                return await value if name and inspect.isawaitable(value) else value

        return Function(path, run, "async", is_two_way=False, is_idempotent=False)

    def _class_of(self, base: type[Any], of: _Described) -> type[Any]:
        known = self._made.get((base, of.number))
        if known is None:
            known = self._made.setdefault((base, of.number), self._make(base, of))
        for name, value in of.constants.items():
            if hasattr(base, name):
                type.__setattr__(known, name, value)
        return known

    def _make(self, base: type[Any], of: _Described) -> type[Any]:
        namespace: dict[str, Any] = {
            "__doc__": base.__doc__,
            "__module__": of.module,
            "__qualname__": of.name,
            "__slots__": (_PAIR,),
            "__reduce_ex__": _refuse_copies,
            FOR: of.name,
            MADE: _Itself(),
            EXTENDS: base,
            NUMBER: of.number,
            "__new__": self._new(of),
            **self._members(of),
        }
        if of.has_constructor:
            namespace["__init__"] = self._init()
        elif base.__init__ is not object.__init__:  # which takes what `__new__` does only where nothing is over it
            namespace["__init__"] = self._plain_init()
        try:
            return types.new_class(
                of.name.rpartition(".")[2], (base,), {**of.keywords}, lambda names: names.update(namespace)
            )
        except Exception as error:
            if of.keywords:
                raise  # as where the class itself is extended
            raise UsageError(
                f"{of.name} overrides {', '.join(way.partition(' ')[2] for way in of.ways)}, for which "
                f"{base.__qualname__} of {base.__module__} has to be extended, and that fails: "
                f"{type(error).__name__}: {error}; override nothing of it, or hand callables over instead"
            ) from error

    # -- what stands in them

    def _new(self, of: _Described) -> Callable[..., Any]:
        makers: list[tuple[Callable[..., Any], bool]] = []

        def __new__(cls: Any, /, *args: Any, **kwargs: Any) -> Any:  # noqa: N807  it is put into a class
            if not makers:
                makers.append(maker(getattr(cls, MADE)))
            make, takes_all = makers[0]
            receiver = make(cls, *args, **kwargs) if takes_all else make(cls)
            made = getattr(_type_of(receiver), MADE, None)
            if made is not None and not hasattr(receiver, _PAIR):
                making = _making.get()
                if making is not None and making.pair and cls is made:
                    pair, making.pair, making.receiver = making.pair, 0, receiver
                else:
                    pair = self._asking().block(DEFINITIONS, "adopt", (receiver, of.number), {})
                _slot_of(receiver).__set__(receiver, pair)
            return receiver

        return __new__

    def _init(self) -> Callable[..., Any]:
        def __init__(self_: Any, /, *args: Any, **kwargs: Any) -> None:  # noqa: N807  it is put into a class
            making = _making.get()
            if making is not None and making.receiver is self_:
                making.receiver = None
                original(self_, "__init__")(*args, **kwargs)
            else:
                self._asking().block(DEFINITIONS, "init", _leading(self_, args), kwargs)

        return __init__

    def _plain_init(self) -> Callable[..., Any]:
        def __init__(self_: Any, /, *args: Any, **kwargs: Any) -> None:  # noqa: N807  it is put into a class
            making = _making.get()
            is_parents = making is not None and making.receiver is self_
            try:
                original(self_, "__init__")(*args, **kwargs)
            except BaseException:  # whatever stops the construction: it is passed on, and nobody is given the object
                if not is_parents:  # who drops it there by himself
                    self._asking().block(DEFINITIONS, "disown", _leading(self_, ())[:2], {})
                raise

        return __init__

    def _members(self, of: _Described) -> dict[str, Any]:
        found: dict[str, Any] = {}
        properties: dict[str, dict[str, Any]] = {}
        for each in of.ways:
            way, _, name = each.partition(" ")
            if way == "none":
                found[name] = None
            elif way in _ATTRIBUTES:
                properties.setdefault(name, {})[_ATTRIBUTES[way]] = self._blocking(each)
            elif way == "block":
                found[name] = self._blocking(each)
            else:
                found[name] = {"await": self._awaited, "stream": self._streamed, "context": self._entered}[way](each)
        return {**found, **{name: _property(name, parts) for name, parts in properties.items()}}

    def _awaited(self, asked: str) -> Callable[..., Any]:
        async def method(receiver: Any, /, *args: Any, **kwargs: Any) -> Any:
            return await self._asking().call(DEFINITIONS, asked, _leading(receiver, args), kwargs)

        return method

    def _blocking(self, asked: str) -> Callable[..., Any]:
        def method(receiver: Any, /, *args: Any, **kwargs: Any) -> Any:
            return self._asking().block(DEFINITIONS, asked, _leading(receiver, args), kwargs)

        return method

    def _streamed(self, asked: str) -> Callable[..., Any]:
        def method(receiver: Any, /, *args: Any, **kwargs: Any) -> AsyncGenerator[Any, Any]:
            return self._asking().stream(DEFINITIONS, asked, _leading(receiver, args), kwargs)

        return method

    def _entered(self, asked: str) -> Callable[..., Any]:
        def method(receiver: Any, /, *args: Any, **kwargs: Any) -> Opened:
            return Opened(self._asking().stream(DEFINITIONS, asked, _leading(receiver, args), kwargs))

        return method


class _Itself:
    """Stand for the class in whose body it stands, from the moment that the class is there: its hooks may use it."""

    def __set_name__(self, owner: type[Any], name: str) -> None:
        type.__setattr__(owner, name, owner)


def _slot_of(receiver: Any) -> Any:
    made: type[Any] = getattr(_type_of(receiver), MADE)
    return vars(made)[_PAIR]


def _leading(receiver: Any, args: Args) -> Args:
    return (receiver, _slot_of(receiver).__get__(receiver), _led_by.get(), *args)


def _property(name: str, parts: dict[str, Any]) -> property:
    def write(receiver: Any, value: Any) -> None:
        setattr(Original(receiver), name, value)  # the implementation's own business, as where it sets it up

    def delete(receiver: Any) -> None:
        delattr(Original(receiver), name)

    return property(parts["fget"], parts.get("fset", write), parts.get("fdel", delete))


def _refuse_copies(self: Any, _: Any, /) -> Any:
    raise TypeError(
        f"{type(self).__qualname__} cannot be copied or pickled here: its class overrides methods in another process, "
        "where its face is"
    )


@contextlib.contextmanager
def _set(variable: contextvars.ContextVar[Any], value: Any) -> Generator[None, None, None]:
    token = variable.set(value)
    try:
        yield
    finally:
        variable.reset(token)


def led(entry: Function) -> Function:
    """Return what runs below overrides: it takes the number of the call that leads to overrides first."""
    function = entry.function
    if entry.runs == "stream":

        @contextlib.asynccontextmanager
        async def opened(led_by: int, args: Args, kwargs: Kwargs) -> AsyncGenerator[AsyncGenerator[Any, Any], None]:
            _led_by.set(led_by)  # in the task of the stream, which is its own
            yield function(*args, **kwargs)

        def stream(led_by: int, /, *args: Any, **kwargs: Any) -> AsyncGenerator[Any, Any]:
            return forwarded([opened(led_by, args, kwargs)])

        return entry._replace(function=stream)

    @functools.wraps(function)
    async def run(led_by: int, /, *args: Any, **kwargs: Any) -> Any:
        with _set(_led_by, led_by):
            return await function(*args, **kwargs)

    return entry._replace(function=run)
