"""Make the class of the objects whose faces override methods, below the implementation's own class."""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any

from ...errors import UsageError
from .._identity import FOR, class_of
from ._forward import forwarder
from ._original import OVERRIDING
from ._tie import TIE, tie_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._info import Overriding


def make_class(info: Overriding) -> type[Any]:
    """Make the class below the implementation's own whose methods lead to the overrides of `info`'s class.

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
        "__reduce_ex__": _reduce_ex,
    }
    for name, members in info.overrides.items():
        namespace[members[0].attribute] = forwarder(info, name, members)
    try:
        made = types.new_class(cls.__name__, (base,), {}, lambda names: names.update(namespace))
    except Exception as cause:  # whatever the class's own `__init_subclass__` or metaclass raises
        raise UsageError(
            f"{cls.__qualname__} overrides {', '.join(sorted(info.overrides))}, for which {base.__qualname__} of "
            f"{base.__module__} has to be extended, and that fails: {type(cause).__name__}: {cause}"
        ) from cause
    type.__setattr__(made, OVERRIDING, made)
    return made


def _new(base: Any) -> Callable[..., Any]:
    make: Callable[..., Any] = base.__new__
    takes_all = make is not object.__new__ or base.__init__ is object.__init__  # else `object` refuses arguments

    def __new__(cls: Any, /, *args: Any, **kwargs: Any) -> Any:  # noqa: N807  it is put into a class
        receiver = make(cls, *args, **kwargs) if takes_all else make(cls)
        if hasattr(class_of(receiver), OVERRIDING):
            tie_of(receiver)
        return receiver

    return __new__


def _reduce_ex(self: Any, protocol: Any, /) -> Any:
    """Pickle as the implementation's class does; who reads it makes the class anew, of the user's class."""
    tie = tie_of(self)
    overriding: type[Any] = getattr(class_of(self), OVERRIDING)
    slot: Any = vars(overriding)[TIE]
    cls: type[Any] = vars(overriding)[FOR].cls
    slot.__delete__(self)  # it is no part of the state; who needs the tie meanwhile finds the face in its table
    try:
        reduced: Any = super(overriding, self).__reduce_ex__(max(protocol, 2))  # below 2, slots need a `__getstate__`
    finally:
        slot.__set__(self, tie)
    if isinstance(reduced, str):
        return reduced
    parts = [cls if part is overriding else part for part in (reduced[0], *reduced[1])]
    return (rebuilt, (cls, *parts), *reduced[2:])


def rebuilt(cls: type[Any], *parts: Any) -> Any:
    """Return a pickled object, as `__reduce_ex__` has named its parts; `cls` stands for what is made of it."""
    overriding = cls.__ambidex_info__.overriding_class()
    function, *args = [overriding if part is cls else part for part in parts]
    return function(*args)
