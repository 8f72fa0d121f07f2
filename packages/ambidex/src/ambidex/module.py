"""Own the manifest: which functions and classes of an implementation are public.

A `Module` is data. It starts no thread, knows no event loop and imports nothing, so an implementation that registers
itself here stays plain async code. The generator reads it; nothing reads it at run time.

A manifest is recognised by its shape (`entries`, `target_module`, `module_items`), never by `isinstance`: a copy of
this file inside a published library serves the generator as well as this one does.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # typing costs more to import than everything else here; type checkers treat this name alike
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from types import CodeType
    from typing import Literal, TypeVar, Union, overload

    F = TypeVar("F", bound=Callable[..., object])
    C = TypeVar("C", bound=type)
    By = Literal["value", "identity"]

__all__ = ("Entry", "Module", "ON_LOOP")

_SELF_FILE = __file__
_CHOICES = {"aio": ("loop", "caller"), "first_step": ("loop", "caller"), "loop": ("asyncio", "uvloop")}


class _OnLoop:
    """Declare that a callable runs on the implementation's loop: `Annotated[Callable[[X], Awaitable[R]], ON_LOOP]`.

    Without it a blocking callable runs on a thread and an async one on its own loop. For what must not change threads.
    """

    __slots__ = ()
    __ambidex_marker__ = "on_loop"

    def __repr__(self) -> str:
        return "ambidex.ON_LOOP"


ON_LOOP = _OnLoop()


class Entry:
    """Describe one registered function or class.

    `kind` is "function" or "class"; `name` is the public name; `by` is "value", "identity" or None (the generator
    decides from the class). `include`, `exclude` and `rename` say which members of a class are public, and by which
    names. `file` and `line` are where the registration stands.
    """

    __slots__ = ("by", "exclude", "file", "include", "kind", "line", "name", "obj", "rename")

    def __init__(
        self,
        kind: Literal["function", "class"],
        obj: Union[Callable[..., object], type],  # noqa: UP007  evaluated never, but read by tools on 3.9
        name: str,
        by: By | None,
        file: str,
        line: int,
        *,
        include: tuple[str, ...] | None = None,
        exclude: tuple[str, ...] = (),
        rename: Mapping[str, str] | None = None,
    ) -> None:
        self.kind: Literal["function", "class"] = kind
        self.obj = obj
        self.name = name
        self.by: By | None = by
        self.file = file
        self.line = line
        self.include = include
        self.exclude = exclude
        self.rename: dict[str, str] = dict(rename or {})

    def __repr__(self) -> str:
        return f"<Entry {self.kind} {self.name} at {self.file}:{self.line}>"


class Module:
    """Collect what the generated module `target_module` makes public.

    `target_module` is the dotted name of the module to generate. `synchronizer` names the runtime that its faces use;
    without it the generator's own argument, or the first part of `target_module`, is taken.

    `loop` and `first_step` are options of that runtime (see `Synchronizer`). With `aio="caller"` the async face runs on
    the caller's own loop, without a change of threads; an object then belongs to the face that it is first called by.

    Raises:
        ValueError: `target_module` or `synchronizer` is not a usable name, or an option has no such value.
    """

    def __init__(
        self,
        target_module: str,
        synchronizer: str | None = None,
        *,
        loop: Literal["asyncio", "uvloop"] | None = None,
        first_step: Literal["loop", "caller"] | None = None,
        aio: Literal["loop", "caller"] | None = None,
    ) -> None:
        if not isinstance(target_module, str) or not all(  # pyright: ignore[reportUnnecessaryIsInstance]
            part.isidentifier() for part in target_module.split(".")
        ):
            raise ValueError(
                f"Module({target_module!r}): write the dotted name of the module to generate, as in Module('weather')"
            )
        if synchronizer is not None and not synchronizer:
            raise ValueError(f"Module({target_module!r}, synchronizer=''): write a name, or leave it out")
        chosen = {"aio": aio, "first_step": first_step, "loop": loop}
        for option, value in chosen.items():
            if value is not None and value not in _CHOICES[option]:
                raise ValueError(
                    f"Module({target_module!r}, {option}={value!r}): write "
                    + " or ".join(f"{option}={choice!r}" for choice in _CHOICES[option])
                )
        self._options = {option: value for option, value in chosen.items() if value is not None}
        self._target_module = target_module
        self._synchronizer = synchronizer
        self._entries: list[Entry] = []
        self._registered: set[int] = set()  # by id: the entries keep the objects

    @property
    def target_module(self) -> str:
        """Return the dotted name of the module to generate."""
        return self._target_module

    @property
    def synchronizer(self) -> str | None:
        """Return the name of the runtime this manifest asks for, or None where it leaves the choice."""
        return self._synchronizer

    @property
    def options(self) -> dict[str, str]:
        """Return how its faces run, as far as the manifest says: `aio`, `first_step`, `loop`."""
        return dict(self._options)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Return what was registered, in the order of registration."""
        return tuple(self._entries)

    def module_items(self) -> dict[object, tuple[str, str]]:
        """Return each registered object with its target module and its public name."""
        return {entry.obj: (self._target_module, entry.name) for entry in self._entries}

    if TYPE_CHECKING:

        @overload
        def wrap_function(self, function: F, /, *, name: str | None = None) -> F: ...
        @overload
        def wrap_function(self, /, *, name: str | None = None) -> Callable[[F], F]: ...

    def wrap_function(
        self, function: Callable[..., object] | None = None, /, *, name: str | None = None
    ) -> Callable[..., object]:
        """Register a function and return it unchanged; `name` gives it another public name.

        Raises:
            TypeError: what is registered is not a function.
            ValueError: `name` is no identifier.
        """
        file, line = _call_site()

        def register(target: Callable[..., object]) -> Callable[..., object]:
            if isinstance(target, type) or not callable(target):
                raise TypeError(f"wrap_function({target!r}): not a function; use wrap_class for a class")
            code: CodeType | None = getattr(target, "__code__", None)
            where = (code.co_filename, code.co_firstlineno) if code is not None else (file, line)
            self._add(Entry("function", target, _public_name(target, name), None, *where))
            return target

        return register if function is None else register(function)

    if TYPE_CHECKING:

        @overload
        def wrap_class(
            self,
            cls: C,
            /,
            *,
            name: str | None = None,
            by: By | None = None,
            include: Iterable[str] | None = None,
            exclude: Iterable[str] = (),
            rename: Mapping[str, str] | None = None,
        ) -> C: ...
        @overload
        def wrap_class(
            self,
            /,
            *,
            name: str | None = None,
            by: By | None = None,
            include: Iterable[str] | None = None,
            exclude: Iterable[str] = (),
            rename: Mapping[str, str] | None = None,
        ) -> Callable[[C], C]: ...

    def wrap_class(
        self,
        cls: type | None = None,
        /,
        *,
        name: str | None = None,
        by: By | None = None,
        include: Iterable[str] | None = None,
        exclude: Iterable[str] = (),
        rename: Mapping[str, str] | None = None,
    ) -> type | Callable[..., type]:
        """Register a class and return it unchanged.

        `name` gives it another public name. `by="value"` lets its instances cross boundaries as copies, with the class
        itself as the public one; `by="identity"` gives each instance one live face. Without `by`, enums, exceptions,
        dataclasses, named tuples and typed dicts go by value, every other class by identity.

        Public are the members whose names have no leading underscore, and the special methods. `exclude` takes some of
        them away; `include` names those that stay, private ones too, beside constructor and special methods; `rename`
        gives members, by their names in the implementation, other public names. All three hold in subclasses as well.

        Raises:
            TypeError: what is registered is not a class, or `include` or `exclude` is one string.
            ValueError: a name is no identifier, `by` is neither "value" nor "identity", or both `include` and `exclude`
                are given.
        """
        file, line = _call_site()
        if by not in (None, "value", "identity"):
            raise ValueError(f"wrap_class(by={by!r}): write by='value' or by='identity'")
        left_out = _names("exclude", exclude)
        kept = None if include is None else _names("include", include)
        if kept is not None and left_out:
            raise ValueError("wrap_class(include=..., exclude=...): give one of the two")
        renamed = dict(rename or {})
        for old, new in renamed.items():
            if not new.isidentifier():
                raise ValueError(f"wrap_class(rename={{{old!r}: {new!r}}}): {new!r} is no name")

        def register(target: type) -> type:
            if not isinstance(target, type):  # pyright: ignore[reportUnnecessaryIsInstance]  untyped callers
                raise TypeError(f"wrap_class({target!r}): not a class; use wrap_function for a function")
            public = _public_name(target, name)
            self._add(Entry("class", target, public, by, file, line, include=kept, exclude=left_out, rename=renamed))
            return target

        return register if cls is None else register(cls)

    def _add(self, entry: Entry) -> None:
        if id(entry.obj) in self._registered:
            raise ValueError(f"{entry.name} is registered twice in Module({self._target_module!r})")
        self._registered.add(id(entry.obj))
        self._entries.append(entry)

    def __repr__(self) -> str:
        return f"<Module {self._target_module} with {len(self._entries)} entries>"


def _public_name(target: object, name: str | None) -> str:
    chosen = name if name is not None else getattr(target, "__name__", "")
    if not chosen.isidentifier():
        raise ValueError(f"{target!r} cannot be public as {chosen!r}: give it a name with name='...'")
    return chosen


def _names(option: str, names: Iterable[str]) -> tuple[str, ...]:
    if isinstance(names, str):
        raise TypeError(f"wrap_class({option}={names!r}): write a list of names, as in {option}=[{names!r}]")
    return tuple(dict.fromkeys(names))


def _call_site() -> tuple[str, int]:
    """Return file and line of the nearest frame outside this file."""
    frame = sys._getframe(1)  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001  the only way that needs no import
    while frame.f_code.co_filename == _SELF_FILE and frame.f_back is not None:
        frame = frame.f_back
    return frame.f_code.co_filename, frame.f_lineno
