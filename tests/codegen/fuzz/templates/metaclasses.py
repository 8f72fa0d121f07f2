"""Draw classes whose metaclass gives them attributes and methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.codegen.fuzz.members import is_loose, see
from tests.codegen.fuzz.shapes import Check, Class, Snippet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.codegen.fuzz.values import Drawer


def gauges(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw a metaclass with a property, methods and an attribute, and two classes of it, one extending the other."""
    type_ = draw.known(classes)
    text = (
        "class _Gauged(type):\n    made: List[int]\n\n"
        "    def __init__(cls, name: str, bases: Any, namespace: Any) -> None:\n"
        "        super().__init__(name, bases, namespace)\n        cls.made = []\n\n"
        "    @property\n    def size(cls) -> Dict[str, int]:\n        return {cls.__name__: len(cls.made)}\n\n"
        "    def kept(cls, value: <0>) -> List[<0>]:\n        return [value]\n\n"
        "    async def read(cls, value: <0>) -> <0>:\n"
        "        cls.made.append(1)\n        await _pause()\n        return value\n\n\n"
        "@m.wrap_class\nclass Odometer(metaclass=_Gauged):\n    level: ClassVar[int] = 3\n\n\n"
        "@m.wrap_class\nclass TripMeter(Odometer):\n    pass\n"
    )
    checks: list[Check] = []
    for name in ("<module>Odometer", "<module>TripMeter"):
        checks += [
            see(f"{name}.size"),
            Check("plain", f"{name}.kept", draw.value(type_), (), is_loose(type_)),
            Check("async", f"{name}.read", draw.value(type_), (), is_loose(type_)),
            see(f"{name}.made"),
            see(f"{name}.level"),
        ]
    constructs = (
        "property of a metaclass",
        "method of a metaclass",
        "async method of a metaclass",
        "attribute that a metaclass annotates",
    )
    return Snippet(text, constructs, tuple(checks), (type_,))
