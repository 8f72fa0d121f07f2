"""Own the way from a function object to a `Callable` of the IR: how it delivers, its parameters, its result."""

from __future__ import annotations

import ast
import inspect
from dataclasses import dataclass
from types import FunctionType
from typing import TYPE_CHECKING

from ..._annotations import (
    Definition,
    Resolver,
    annotations_of,
    gives_none,
    gives_receiver,
    gives_self,
    is_managed,
    module_of_class,
    only_raises,
    type_parameters_of,
)
from ..._ir import (
    ANY,
    NONE,
    Binding,
    Callable,
    Flavour,
    Own,
    Place,
    Type,
    revised,
    union,
)
from ..._report import Unsupported, display_path, parameter_subject
from .._functions import deprecation, documentation, inherited_documentation, is_made_up, place_of_function, taken_by
from ._awaited import awaited_value, iterated_item
from ._decorated import check_kind, check_known, given_under, innermost, steps_of, taken_away
from ._defaults import default_of_stub
from ._deliveries import (
    Delivery,
    as_overloads_say,
    awaited_by,
    delivery_at_times,
    delivery_of,
    is_under_manager,
    items_of,
)
from ._overloads import made_by, read_variants, tell_apart, with_overloads
from ._parameters import ParameterReader, located
from ._reading import Reading
from ._receivers import narrowing, on_those

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from types import ModuleType

    from ..._annotations import Meaning, Sources
    from ..._ir import Narrowing
    from ..._report import Report
    from ._decorated import Step
    from ._overloads import Variant


def refuse_unreadable_stub(module: ModuleType, sources: Sources, report: Report) -> None:
    """Refuse what stands in a module whose stub cannot be read: its types would be others than those it has."""
    unreadable = sources.of_module(module).unreadable_stub
    if unreadable is not None:
        file, line, reason = unreadable
        what = f"the stub of {module.__name__} cannot be read ({reason})"
        report.add(Place(display_path(file), line), what, "correct it, or generate with a Python that can read it")


_UNKNOWN = Delivery(Flavour.SYNC, ANY, None)


@dataclass
class _Found:
    """Collect what is found out of a function; what stands here at first is what counts where it was refused."""

    delivery: Delivery = _UNKNOWN
    variants: Sequence[Variant] = ()
    gone: Collection[str] = ()  # parameters that decorators give
    narrowed: Narrowing = ()


class SignatureReader:
    """Read the functions of one module, or the methods of one class.

    `owner` is the place of the module or class: functions that were made without source text, as dataclasses do, are
    placed there. `cls` is the class whose fields such functions take.
    """

    def __init__(
        self, resolver: Resolver, sources: Sources, report: Report, owner: Place, cls: type | None = None
    ) -> None:
        self._cls = cls
        self._resolver = resolver
        self._owner = owner
        self._sources = sources
        self._report = report

    def place(self, function: FunctionType) -> Place:
        """Return where a function is defined: the line of its `def`."""
        return self._owner if is_made_up(function) else place_of_function(function, self._sources)

    def read(
        self,
        function: FunctionType,
        name: str,
        path: str,
        binding: Binding,
        hidden: Collection[str] = (),
        *,
        held: Place | None = None,
    ) -> Callable | None:
        """Return the IR of a function, None where it was refused; `hidden` are parameters that are not public.

        `held` is the place of one that says it is another module's: the stub has its types, whatever it wraps.
        """
        inner = innermost(function, path) if held is None else function
        if not isinstance(inner, FunctionType):
            self._report.add(
                self.place(function), f"{path} wraps {inner!r}, not a function", "register a plain function"
            )
            return None
        declared = type_parameters_of(inner, self._sources)
        near = self
        if declared:
            near = self._through(self._resolver.within(declared))
        if binding in (Binding.INSTANCE, Binding.CLASS):
            near = near._with_own(inner)  # noqa: SLF001  one of this class
        reading = Reading(name, path, binding, hidden, held or self.place(inner), self._resolver)
        return near._read(function, inner, reading)  # noqa: SLF001  one of this class

    def _with_own(self, function: FunctionType) -> SignatureReader:
        """Return the reader of a method: where its first parameter has a type variable, that means `Self`."""
        code = function.__code__
        annotation = annotations_of(function).get(code.co_varnames[0]) if code.co_argcount else None
        resolver = self._resolver if annotation is None else self._resolver.with_own(annotation)
        return self if resolver is self._resolver else self._through(resolver)

    def _through(self, resolver: Resolver) -> SignatureReader:
        """Return the same reader with another resolver."""
        return SignatureReader(resolver, self._sources, self._report, self._owner, self._cls)

    def _read(self, function: FunctionType, inner: FunctionType, reading: Reading) -> Callable:
        path = reading.path
        said = self._said(path)
        nodes = said or self._sources.of_file(inner.__code__.co_filename).overloads(inner.__qualname__)
        found = _Found()
        try:
            self._find(function, inner, reading, nodes, found)
        except Unsupported as refusal:
            with self._report.about(*((parameter_subject(refusal.parameter),) if refusal.parameter else ())):
                self._report.add(reading.place, refusal.what, refusal.fix)
            nodes = []
        is_of_stub = len(said) == 1 and bool(found.variants)
        if is_of_stub:
            parameters = tuple(map(default_of_stub, found.variants[0].parameters))
        else:
            reader = ParameterReader(self._resolver, self._sources, self._report, self._cls)
            parameters = reader.read(inner, reading, found.variants, found.gone)
        flavour, result, sent, may_be_plain = found.delivery
        doc, deprecated = documentation(inner), deprecation(function)
        if doc is None and self._cls is not None:
            doc = inherited_documentation(self._cls, inner.__name__)
        read = Callable(
            reading.name,
            path,
            flavour,
            reading.binding,
            parameters,
            result,
            sent,
            doc,
            reading.place,
            deprecated=deprecated,
        )
        read = revised(read, may_be_plain=may_be_plain)
        if is_of_stub:
            return revised(read, makes=found.variants[0].makes)
        return self._with_makes(on_those(read, found.narrowed), inner, found.variants if nodes else ())

    def _find(
        self,
        function: FunctionType,
        inner: FunctionType,
        reading: Reading,
        nodes: Sequence[Definition],
        found: _Found,
    ) -> None:
        """Enter into `found` what the decorators, the overloads and the body of a function say.

        Raises:
            Unsupported: something there is not supported; what was found before that is entered.
        """
        path, skips_first = reading.path, reading.skips_first
        steps = self._steps(function, inner, path)
        found.gone = taken_away(inner, steps, path)
        found.variants = read_variants(
            nodes, reading.around, reading.place.file, path, skips_first=skips_first, hidden=reading.hidden
        )
        if skips_first and not found.variants and reading.name not in ("__init__", "__new__"):  # those say what is made
            found.narrowed = self.narrowing(inner, path)
        said = self._said(path)
        if said:
            found.delivery = self._said_delivery(said[0], found.variants, path)
            return
        found.delivery = self._delivery(function, inner, reading, found.variants, steps)
        if function is not inner:
            check_kind(function, found.delivery.flavour, path)

    def _with_makes(self, read: Callable, inner: FunctionType, variants: Sequence[Variant]) -> Callable:
        """Return what was read of a function with its overloads, or with what a constructor makes."""
        try:
            if variants:
                return with_overloads(read, variants)
            node = self._sources.definition(inner)
            return read if node is None else revised(read, makes=made_by(node, self._resolver, read.path))
        except Unsupported as refusal:
            self._report.add(read.place, refusal.what, refusal.fix)
            return read

    def _steps(self, function: FunctionType, inner: FunctionType, path: str) -> list[Step]:
        """Return the decorators of a function that say their types."""
        if function is inner:
            return []
        node = self._sources.definition(inner)
        steps = steps_of(inner, node, self._cls, self._resolver, path)
        check_known(function, node, steps, path)
        return steps

    def narrowing(self, function: FunctionType, path: str) -> Narrowing:
        """Return which objects of its class have a method.

        Raises:
            Unsupported: its receiver says that by what faces do not have.
        """
        if self._cls is None:
            return ()
        return narrowing(function, self._cls, self._resolver, self._sources.definition(function), path)

    def result(self, function: FunctionType, path: str, *, is_method: bool = True) -> Type:
        """Return what a function says it returns, or what its body proves: None, or the object that it is a method of.

        Raises:
            Unsupported: it does not say, or says something that is not supported.
        """
        said = self._said(path)
        if said and said[0].returns is not None:
            return located(self._resolver, ast.unparse(said[0].returns), f"the result of {path}")
        annotations = annotations_of(function)
        if "return" in annotations:
            near = self._with_own(function) if is_method else self
            return located(near._resolver, annotations["return"], f"the result of {path}")  # noqa: SLF001  one of this class
        node = self._sources.definition(function)
        if function.__name__ in ("__init__", "__new__"):
            return NONE
        if node is not None and gives_none(node) and not inspect.isasyncgenfunction(function):
            return NONE
        if node is not None and is_method and gives_self(node):
            return Own()
        raise Unsupported(f"{path} has no return annotation", "write `-> T`, or `-> None`")

    def awaited_result(self, function: FunctionType, path: str) -> Type:
        """Return what awaiting a special method gives: it may be a plain one whose result is to be awaited.

        Raises:
            Unsupported: as for `result`.
        """
        result = self.result(function, path)
        said = self._said(path)
        is_async = (
            isinstance(said[0], ast.AsyncFunctionDef)
            if said and said[0].returns is not None
            else inspect.iscoroutinefunction(function)
        )
        awaited = None if is_async else awaited_by(result)
        return result if awaited is None else awaited

    def _result_in(self, function: FunctionType, path: str, owner: type, bound: Mapping[object, Meaning]) -> Type:
        """Return what a method of another class returns, where its type variables mean what `bound` says."""
        near = self._resolver.beside(module_of_class(owner), owner, bound)
        return SignatureReader(near, self._sources, self._report, self._owner).awaited_result(function, path)

    def item(self, function: FunctionType) -> Type | None:
        """Return what the result of `__aiter__` yields, None where that is no class with an `__anext__`."""
        return iterated_item(annotations_of(function).get("return"), self._resolver, self._result_in)

    def returns_receiver(self, function: FunctionType) -> bool:
        """Tell whether a method does nothing but `return self`, as far as there is a source that tells."""
        node = self._sources.definition(function)
        return node is None or gives_receiver(node)

    def only_raises(self, function: FunctionType) -> bool:
        """Tell whether a method does nothing but raise."""
        node = self._sources.definition(function)
        return node is not None and only_raises(node)

    def _said(self, path: str) -> list[Definition]:
        """Return what the stub of the module says of a function."""
        stub = self._resolver.stub
        return [] if stub is None else stub.signatures(path)

    def last_type(self, function: FunctionType, path: str = "") -> Type | None:
        """Return the type of a function's last parameter, the value of a setter; None where it has no annotation.

        Raises:
            Unsupported: the annotation is not supported.
        """
        stub = self._resolver.stub
        said = stub.setter(path) if stub is not None else None
        if said is not None and said.args.args[-1].annotation is not None:
            return self._resolver.resolve(ast.unparse(said.args.args[-1].annotation))
        annotations = annotations_of(function)
        name = taken_by(function)[-1].name
        return self._resolver.resolve(annotations[name]) if name in annotations else None

    def _delivery(
        self,
        function: FunctionType,
        inner: FunctionType,
        reading: Reading,
        variants: Sequence[Variant],
        steps: Sequence[Step],
    ) -> Delivery:
        """Return how a function delivers under its decorators, what it gives, and what it accepts between results."""
        written = self._written(function, inner, reading, variants)
        given = None if variants else given_under(steps, *written[:3], reading.path)
        return written if given is None else self._flavoured(given, reading.path)

    def _written(
        self, function: FunctionType, inner: FunctionType, reading: Reading, variants: Sequence[Variant]
    ) -> Delivery:
        """Return how a function delivers as it is written itself."""
        path = reading.path
        if not (variants or inspect.iscoroutinefunction(inner) or is_under_manager(function)):
            value = awaited_value(annotations_of(inner).get("return"), self._resolver, self._result_in)
            if value is not None:
                return Delivery(Flavour.ASYNC, value, None)
        if variants and "return" not in annotations_of(inner):
            result = union(variant.result for variant in variants)
        else:
            result = self.result(inner, path, is_method=reading.binding is Binding.INSTANCE)
        if is_under_manager(function) and not inspect.isasyncgenfunction(inner):
            raise Unsupported(
                f"{path} is a blocking context manager", "write an `async def` under @asynccontextmanager"
            )
        delivery = self._flavoured(
            result,
            path,
            is_managed=is_under_manager(function),
            yields=inspect.isasyncgenfunction(inner),
            is_async=inspect.iscoroutinefunction(inner),
        )
        if delivery.may_be_plain and tell_apart(variants, path):
            delivery = delivery_of(result, path)
        return as_overloads_say(variants, path) or delivery if delivery.flavour is Flavour.SYNC else delivery

    def _said_delivery(self, said: Definition, variants: Sequence[Variant], path: str) -> Delivery:
        """Return how a function delivers as its stub has it: a generator is told by its result."""
        result = union(variant.result for variant in variants)
        managed = is_managed(said)
        return self._flavoured(result, path, is_managed=managed, yields=False, is_async=variants[0].is_async)

    def _flavoured(
        self, result: Type, path: str, *, is_managed: bool = False, yields: bool = False, is_async: bool = False
    ) -> Delivery:
        if is_managed:
            return Delivery(Flavour.CONTEXT, items_of(result, path)[0], None)
        if yields:
            return Delivery(Flavour.STREAM, *items_of(result, path))
        if is_async:
            return Delivery(Flavour.ASYNC, result, None)
        return delivery_at_times(result, path) or delivery_of(result, path)
