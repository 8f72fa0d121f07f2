"""Own the way from an annotation, an object or a string, to the type IR.

Nothing in the result depends on how the annotation was spelled or on which Python reads it.
"""

from __future__ import annotations

import collections.abc
import dataclasses
import enum
import sys
import typing
from types import ModuleType
from typing import TYPE_CHECKING, Union, cast

from .._ir import (
    ANY,
    NONE,
    UNPACK,
    Alternatives,
    Applied,
    EnumMember,
    Face,
    Function,
    Listed,
    LiteralOf,
    Name,
    Own,
    Spread,
    TupleOf,
    Type,
    Variable,
    VariableKind,
    WithMetadata,
    union,
)
from .._manifest import is_error, is_record
from .._protocols import call_of
from .._report import Unsupported
from ._called import read_called
from ._forms import Form
from ._generics import bare_arguments, normal_arguments
from ._homes import home_of_class, home_of_value, special_home
from ._literals import literal_text
from ._namespace import Absent, Either, Namespace, Subscripted
from ._records import read_record
from ._source import absolute_import
from ._variables import is_variable, module_of, read_variable, variables_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .._manifest import Registry
    from ._source import Sources
    from ._stubs import Stub


_CALLABLE: object = collections.abc.Callable
_DEEP = 20  # arbitrary: a record that grows within itself, as `Page[T]` with a field `Page[list[T]]` does, ends there
_QUALIFIERS = frozenset(("Final", "NotRequired", "ReadOnly", "Required"))


class Resolver:
    """Turn the annotations of one module, or of one class in it, into types."""

    def __init__(
        self,
        module: ModuleType,
        registry: Registry,
        sources: Sources,
        owner: type | None = None,
        bound: Mapping[object, Type] | None = None,
    ) -> None:
        self._module = module
        self._registry = registry
        self._sources = sources
        self._bound = bound or {}
        scope: dict[str, object] = dict(vars(owner)) if owner is not None else {}
        for parameter in cast("tuple[object, ...]", getattr(owner, "__type_params__", ())):
            scope[str(getattr(parameter, "__name__", parameter))] = parameter
        self._namespace = Namespace(module, scope, sources)
        self._open: list[str] = []
        self._known: dict[str, Type] = {}
        self._variables: dict[object, Variable] = {}

    def beside(self, module: ModuleType, owner: type, bound: Mapping[object, Type]) -> Resolver:
        """Return a resolver for another class of the same run; `bound` is what its type variables mean."""
        return Resolver(module, self._registry, self._sources, owner, bound)

    def within(self, variables: Iterable[object]) -> Resolver:
        """Return a resolver for a function that declares type variables of its own, in brackets."""
        near = Resolver(self._module, self._registry, self._sources, bound=self._bound)
        near._namespace = self._namespace.with_names(
            {str(getattr(variable, "__name__", "")): variable for variable in variables}
        )
        return near

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

    def class_of(self, face: Face) -> type | None:
        """Return the class that has a face, None where none of the run has it."""
        return self._registry.class_of(face.plain)

    def resolve(self, annotation: object) -> Type:
        """Return the type that an annotation means.

        Raises:
            Unsupported: the annotation cannot be resolved, or holds something that is not supported.
        """
        if isinstance(annotation, str):
            return self._string(annotation)
        if isinstance(annotation, typing.ForwardRef):
            return self._forward(annotation)
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
        if type(annotation).__name__ == "TypeAliasType":
            return self._alias(annotation)
        return self._generic_or_plain(annotation)

    def _stood_for(self, annotation: object) -> Type | None:
        """Return the type that one of our own stand-ins means, None for anything else."""
        if isinstance(annotation, Either):
            return union(map(self.resolve, annotation.members))
        if isinstance(annotation, Absent):
            return self._absent(annotation)
        if isinstance(annotation, Subscripted):
            return self._applied(annotation.origin, annotation.arguments)
        return self._form(annotation) if isinstance(annotation, Form) else None

    def _of_variables(self, annotation: object) -> Type | None:
        """Return a type variable, or what stands for a ParamSpec; None for anything else."""
        kind = type(annotation).__name__
        if is_variable(annotation):
            return self._bound[annotation] if annotation in self._bound else self.variable(annotation)
        if kind in ("ParamSpecArgs", "ParamSpecKwargs"):
            spec: object = getattr(annotation, "__origin__", None)
            meant = self._bound.get(spec) or self.variable(spec)
            if not isinstance(meant, Variable):
                raise Unsupported(f"a subclass says what {annotation!r} stands for", "write the parameters out")
            return Spread(meant, kind[len("ParamSpec") :].lower())
        if isinstance(annotation, list):
            return Listed(tuple(map(self.resolve, cast("list[object]", annotation))))
        return Listed(None) if annotation is Ellipsis else None

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
            known = self._variables[value] = read_variable(value, near.resolve)
        return known

    def qualified(self, annotation: object) -> tuple[str | None, object]:
        """Split `ClassVar[T]` and `Final[T]` into the qualifier and T; T is None where it is left out.

        Raises:
            Unsupported: the annotation cannot be resolved.
        """
        if isinstance(annotation, typing.ForwardRef):
            annotation = annotation.__forward_arg__
        if isinstance(annotation, str):
            annotation = self._namespace.evaluate(annotation)
        origin = typing.get_origin(annotation)
        for name, form in (("ClassVar", typing.ClassVar), ("Final", typing.Final)):
            if annotation is form:
                return name, None
            if origin is form:
                return name, typing.get_args(annotation)[0]
        return None, annotation

    def stripped(self, annotation: object) -> tuple[tuple[str, ...], object]:
        """Split the qualifiers of a field from its type: `Final`, and what typed dicts say of a key.

        Raises:
            Unsupported: the annotation cannot be resolved.
        """
        found: list[str] = []
        while True:
            if isinstance(annotation, typing.ForwardRef):
                annotation = annotation.__forward_arg__
            if isinstance(annotation, str):
                annotation = self._namespace.evaluate(annotation)
            if isinstance(annotation, Absent):
                name, arguments = annotation.name.qualname, annotation.arguments
            else:
                origin = typing.get_origin(annotation) or getattr(annotation, "__origin__", None)
                name = str(getattr(origin, "_name", None) or getattr(origin, "__name__", ""))
                arguments = typing.get_args(annotation) or getattr(annotation, "__args__", ())
            if name not in _QUALIFIERS or not arguments:
                return tuple(found), annotation
            found.append(name)
            annotation = arguments[0]

    def _string(self, text: str) -> Type:
        known = self._known.get(text)
        if known is not None:
            return known
        if text in self._open:
            raise Unsupported(
                f"the type {text} is defined by itself, which is not supported yet",
                "write it out to the depth you need",
            )
        if text.startswith("*"):  # `*args: *Ts`
            return self.resolve(cast("tuple[object]", self._namespace.evaluate(f"({text},)"))[0])
        value = self._namespace.evaluate(text)
        self._open.append(text)
        try:
            return self._known.setdefault(text, self.resolve(value))
        finally:
            self._open.pop()

    def _forward(self, reference: typing.ForwardRef) -> Type:
        """Return what a string inside an annotation means; one inside an imported alias was written elsewhere."""
        text = reference.__forward_arg__
        try:
            return self._string(text)
        except Unsupported:
            for name, statement in self._sources.of_module(self._module).imports.items():
                origin = sys.modules.get(absolute_import(statement, self._module))
                if origin is None or origin is self._module:
                    continue
                if _holds(self._namespace.get_known(name), text):
                    return Resolver(origin, self._registry, self._sources).resolve(reference)
            raise

    def _form(self, form: Form) -> Type:
        if form.name == "Callable":
            return self._callable(form.arguments)
        if form.name == "Unpack" and form.arguments:
            return Applied(UNPACK, tuple(map(self.resolve, form.arguments)))
        raise Unsupported(f"{form.name} is not supported here", "write a plain type")

    def _absent(self, annotation: Absent) -> Type:
        name = annotation.name
        if annotation.is_module:
            raise Unsupported(f"{name.module} is a module, not a type", "name a class of it")
        origin = self._special(name.qualname) if name.module == "typing_extensions" else name
        arguments = tuple(map(self.resolve, annotation.arguments))
        return Applied(origin, arguments) if arguments and isinstance(origin, Name) else origin

    def _alias(self, alias: object, arguments: tuple[object, ...] = ()) -> Type:
        """Return what a `type` statement says, with `arguments` in the place of its type parameters."""
        name = str(getattr(alias, "__name__", alias))
        variables = cast("tuple[object, ...]", getattr(alias, "__type_params__", ()))
        if any(type(variable).__name__ != "TypeVar" for variable in variables):
            raise Unsupported(
                f"the alias {name} has a ParamSpec or TypeVarTuple, which is not supported yet", "write the type out"
            )
        if len(arguments) != len(variables):
            raise Unsupported(f"the alias {name} is not applied to all its type parameters", f"write {name}[...]")
        if name in self._open:
            raise Unsupported(
                f"the type {name} is defined by itself, which is not supported yet",
                "write it out to the depth you need",
            )
        meant = dict(zip(variables, map(self.resolve, arguments)))
        near = self
        if meant:
            near = Resolver(self._module, self._registry, self._sources, bound={**self._bound, **meant})
            near._namespace, near._open = self._namespace, self._open
        self._open.append(name)
        try:
            return near.resolve(_value_of(alias, name))
        finally:
            self._open.pop()

    def _generic_or_plain(self, annotation: object) -> Type:
        origin: object = typing.get_origin(annotation)
        if origin is not None:
            arguments = typing.get_args(annotation)
            if annotation is typing.Tuple:  # noqa: UP006  the bare form
                return TupleOf((ANY,), is_repeated=True)
            return self._applied(origin, arguments)
        if annotation is _CALLABLE:
            return Function(None, ANY)
        if isinstance(annotation, type):
            filled = bare_arguments(annotation, self._sources)
            return self._applied(annotation, filled) if filled else self._class(annotation)
        if hasattr(annotation, "__supertype__"):
            name = str(getattr(annotation, "__name__", ""))
            return home_of_value(annotation, self._bound_name(annotation, name), self._module.__name__, self._sources)
        name = str(getattr(annotation, "_name", None) or getattr(annotation, "__name__", ""))
        if type(annotation).__module__ in ("typing", "typing_extensions") and name:
            return self._special(name)
        raise Unsupported(f"the annotation {annotation!r} is not a type", "write a type")

    def _bound_name(self, value: object, name: str) -> str:
        scope = vars(self._module)
        return name if scope.get(name) is value else next((key for key, known in scope.items() if known is value), name)

    def _special(self, name: str) -> Type:
        if name == "Self":
            return Own()
        if name in (
            "ClassVar",
            "Final",
            "Unpack",
            "TypeAlias",
            "Concatenate",
            "Generic",
            "Protocol",
            "Required",
            "NotRequired",
        ):
            raise Unsupported(f"{name} is not supported here", "write a plain type")
        return special_home(name)

    def _class(self, cls: type) -> Type:
        self._registry.named[cls] = None
        if cls in self._registry.unusable:
            raise Unsupported(f"{cls.__qualname__} is left out", "leave out what names it, too")
        reference = self._registry.reference(cls)
        called = None if isinstance(reference, Face) else self._called(cls, ())
        if called is not None:
            return called
        if reference is not None:
            self._note(cls, reference, ())
            return reference
        nearest = self._registry.nearest_face(cls)
        if nearest is not None:
            raise Unsupported(
                f"{cls.__qualname__} is not public, but its base {nearest.__qualname__} is",
                f"register it with wrap_class, or annotate {nearest.__qualname__}",
            )
        if "<locals>" in cls.__qualname__:
            raise Unsupported(f"{cls.__qualname__} is defined inside a function", "define it at the top of a module")
        home = home_of_class(cls)
        if any(part.startswith("_") for part in home.qualname.split(".")):
            raise Unsupported(
                f"{home.qualname} of {home.module} is private, and this is public", "give it a public name"
            )
        self._note(cls, home, ())
        return home

    def _called(self, cls: type, arguments: tuple[Type, ...]) -> Type | None:
        """Return the Callable that a callable protocol is, None for every other class.

        Raises:
            Unsupported: it names itself, or cannot be read.
        """
        if call_of(cls) is None:
            return None
        if cls in self._registry.open:
            raise Unsupported(
                f"the type {cls.__qualname__} is defined by itself, which is not supported yet",
                "write it out to the depth you need",
            )
        self._registry.open.add(cls)
        try:
            return read_called(cls, arguments, self, self._sources)
        finally:
            self._registry.open.discard(cls)

    def _note(self, cls: type, name: Face | Name, arguments: tuple[Type, ...]) -> None:
        """Enter a record, or an exception, among those of the run, once for each way that it is applied."""
        if not isinstance(name, Name) or not (is_record(cls) or (is_error(cls) and cls.__module__ != "builtins")):
            return
        records = self._registry.records
        key = Applied(name, arguments) if arguments else name
        if key not in records and list(records.values()).count(None) < _DEEP:
            records[key] = None  # under way: it may stand in its own fields
            records[key] = read_record(cls, name, arguments, self, self._sources)

    def _applied(self, origin: object, arguments: tuple[object, ...]) -> Type:
        name = str(getattr(origin, "_name", None) or getattr(origin, "__name__", ""))
        if origin is Union or name == "UnionType":
            return union(map(self.resolve, arguments))
        if name == "Literal":
            return LiteralOf(tuple(map(self._literal, arguments)))
        if name == "Annotated":
            return self._annotated(arguments)
        if origin is _CALLABLE:
            return self._callable(arguments)
        if origin is tuple:
            return self._tuple(arguments)
        if name == "Unpack":
            return Applied(UNPACK, tuple(map(self.resolve, arguments)))
        if name in ("TypeGuard", "TypeIs"):
            return Applied(special_home(name), tuple(map(self.resolve, arguments)))
        if type(origin).__name__ == "TypeAliasType":
            return self._alias(origin, arguments)
        if not isinstance(origin, type):
            raise Unsupported(f"{name}[...] is not supported here", "write a plain type")
        return self._of_class(origin, arguments or bare_arguments(origin, self._sources))

    def _of_class(self, origin: type, arguments: tuple[object, ...]) -> Type:
        """Return a class applied to arguments, or without any."""
        called = None if self._registry.face(origin) else self._called(origin, self._filled(origin, arguments))
        if called is not None:
            return called
        home = self._class(origin)
        if isinstance(home, Face):
            return Face(home.module, home.name, self._filled(origin, arguments))
        if not isinstance(home, Name) or not arguments:
            return home
        resolved = normal_arguments(home, tuple(map(self.resolve, arguments)))
        self._note(origin, home, resolved)
        return Applied(home, resolved)

    def _filled(self, cls: type, arguments: tuple[object, ...]) -> tuple[Type, ...]:
        """Return the arguments of a generic face; those of a lone ParamSpec may stand without brackets."""
        wanted = [type(variable).__name__ for variable in variables_of(cls)]
        if wanted == ["ParamSpec"] and not (len(arguments) == 1 and self._is_for_spec(arguments[0])):
            return (self.resolve(arguments),)
        return tuple(
            Listed(None) if kind == "ParamSpec" and argument is typing.Any else self.resolve(argument)
            for kind, argument in zip(wanted + [""] * len(arguments), arguments)
        )

    def _is_for_spec(self, argument: object) -> bool:
        return argument is Ellipsis or isinstance(argument, (list, tuple)) or type(argument).__name__ == "ParamSpec"

    def _literal(self, value: object) -> str | EnumMember:
        if isinstance(value, enum.Enum):
            home = self._class(type(value))
            if isinstance(home, Name):
                return EnumMember(home, value.name)
        text = literal_text(value)
        if text is None:
            raise Unsupported(
                f"Literal[{value!r}] is not supported", "write strings, bytes, integers, booleans or enum members"
            )
        return text

    def _annotated(self, arguments: tuple[object, ...]) -> Type:
        item = self.resolve(arguments[0])
        if any(getattr(value, "__ambidex_marker__", None) == "on_loop" for value in arguments[1:]):
            item = _on_loop(item)
        metadata = [literal_text(value) for value in arguments[1:]]
        kept = tuple(text for text in metadata if text is not None)
        return WithMetadata(item, kept) if kept else item

    def _callable(self, arguments: tuple[object, ...]) -> Type:
        if not arguments:
            return Function(None, ANY)
        *first, result = arguments
        parameters = first[0] if len(first) == 1 else first
        if parameters is Ellipsis:
            return Function(None, self.resolve(result))
        if isinstance(parameters, list):
            return Function(tuple(map(self.resolve, cast("list[object]", parameters))), self.resolve(result))
        listed = _concatenated(parameters)
        if listed[-1] is Ellipsis:
            return Function(None, self.resolve(result))
        rest = self.resolve(listed[-1])
        before = tuple(map(self.resolve, listed[:-1]))
        if isinstance(rest, Listed):  # a ParamSpec of a base, with what stands for it
            return Function(None if rest.items is None else before + rest.items, self.resolve(result))
        if not isinstance(rest, Variable) or rest.kind is not VariableKind.PARAMETERS:
            raise Unsupported(f"{parameters!r} is not what a Callable takes", "write Callable[[X, Y], Z]")
        return Function(before, self.resolve(result), rest=rest)

    def _tuple(self, arguments: tuple[object, ...]) -> Type:
        if arguments == ((),):  # Tuple[()] before Python 3.11
            return TupleOf(())
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return TupleOf((self.resolve(arguments[0]),), is_repeated=True)
        return TupleOf(tuple(map(self.resolve, arguments)))


def _value_of(alias: object, name: str) -> object:
    """Return what a `type` statement says, which Python evaluates when it is asked for the first time."""
    try:
        value: object = getattr(alias, "__value__", None)
    except Exception as error:  # whatever its expression raises
        raise Unsupported(
            f"the alias {name} cannot be evaluated ({type(error).__name__}: {error})",
            "import what it names at run time, too",
        ) from error
    return value


def _holds(value: object, text: str) -> bool:
    """Tell whether a type holds a string that is still to be read."""
    if isinstance(value, typing.ForwardRef):
        return value.__forward_arg__ == text
    arguments: object = getattr(value, "__args__", None)
    listed = cast("tuple[object, ...]", arguments) if isinstance(arguments, tuple) else ()
    return any(_holds(argument, text) for argument in listed)


def _concatenated(parameters: object) -> tuple[object, ...]:
    """Return what `Concatenate` puts together, or the parameters themselves."""
    if isinstance(parameters, Form):
        return parameters.arguments
    origin: object = typing.get_origin(parameters) or getattr(parameters, "__origin__", None)
    if str(getattr(origin, "_name", None) or getattr(origin, "__name__", "")) == "Concatenate":
        arguments: tuple[object, ...] = getattr(parameters, "__args__", ())
        return arguments
    return (parameters,)


def _on_loop(type_: Type) -> Type:
    """Return a callable, or a union with callables, as declared to run on the loop; the marker is no literal.

    Raises:
        Unsupported: there is no callable.
    """
    if isinstance(type_, Function):
        return dataclasses.replace(type_, on_loop=True)
    if isinstance(type_, Alternatives) and any(isinstance(member, Function) for member in type_.members):
        return union(_on_loop(member) if isinstance(member, Function) else member for member in type_.members)
    raise Unsupported("ON_LOOP marks something that is no Callable", "write Annotated[Callable[..., X], ON_LOOP]")
