"""Draw classes of which no object is made, and classes that are made with keywords."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.codegen.fuzz.members import is_loose, see
from tests.codegen.fuzz.shapes import Check, Class, Snippet, Type

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.codegen.fuzz.values import Drawer


def vessels(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw a class with an abstract property and an abstract classmethod, and one that has both."""
    type_ = draw.known(classes)
    text = (
        "@m.wrap_class\nclass Vessel(abc.ABC):\n"
        "    @property\n    @abc.abstractmethod\n    def size(self) -> <0>: ...\n\n"
        "    @classmethod\n    @abc.abstractmethod\n    async def opened(cls, size: <0>) -> 'Vessel': ...\n\n"
        "    @abc.abstractmethod\n    def poured(self, value: <0>) -> AsyncIterator[<0>]: ...\n\n"
        "    async def sizes(self) -> List[<0>]:\n"
        "        return [self.size, *[each async for each in self.poured(self.size)]]\n\n\n"
        "@m.wrap_class\nclass Jar(Vessel):\n    def __init__(self, size: <0>) -> None:\n        self._size = size\n\n"
        "    @property\n    def size(self) -> <0>:\n        return self._size\n\n"
        "    @classmethod\n    async def opened(cls, size: <0>) -> 'Jar':\n        return cls(size)\n\n"
        "    async def poured(self, value: <0>) -> AsyncIterator[<0>]:\n        yield value\n\n\n"
        "@m.wrap_function\nasync def filled(size: <0>) -> Vessel:\n    return await Jar.opened(size)\n"
    )
    loose = is_loose(type_)
    made = draw.made_of("Jar", draw.value(type_))
    changed = f"_extended('<number>.Jar', size=('property', {draw.value(type_)}))({draw.value(type_)})"
    checks = (
        Check("async", f"{made}.sizes", "", (), loose),
        Check("async", f"{changed}.sizes", "", (), loose),
        Check("stream", f"{made}.poured", draw.value(type_), (), loose),
        Check("async", "<module>Jar.opened", draw.value(type_)),
        Check("async", "<module>filled", draw.value(type_)),
        see("<module>Vessel()"),
    )
    constructs = ("abstract property", "abstract members of every kind")
    return Snippet(text, constructs, checks, (type_,), classes=("Vessel", "Jar"))


def casks(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw a class with abstract properties, and classes that have values for them."""
    plain = draw.known()
    text = (
        "class _Stamped:\n    stamp = 'stamped'\n\n\n"
        "@m.wrap_class\nclass Vat(abc.ABC):\n"
        "    @property\n    @abc.abstractmethod\n    def stamp(self) -> str: ...\n\n"
        "    @property\n    @abc.abstractmethod\n    def content(self) -> <0>: ...\n\n"
        "    @property\n    @abc.abstractmethod\n    def inner(self) -> 'Optional[Vat]': ...\n\n"
        "    async def listed(self) -> Tuple[str, <0>]:\n        return self.stamp, self.content\n\n\n"
        f"@m.wrap_class\nclass Cask(Vat):\n    stamp = {draw.value(Type('str'))}\n"
        f"    content = {draw.value(plain)}\n    inner = None\n\n\n"
        f"@m.wrap_class\nclass Butt(_Stamped, Cask):\n    content = {draw.value(plain)}\n"
    )
    loose = is_loose(plain)
    checks: list[Check] = []
    for name in ("Cask", "Butt"):
        checks += [
            see(f"<module>{name}().stamp"),
            see(f"<module>{name}().inner"),
            see(f"<module>{name}().content", is_loose=loose),
            Check("async", f"<module>{name}().listed", "", (), loose),
        ]
    checks.append(see("<module>Vat()"))
    return Snippet(text, ("class attribute that implements an abstract property",), tuple(checks), (plain,))


def valves(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw a class that is made with keywords: a user's subclass is given some, and is refused others."""
    type_ = draw.known(classes)
    text = (
        "class _WithKey:\n    key: ClassVar[int] = 0\n\n"
        "    def __init_subclass__(cls, *, key: int = 0, **kwargs: Any) -> None:\n"
        "        super().__init_subclass__(**kwargs)\n        cls.key = key\n\n\n"
        f"@m.wrap_class\nclass Valve(_WithKey, key={draw.number(1, 9)}):\n"
        "    async def turned(self, value: <0>) -> Tuple[int, <0>]:\n        return self.key, value\n\n\n"
        "@m.wrap_class\nclass Faucet(Valve, key=4):\n    pass\n"
    )
    checks = [
        Check("async", f"<module>{name}().turned", draw.value(type_), (), is_loose(type_))
        for name in ("Valve", "Faucet")
    ]
    checks += [see(f"<module>{name}.key") for name in ("Valve", "Faucet")]
    checks += [
        Check("async", "_keyed(<module>Faucet, key=5)().turned", draw.value(type_), (), is_loose(type_)),
        see("_keyed(<module>Valve, key=3).key"),
        see("_takes_no_keywords(<module>Faucet, name='x')"),
    ]
    return Snippet(text, ("class that is made with keywords",), tuple(checks), (type_,))
