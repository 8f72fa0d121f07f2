"""Own what a descriptor in a class gives: its `__get__` says so, by one signature or by one for the class beside it."""

from __future__ import annotations

import ast
import dataclasses
import inspect
from types import FunctionType
from typing import TYPE_CHECKING, NoReturn

from ..._annotations import annotations_of, meanings, module_of_class, variables_of
from ..._ir import Attribute, Constant, Function, Own, Place, Type, Variable, variables, walk
from ..._report import Unsupported
from .._signatures import SignatureReader

if TYPE_CHECKING:
    from ..._annotations import Definition, Resolver, Sources
    from ..._report import Report


class DescriptorReader:
    """Read the class of one descriptor; `arguments` are those that it is applied to, as far as anything says so."""

    def __init__(
        self,
        kind: type,
        arguments: tuple[object, ...],
        resolver: Resolver,
        sources: Sources,
        report: Report,
        place: Place,
    ) -> None:
        self._kind = kind
        self._resolver = resolver
        self._sources = sources
        self._report = report
        self._place = place
        parameters = variables_of(kind, sources)
        given = tuple(map(resolver.resolve, arguments))
        self._meanings = meanings(kind, given, resolver) if len(given) == len(parameters) else {}

    def read(self, name: str, path: str) -> Attribute | Constant:
        """Return the attribute that the descriptor is, for whoever has a face.

        Raises:
            Unsupported: it does not say what it gives, or gives something that a face cannot.
        """
        getter, setter = self._function("__get__"), self._function("__set__")
        variants = [] if getter is None else self._variants(getter)
        if getter is None or not (variants or "return" in annotations_of(getter)):
            self._refuse(path, "whose __get__ does not say what it gives", "write a method or a property")
        type_ = self._of_object(variants, path) if variants else self._reader("__get__").result(getter, path)
        home = self._home("__get__")
        if variables_of(home, self._sources) and home not in self._meanings and variables([type_]):
            fix = f"write `{name} = {self._kind.__name__}[X](...)`"
            if home is not self._kind:
                fix = f"write `class {self._kind.__name__}({home.__name__}[X])`"
            raise Unsupported(
                f"{path} is of the generic class {home.__name__}, and nothing says what its "
                f"{variables([type_])[0].name} stands for",
                fix,
            )
        if any(isinstance(part, Own) for part in walk(type_)):
            self._refuse(path, "which gives itself", "write a method or a property")
        if setter is None and hasattr(self._kind, "__set__"):
            self._refuse(path, "whose __set__ is no function", "write a property")
        if setter is None and not variants:
            return Constant(name, type_, None, self._place)
        is_deletable = hasattr(self._kind, "__delete__")
        if setter is None:  # the class has something else
            return Attribute(name, type_, False, None, self._place, is_deletable)
        accepts = self._reader("__set__").last_type(setter)
        if accepts is None:
            self._refuse(path, "whose __set__ does not say what it takes", "write `value: T`")
        read = Attribute(name, type_, True, None, self._place, is_deletable)
        return read if accepts == type_ else dataclasses.replace(read, accepts=accepts)

    def _of_object(self, variants: list[Definition], path: str) -> Type:
        """Return what the variant for objects gives, where the other one gives the descriptor, or the same."""
        of_class = [each for each in variants if _is_for_none(each)]
        of_object = [each for each in variants if not _is_for_none(each)]
        if len(of_class) != 1 or len(of_object) != 1:
            self._refuse(
                path,
                "whose __get__ has other overloads than one for the class and one for its objects",
                "write two: `(self, instance: None, owner: type) -> Self` and "
                "`(self, instance: object, owner: type) -> T`",
            )
        near = self._near("__get__")
        given = of_object[0].returns
        if given is None:
            self._refuse(path, "whose __get__ does not say what it gives", "write `-> T` in each overload")
        type_ = near.within_definition(of_object[0]).resolve(ast.unparse(given))
        if not self._is_itself(of_class[0].returns, type_, near.within_definition(of_class[0])):
            self._refuse(
                path,
                "whose __get__ gives the class something else than the descriptor or what objects have",
                "write `-> Self` in its overload for None, and offer the other thing as a classmethod",
            )
        return type_

    def _is_itself(self, given: ast.expr | None, type_: Type, near: Resolver) -> bool:
        """Tell whether what a class is given is the descriptor, or what its objects are given."""
        text = "" if given is None else ast.unparse(given).strip("'\"")
        names = {"Self", *(each.__name__ for each in self._kind.__mro__ if each is not object)}
        if text.partition("[")[0].rpartition(".")[2] in names:
            return True
        try:
            return bool(text) and near.resolve(text) == type_
        except Unsupported:
            return False

    def hands_on(self) -> bool:
        """Tell whether it is a decorator that makes an attribute of a method, as a cached property does.

        Its `__init__` takes a callable and its `__get__` gives that one's result: the same type variable. It is read
        alone, whatever it has to set it.
        """
        made, getter = self._function("__init__"), self._function("__get__")
        if made is None or getter is None:
            return False
        try:
            near = self._resolver.beside(module_of_class(self._kind), self._kind, {})
            reader = SignatureReader(near, self._sources, self._report, self._place)
            taken = near.resolve(next(iter(annotations_of(made).values()), None))
            nodes = self._variants(getter)
            said = [(near.within_definition(each), each.returns) for each in nodes if not _is_for_none(each)]
            results = [inside.resolve(ast.unparse(given)) for inside, given in said if given is not None]
            results = results if nodes else [reader.result(getter, getter.__qualname__)]
        except Unsupported:
            return False  # which is refused as any other descriptor is
        if not isinstance(taken, Function) or not isinstance(taken.result, Variable):
            return False
        return all(each == taken.result for each in results)

    def _function(self, name: str) -> FunctionType | None:
        found = inspect.getattr_static(self._kind, name, None)
        return found if isinstance(found, FunctionType) else None

    def _home(self, name: str) -> type:
        """Return the class that writes a method: a base may, whose type variables mean something here."""
        return next((each for each in self._kind.__mro__ if name in vars(each)), self._kind)

    def _near(self, name: str) -> Resolver:
        home = self._home(name)
        return self._resolver.beside(module_of_class(home), home, self._meanings.get(home, {}))

    def _reader(self, name: str) -> SignatureReader:
        return SignatureReader(self._near(name), self._sources, self._report, self._place)

    def _variants(self, getter: FunctionType) -> list[Definition]:
        return self._sources.of_module(module_of_class(self._home("__get__"))).overloads(getter.__qualname__)

    def _refuse(self, path: str, what: str, fix: str) -> NoReturn:
        raise Unsupported(f"{path} is of the class {self._kind.__name__}, {what}", fix)


def _is_for_none(getter: Definition) -> bool:
    """Tell whether a variant of `__get__` is for the class: its object is None."""
    listed = [*getter.args.posonlyargs, *getter.args.args]
    annotation = listed[1].annotation if len(listed) > 1 else None
    return isinstance(annotation, ast.Constant) and annotation.value in (None, "None")
