"""Own what a class means that an annotation names: a face, a name of somebody else's module, or a callable protocol.

What is named is entered into the registry of the run, records and exceptions with what stands in their fields.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._ir import Applied, Face, Name, Type
from .._manifest import is_data, is_error, is_record
from .._protocols import call_of
from .._report import Unsupported
from ._bases import variables_of
from ._called import read_called
from ._generics import normal_arguments, refuse_other_arity
from ._homes import known_home
from ._opaque import Opaque, refuse_opaque
from ._records import read_record

if TYPE_CHECKING:
    from .._manifest import Registry
    from ._resolver import Resolver
    from ._source import Sources

_DEEP = 20  # arbitrary: a record that grows within itself, as `Page[T]` with a field `Page[list[T]]` does, ends there


class Classes:
    """Read the classes that the annotations of one resolver name; their arguments are its annotations, too."""

    def __init__(self, resolver: Resolver, registry: Registry, sources: Sources) -> None:
        self._resolver = resolver
        self._registry = registry
        self._sources = sources

    def plain(self, cls: type) -> Type:
        """Return a class by itself: its face, its name, or the Callable that a callable protocol is.

        Raises:
            Unsupported: nobody outside can name it, or it is left out.
        """
        self._registry.named[cls] = None
        if cls in self._registry.unusable:
            raise Unsupported(f"{cls.__qualname__} is left out", "leave out what names it, too")
        reference = self._registry.reference(cls)
        called = None if isinstance(reference, Face) else self._called(cls, ())
        if called is not None:
            return called
        if reference is not None:
            self._note(cls, reference, ())
            return reference
        nearest = self._registry.nearest_face(cls)
        if nearest is not None:
            raise Opaque(
                cls,
                f"base {nearest.__qualname__} has a face",
                f"{cls.__qualname__} is not public, but its base {nearest.__qualname__} is",
                f"register it with wrap_class, or annotate {nearest.__qualname__}",
            )
        if "<locals>" in cls.__qualname__:
            raise Unsupported(f"{cls.__qualname__} is defined inside a function", "define it at the top of a module")
        home = known_home(cls, self._sources)
        refuse_private(home)
        if not is_data(cls):
            with self._registry.apart():
                refuse_opaque(cls, self._resolver, self._registry, self._sources)
        self._note(cls, home, ())
        return home

    def applied(self, origin: type, arguments: tuple[object, ...]) -> Type:
        """Return a class applied to arguments, or without any.

        Raises:
            Unsupported: as for `plain`, or an argument is not supported.
        """
        called = None if self._registry.face(origin) else self._called(origin, self._read(origin, arguments))
        if called is not None:
            return called
        home = self.plain(origin)
        if isinstance(home, Face):
            return Face(home.module, home.name, self._read(origin, arguments))
        if not isinstance(home, Name) or not arguments:
            return home
        resolved = normal_arguments(home, self._read(origin, arguments))
        refuse_other_arity(home, resolved)
        self._note(origin, home, resolved)
        return Applied(home, resolved)

    def _called(self, cls: type, arguments: tuple[Type, ...]) -> Type | None:
        """Return the Callable that a callable protocol is, None for every other class.

        Raises:
            Unsupported: it names itself, or cannot be read.
        """
        if call_of(cls) is None:
            return None
        if cls in self._registry.open:
            raise Unsupported(
                f"the callable type {cls.__qualname__} takes or gives itself, which no Callable can say",
                "write it out to the depth you need",
            )
        self._registry.open.add(cls)
        try:
            with self._registry.apart():
                return read_called(cls, arguments, self._resolver, self._sources)
        finally:
            self._registry.open.discard(cls)

    def _note(self, cls: type, name: Face | Name, arguments: tuple[Type, ...]) -> None:
        """Enter a record, or an exception, among those of the run, once for each way that it is applied.

        Public ones that it extends are entered as they would be if they were generated in this run.
        """
        if not isinstance(name, Name) or not (is_record(cls) or (is_error(cls) and cls.__module__ != "builtins")):
            return
        records = self._registry.records
        key = Applied(name, arguments) if arguments else name
        if key not in records and list(records.values()).count(None) < _DEEP:
            records[key] = None  # under way: it may stand in its own fields
            with self._registry.apart():
                records[key] = read_record(cls, name, arguments, self._resolver, self._sources)
            for base in cls.__mro__[1:]:
                reference = self._registry.reference(base)
                if reference is not None:
                    self._note(base, reference, ())

    def _read(self, cls: type, arguments: tuple[object, ...]) -> tuple[Type, ...]:
        return self._resolver.arguments(variables_of(cls, self._sources), arguments)


def refuse_private(name: Name) -> None:
    """Refuse a name that nobody outside its module may use.

    Raises:
        Unsupported: it, or what it stands in, begins with an underscore.
    """
    if any(part.startswith("_") for part in name.qualname.split(".")):
        what = f"{name.qualname} of {name.module} is private, and this is public"
        raise Unsupported(what, "give it a public name")
