"""Own the records of a run: classes with typed fields that cross by value, and which of them carry faces."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ambidex.errors import InternalError

from ._containers import contained, container_plan
from ._handles import is_asynchronous
from ._styles import Form
from ._types import (
    ANY,
    GENERATOR,
    OBJECT,
    Alternatives,
    Applied,
    Face,
    Function,
    Handle,
    Name,
    Own,
    TupleOf,
    Variable,
    WithMetadata,
    everything_in,
    is_awaited,
    parts,
    walk,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ._declarations import Place
    from ._types import Type

_ERRORS = frozenset(
    Name("builtins", name) for name in ("BaseException", "Exception", "BaseExceptionGroup", "ExceptionGroup")
)


class RecordKind(enum.Enum):
    """Say what a record is, and so how its copies are made."""

    DATACLASS = "dataclass"
    NAMED_TUPLE = "named tuple"
    TYPED_DICT = "typed dict"
    STRUCT = "struct"
    MODEL = "model"  # of pydantic
    EXCEPTION = "exception"  # looked into as a whole when it is raised: it has no plan of its own


@dataclass(frozen=True)
class Field:
    """Hold one field; `is_required` is said of the keys of typed dicts."""

    name: str
    type: Type
    is_required: bool
    place: Place


@dataclass(frozen=True)
class Record:
    """Hold a record: `name` is what annotations call it, `module` and `path` say where the class is defined.

    `ancestors` are the modules and paths of the classes above it. `obstacle` is why no copy of it can be made, or
    empty. A generic record stands once for each way that it is applied, and one that carries faces of two forms once
    for each form; `is_bare`: it is generic, and applied to nothing, which is to anything.
    """

    name: Name
    arguments: tuple[Type, ...]
    kind: RecordKind
    module: str
    path: str
    is_public: bool
    ancestors: tuple[tuple[str, str], ...]
    fields: tuple[Field, ...]
    obstacle: str
    place: Place
    form: Form = Form.BOTH
    is_bare: bool = False

    def __post_init__(self) -> None:
        if len({field.name for field in self.fields}) < len(self.fields):
            raise InternalError(f"{self.path} has a field twice")

    @property
    def type(self) -> Name | Applied:
        """Return the annotation that means this record."""
        return Applied(self.name, self.arguments) if self.arguments else self.name

    @property
    def is_open(self) -> bool:
        """Tell whether it is applied to something unknown, a type variable or anything at all, and holds that."""
        held = (field.type for field in self.fields)
        return (self.is_bare or any(map(_is_unknown, self.arguments))) and any(map(_is_unknown, held))

    @property
    def key(self) -> tuple[Type, Form]:
        """Return what tells its plan from those of others: one of something unknown has a plan for each form."""
        return self.type, self.form if self.is_open else Form.BOTH


def _is_given(type_: Type) -> bool:
    """Tell whether an implementation may hand objects to what is of a type: by a call, or by sending."""
    return isinstance(type_, Function) or (isinstance(type_, Applied) and type_.origin == GENERATOR)


def _is_unknown(type_: Type) -> bool:
    return any(map(_is_of_any_class, walk(type_)))


def _is_of_any_class(type_: Type) -> bool:
    return isinstance(type_, Variable) or type_ in (ANY, OBJECT)


class Records:
    """Know the records of a run; `aliases` are what those types mean that are defined by themselves."""

    def __init__(self, records: Iterable[Record], aliases: Mapping[Type, Type]) -> None:
        self.aliases = aliases
        self._by_type: dict[Type, Record] = {record.type: record for record in records}
        self._carrying: frozenset[Type] = frozenset()
        while True:  # records refer to each other: what carries grows until it stays
            carrying = frozenset(
                type_
                for type_, record in self._by_type.items()
                if any(self.carries(field.type) for field in record.fields)
            )
            if carrying == self._carrying:
                break
            self._carrying = carrying
        self._above = self._ancestors(self._carrying)
        self._loose: frozenset[Type] = frozenset()
        while True:
            loose = frozenset(
                type_
                for type_, record in self._by_type.items()
                if not record.obstacle and any(self.is_loose(field.type) for field in record.fields)
            )
            if loose == self._loose:
                break
            self._loose = loose
        self._above_loose = self._ancestors(self._loose)

    def _ancestors(self, types: Iterable[Type]) -> frozenset[tuple[str, str]]:
        return frozenset(place for type_ in types for place in self._by_type[type_].ancestors)

    def is_loose(self, type_: Type) -> bool:
        """Tell whether an object of any class may stand in a value: there itself, in a container, or in a record."""
        if type_ in self._loose or type_ in (ANY, OBJECT) or type_ in _ERRORS:
            return True
        if type_ in self.aliases:
            held = everything_in([type_], self.aliases)
            return any(part in self._loose or _is_of_any_class(part) for part in held)
        if isinstance(type_, Variable):
            known = type_.constraints or (ANY if type_.bound is None else type_.bound,)
            return any(map(self.is_loose, known))
        if isinstance(type_, Applied):
            is_container = container_plan(type_.origin) is not None
            return type_.origin in _ERRORS or (is_container and any(map(self.is_loose, contained(type_))))
        return isinstance(type_, (Alternatives, TupleOf, WithMetadata)) and any(map(self.is_loose, parts(type_)))

    def __iter__(self) -> Iterator[Record]:
        """Yield every record."""
        return iter(self._by_type.values())

    def carries(self, type_: Type) -> bool:
        """Tell whether a face, a handle or an async callable stands inside a type, its records' fields included.

        What is asynchronous inside an alias is no handle yet.
        """
        if any(part in self.aliases and self.carried_by_alias(part) is not None for part in walk(type_)):
            return True
        return any(
            isinstance(part, (Face, Handle, Own)) or part in self._carrying or is_awaited(part) for part in walk(type_)
        )

    def carried_by_alias(self, alias: Type) -> Type | None:
        """Return what stands in a type that is defined by itself and is not the user's, None where nothing does."""
        for part in everything_in([alias], self.aliases):
            if isinstance(part, (Face, Own)) or part in self._carrying or is_awaited(part) or is_asynchronous(part):
                return part
        return None

    def hands_over(self, record: Record) -> bool:
        """Tell whether a callable or a generator that is translated stands in the fields of a record, or in theirs."""
        seen: set[Type] = set()
        waiting = [record]
        while waiting:
            found = waiting.pop()
            if found.type in seen:
                continue
            seen.add(found.type)
            parts = [part for field in found.fields for part in walk(field.type)]
            if any(is_awaited(part) or (_is_given(part) and self.carries(part)) for part in parts):
                return True
            waiting.extend(self._by_type[part] for part in parts if part in self._carrying)
            waiting.extend(self.below(found))
        return False

    def carrying(self, type_: Type) -> Record | None:
        """Return the record that a type means, where faces stand in its fields; None for every other type."""
        return self._by_type[type_] if type_ in self._carrying else None

    def extended(self, type_: Type) -> list[Record]:
        """Return the public records with faces that extend the one which a type means, and which holds none itself."""
        record = self._by_type.get(type_)
        if record is None or record.kind is RecordKind.EXCEPTION or type_ in self._carrying:
            return []
        return self.below(record) if (record.module, record.path) in self._above else []

    def opened(self, type_: Type) -> Record | None:
        """Return the generic record that a type applies to something unknown, which may be faces; None otherwise."""
        record = self._by_type.get(type_)
        return record if record is not None and record.arguments and record.is_open else None

    def loose(self, type_: Type) -> Record | None:
        """Return the record that a type means, where an object of any class may stand in it; None for every other type.

        It may stand in a field of its own, of what extends it, or of a record that stands in one. None as well where no
        copy can be made.
        """
        record = self._by_type.get(type_)
        if record is None or record.obstacle:
            return None
        return record if type_ in self._loose or (record.module, record.path) in self._above_loose else None

    def below(self, record: Record) -> list[Record]:
        """Return the public records that extend a record and carry faces, the furthest first."""
        place = (record.module, record.path)
        found = [
            known
            for type_, known in self._by_type.items()
            if type_ in self._carrying and place in known.ancestors and known.form in (record.form, Form.BOTH)
        ]
        public = [known for known in found if known.is_public and not known.arguments and not known.obstacle]
        return sorted(public, key=lambda known: (-len(known.ancestors), known.name.module, known.name.qualname))

    def held_by(self, record: Record) -> Field:
        """Return the first field of a carrying record that carries faces."""
        return next(field for field in record.fields if self.carries(field.type))

    def is_exact(self, record: Record) -> bool:
        """Tell whether the class itself types what it holds: faces stand in its type arguments alone."""
        return bool(record.arguments) and record.name not in self._carrying
