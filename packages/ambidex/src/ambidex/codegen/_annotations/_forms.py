"""Own what stands for typing's forms in string annotations: an old Python loses a ParamSpec in them, or lacks them."""

from __future__ import annotations

import collections.abc
import typing
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from .._ir import Type


class Form:
    """Stand for `Callable`, `Concatenate` or `Unpack`, and for what an expression makes of one."""

    def __init__(self, name: str, arguments: tuple[object, ...] = ()) -> None:
        self.name = name
        self.arguments = arguments

    def __getitem__(self, arguments: object) -> Form:
        listed = cast("tuple[object, ...]", arguments) if isinstance(arguments, tuple) else (arguments,)
        return Form(self.name, listed)

    def __call__(self) -> None:
        """Look callable: what `typing` demands of an argument before Python 3.11."""


class Read:
    """Stand for a type that has been read already, among what is still to be read."""

    def __init__(self, type_: Type) -> None:
        self.type_ = type_


_CALLABLES: tuple[object, ...] = (getattr(typing, "Callable"), getattr(collections.abc, "Callable"))  # noqa: B009  both are partly unknown to checkers
_NAMES = ("Concatenate", "Unpack")
NO_DEFAULT = object()


def form_of(value: object) -> Form | None:
    """Return what stands for a form of typing or typing_extensions, None for anything else."""
    if any(value is known for known in _CALLABLES):
        return Form("Callable")
    name = str(getattr(value, "_name", None) or getattr(value, "__name__", ""))
    return form_named(name) if type(value).__module__ in ("typing", "typing_extensions") else None


def form_named(name: str) -> Form | None:
    """Return what stands for a form by its name, None where it is no such form."""
    return Form(name) if name in _NAMES else None


def unpack(value: object) -> Form:
    """Return what stands for `*value`."""
    return Form("Unpack", (value,))


class ParamSpec:
    """Stand for a ParamSpec that only type checkers see, whose class this Python may not have."""

    def __init__(self, name: str, default: object = NO_DEFAULT) -> None:
        self.__name__ = name
        self.__default__ = default
        self.args = ParamSpecArgs(self)
        self.kwargs = ParamSpecKwargs(self)

    def has_default(self) -> bool:
        """Tell whether something stands for it where nothing is said."""
        return self.__default__ is not NO_DEFAULT

    def __call__(self) -> None:
        """Look callable, as above."""


class TypeVarTuple:
    """Stand for a TypeVarTuple in the same way."""

    def __init__(self, name: str, default: object = NO_DEFAULT) -> None:
        self.__name__ = name
        self.__default__ = default

    def has_default(self) -> bool:
        """Tell whether something stands for it where nothing is said."""
        return self.__default__ is not NO_DEFAULT

    def __call__(self) -> None:
        """Look callable, as above."""


class ParamSpecArgs:
    """Stand for `P.args`."""

    def __init__(self, origin: ParamSpec) -> None:
        self.__origin__ = origin


class ParamSpecKwargs:
    """Stand for `P.kwargs`."""

    def __init__(self, origin: ParamSpec) -> None:
        self.__origin__ = origin


DECLARED = {"ParamSpec": ParamSpec, "TypeVar": typing.TypeVar, "TypeVarTuple": TypeVarTuple}
