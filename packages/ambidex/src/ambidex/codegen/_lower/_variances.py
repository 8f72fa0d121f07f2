"""Own the knowledge where type checkers refuse a type variable for its variance: no rule for it holds of variables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._ir import Alternatives, Applied, Name, Variable, bare

if TYPE_CHECKING:
    from .._ir import Type

_TYPE = Name("builtins", "type")


def is_refused_parameter(type_: Type) -> bool:
    """Tell whether no parameter may be of a type: a covariant type variable, or the class of one."""
    return _variance(type_) == "covariant"


def is_refused_result(type_: Type) -> bool:
    """Tell whether no result may be of a type: a contravariant type variable, by itself or in a union."""
    plain = bare(type_)
    members = plain.members if isinstance(plain, Alternatives) else (plain,)
    return any(_variance(member) == "contravariant" for member in members)


def _variance(type_: Type) -> str:
    """Return the variance of a type variable, or of that whose class this is; nothing for any other type."""
    plain = bare(type_)
    if isinstance(plain, Applied) and plain.origin == _TYPE:
        plain = bare(plain.arguments[0])
    return plain.variance if isinstance(plain, Variable) else ""
