"""Own the reading of records: classes with typed fields, and exceptions, become records of the IR."""

from __future__ import annotations

from inspect import getattr_static
from typing import TYPE_CHECKING, cast

from .._ir import Field, Place, Record, RecordKind
from .._manifest import is_error
from .._paths import path_of
from .._report import Unsupported, display_path
from ._bases import variables_of
from ._carried import annotations_of
from ._meanings import meaning, meanings
from ._source import module_of_class

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .._ir import Name, Type
    from ._resolver import Resolver
    from ._source import Sources
    from ._variables import Meaning

_BUILTIN_BASES = frozenset(("builtins", "typing", "typing_extensions", "enum", "abc", "pydantic.main"))


def read_record(cls: type, name: Name, arguments: tuple[Type, ...], resolver: Resolver, sources: Sources) -> Record:
    """Return the record of a class, applied to `arguments` where it is generic.

    Fields that cannot be resolved are left out: a record may be somebody else's.
    """
    file, line = place_of(cls, cls.__qualname__, sources)
    fields: dict[str, Field] = {}
    taken: list[tuple[str, object]] = []
    for owner, bound in _layers(cls, arguments, resolver):
        near = resolver.beside(module_of_class(owner), owner, bound)
        annotations = annotations_of(owner)
        if is_error(cls):
            annotations = {**_assigned(cls, owner, sources), **annotations}
        for field, annotation in annotations.items():
            if (field, annotation) in taken:  # a typed dict repeats what its bases have
                continue
            taken.append((field, annotation))
            if hasattr(cls, "__dataclass_fields__") and not is_field(cls, field):
                continue
            try:
                qualifiers, inner = near.stripped(annotation)
                type_ = near.resolve(inner)
            except Unsupported:
                continue
            is_required = _is_required(cls, field, qualifiers)
            where = Place(*place_of(owner, f"{owner.__qualname__}.{field}", sources))
            fields[field] = Field(field, type_, is_required, where)
    return Record(
        name,
        arguments,
        _kind(cls),
        cls.__module__,
        path_of(cls),
        resolver.is_registered(cls),
        tuple((base.__module__, path_of(base)) for base in cls.__mro__[1:] if base.__module__ not in _BUILTIN_BASES),
        tuple(fields.values()),
        _obstacle(cls, fields),
        Place(file, line),
        is_bare=bool(variables_of(cls, resolver.sources)) and not arguments,
    )


def place_of(owner: type, qualname: str, sources: Sources) -> tuple[str, int]:
    """Return file and line of a class, or of one of its fields by qualified name."""
    module = module_of_class(owner)
    source = sources.of_module(module)
    name = qualname.rpartition(".")[2]
    file = display_path(getattr(module, "__file__", None) or owner.__module__)
    if qualname == owner.__qualname__:
        return file, source.class_line(qualname)
    return file, source.attribute_line(owner.__qualname__, name)


def _layers(
    cls: type, arguments: tuple[Type, ...], resolver: Resolver
) -> Iterator[tuple[type, Mapping[object, Meaning]]]:
    """Yield the classes that give a record its fields, the furthest base first, with what its type variables mean."""
    known = meanings(cls, arguments, resolver)
    furthest = [owner for owner in reversed(known) if owner not in cls.__mro__]  # of a typed dict
    for owner in (*furthest, *reversed(cls.__mro__)):
        if owner.__module__ not in _BUILTIN_BASES:
            yield owner, known.get(owner) or meaning(owner, (), resolver.sources)


def _assigned(cls: type, owner: type, sources: Sources) -> dict[str, object]:
    """Return what the constructor of an exception gives a type: its body seldom says what it holds.

    Where a property stands in the class, that says so.
    """
    found = sources.of_module(module_of_class(owner)).assigned(owner.__qualname__)
    return {
        name: each.text
        for name, each in found.items()
        if each.text and not isinstance(getattr_static(cls, name, None), property)
    }


def _kind(cls: type) -> RecordKind:
    bases = cls.__mro__
    if is_error(cls):
        return RecordKind.EXCEPTION
    if tuple in bases:
        return RecordKind.NAMED_TUPLE
    if dict in bases and hasattr(cls, "__required_keys__"):
        return RecordKind.TYPED_DICT
    if hasattr(cls, "__dataclass_fields__"):
        return RecordKind.DATACLASS
    return RecordKind.STRUCT if hasattr(cls, "__struct_fields__") else RecordKind.MODEL


def is_field(cls: type, name: str) -> bool:
    """Tell whether a dataclass has a field: no class variable, and no argument of the constructor alone."""
    fields = cast("dict[str, object]", getattr(cls, "__dataclass_fields__", {}))
    kind = getattr(fields.get(name), "_field_type", None)
    return getattr(kind, "name", "") == "_FIELD"


def _is_required(cls: type, name: str, qualifiers: tuple[str, ...]) -> bool:
    if "NotRequired" in qualifiers or "Required" in qualifiers:  # a string annotation hides them from the class
        return "Required" in qualifiers
    return name in cast("frozenset[str]", getattr(cls, "__required_keys__", ()))


def _obstacle(cls: type, fields: dict[str, Field]) -> str:
    kind = _kind(cls)
    if kind is RecordKind.STRUCT:
        return "is a Struct"
    if kind is RecordKind.MODEL:
        return "is a model of pydantic"
    if kind is RecordKind.DATACLASS:
        native = next((base for base in cls.__mro__ if base.__module__ == "builtins" and base is not object), None)
        if native is not None:
            return f"derives from {native.__qualname__}"
    if kind is RecordKind.TYPED_DICT:
        wrong = next((name for name in fields if not name.isidentifier()), None)
        if wrong is not None:
            return f"has the key {wrong!r}"
    return ""
