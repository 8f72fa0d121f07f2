"""Use a drawn implementation by itself, and through its faces, and tell what came of each check."""

from __future__ import annotations

import asyncio
import collections
import contextlib
import dataclasses
import enum
import functools
import importlib
import types
import warnings
from collections import UserList, deque
from collections.abc import Iterator, Mapping, ValuesView
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from tests.codegen.fuzz import consuming
from tests.codegen.fuzz.overriding import extended
from tests.codegen.fuzz.shapes import Class, Function
from tests.codegen.fuzz.values import IDENTITY

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator

    from tests.codegen.fuzz.shapes import Check, Program


SEQUENCES = (list, tuple, deque, UserList, ValuesView)
STREAMS = ("stream", "returned stream", "stream call")
TWO_WAY = ("two-way", "two-way inside")


class World:
    """Evaluate the texts of checks, with the implementation's classes or with the faces.

    `form` is "implementation", "blocking" or "aio".
    """

    def __init__(self, program: Program, prefix: str, form: str) -> None:
        self._program = program
        self._prefix = prefix
        self._form = form
        self._objects: dict[int, Any] = {}
        self._given: list[Any] = []
        self._is_dual_aio = form == "aio" and not program.is_twin
        self._public = self._public_names()
        keys = [*(key for key, cls in program.classes.items() if cls.kind in IDENTITY), *program.more]
        self._keys = {self._c(key): key for key in keys}
        self._names: dict[str, Any] = {
            "deque": deque, "_c": self._c, "_o": self._o, "_m": self._module, "_items": self._items, "_set": _set,
            "_delete": _delete, "_put": _put, "_with": _with, "_callback": self._callback, "_pass_on": self._pass_on,
            "_call": _call, "_without": _without, "_extended": self._extended, "_middleware": self._middleware,
            "_chooser": self._chooser, "_reader": self._reader, "_taking": self._taking, "_user": self._user,
            "_name": self._name, "_named": self._named, "_there": self._there, "_entering": self._entering,
            "_keyed": self._keyed, "_takes_no_keywords": self._takes_no_keywords,
            "collections": collections, "types": types,
        }  # fmt: skip

    def _public_names(self) -> dict[str, str]:
        if self._form == "implementation":
            return {}
        items = ((source.number, item) for source in self._program.sources for item in source.items)
        return {
            f"{number}.{item.name}": item.public
            for number, item in items
            if isinstance(item, (Class, Function)) and item.public is not None
        }

    def _module(self, number: int) -> Any:
        name = f"{self._prefix}{number}"
        if self._form == "implementation":
            return importlib.import_module(name)
        module = importlib.import_module(name.removeprefix("_"))
        is_awaited = self._form == "aio" and self._program.is_twin
        return _Awaited(module, self._program.async_names) if is_awaited else module

    def _c(self, key: str) -> Any:
        """Return a class or function of the implementation, or what is public in its place."""
        number, _, name = key.partition(".")
        cls = self._program.classes.get(key)
        if cls is not None and not cls.is_registered:  # annotations name it where it is
            return getattr(importlib.import_module(f"{self._prefix}{number}"), name)
        return functools.reduce(getattr, self._public.get(key, name).split("."), self._module(int(number)))

    def _o(self, index: int, key: str, *args: Any, **kwargs: Any) -> Any:
        if index not in self._objects:
            self._objects[index] = self._c(key)(*args, **kwargs)
        return self._objects[index]

    def _items(self, items: list[Any], *, is_async: bool = False) -> Any:
        """Return what an implementation reads with `async for`: the blocking face takes any iterable."""
        return items if self._form == "blocking" and not is_async else _AsyncItems(items)

    def _pass_on(self, *args: Any, **kwargs: Any) -> Any:
        self._given.append((args, kwargs))
        return (args, kwargs)

    def _callback(self, awaited: bool, *value: Any) -> Callable[..., Any]:
        """Return a callable that gives back what it is given, or a value; async where it may be and is awaited."""

        def called(given: Any, **named: Any) -> Any:
            self._given.extend((given, *named.values()))
            return value[0] if value else given

        async def called_async(given: Any, **named: Any) -> Any:
            await asyncio.sleep(0)
            return called(given, **named)

        return called_async if awaited and self._form != "blocking" else called

    def _middleware(self) -> Callable[..., Any]:
        """Return a callback that calls what it is given."""

        async def awaiting(following: Any, given: Any) -> Any:
            self._given.append(given)
            return await (following.aio if self._is_dual_aio else following)(given)

        def blocking(following: Any, given: Any) -> Any:
            self._given.append(given)
            return following(given)

        return blocking if self._form == "blocking" else awaiting

    def _chooser(self) -> Callable[..., Any]:
        """Return a callback that gives a callable."""

        def chosen(given: Any) -> Callable[[Any], Any]:
            self._given.append(given)
            return _same

        return chosen

    def _entering(self, value: Any, other: bool = False, *, stops: bool = False) -> Any:
        """Return a context manager: a blocking one for the blocking face, or an `other` one; an exception may stop."""

        def left(error: Exception) -> None:
            self._given.append(("left by", type(error).__name__))
            if not stops:
                raise error

        @contextlib.contextmanager
        def blocking() -> Generator[Any, None, None]:
            try:
                yield value
            except LookupError as error:
                left(error)
            self._given.append("left")

        @contextlib.asynccontextmanager
        async def awaiting() -> AsyncGenerator[Any, None]:
            try:
                yield value
            except LookupError as error:
                left(error)
            self._given.append("left")

        is_blocking = self._form != "implementation" and (self._form == "blocking") is not other
        return blocking() if is_blocking else awaiting()

    def _keyed(self, cls: Any, **given: Any) -> Any:
        """Return a user's subclass that is given keywords."""
        return types.new_class("Mine", (cls,), given)

    def _takes_no_keywords(self, cls: Any, **given: Any) -> bool:
        """Tell whether a user's subclass is refused keywords, as Python does."""
        try:
            self._keyed(cls, **given)
        except TypeError as error:
            return "takes no keyword arguments" in str(error)
        return False

    def _reader(self) -> Callable[..., Any]:
        """Return a callback that reads a stream to its end."""

        async def awaiting(items: Any) -> list[Any]:
            return [item async for item in items]

        return list if self._form == "blocking" else awaiting

    def _taking(self, value: Any) -> Callable[..., Any]:
        """Return a callable that takes anything."""
        return lambda *args, **kwargs: (self._pass_on(*args, **kwargs), value)[1]

    def _user(self, value: Any) -> Any:
        """Return an object of the user's own, whose `read` gives a value."""
        return type("Own", (), {"read": staticmethod(self._taking(value))})()

    def _extended(self, key: str, **overrides: tuple[str, Any]) -> Any:
        """Return a user's subclass."""
        return extended(self._c(key), overrides, self._form, self._program.is_twin, self._given.append)

    def _name(self, inside: str, outside: str) -> str:
        """Return the name of a member that has another one outside."""
        return inside if self._form == "implementation" else outside

    def _named(self, thing: Any, inside: str, outside: str) -> Any:
        return getattr(thing, self._name(inside, outside))

    def _there(self, thing: Any, public: tuple[str, ...], hidden: tuple[str, ...]) -> bool:
        """Tell whether a face has some names and has not others, which its implementation has."""
        if self._form == "implementation":
            return True
        return all(hasattr(thing, name) for name in public) and not any(hasattr(thing, name) for name in hidden)

    def outcome(self, check: Check) -> Any:
        """Return what a check comes to, as data that is equal for equal behaviour."""
        self._objects.clear()
        self._given.clear()
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", DeprecationWarning)
            how, result = self._gave_or_raised(check)
        warned = [(str(each.message), Path(each.filename).name) for each in caught]
        return (how, self._shape(result, check.is_loose), self._shape(self._given, check.is_loose), warned)

    def _gave_or_raised(self, check: Check) -> tuple[str, Any]:
        try:
            return "gave", self._result(check)
        except Exception as error:  # noqa: BLE001  whatever the implementation raises is what the face has to raise
            return "raised", error

    def _result(self, check: Check) -> Any:
        callee = eval(check.callee, self._names)
        if check.flavour == "expression":
            return callee
        if check.flavour == "for":
            return list(callee)
        if check.flavour == "with":
            with callee as value:
                return value
        args, kwargs = eval(f"_call({check.arguments})", self._names)
        if check.flavour in ("plain", "iterator"):
            result = callee(*args, **kwargs)
            return list(result) if check.flavour == "iterator" else result
        sends = [eval(text, self._names) for text in check.sends]
        if check.flavour == "generator":
            return consuming.driven(callee(*args, **kwargs), [*sends, None])
        if check.flavour.startswith("inside"):
            return self._read(check.flavour, callee, args, kwargs, sends)
        if self._form == "blocking":
            return self._blocking(check, callee, args, kwargs, sends)
        return asyncio.run(self._awaited(check, callee, args, kwargs, sends))

    def _read(self, flavour: str, callee: Any, args: Any, kwargs: Any, sends: list[Any]) -> Any:
        """Return what there is inside a result, or inside a value."""

        def make() -> Any:
            if flavour == "inside value":
                return callee
            is_awaited = flavour == "inside" and self._is_dual_aio
            return (callee.aio if is_awaited else callee)(*args, **kwargs)

        reader = consuming.Reader(lambda value: self._known(value) is not None, sends)
        return consuming.run(self._form, reader, make)

    @staticmethod
    def _blocking(check: Check, callee: Any, args: Any, kwargs: Any, sends: list[Any]) -> Any:
        flavour = check.flavour
        if flavour == "await":
            return callee.result()
        if flavour == "iterated":
            return list(callee)
        if flavour in ("entered", "context", "returned context"):
            with callee if flavour == "entered" else callee(*args, **kwargs) as value:
                return value
        called = callee(*args, **kwargs)
        if flavour in TWO_WAY:
            return consuming.driven(called, sends)
        return list(called) if flavour in STREAMS else called

    async def _awaited(self, check: Check, callee: Any, args: Any, kwargs: Any, sends: list[Any]) -> Any:
        flavour = check.flavour
        if flavour == "await":
            return await callee
        if flavour == "iterated":
            return [item async for item in callee]
        if flavour == "entered":
            async with callee as value:
                return value
        if self._is_dual_aio:
            callee = callee.__call__.aio if flavour in ("async call", "stream call") else callee.aio
        if flavour in ("context", "returned context"):
            async with callee(*args, **kwargs) as value:
                return value
        called: Any = callee(*args, **kwargs)
        if self._form == "implementation" and type(called) is list:  # one that may give its result at once
            return cast("Any", called)
        if flavour in TWO_WAY:
            return await consuming.driven_async(called if flavour == "two-way" else await called, sends)
        return [item async for item in called] if flavour in STREAMS else await called

    def _known(self, value: Any) -> Any:
        """Return data that describes an object with a face, or the class of such objects; None for another value."""
        if isinstance(value, type):
            return ("class", self._keys[value]) if value in self._keys else None
        key = next((self._keys[cls] for cls in type(value).__mro__ if cls in self._keys), None)
        if key is None:
            return None
        known = next((index for index, made in self._objects.items() if made is value), None)
        return ("object", key, known) if known is not None else ("another object", key, getattr(value, "mark", ""))

    def _shape(self, value: Any, loose: bool) -> Any:
        """Return data that describes a value: its type, its parts, and of objects with faces which one it is."""
        again = functools.partial(self._shape, loose=loose)
        known = self._known(value)
        if known is not None:
            return known
        described = _described(value, again)
        if described is not None:
            return described
        kind = cast("type[object]", type(value))
        if loose and (issubclass(kind, (*SEQUENCES, Iterator))) and not hasattr(value, "_fields"):
            return ("items", [again(item) for item in value])
        if issubclass(kind, Iterator):
            return ("iterator", [again(item) for item in value])
        name = kind.__name__
        if issubclass(kind, SEQUENCES):
            return (name, [again(item) for item in value])
        if issubclass(kind, AbstractSet):
            return ("items" if loose else name, sorted((again(item) for item in value), key=repr))
        if issubclass(kind, Mapping):
            return (name, [(again(item), again(other)) for item, other in value.items()])
        return (name, repr(value))


def _described(value: Any, again: Callable[[Any], Any]) -> Any:
    """Return data that describes a value that has named parts, None for another one."""
    if isinstance(value, enum.Enum):
        return ("member", type(value).__qualname__, value.name)
    if dataclasses.is_dataclass(value):
        fields = [again(getattr(value, each.name)) for each in dataclasses.fields(value)]
        return ("record", type(value).__qualname__, fields)
    if isinstance(value, BaseException):
        held = {name: part for name, part in vars(value).items() if not name.startswith("__ambidex")}
        return ("exception", type(value).__qualname__, *map(again, (value.args, held, value.__cause__)))
    if isinstance(getattr(value, "__args__", None), tuple) and hasattr(value, "__origin__"):
        return ("alias", again(value.__origin__), [again(each) for each in value.__args__])
    return None


class _Awaited:
    """Give what is awaited of a generated module with two classes for one, and what there is one of."""

    def __init__(self, module: Any, names: tuple[str, str]) -> None:
        self._module = module
        self._names = names

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._module, name)
        names = self._names[:1] if isinstance(value, type) else self._names[::-1]  # an alias is called as a class is
        awaited = (template.format(name) for template in names)
        return getattr(self._module, next((each for each in awaited if each in self._module.__all__), name))


class _AsyncItems:
    """Give the same items to each `async for`, as a list does to each `for`, and all of them to `await`."""

    def __init__(self, items: list[Any]) -> None:
        self._items = items

    async def __aiter__(self) -> AsyncIterator[Any]:
        for item in self._items:
            yield item

    def __await__(self) -> Generator[Any, Any, list[Any]]:
        yield from asyncio.sleep(0).__await__()
        return self._items


def _call(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
    return args, kwargs


def _set(thing: Any, name: str, value: Any) -> Any:
    setattr(thing, name, value)
    return getattr(thing, name)


def _with(thing: Any, name: str, value: Any) -> Any:
    setattr(thing, name, value)
    return thing


def _delete(thing: Any, name: str, value: Any) -> Any:
    setattr(thing, name, value)
    delattr(thing, name)
    return getattr(thing, name)


def _same(value: Any) -> Any:
    return value


def _without(thing: Any, name: str) -> Any:
    delattr(thing, name)
    return thing


def _put(thing: Any, key: Any, value: Any) -> Any:
    thing[key] = value
    found = thing[key]
    del thing[key]
    return found
