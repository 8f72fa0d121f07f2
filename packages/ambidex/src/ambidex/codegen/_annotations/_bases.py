"""Own which type variables a class has and what its bases are applied to: by its stub, or else by the class itself.

A stub may say more than the code, as `class Box(Generic[T])` of a class that is not generic at run time. What it says
is what type checkers know; a face needs nothing of the class but its methods.
"""

from __future__ import annotations

import ast
import typing
from typing import TYPE_CHECKING, NamedTuple, cast

from .._report import Unsupported
from ._brackets import type_parameters_in
from ._forms import Form
from ._namespace import Either, Namespace, Subscripted
from ._source import module_of_class
from ._variables import is_variable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ._source import Sources
    from ._stubs import Stub

_DECLARING = ("Generic", "Protocol")  # whose arguments are the type variables of a class, in their order


class Base(NamedTuple):
    """One base of a class that is applied to arguments."""

    origin: object
    arguments: tuple[object, ...]


def bases_of(cls: type, sources: Sources) -> tuple[Base, ...]:
    """Return the bases of a class that are applied to arguments."""
    stub = _stub_with(cls, sources)
    if stub is not None:
        return tuple(_bases_in(stub, cls, sources))
    listed = cast("tuple[object, ...]", vars(cls).get("__orig_bases__", ()))
    return tuple(Base(typing.get_origin(base), typing.get_args(base)) for base in listed)


def variables_of(cls: type, sources: Sources) -> tuple[object, ...]:
    """Return the type variables that a class has."""
    stub = _stub_with(cls, sources)
    return _own_variables(cls) if stub is None else _variables_in_stub(stub, cls, sources)


def type_parameters_of(owner: object, sources: Sources) -> tuple[object, ...]:
    """Return the type variables that a class or a function declares in its own brackets."""
    stub = _stub_with(owner, sources) if isinstance(owner, type) else None
    if stub is not None and isinstance(owner, type):
        return _type_parameters(stub, owner, sources)
    declared: object = getattr(owner, "__type_params__", ())
    return cast("tuple[object, ...]", declared) if isinstance(declared, tuple) else ()  # of `type`, 3.12 has none


def _stub_with(cls: type, sources: Sources) -> Stub | None:
    """Return the stub that has the statement of a class, None where none has."""
    stub = sources.stub_of_class(cls)
    return None if stub is None or stub.class_named(cls.__qualname__) is None else stub


def _own_variables(cls: type) -> tuple[object, ...]:
    known: object = getattr(cls, "__parameters__", ())
    if not isinstance(known, tuple):  # the descriptor of a class of generic aliases
        return ()
    known = cast("tuple[object, ...]", known)
    if known or typing.Generic in cls.__mro__:
        return known
    # Only `Generic` notes them: a class that applies nothing but abstract classes of the library has them, too.
    bases = cast("tuple[object, ...]", vars(cls).get("__orig_bases__", ()))
    return tuple(dict.fromkeys(each for base in bases for each in getattr(base, "__parameters__", ())))


def _variables_in_stub(stub: Stub, cls: type, sources: Sources) -> tuple[object, ...]:
    declared = _type_parameters(stub, cls, sources)
    if declared:
        return declared
    bases = list(_bases_in(stub, cls, sources))
    said = [base for base in bases if getattr(base.origin, "__name__", "") in _DECLARING]
    return tuple(dict.fromkeys(each for base in said or bases for each in _variables_within(base.arguments)))


def _bases_in(stub: Stub, cls: type, sources: Sources) -> Iterator[Base]:
    names = {str(getattr(each, "__name__", "")): each for each in _type_parameters(stub, cls, sources)}
    namespace = Namespace(module_of_class(cls), {}, sources).with_names(names)
    for node in stub.bases(cls.__qualname__):
        if not isinstance(node, ast.Subscript):
            continue
        inner = node.slice
        listed = inner.elts if isinstance(inner, ast.Tuple) else [inner]
        try:
            origin = namespace.evaluate(ast.unparse(node.value))
            yield Base(origin, tuple(namespace.evaluate(ast.unparse(each)) for each in listed))
        except Unsupported:  # a base that nothing here knows has no members here either
            continue


def _variables_within(values: Iterable[object]) -> Iterator[object]:
    """Yield the type variables that the arguments of a base name."""
    for value in values:
        if is_variable(value):
            yield value
        elif isinstance(value, (Form, Subscripted)):
            yield from _variables_within(value.arguments)
        elif isinstance(value, Either):
            yield from _variables_within(value.members)
        else:
            listed = cast("Sequence[object]", value) if isinstance(value, (list, tuple)) else typing.get_args(value)
            yield from _variables_within(listed)


def _type_parameters(stub: Stub, cls: type, sources: Sources) -> tuple[object, ...]:
    """Return what a stub declares in the brackets of a class."""
    module = module_of_class(cls)
    key = (module.__name__, f"{cls.__qualname__}[]")
    if key not in sources.declared:  # made once: variables are told apart by what they are
        made = type_parameters_in(stub.class_named(cls.__qualname__), Namespace(module, {}, sources))
        sources.declared[key] = tuple(made.values())
    return cast("tuple[object, ...]", sources.declared[key])
