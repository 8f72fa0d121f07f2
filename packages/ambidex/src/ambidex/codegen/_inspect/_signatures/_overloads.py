"""Own the way from `@overload` variants to the IR: only the source text has them on every Python."""

from __future__ import annotations

import ast
import dataclasses
from typing import TYPE_CHECKING

from ..._ir import (
    ANY,
    NONE,
    UNPACK,
    Applied,
    Callable,
    Default,
    Face,
    Flavour,
    Kind,
    Parameter,
    Place,
    Spread,
    Type,
    union,
)
from ..._report import Unsupported
from .._functions import public_parameters
from ._deliveries import AWAITABLE, delivery_at_times, delivery_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from ..._annotations import Definition, Resolver
    from .._functions import Taken

_BY_NAME = (Kind.POSITIONAL, Kind.KEYWORD, Kind.KEYWORDS)
_BY_PLACE = (Kind.POSITIONAL_ONLY, Kind.POSITIONAL, Kind.REST)


@dataclasses.dataclass(frozen=True)
class Variant:
    """Hold one variant as it is written; `result` is its annotation, whatever that means for the caller.

    `makes` is what a constructor says that it makes, by its receiver or its result; None for what it does not say.
    """

    parameters: tuple[Parameter, ...]
    result: Type
    is_async: bool
    place: Place
    makes: Face | None
    deprecated: str | None


def read_variants(
    nodes: Sequence[Definition],
    resolver: Resolver,
    file: str,
    path: str,
    *,
    skips_first: bool,
    hidden: Collection[str] = (),
) -> list[Variant]:
    """Return the variants of a function, without the parameters that are `hidden`; `resolver` reads what is around it.

    Raises:
        Unsupported: one of them lacks an annotation, or has one that is not supported, or needs what is hidden.
    """
    return [_variant(node, resolver, file, path, skips_first=skips_first, hidden=hidden) for node in nodes]


def _variant(
    node: Definition, resolver: Resolver, file: str, path: str, *, skips_first: bool, hidden: Collection[str]
) -> Variant:
    what = f"the overload of {path} in line {node.lineno}"
    resolver = _near(node, resolver, what, skips_first=skips_first)
    parameters: list[Parameter] = []
    for argument, kind, default in list(_arguments(node.args))[1 if skips_first else 0 :]:
        where = f"the parameter {argument.arg} of {what}"
        if argument.arg in hidden and default is None and kind not in (Kind.REST, Kind.KEYWORDS):
            raise Unsupported(f"{where} is excluded, and has no default", "leave it public")
        try:
            type_ = ANY if argument.arg in hidden else _resolved(argument.annotation, resolver, where)
        except Unsupported as refusal:
            is_optional = default is not None or kind is Kind.KEYWORDS
            raise Unsupported(refusal.what, refusal.fix, argument.arg if is_optional else "") from refusal
        place = Place(file, argument.lineno)
        parameters.append(Parameter(argument.arg, kind, type_, None if default is None else Default("..."), place))
    makes = node.returns is None and node.name in ("__init__", "__new__")  # nothing that a caller is given
    result = NONE if makes else _resolved(node.returns, resolver, f"the result of {what}")
    is_async, place = isinstance(node, ast.AsyncFunctionDef), Place(file, node.lineno)
    made, deprecated = made_by(node, resolver, what), _deprecation(node)
    return Variant(public_parameters(parameters, hidden), result, is_async, place, made, deprecated)


def _near(node: Definition, resolver: Resolver, what: str, *, skips_first: bool) -> Resolver:
    """Return who resolves what a variant says, which has type parameters and a receiver of its own."""
    try:
        near = resolver.within_definition(node)
    except Unsupported as refusal:
        raise Unsupported(f"{what}: {refusal.what}", refusal.fix) from refusal
    first = _first(node)
    if not skips_first or first is None or first.annotation is None:
        return near
    return near.with_own(_text(first.annotation))


def _first(node: Definition) -> ast.arg | None:
    return next(iter([*node.args.posonlyargs, *node.args.args]), None)


def _deprecation(node: Definition) -> str | None:
    """Return the message of `@deprecated("...")` above a variant."""
    for each in node.decorator_list:
        if isinstance(each, ast.Call) and ast.unparse(each.func).rpartition(".")[2] == "deprecated" and each.args:
            message = each.args[0]
            return message.value if isinstance(message, ast.Constant) and isinstance(message.value, str) else None
    return None


def made_by(node: Definition, resolver: Resolver, what: str) -> Face | None:
    """Return what a constructor says that it makes: a face with arguments, None where it says no more than its class.

    Raises:
        Unsupported: it says so by something that is not supported.
    """
    first = _first(node)
    annotation = node.returns if node.name == "__new__" else first.annotation if first is not None else None
    if node.name not in ("__init__", "__new__") or annotation is None:
        return None
    made = _resolved(annotation, resolver, f"the receiver of {what}")
    return made if isinstance(made, Face) and made.arguments else None


def _resolved(annotation: ast.expr | None, resolver: Resolver, what: str) -> Type:
    if annotation is None:
        raise Unsupported(f"{what} has no annotation", "write it")
    try:
        return resolver.resolve(_text(annotation))
    except Unsupported as refusal:
        raise Unsupported(f"{what}: {refusal.what}", refusal.fix) from refusal


def _text(annotation: ast.expr) -> str:
    said = annotation.value if isinstance(annotation, ast.Constant) else None
    return said if isinstance(said, str) else ast.unparse(annotation)


def _arguments(arguments: ast.arguments) -> Iterator[tuple[ast.arg, Kind, ast.expr | None]]:
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults = [None] * (len(positional) - len(arguments.defaults)) + list(arguments.defaults)
    for index, (argument, default) in enumerate(zip(positional, defaults)):
        yield argument, Kind.POSITIONAL_ONLY if index < len(arguments.posonlyargs) else Kind.POSITIONAL, default
    if arguments.vararg is not None:
        yield arguments.vararg, Kind.REST, None
    for argument, keyword_default in zip(arguments.kwonlyargs, arguments.kw_defaults):
        yield argument, Kind.KEYWORD, keyword_default
    if arguments.kwarg is not None:
        yield arguments.kwarg, Kind.KEYWORDS, None


def together(variants: Sequence[Variant], name: str) -> Type | None:
    """Return what any of the variants takes for a parameter, None where none has it."""
    types = [each.type for variant in variants for each in variant.parameters if each.name == name]
    return union(types) if types else None


def gathered(variants: Sequence[Variant], parameter: Taken, listed: Sequence[Taken]) -> Type | None:
    """Return what `*args` or `**more` of an implementation takes: all that a variant has and none of `listed` takes.

    None for any other parameter, where the variants have nothing for it, and where one hands on what another says.
    """
    places = sum(each.kind in (Kind.POSITIONAL_ONLY, Kind.POSITIONAL) for each in listed)
    names = {each.name for each in listed if each.kind in (Kind.POSITIONAL, Kind.KEYWORD)}
    found: list[Type] = []
    for variant in variants:
        if parameter.kind is Kind.KEYWORDS:
            found += [each.type for each in variant.parameters if each.kind in _BY_NAME and each.name not in names]
        elif parameter.kind is Kind.REST:
            found += [each.type for each in variant.parameters if each.kind in _BY_PLACE][places:]
    is_open = any(isinstance(each, Spread) or (isinstance(each, Applied) and each.origin == UNPACK) for each in found)
    return union(found) if found and not is_open else None


def with_overloads(function: Callable, variants: Sequence[Variant]) -> Callable:
    """Return a function with its variants as callables that deliver as it does itself.

    Those that only differ by the type of the receiver are one here, with whatever any of them gives; of those that may
    be awaited or not, what awaiting gives.
    """
    found: dict[object, Callable] = {}
    plain: set[object] = set()
    for variant in variants:
        read = _overload(function, variant)
        key = (read.makes, *((each.name, each.kind, each.type, each.default is None) for each in read.parameters))
        is_plain = function.may_be_plain and not is_awaited(variant, function.path)
        known = found.setdefault(key, read)
        if is_plain and known is read:
            plain.add(key)
        elif key in plain and not is_plain:
            plain.remove(key)
            found[key] = read
        elif known.result != read.result and (key in plain or not is_plain):
            found[key] = dataclasses.replace(known, result=union((known.result, read.result)))
    if len(found) > 1:
        return dataclasses.replace(function, overloads=tuple(found.values()))
    only = next(iter(found.values()))
    defaults = {each.name: each.default for each in function.parameters}
    parameters = (
        dataclasses.replace(each, default=each.default and defaults.get(each.name, Default(None)))
        for each in only.parameters
    )
    return dataclasses.replace(function, parameters=tuple(parameters), result=only.result, makes=only.makes)


def is_awaited(variant: Variant, path: str) -> bool:
    """Tell whether what an overload gives is awaited: always, or where that can be."""
    found = delivery_of(variant.result, path)
    return variant.is_async or found.flavour is Flavour.ASYNC or delivery_at_times(variant.result, path) is not None


def tell_apart(variants: Sequence[Variant], path: str) -> bool:
    """Tell whether the arguments of a call say whether its result is awaited."""
    told: dict[object, bool] = {}
    for variant in variants:
        key = tuple((each.name, each.kind, each.type) for each in variant.parameters)
        found = is_awaited(variant, path)
        if told.setdefault(key, found) is not found or delivery_at_times(variant.result, path) is not None:
            return False
    return bool(told)


def _overload(function: Callable, variant: Variant) -> Callable:
    result, sent = variant.result, None
    if variant.is_async and function.flavour is Flavour.SYNC:  # beside one that gives its value at once
        result = Applied(AWAITABLE, (result,))
    elif not (variant.is_async and function.flavour is Flavour.ASYNC):
        flavour, value, sends, _ = delivery_at_times(result, function.path) or delivery_of(result, function.path)
        if flavour is function.flavour:
            result, sent = value, sends
        elif function.flavour is Flavour.CONTEXT and flavour is Flavour.STREAM:  # under @asynccontextmanager
            result = value
    if (sent is None) == (function.flavour is Flavour.STREAM):
        raise Unsupported(
            f"the overload of {function.path} in line {variant.place.line} does not say what it yields",
            "write `-> AsyncGenerator[T, None]`",
        )
    return dataclasses.replace(
        function,
        parameters=variant.parameters,
        result=result,
        sent=sent,
        doc=None,
        place=variant.place,
        makes=variant.makes,
        deprecated=variant.deprecated,
    )
