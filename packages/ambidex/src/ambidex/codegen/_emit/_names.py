"""Own the names of a generated module: what is imported or made for its own use, under which local name, and when.

A name that the module makes public, or that a member of one of its classes would hide, is written with a leading
underscore; builtins too. What stands in the bodies of stubs is not called as a parameter is, either. Every name that
the emitter writes, and that nobody has given, comes from here. What only annotations need is imported for type checkers
alone.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from .._ir import BRIDGE, NONE, Face, Name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from .._ir import Variable

_IMPLEMENTATION = "_impl"
_SOURCE = "_source"
RESERVED = frozenset(("TYPE_CHECKING", "annotations"))  # which have no other spelling
# Types only, and a fixed list: `dir(builtins)` grows with the version.
_TYPES = (
    "bool bytearray bytes classmethod complex dict float frozenset int list memoryview object property range set slice "
    "staticmethod str super tuple type"
)
_BUILTINS = frozenset(_TYPES.split())


class Names:
    """Give every name that generated text uses its local spelling, and remember the imports this takes."""

    def __init__(
        self,
        module: str,
        public: Iterable[str],
        members: Iterable[str],
        bridge: str = BRIDGE,
        exported: Mapping[tuple[str, str], str] | None = None,
        parameters: Iterable[str] = (),
    ) -> None:
        self._module = module
        self._exported = exported or {}  # by module and name: what the module makes public as it is
        self._bridge = bridge
        self._public = frozenset(public)
        self._taken = {*self._public, *members, *RESERVED}
        self._parameters = frozenset(parameters)  # which hide what stands in the body of their stub
        self._own: dict[str, str] = {}
        self._local: dict[tuple[str, str], str] = {}
        self._at_run_time: dict[tuple[str, str], None] = {}
        self._for_checkers: dict[tuple[str, str], None] = {}
        self.variables: dict[Variable, str] = {}  # those that were used, by their local names

    def variable(self, variable: Variable) -> str:
        """Return the spelling of a type variable, which the module declares itself."""
        spelled = self.variables.get(variable)
        if spelled is None:
            spelled, number = variable.name, 1
            while spelled in self._taken:
                number += 1
                spelled = f"{variable.name}_{number}"
            self._taken.add(spelled)
            self.variables[variable] = spelled
        return spelled

    def own(self, name: str) -> str:
        """Return the spelling of a name, which begins with an underscore, that the module makes for its own use."""
        if name not in self._own:
            self._own[name] = self.fresh(name)
        return self._own[name]

    def implementation(self, index: int) -> str:
        """Return the variable that holds one of the implementations."""
        return self.own(_numbered(_IMPLEMENTATION, index))

    def source(self, index: int) -> str:
        """Return the name by which stubs know the module of one of the implementations."""
        return self.own(_numbered(_SOURCE, index))

    def fresh(self, name: str, endings: Sequence[str] = ("",)) -> str:
        """Return `name`, or another that begins with it: it was free with each of `endings`, and is taken now."""
        spelled = next(each for each in _spellings(name) if not any(self._is_hidden(each + end) for end in endings))
        self._taken.update(spelled + end for end in endings)
        return spelled

    def _is_hidden(self, name: str) -> bool:
        """Tell whether the body of a stub would find something else by a name."""
        return name in self._taken or name in self._parameters

    def in_stub(self, name: str) -> str:
        """Return the spelling of a name of the bridge that stands in the bodies of stubs."""
        key = (self._bridge, name)
        if key not in self._local:
            self._local[key] = self.fresh(name)
        return self._needed(key)

    def of_run_time(self, variables: Iterable[Variable]) -> set[str]:
        """Return the names that may stand in a base class: those of type variables of classes, and of builtins."""
        return {*map(self.variable, variables), *(_BUILTINS - self._taken)}

    def needed(self, module: str, name: str) -> str:
        """Return the spelling of a name that runs at import."""
        return self._needed((module, name))

    def type(self, name: Name) -> str:
        """Return the spelling of a name in an annotation."""
        if name == NONE:
            return "None"
        top, _, rest = name.qualname.partition(".")
        if name.module == self._module and top in self._public:
            return name.qualname
        if name.module == "builtins" and top not in self._taken:
            return name.qualname
        if name.module == BRIDGE:
            return self.bridge(name.qualname)
        key = (name.module, top)
        if key in self._exported:
            return self._exported[key] + (f".{rest}" if rest else "")
        if key not in self._at_run_time:
            self._for_checkers[key] = None
        return self._spelled(key) + (f".{rest}" if rest else "")

    def face(self, face: Face) -> str:
        """Return the spelling of a face in an annotation."""
        return self.type(Name(face.module, face.name))

    def base(self, face: Face) -> str:
        """Return the spelling of a face that is a base class, and so is needed at run time."""
        if face.module == self._module:
            return face.name
        top, _, rest = face.name.partition(".")
        return self._needed((face.module, top)) + (f".{rest}" if rest else "")

    def bridge(self, name: str) -> str:
        """Return the spelling of a name of the bridge."""
        return self._needed((self._bridge, name))

    def builtin(self, name: str) -> str:
        """Return the spelling of a builtin that runs at import."""
        return name if name not in self._taken else self._needed(("builtins", name))

    def for_checkers(self, module: str, name: str) -> str:
        """Return a private spelling of a class that a public alias is taken from."""
        self._for_checkers[module, name] = None
        return self._spelled((module, name))

    def _needed(self, key: tuple[str, str]) -> str:
        self._at_run_time[key] = None
        self._for_checkers.pop(key, None)
        return self._spelled(key)

    def _spelled(self, key: tuple[str, str]) -> str:
        spelled = self._local.get(key)
        if spelled is None:
            hiding = self._taken if key[0] == "builtins" else self._taken | _BUILTINS
            spelled = next(each for each in _spellings(key[1]) if each not in hiding)
            self._taken.add(spelled)
            self._local[key] = spelled
        return spelled

    def run_time_imports(self) -> list[str]:
        """Return the import statements that run."""
        return self._statements(self._at_run_time)

    def checker_imports(self) -> list[str]:
        """Return the import statements for type checkers."""
        return self._statements(self._for_checkers)

    def _statements(self, keys: Iterable[tuple[str, str]]) -> list[str]:
        plain: dict[str, list[str]] = {}
        renamed: list[str] = []
        for module, name in sorted(keys):
            spelled = self._local[module, name]
            if spelled == name:
                plain.setdefault(module, []).append(name)
            else:
                renamed.append(f"from {module} import {name} as {spelled}")
        return [f"from {module} import {', '.join(names)}" for module, names in plain.items()] + renamed


def _spellings(name: str) -> Iterator[str]:
    """Yield what a name may be written as. Two underscores in front would be another name inside a class."""
    yield name
    private = name if name.startswith("_") else f"_{name}"
    yield private
    for number in itertools.count(2):
        yield f"{private}_{number}"


def _numbered(name: str, index: int) -> str:
    return name if index == 0 else f"{name}_{index + 1}"
