"""Own making values of the types that an annotation asks for, of what msgpack can say: strictly, and naming places."""

from __future__ import annotations

import collections.abc
import dataclasses
import enum
import sys
import types
import typing
from functools import lru_cache
from typing import Annotated, Any, ClassVar, Final, Literal, TypeVar, Union, get_args, get_origin

from ...errors import UsageError
from .._stands import Stand


@dataclasses.dataclass(eq=False)  # two of them are never the same key; not frozen, which takes longer to make
class Record:
    """Hold an object of a class of data: its class's name, and its fields, value or items."""

    type_name: str
    content: Any


UNIONS: tuple[Any, ...] = (Union, types.UnionType) if sys.version_info >= (3, 10) else (Union,)
LISTS: tuple[Any, ...] = (list, collections.abc.Sequence, collections.abc.Iterable, collections.abc.Collection)
SETS: tuple[Any, ...] = (set, frozenset, collections.abc.Set)
DICTS: tuple[Any, ...] = (dict, collections.abc.Mapping, collections.abc.MutableMapping)
_WRAPPERS: tuple[Any, ...] = tuple(
    form
    for form in (Annotated, ClassVar, Final, *(getattr(typing, name, None) for name in ("Required", "NotRequired")))
    if form is not None
)
_LEAVES = frozenset({bool, int, float, str, bytes})  # of which a value is one as it is, or is none
_SHORT = 60  # characters of a value in a message


def class_name(kind: type) -> str:
    """Return the name by which a class crosses; nothing is ever looked up by it but what was registered."""
    return f"{kind.__module__}.{kind.__qualname__}"


def converted(value: Any, kind: Any, place: str) -> Any:
    """Return a value as one of the type that an annotation says; `place` names it in messages.

    Raises:
        UsageError: it is none of that type, or the annotation says what cannot be read from plain data.
    """
    if kind is Any or kind is object or isinstance(kind, TypeVar):
        return _plain(value, place)
    if kind is None or kind is type(None):
        return _instance(value, type(None), place)
    if isinstance(value, Stand) and getattr(kind, "__module__", "") != "builtins":
        return value  # what it can do, the other side says
    origin = get_origin(kind)
    if origin is not None:
        return _of_form(value, kind, origin, place)
    supertype = getattr(kind, "__supertype__", None)  # of a NewType
    if supertype is not None:
        return converted(value, supertype, place)
    if isinstance(kind, type):
        return of_class(value, kind, place)
    raise UsageError(f"{place}: its annotation {kind!r} says nothing that can be read from plain data")


def _of_form(value: Any, kind: Any, origin: Any, place: str) -> Any:
    """Return a value of a type with parameters."""
    args = get_args(kind)
    if (not args and origin is not tuple) or kind is getattr(typing, "Tuple"):  # noqa: B009  of `typing`, alone
        return of_class(value, origin, place)
    if origin in UNIONS:
        return _of_union(value, args, kind, place)
    if origin is Literal:
        if any(type(value) is type(each) and value == each for each in args):
            return value
        raise _other(value, _shown_type(kind), place)
    if origin in _WRAPPERS:
        return converted(value, args[0], place)
    if origin is tuple:
        return _of_tuple(value, args, place)
    if origin in DICTS:
        return {
            converted(key, args[0], f"a key of {place}"): converted(each, args[1], f"{place}[{_shown(key)}]")
            for key, each in _instance(value, dict, place).items()
        }
    if origin in SETS:
        made = [converted(each, args[0], f"an item of {place}") for each in _instance(value, (set, frozenset), place)]
        return frozenset(made) if origin is frozenset else set(made)
    if origin in LISTS:
        items: Any = _instance(value, (list, tuple) if origin is not list else list, place)
        return type(items)(converted(each, args[0], f"{place}[{index}]") for index, each in enumerate(items))
    return of_class(value, origin, place)  # a generic class of the user's: its own fields say what they are


def _of_union(value: Any, kinds: tuple[Any, ...], kind: Any, place: str) -> Any:
    """Return a value of the first type that it is of; what needs no converting is asked first."""
    exact = [each for each in kinds if isinstance(each, type) and type(value) is each]
    for each in (*exact, *kinds):
        try:
            return converted(value, each, place)
        except UsageError as error:
            alone = [one for one in kinds if one is not type(None)]
            if len(alone) == 1 and value is not None and each is alone[0]:
                raise UsageError(str(error)) from None  # of an optional: it names the inner place
    raise _other(value, _shown_type(kind), place)


def _of_tuple(value: Any, kinds: tuple[Any, ...], place: str) -> Any:
    items: tuple[Any, ...] = tuple(_instance(value, (tuple, list), place))
    if kinds == ((),):  # how 3.9 and 3.10 say the type of ()
        kinds = ()
    if len(kinds) == 2 and kinds[1] is ...:
        kinds = (kinds[0],) * len(items)
    if len(items) != len(kinds):
        raise UsageError(f"{place}: expected {len(kinds)} items, got {len(items)}")
    return tuple(converted(each, kind, f"{place}[{index}]") for index, (each, kind) in enumerate(zip(items, kinds)))


def of_class(value: Any, kind: Any, place: str) -> Any:
    """Return a value as an object of a class that has no parameters; errors are those of `converted`."""
    if _is_of(value, kind, place):
        if isinstance(value, bool) and kind is not bool and kind in (int, float):
            raise _other(value, kind.__name__, place)
        return converted(value, Any, place) if kind in (list, dict, tuple, set, frozenset) else value
    if kind is float and type(value) is int:
        return float(value)
    if kind is tuple and isinstance(value, list):
        return tuple(converted(value, Any, place))
    return _of_data_class(value, kind, place)


def _of_data_class(value: Any, kind: Any, place: str) -> Any:
    """Return a new object of a class of data."""
    if issubclass(kind, enum.Enum):
        return _of_enumeration(value, kind, place)
    if dataclasses.is_dataclass(kind):
        return _of_dataclass(value, kind, place)
    if is_typed_dict(kind):
        return _of_typed_dict(value, kind, place)
    if hasattr(kind, "_fields") and hasattr(kind, "_field_defaults"):
        return _of_named_tuple(value, kind, place)
    raise _other(value, kind.__name__, place)


def _is_of(value: Any, kind: Any, place: str) -> bool:
    """Tell whether a value is of a class as it is."""
    if is_typed_dict(kind):
        return False
    try:
        return isinstance(value, kind)
    except TypeError:  # a Protocol says nothing to compare with
        raise UsageError(f"{place}: its annotation {kind!r} says nothing that can be read from plain data") from None


def is_typed_dict(kind: Any) -> bool:
    """Tell whether a class is a TypedDict."""
    return hasattr(kind, "__total__") and hasattr(kind, "__required_keys__")


def _of_enumeration(value: Any, kind: type[enum.Enum], place: str) -> Any:
    content = _content(value, kind, place)
    try:
        return kind(_plain(content, place))
    except Exception:  # noqa: BLE001  `_missing_` is the user's
        raise _other(content, f"a value of {kind.__name__}", place) from None


@dataclasses.dataclass(frozen=True)
class _Fields:
    """Hold what there is to know of a dataclass: it is asked for each object."""

    hints: dict[str, Any]
    required: set[str]
    late: frozenset[str]  # which its constructor does not take


@lru_cache(maxsize=1000)  # as for hints
def _fields_of(kind: Any) -> _Fields:
    fields = dataclasses.fields(kind)
    hints = _hints(kind)
    return _Fields(
        {each.name: hints[each.name] for each in fields},
        {each.name for each in fields if each.init and each.default is each.default_factory is dataclasses.MISSING},
        frozenset(each.name for each in fields if not each.init),
    )


def _of_dataclass(value: Any, kind: Any, place: str) -> Any:
    content = _instance(_content(value, kind, place), dict, place)
    known = _fields_of(kind)
    hints = known.hints
    if content.keys() != hints.keys():
        _same_names(content, set(hints), known.required, place)
    made = {
        name: each
        if type(each) is hints[name] and hints[name] in _LEAVES
        else converted(each, hints[name], f"{place}.{name}")
        for name, each in content.items()
    }
    try:
        built = kind(**{name: each for name, each in made.items() if name not in known.late} if known.late else made)
    except Exception as error:
        raise UsageError(f"{place}: {kind.__name__} refused its fields ({type(error).__name__}: {error})") from error
    for name in known.late & made.keys():
        object.__setattr__(built, name, made[name])
    return built


def _of_typed_dict(value: Any, kind: Any, place: str) -> Any:
    content = _instance(value, dict, place)
    hints = _hints(kind)
    _same_names(content, set(hints), set(kind.__required_keys__), place)
    return {name: converted(each, hints[name], f"{place}[{name!r}]") for name, each in content.items()}


def _of_named_tuple(value: Any, kind: Any, place: str) -> Any:
    items: Any = _instance(_content(value, kind, place), (tuple, list), place)
    hints = _hints(kind)
    names: tuple[str, ...] = kind._fields
    if not len(names) - len(kind._field_defaults) <= len(items) <= len(names):
        raise UsageError(f"{place}: expected {len(names)} items, got {len(items)}")
    return kind(*(converted(each, hints.get(name, Any), f"{place}.{name}") for name, each in zip(names, items)))


def _content(value: Any, kind: type, place: str) -> Any:
    """Return what an object of the class is made of: of a record of that name, or plain."""
    if not isinstance(value, Record):
        return value
    if value.type_name.rpartition(".")[2] != kind.__qualname__.rpartition(".")[2]:
        raise _other(value, kind.__name__, place)
    return value.content


def _same_names(content: dict[Any, Any], known: set[str], required: set[str], place: str) -> None:
    unknown = [name for name in content if name not in known]
    missing = sorted(required - set(content))
    if unknown or missing:
        said = [f"unknown: {', '.join(map(_shown, unknown))}"] * bool(unknown)
        said += [f"missing: {', '.join(missing)}"] * bool(missing)
        raise UsageError(f"{place}: the fields are others ({'; '.join(said)})")


@lru_cache(maxsize=1000)  # arbitrary: classes that cross
def _hints(kind: Any) -> dict[str, Any]:
    try:
        return typing.get_type_hints(kind, include_extras=True)
    except Exception as error:
        raise UsageError(
            f"the annotations of {kind.__qualname__} cannot be read ({type(error).__name__}: {error}): "
            "their names have to stand in its module when the program runs"
        ) from error


def _plain(value: Any, place: str) -> Any:
    """Return a value in which no records are left: their content is there instead."""
    if isinstance(value, Record):
        return _plain(value.content, place)
    kind: Any = value.__class__
    make: Any = kind
    try:
        if kind in (list, tuple, set, frozenset):
            return make(_plain(each, place) for each in value)
        if kind is dict:
            return {_plain(key, place): _plain(each, place) for key, each in value.items()}
    except TypeError:  # a record that is a key, whose fields are none
        raise UsageError(f"{place}: it has a key or an item of a set of a class that is not registered here") from None
    return value


def _instance(value: Any, kinds: type[Any] | tuple[type[Any], ...], place: str) -> Any:
    if isinstance(value, kinds):
        return value
    expected = kinds if isinstance(kinds, tuple) else (kinds,)
    raise _other(value, " or ".join(_shown_type(each) for each in expected), place)


def _other(value: Any, expected: str, place: str) -> UsageError:
    got = value.type_name if isinstance(value, Record) else _shown_type(type(value))
    if expected.startswith(("a value of", "typing.Literal")):
        got = _shown(value)
    return UsageError(f"{place}: expected {expected}, got {got}")


def _shown_type(kind: Any) -> str:
    if kind is type(None):
        return "None"
    return kind.__name__ if isinstance(kind, type) and get_origin(kind) is None else str(kind)


def _shown(value: object) -> str:
    return f"{value!r:.{_SHORT}}"
