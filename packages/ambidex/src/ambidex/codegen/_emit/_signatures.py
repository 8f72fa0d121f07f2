"""Own the text of the classes by which type checkers know a callable that a decorator cannot type."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from .._ir import (
    ANY,
    NONE,
    OBJECT,
    UNPACK,
    Applied,
    Binding,
    Flavour,
    Kind,
    Listed,
    Name,
    TupleOf,
    Variable,
    VariableKind,
    is_guard,
    rebuild,
    settled,
    union,
    variables,
    walk,
)
from ._text import docstring, indented, quoted
from ._types import listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from .._ir import Extended, Face, Parameter, Signatures, Type, Variant

_FACES, _BOUND, _CALLED = "_faces", "_bound", "_called"
ENDINGS = (_FACES, _BOUND, _CALLED)  # of the names of the classes that stand for one callable
_GENERIC = Name("typing", "Generic")
PROTOCOL = Name("typing", "Protocol")
SELF = Name("typing_extensions", "Self")
_GENERATOR = Name("collections.abc", "Generator")
_ASYNC_GENERATOR = Name("collections.abc", "AsyncGenerator")
_CONTEXT = Name("ambidex.bridge", "Context")
FUTURE = Name("ambidex.bridge", "Future")
_NUMBER = Name("builtins", "int")
_BOOL = Name("builtins", "bool")
_TIMEOUT = ("timeout", union((Name("builtins", "float"), NONE)))
_VIEWS = ("views", _BOOL)
_OPTIONS = {
    Flavour.ASYNC: (_TIMEOUT, ("retry", _NUMBER), _VIEWS),
    Flavour.STREAM: (_TIMEOUT, ("read_ahead", union((_NUMBER, NONE))), _VIEWS),
    Flavour.CONTEXT: (_TIMEOUT, _VIEWS),
}


def classes_of(faces: str) -> tuple[str, ...]:
    """Return the classes that may stand for a callable, by the name that its decorator gives of one."""
    return tuple(f"{faces[: -len(_FACES)]}{ending}" for ending in ENDINGS)


class SignatureWriter:
    """Write the bodies of such classes; `type_` and `parameters` write a type and the parameters of a method.

    `deprecated` writes the line above what is deprecated, or nothing. `written` remembers the classes that others of
    the module may extend, by the class whose methods they stand for and what they are known by.
    """

    def __init__(
        self,
        type_: Callable[[Type], str],
        parameters: Callable[[Variant], str],
        deprecated: Callable[[str | None], str],
        written: dict[tuple[Face, str], str],
    ) -> None:
        self._written = written
        self._deprecated = deprecated
        self._type = type_
        self._parameters = parameters

    @staticmethod
    def name(signatures: Signatures) -> str:
        """Return the name of the class that stands for the callable in its decorator."""
        return signatures.name + _FACES

    def classes(self, signatures: Signatures, named: str) -> Iterator[str]:
        """Yield the classes: one, or two where the types name what the callable is looked up on.

        `named` is what others know them by, whose own names may begin with something else.
        """
        name, found_on = self.name(signatures), signatures.looked_up_on
        if found_on is not None:
            own = self._type(found_on)
            is_of_class = signatures.binding is Binding.CLASS
            instance, cls = (OBJECT, found_on) if is_of_class else (found_on, ANY)
            owner = f"owner: {self._type(instance)}, cls: {self._type_of(self._type(cls))}"
            bound = signatures.name + _BOUND
            # That `__self__` can be set makes the variable invariant, as a protocol's has to be declared
            body = [f"__self__: {self._type_of(own) if is_of_class else own}", *self._members(signatures)]
            yield _class(f"{bound}({self._type(PROTOCOL)}[{own}])", body)
            yield _class(f"{name}({self._type(PROTOCOL)})", [f"def __get__(self, {owner}, /) -> {bound}[{own}]: ..."])
        elif signatures.face is not None and signatures.extends is not None:
            yield from self._compared(signatures, named, signatures.face, signatures.extends)
        elif signatures.owner is not None:
            get = f"def __get__{self._get(name, signatures.owner)}"
            generic = parameters_of(signatures.owner)
            base = f"({self._applied(self._type(_GENERIC), generic)})" if generic else ""
            yield _class(f"{name}{base}", [get, *self._members(signatures)])
        else:
            base = f"({self._type(PROTOCOL)})" if signatures.is_overridable else ""
            yield _class(f"{name}{base}", self._members(signatures))

    def _compared(self, signatures: Signatures, named: str, face: Face, extends: tuple[Extended, ...]) -> Iterator[str]:
        """Yield the classes of a method of a generic class that another one overrides, or of the one that does.

        What stands for the one extends what stands for the other, which serves mypy: it compares what looking both up
        gives. Pyright compares the descriptors, so the second one looks up what the first one does as well.
        """
        bound = signatures.shared or signatures.name + _BOUND
        bases = [base_applied(self._bound(each), each.face.arguments, self._type) for each in extends]
        own = parameters_of(face)
        bases += [self._applied(self._type(_GENERIC), own)] if own else []
        self._written[face.plain, named] = bound
        of_class: tuple[str, ...] = ()
        found = signatures
        if signatures.on_objects:
            found = dataclasses.replace(signatures, variants=signatures.on_objects)
            called = signatures.name + _CALLED if own else bound
            of_class = (self._get_of_class(called, face),)
            if own:
                yield _class(called, self._members(signatures))
        above = self._gets_above(extends, is_of_class=bool(of_class))
        gets = tuple(dict.fromkeys((self._get(bound, face), *of_class, *above)))
        yield _class(f"{bound}({', '.join(bases)})" if bases else bound, self._members(found))
        yield _class(f"{self.name(signatures)}({self._type(PROTOCOL)})", self._gets(gets))

    def _get(self, found: str, face: Face) -> str:
        """Return what `__get__` takes and gives on objects of a class, to whose variables `found` is applied.

        It has variables of its own, not those of the class it stands in, which a decorator has applied to Any.
        """
        owner = rebuild(face, _owners)
        given = self._applied(found, tuple(map(_owners, parameters_of(face))))
        return f"(self, owner: {self._type(owner)}, cls: {self._type_of(self._type(ANY))}, /) -> {given}: ..."

    def _get_of_class(self, found: str, face: Face) -> str:
        """Return what `__get__` takes and gives on a class itself, which says nothing of its variables."""
        cls = self._type(dataclasses.replace(face, arguments=tuple(map(unknown, parameters_of(face)))))
        return f"(self, owner: None, cls: {self._type_of(cls)}, /) -> {found}: ..."

    def _bound(self, extended: Extended) -> str:
        """Return the name of a class that another one extends."""
        if extended.shared:
            return self._type(Name(extended.face.module, extended.shared))
        return self._written[extended.face.plain, extended.name]

    def _gets_above(self, extends: Iterable[Extended], *, is_of_class: bool) -> Iterator[str]:
        """Yield what is taken on the classes above: what those give is compared on objects, and not on a class.

        There a type variable of the class is one of each call, for which nothing else can stand.
        """
        for each in extends:
            yield self._get(self._bound(each), each.receiver)
            if is_of_class:
                yield self._get_of_class(self._type(ANY), each.receiver)
            yield from self._gets_above(each.extends, is_of_class=is_of_class)

    def _gets(self, found: tuple[str, ...]) -> Iterator[str]:
        decorator = f"@{self._type(Name('typing', 'overload'))}\n" if len(found) > 1 else ""
        yield from (f"{decorator}def __get__{each}" for each in found)
        if decorator:
            any_ = self._type(ANY)
            yield f"def __get__(self, owner: {any_}, cls: {any_}, /) -> {any_}: ..."

    def _applied(self, name: str, arguments: Sequence[Type]) -> str:
        return f"{name}[{', '.join(map(self._type, arguments))}]" if arguments else name

    def _type_of(self, instance: str) -> str:
        return f"{self._type(Name('builtins', 'type'))}[{instance}]"

    def _members(self, signatures: Signatures) -> Iterator[str]:
        """Yield a method for each way to call, and the options."""
        for head, result in _ways(signatures.flavour):
            yield from self._method(signatures, head, result)
        yield choosing(signatures.flavour, self._type)

    def _method(self, signatures: Signatures, head: str, result: Callable[[Variant], Type]) -> Iterator[str]:
        is_overloaded = len(signatures.variants) > 1
        decorator = f"@{self._type(Name('typing', 'overload'))}\n" if is_overloaded else ""
        body = f"\n{indented([docstring(signatures.doc)])}\n    ..." if signatures.doc else " ..."
        for variant in signatures.variants:
            mark = self._deprecated(variant.deprecated)
            yield f"{decorator}{mark}{head}({self._parameters(variant)}) -> {self._type(result(variant))}:{body}"
        if is_overloaded:
            yield f"{head}({self._parameters_of_all(signatures)}) -> {self._type(ANY)}: ..."

    def _parameters_of_all(self, signatures: Signatures) -> str:
        """Return parameters that take what each of the variants does."""
        packed = next((each for each in signatures.variants if any(map(_is_packed, each.parameters))), None)
        if packed is not None:
            return self._parameters(dataclasses.replace(packed, parameters=tuple(_loosened(packed.parameters))))
        any_ = self._type(ANY)
        is_taken = any(takes_name("self", variant.parameters) for variant in signatures.variants)
        own = "self, /" if is_taken else "self"  # as the variants have it then
        return f"{own}, *args: {any_}, **kwargs: {any_}"


def choosing(flavour: Flavour, text: Callable[[Type], str]) -> str:
    """Return the method by which what delivers so is given options."""
    options = ", ".join(f"{name}: {text(type_)} = ..." for name, type_ in _OPTIONS[flavour])
    return f"def with_options(self, *, {options}) -> {text(SELF)}: ..."


def base_applied(name: str, arguments: Sequence[Type], text: Callable[[Type], str]) -> str:
    """Return a base class with its arguments; no class of the module is there yet."""

    def written(type_: Type) -> str:
        if isinstance(type_, Listed):  # its brackets, or dots, are no text to type checkers
            return listed(type_, written)
        return text(type_) if _is_there(type_) else quoted(text(type_))

    return f"{name}[{', '.join(map(written, arguments))}]" if arguments else name


def results_of(signatures: Signatures) -> Iterator[Type]:
    """Yield what each variant of a callable gives whoever calls it and blocks."""
    _, result = _ways(signatures.flavour)[0]
    own: Mapping[Type, Type] = {} if signatures.looked_up_on is None else {signatures.looked_up_on: SELF}
    yield from (settled(result(variant), own) for variant in signatures.variants)


def parameters_of(face: Face) -> tuple[Type, ...]:
    """Return the type variables in the arguments of a face, as arguments of the class that stands for a method."""
    many = VariableKind.TYPES
    return tuple(Applied(UNPACK, (each,)) if each.kind is many else each for each in variables(face.arguments))


def unknown(variable: Type) -> Type:
    """Return what says nothing of a type variable of a class, where that is an argument."""
    if isinstance(variable, Variable):
        return Listed(None) if variable.kind is VariableKind.PARAMETERS else ANY
    return Applied(UNPACK, (TupleOf((ANY,), is_repeated=True),))


def takes_name(receiver: str, parameters: Iterable[Parameter]) -> bool:
    """Tell whether a caller may give a keyword that is called as the receiver is: a parameter, or one of `**more`."""
    return any(each.kind is Kind.KEYWORDS or each.name == receiver for each in parameters)


def receiver_beside(receiver: str, parameters: Iterable[Parameter]) -> str:
    """Return what the receiver is called beside parameters, one of which may have its name."""
    names = {each.name for each in parameters}
    while receiver in names:
        receiver = f"_{receiver}"  # which pyright takes for a receiver, too
    return receiver


def _is_there(type_: Type) -> bool:
    """Tell whether all that a type names stands above the classes of a module."""
    return all(isinstance(part, (Applied, Variable)) or _is_builtin(part) for part in walk(type_))


def _is_builtin(type_: Type) -> bool:
    return isinstance(type_, Name) and type_.module == "builtins"


def _is_packed(parameter: Parameter) -> bool:
    """Tell whether a parameter takes any number of types, for which `*args: Any` stands with no checker."""
    type_ = parameter.type
    return isinstance(type_, Applied) and type_.origin == UNPACK and isinstance(type_.arguments[0], Variable)


def _loosened(parameters: Sequence[Parameter]) -> Iterator[Parameter]:
    """Yield parameters that take the same number of arguments before the packed ones, and any keywords."""
    for parameter in parameters:
        if _is_packed(parameter):
            yield parameter
            name = receiver_beside("kwargs", parameters)
            yield dataclasses.replace(parameter, name=name, kind=Kind.KEYWORDS, type=ANY)
            return
        yield dataclasses.replace(parameter, type=ANY)


def _class(head: str, body: Iterable[str]) -> str:
    return f"class {head}:\n{indented(body)}"


def _owners(type_: Type) -> Type:
    if isinstance(type_, Variable):
        return dataclasses.replace(type_, name=f"{type_.name}_of_owner", variance="", default=None)
    return rebuild(type_, _owners)


def _ways(flavour: Flavour) -> list[tuple[str, Callable[[Variant], Type]]]:
    """Return the methods by which a callable is called, each with what it gives."""
    if flavour is Flavour.STREAM:
        return [
            ("def __call__", lambda variant: Applied(_GENERATOR, (variant.result, variant.sent or NONE, NONE))),
            ("def aio", lambda variant: Applied(_ASYNC_GENERATOR, (variant.result, variant.sent or NONE))),
        ]
    if flavour is Flavour.CONTEXT:
        return [(f"def {name}", lambda variant: Applied(_CONTEXT, (variant.result,))) for name in ("__call__", "aio")]
    return [
        ("def __call__", lambda variant: variant.result),
        ("async def aio", _later),
        ("def submit", lambda variant: Applied(FUTURE, (_later(variant),))),
    ]


def _later(variant: Variant) -> Type:
    """Return what a call gives that is waited for: no checker narrows anything by a guard then."""
    return _BOOL if is_guard(variant.result) else variant.result
