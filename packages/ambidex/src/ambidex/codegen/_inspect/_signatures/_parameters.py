"""Own the way from the parameters of a function object to those of the IR."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._annotations import annotations_of, type_of_literal
from ..._ir import ANY, Default, Kind, Parameter, Place
from ..._report import Unsupported, parameter_subject
from .._functions import EMPTY, is_made_up, public_parameters, taken_by
from ._defaults import literal_defaults, literal_fields, read_default
from ._overloads import gathered, together

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from types import FunctionType

    from ..._annotations import Definition, Resolver, Sources
    from ..._ir import Type
    from ..._report import Report
    from .._functions import Taken
    from ._overloads import Variant
    from ._reading import Reading


def located(resolver: Resolver, annotation: object, what: str) -> Type:
    """Return the type that an annotation means.

    Raises:
        Unsupported: it is not supported; the message begins with `what` is annotated.
    """
    try:
        return resolver.resolve(annotation)
    except Unsupported as refusal:
        raise Unsupported(f"{what}: {refusal.what}", refusal.fix) from refusal


class ParameterReader:
    """Read the parameters of the functions of one module, or of the methods of one class, which is `cls`."""

    def __init__(self, resolver: Resolver, sources: Sources, report: Report, cls: type | None) -> None:
        self._resolver = resolver
        self._sources = sources
        self._report = report
        self._cls = cls

    def read(
        self, inner: FunctionType, reading: Reading, variants: Sequence[Variant], gone: Collection[str]
    ) -> tuple[Parameter, ...]:
        """Return the public parameters: without those `gone`, which decorators give, and those hidden."""
        place = reading.place
        annotations = annotations_of(inner)
        node = self._sources.definition(inner)
        lines = _lines(node) if node is not None else {}
        listed = self._listed(inner, reading, gone)
        written = self._written(inner, [parameter.name for parameter in listed])
        read: list[Parameter] = []
        for parameter in listed:
            where = Place(place.file, lines.get(parameter.name, place.line))
            type_: Type | None = None
            if parameter.name in reading.hidden:
                type_ = ANY  # whatever it is
            elif parameter.name not in annotations:
                type_ = together(variants, parameter.name) or gathered(variants, parameter, listed)
            if type_ is None:
                with self._report.about(*_subject(parameter)):
                    type_ = self._parameter_type(
                        parameter, annotations, reading.path, where, is_field=is_made_up(inner)
                    )
            default: Default | None = None
            if parameter.default is not EMPTY:
                default = read_default(
                    parameter.default, self._resolver.written_once(type_), is_written=parameter.name in written
                )
            read.append(Parameter(parameter.name, parameter.kind, type_, default, where))
        return public_parameters(read, reading.hidden)

    def _listed(self, inner: FunctionType, reading: Reading, gone: Collection[str]) -> list[Taken]:
        """Return what callers give: without what decorators do, and without the object or class itself."""
        listed = [each for each in taken_by(inner) if each.name not in gone]
        if not reading.skips_first:
            return listed
        if not listed or listed[0].kind not in (Kind.POSITIONAL, Kind.POSITIONAL_ONLY):
            what = f"{reading.path} does not name its first parameter"
            self._report.add(reading.place, what, "write `self` or `cls` first")
        return listed[1:]

    def _written(self, function: FunctionType, names: Collection[str]) -> set[str]:
        """Return the parameters whose defaults are literals; a function without text has those of its class."""
        definitions = self._sources.of_file(function.__code__.co_filename).definitions(function.__code__)
        if definitions:
            return literal_defaults(definitions)
        return set() if self._cls is None else literal_fields(self._cls, names, self._sources)

    def _parameter_type(
        self, parameter: Taken, annotations: dict[str, object], path: str, where: Place, *, is_field: bool
    ) -> Type:
        """Return a parameter's type; without an annotation that of its default, where pyright infers it, too.

        That of a constructor without a text has the annotation of its field, `Final` perhaps.
        """
        name = parameter.name
        if name not in annotations:
            inferred = type_of_literal(parameter.default)
            if inferred is not None:
                return inferred
            self._report.add(where, f"the parameter {name} of {path} has no annotation", f"write `{name}: T`")
            return ANY
        try:
            what = f"the parameter {name} of {path}"
            annotation = self._resolver.stripped(annotations[name])[1] if is_field else annotations[name]
            return located(self._resolver, annotation, what)
        except Unsupported as refusal:
            self._report.add(where, refusal.what, refusal.fix)
            return ANY


def _subject(parameter: Taken) -> tuple[str, ...]:
    """Return what a problem of a parameter is about: that alone, where callers can do without it."""
    is_optional = parameter.default is not EMPTY or parameter.kind is Kind.KEYWORDS
    return (parameter_subject(parameter.name),) if is_optional else ()


def _lines(node: Definition) -> dict[str, int]:
    arguments = node.args
    listed = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    return {argument.arg: argument.lineno for argument in listed if argument is not None}
