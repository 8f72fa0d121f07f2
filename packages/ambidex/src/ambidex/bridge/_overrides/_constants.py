"""Let the implementation see the class variables that a user's class gives other values.

It finds them where it finds its own, and as they are at that moment. That is so for what a generated class has as it
is, numbers and texts: what would have to be translated stands there as a member.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._identity import class_of, is_generated

if TYPE_CHECKING:
    from collections.abc import Iterator

_NOTHING = type  # a class is no value


class _Constant:
    """Stand in a class that is made for a user's class, and give what that has under a name."""

    def __init__(self, cls: type[Any], name: str) -> None:
        self._cls = cls
        self._name = name

    def __get__(self, receiver: object, cls: type[Any] | None = None) -> Any:
        return getattr(self._cls, self._name)


def constants_of(cls: type[Any], base: type[Any]) -> Iterator[tuple[str, Any]]:
    """Yield what gives the class variables that `cls` exchanges, by name.

    The implementation's `base` has them by that name, or has another name for what is public: those it finds nowhere.
    """
    for name in exchanged(cls):
        if hasattr(base, name):
            yield name, _Constant(cls, name)


def exchanged(cls: type[Any]) -> Iterator[str]:
    """Yield the names of the class variables of generated classes for which a user's class has other values."""
    seen: set[str] = set()
    for place, home in enumerate(cls.__mro__):
        for name, value in tuple(vars(home).items()) if not is_generated(home) else ():
            if name in seen or name.startswith("_") or not _is_value(value):
                continue
            if any(
                _is_value(vars(each).get(name, _NOTHING)) for each in cls.__mro__[place + 1 :] if is_generated(each)
            ):
                yield name
        seen.update(vars(home))


def _is_value(value: Any) -> bool:
    """Tell whether a class has something as it is: no class, and nothing that binds itself to what it is found on."""
    return not isinstance(value, type) and not hasattr(class_of(value), "__get__")
