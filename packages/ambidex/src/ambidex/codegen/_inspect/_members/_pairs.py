"""Own the special methods that Python awaits: of each pair, and of `__await__`, one member of a face.

`__aenter__` and `__aexit__` are one, `__aiter__` and `__anext__` another, wherever each stands in the bases of a class.
"""

from __future__ import annotations

import functools
import inspect
from types import FunctionType
from typing import TYPE_CHECKING, cast
from typing import Callable as AnyCallable

from ..._annotations import module_of_class, variables_of
from ..._ir import (
    ASYNC_ITERATORS,
    NONE,
    Applied,
    Awaiting,
    Binding,
    Callable,
    Entering,
    Iterating,
    Name,
    Variable,
    bare,
    union,
    variables,
)
from ..._report import Report, Unsupported
from .._choice import PROTOCOLS, TOGETHER, TWO_FORMS, WAITS
from .._functions import documentation
from .._signatures import SignatureReader, names_variable, on_those, solved

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..._annotations import Meaning, Resolver
    from ..._ir import Member, Narrowing, Type
    from .._choice import Folded


_BOOL = Name("builtins", "bool")


class PairReader:
    """Read those that one class of a method resolution order writes."""

    def __init__(self, folded: Folded, reader: SignatureReader) -> None:
        self._folded = folded
        self._layer = folded.layer
        self._cls = folded.cls
        self._choice = folded.choice
        self._report = folded.report
        self._reader = reader

    def members(self, seen: set[str]) -> list[Member]:
        """Return a member for each pair of which this class writes one that was not seen."""
        found: list[Member] = []
        functions: dict[str, FunctionType] = {}
        for blocking, awaited, what in TWO_FORMS:
            self._tell_apart(blocking, awaited, what, seen)
        for name in PROTOCOLS:
            value = vars(self._layer).get(name)
            if name not in seen and isinstance(value, FunctionType):
                functions[name] = value
        seen.update(functions)
        seen.update(TOGETHER[name] for name in functions if name in TOGETHER)  # read with it, wherever it stands
        if "__aenter__" in functions or "__aexit__" in functions:
            self._protocol("__aenter__", functools.partial(self._entering, functions), functions, found)
        if "__await__" in functions:
            self._protocol("__await__", functools.partial(self._awaiting, functions["__await__"]), functions, found)
        if "__aiter__" in functions or "__anext__" in functions:
            self._protocol("__aiter__", functools.partial(self._iterating, functions), functions, found)
        return found

    def _tell_apart(self, blocking: Sequence[str], awaited: Sequence[str], what: str, seen: set[str]) -> None:
        """Take the async form for both where the blocking one only raises; refuse it where nothing says which it is."""
        written = [name for name in (*awaited, *blocking) if isinstance(vars(self._layer).get(name), FunctionType)]
        both = [name for name in blocking if hasattr(self._cls, name) and self._choice.is_public(name)]
        has_both = both and any(hasattr(self._cls, name) for name in awaited)
        if not (written and has_both) or seen.issuperset(both) or self._is_apart(both[0]):
            return
        seen.update(blocking)
        function = inspect.getattr_static(self._cls, both[0])
        if isinstance(function, FunctionType) and self._reader.only_raises(function):
            return
        place = self._reader.place(cast("FunctionType", vars(self._layer)[written[0]]))
        for name in both:
            with self._report.about(name):
                self._report.add(
                    place,
                    f"{self._layer.__qualname__} is both a blocking and an async {what}",
                    f"exclude {' and '.join(both)}, for the async one to serve as both, or keep each as it is with "
                    f"blocking=[{both[0]!r}]",
                )

    def _is_apart(self, name: str) -> bool:
        """Tell whether the class has a blocking form that stays what it is."""
        return hasattr(self._cls, name) and self._choice.is_public(name) and self._choice.is_blocking(name)

    def _protocol(
        self,
        name: str,
        read: AnyCallable[[], Member],
        functions: dict[str, FunctionType],
        found: list[Member],
    ) -> None:
        written = name if name in functions else next(iter(functions))  # what is not there cannot be left out
        with self._report.about(written):
            try:
                found.append(read())
            except Unsupported as refusal:
                self._report.add(self._reader.place(functions[written]), refusal.what, refusal.fix)

    def _entering(self, functions: dict[str, FunctionType]) -> Entering:
        enter, leave = (functions.get(name) or self._inherited(name) for name in ("__aenter__", "__aexit__"))
        path = self._layer.__qualname__
        if enter is None or leave is None:
            raise Unsupported(f"{path} has only one of __aenter__ and __aexit__", "write both")
        result = self._result(enter, "__aenter__")
        narrowed = self._narrowing(enter, "__aenter__") or self._narrowing(leave, "__aexit__")
        leaving = self._result(leave, "__aexit__")
        own = [
            *map(self._folded.resolver.variable, variables_of(self._cls, self._folded.sources)),
            *variables(each for _, each in narrowed),
        ]
        if isinstance(result, Variable) and result not in own:
            raise Unsupported(f"{path}.__aenter__ does not say what it gives", "write `-> Self`")
        if names_variable(leaving):  # no more is known than that one may be swallowed
            leaving = union((_BOOL, NONE))
        is_apart = self._is_apart("__enter__")
        place = self._reader.place(functions.get("__aenter__", leave))
        read = Entering(result, leaving, documentation(enter), documentation(leave), place, is_apart)
        return on_those(read, narrowed)

    def _iterating(self, functions: dict[str, FunctionType]) -> Iterating:
        path = self._layer.__qualname__
        step = functions.get("__anext__") or self._inherited("__anext__")
        begin = functions.get("__aiter__") or self._inherited("__aiter__")
        if begin is None:
            raise Unsupported(
                f"{path} has __anext__ and no __aiter__", "write `def __aiter__(self) -> Self: return self`"
            )
        is_apart = self._is_apart("__iter__")
        if step is not None:
            item = self._result(step, "__anext__")
            begins = not self._reader.returns_receiver(begin)
            place = self._reader.place(functions.get("__aiter__", step))  # that of the class itself, not of a base
            read = Iterating(item, True, documentation(step), place, begins, is_apart)
            return on_those(read, self._narrowing(step, "__anext__") or self._narrowing(begin, "__aiter__"))
        own = self._reader.item(begin)
        if own is None:
            result = bare(self._result(begin, "__aiter__"))
            if not isinstance(result, Applied) or result.origin not in ASYNC_ITERATORS:
                raise Unsupported(f"{path}.__aiter__ does not say what it yields", "write `-> AsyncIterator[T]`")
            own = result.arguments[0]
        read = Iterating(own, False, documentation(begin), self._reader.place(begin), is_apart=is_apart)
        return on_those(read, self._narrowing(begin, "__aiter__"))

    def _awaiting(self, begin: FunctionType) -> Awaiting:
        path = self._layer.__qualname__
        made = bare(self._reader.result(begin, f"{path}.__await__"))
        if not isinstance(made, Applied) or made.origin != Name("collections.abc", "Generator"):
            raise Unsupported(f"{path}.__await__ does not say what it gives", "write `-> Generator[Any, None, T]`")
        if self._narrowing(begin, "__await__"):
            what = f"{path}.__await__ is for some objects of {path} alone, by its first parameter"
            raise Unsupported(f"{what}, and a face can be awaited whatever it is of", "write an async method")
        waits = "" if hasattr(self._cls, WAITS) else WAITS
        return Awaiting(made.arguments[2], waits, documentation(begin), self._reader.place(begin))

    def _result(self, function: FunctionType, name: str) -> Type:
        """Return what a special method gives: one of a base, with the names and type variables of that.

        All but `__aiter__` are awaited.
        """
        inner = inspect.unwrap(function)
        home, near, reader = self._home(function, name)
        read = reader.result if name == "__aiter__" else reader.awaited_result
        return solved(read(inner, f"{home.__qualname__}.{name}"), inner, self._cls, near, self._read_of)

    def _narrowing(self, function: FunctionType, name: str) -> Narrowing:
        home, _, reader = self._home(function, name)
        inner = inspect.unwrap(function)
        return reader.narrowing(inner, f"{home.__qualname__}.{name}") if isinstance(inner, FunctionType) else ()

    def _home(self, function: FunctionType, name: str) -> tuple[type, Resolver, SignatureReader]:
        """Return the class that writes a special method, with what reads that there."""
        home = next((each for each in self._cls.__mro__ if vars(each).get(name) is function), self._layer)
        if home is self._layer:
            return home, self._folded.resolver, self._reader
        near = self._folded.beside(home)
        return home, near, SignatureReader(near, self._folded.sources, self._report, self._folded.place, home)

    def _read_of(
        self, function: FunctionType, name: str, owner: type, bound: Mapping[object, Meaning]
    ) -> Callable | None:
        """Read a method of a class; what cannot be read of it is nobody's problem here."""
        resolver = self._folded.resolver
        near = resolver.beside(module_of_class(owner), owner, bound) if bound else self._folded.beside(owner)
        reader = SignatureReader(near, self._folded.sources, Report(), self._folded.place)
        return reader.read(function, name, f"{owner.__qualname__}.{name}", Binding.INSTANCE)

    def _inherited(self, name: str) -> FunctionType | None:
        value = inspect.getattr_static(self._cls, name, None)
        return value if isinstance(value, FunctionType) else None
