"""Own which keywords the class statement of who extends a class may have: those of its `__init_subclass__`."""

from __future__ import annotations

import dataclasses
from types import FunctionType
from typing import TYPE_CHECKING

from ..._annotations import module_of_class
from ..._ir import Binding, Kind
from ..._paths import is_standard
from ..._report import Report
from .._signatures import SignatureReader

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..._annotations import Meaning, Resolver, Sources
    from ..._ir import Parameter, Place


def keywords_of(
    cls: type,
    bases: list[type],
    resolver: Resolver,
    sources: Sources,
    place: Place,
    known: Mapping[type, Mapping[object, Meaning]],
) -> tuple[Parameter, ...] | None:
    """Return the keywords, None where a base's face says them, nobody does, or their types cannot be read.

    A hook that takes any, in `**kwargs`, hands them on to the next one.
    """
    written = [each for each in cls.__mro__ if not is_standard(each)]  # that of `Generic` asks for nothing
    hooks = [each for each in written if isinstance(vars(each).get("__init_subclass__"), classmethod)]
    if not hooks or any(hooks[0] in base.__mro__ for base in bases):
        return None
    found: dict[str, Parameter] = {}
    report = Report()  # what cannot be read is no reason to refuse the class
    for layer in hooks:
        function = vars(layer)["__init_subclass__"].__func__
        if not isinstance(function, FunctionType):
            return None
        near = resolver.beside(module_of_class(layer), layer, known.get(layer, {}) if layer is not cls else {})
        path = f"{layer.__qualname__}.__init_subclass__"
        read = SignatureReader(near, sources, report, place, layer).read(
            function, "__init_subclass__", path, Binding.CLASS
        )
        if read is None or report.problems:
            return None
        for parameter in read.parameters:
            if parameter.kind in (Kind.POSITIONAL, Kind.KEYWORD):
                found.setdefault(parameter.name, dataclasses.replace(parameter, kind=Kind.KEYWORD))
        if all(parameter.kind is not Kind.KEYWORDS for parameter in read.parameters):
            break
    return tuple(found.values())
