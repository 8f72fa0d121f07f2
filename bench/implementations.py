"""Implementations of any size for the generator to read, with a bit of everything that libraries offer."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_HEAD = """\
from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

from ambidex import Module

wrapper_module = Module({name!r})
"""
_CLASS = '''

@wrapper_module.wrap_class
class Client{index}:
    """Talk to service {index}."""

    def __init__(self, address: str, *, retries: int = 3) -> None:
        self.address: str = address
        self._retries = retries

    async def get(self, key: str, default: int | None = None) -> int | None:
        """Return what is stored under a key."""
        return default

    async def copy(self) -> Client{index}:
        return self

    async def neighbours(self, count: int = 1) -> list[Client{neighbour}]:
        return []

    async def items(self) -> AsyncIterator[tuple[str, int]]:
        yield "first", 1

    @property
    def size(self) -> int:
        return 3
'''
_FUNCTIONS = (
    '''

@wrapper_module.wrap_function
async def fetch_{index}(url: str, timeout_s: float = 3.0) -> bytes:
    """Fetch a page."""
    return b""
''',
    """

@wrapper_module.wrap_function
async def rows_{index}(table: str, /, *, limit: int | None = None) -> AsyncIterator[dict[str, int]]:
    yield {{}}
""",
    """

@wrapper_module.wrap_function
async def each_{index}(call: Callable[[int], Awaitable[str]], *values: int) -> list[str]:
    return []
""",
    """

@wrapper_module.wrap_function
def plain_{index}(first: int, second: str = "x", **more: float) -> Sequence[int]:
    return []
""",
    """

@wrapper_module.wrap_function
async def opened_{index}(address: str) -> {result} | None:
    return None
""",
)


def write_implementation(folder: Path, name: str, functions: int, classes: int) -> None:
    """Write `_<name>.py` into a folder: so many functions and classes, registered in `Module(name)`."""
    parts = [_HEAD.format(name=name)]
    parts += [_CLASS.format(index=index, neighbour=(index + 1) % classes) for index in range(classes)]
    for index in range(functions):
        result = f"Client{index % classes}" if classes else "int"
        parts.append(_FUNCTIONS[index % len(_FUNCTIONS)].format(index=index, result=result))
    (folder / f"_{name}.py").write_text("".join(parts), encoding="utf-8")
