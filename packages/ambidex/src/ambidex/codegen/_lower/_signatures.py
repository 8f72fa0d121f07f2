"""Own the decision which callables a decorator cannot type, and what type checkers are told of those instead.

A descriptor that is generic in parameters and result keeps a signature with type variables. It loses overloads, a
ParamSpec that is the callable's own, every TypeVarTuple, a type guard, `Self` anywhere but as the whole result, and, on
a class method, the type variables of the class. What overrides such a method, or is overridden by it, is told in the
same way. So are methods that override each other and have type variables of their own, which mypy takes for different
ones in two descriptors, and class methods with other parameters, which pyright wants to be the same in both.
"""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING

from .._ir import (
    ANY,
    Alternatives,
    Applied,
    Binding,
    Callable,
    Extended,
    Face,
    Flavour,
    Function,
    Name,
    Own,
    Signatures,
    TupleOf,
    Variable,
    VariableKind,
    Variant,
    WithMetadata,
    awaited,
    bare,
    changed_each,
    is_guard,
    parts,
    rebuild,
    retyped,
    revised,
    variables,
    walk,
)
from ._asynchronous import AWAITABLE
from ._callbacks import accepted
from ._overrides import narrowed, receiver_of
from ._unbound import without_unbound

if TYPE_CHECKING:
    from collections.abc import Callable as AnyCallable
    from collections.abc import Iterator, Sequence

    from .._ir import Definition, Kind, Member, Parameter, Type
    from ._overrides import Declared, Overrides

_COVARIANT = frozenset(
    (
        *(Name("collections.abc", name) for name in ("Collection", "Iterable", "Iterator", "Sequence", "Set")),
        Name("builtins", "frozenset"),
    )
)
OWN = Variable("OwnFace", VariableKind.TYPE)  # what a member is looked up on


def replace_own(type_: Type, own: Type) -> Type:
    """Return a type with another one in the place of `Self`."""
    return own if isinstance(type_, Own) else rebuild(type_, lambda part: replace_own(part, own))


def on_receiver(definition: Definition, member: Member, own: Face) -> Definition:
    """Return a definition with its receiver as a member says it, of which some objects of `own` are alone."""
    narrowing = getattr(member, "narrowing", ())
    if not narrowing:
        return definition
    receiver = narrowed(own, narrowing)
    variants = tuple(
        dataclasses.replace(each, makes=receiver, result=replace_own(each.result, receiver))
        for each in definition.overloads
    )
    result = replace_own(definition.result, receiver)
    return dataclasses.replace(definition, makes=receiver, result=result, overloads=variants)


def signatures_of(function: Callable) -> Signatures | None:
    """Return what type checkers are told of a function that is not plain; None where a decorator types it."""
    if function.flavour is Flavour.SYNC or not _is_lost(function, None):
        return None
    return _signatures(function, None, lambda type_: type_)


def signatures_of_method(function: Callable, own: Face, overrides: Overrides) -> Signatures | None:
    """Return the same of a method of `own`, which has to agree with those that it overrides or that override it."""
    related = overrides.related(function, own)
    is_of_generic = any(_names_variables_of(each) for each in related)
    is_narrowed = any(each.method.narrowing for each in related)
    is_told = is_narrowed or any(_is_lost(each.method, each.own) or _hides_own(each.method) for each in related)
    if len(related) > 1 and not is_told:
        is_bound = function.binding is Binding.INSTANCE
        is_told = any(map(_variables_of, related)) or not (is_bound or is_of_generic or _are_called_alike(related))
    if not is_told:
        return None
    if is_of_generic or is_narrowed:
        declared, own = own, receiver_of(function, own)
        owner = own if own.arguments and function.binding is Binding.INSTANCE else None
        meant = own if is_narrowed or not _fixes_own(function) else overrides.first(function.name, own)
        settle = functools.partial(replace_own, own=meant)
        found = _signatures(function, own, settle)
        is_bound = function.binding is Binding.INSTANCE
        if len(related) == 1 or not (is_bound or overrides.are_applied(related)):
            return dataclasses.replace(found, owner=owner, is_overridable=len(related) > 1)
        extends = tuple(_extended(own.module, function, declared, overrides))
        shared = overrides.shared_name(function, declared)
        on_objects = () if is_bound else _variants(function, settle)
        return dataclasses.replace(found, owner=owner, extends=extends, shared=shared, on_objects=on_objects)
    if any(_has_own(each.method) for each in related):
        found = _signatures(function, own, lambda type_: replace_own(type_, OWN))
        return dataclasses.replace(found, looked_up_on=OWN, binding=function.binding)
    found = _signatures(function, own, lambda type_: type_)
    return dataclasses.replace(found, binding=function.binding, is_overridable=True)


def _extended(module: str, function: Callable, own: Face, overrides: Overrides) -> Iterator[Extended]:
    """Yield what stands for the methods that one overrides, as a module knows it: no checker compares members there."""
    for method, face in overrides.overridden(function, own):
        are_alike = (method.binding is Binding.INSTANCE) is (function.binding is Binding.INSTANCE)
        if are_alike and method.flavour is not Flavour.SYNC:
            above = overrides.declared(face)
            yield Extended(
                face,
                _name_of(method, face),
                receiver_of(method, above),
                tuple(_extended(module, method, above, overrides)),
                overrides.shared_name(method, above) if face.module != module else "",
            )


def gives_own(function: Callable) -> bool:
    """Tell whether `Self` is the whole result of a method, and stands nowhere else."""
    return isinstance(function.result, Own) and not any(_holds_own(type_) for type_ in _types(function)[1:])


def _signatures(function: Callable, own: Face | None, settle: AnyCallable[[Type], Type]) -> Signatures:
    variants = _variants(function, settle)
    if own is not None and function.binding is not Binding.INSTANCE:
        variants = changed_each(variants, functools.partial(_without_unbound, of_class=variables(own.arguments)))
    return Signatures(_name_of(function, own), function.flavour, variants, function.doc, face=own)


def _variants(function: Callable, settle: AnyCallable[[Type], Type]) -> tuple[Variant, ...]:
    return tuple(
        Variant(
            tuple(dataclasses.replace(parameter, type=settle(parameter.type)) for parameter in parameters),
            settle(each.result),
            None if each.sent is None else settle(each.sent),
            deprecated=each.deprecated,
        )
        for each, parameters in ways_to_call(function)
    )


def _without_unbound(variant: Variant, of_class: list[Variable]) -> Variant:
    others = [variant.result] if variant.sent is None else [variant.result, variant.sent]
    return revised(variant, parameters=without_unbound(variant.parameters, others, of_class))


def _name_of(function: Callable, own: Face | None) -> str:
    inside = "" if own is None else f"{own.name.replace('.', '_')}_"
    return f"_{inside}{function.name}"


def overloads_of(function: Callable) -> tuple[Variant, ...]:
    """Return the variants of a plain callable, whose decorator leaves its type alone."""
    variants = tuple(
        Variant(parameters, each.result, each.sent, each.makes, each.deprecated)
        for each, parameters in ways_to_call(function)
    )
    return variants if len(variants) > 1 else ()


def parameters_of(function: Callable) -> tuple[Parameter, ...]:
    """Return the parameters of the generated `def`: nobody sees their types below the author's overloads.

    mypy infers nothing there for a callable that may be async, and decides a type variable: it is any object then. So
    is what names a type variable of the implementation alone, of which pyright says that it stands there once.
    """
    parameters = accepted(function.parameters)
    if not function.overloads:
        return parameters
    known = variables([function.result, *(type_ for each in function.overloads for type_ in _types(each))])

    def is_any(part: Type) -> bool:
        decides = function.flavour is Flavour.SYNC and _decides(part)
        return decides or (isinstance(part, Variable) and part not in known)

    return retyped(parameters, lambda type_: ANY if any(map(is_any, walk(type_))) else type_)


def _decides(type_: Type) -> bool:
    """Tell whether a type is a callable that gives a type variable, or something else that decides it."""
    if not isinstance(type_, Function):
        return False
    return isinstance(bare(type_.result), Alternatives) and bool(variables([type_.result]))


def _types(function: Callable) -> list[Type]:
    """Return all types of a signature, the result first."""
    sent = [] if function.sent is None else [function.sent]
    listed = [function.result, *(parameter.type for parameter in function.parameters), *sent]
    return [*listed, *(type_ for each in function.overloads for type_ in _types(each))]


def _holds_own(type_: Type) -> bool:
    return any(isinstance(part, Own) for part in walk(type_))


def _has_own(function: Callable) -> bool:
    return any(map(_holds_own, _types(function)))


def _fixes_own(function: Callable) -> bool:
    """Tell whether an override whose `Self` is another class is refused: it stands elsewhere than in what is given."""
    results = [each.result for each in (function, *function.overloads)]
    types = [type_ for type_ in _types(function) if type_ not in results]
    return any(map(_holds_own, types)) or not all(map(_gives_own_alone, results))


def _gives_own_alone(type_: Type) -> bool:
    """Tell whether what a type gives with `Self` in it is covariant in that."""
    if not _holds_own(type_) or isinstance(type_, Own):
        return True
    is_covariant = isinstance(type_, (Alternatives, TupleOf, WithMetadata)) or (
        isinstance(type_, Applied) and type_.origin in _COVARIANT
    )
    return is_covariant and all(map(_gives_own_alone, parts(type_)))


def _hides_own(function: Callable) -> bool:
    return _has_own(function) and not gives_own(function)


def _variables_of(declared: Declared) -> list[Variable]:
    """Return the type variables that a method has for itself."""
    return [each for each in variables(_types(declared.method)) if each not in variables(declared.own.arguments)]


def _names_variables_of(declared: Declared) -> bool:
    of_class = variables(declared.own.arguments)
    return any(each in of_class for each in variables(_types(declared.method)))


def _are_called_alike(related: Sequence[Declared]) -> bool:
    """Tell whether methods that override each other have the same parameters."""
    called = {_as_called(declared.method.parameters) for declared in related}
    return len(called) == 1


def _is_lost(function: Callable, own: Face | None) -> bool:
    outer = variables(own.arguments) if own is not None and function.binding is Binding.INSTANCE else []
    types = [*(parameter.type for parameter in function.parameters), function.result]
    named = variables(_types(function))  # most name none
    found = [variable for variable in variables(types) if variable not in outer] if named else []
    if function.overloads or is_guard(function.result):  # a TypeVar stands for the bool
        return True
    if any(variable.kind is VariableKind.PARAMETERS for variable in found):
        return True
    if any(variable.kind is VariableKind.TYPES for variable in named):
        return True
    if own is not None and own.arguments and function.binding is not Binding.INSTANCE:
        return bool(found) or any(isinstance(part, Face) and part == own for type_ in types for part in walk(type_))
    return any(_gives_variable(each.type, found) or _tells_variable(each.type, found) for each in function.parameters)


def _tells_variable(type_: Type, found: list[Variable]) -> bool:
    """Tell whether a guard among the parameters decides what a type variable stands for, which mypy never infers."""
    guards = (part.result for part in walk(type_) if isinstance(part, Function) and is_guard(part.result))
    return any(variable in found for variable in variables(guards))


def _gives_variable(type_: Type, found: list[Variable]) -> bool:
    """Tell whether a parameter is a callable, awaited, that decides what a type variable stands for."""
    plain = bare(type_)
    result = awaited(plain) if isinstance(plain, Function) else None
    return result is not None and any(variable in found for variable in variables([result]))


def ways_to_call(function: Callable) -> Iterator[tuple[Callable, tuple[Parameter, ...]]]:
    """Yield each overload with the parameters of each way to call it.

    Where another overload says what a blocking callable in the place of one that is awaited gives, that one stands.
    """
    overloads = function.overloads or (function,)
    said = [_as_called(each.parameters) for each in overloads]
    for each in overloads:
        waited = tuple(_two_forms(parameter)[0] for parameter in each.parameters)
        blocking = tuple(_two_forms(parameter)[1] for parameter in each.parameters)
        if blocking != waited and _as_called(blocking) in said:
            yield each, waited
            continue
        for parameters in _ways_to_fill(each.parameters):
            yield each, parameters


def _as_called(parameters: tuple[Parameter, ...]) -> tuple[tuple[str, Kind, Type, bool], ...]:
    return tuple((each.name, each.kind, each.type, each.default is None) for each in parameters)


def _ways_to_fill(parameters: tuple[Parameter, ...]) -> Iterator[tuple[Parameter, ...]]:
    """Yield the ways to fill parameters: a callable that decides a type variable is async in one, blocking in another.

    As one union, `R | Awaitable[R]`, a checker may take the awaitable itself for R.
    """
    found = variables(parameter.type for parameter in parameters)
    decisive = [parameter.name for parameter in parameters if _gives_variable(parameter.type, found)]
    if not decisive:
        yield accepted(parameters)
        return
    for way in (0, 1):
        yield tuple(_two_forms(each)[way] if each.name in decisive else accepted((each,))[0] for each in parameters)


def _two_forms(parameter: Parameter) -> tuple[Parameter, Parameter]:
    """Return a parameter for an async callable alone and for a blocking one alone: the same one if none is awaited."""
    plain = bare(parameter.type)
    result = awaited(plain) if isinstance(plain, Function) else None
    if not isinstance(plain, Function) or result is None:
        (either,) = accepted((parameter,))
        return either, either
    is_either = isinstance(bare(plain.result), Alternatives)  # which the implementation awaits where it has to
    gives = Applied(AWAITABLE, (result,)) if is_either else plain.result
    waited, blocking = (dataclasses.replace(plain, result=each) for each in (gives, result))
    return dataclasses.replace(parameter, type=waited), dataclasses.replace(parameter, type=blocking)
