"""Own the way from an annotation, an object or a string, to the type IR.

Nothing in the result depends on how the annotation was spelled or on which Python reads it.
"""

from __future__ import annotations

import dataclasses
import sys
import typing
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

from ambidex.module import is_class

from .._ir import (
    ANY,
    NONE,
    Alternatives,
    Applied,
    Face,
    Function,
    Name,
    Own,
    Spread,
    TupleOf,
    Type,
    Variable,
    bare,
    union,
)
from .._paths import member_of
from .._report import Unsupported
from ._aliases import Named, bindings, folded, is_type_alias, made_in, read_alias, value_of, variables_in
from ._arguments import read_argument, read_arguments
from ._bases import type_parameters_of, variables_of
from ._brackets import type_parameters_in
from ._classes import Classes, refuse_private
from ._constructors import Assigned
from ._forms import Form, Read, unpack
from ._generics import bare_arguments
from ._homes import home_of_value, public_home
from ._namespace import Absent, Either, Namespace, Subscripted
from ._qualifiers import qualified, stripped
from ._source import module_of_class
from ._special_forms import CALLABLE, SpecialForms
from ._there import refuse_missing
from ._variables import (
    arguments_of,
    default_of,
    has_default,
    is_many,
    is_variable,
    module_of,
    packed,
    read_variable,
    readable,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from .._manifest import Registry
    from ._source import Sources
    from ._stubs import Definition, Stub
    from ._variables import Meaning


class Resolver:
    """Turn the annotations of one module, or of one class in it, into types."""

    def __init__(
        self,
        module: ModuleType,
        registry: Registry,
        sources: Sources,
        owner: type | None = None,
        bound: Mapping[object, Meaning] | None = None,
    ) -> None:
        self._module = module
        self._registry = registry
        self._sources = sources
        self._bound = bound or {}
        self._namespace = Namespace(module, {} if owner is None else dict(vars(owner)), sources)
        declared = type_parameters_of(owner, sources)
        if declared:  # which hide what the module has
            self._namespace = self._namespace.with_names(_by_name(declared))
        self._classes = Classes(self, registry, sources)
        self._forms = SpecialForms(self, self._classes, module, registry, sources)
        self._open: list[str] = []  # strings that name strings, and are being read
        self._known: dict[str, Type] = {}
        self._variables: dict[object, Variable] = {}

    def beside(self, module: ModuleType, owner: type, bound: Mapping[object, Meaning]) -> Resolver:
        """Return a resolver for another class of the same run; `bound` is what its type variables mean."""
        return Resolver(module, self._registry, self._sources, owner, bound)

    def within(self, variables: Iterable[object]) -> Resolver:
        """Return a resolver for a function that declares type variables of its own, in brackets."""
        return self._within(_by_name(variables))

    def within_definition(self, node: Definition) -> Resolver:
        """Return a resolver for a function of which there is only the text, with the type variables in its brackets.

        Raises:
            Unsupported: what it says of one of them cannot be evaluated.
        """
        found = type_parameters_in(node, self._namespace)
        return self._within(found) if found else self

    def _within(self, names: Mapping[str, object]) -> Resolver:
        near = Resolver(self._module, self._registry, self._sources, bound=self._bound)
        near._namespace = self._namespace.with_names(names)
        return near

    def placed(self, annotation: object) -> tuple[Resolver, object]:
        """Return who resolves the annotation of an attribute, and that: a constructor may import what its own names."""
        if not isinstance(annotation, Assigned):
            return self, annotation
        if not annotation.imports:
            return self, annotation.text
        near = Resolver(self._module, self._registry, self._sources, bound=self._bound)
        near._namespace = self._namespace.with_imports(annotation.imports)
        return near, annotation.text

    @property
    def sources(self) -> Sources:
        """Return the texts of the run."""
        return self._sources

    @property
    def stub(self) -> Stub | None:
        """Return the stub of the module whose annotations are read."""
        return self._sources.of_module(self._module).stub

    def with_own(self, annotation: object) -> Resolver:
        """Return a resolver for a method whose first parameter has an annotation: a type variable there is `Self`."""
        if isinstance(annotation, str):
            try:
                annotation = self._namespace.evaluate(annotation)
            except Unsupported:  # nothing else needs it
                return self
        if typing.get_origin(annotation) is type:
            annotation = typing.get_args(annotation)[0]
        if not is_variable(annotation) or annotation in self._bound:
            return self
        near = Resolver(self._module, self._registry, self._sources, bound={**self._bound, annotation: Own()})
        near._namespace = self._namespace
        return near

    def is_registered(self, cls: type) -> bool:
        """Tell whether a manifest names a class."""
        return self._registry.reference(cls) is not None

    def is_record(self, type_: Type) -> bool:
        """Tell whether a type is a record that was met in this run, which may carry faces."""
        return type_ in self._registry.records

    def written_once(self, type_: Type) -> Type:
        """Return what a type, or a member of a union, says where it is an alias that is defined by itself."""
        plain = bare(type_)
        members = plain.members if isinstance(plain, Alternatives) else (plain,)
        return union(self._registry.aliases.get(member, member) for member in members)

    def class_of(self, type_: Type) -> type | None:
        """Return the class that a type names, or that has that face; None where the run knows none."""
        plain = bare(type_)
        if isinstance(plain, Face):
            return self._registry.class_of(plain.plain)
        name = plain.origin if isinstance(plain, Applied) else plain
        found: object = sys.modules.get(name.module) if isinstance(name, Name) else None
        for part in name.qualname.split(".") if isinstance(name, Name) else ():
            found = member_of(found, part)
        return found if is_class(found) else None

    def resolve(self, annotation: object) -> Type:
        """Return the type that an annotation means.

        Raises:
            Unsupported: the annotation cannot be resolved, or holds something that is not supported.
        """
        if isinstance(annotation, (str, typing.ForwardRef)):
            return self._text(annotation if isinstance(annotation, str) else annotation.__forward_arg__)
        if annotation is None or annotation is type(None):
            return NONE
        if annotation is typing.Any:
            return ANY
        stood_for = self._stood_for(annotation)
        if stood_for is not None:
            return stood_for
        if isinstance(annotation, dataclasses.InitVar):
            return self.resolve(cast("object", annotation.type))
        variable = self._of_variables(annotation)
        if variable is not None:
            return variable
        if is_type_alias(annotation):
            return self._made(annotation, None)
        if getattr(annotation, "__unpacked__", False) is True:  # `*tuple[X, ...]`
            return self._forms.stood_for(unpack(_without_star(annotation)))
        known = self._namespace.name_of(annotation)
        return self._named(known) if known is not None else self._written_out(annotation)

    def argument(self, annotation: object) -> Type:
        """Return a type, or what a ParamSpec is given: parameters.

        Raises:
            Unsupported: as for `resolve`.
        """
        return read_argument(annotation, self.resolve)

    def arguments(self, variables: Sequence[object], given: tuple[object, ...]) -> tuple[Type, ...]:
        """Return what a class or an alias with these type variables is given for them.

        Raises:
            Unsupported: as for `resolve`, or it is not what a type variable takes.
        """
        return read_arguments(variables, given, self.resolve)

    def _written_out(self, annotation: object) -> Type:
        return folded(self._generic_or_plain(annotation), self._registry.aliases)

    def _stood_for(self, annotation: object) -> Type | None:
        """Return the type that one of our own stand-ins means, None for anything else."""
        if isinstance(annotation, Either):
            return folded(union(map(self.resolve, annotation.members)), self._registry.aliases)
        if isinstance(annotation, Named):
            return self._named(annotation)
        if isinstance(annotation, Read):
            return annotation.type_
        if isinstance(annotation, Absent):
            return self._absent(annotation)
        if isinstance(annotation, Subscripted):
            return self._applied(annotation.origin, annotation.arguments)
        if is_class(annotation) and "__pydantic_generic_metadata__" in vars(annotation):
            return self._model(annotation)
        return self._forms.stood_for(annotation) if isinstance(annotation, Form) else None

    def _model(self, cls: type) -> Type | None:
        """Return what an applied model of pydantic means, which is a class of its own; None for any other model."""
        made = cast("dict[str, object]", vars(cls)["__pydantic_generic_metadata__"])
        origin = made["origin"]
        return None if origin is None else self._applied(origin, cast("tuple[object, ...]", made["args"]))

    def _of_variables(self, annotation: object) -> Type | None:
        """Return a type variable, or what stands for a ParamSpec; None for anything else."""
        kind = type(annotation).__name__
        if is_variable(annotation):
            return readable(self._bound[annotation]) if annotation in self._bound else self.variable(annotation)
        if kind in ("ParamSpecArgs", "ParamSpecKwargs"):
            spec: object = getattr(annotation, "__origin__", None)
            meant = readable(self._bound.get(spec) or self.variable(spec))
            if not isinstance(meant, Variable):
                raise Unsupported(f"a subclass says what {annotation!r} stands for", "write the parameters out")
            return Spread(meant, kind[len("ParamSpec") :].lower())
        return None

    def variable(self, value: object) -> Variable:
        """Return a type variable as it is declared.

        Raises:
            Unsupported: its bound, a constraint or its default is not supported.
        """
        known = self._variables.get(value)
        if known is None:
            module = module_of(value)
            near = self
            # What stands in brackets (Python 3.12) says that typing made it, and is read where it stands.
            if isinstance(module, ModuleType) and module not in (self._module, typing):
                near = Resolver(module, self._registry, self._sources)
            known = self._variables[value] = read_variable(value, near.argument)
        return known

    def qualified(self, annotation: object) -> tuple[str | None, object]:
        """Split `ClassVar[T]` and `Final[T]` into the qualifier and T; T is None where it is left out.

        Raises:
            Unsupported: the annotation cannot be resolved.
        """
        return qualified(annotation, self._namespace.evaluate)

    def stripped(self, annotation: object) -> tuple[tuple[str, ...], object]:
        """Split the qualifiers of a field from its type: `Final`, and what typed dicts say of a key.

        Raises:
            Unsupported: the annotation cannot be resolved.
        """
        return stripped(annotation, self._namespace.evaluate)

    def _text(self, text: str) -> Type:
        """Return what a string means; one inside an imported alias was written elsewhere."""
        known = self._known.get(text)
        if known is not None:
            return known
        named = self._namespace.name_of(text)
        made = self._named(named) if named is not None else self._evaluated(text)
        return made if self._registry.reading else self._known.setdefault(text, made)

    def _evaluated(self, text: str) -> Type:
        if text.startswith("*"):  # `*args: *Ts`
            return self.resolve(cast("tuple[object]", self._namespace.evaluate(f"({text},)"))[0])
        try:
            value = self._namespace.evaluate(text)
        except Unsupported:
            origin = next(self._namespace.origins_of(text), None)
            if origin is None:
                raise
            return Resolver(origin, self._registry, self._sources).resolve(text)
        if not isinstance(value, str):
            return self.resolve(value)
        if text in self._open:
            raise Unsupported(f"the type {text} is defined by itself", f"write `{text}: TypeAlias = ...`")
        self._open.append(text)
        try:
            return self.resolve(value)
        finally:
            self._open.pop()

    def _absent(self, annotation: Absent) -> Type:
        name = annotation.name
        if annotation.is_module:
            raise _no_module(name.module)
        refuse_missing(name.module, name.qualname, self._sources)
        refuse_private(name)
        origin = self._forms.named(name.qualname) if name.module == "typing_extensions" else name
        arguments = tuple(map(self.argument, annotation.arguments))
        return Applied(origin, arguments) if arguments and isinstance(origin, Name) else origin

    def _made(self, alias: object, arguments: tuple[object, ...] | None) -> Type:
        """Return what a `type` statement says, applied to `arguments`, or to none."""
        name = Name(*made_in(alias))
        module = sys.modules.get(name.module, self._module)
        variables = cast("tuple[object, ...]", getattr(alias, "__type_params__", ()))
        return self._alias(name, module, variables, arguments, lambda: value_of(alias, name.qualname))

    def _named(self, named: Named) -> Type:
        """Return what an alias means that only its name tells."""
        module = sys.modules[named.name.module]
        namespace = self._namespace if module is self._module else Namespace(module, {}, self._sources)
        value = namespace.value_of(named.name.qualname)
        variables = () if named.arguments is None else variables_in(value, namespace.evaluate)
        return self._alias(named.name, module, variables, named.arguments, lambda: value)

    def _alias(
        self,
        name: Name,
        module: ModuleType,
        variables: tuple[object, ...],
        arguments: tuple[object, ...] | None,
        value: Callable[[], object],
    ) -> Type:
        """Return what an alias of `module` means: `value` with `arguments` in the place of its type variables."""
        meant = bindings(name.qualname, variables, arguments, self.arguments)
        near = self
        if module is not self._module or variables:
            near = Resolver(module, self._registry, self._sources, bound={**self._bound, **meant})
            near._namespace = self._namespace if module is self._module else near._namespace
        near._take_defaults(variables, meant)
        return read_alias(public_home(name), arguments_of(meant), lambda: near._of_alias(value()), self._registry)

    def _take_defaults(self, variables: Iterable[object], meant: dict[object, Type]) -> None:
        """Have type variables for which nothing stands mean their defaults, each of which may name those before it."""
        for variable in variables:
            if variable not in meant:
                default = self.argument(default_of(variable))
                meant[variable] = packed((default,)) if is_many(variable) else default
                self._bound = {**self._bound, variable: meant[variable]}

    def _of_alias(self, value: object) -> Type:
        """Return what the value of an alias means, which has the name of that alias for a reader of its module."""
        if isinstance(value, str):
            return self._evaluated(value)
        return self.resolve(value) if self._namespace.name_of(value) is None else self._written_out(value)

    def _generic_or_plain(self, annotation: object) -> Type:
        origin: object = typing.get_origin(annotation)
        if origin is not None:
            arguments = typing.get_args(annotation)
            if annotation is typing.Tuple:  # noqa: UP006  the bare form
                return TupleOf((ANY,), is_repeated=True)
            return self._applied(origin, arguments)
        if annotation is CALLABLE:
            return Function(None, ANY)
        if is_class(annotation):
            filled = bare_arguments(annotation, self._sources)
            return self._applied(annotation, filled) if filled else self._classes.plain(annotation)
        if hasattr(annotation, "__supertype__"):
            name = str(getattr(annotation, "__name__", ""))
            return home_of_value(annotation, self._bound_name(annotation, name), self._module.__name__, self._sources)
        name = str(getattr(annotation, "_name", None) or getattr(annotation, "__name__", ""))
        if type(annotation).__module__ in ("typing", "typing_extensions") and name:
            return self._forms.named(name)
        if isinstance(annotation, ModuleType):
            raise _no_module(annotation.__name__)
        raise Unsupported(f"the annotation {annotation!r} is not a type", "write a type")

    def _bound_name(self, value: object, name: str) -> str:
        scope = vars(self._module)
        return name if scope.get(name) is value else next((key for key, known in scope.items() if known is value), name)

    def _applied(self, origin: object, arguments: tuple[object, ...]) -> Type:
        if is_type_alias(origin):
            return self._made(origin, arguments)
        return self._forms.applied(origin, self._completed(origin, arguments))

    def _completed(self, origin: object, arguments: tuple[object, ...]) -> tuple[object, ...]:
        """Return the arguments of a class, each default among them read: Python leaves type variables in those."""
        variables = variables_of(origin, self._sources) if isinstance(origin, type) else ()
        if not isinstance(origin, type) or not any(map(has_default, variables)):
            return arguments
        near = Resolver(module_of_class(origin), self._registry, self._sources, origin, self._bound)
        completed = list(arguments)
        meant: dict[object, Type] = {}
        for place, (variable, argument) in enumerate(zip(variables, arguments)):
            if has_default(variable) and argument is default_of(variable):
                near._take_defaults([variable], meant)
                read = Read(meant[variable])
                completed[place] = Form("Unpack", (read,)) if is_many(variable) else read
            elif is_many(variable):  # which takes more than one of them
                break
            else:
                near._bound = {**near._bound, variable: self.argument(argument)}
        return tuple(completed)


def _by_name(variables: Iterable[object]) -> dict[str, object]:
    return {str(getattr(variable, "__name__", "")): variable for variable in variables}


def _without_star(annotation: object) -> object:
    """Return the type of which `*` made an object that is equal to it in all but that."""
    origin: Any = typing.get_origin(annotation)
    return origin[typing.get_args(annotation)]


def _no_module(name: str) -> Unsupported:
    return Unsupported(f"{name} is a module, not a type", "name a class of it")
