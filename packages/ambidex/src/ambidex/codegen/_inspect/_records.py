"""Own what type checkers have to be told of public records whose fields carry faces: constructor, methods, options."""

from __future__ import annotations

import dataclasses
import inspect
from types import FunctionType
from typing import TYPE_CHECKING, cast

from .._annotations import (
    Resolver,
    annotations_of,
    arguments_of,
    home_of_class,
    literal_text,
    meanings,
    module_of_class,
    read_record,
    variables_of,
)
from .._ir import Applied, Attribute, Binding, Callable, Flavour, Name, Place, Record, RecordClass, RecordKind
from .._manifest import is_error, is_record
from .._report import Unsupported
from ._choice import matched_by
from ._functions import documentation, function_behind, is_made_up
from ._signatures import SignatureReader, literal_fields

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._annotations import Sources
    from .._ir import Type
    from .._manifest import Registry
    from .._report import Report

_NOT_THEIRS = frozenset(("builtins", "typing", "typing_extensions", "abc", "collections"))
_CONSTRUCTED = (RecordKind.DATACLASS, RecordKind.EXCEPTION)
_OPTIONS = ("eq", "order", "unsafe_hash", "frozen")
_DEFAULTS = {"eq": True, "order": False, "unsafe_hash": False, "frozen": False}
# Methods that change nothing a type checker sees, or that are called by the interpreter where the record was made.
_UNSEEN_NAMES = """
class_getitem copy deepcopy del delattr eq format getnewargs getnewargs_ex getstate hash init init_subclass ne new
post_init reduce reduce_ex replace repr setattr setstate str
"""
_UNSEEN = frozenset(f"__{name}__" for name in _UNSEEN_NAMES.split())


def describe_record(cls: type, record: Record, registry: Registry, sources: Sources, report: Report) -> RecordClass:
    """Return what type checkers are told of a record; what cannot be told is refused."""
    constructor: Callable | None = None
    members: list[Callable | Attribute] = []
    class_variables: dict[str, Type] = {}
    of_class = Resolver(module_of_class(cls), registry, sources, cls)
    variables = tuple(map(of_class.variable, variables_of(cls, sources)))
    known = meanings(cls, variables, of_class)
    applied = read_record(cls, record.name, variables, of_class, sources)
    bases = _bases(cls, registry) if record.kind is RecordKind.DATACLASS else {}
    if record.kind is RecordKind.EXCEPTION:
        bases = _bases_of_error(cls, registry)
    for owner in cls.__mro__:
        if owner.__module__ in _NOT_THEIRS or any(owner in base.__mro__ for base in bases):
            continue
        module = module_of_class(owner)
        resolver = of_class.beside(module, owner, known.get(owner, {}))
        reader = SignatureReader(resolver, sources, report, record.place, owner)
        class_variables.update(_class_variables(owner, resolver))
        function = vars(owner).get("__init__")
        if constructor is None and record.kind in _CONSTRUCTED and isinstance(function, FunctionType):
            constructor = reader.read(function, "__init__", f"{owner.__qualname__}.__init__", Binding.INSTANCE)
            if constructor is not None and is_made_up(function):
                constructor = _of_fields(constructor, applied)
        seen = {member.name for member in members} | {field.name for field in record.fields}
        for name, value in vars(owner).items():
            member = None if name in seen else _member(name, value, owner, record, reader, report)
            if member is not None:
                members.append(member)
    doc = documentation(cls) if _has_text(cls) else None
    return RecordClass(
        record,
        applied.fields,
        variables,
        tuple(_as_applied(name, arguments_of(known.get(base, {}))) for base, name in bases.items()),
        constructor,
        tuple(members),
        _options(cls),
        _defaults(cls, sources),
        tuple(class_variables.items()),
        doc,
        _places(cls, applied) if record.kind is RecordKind.DATACLASS else None,
    )


def _places(cls: type, record: Record) -> tuple[str, ...] | None:
    """Return what a pattern takes by its places, None where that is every field."""
    places = matched_by(cls.__mro__) or ()
    return None if places == tuple(field.name for field in record.fields) else places


def _of_fields(constructor: Callable, record: Record) -> Callable:
    """Return a constructor that was made of fields with the types that those have in this class, not in its bases."""
    types = {field.name: field.type for field in record.fields}
    parameters = (dataclasses.replace(each, type=types.get(each.name, each.type)) for each in constructor.parameters)
    return dataclasses.replace(constructor, parameters=tuple(parameters))


def _as_applied(name: Name, arguments: tuple[Type, ...]) -> Name | Applied:
    return Applied(name, arguments) if arguments else name


def _bases(cls: type, registry: Registry) -> dict[type, Name]:
    """Return the nearest public dataclasses that a dataclass extends, each with its public name."""
    nearest: dict[type, Name] = {}
    for ancestor in cls.__mro__[1:]:
        name = registry.reference(ancestor) if is_record(ancestor) else None
        if isinstance(name, Name) and not any(ancestor in known.__mro__ for known in nearest):
            nearest[ancestor] = name
    return nearest


def _bases_of_error(cls: type, registry: Registry) -> dict[type, Name]:
    """Return the bases of an exception, each with its public name, or with its own where it has none."""
    found = {base: registry.reference(base) for base in cls.__bases__ if is_error(base)}
    return {base: name if isinstance(name, Name) else home_of_class(base) for base, name in found.items()}


def _class_variables(owner: type, resolver: Resolver) -> Iterator[tuple[str, Type]]:
    for name, annotation in annotations_of(owner).items():
        try:
            qualifier, inner = resolver.qualified(annotation)
            if qualifier == "ClassVar" and inner is not None and not name.startswith("_"):
                yield name, resolver.resolve(inner)
        except Unsupported:  # as with fields: a record may be somebody else's
            continue


def _defaults(cls: type, sources: Sources) -> tuple[tuple[str, str | None], ...]:
    known = cast("dict[str, object]", getattr(cls, "_field_defaults", {}))
    written = literal_fields(cls, known, sources)
    return tuple((name, literal_text(value) if name in written else None) for name, value in known.items())


def _has_text(cls: type) -> bool:
    """Tell whether a class has a docstring that was written, not the signature that `@dataclass` puts there."""
    text = vars(cls).get("__doc__")
    return isinstance(text, str) and not text.startswith(f"{cls.__name__}(")


def _options(cls: type) -> tuple[str, ...]:
    chosen = cast("object", getattr(cls, "__dataclass_params__", None))
    if chosen is None:
        return ()
    return tuple(
        f"{name}={getattr(chosen, name)}" for name in _OPTIONS if getattr(chosen, name, None) is not _DEFAULTS[name]
    )


def _member(
    name: str, value: object, owner: type, record: Record, reader: SignatureReader, report: Report
) -> Callable | Attribute | None:
    path = f"{owner.__qualname__}.{name}"
    is_special = name.startswith("__") and name.endswith("__")
    if (name.startswith("_") and not is_special) or name in _UNSEEN:
        return None
    getter = value.fget if isinstance(value, property) else getattr(value, "func", None)
    if isinstance(value, property) or type(value).__name__ == "cached_property":
        return _property(name, getter, path, reader, report)
    binding = Binding.INSTANCE
    function: object = value
    if isinstance(value, (classmethod, staticmethod)):
        binding = Binding.CLASS if isinstance(value, classmethod) else Binding.STATIC
        function = cast("object", value.__func__)
    if not isinstance(function, FunctionType) or function.__code__.co_filename.startswith("<"):
        return None  # an attribute of the class, or what a library made: no annotation says what it is
    place = reader.place(function_behind(function) or function)
    if inspect.unwrap(function) is not function:
        report.add(place, f"{path} is a decorated method of a record that carries faces", "write a plain method")
        return None
    read = reader.read(function, name, path, binding)
    if read is not None and read.flavour is not Flavour.SYNC:
        report.add(
            place,
            f"{path} is asynchronous, and {record.path} holds faces on the public side, which block",
            f"write a function that takes the {record.path}, or register it by='identity'",
        )
        return None
    return read


def _property(name: str, getter: object, path: str, reader: SignatureReader, report: Report) -> Attribute | None:
    if not isinstance(getter, FunctionType):
        return None
    place: Place = reader.place(getter)
    try:
        return Attribute(name, reader.result(getter, path), False, documentation(getter), place)
    except Unsupported as refusal:
        report.add(place, refusal.what, refusal.fix)
        return None
