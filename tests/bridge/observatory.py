"""Faces over `_observatory`, written by hand: what users' subclasses override."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ambidex.bridge import (
    Context,
    Face,
    Implementation,
    attribute,
    class_attribute,
    class_method,
    constructor,
    context,
    implemented_elsewhere,
    method,
    sequence_of,
    special,
    stream,
    sync_method,
)

if TYPE_CHECKING:
    from collections.abc import Generator

observatory = Implementation("tests.bridge._observatory", synchronizer="observatory", abi=1)


class Star(Face, implementation=observatory):
    """What is passed through."""

    @constructor
    def __init__(self, name: str) -> None:
        implemented_elsewhere()

    @property
    @attribute
    def name(self) -> str:
        implemented_elsewhere()


class Observatory(Face, implementation=observatory):
    """What is extended."""

    @constructor
    def __init__(self, place: str) -> None:
        implemented_elsewhere()

    @class_attribute
    @classmethod
    def limit(cls) -> int:
        implemented_elsewhere()

    @property
    @attribute
    def place(self) -> str:
        implemented_elsewhere()

    @place.setter
    @attribute
    def place(self, value: str) -> None:
        implemented_elsewhere()

    @property
    @attribute
    def log(self) -> list[str]:
        implemented_elsewhere()

    @property
    @attribute
    def title(self) -> str:
        implemented_elsewhere()

    @sync_method
    def opened(self) -> str:
        implemented_elsewhere()

    @sync_method
    def label(self) -> str:
        implemented_elsewhere()

    @sync_method
    def titled(self) -> str:
        implemented_elsewhere()

    @special
    def __len__(self) -> int:  # noqa: PLE0303  a stub
        implemented_elsewhere()

    @sync_method
    def length(self) -> int:
        implemented_elsewhere()

    @method(takes={"star": "Star"})
    def measure(self, star: Star) -> float:
        """Measure a star."""
        implemented_elsewhere()

    @method(takes={"near": sequence_of("Star")}, gives="Star")
    def find(self, name: str, near: list[Star]) -> Star:
        implemented_elsewhere()

    @method
    def night(self, names: list[str]) -> list[float]:
        implemented_elsewhere()

    @method
    def with_sky(self, sky: str) -> tuple[float, str]:
        implemented_elsewhere()

    @method
    def measured_or(self, log: list[str]) -> float:
        implemented_elsewhere()

    @method
    def all_at_once(self, times: int) -> list[float]:
        implemented_elsewhere()

    @stream(gives="Star")
    def stars(self, limit: int = 2) -> Generator[Star, None, None]:
        implemented_elsewhere()

    @method
    def seen(self, limit: int) -> list[str]:
        implemented_elsewhere()

    @method
    def first_seen(self) -> str:
        implemented_elsewhere()

    @stream
    def talk(self, start: str) -> Generator[str, str, None]:
        implemented_elsewhere()

    @method
    def conversation(self) -> list[str]:
        implemented_elsewhere()

    @context(gives="Star")
    def dome(self) -> Context[Star]:
        implemented_elsewhere()

    @method
    def through_the_dome(self, fails: bool = False) -> str:
        implemented_elsewhere()

    @method(gives="Observatory")
    def itself(self) -> Observatory:
        implemented_elsewhere()

    @method(gives="Observatory")
    def twin(self) -> Observatory:
        implemented_elsewhere()

    @sync_method
    def later(self) -> None:
        implemented_elsewhere()

    @method
    def finished(self) -> float:
        implemented_elsewhere()

    @class_method
    @classmethod
    def built(cls) -> str:
        implemented_elsewhere()

    @method
    def where(self) -> int:
        implemented_elsewhere()


class Handler(Face, implementation=observatory):
    """What cannot be made without its subclass."""

    @constructor
    def __init__(self) -> None:
        implemented_elsewhere()

    @method(takes={"star": "Star"})
    def handle(self, star: Star) -> str:
        implemented_elsewhere()

    @method
    def handled(self, names: list[str]) -> list[str]:
        implemented_elsewhere()


@observatory.function(takes={"handlers": sequence_of("Handler")})
def dispatch(handlers: list[Handler], name: str) -> list[str]:
    """Call each."""
    implemented_elsewhere()


class Keeper(Face, implementation=observatory):
    """Keeps handlers."""

    @constructor
    def __init__(self) -> None:
        implemented_elsewhere()

    @property
    @attribute(gives=sequence_of("Handler"))
    def handlers(self) -> list[Handler]:
        implemented_elsewhere()

    @method(takes={"handler": "Handler"})
    def add(self, handler: Handler) -> None:
        implemented_elsewhere()

    @method
    def publish(self, name: str) -> list[str]:
        implemented_elsewhere()

    @method
    def clear(self) -> None:
        implemented_elsewhere()


def runs(name: str) -> Any:
    """Return the face of the class of that name, which has the two methods `call` and `run`."""

    class Made(Face, implementation=observatory, name=name):
        @method
        def call(self) -> str:
            implemented_elsewhere()

        @method
        def run(self) -> str:
            implemented_elsewhere()

    return Made
