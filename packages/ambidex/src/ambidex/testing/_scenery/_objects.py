"""Own the objects that a subject gives, takes back and lets go of."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any, cast

from ._notes import Noting
from ._parts import Part, SpecialPart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ._subject import Subject


class Objects(Noting):
    """Give objects."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: dict[str, Part] = {}

    async def part(self, name: str) -> Part:
        """Give the part of that name, which is made and kept if it was not."""
        if name not in self._parts:
            self._parts[name] = self._watched(Part(name, cast("Subject", self)))
        return self._parts[name]

    async def loose_part(self, name: str) -> Part:
        """Give a part that is not kept here; when it is let go of, "gone" and its name are noted."""
        return self._watched(Part(name))

    async def special_part(self, name: str) -> Part:
        """Give a part of a subclass."""
        return self._watched(SpecialPart(name))

    async def loose_parts(self, names: list[str]) -> list[Part]:
        """Give several."""
        return [self._watched(Part(name)) for name in names]

    async def forget_part(self, name: str) -> None:
        """Keep it no longer."""
        del self._parts[name]

    def _watched(self, part: Part) -> Part:
        weakref.finalize(part, self._notes.add, f"gone {part.name}").atexit = False
        return part

    async def listed(self, name: str) -> list[Part]:
        """Give a part in a list."""
        return [await self.part(name)]

    async def paired(self, name: str) -> tuple[Part, int]:
        """Give a part in a tuple."""
        return await self.part(name), 1

    async def mapped(self, name: str) -> dict[str, Part]:
        """Give a part as a value of a dict."""
        return {name: await self.part(name)}

    async def keyed(self, name: str) -> dict[Part, int]:
        """Give a part as a key of a dict."""
        return {await self.part(name): 1}

    async def collected(self, name: str) -> set[Part]:
        """Give a part in a set."""
        return {await self.part(name)}

    async def perhaps(self, name: str) -> Part | None:
        """Give a part, or nothing."""
        return self._parts.get(name)

    async def part_or_name(self, name: str, which: str) -> Part | str:
        """Give a part, or its name."""
        return await self.part(name) if which == "part" else name

    async def deep(self, name: str) -> Any:
        """Give a part deep in what no annotation describes."""
        return {"a": [({"b": await self.part(name)},)]}

    async def is_part(self, name: str, part: Part) -> bool:
        """Tell whether that is the very part of the name."""
        return self._parts.get(name) is part

    async def are_parts(self, names: Sequence[str], parts: list[Part]) -> list[bool]:
        """Tell it of several."""
        return [self._parts.get(name) is part for name, part in zip(names, parts)]

    async def is_deep(self, name: str, given: Any) -> bool:
        """Tell whether what `deep` gives has come back."""
        return given["a"][0][0]["b"] is self._parts.get(name)

    async def fail_with_part(self, name: str) -> None:
        """Raise an exception that holds a part."""
        raise LookupError(await self.part(name))
