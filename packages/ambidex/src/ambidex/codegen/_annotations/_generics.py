"""Own the arity of generic classes: what a bare `dict` and a short `AsyncGenerator[int]` mean on every version."""

from __future__ import annotations

import typing
from typing import TYPE_CHECKING

from .._ir import NONE, Alternatives, Name
from .._report import Unsupported
from ._bases import variables_of
from ._checked import as_checked
from ._forms import Form
from ._homes import known_home
from ._variables import default_of, has_default, is_many

if TYPE_CHECKING:
    from .._ir import Type
    from ._source import Sources

# Classes that type checkers know as generic and that do not say so themselves at run time.
_ARITY = {
    "builtins": {"dict": 2, "frozenset": 1, "list": 1, "set": 1, "type": 1},
    "collections": {
        "ChainMap": 2,
        "Counter": 1,
        "OrderedDict": 2,
        "UserDict": 2,
        "UserList": 1,
        "defaultdict": 2,
        "deque": 1,
    },
    "collections.abc": {
        "AsyncGenerator": 2,
        "AsyncIterable": 1,
        "AsyncIterator": 1,
        "Awaitable": 1,
        "Collection": 1,
        "Container": 1,
        "Coroutine": 3,
        "Generator": 3,
        "ItemsView": 2,
        "Iterable": 1,
        "Iterator": 1,
        "KeysView": 1,
        "Mapping": 2,
        "MutableMapping": 2,
        "MutableSequence": 1,
        "MutableSet": 1,
        "Reversible": 1,
        "Sequence": 1,
        "Set": 1,
        "ValuesView": 1,
    },
    "contextlib": {"AbstractAsyncContextManager": 1, "AbstractContextManager": 1},
    "os": {"PathLike": 1},
    "queue": {"LifoQueue": 1, "PriorityQueue": 1, "Queue": 1, "SimpleQueue": 1},
    "re": {"Match": 1, "Pattern": 1},
    "subprocess": {"CompletedProcess": 1, "Popen": 1},
    "asyncio": {"Future": 1, "LifoQueue": 1, "PriorityQueue": 1, "Queue": 1, "Task": 1},
    "concurrent.futures": {"Future": 1},
    "contextvars": {"ContextVar": 1, "Token": 1},
    "types": {"MappingProxyType": 2},
    "weakref": {"WeakKeyDictionary": 2, "WeakSet": 1, "WeakValueDictionary": 2},
}
_PADDED = {"AsyncGenerator": 2, "Generator": 3}  # the later parameters default to None since Python 3.13


def bare_arguments(cls: type, sources: Sources) -> tuple[object, ...]:
    """Return what a generic class that stands without arguments is applied to: Any, which is what it means.

    That is any number of them for a TypeVarTuple, and any parameters for a ParamSpec; where a type
    variable has a default, it is that.
    """
    if cls is tuple:
        return (typing.Any, Ellipsis)
    if "<locals>" in cls.__qualname__:  # it has no home
        return tuple(map(_left_out, variables_of(cls, sources)))
    home = known_home(cls, sources)
    arity = _ARITY.get(home.module, {}).get(home.qualname)
    if arity is not None:
        return (typing.Any,) * arity
    return tuple(map(_left_out, variables_of(cls, sources) or _checked_variables(cls, sources)))


def no_arguments(cls: type, sources: Sources) -> tuple[object, ...]:
    """Return what a generic class is applied to that has empty brackets: no types, or it is one of typing's, bare."""
    if any(map(is_many, variables_of(cls, sources))):
        return (Form("Unpack", (typing.Tuple[()],)),)  # noqa: UP006  as below
    return bare_arguments(cls, sources)


def _left_out(variable: object) -> object:
    kind = type(variable).__name__
    if has_default(variable):
        return default_of(variable)
    if kind == "TypeVarTuple":
        return Form("Unpack", (typing.Tuple[typing.Any, ...],))  # noqa: UP006  an object of typing on each version
    return Ellipsis if kind == "ParamSpec" else typing.Any


def _checked_variables(cls: type, sources: Sources) -> tuple[object, ...]:
    """Return the variables that type checkers see in a compiled class that can be applied."""
    return variables_of(as_checked(cls, sources), sources) if hasattr(cls, "__class_getitem__") else ()


def refuse_other_arity(origin: Name, arguments: tuple[Type, ...]) -> None:
    """Refuse a class that Python applies to anything, and that takes another number of types.

    Raises:
        Unsupported: it has too many arguments, or too few.
    """
    wanted = _ARITY.get(origin.module, {}).get(origin.qualname, len(arguments))
    if len(arguments) != wanted:
        types = "1 type" if wanted == 1 else f"{wanted} types"
        what = f"{origin.qualname} takes {types} in brackets, and has {len(arguments)}"
        raise Unsupported(what, f"write {types} there")


def normal_arguments(origin: Name, arguments: tuple[Type, ...]) -> tuple[Type, ...]:
    """Return a generic class's arguments without the differences between versions."""
    if origin.qualname in _PADDED and origin.module == "collections.abc":
        return arguments + (NONE,) * (_PADDED[origin.qualname] - len(arguments))
    if origin.module == "contextlib" and len(arguments) == 2:
        # The second parameter (what __exit__ returns) came with Python 3.13.
        default = Alternatives((Name("builtins", "bool"), NONE))
        return arguments[:1] if arguments[1] == default else arguments
    return arguments
