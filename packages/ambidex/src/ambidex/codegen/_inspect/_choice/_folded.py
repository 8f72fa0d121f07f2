"""Own what is known of one class of a method resolution order, whose members are folded into a face."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from ..._annotations import module_of_class, place_of
from ..._ir import Place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..._annotations import Meaning, Resolver, Sources
    from ..._manifest import Registry
    from ..._report import Report
    from ._choice import Choice


@dataclasses.dataclass(frozen=True)
class Folded:
    """Hold a class in the resolution order of `cls`, or that itself, and what its members are read with.

    `resolver` reads the annotations in `layer`. `meanings` has, for each class in that order, what its type variables
    stand for in `cls`.
    """

    layer: type
    cls: type
    resolver: Resolver
    choice: Choice
    meanings: Mapping[type, Mapping[object, Meaning]]
    registry: Registry
    sources: Sources
    report: Report

    @property
    def place(self) -> Place:
        """Return where the class itself is defined."""
        return Place(*place_of(self.layer, self.layer.__qualname__, self.sources))

    def path(self, name: str) -> str:
        """Return the dotted path of a member, for messages."""
        return f"{self.layer.__qualname__}.{name}"

    def beside(self, home: type) -> Resolver:
        """Return what resolves the annotations in another class of the resolution order."""
        return self.resolver.beside(module_of_class(home), home, self.meanings.get(home, {}))
