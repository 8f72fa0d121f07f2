"""Own the manifest: which functions and classes of an implementation are public.

A `Module` is data. It starts no thread, knows no event loop and loads nothing, so an implementation that registers
itself here stays plain async code. The generator reads it; at run time it is asked for one thing, where the face of a
class is that somebody else's implementation has given out.

A manifest is recognised by its shape (`entries`, `target_module`, `module_items`), never by `isinstance`: a copy of
this file inside a published library serves the generator as well as this one does.
"""

from __future__ import annotations

import sys
from _weakref import ref  # built in, and loaded at every start, as `weakref` is not

TYPE_CHECKING = False  # typing costs more to import than everything else here; type checkers treat this name alike
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from types import CodeType, FrameType
    from typing import Literal, TypeVar, Union, overload

    from typing_extensions import TypeGuard

    F = TypeVar("F", bound=Callable[..., object])
    C = TypeVar("C", bound=type)
    By = Literal["value", "identity"]
    Kind = Literal["function", "class", "export"]

__all__ = ("Entry", "Module", "ON_LOOP", "homes_of", "is_class", "registration_of")

_SELF_FILE = __file__
_CHOICES = {
    "aio": ("runtime", "caller"),
    "first_step": ("loop", "caller"),
    "loop": ("asyncio", "uvloop"),
    "style": ("dual", "twin"),
}


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
    """Describe one registered function or class, or one name that is public as it is.

    `kind` is "function", "class" or "export"; `name` is the public name; `by` is "value", "identity" or None (the
    generator decides from the class). `include`, `exclude` and `rename` say which members of a class are public, and by
    which names, `inherit` which of them are as in the face of a base, `blocking` which are called as they are although
    an async one stands beside them; the `exclude` of a function names parameters.
    `file` and `line` are where the registration stands.

    An export stands under its name in the module `home`; `obj` is None where the name alone is known. `of` is the class
    of the implementation whose face a class is that was written by hand.
    """

    __slots__ = (
        *("blocking", "by", "exclude", "file", "home", "include", "inherit", "kind", "line", "name", "obj", "of"),
        "rename",
    )

    def __init__(
        self,
        kind: Kind,
        obj: Union[Callable[..., object], type, None],  # noqa: UP007  evaluated never, but read by tools on 3.9
        name: str,
        by: By | None,
        file: str,
        line: int,
        *,
        include: tuple[str, ...] | None = None,
        exclude: tuple[str, ...] = (),
        rename: Mapping[str, str] | None = None,
        inherit: tuple[str, ...] = (),
        blocking: tuple[str, ...] = (),
        home: str = "",
        of: type | None = None,
    ) -> None:
        self.kind: Kind = kind
        self.obj = obj
        self.name = name
        self.by: By | None = by
        self.file = file
        self.line = line
        self.include = include
        self.exclude = exclude
        self.rename: dict[str, str] = dict(rename or {})
        self.inherit = inherit
        self.blocking = blocking
        self.home = home
        self.of = of

    def __repr__(self) -> str:
        return f"<Entry {self.kind} {self.name} at {self.file}:{self.line}>"


class Module:
    """Collect what the generated module `target_module` makes public.

    `target_module` is the dotted name of the module to generate. `synchronizer` names the runtime that its faces use;
    without it the generator's own argument, or the first part of `target_module`, is taken.

    `loop` and `first_step` are options of that runtime (see `Synchronizer`). The async face runs on that runtime's
    loop (`aio="runtime"`), or with `aio="caller"` on the caller's own, without a change of threads; an object then
    belongs to the face that it is first called by.

    With `style="twin"` there are two of each instead of an `.aio`: the class `Client`, whose methods block, and
    `AsyncClient`, whose methods are awaited; `current()` and `async_current()`. `async_names` are the patterns of the
    names of the awaited classes and functions. Both of a pair come from one registration, under either name.

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
        aio: Literal["runtime", "caller"] | None = None,
        style: Literal["dual", "twin"] = "dual",
        async_names: tuple[str, str] = ("Async{}", "async_{}"),
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
        for option, value in {**chosen, "style": style}.items():
            if value is not None and value not in _CHOICES[option]:
                raise ValueError(
                    f"Module({target_module!r}, {option}={value!r}): write "
                    + " or ".join(f"{option}={choice!r}" for choice in _CHOICES[option])
                )
        if not all(
            pattern.count("{}") == 1 and pattern != "{}" and pattern.replace("{}", "x").isidentifier()
            for pattern in async_names
        ):
            raise ValueError(
                f"Module({target_module!r}, async_names={async_names!r}): write two patterns of names, "
                "as in async_names=('Async{}', 'async_{}')"
            )
        self._style: Literal["dual", "twin"] = style
        self._async_names = async_names
        self._options = {option: value for option, value in chosen.items() if value is not None}
        self._target_module = target_module
        self._synchronizer = synchronizer
        self._entries: list[Entry] = []
        self._registered: set[object] = set()  # objects by id, for the entries keep them, and names that were exported
        self._home = _caller()
        self._is_auto = False
        number = id(self)
        _living[number] = ref(self, lambda _: _forget(number))

    @classmethod
    def auto(
        cls,
        name: str,
        target_module: str | None = None,
        synchronizer: str | None = None,
        *,
        loop: Literal["asyncio", "uvloop"] | None = None,
        first_step: Literal["loop", "caller"] | None = None,
        aio: Literal["runtime", "caller"] | None = None,
        style: Literal["dual", "twin"] = "dual",
        async_names: tuple[str, str] = ("Async{}", "async_{}"),
    ) -> Module:
        """Return a manifest by which everything public in the module `name` is public: `Module.auto(__name__)`.

        That is every function and class that the module defines under a name without a leading underscore or, where it
        has an `__all__`, that this names; the generator refuses a second name of one of them. What is registered in
        another way keeps its options. The module is looked at when the entries are read.

        Without `target_module` the last part of `name` loses its leading underscores, and private packages are left
        out: `_weather` gives `weather`, `pkg._impl._client` gives `pkg.client`.

        Raises:
            ValueError: no target follows from `name`, or as for `Module(...)`.
        """
        target = _target_of(name) if target_module is None else target_module
        manifest = cls(
            target,
            synchronizer,
            loop=loop,
            first_step=first_step,
            aio=aio,
            style=style,
            async_names=async_names,
        )
        manifest._home = name
        manifest._is_auto = True
        return manifest

    @property
    def home(self) -> str:
        """Return the dotted name of the module that made this manifest."""
        return self._home

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
    def style(self) -> Literal["dual", "twin"]:
        """Return how the two ways to call are offered: by one name ("dual"), or by two ("twin")."""
        return self._style

    @property
    def async_names(self) -> tuple[str, str]:
        """Return the patterns of the names of what is awaited, in the style "twin": of classes and of functions."""
        return self._async_names

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Return what was registered, in the order of registration, and then what `Module.auto` finds."""
        return (*self._entries, *(self._found()[0] if self._is_auto else ()))

    @property
    def aliases(self) -> dict[str, str]:
        """Return the names by which `Module.auto` finds something again, each with the public name that it has."""
        return self._found()[1] if self._is_auto else {}

    def module_items(self) -> dict[object, tuple[str, str]]:
        """Return each registered object with its target module and its public name."""
        return {entry.obj: (self._target_module, entry.name) for entry in self.entries if entry.obj is not None}

    if TYPE_CHECKING:

        @overload
        def wrap_function(self, function: F, /, *, name: str | None = None, exclude: Iterable[str] = ()) -> F: ...
        @overload
        def wrap_function(self, /, *, name: str | None = None, exclude: Iterable[str] = ()) -> Callable[[F], F]: ...

    def wrap_function(
        self,
        function: Callable[..., object] | None = None,
        /,
        *,
        name: str | None = None,
        exclude: Iterable[str] = (),
    ) -> Callable[..., object]:
        """Register a function and return it unchanged; `name` gives it another public name.

        `exclude` names parameters that are not public: they have defaults, and what follows one is given by keyword.

        Raises:
            TypeError: what is registered is not a function, or `exclude` is one string.
            ValueError: `name` is no identifier.
        """
        # The line of a frame is looked for from the top of its code, so only what has none of its own asks for it.
        site = _call_site() if function is None else None
        left_out = _names("wrap_function", "exclude", exclude)

        def register(target: Callable[..., object]) -> Callable[..., object]:
            _refuse_applied("wrap_function", target, "write a function that makes what it stands for")
            if is_class(target) or not callable(target):
                raise TypeError(f"wrap_function({_shown(target)}): not a function; use wrap_class for a class")
            code: CodeType | None = getattr(target, "__code__", None)
            where = (code.co_filename, code.co_firstlineno) if code is not None else site or _call_site()
            self._add(Entry("function", target, _public_name(target, name), None, *where, exclude=left_out))
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
            inherit: Iterable[str] = (),
            blocking: Iterable[str] = (),
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
            inherit: Iterable[str] = (),
            blocking: Iterable[str] = (),
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
        inherit: Iterable[str] = (),
        blocking: Iterable[str] = (),
    ) -> type | Callable[..., type]:
        """Register a class and return it unchanged.

        `name` gives it another public name. `by="value"` lets its instances cross boundaries as copies, with the class
        itself as the public one; `by="identity"` gives each instance one live face. Without `by`, enums, exceptions,
        dataclasses, named tuples and typed dicts go by value, every other class by identity.

        Public are the members whose names have no leading underscore, and the special methods. `exclude` takes some of
        them away; `include` names those that stay, private ones too, beside constructor and special methods; `rename`
        gives members, by their names in the implementation, other public names. All three hold in subclasses as well.
        `exclude` may also name `"__init__"`, for a class that only the implementation makes, the setter alone of a
        property, as in `"speed.setter"`, and one parameter of a method that has a default, as in `"send.codec"`.

        `inherit` names members that are as in the face of a base: calls reach what this class writes, under the
        signature of the base. For one that type checkers would not take for an override.

        `blocking` names `"__enter__"` or `"__iter__"` of a class that has `__aenter__` or `__aiter__` as well: `with`
        or `for` calls what the class writes for it, on the caller's thread, and not the async one.

        Raises:
            TypeError: what is registered is not a class, or `include`, `exclude`, `inherit` or `blocking` is a string.
            ValueError: a name is no identifier, `by` is neither "value" nor "identity", or both `include` and `exclude`
                are given.
        """
        file, line = _call_site()
        if by not in (None, "value", "identity"):
            raise ValueError(f"wrap_class(by={by!r}): write by='value' or by='identity'")
        left_out = _names("wrap_class", "exclude", exclude)
        kept = None if include is None else _names("wrap_class", "include", include)
        inherited = _names("wrap_class", "inherit", inherit)
        called = _names("wrap_class", "blocking", blocking)
        if kept is not None and left_out:
            raise ValueError("wrap_class(include=..., exclude=...): give one of the two")
        renamed = dict(rename or {})
        for old, new in renamed.items():
            if not new.isidentifier():
                raise ValueError(f"wrap_class(rename={{{old!r}: {new!r}}}): {new!r} is no name")

        def register(target: type) -> type:
            if not is_class(target):
                raise TypeError(f"wrap_class({_shown(target)}): not a class; use wrap_function for a function")
            public = _public_name(target, name)
            entry = Entry(
                "class",
                target,
                public,
                by,
                file,
                line,
                include=kept,
                exclude=left_out,
                rename=renamed,
                inherit=inherited,
                blocking=called,
            )
            self._add(entry)
            return target

        return register if cls is None else register(cls)

    if TYPE_CHECKING:

        @overload
        def manual_export(self, target: F, /) -> F: ...
        @overload
        def manual_export(self, name: str, /, *names: str) -> None: ...
        @overload
        def manual_export(self, /) -> Callable[[F], F]: ...

    def manual_export(self, target: object = None, /, *names: str) -> object:
        """Make names of this module, or a function or class under this decorator, public as they are.

        Constants, types and aliases are named: `manual_export("LIMIT", "Row")`.

        Raises:
            TypeError: something else than names was given, or than a function or class.
            ValueError: a name is no identifier.
        """
        file, line = _call_site()
        home = _caller()
        if isinstance(target, str):
            for name in (target, *names):
                self._add(Entry("export", None, _public_name(name, name), None, file, line, home=home))
            return None
        if names:
            shown = ", ".join(map(_shown, (target, *names)))
            raise TypeError(f"manual_export({shown}): names beside what is no name; write them in a call of their own")
        return self._exported("manual_export", target, None, file, line)

    if TYPE_CHECKING:

        @overload
        def manual_wrapper(self, target: F, /, *, of: type | None = None) -> F: ...
        @overload
        def manual_wrapper(self, place: str, /, *, of: type | None = None) -> None: ...
        @overload
        def manual_wrapper(self, /, *, of: type | None = None) -> Callable[[F], F]: ...

    def manual_wrapper(self, target: object = None, /, *, of: type | None = None) -> object:
        """Make public what is written by hand: the function or class under this decorator, or at a `"module:name"`.

        No face is generated for it. With `of`, a class of the implementation, the class is the face of that one, and
        stands wherever that one does.

        Raises:
            TypeError: something else was given than a function, a class or a place.
            ValueError: the place is not of that form.
        """
        file, line = _call_site()
        if of is not None and not is_class(of):
            raise TypeError(f"manual_wrapper(of={_shown(of)}): not a class of the implementation")
        if isinstance(target, str):
            home, _, name = target.partition(":")
            if not name.isidentifier() or not all(part.isidentifier() for part in home.split(".")):
                raise ValueError(f"manual_wrapper({target!r}): write a place as in 'weather_by_hand:Client'")
            self._add(Entry("export", None, name, None, file, line, home=home, of=of))
            return None
        return self._exported("manual_wrapper", target, of, file, line)

    def reexport(self, other: Module, /, *names: str) -> None:
        """Make public here, too, what another manifest makes public: the same objects, in two generated modules.

        Raises:
            ValueError: a name is no identifier, or `other` has the same target.
        """
        if other.target_module == self._target_module:
            raise ValueError(f"{other!r} makes its names public in {self._target_module} already")
        file, line = _call_site()
        for name in names:
            self._add(Entry("export", None, _public_name(name, name), None, file, line, home=other.target_module))

    def _exported(self, verb: str, target: object, of: type | None, file: str, line: int) -> object:
        def register(target: Callable[..., object]) -> object:
            _refuse_applied(verb, target, "give it a name at the top of the module, and export that name in quotes")
            if not callable(target) or (of is not None and not is_class(target)):
                expected = "class" if of is not None else "function or a class; name it in quotes"
                raise TypeError(f"{verb}({_shown(target)}): not a {expected}")
            home = str(getattr(target, "__module__", ""))
            self._add(Entry("export", target, _public_name(target, None), None, file, line, home=home, of=of))
            return target

        return register if target is None else register(target)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

    def _add(self, entry: Entry) -> None:
        key = (entry.home, entry.name) if entry.obj is None else id(entry.obj)
        if key in self._registered:
            raise ValueError(f"{entry.name} is registered twice in Module({self._target_module!r})")
        self._registered.add(key)
        self._entries.append(entry)

    def _found(self) -> tuple[list[Entry], dict[str, str]]:
        """Return entries for what the module defines, and nobody registered, and the further names of those."""
        module = sys.modules.get(self._home)
        names: dict[str, object] = {} if module is None else vars(module)
        listed: Iterable[str] = names.get("__all__", ())  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
        registered = {
            id(each): entry.name for entry in self._entries for each in (entry.obj, entry.of) if each is not None
        }
        exported = {entry.name for entry in self._entries if entry.obj is None}
        found: list[Entry] = []
        first: dict[int, str] = {}
        aliases: dict[str, str] = {}
        for name in dict.fromkeys(listed or [name for name in names if not name.startswith("_")]):
            value = names.get(name)
            kind = _kind_of(value, self._home, is_named=bool(listed))
            if kind is None or name in exported:
                continue
            public = registered.get(id(value)) or first.setdefault(id(value), name)
            own = getattr(value, "__name__", name) if id(value) in registered else public
            if name not in (own, public):
                aliases[name] = public
            if name != public or id(value) in registered:
                continue
            code: CodeType | None = getattr(value, "__code__", None)
            file, line = (code.co_filename, code.co_firstlineno) if code else (str(names.get("__file__", "")), 1)
            found.append(Entry(kind, value, name, None, file, line))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        return found, aliases

    def __repr__(self) -> str:
        return f"<Module {self._target_module} with {len(self._entries)} entries>"


_living: dict[int, ref[Module]] = {}  # the manifests of this process, by id


def _forget(number: int) -> None:
    _living.pop(number, None)


def homes_of(*classes: type) -> list[tuple[str, str]]:
    """Return where manifests of this process make classes public: the module and the name of each one's face."""
    manifests = [manifest for each in list(_living.values()) if (manifest := each()) is not None]
    entries = [(manifest, entry) for manifest in manifests for entry in manifest.entries]
    return [
        (manifest.target_module if entry.of is None else entry.home, entry.name)
        for manifest, entry in entries
        if any(cls is (entry.obj if entry.of is None else entry.of) for cls in classes)
    ]


def registration_of(target: object) -> tuple[Module, Entry] | None:
    """Return what a manifest of this process says of a class or function of an implementation, None where none does."""
    manifests = [manifest for each in list(_living.values()) if (manifest := each()) is not None]
    found = ((manifest, entry) for manifest in manifests for entry in manifest.entries if entry.obj is target)
    return next(found, None)


def is_class(value: object) -> TypeGuard[type]:
    """Tell whether a value is a class. Before Python 3.11 `isinstance` says of `list[int]` that it is one, too."""
    return issubclass(type(value), type)


def _kind_of(value: object, home: str, *, is_named: bool) -> Literal["function", "class"] | None:
    """Return what a value of the module `home` would be registered as, None for what is neither."""
    if not is_named and getattr(value, "__module__", None) != home:
        return None
    if is_class(value):
        return "class"
    is_function = hasattr(value, "__code__") or hasattr(value, "__wrapped__")
    return "function" if is_function and callable(value) and not hasattr(value, "__supertype__") else None


def _target_of(name: str) -> str:
    """Return the public module that the name of an implementation means.

    One that is run as a program is called `__main__`: its own name is that of its specification, or of its file.
    """
    if name in ("__main__", "__mp_main__"):
        program = sys.modules[name]
        file = str(getattr(program, "__file__", None) or name).replace("\\", "/").rpartition("/")[2]
        name = getattr(program.__spec__, "name", None) or file.partition(".")[0]
    *packages, last = name.split(".")
    is_private = last.startswith("_") or any(package.startswith("_") for package in packages)
    kept = [package for package in packages if not package.startswith("_")]
    target = ".".join((*kept, last.lstrip("_")))
    if not is_private or not last.lstrip("_") or last.endswith("__"):
        raise ValueError(f"Module.auto({name!r}): no public name follows from this one; give target_module='...'")
    return target


def _public_name(target: object, name: str | None) -> str:
    chosen = name if name is not None else getattr(target, "__name__", "")
    if not str(chosen).isidentifier():  # of whatever was given
        raise ValueError(f"{_shown(target)} cannot be public as {chosen!r}: give it a name with name='...'")
    return chosen


def _refuse_applied(verb: str, target: object, fix: str) -> None:
    """Refuse `list[int]` and the like, which passes for the class: it is called, and has its name and its module."""
    if not is_class(target) and getattr(target, "__origin__", None) is not None:
        raise TypeError(f"{verb}({_shown(target)}): not a function or a class, but one that is applied to types; {fix}")


def _shown(target: object) -> str:
    """Return how a message shows an object: without its place in memory, which is another one in each run."""
    import re  # here: a manifest that is right needs none of it

    return re.sub(r" at 0x[0-9A-Fa-f]+", "", repr(target))


def _names(verb: str, option: str, names: Iterable[str]) -> tuple[str, ...]:
    if isinstance(names, str):
        raise TypeError(f"{verb}({option}={names!r}): write a list of names, as in {option}=[{names!r}]")
    return tuple(dict.fromkeys(names))


def _call_site() -> tuple[str, int]:
    """Return file and line of the nearest frame outside this file."""
    frame = _outside()
    return frame.f_code.co_filename, frame.f_lineno


def _caller() -> str:
    """Return the name of the module of the nearest frame outside this file."""
    return str(_outside().f_globals.get("__name__", ""))


def _outside() -> FrameType:
    frame = sys._getframe(1)  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001  the only way that needs no import
    while frame.f_code.co_filename == _SELF_FILE and frame.f_back is not None:
        frame = frame.f_back
    return frame
