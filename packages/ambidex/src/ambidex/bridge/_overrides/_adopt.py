"""Find what a user's subclass of a face overrides, when the class is made, and refuse what cannot work."""

from __future__ import annotations

import inspect
import types
from typing import TYPE_CHECKING, Any, NamedTuple

from ...errors import UsageError
from .._faces._descriptors import Descriptor
from .._identity import class_of, is_generated
from ._bases import users_in_front
from ._info import Extending, Overriding
from ._own import is_async_function, own_method

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .._identity import FaceInfo
    from .._member import Member

# What an implementation does not reach by a call of its own: how it is made, entered, iterated and awaited stays
# what it is on its side. A user's class may still define them, for its own users.
_NOT_SEEN: tuple[str, ...] = (
    "__init__",
    "__getattr__",
    "__enter__",
    "__exit__",
    "__aenter__",
    "__aexit__",
    "__iter__",
    "__next__",
    "__aiter__",
    "__anext__",
    "__await__",
)


class _Override(NamedTuple):
    """An attribute of a class, or of one of its bases, that stands before a generated member."""

    name: str
    home: type[Any]
    attribute: Any
    generated: Any
    members: tuple[Member, ...]


def adopt_overrides(cls: type[Any], keywords: Mapping[str, Any]) -> None:
    """Let a user's class know itself, and the implementation see what it overrides, in the objects made from now on.

    A bare function over an async member gets the faces that a decorator would have given it. The keywords of the class
    statement are for what the implementation sees of the class.

    Raises:
        UsageError: something overrides a member that it cannot stand for.
    """
    base = next(filter(is_generated, cls.__mro__), None)
    if base is None:
        return
    known: FaceInfo = vars(base)["__ambidex_info__"]
    found = {override.name: _adopted(cls, override) for override in _overrides(cls, base)}
    inherits = any(vars(each)["__ambidex_info__"].is_overriding for each in users_in_front(cls))
    kind = Overriding if found or inherits else Extending
    type.__setattr__(cls, "__ambidex_info__", kind(cls, known, found, keywords))


def _overrides(cls: type[Any], base: type[Any]) -> Iterator[_Override]:
    seen = set(_NOT_SEEN)
    for place, home in enumerate(cls.__mro__):
        if not is_generated(home):
            for name, attribute in tuple(vars(home).items()):
                if name not in seen:
                    generated = _generated(cls.__mro__[place + 1 :], base, name)
                    members = _members_of(generated)
                    if members and attribute is not generated and _can_stand_for(attribute, generated):
                        yield _Override(name, home, attribute, generated, members)
        seen.update(vars(home))


def _generated(rest: tuple[type[Any], ...], base: type[Any], name: str) -> Any:
    """Return what the generated class `base`, or a base of it, has further down: of other classes it has no members."""
    for cls in rest:
        if name in vars(cls) and is_generated(cls) and issubclass(base, cls):
            return vars(cls)[name]
    return None


def _members_of(generated: Any) -> tuple[Member, ...]:
    """Return the members of an object's methods and properties; other attributes of a generated class have none."""
    if isinstance(generated, property):
        parts = [getattr(part, "__ambidex_members__", None) for part in (generated.fget, generated.fset)]
        return tuple(part[0] for part in parts if part)
    if isinstance(generated, (Descriptor, types.FunctionType)):
        members: tuple[Member, ...] = getattr(generated, "__ambidex_members__", ())
        return members[:1] if members and members[0].binding == "instance" else ()
    return ()


def _can_stand_for(attribute: Any, generated: Any) -> bool:
    """Tell whether a class means by an attribute what a generated one is: a value is no method, nor a property."""
    return hasattr(class_of(attribute), "__get__") or (attribute is None and isinstance(generated, types.FunctionType))


def _adopted(cls: type[Any], override: _Override) -> tuple[Member, ...]:
    member = override.members[0]
    own: tuple[Any, bool] | None = getattr(override.attribute, "__ambidex_own__", None)
    function: Any = override.attribute if own is None else own[0]
    if not isinstance(override.generated, property) and isinstance(function, types.FunctionType):
        problem = _problem(cls, override, function, own is not None)
        if problem is not None:
            code = function.__code__
            raise UsageError(f"{code.co_filename}:{code.co_firstlineno}: {cls.__qualname__}.{override.name} {problem}")
        if isinstance(override.generated, Descriptor) and override.home is cls:
            is_async = is_async_function(function) if own is None else own[1]
            adopted = own_method(function, is_async, member.runs)
            type.__setattr__(cls, override.name, adopted)
    return override.members


def _problem(cls: type[Any], override: _Override, function: Any, is_decorated: bool) -> str | None:
    runs = override.members[0].runs
    form: str | None = getattr(cls, "__ambidex_form__", None)
    if runs in ("loop", "here"):
        if is_decorated or is_async_function(function):
            return (
                "overrides a plain method, which the implementation calls without awaiting it: write a plain `def` "
                "without a decorator"
            )
    elif form is not None and is_decorated:
        return f"overrides a method that has one form, since the methods of its class {_FORMS[form]}: {_ONE_FORM[form]}"
    elif form == "blocking" and is_async_function(function):
        return f"is async, and the methods of its class block: {_ONE_FORM[form]}"
    elif runs == "stream" and inspect.iscoroutinefunction(function):
        return "overrides an async generator, and is none: write `yield`, or a plain `def` that returns one"
    elif runs == "context" and (
        inspect.iscoroutinefunction(function)
        or inspect.isgeneratorfunction(function)
        or inspect.isasyncgenfunction(function)
    ):
        return (
            "overrides a method that makes a context manager, and makes none: write @contextmanager above it, or "
            "@asynccontextmanager"
        )
    return None


_FORMS = {"blocking": "block", "awaited": "are awaited"}
_ONE_FORM = {"blocking": "write a plain `def`", "awaited": "write `async def` without a decorator"}
