"""Draw attributes whose types come from elsewhere: from a descriptor with overloads, from what a base annotates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.codegen.fuzz.members import is_loose, see
from tests.codegen.fuzz.shapes import Check, Class, Snippet, Type
from tests.codegen.fuzz.values import PLAIN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.codegen.fuzz.values import Drawer


def soils(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw a base that is not public, and classes that give values to what it declares."""
    type_, plain, base = draw.known(classes), draw.known(), Type(draw.pick(tuple(PLAIN)))
    text = (
        "class _Layered:\n    share: <1>\n    note: Optional[<1>]\n    near: Optional[<0>]\n"
        "    layers: ClassVar[int] = 1\n    shares: ClassVar[List[<1>]]\n\n\n"
        f"@m.wrap_class\nclass Soil(_Layered):\n    field = _Field[{base.kind}]({draw.value(base)})\n"
        f"    width: _Field[<1>] = _Field({draw.value(plain)})\n    place: _Field[Optional[<0>]] = _Field(None)\n"
        "    kept = _Kept(1)\n"
        f"    share = {draw.value(plain)}\n    note = None\n    near = None\n    layers = 2\n"
        f"    shares = [{draw.value(plain)}]\n\n\n"
        f"@m.wrap_class\nclass Clay(Soil):\n    share = {draw.value(plain)}\n    layers = 3\n"
    )
    checks: list[Check] = []
    for name in ("Soil", "Clay"):
        for attribute, part in (("share", plain), ("note", plain), ("near", type_), ("field", base), ("width", plain)):
            checks.append(Check("expression", f"<module>{name}().{attribute}", "", (), is_loose(part)))
        for attribute, part in (("share", plain), ("note", plain), ("near", type_), ("kept", Type("int"))):
            given = f"_set(<module>{name}(), {attribute!r}, {draw.value(part)})"
            checks.append(Check("expression", given, "", (), is_loose(part)))
        checks += [see(f"<module>{name}().{attribute}") for attribute in ("place", "kept", "layers")]
        checks.append(see(f"<module>{name}.layers"))
        checks.append(Check("expression", f"<module>{name}.shares", "", (), is_loose(plain)))
    constructs = (
        "descriptor whose `__get__` gives the class itself, by overloads",
        "descriptor that extends a generic one",
        "value for an attribute that a base annotates",
        "value for a class constant that a base annotates",
    )
    return Snippet(text, constructs, tuple(checks), (type_, plain))
