"""The handle by which a generated module reaches its implementation: imported on first use in process, not before."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Any, TypeVar, overload

from ..errors import ImplementationUnavailable, UsageError
from ..runtime import choose_loop, runtime_of
from ._channels._callers_loop import CallersLoop
from ._channels._channel import InProcess
from ._faces._functions import context_function, function_face, stream_function
from ._faces._given import giving
from ._faces._twins import plain_face
from ._homes import await_use
from ._identity import register
from ._values._aliases import Alias, faced
from ._values._binding import give_callables_with

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from types import ModuleType
    from typing import Literal

    from typing_extensions import ParamSpec, Unpack

    from ..runtime import Context
    from ._channels._channel import Channel
    from ._faces._callables import Call, Entry, Stream
    from ._faces._decorators import (
        CallDecorator,
        ContextDecorator,
        SameDecorator,
        StreamDecorator,
        TypedDecorator,
    )
    from ._faces._options import Options, PlainOptions, StreamOptions
    from ._identity import FaceInfo

    P = ParamSpec("P")

# What generated modules and this bridge agree on, and what another version of this library asks of a vendored copy;
# raised when a generated module of before, or a copy of before, would not work.
ABI = 1

R = TypeVar("R")
Y = TypeVar("Y")
S = TypeVar("S")
F = TypeVar("F")

give_callables_with(giving)
K = TypeVar("K")


class Implementation:
    """Name the module behind a generated one.

    `module` is imported on the first use in process. `synchronizer` names the loop its code runs on, `loop` and
    `first_step` are that loop's options (see `Synchronizer`). With `aio="caller"` the async face runs on the caller's
    own loop. `abi` is the version of this interface that the generated module was written for.

    Raises:
        UsageError: the generated module was written for another version of the bridge, or the loop runs already with
            other options.
    """

    def __init__(
        self,
        module: str,
        *,
        synchronizer: str,
        abi: int,
        loop: Literal["asyncio", "uvloop"] | None = None,
        first_step: Literal["loop", "caller"] | None = None,
        aio: Literal["runtime", "caller"] | None = None,
    ) -> None:
        names = sys._getframe(1).f_globals  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001  whose handle this is
        self.generated = str(names.get("__name__", "?"))
        if abi != ABI:
            raise UsageError(
                f"{self.generated} was generated for version {abi} of the bridge and this is version {ABI}; "
                "generate it again with the ambidex installed here"
            )
        self.module = module
        runtime = self.runtime = runtime_of(synchronizer)
        choose_loop(runtime, loop, first_step)
        self.channel: Channel = CallersLoop(runtime) if aio == "caller" else InProcess(runtime)
        self._names = names
        self._infos: list[FaceInfo] = []
        self._loaded: ModuleType | None = None
        await_use(self)

    def declare(self, info: FaceInfo) -> None:
        """Enter a generated class, so that its implementation's instances find it."""
        self._infos.append(info)
        if self._loaded is not None:
            register(self._find(self._loaded, info.path), info)

    def faces_of(self, path: str) -> list[type[Any]]:
        """Return the generated classes for a class: two where it has a blocking one and an awaited one."""
        return [info.cls for info in self._infos if info.path == path]

    def load(self) -> ModuleType:
        """Import the implementation and return it.

        Raises:
            ImplementationUnavailable: it could not be imported; the cause is chained.
        """
        loaded = self._loaded
        if loaded is not None:
            return loaded
        try:
            loaded = importlib.import_module(self.module)
        except Exception as cause:  # the boundary to a module that is not ours: whatever stops its import
            raise ImplementationUnavailable(self.module, self.generated) from cause
        self._register_all(loaded)
        self._loaded = loaded
        self._register_all(loaded)  # a class that another thread has declared since; the next ones see `_loaded`
        return loaded

    def _register_all(self, loaded: ModuleType) -> None:
        for info in self._infos:
            register(self._find(loaded, info.path), info)

    def resolve(self, path: str) -> Any:
        """Return what stands at `path` in the implementation.

        Raises:
            ImplementationUnavailable: the implementation could not be imported.
            UsageError: there is nothing of that name; the generated module is older than its implementation.
        """
        return self._find(self.load(), path)

    def _find(self, module: ModuleType, path: str) -> Any:
        found: Any = module
        for part in path.split("."):
            try:
                found = getattr(found, part)
            except AttributeError:
                raise UsageError(
                    f"{self.generated} expects {path} in {module.__name__}, which has none; generate it again"
                ) from None
        return found

    def reexport(self, /, *names: str, **places: str | Alias) -> Callable[[str], object]:
        """Return a module's `__getattr__` that takes `names` from the implementation when they are first asked for.

        Keyword arguments name a place elsewhere, as `"module:qualified.name"`, or an alias to put faces into.
        """
        known: dict[str, str | Alias] = {name: f"{self.module}:{name}" for name in names}
        known.update(places)

        def lookup(name: str) -> object:
            place = known.get(name)
            if place is None:
                raise AttributeError(f"module {self.generated!r} has no attribute {name!r}")
            where = place.place if isinstance(place, Alias) else place
            module, _, path = where.partition(":")
            value = self.resolve(path) if module == self.module else self._find(importlib.import_module(module), path)
            if isinstance(place, Alias):
                value = faced(value, place.root)
            self._names[name] = value
            return value

        return lookup

    def nested(self, path: str) -> Nested:
        """Return what stands in a class for the implementation's own class at `path`."""
        return Nested(self, path)

    if TYPE_CHECKING:

        @overload
        def function(self, stub: Callable[P, R], /) -> Call[P, R]: ...
        @overload
        def function(self, /, *, faces: Callable[[], type[K]], **options: Unpack[Options]) -> TypedDecorator[K]: ...
        @overload
        def function(self, /, **options: Unpack[Options]) -> CallDecorator: ...

    def function(self, stub: Any = None, /, **options: Any) -> Any:
        """Give an async function of the implementation its faces."""
        return _decorate(stub, lambda target: function_face(target, self, options))

    if TYPE_CHECKING:

        @overload
        def sync_function(self, stub: F, /) -> F: ...
        @overload
        def sync_function(self, /, **options: Unpack[PlainOptions]) -> SameDecorator: ...

    def sync_function(self, stub: Any = None, /, **options: Any) -> Any:
        """Give a plain function of the implementation its face; it runs on the loop."""
        form = options.pop("form", None)
        return _decorate(stub, lambda target: plain_face(target, self, form, options))

    if TYPE_CHECKING:

        @overload
        def stream(self, stub: Callable[P, Generator[Y, S, None]], /) -> Stream[P, Y, S]: ...
        @overload
        def stream(self, /, *, faces: Callable[[], type[K]], **options: Unpack[StreamOptions]) -> TypedDecorator[K]: ...
        @overload
        def stream(self, /, **options: Unpack[StreamOptions]) -> StreamDecorator: ...

    def stream(self, stub: Any = None, /, **options: Any) -> Any:
        """Give an async generator function of the implementation its faces."""
        return _decorate(stub, lambda target: stream_function(target, self, options))

    if TYPE_CHECKING:

        @overload
        def context(self, stub: Callable[P, Context[R]], /) -> Entry[P, R]: ...
        @overload
        def context(self, /, *, faces: Callable[[], type[K]], **options: Unpack[Options]) -> TypedDecorator[K]: ...
        @overload
        def context(self, /, **options: Unpack[Options]) -> ContextDecorator: ...

    def context(self, stub: Any = None, /, **options: Any) -> Any:
        """Give a function that makes an async context manager its face, which serves in `with` and `async with`."""
        return _decorate(stub, lambda target: context_function(target, self, options))


class Nested:
    """Stand in a face's class for a class that is public as it is: taken from the implementation when asked for."""

    def __init__(self, implementation: Implementation, path: str) -> None:
        self._implementation = implementation
        self._path = path

    def __get__(self, _: object, cls: type) -> Any:
        """Return the class.

        Raises:
            ImplementationUnavailable: the implementation could not be imported.
            UsageError: there is nothing of that name; the generated module is older than its implementation.
        """
        return self._implementation.resolve(self._path)


def _decorate(stub: Any, decorator: Callable[[Any], Any]) -> Any:
    return decorator if stub is None else decorator(stub)
