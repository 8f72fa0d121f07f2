"""Own what the special forms of typing mean, alone and with arguments: unions, literals, tuples, metadata."""

from __future__ import annotations

import collections.abc
import enum
from typing import TYPE_CHECKING, Union

from .._ir import (
    UNPACK,
    Applied,
    EnumMember,
    LiteralOf,
    Name,
    Own,
    TupleOf,
    Type,
    WithMetadata,
    union,
)
from .._report import Unsupported
from ._callables import on_loop, read_callable
from ._generics import no_arguments
from ._homes import special_home
from ._literals import literal_text
from ._metadata import MetadataReader
from ._variables import unpacked

if TYPE_CHECKING:
    from types import ModuleType

    from .._manifest import Registry
    from ._classes import Classes
    from ._forms import Form
    from ._resolver import Resolver
    from ._source import Sources

CALLABLE: object = collections.abc.Callable
_NO_TYPES = (  # by themselves
    "Annotated",
    "ClassVar",
    "Final",
    "Literal",
    "Optional",
    "Union",
    "Unpack",
    "TypeAlias",
    "Concatenate",
    "Generic",
    "Protocol",
    "Required",
    "NotRequired",
)


class SpecialForms:
    """Read the forms in the annotations of one resolver; their arguments are its annotations, too."""

    def __init__(
        self, resolver: Resolver, classes: Classes, module: ModuleType, registry: Registry, sources: Sources
    ) -> None:
        self._resolve = resolver.resolve
        self._classes = classes
        self._module = module
        self._registry = registry
        self._sources = sources

    def stood_for(self, form: Form) -> Type:
        """Return what is meant by what stands for a form.

        Raises:
            Unsupported: it is no type, or holds something that is not supported.
        """
        if form.name == "Callable":
            return read_callable(form.arguments, self._resolve)
        if form.name == "Unpack" and form.arguments:
            return Applied(UNPACK, tuple(map(self._resolve, form.arguments)))
        raise Unsupported(f"{form.name} is not supported here", "write a plain type")

    def named(self, name: str) -> Type:
        """Return what a form means by itself.

        Raises:
            Unsupported: it is no type without arguments.
        """
        if name == "Self":
            return Own()
        if name in _NO_TYPES:
            raise Unsupported(f"{name} is not supported here", "write a plain type")
        return special_home(name)

    def applied(self, origin: object, arguments: tuple[object, ...]) -> Type:
        """Return what a form, or a generic class, means with arguments.

        Raises:
            Unsupported: it takes none, or one of them is not supported.
        """
        name = _name_of(origin)
        if origin is Union or name == "UnionType":
            return union(map(self._resolve, arguments))
        if name == "Literal":
            return LiteralOf(tuple(map(self._literal, arguments)))
        if name == "Annotated":
            return self._annotated(arguments)
        if origin is CALLABLE:
            return read_callable(arguments, self._resolve)
        if origin is tuple:
            return self._tuple(arguments)
        if name == "Unpack":
            return Applied(UNPACK, tuple(map(self._resolve, arguments)))
        if name in ("TypeGuard", "TypeIs"):
            return Applied(special_home(name), tuple(map(self._resolve, arguments)))
        if not isinstance(origin, type):
            raise Unsupported(
                f"{name or getattr(origin, '__name__', origin)}[...] is not supported here", "write a plain type"
            )
        return self._classes.applied(origin, arguments or no_arguments(origin, self._sources))

    def _literal(self, value: object) -> str | EnumMember:
        if isinstance(value, enum.Enum):
            home = self._classes.plain(type(value))
            if isinstance(home, Name):
                return EnumMember(home, value.name)
        text = literal_text(value)
        if text is None or isinstance(value, (float, complex)):
            raise Unsupported(
                f"Literal[{value!r}] is not supported", "write strings, bytes, integers, booleans or enum members"
            )
        return text

    def _annotated(self, arguments: tuple[object, ...]) -> Type:
        item = self._resolve(arguments[0])
        if any(map(_is_marker, arguments[1:])):
            item = on_loop(item)
        reader = MetadataReader(self._module, self._registry, self._sources)
        metadata = [reader.read(value) for value in arguments[1:] if not _is_marker(value)]
        kept = tuple(each for each in metadata if each is not None)
        return WithMetadata(item, kept) if kept else item

    def _tuple(self, arguments: tuple[object, ...]) -> Type:
        if arguments == ((),):  # Tuple[()] before Python 3.11
            return TupleOf(())
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return TupleOf((self._resolve(arguments[0]),), is_repeated=True)
        return TupleOf(tuple(part for each in arguments for part in unpacked(self._resolve(each))))


def _name_of(origin: object) -> str:
    """Return the name of a form; a class of the user's may have one of those names, too."""
    made_in = origin.__module__ if isinstance(origin, type) else type(origin).__module__
    is_form = made_in in ("types", "typing", "typing_extensions")
    return str(getattr(origin, "_name", None) or getattr(origin, "__name__", "")) if is_form else ""


def _is_marker(value: object) -> bool:
    return getattr(value, "__ambidex_marker__", None) == "on_loop"
