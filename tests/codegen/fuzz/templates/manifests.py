"""Draw what a manifest says beyond that something is public: chosen members, exports, what is written by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.codegen.fuzz.members import is_loose, see
from tests.codegen.fuzz.shapes import Check, Class, Snippet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.codegen.fuzz.values import Drawer


def chosen(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw members that are not public, or public by another name, in a class and in one that extends it."""
    type_, plain = draw.known(classes), draw.known()
    text = (
        "@m.wrap_class(\n    exclude=['connect', 'Wire', '__len__'],\n"
        "    rename={'fetch': 'query', 'rows': 'lines', 'told': 'heard', 'word': 'password', '_hidden': 'shown'},\n)\n"
        "class Client:\n    told: ClassVar[<1>] = <B>\n\n"
        "    class Wire:\n        def send(self, what): ...\n\n"
        "    def __init__(self, word: Optional[<0>] = None) -> None:\n        self._word = word\n\n"
        "    @property\n    def word(self) -> Optional[<0>]:\n        return self._word\n\n"
        "    @word.setter\n    def word(self, value: Optional[<0>]) -> None:\n        self._word = value\n\n"
        "    @word.deleter\n    def word(self) -> None:\n        del self._word\n\n"
        "    async def fetch(self, value: <0>) -> List[<0>]:\n        return [value]\n\n"
        "    async def rows(self, value: <0>) -> AsyncIterator[<0>]:\n        yield value\n\n"
        "    async def _hidden(self) -> int:\n        return 4\n\n"
        "    def connect(self, wire): ...\n\n    def __len__(self) -> int:\n        return 0\n\n\n"
        "@m.wrap_class\nclass Retrying(Client):\n    async def fetch(self, value: <0>) -> List[<0>]:\n"
        "        return [*await super().fetch(value), value]\n\n    def connect(self, wire): ...\n"
    ).replace("<B>", draw.value(plain))
    checks = [see("_there(<module>Retrying(), ('query', 'lines', 'heard'), ('fetch', 'connect', 'rows', '__len__'))")]
    for name in ("Client", "Retrying"):
        made = f"<module>{name}({draw.value(type_)})"
        loose = is_loose(type_)
        checks += [
            Check("async", f"_named({made}, 'fetch', 'query')", draw.value(type_), (), loose),
            Check("stream", f"_named({made}, 'rows', 'lines')", draw.value(type_), (), loose),
            Check("async", f"_named({made}, '_hidden', 'shown')"),
            see(f"_named({made}, 'told', 'heard')", is_loose=is_loose(plain)),
            see(f"_named(<module>{name}, 'told', 'heard')", is_loose=is_loose(plain)),
            see(f"_named({made}, 'word', 'password')", is_loose=loose),
            see(f"_set({made}, _name('word', 'password'), {draw.value(type_)})", is_loose=loose),
            Check("expression", f"_delete({made}, _name('word', 'password'), None) is None"),
        ]
    constructs = (
        "members by `exclude` and `rename`",
        "class attribute with another public name",
        "property with a deleter and another public name",
        "members chosen in a base",
    )
    return Snippet(text, constructs, tuple(checks), (type_, plain))


def included(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw a class that names what is public of it."""
    type_ = draw.known(classes)
    text = (
        "@m.wrap_class(include=['start', '_step'], rename={'start': 'begin'})\nclass Motor:\n    speed: int = 3\n\n"
        "    def start(self, value: <0>) -> <0>:\n        return value\n\n"
        "    async def _step(self, value: <0>) -> <0>:\n        return value\n\n"
        "    def stop(self, when): ...\n\n    def __bool__(self) -> bool:\n        return False\n"
    )
    loose = is_loose(type_)
    checks = (
        Check("plain", "_named(<module>Motor(), 'start', 'begin')", draw.value(type_), (), loose),
        Check("async", "<module>Motor()._step", draw.value(type_), (), loose),
        see("bool(<module>Motor())"),
        see("_there(<module>Motor(), ('begin', '_step'), ('start', 'speed', 'stop'))"),
    )
    return Snippet(text, ("members by `include`",), checks, (type_,))


def exported(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw what is public as it is."""
    plain = draw.known()
    text = (
        "LIMIT: <0> = <B>\nPair = Tuple[int, str]\nm.manual_export('LIMIT', 'Pair')\n\n\n"
        "@m.manual_export\ndef doubled(value: <0>) -> List[<0>]:\n    return [value, value]\n\n\n"
        "@m.manual_export\nclass Plain:\n    def __init__(self, item: <0>) -> None:\n        self.item = item\n\n\n"
        "@m.manual_wrapper\ndef version(value: <0>) -> <0>:\n    return value\n\n\n"
        "@m.wrap_function\nasync def paired(pair: Pair, value: Plain) -> Tuple[Pair, <0>]:\n"
        "    return pair, value.item\n"
    ).replace("<B>", draw.value(plain))
    loose = is_loose(plain)
    checks = (
        see("<module>LIMIT", is_loose=loose),
        Check("plain", "<module>doubled", draw.value(plain), (), loose),
        Check("plain", "<module>version", draw.value(plain), (), loose),
        Check("async", "<module>paired", f"(3, 'x'), <module>Plain({draw.value(plain)})", (), loose),
    )
    constructs = (
        "constant or type by `manual_export`",
        "function or class by `manual_export`",
        "function written by hand, by `manual_wrapper`",
    )
    return Snippet(text, constructs, checks, (plain,))


ALIASES = {
    "Entries": "List[Entry[int]]",
    "Possible": "Optional[Entry[str]]",
    "Listed": "Dict[str, List[Union[Entry[str], Entry[int], None]]]",
    "Found": "Tuple[Entry[int], ...]",
    "Quoted": "'Mapping[str, Entry[int]]'",
    "Kinds": "Tuple[Type[Entry[int]], int]",
}


def aliases(draw: Drawer, classes: Sequence[Class]) -> Snippet:
    """Draw aliases of types that have faces in them, generic and not, and a function that takes and gives them."""
    names = draw.some(tuple(ALIASES), 4) or ["Entries"]
    public = (*names, "Paired")
    written = {name: f"{name}: 'TypeAlias'" if name == "Quoted" or draw.chance(30) else name for name in names}
    text = (
        "@m.wrap_class\nclass Entry(Generic[T]):\n    def __init__(self, value: T) -> None:\n"
        "        self.value = value\n\n    value: T\n\n\n"
        + "".join(f"{written[name]} = {ALIASES[name]}\n" for name in names)
        + "Paired = Tuple[T, Entry[T]]\n"
        + (f"m.manual_export{public}\n" if draw.chance(50) else f"__all__ = {public}\n")
        + f"\n\n@m.wrap_function\nasync def collected(value: {names[0]!r}) -> {names[0]!r}:\n    return value\n\n\n"
        "@m.wrap_function\nasync def paired_with(first: int) -> 'Paired[int]':\n    return first, Entry(first)\n"
    )
    checks = tuple(see(f"<module>{name}") for name in public if name != "Quoted")
    constructs = ("alias of a type with a face, by `manual_export`", "generic alias of a type with a face")
    return Snippet(text, constructs, (*checks, Check("async", "<module>paired_with", "3")), classes=("Entry",))


FACE = '''\
"""A face that is written by hand."""

from __future__ import annotations

from ambidex.bridge import Face, Implementation, constructor, implemented_elsewhere, method

_impl = Implementation("<module>", synchronizer="fuzz", abi=1)


class Wired(Face, implementation=_impl):
    """Has something of its own."""

    @constructor
    def __init__(self, name: str) -> None:
        raise implemented_elsewhere()

    @method
    def fetch(self, text: str) -> str:
        raise implemented_elsewhere()

    @method(gives="Wired")
    def peer(self) -> Wired:
        raise implemented_elsewhere()

    def ask(self, text: str) -> str:
        return self.fetch(text).upper()
'''


def by_hand(draw: Drawer, classes: Sequence[Class]) -> Snippet | None:
    """Draw a class whose face is written by hand, and another that gives and takes its objects."""
    if draw.program.is_twin:  # its two faces would have to be written
        return None
    type_ = draw.known(classes)
    text = (
        "class Wired:\n    def __init__(self, name: str) -> None:\n        self._name = name\n\n"
        "    async def fetch(self, text: str) -> str:\n        return self._name + text\n\n"
        "    async def peer(self) -> 'Wired':\n        return self\n\n"
        "    def ask(self, text: str) -> str:\n        return (self._name + text).upper()\n\n\n"
        "m.manual_wrapper('<module>_face:Wired', of=Wired)\n\n\n"
        "@m.wrap_class\nclass Rewired(Wired):\n    async def twice(self, value: <0>) -> List[<0>]:\n"
        "        return [value, value]\n\n\n"
        "@m.wrap_function\nasync def wires(wire: Wired, value: <0>) -> Dict[str, Tuple[Wired, <0>]]:\n"
        "    return {'given': (wire, value), 'made': (Rewired('x'), value)}\n"
    )
    loose = is_loose(type_)
    checks = [Check("async", "<module>wires", f"{draw.made_of('Wired', repr('a'))}, {draw.value(type_)}", (), loose)]
    for name in ("Wired", "Rewired"):
        made = draw.made_of(name, "'b'")
        checks += [
            Check("async", f"{made}.fetch", "'c'"),
            Check("async", f"{made}.peer"),
            see(f"{made}.ask('d')"),
        ]
    checks.append(Check("async", f"{draw.made_of('Rewired', repr('a'))}.twice", draw.value(type_), (), loose))
    constructs = ("face written by hand, by `manual_wrapper`",)
    return Snippet(
        text, constructs, tuple(checks), (type_,), classes=("Wired", "Rewired"), files=(("face", FACE),)
    )  # fmt: skip
