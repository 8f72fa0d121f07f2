"""Draw the containers of the standard library that are no builtins: given, changed there, and given back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.codegen.fuzz.members import is_loose
from tests.codegen.fuzz.shapes import Check, Class, Snippet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.codegen.fuzz.values import Drawer


def tables(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw each of them, of one type that is a key and one that is a value."""
    key, type_ = draw.type(0, is_hashable=True, classes=classes), draw.known(classes)
    text = (
        "@m.wrap_function\nasync def tallied(tally: collections.Counter[<0>]) -> collections.Counter[<0>]:\n"
        "    return tally + tally\n\n\n"
        "@m.wrap_function\nasync def turned_over(\n    table: collections.OrderedDict[str, <1>]\n"
        ") -> collections.OrderedDict[str, <1>]:\n    table.move_to_end('a')\n    return table\n\n\n"
        "@m.wrap_function\nasync def filled_in(\n    table: collections.defaultdict[str, <1>], name: str\n"
        ") -> Tuple[<1>, collections.defaultdict[str, <1>]]:\n    return table[name], table\n\n\n"
        "@m.wrap_function\nasync def layers(table: collections.ChainMap[str, <1>]) -> List[Mapping[str, <1>]]:\n"
        "    return [table, table.new_child({'a': table['b']}), *table.maps]\n\n\n"
        "@m.wrap_function\nasync def users_own(\n"
        "    table: collections.UserDict[str, <1>], row: collections.UserList[<1>]\n"
        ") -> Tuple[collections.UserList[<1>], collections.UserDict[str, <1>]]:\n    return row[::-1], table\n\n\n"
        "@m.wrap_function\nasync def read_only(\n    table: types.MappingProxyType[str, <1>]\n"
        ") -> types.MappingProxyType[str, <1>]:\n    return types.MappingProxyType({**table})\n\n\n"
        "@m.wrap_function\nasync def viewed(\n    keys: KeysView[<0>], values: ValuesView[<1>],\n"
        "    items: ItemsView[str, <1>]\n) -> Tuple[KeysView[<0>], ValuesView[<1>], ItemsView[str, <1>]]:\n"
        "    return keys, values, dict(items).items()\n"
    )
    loose = is_loose(type_)

    def two() -> str:
        return f"a={draw.value(type_)}, b={draw.value(type_)}"

    of_keys = f"{{{draw.value(key)}: 3, {draw.value(key)}: 5}}"
    factory = f"collections.defaultdict(lambda: {draw.value(type_)}, {two()})"
    several = f"collections.UserDict({two()}), collections.UserList([{draw.value(type_)}, {draw.value(type_)}])"
    checks = (
        Check("async", "<module>tallied", f"collections.Counter({of_keys})"),
        Check("async", "<module>turned_over", f"collections.OrderedDict({two()})", (), loose),
        Check("async", "<module>filled_in", f"{factory}, {draw.pick((repr('a'), repr('c')))}", (), loose),
        Check("async", "<module>layers", f"collections.ChainMap(dict({two()}), dict({two()}))", (), loose),
        Check("async", "<module>users_own", several, (), loose),
        Check("async", "<module>read_only", f"types.MappingProxyType(dict({two()}))", (), loose),
        Check("async", "<module>viewed", f"{of_keys}.keys(), dict({two()}).values(), dict({two()}).items()", (), loose),
    )
    constructs = (
        "wrapped objects in a `Counter`",
        "wrapped objects in an `OrderedDict`",
        "wrapped objects in a `defaultdict`, which its factory makes",
        "wrapped objects in a `ChainMap`",
        "wrapped objects in a `UserDict` or `UserList`",
        "wrapped objects in a `MappingProxyType`",
        "wrapped objects in the views of a dict",
    )
    return Snippet(text, constructs, checks, (key, type_))
