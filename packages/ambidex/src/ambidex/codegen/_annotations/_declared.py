"""Own which attributes a class annotates: in its body, and in its constructor."""

from __future__ import annotations

from types import MemberDescriptorType
from typing import TYPE_CHECKING

from .._paths import is_standard
from ._carried import annotations_of
from ._source import module_of_class

if TYPE_CHECKING:
    from ._source import Sources


def attributes_of(cls: type, sources: Sources) -> dict[str, object]:
    """Return what annotates the attributes of a class: raw annotations of its body, `Assigned` of its constructor.

    Where the class has a method, a property or another descriptor of a name, a constructor's annotation says nothing.
    """
    said = annotations_of(cls)
    if is_standard(cls):
        return said
    own = vars(cls)
    for name, each in sources.of_module(module_of_class(cls)).assigned(cls.__qualname__).items():
        if each.is_declared and not _is_described(own.get(name)):
            said.setdefault(name, each)
    return said


def _is_described(value: object) -> bool:
    return hasattr(type(value), "__get__") and not isinstance(value, MemberDescriptorType)  # which a slot leaves there
