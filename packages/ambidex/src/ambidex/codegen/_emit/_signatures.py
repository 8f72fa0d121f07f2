"""Own the text of the classes by which type checkers know a callable that a decorator cannot type."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from .._ir import ANY, NONE, Applied, Flavour, Name, Variable, rebuild
from ._text import docstring, indented

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .._ir import Signatures, Type, Variant

_SELF = Name("typing_extensions", "Self")
_GENERATOR = Name("collections.abc", "Generator")
_ASYNC_GENERATOR = Name("collections.abc", "AsyncGenerator")
_CONTEXT = Name("ambidex.bridge", "Context")
_FUTURE = Name("ambidex.bridge", "Future")


class SignatureWriter:
    """Write the bodies of such classes; `type_` and `parameters` write a type and the parameters of a method."""

    def __init__(self, type_: Callable[[Type], str], parameters: Callable[[Variant], str]) -> None:
        self._type = type_
        self._parameters = parameters

    def body(self, signatures: Signatures) -> list[str]:
        """Return the members: how a generic class gives it out, a method for each way to call, and its options."""
        blocks: list[str] = []
        if signatures.owner is not None:
            # The owner's own variables, not those of this class, which a decorator has applied to Any.
            owner = self._type(rebuild(signatures.owner, _owners))
            applied = owner.replace(owner.partition("[")[0], signatures.name, 1)
            blocks.append(f"def __get__(self, owner: {owner}, cls: type[{self._type(ANY)}], /) -> {applied}: ...")
        for head, result in _ways(signatures.flavour):
            blocks.extend(self._method(signatures, head, result))
        options = f"timeout: float | {self._type(NONE)} = ..."
        if signatures.flavour is Flavour.STREAM:
            options += f", read_ahead: int | {self._type(NONE)} = ..."
        blocks.append(f"def with_options(self, *, {options}) -> {self._type(_SELF)}: ...")
        return blocks

    def _method(self, signatures: Signatures, head: str, result: Callable[[Variant], Type]) -> Iterator[str]:
        is_overloaded = len(signatures.variants) > 1
        decorator = f"@{self._type(Name('typing', 'overload'))}\n" if is_overloaded else ""
        body = f"\n{indented([docstring(signatures.doc)])}\n    ..." if signatures.doc else " ..."
        for variant in signatures.variants:
            yield f"{decorator}{head}({self._parameters(variant)}) -> {self._type(result(variant))}:{body}"
        if is_overloaded:
            any_ = self._type(ANY)
            yield f"{head}(self, *args: {any_}, **kwargs: {any_}) -> {any_}: ..."


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
        ("async def aio", lambda variant: variant.result),
        ("def submit", lambda variant: Applied(_FUTURE, (variant.result,))),
    ]
