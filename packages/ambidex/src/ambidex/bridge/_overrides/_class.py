"""Make the class of the objects whose faces are of a user's class, below the implementation's own class."""

from __future__ import annotations

import inspect
import types
from typing import TYPE_CHECKING, Any

from ...errors import UsageError
from .._identity import FOR, class_of
from ._bases import bases_of
from ._constants import constants_of
from ._forward import forwarder, found_in
from ._making import initialiser
from ._original import MADE, MISSING, below
from ._rebuilding import reduce_ex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ._bases import Bases
    from ._info import Extending


class _Itself:
    """Stand for the class in whose body it stands, from the moment that the class is there: its hooks may use it."""

    def __set_name__(self, owner: type[Any], name: str) -> None:
        type.__setattr__(owner, name, owner)


def make_class(info: Extending) -> type[Any]:
    """Make the class below the implementation's own whose methods lead to what `info`'s class overrides, if anything.

    Where the implementation's own cannot be extended and nothing has to be, return that.

    Raises:
        ImplementationUnavailable: the implementation could not be imported.
        UsageError: the implementation's class cannot be extended.
    """
    base: type[Any] = info.implementation.resolve(info.path)
    bases = bases_of(info, base)
    constants = dict(constants_of(info.cls, base))
    namespace: dict[str, Any] = {
        "__doc__": base.__doc__,
        "__module__": info.cls.__module__,
        "__qualname__": info.cls.__qualname__,
        "__slots__": bases.slots,
        FOR: info,
        MADE: _Itself(),
        "__new__": _new(),
        "__reduce_ex__": reduce_ex,
        **dict(_members(info, base, bases)),
        **constants,
    }
    initialise = initialiser(info)
    if initialise is not None:
        namespace["__init__"] = initialise
    try:
        return types.new_class(
            info.cls.__name__, bases.classes, {**info.keywords}, lambda names: names.update(namespace)
        )
    except Exception as cause:  # whatever the class's own `__init_subclass__` or metaclass raises
        if info.keywords:
            raise  # as where the class itself is extended
        missing = _missing_keywords(base)
        if not (info.is_overriding or constants or missing):
            return base
        raise UsageError(_refusal(info, base, missing, cause)) from cause


def _refusal(info: Extending, base: type[Any], missing: list[str], cause: Exception) -> str:
    overrides = f"overrides {', '.join(sorted(info.overrides))}" if info.overrides else "is a subclass"
    asked = ", ".join(f"{each}=..." for each in missing)
    instead = (
        f"write `class {info.cls.__name__}(..., {asked})`"
        if missing
        else "override nothing of it, or keep an object of it in an attribute of a class of your own"
    )
    return (
        f"{info.cls.__qualname__} {overrides}, for which {base.__qualname__} of {base.__module__} has to be extended, "
        f"and that fails: {type(cause).__name__}: {cause}; {instead}"
    )


def _members(info: Extending, base: type[Any], bases: Bases) -> Iterator[tuple[str, Any]]:
    """Yield what leads to overrides, except what is inherited as it is, and what the class takes back."""
    nearest = bases.infos[0].cls if len(bases.classes) == 1 and bases.infos else None
    inherited = {name: members for each in reversed(bases.infos) for name, members in each.overrides.items()}
    for name, members in info.overrides.items():
        if nearest is None or name not in inherited or found_in(nearest, name) is not found_in(info.cls, name):
            yield members[0].attribute, forwarder(info, name, members, info.implementation.channel)
    for name in inherited.keys() - info.overrides.keys():
        attribute = inherited[name][0].attribute
        own = next((vars(each)[attribute] for each in base.__mro__ if attribute in vars(each)), MISSING)
        if own is not MISSING:
            yield attribute, own


def _missing_keywords(base: Any) -> list[str]:
    """Return the keywords that a class has to be given which extends another one."""
    try:
        parameters = inspect.signature(base.__init_subclass__).parameters.values()
    except ValueError:  # that of `object` has none before 3.13
        return []
    return [each.name for each in parameters if each.kind is each.KEYWORD_ONLY and each.default is each.empty]


def _new() -> Callable[..., Any]:
    makers: list[tuple[Callable[..., Any], bool]] = []

    def __new__(cls: Any, /, *args: Any, **kwargs: Any) -> Any:  # noqa: N807  it is put into a class
        if not makers:
            makers.append(maker(getattr(cls, MADE)))
        make, takes_all = makers[0]
        receiver = make(cls, *args, **kwargs) if takes_all else make(cls)
        info: Extending | None = getattr(class_of(receiver), FOR, None)
        if info is not None:
            info.begin(receiver)
        return receiver

    return __new__


def maker(made: type[Any]) -> tuple[Callable[..., Any], bool]:
    """Return the implementation's `__new__`, and whether it takes the arguments."""
    found = below(made, made, "__new__")
    make: Callable[..., Any] = found.__get__(None, made) if hasattr(found, "__get__") else found
    return make, found is not object.__new__ or below(made, made, "__init__") is object.__init__  # else it refuses them
