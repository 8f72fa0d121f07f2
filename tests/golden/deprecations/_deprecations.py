"""Deprecated functions, methods, properties, classes and variants of a function."""

from __future__ import annotations

import functools
import warnings
from typing import TYPE_CHECKING, Any, AsyncGenerator, Union, overload

from ambidex import Module

if TYPE_CHECKING:
    from typing_extensions import deprecated
else:  # as `warnings.deprecated` does it from Python 3.13 on, and typing_extensions on every version

    def deprecated(message: str) -> Any:
        def mark(target: Any) -> Any:
            if isinstance(target, type):
                made = target.__new__

                @functools.wraps(made)
                def make(cls: Any, /, *args: Any, **kwargs: Any) -> Any:
                    if cls is target:
                        warnings.warn(message, DeprecationWarning, stacklevel=2)
                    return made(cls)

                target.__new__ = staticmethod(make)
                target.__deprecated__ = message
                return target

            @functools.wraps(target)
            def warn(*args: Any, **kwargs: Any) -> Any:
                warnings.warn(message, DeprecationWarning, stacklevel=2)
                return target(*args, **kwargs)

            target.__deprecated__ = warn.__deprecated__ = message
            return warn

        return mark


wrapper_module = Module("deprecations")


@wrapper_module.wrap_function
@deprecated("call `fetch`")
async def get(number: int) -> int:
    """Get a number."""
    return number


@wrapper_module.wrap_function
@deprecated('write "str(number)"')
def shown(number: int) -> str:
    return str(number)


@wrapper_module.wrap_function
@deprecated("call `fetch` again and again")
async def several(number: int) -> AsyncGenerator[int, None]:
    yield number


@overload
async def fetch(number: int) -> int: ...
@overload
@deprecated("give a number")
async def fetch(number: str) -> str: ...
@wrapper_module.wrap_function
async def fetch(number: Union[int, str]) -> Union[int, str]:
    return number


@wrapper_module.wrap_class
class Station:
    @deprecated("call `measure`")
    async def read(self) -> int:
        return 1

    @deprecated("call `measure` in a loop")
    async def reads(self) -> AsyncGenerator[int, None]:
        yield 2

    @deprecated("nothing is reset")
    def reset(self) -> int:
        return 3

    @property
    @deprecated("it has no title")
    def title(self) -> str:
        return "none"

    @classmethod
    @deprecated("make one")
    async def opened(cls) -> int:
        return 4

    @overload
    async def measure(self, scale: float) -> float: ...
    @overload
    @deprecated("name no unit")
    async def measure(self, scale: float, unit: str) -> str: ...
    async def measure(self, scale: float, unit: str = "") -> Union[float, str]:
        return f"{scale}{unit}" if unit else scale


@wrapper_module.wrap_class
@deprecated("make a Station")
class Tower:
    async def height(self) -> int:
        return 5

    async def above(self) -> Tower:  # pyright: ignore[reportDeprecated]
        return self


@wrapper_module.wrap_function
async def heights(towers: list[Tower]) -> dict[Tower, int]:  # type: ignore[deprecated]  # pyright: ignore[reportDeprecated]
    """Return how high towers are: a signature may name what is deprecated to make."""
    return {tower: await tower.height() for tower in towers}
