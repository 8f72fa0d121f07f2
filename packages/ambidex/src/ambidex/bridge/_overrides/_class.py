"""Make the class of the objects whose faces are of a user's class, below the implementation's own class."""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any

from ...errors import UsageError
from .._identity import FOR, class_of
from ._forward import forwarder
from ._making import initialiser
from ._original import MADE
from ._rebuilding import reduce_ex
from ._tie import TIE

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._info import Extending


def make_class(info: Extending) -> type[Any]:
    """Make the class below the implementation's own whose methods lead to what `info`'s class overrides, if anything.

    Raises:
        ImplementationUnavailable: the implementation could not be imported.
        UsageError: the implementation's class cannot be extended.
    """
    base: type[Any] = info.implementation.resolve(info.path)
    cls = info.cls
    namespace: dict[str, Any] = {
        "__doc__": base.__doc__,
        "__module__": cls.__module__,
        "__qualname__": cls.__qualname__,
        "__slots__": (TIE,),
        FOR: info,
        "__new__": _new(base),
        "__reduce_ex__": reduce_ex,
    }
    initialise = initialiser(info)
    if initialise is not None:
        namespace["__init__"] = initialise
    for name, members in info.overrides.items():
        namespace[members[0].attribute] = forwarder(info, name, members)
    try:
        made = types.new_class(cls.__name__, (base,), {}, lambda names: names.update(namespace))
    except Exception as cause:  # whatever the class's own `__init_subclass__` or metaclass raises
        overrides = f"overrides {', '.join(sorted(info.overrides))}" if info.overrides else "is a subclass"
        raise UsageError(
            f"{cls.__qualname__} {overrides}, for which {base.__qualname__} of {base.__module__} has to be extended, "
            f"and that fails: {type(cause).__name__}: {cause}"
        ) from cause
    type.__setattr__(made, MADE, made)
    return made


def _new(base: Any) -> Callable[..., Any]:
    make: Callable[..., Any] = base.__new__
    takes_all = make is not object.__new__ or base.__init__ is object.__init__  # else `object` refuses arguments

    def __new__(cls: Any, /, *args: Any, **kwargs: Any) -> Any:  # noqa: N807  it is put into a class
        receiver = make(cls, *args, **kwargs) if takes_all else make(cls)
        info: Extending | None = getattr(class_of(receiver), FOR, None)
        if info is not None:
            info.begin(receiver)
        return receiver

    return __new__
