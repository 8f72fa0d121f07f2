"""Own which classes are containers: the bridge rebuilds them, each by the plan that is named here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._types import Name, TupleOf

if TYPE_CHECKING:
    from ._types import Applied, Type

_BUILTIN = {"list": "sequence_of", "set": "set_of", "frozenset": "set_of", "dict": "dict_of"}
_COLLECTIONS = {
    "ChainMap": "dict_of",
    "Counter": "dict_of",
    "OrderedDict": "dict_of",
    "UserDict": "dict_of",
    "UserList": "sequence_of",
    "defaultdict": "dict_of",
    "deque": "sequence_of",
}
_ABSTRACT = {
    "Collection": "iterable_of",
    "ItemsView": "set_of",
    "Iterable": "iterable_of",
    "Iterator": "iterable_of",
    "KeysView": "set_of",
    "Mapping": "dict_of",
    "MutableMapping": "dict_of",
    "MutableSequence": "sequence_of",
    "MutableSet": "set_of",
    "Reversible": "iterable_of",
    "Sequence": "sequence_of",
    "Set": "set_of",
    "ValuesView": "iterable_of",
}
_MODULES = {
    "builtins": _BUILTIN,
    "collections": _COLLECTIONS,
    "collections.abc": _ABSTRACT,
    "types": {"MappingProxyType": "dict_of"},
}
_CONTAINERS = {Name(module, name): plan for module, names in _MODULES.items() for name, plan in names.items()}
_COUNTER = Name("collections", "Counter")
_ITEMS = Name("collections.abc", "ItemsView")
_INT = Name("builtins", "int")


def container_plan(origin: Name) -> str | None:
    """Return the function of the bridge that plans a container, None for a class that is none."""
    return _CONTAINERS.get(origin)


def contained(container: Applied) -> tuple[Type, ...]:
    """Return the types that the plan of a container asks for: of its items, or of its keys and its values."""
    if container.origin == _COUNTER:
        return (*container.arguments, _INT)
    if container.origin == _ITEMS:
        return (TupleOf(container.arguments),)
    return container.arguments
