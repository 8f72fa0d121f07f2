"""What `ambidex wrap` does not take is listed, each name of it, with the true reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.codegen.wrap.conftest import Wrapping


def test_what_nobody_says_the_type_of_is_listed(wrapping: Wrapping) -> None:
    """An attribute that a constructor assigns, a name that the stub lacks, an object in the place of a function."""
    wrapping.project.write("site/crane/py.typed", "")
    wrapping.project.write(
        "site/crane/__init__.py",
        """
        class Crane:
            def __init__(self, height: int, loads: "list[int]") -> None:
                self.height = height
                self.loads = sorted(loads)
                self.kind = "tall"

            @property
            def kind(self) -> str:
                return "tall"

            @kind.setter
            def kind(self, value: str) -> None: ...

            async def lift(self) -> int:
                return 1

        class Lifting:
            def __call__(self) -> Crane:
                return Crane(1, [])

        lifting = Lifting()
        """,
    )
    wrapping.project.write(
        "site/crane/stubbed.py", "async def row() -> int: return 1\nasync def inner() -> int: return 2\n"
    )
    wrapping.project.write("site/crane/stubbed.pyi", "async def row() -> int: ...\n")
    assert wrapping.wrap("crane") == (
        "crane/__init__.py:4: Crane.loads: the attribute Crane.loads has no annotation\n"
        "crane/__init__.py:21: lifting: is an object of Lifting: write a function that returns or calls it\n"
        "crane/stubbed.py:2: inner: is not in the stub of crane.stubbed\n"
    )
    assert "# crane/__init__.py:4: Crane.loads" in wrapping.project.read("_crane_sync.py")


def test_name_that_is_somebody_elses_is_left_out(wrapping: Wrapping) -> None:
    """What the standard library defines is that, and what a compiled module does has no types that could be read."""
    wrapping.project.write("site/crane/py.typed", "")
    wrapping.project.write(
        "site/crane/__init__.py",
        """
        from typing import Protocol

        from multidict import MultiDict

        __all__ = ["Crane", "MultiDict", "Protocol"]


        class Crane:
            async def lift(self) -> int:
                return 1
        """,
    )
    assert wrapping.wrap("crane") == (
        "crane/__init__.py:1: Protocol: is that of typing\n"
        "crane/__init__.py:3: MultiDict: is compiled, and no stub says its types: use that of crane\n"
    )


def test_what_leads_to_what_is_left_out_is_left_out(wrapping: Wrapping) -> None:
    """A class with a private bound, and what takes it; nobody says that the package has types."""
    wrapping.project.write(
        "site/crane/__init__.py",
        """
        from typing import Generic, TypeVar

        class _Load: ...

        L = TypeVar("L", bound=_Load)

        class Hook(Generic[L]):
            async def hold(self) -> int: ...

        class Crane:
            async def lift(self) -> int: ...

        async def find(hook: Hook) -> Crane: ...
        """,
    )
    assert wrapping.wrap("crane") == (
        "crane/__init__.py:1: crane: has no py.typed: mypy takes none of its types\n"
        "crane/__init__.py:5: L: is a plain value: use that of crane\n"
        "crane/__init__.py:7: Hook: the type variable L: _Load of crane is private, and this is public\n"
        "crane/__init__.py:13: find: the parameter hook of find: Hook is left out\n"
    )


def test_what_has_a_stub_that_cannot_be_read_is_left_out(wrapping: Wrapping) -> None:
    """Its types are not known, whatever the code says; the stub of a module that is not public is one, too."""
    wrapping.project.write("site/raft/py.typed", "")
    text = "from ._oars import Oar\nasync def row(times: int) -> int: return times\n"
    wrapping.project.write("site/raft/__init__.py", text)
    wrapping.project.write("site/raft/_oars.py", "class Oar:\n    async def dip(self) -> int: return 1\n")
    wrapping.project.write("site/raft/_oars.pyi", "class Oar:\n    async def dip(self -> str: ...\n")
    (told,) = wrapping.wrap("raft").splitlines()
    reason = told.partition(" (SyntaxError: ")[2][:-1]  # worded by each version of Python
    assert told == f"raft/_oars.pyi:2: Oar: the stub of raft._oars cannot be read (SyntaxError: {reason})"
    assert "Oar" not in wrapping.project.read("raft_sync.py")


NAMES = """import functools
import json as coding
import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from ._lock import LIMIT, Gate, open_gate
from ._lock import Gate as Sluice

VERSION = "1.0"
HIGH, (LOW, *REST) = 3, (2, 1)
DEFAULTS: "dict[str, list[int]]" = {"a": [1]}
logger = logging.getLogger("lock")
T = TypeVar("T")
Handler = Callable[[Gate], Awaitable[None]]
Order = coding.JSONDecodeError
_inner = 3


async def fetch(gate: Gate, kind: str = "x") -> Gate:
    return gate


@functools.lru_cache
def find(name: str) -> Gate:
    return Gate()


get = fetch
fetch_json = functools.partial(fetch, kind="json")
open_first = functools.partial(Gate())
lift = Gate().lift
"""


NAMES_LEFT_OUT = """canal/__init__.py:8: Sluice: is another name of canal.Gate: use that name
canal/__init__.py:10: VERSION: is a plain value: use that of canal
canal/__init__.py:11: HIGH: is a plain value: use that of canal
canal/__init__.py:11: LOW: is a plain value: use that of canal
canal/__init__.py:11: REST: is a plain value: use that of canal
canal/__init__.py:12: DEFAULTS: is a plain value: use that of canal
canal/__init__.py:13: logger: is a plain value: use that of canal
canal/__init__.py:14: T: is a plain value: use that of canal
canal/__init__.py:15: Handler: is an alias of types: use that of canal, or write one of what is generated
canal/__init__.py:16: Order: is that of json.decoder
canal/__init__.py:25: find: is a function with a cache: use that of canal, or write a function that calls it
canal/__init__.py:29: get: is another name of canal.fetch: use that name
canal/__init__.py:30: fetch_json: is a partial of fetch: use that of canal, or write a function that calls it
canal/__init__.py:31: open_first: is a partial of Gate: use that of canal, or write a function that calls it
canal/__init__.py:32: lift: is the method Gate.lift of one object: use that of canal, or write a function that calls it
canal/_lock.py:1: LIMIT: is a plain value: use that of canal
"""


LOCK = """LIMIT = 3

class Gate:
    async def lift(self) -> int:
        return 1

    def __call__(self) -> int:
        return 1

async def open_gate() -> Gate:
    return Gate()
"""


def test_every_public_name_of_a_module_without_all_is_taken_or_listed(wrapping: Wrapping) -> None:
    """What it defines or assigns, and a package what it takes from its own modules: each where it is written."""
    wrapping.project.write("site/canal/py.typed", "")
    wrapping.project.write("site/canal/_lock.py", LOCK)
    wrapping.project.write("site/canal/__init__.py", NAMES)
    assert wrapping.wrap("canal") == NAMES_LEFT_OUT
    manifest = wrapping.project.read("_canal_sync.py").partition("# Left out")[0]
    taken = [line.partition(".wrap_")[2] for line in manifest.splitlines() if line.startswith("canal_sync.wrap_")]
    assert taken == ["class(canal.Gate)", "function(canal.open_gate)", "function(canal.fetch)"]


def test_every_name_that_a_statement_binds_is_listed(wrapping: Wrapping) -> None:
    """By a loop, a `with` or an expression, as by an assignment; a comprehension and a lambda keep theirs."""
    bound = """import io
from ._lock import Gate, open_gate

for number, (kind, *_) in enumerate(["ab"]):
    with io.StringIO() as stream, io.StringIO() as other:
        pass
if (size := number + 1) > 0:
    sizes = [last := each for each in (1, 2)]
called = lambda: (hidden := 3)
"""
    wrapping.project.write("site/canal/py.typed", "")
    wrapping.project.write("site/canal/_lock.py", LOCK)
    wrapping.project.write("site/canal/__init__.py", bound)
    value = "is a plain value: use that of canal"
    assert wrapping.wrap("canal").splitlines() == [
        f"canal/__init__.py:4: kind: {value}",
        f"canal/__init__.py:4: number: {value}",
        f"canal/__init__.py:5: other: {value}",
        f"canal/__init__.py:5: stream: {value}",
        f"canal/__init__.py:7: size: {value}",
        f"canal/__init__.py:8: last: {value}",
        f"canal/__init__.py:8: sizes: {value}",
        "canal/__init__.py:9: called: called is defined inside a function, where nothing can import it",
    ]


def test_what_was_tried_in_vain_is_left_out_for_what_it_was_tried_for(wrapping: Wrapping) -> None:
    """A parameter of an overload that the function has not; a method as in a base, whose face has it not in the end."""
    wrapping.project.write("site/canal/py.typed", "")
    wrapping.project.write("site/canal/__init__.py", TRIED)
    assert wrapping.wrap("canal").splitlines() == [
        "canal/__init__.py:16: Base.lift: Base.lift has no return annotation",
        "canal/__init__.py:22: Sub.lift: Sub.lift has no return annotation",
        (
            "canal/__init__.py:34: run: the parameter more of the overload of run in line 33: _Hidden of canal is "
            "private, and this is public"
        ),
    ]


TRIED = """from typing import overload

__all__ = ["Gate", "Sub", "Base", "run"]


class Gate:
    async def open(self) -> int:
        return 1


class Base:
    async def stay(self) -> int:
        return 1

    # Its subclass is read before it.
    async def lift(self):
        return Gate()


class Sub(Base):

    async def lift(self):
        return Gate()


class _Hidden:
    pass


@overload
async def run(gate: str) -> Gate: ...
@overload
async def run(gate: int, *, more: _Hidden = ...) -> Gate: ...
async def run(gate: object, **options: object) -> Gate:
    return Gate()
"""


def test_every_name_of_all_is_taken_or_listed(wrapping: Wrapping) -> None:
    """Names with an underscore, too; what two modules offer is told once, and nothing that `__all__` has not."""
    names = ["Gate", "LIMIT", "LIMIT", "__version__", "_fetch", "_again", "get", "fetch", "find", "lost", "lost"]
    more = "\n__version__ = '1'\n\nasync def _fetch() -> Gate: ...\n\n_again = fetch\n"
    wrapping.project.write("site/canal/py.typed", "")
    wrapping.project.write("site/canal/_lock.py", LOCK)
    wrapping.project.write("site/canal/locks.py", "from ._lock import LIMIT\n\n__all__ = ['LIMIT']\n")
    wrapping.project.write("site/canal/__init__.py", f"{NAMES}{more}\n__all__ = {names}\n")
    underscore = "begins with an underscore, and what is generated has public names: use that of canal"
    assert wrapping.wrap("canal") == (
        "canal/__init__.py:20: fetch: is another name of canal.get: use that name\n"
        "canal/__init__.py:25: find: is a function with a cache: use that of canal, or write a function that calls it\n"
        "canal/__init__.py:34: __version__: is a plain value: use that of canal\n"
        f"canal/__init__.py:36: _fetch: {underscore}\n"
        f"canal/__init__.py:38: _again: {underscore}\n"
        "canal/__init__.py:40: lost: is in __all__ of canal, which has none\n"
        "canal/_lock.py:1: LIMIT: is a plain value: use that of canal\n"
    )
