"""The public surface is what `__all__` says, and each public name says what it does."""

from __future__ import annotations

import builtins
import importlib
import inspect
import pkgutil
import re
import types
from typing import TYPE_CHECKING

import pytest

import ambidex

if TYPE_CHECKING:
    from collections.abc import Iterator


def find_public_modules() -> list[str]:
    """Return the dotted names of the package, its folders and its public modules."""
    names = (module.name for module in pkgutil.walk_packages(ambidex.__path__, "ambidex."))
    return ["ambidex", *(name for name in names if not any(part.startswith("_") for part in name.split(".")))]


def listed(module: types.ModuleType) -> tuple[str, ...]:
    """Return the `__all__` of a module."""
    names: tuple[str, ...] = module.__all__
    return names


def is_protocol(thing: object) -> bool:
    """Tell whether a thing is a class that only says what others do."""
    return isinstance(thing, type) and getattr(thing, "_is_protocol", False) is True


def find_documented(name: str) -> Iterator[tuple[str, object, types.ModuleType]]:
    """Yield each public class, function, method and property of a module: its name, itself, the module that owns it."""
    module = importlib.import_module(name)
    for public in listed(module):
        thing = getattr(module, public)
        if not isinstance(thing, type) and not inspect.isroutine(thing):
            continue  # a constant, an alias or a type variable
        home = importlib.import_module(thing.__module__)
        yield f"{name}.{public}", thing, home
        if isinstance(thing, type):
            for member, value in vars(thing).items():
                unwrapped: object = getattr(value, "__func__", value)
                is_attribute = isinstance(value, property) and hasattr(thing, "__ambidex_info__")  # has no docstring
                is_found = isinstance(unwrapped, (types.FunctionType, property)) and not is_attribute
                if not member.startswith("_") and is_found:
                    yield f"{name}.{public}.{member}", unwrapped, home


def find_raised(docstring: str) -> list[str]:
    """Return the names that stand before a colon in the `Raises:` section of a docstring."""
    section = re.search(r"^Raises:\n((?:[ \t]+.*(?:\n|$)|\n)+)", inspect.cleandoc(docstring), re.MULTILINE)
    if section is None:
        return []
    lines = [line for line in section[1].splitlines() if line.strip()]
    indent = min(len(line) - len(line.lstrip()) for line in lines)
    entries = [line.strip() for line in lines if len(line) - len(line.lstrip()) == indent]
    return [name.strip("` ") for entry in entries for name in re.split(r",| or ", entry.partition(":")[0])]


def resolve(name: str, home: types.ModuleType) -> object:
    """Return what a name in a docstring of `home` means: there, in the package, in the language, or a dotted path."""
    for place in (home, ambidex, builtins):
        if hasattr(place, name):
            found: object = getattr(place, name)
            return found
    module, _, last = name.rpartition(".")
    return getattr(importlib.import_module(module), last) if module else None


@pytest.mark.parametrize("name", find_public_modules())
def test_all_of_each_module_is_a_sorted_tuple_of_what_exists(name: str) -> None:
    """`__all__` is a sorted tuple without repetition, and every name in it can be imported."""
    module = importlib.import_module(name)
    assert isinstance(module.__all__, tuple)
    assert list(listed(module)) == sorted(set(listed(module)))
    assert [public for public in listed(module) if not hasattr(module, public)] == []


@pytest.mark.parametrize("name", find_public_modules())
def test_all_of_each_module_leaves_out_nothing_defined_there(name: str) -> None:
    """A class or function that a public module defines is listed, or its name starts with an underscore."""
    module = importlib.import_module(name)
    defined = {
        public
        for public, thing in vars(module).items()
        if not public.startswith("_")
        and (isinstance(thing, type) or inspect.isfunction(thing))
        and thing.__module__ == module.__name__
    }
    assert defined - set(listed(module)) == set()


@pytest.mark.parametrize("name", find_public_modules())
def test_every_public_name_has_a_docstring(name: str) -> None:
    """Each public module, class, function, method and property is documented.

    What a protocol promises is documented there, once, and not again where it is kept.
    """
    module = importlib.import_module(name)
    assert inspect.getdoc(module)
    protocols = [thing for public in listed(module) if is_protocol(thing := getattr(module, public))]
    promised = {
        member for protocol in protocols for member in dir(protocol) if inspect.getdoc(getattr(protocol, member))
    }
    assert [
        path
        for path, thing, _ in find_documented(name)
        if not inspect.getdoc(thing) and path.rpartition(".")[2] not in promised
    ] == []


@pytest.mark.parametrize("name", find_public_modules())
def test_every_name_under_raises_is_an_exception(name: str) -> None:
    """A reader can import whatever a `Raises:` section names, and catch it."""
    wrong = [
        (path, raised)
        for path, thing, home in find_documented(name)
        for raised in find_raised(inspect.getdoc(thing) or "")
        if not (isinstance(found := resolve(raised, home), type) and issubclass(found, BaseException))
    ]
    assert wrong == []


def test_raises_section_with_a_wrong_name_is_found() -> None:
    """The reader of `Raises:` sections sees each name, and a name that is nothing resolves to nothing."""
    docstring = (
        "Do it.\n\n    Raises:\n        ValueError, KeyError: a cause\n            that goes on: here.\n"
        "        Nonsense: never.\n"
    )
    assert find_raised(docstring) == ["ValueError", "KeyError", "Nonsense"]
    assert resolve("Nonsense", builtins) is None
