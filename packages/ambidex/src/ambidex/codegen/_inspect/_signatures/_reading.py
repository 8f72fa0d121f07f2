"""Own what a function is read as: its names, what it is bound to, and where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..._ir import Binding, Place

if TYPE_CHECKING:
    from collections.abc import Collection

    from ..._annotations import Resolver


class Reading(NamedTuple):
    """Hold what a function is read as; `hidden` are parameters that are not public.

    `around` reads what stands beside it, as its overloads do: they do not see what it declares in its own brackets.
    """

    name: str
    path: str
    binding: Binding
    hidden: Collection[str]
    place: Place
    around: Resolver

    @property
    def skips_first(self) -> bool:
        """Tell whether its first parameter is the object, or the class."""
        return self.binding in (Binding.INSTANCE, Binding.CLASS)
