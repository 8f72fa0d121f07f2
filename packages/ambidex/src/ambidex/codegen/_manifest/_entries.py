"""Own what the generator reads of one registration, also of one that an older copy of `Module` made."""

from __future__ import annotations

import dataclasses
import sys
from typing import TYPE_CHECKING, Protocol

from .._ir import Place
from .._report import display_path

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Literal

MISSING = object()


class EntryLike(Protocol):
    """What the generator reads of one registration."""

    @property
    def kind(self) -> Literal["function", "class", "export"]:
        """Return what was registered."""
        ...

    @property
    def obj(self) -> object:
        """Return the registered function or class, None for an export that is known by its name."""
        ...

    @property
    def name(self) -> str:
        """Return the public name."""
        ...

    @property
    def by(self) -> Literal["value", "identity"] | None:
        """Return how a class crosses, None where the class decides."""
        ...

    @property
    def file(self) -> str:
        """Return the file of the registration."""
        ...

    @property
    def line(self) -> int:
        """Return the line of the registration."""
        ...


@dataclasses.dataclass(frozen=True)
class Listed:
    """Hold a name of an `__all__` that is public as it is."""

    kind: Literal["export"]
    obj: object
    name: str
    by: Literal["value", "identity"] | None
    file: str
    line: int
    home: str


@dataclasses.dataclass(frozen=True)
class Chosen:
    """Hold what a registration says of the members of its class, and where it stands."""

    include: tuple[str, ...] | None = None
    exclude: tuple[str, ...] = ()
    rename: Mapping[str, str] = dataclasses.field(default_factory=dict[str, str])
    inherit: tuple[str, ...] = ()
    blocking: tuple[str, ...] = ()
    file: str = ""
    line: int = 1

    def __bool__(self) -> bool:
        said = (self.exclude, self.rename, self.inherit, self.blocking)
        return self.include is not None or any(map(bool, said))

    def public_name(self, name: str) -> str:
        """Return the public name of a member."""
        return self.rename.get(name, name)

    def names(self, name: str) -> bool:
        """Tell whether it makes a member public by its name."""
        return name in self.rename or name in (self.include or ())

    def hides(self, name: str) -> bool:
        """Tell whether it takes a member away that would be public otherwise."""
        is_special = name.startswith("__") and name.endswith("__")
        is_left_out = self.include is not None and not is_special
        return not self.names(name) and (is_left_out or name in self.exclude)


def chosen_of(entry: EntryLike) -> Chosen:
    """Return what a registration says of members: nothing, where an older copy of `Module` made it."""
    return Chosen(
        getattr(entry, "include", None),
        getattr(entry, "exclude", ()),
        getattr(entry, "rename", {}),
        getattr(entry, "inherit", ()),
        getattr(entry, "blocking", ()),
        entry.file,
        max(entry.line, 1),
    )


def place_of_entry(entry: EntryLike) -> Place:
    """Return where a registration stands."""
    return Place(display_path(entry.file), max(entry.line, 1))


def home_of(entry: EntryLike) -> str:
    """Return the module in which an export stands; nothing, where an older copy of `Module` made the entry."""
    return getattr(entry, "home", "")


def faced_by(entry: EntryLike) -> type | None:
    """Return the class of the implementation whose face was written by hand, None where this is no such face."""
    return getattr(entry, "of", None)


def exported_value(entry: EntryLike) -> object:
    """Return what an export names, MISSING where it is not there, or where its module was not imported."""
    if entry.obj is not None:
        return entry.obj
    return getattr(sys.modules.get(home_of(entry)), entry.name, MISSING)
