"""Own what is asked of an object elsewhere: a verb, and the place that it is for, in one text.

    call PLACE          a method of the target, or "module:qualified.name" of a definition; what it gives is awaited
    run PLACE           the same of what is not async: what it gives is the result, though one could await it
    stream PLACE        the same, of what gives items
    context PLACE       the same, of what makes a context manager; it is entered, and gives one item
    get, set, delete    an attribute of the target
    create PLACE        an object of a class, "module:qualified.name"
    again VERB PLACE    `call` or `run` of what is declared to be one that may run twice, and of nothing else
    extended VERB PLACE, below VERB PLACE       see `extending`
    step METHOD         of an iterator or a generator: "next", "send", "throw" or "close"; it gives whether that has
                        ended, and what it gives

An empty name is the object itself: one that is awaited, iterated over or entered.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import inspect
from typing import TYPE_CHECKING, Any

from ...errors import UsageError
from .._abilities import stepping
from .._forwarding import forwarded
from ._kinds import forget_classes, is_renamed, registration_of
from ._table import Function, Stopped

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

AGAIN = "again"
STEP = "__ambidex_step__"  # on what steps an iterator in a way of its own: it takes the name of the step, and arguments


def function_of(target: Any, asked: str) -> Function:
    """Return what to run for a verb and a name of `target`, an object.

    Raises:
        UsageError: the name is private, there is no such verb, or it may not run twice and was to.
    """
    verb, _, name = asked.partition(" ")
    is_again = verb == AGAIN
    if is_again:
        verb, _, name = name.partition(" ")
    if verb == "step":
        return Function(verb, _stepping(target, name), "async", is_two_way=False, is_idempotent=False)
    if verb == "below":
        return _below(target, name)
    kind: type[Any] = type(target)  # pyright: ignore[reportUnknownVariableType]  of any class
    if not is_renamed(kind, name):
        _check_public(name)
    found = functools.partial(_attribute, target, name)
    if is_again:
        check_again(_shown(target, name), found)
    return _made(verb, _shown(target, name), found, target, name)


def _below(target: Any, asked: str) -> Function:
    from ...bridge import Original, original  # here: a child that extends nothing starts without the bridge
    from .extending import led

    verb, _, name = asked.partition(" ")
    kind: type[Any] = type(target)  # pyright: ignore[reportUnknownVariableType]  of any class
    if not is_renamed(kind, name):
        _check_public(name)
    written = Original(target) if verb in ("set", "delete") else target
    return led(_made(verb, _shown(target, name), functools.partial(original, target, name), written, name))


def lent_function_of(target: Any, asked: str) -> Function:
    """Return what to run for a verb of what was lent: it is called, iterated over, stepped or entered, and no more.

    Its attributes stay with who has lent it: those of a function lead to all that its module has.

    Raises:
        UsageError: something else is asked.
    """
    verb, _, name = asked.partition(" ")
    if verb != "step" and (name or verb not in ("call", "stream", "context")):
        raise UsageError(f"{asked!r:.60} was asked of a handle, which is called, iterated over or entered")
    return function_of(target, asked)


def definition_of(asked: str) -> Function:
    """Return what to run for a verb and "module:qualified.name".

    Raises:
        UsageError: nothing public is there, there is no such verb, or it may not run twice and was to.
        ImportError: the module does not import.
    """
    verb, _, place = asked.partition(" ")
    is_again = verb == AGAIN
    if is_again:
        verb, _, place = place.partition(" ")
    found, owner, path = definition_at(place)
    if is_again:
        check_again(path, lambda: found)
    return _made(verb, path, lambda: found, owner, path.rpartition(".")[2])


def public_class_at(module: str, path: str) -> type[Any]:
    """Return a class that a manifest makes public. Errors are those of `definition_of`."""
    found, _, _ = definition_at(f"{module}:{path}")
    if not isinstance(found, type):
        raise UsageError(f"{path} of {module} is no class")
    return found


def definition_at(place: str) -> tuple[Any, Any, str]:
    """Return what stands at "module:qualified.name", the class that it is of, and the qualified name.

    Raises:
        UsageError: nothing public is there.
        ImportError: the module does not import.
    """
    module_name, _, path = place.partition(":")
    first, *rest = path.split(".")
    found: Any = getattr(importlib.import_module(module_name), first, None)
    forget_classes()  # the manifest of what was imported may know more of them
    if found is None or registration_of(found) is None:
        raise UsageError(f"{module_name} makes no {first} public: register it with its `Module`")
    owner = None
    for part in rest:
        if not (isinstance(found, type) and is_renamed(found, part)):
            _check_public(part)
        owner, found = found, getattr(found, part)
    return found, owner, path


def check_again(name: str, found: Callable[[], Any]) -> None:
    """Check that what is found may run twice; errors are those of `CallOptions.check_retry`."""
    from ...options import CallOptions, is_idempotent  # here: few ask, and what it loads takes a child a millisecond

    CallOptions(retry=1).check_retry(name, is_stream=False, is_idempotent=is_idempotent(found()))


def _shown(target: Any, name: str) -> str:
    own: object = getattr(target, "__qualname__", None)
    return f"{own or type(target).__qualname__}{name and '.'}{name}"


def _attribute(target: Any, name: str) -> Any:
    return getattr(target, name) if name else target


def _check_public(name: str) -> None:
    if name.startswith("_") and not (name.startswith("__") and name.endswith("__")):
        raise UsageError(f"{name} begins with an underscore, and so is private")


def _made(verb: str, name: str, found: Callable[[], Any], target: Any, attribute: str) -> Function:
    if verb == "call":
        return Function(name, _calling(found), "async", is_two_way=False, is_idempotent=False)
    if verb in ("create", "run"):
        return Function(name, _running(found), "async", is_two_way=False, is_idempotent=False)
    if verb == "stream":
        return Function(name, _streaming(found), "stream", is_two_way=True, is_idempotent=False)
    if verb == "context":
        return Function(name, _entered(found, is_itself=not attribute), "stream", is_two_way=True, is_idempotent=False)
    reached = {"get": _reading, "set": _writing, "delete": _deleting}.get(verb)
    if reached is None:
        raise UsageError(f"there is no verb {verb!r}: this process has another version of ambidex")
    return Function(name, reached(target, attribute, found), "async", is_two_way=False, is_idempotent=False)


def _calling(found: Callable[[], Any]) -> Callable[..., Any]:
    async def call(*args: Any, **kwargs: Any) -> Any:
        function = found()
        if not (args or kwargs) and inspect.isawaitable(function):
            return await function
        value = function(*args, **kwargs)
        return await value if inspect.isawaitable(value) else value

    return call


def _running(found: Callable[[], Any]) -> Callable[..., Any]:
    async def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return found()(*args, **kwargs)
        except StopIteration as error:
            return Stopped(error)

    return run


def _streaming(found: Callable[[], Any]) -> Callable[..., AsyncGenerator[Any, Any]]:
    @contextlib.asynccontextmanager
    async def opened(args: Any, kwargs: Any) -> AsyncGenerator[Any, None]:
        given = found()
        value = given if _is_iterated(given) else given(*args, **kwargs)
        if not _is_iterated(value):
            value = await value
        yield value.__aiter__() if hasattr(value, "__aiter__") else value

    def stream(*args: Any, **kwargs: Any) -> AsyncGenerator[Any, Any]:
        return forwarded([opened(args, kwargs)])

    return stream


def _is_iterated(value: Any) -> bool:
    return hasattr(value, "__aiter__") or hasattr(value, "__anext__")


def _stepping(target: Any, name: str) -> Callable[..., Any]:
    own = getattr(target, STEP, None)
    step = stepping(target) if own is None else own

    async def stepped(*args: Any) -> Any:
        value = step(name, *args)
        return await value if inspect.isawaitable(value) and own is not None else value

    return stepped


def _entered(found: Callable[[], Any], *, is_itself: bool) -> Callable[..., AsyncGenerator[Any, Any]]:
    from ...runtime import entering  # here: a child that opens none starts without the runtime

    def enter(*args: Any, **kwargs: Any) -> AsyncGenerator[Any, Any]:
        opened: AsyncGenerator[Any, Any] = entering(found if is_itself else found())(*args, **kwargs)
        return opened

    return enter


def _reading(_: Any, __: str, found: Callable[[], Any]) -> Callable[..., Any]:
    async def read() -> Any:
        return found()

    return read


def _writing(target: Any, name: str, _: Callable[[], Any]) -> Callable[..., Any]:
    async def write(value: object) -> None:
        setattr(target, name, value)

    return write


def _deleting(target: Any, name: str, _: Callable[[], Any]) -> Callable[..., Any]:
    async def delete() -> None:
        delattr(target, name)

    return delete
