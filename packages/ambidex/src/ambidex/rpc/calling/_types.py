"""Own what a caller takes from a side that it does not trust: classes that generated modules name, and their types."""

from __future__ import annotations

import sys
import weakref
from typing import TYPE_CHECKING, Any, get_args

from ...errors import UsageError
from .._abilities import is_data
from .._codecs._annotations import Names, evaluated, readable
from .._codecs._arguments import Arguments
from .._codecs._converting import class_name, converted

if TYPE_CHECKING:
    from ...bridge import Member

    Args = tuple[Any, ...]
    Kwargs = dict[str, Any]


class FaceTypes:
    """Know the data classes and exceptions of the generated modules whose faces a session has.

    Nothing is imported that the other side names: a module is looked into that is imported here, and what that module
    itself imports or takes from its implementation.
    """

    def __init__(self) -> None:
        self._modules: dict[str, Names] = {}
        self._classes: dict[str, type] = {}
        self._results: weakref.WeakKeyDictionary[Member, Any] = weakref.WeakKeyDictionary()
        self._arguments: weakref.WeakKeyDictionary[Member, Arguments] = weakref.WeakKeyDictionary()

    def learn(self, module: str) -> None:
        """Know what a generated module names from now on."""
        if module not in self._modules and module in sys.modules:
            self._modules[module] = Names(vars(sys.modules[module]))

    def check_is_imported(self, module: object) -> None:
        """Refuse a module that this process has not imported by itself.

        Raises:
            UsageError: it has not.
        """
        if module not in sys.modules:
            raise UsageError(
                f"an object of the generated module {module!s:.100} came from a process that is not trusted, and "
                "that module is not imported here: import it before"
            )

    def find(self, name: str) -> type | None:
        """Return the class that crosses by a name, None where no generated module names it."""
        known = self._classes.get(name)
        if known is not None:
            return known
        path = name.split(".")
        for names in tuple(self._modules.values()):
            for index, part in enumerate(path):
                found: Any = names[part] if names.has(part) else None
                for inner in path[index + 1 :]:
                    found = vars(found).get(inner) if isinstance(found, type) else None
                if isinstance(found, type) and class_name(found) == name and is_data(found):
                    self._classes[name] = found
                    return found
        return None

    def taken(self, member: Member, args: Args, kwargs: Kwargs) -> tuple[Args, Kwargs]:
        """Return the arguments that a member is given, in the types of its annotations.

        Raises:
            UsageError: one is of another type; the message names the place.
        """
        arguments = self._arguments.get(member)
        if arguments is None:
            stub: Any = member.stub
            arguments = self._arguments[member] = Arguments(member.name, stub, stub, leading=1)
        return arguments.converted(args, kwargs)

    def checked(self, member: Member, value: Any) -> Any:
        """Return what a member has given, in the types of its annotation.

        Raises:
            UsageError: it is not of that type; the message names the place.
        """
        kind = self._results.get(member)
        if kind is None:
            kind = self._results[member] = _result_of(member)
        return value if kind is Any else converted(value, kind, _place(member))


def _result_of(member: Member) -> Any:
    """Return the type of a member's result, or of each item."""
    names = Names(member.stub.__globals__)
    kind = evaluated(member.stub.__annotations__.get("return", Any), names)
    if member.runs in ("stream", "context"):
        kind = (*get_args(kind), Any)[0]
    return type(None) if kind is None else readable(kind, names)


def _place(member: Member) -> str:
    if member.runs == "stream":
        return f"an item of {member.name}()"
    return f"what {member.name} gives"
