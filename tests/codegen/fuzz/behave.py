"""Use a drawn implementation by itself, and through its faces, and tell what came of each check."""

from __future__ import annotations

import asyncio
import collections
import functools
import importlib
import types
import warnings
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from tests.codegen.fuzz import consuming
from tests.codegen.fuzz.describing import Describer
from tests.codegen.fuzz.handing import User
from tests.codegen.fuzz.overriding import extended
from tests.codegen.fuzz.shapes import Class, Function
from tests.codegen.fuzz.values import IDENTITY

if TYPE_CHECKING:
    from tests.codegen.fuzz.shapes import Check, Program

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
        self._describer = Describer({self._c(key): key for key in keys}, self._objects)
        self._names: dict[str, Any] = {
            "_c": self._c, "_o": self._o, "_m": self._module, "_extended": self._extended,
            "_name": self._name, "_named": self._named, "_there": self._there,
            "_keyed": self._keyed, "_takes_no_keywords": self._takes_no_keywords,
            "_call": _call, "_set": _set, "_with": _with, "_delete": _delete, "_without": _without, "_put": _put,
            "collections": collections, "deque": deque, "types": types,
            **User(form, self._given.append, is_dual_aio=self._is_dual_aio).names(),
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
        gave, given = (self._describer.shape(each, is_loose=check.is_loose) for each in (result, self._given))
        return (how, gave, given, warned)

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

        reader = consuming.Reader(lambda value: self._describer.known(value) is not None, sends)
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


def _without(thing: Any, name: str) -> Any:
    delattr(thing, name)
    return thing


def _put(thing: Any, key: Any, value: Any) -> Any:
    thing[key] = value
    found = thing[key]
    del thing[key]
    return found
