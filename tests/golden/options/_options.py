"""Keywords that a typed dict describes, and defaults that stand for "not given"."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any, AsyncIterator, List, Literal, Optional, TypedDict, Union

from ambidex import Module

if TYPE_CHECKING:
    from typing_extensions import Unpack

wrapper_module = Module("options")


class Missing(enum.Enum):
    """A sentinel that type checkers know."""

    MISSING = "missing"


UNSET: Any = object()


class _Paging(TypedDict):
    limit: int


class Search(_Paging, total=False):
    """What may be searched for; not public."""

    text: str
    tags: List[str]


@wrapper_module.wrap_class
class Shelf:
    def __init__(self, name: str) -> None:
        self._name = name

    async def find(self, **search: Unpack[Search]) -> str:
        """Find books."""
        return f"{self._name} {sorted(search.items())}"


@wrapper_module.wrap_class
class Places(TypedDict, total=False):
    """Where to look; its values are faces."""

    first: Shelf
    others: List[Shelf]
    label: str


@wrapper_module.wrap_function
async def find(title: str, **search: Unpack[Search]) -> int:
    """Return how many there are."""
    return len(title) * search["limit"] + len(search.get("text", ""))


@wrapper_module.wrap_function
async def found(**search: Unpack[Search]) -> AsyncIterator[int]:
    for number in range(search["limit"]):
        yield number


@wrapper_module.wrap_function
async def look(**places: Unpack[Places]) -> List[Shelf]:
    """Return every shelf that was given."""
    assert isinstance(places.get("label", ""), str)
    shelves = [*([places["first"]] if "first" in places else []), *places.get("others", [])]
    assert all(type(shelf) is Shelf for shelf in shelves)
    return shelves


@wrapper_module.wrap_function
async def replaced(
    text: Union[Optional[str], Literal[Missing.MISSING]] = Missing.MISSING, other: object = UNSET
) -> List[bool]:
    """Tell what was left out, which None is not."""
    return [text is Missing.MISSING, other is UNSET]
