"""Own the lowered IR: what a generated module consists of, every decision taken, no text yet."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ambidex.errors import InternalError

if TYPE_CHECKING:
    from ._declarations import Parameter, Value
    from ._types import Face, Type


@dataclass(frozen=True)
class Plan:
    """Say where faces stand in a value.

    `combinator` is a function of the bridge that is applied to `items` (None: nothing to translate there) and, by
    keyword, to `options`; or it is empty for a `face`.
    """

    combinator: str = ""
    items: tuple[Plan | None, ...] = ()
    face: Face | None = None
    options: tuple[tuple[str, Plan | bool], ...] = ()

    def __post_init__(self) -> None:
        if bool(self.combinator) == (self.face is not None):
            raise InternalError("a plan is a face or a combination, not both")


ANYTHING = Plan("anything")


class Origin(enum.Enum):
    """Say where a decorator comes from."""

    BRIDGE = "bridge"
    IMPLEMENTATION = "implementation"
    BUILTIN = "builtin"
    SETTER = "setter"


@dataclass(frozen=True)
class Decorator:
    """Hold one decorator with its plans; `renames` is the implementation's name where the public one differs."""

    origin: Origin
    name: str
    takes: tuple[tuple[str, Plan], ...] = ()
    gives: Plan | None = None
    sent: Plan | None = None
    renames: str = ""


@dataclass(frozen=True)
class Definition:
    """Hold one `def`. `receiver` is `self`, `cls` or empty; `returns_self` writes the one body that does something."""

    name: str
    decorators: tuple[Decorator, ...]
    receiver: str
    parameters: tuple[Parameter, ...]
    result: Type
    doc: str | None
    implementation: int = 0
    is_async: bool = False
    returns_self: bool = False

    def __post_init__(self) -> None:
        if self.receiver not in ("", "self", "cls") or (self.returns_self and self.receiver != "self"):
            raise InternalError(f"{self.name} has no receiver {self.receiver!r}")


@dataclass(frozen=True)
class ConstantLine:
    """Hold a class constant; `type` is None for a bare `Final`."""

    name: str
    type: Type | None
    text: str


@dataclass(frozen=True)
class FaceClass:
    """Hold one face class; `implementation` is an index into its module's implementations."""

    name: str
    renames: str
    implementation: int
    bases: tuple[Face, ...]
    doc: str | None
    body: tuple[Definition | ConstantLine, ...]


@dataclass(frozen=True)
class FaceModule:
    """Hold one generated module; `implementations` are the modules that its faces find their objects in."""

    target: str
    synchronizer: str
    sources: tuple[str, ...]
    doc: str | None
    implementations: tuple[str, ...]
    values: tuple[Value, ...]
    body: tuple[FaceClass | Definition, ...]
    public: tuple[str, ...]

    def __post_init__(self) -> None:
        if list(self.public) != sorted(set(self.public)):
            raise InternalError(f"{self.target}: its public names are not sorted, or not unique")
