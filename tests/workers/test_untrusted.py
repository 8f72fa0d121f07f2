"""A child that is not trusted sends plain data: nothing that comes from it is unpickled, imported or looked into."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import (
    DeadlineExceeded,
    ParentWorker,
    RemoteError,
    UsageError,
    WorkerDied,
    WorkerNotStarted,
    WorkerPool,
    release,
)
from ambidex.errors import ProtocolError
from ambidex.rpc.calling._types import FaceTypes
from tests.limits import LIMIT_S
from tests.workers.children._atlas import Lost, Size
from tests.workers.children.atlas import Town
from tests.workers.children.errands import misdeclared, perhaps
from tests.workers.children.theatre import Prop
from tests.workers.conftest import BARE
from tests.workers.extending import Simple

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

ROOT = Path(__file__).resolve().parents[2]
PLUGIN = Path(__file__).with_name("children") / "plugin.py"


@pytest.fixture
def attacker() -> Generator[ParentWorker, None, None]:
    """Run a child that attacks when it is asked to."""
    with ParentWorker(PLUGIN, codec="msgpack", env={"MOOD": "attack"}, restart="temporary") as worker:
        yield worker


def echo(value: object) -> object:
    """Return what is given."""
    return value


def test_calls_of_an_untrusted_child_are_those_of_any_other(interpreter: Path) -> None:
    """Values, its own classes, errors, streams, functions of both sides and deadlines, with nothing installed there."""
    with ParentWorker(PLUGIN, codec="msgpack", python=interpreter) as worker:
        use_all_of(worker)


def use_all_of(parent: ParentWorker) -> None:
    """Use whatever crosses."""
    told: list[int] = []

    def tell(value: int) -> int:
        told.append(value)
        return value + 1

    call = parent.call
    assert call.area({"width": 2}, {"width": 1.5, "label": "small"}) == 6.25
    assert (call.box(3), call.place()) == ({"width": 3.0, "label": ""}, [(1, 2)])
    assert (call.apply(tell, 3), told) == (4, [3])
    assert call.multiply(3)(5) == 15
    sums = call.sums()
    assert [next(sums), sums.send(3), sums.send(4)] == [0, 3, 7]
    sums.close()
    with pytest.raises(FileNotFoundError, match="no such file") as caught:
        call.fail()
    assert isinstance(caught.value.__cause__, KeyError)
    with pytest.raises(RemoteError, match="Refused: closed today"):
        call.refuse()
    with pytest.raises(DeadlineExceeded):
        call.with_options(timeout=0.05).hold()


def is_loaded() -> bool:
    """Tell whether this process has imported msgspec."""
    return sys.modules.get("msgspec") is not None


MANY = [{"name": f"station {number}", "height": number / 7} for number in range(3000)]


def program(python: str) -> None:
    """Be a parent of a child in another interpreter: print which of both has imported msgspec, before and after."""
    with ParentWorker(PLUGIN, codec="msgpack", python=python) as worker:
        use_all_of(worker)
        before = (is_loaded(), worker.call.has_loaded("msgspec"))
        assert worker.call.echo(MANY) == MANY
        use_all_of(worker)
        print(*before, is_loaded(), worker.call.has_loaded("msgspec"))


@pytest.mark.parametrize("child_has_it", [True, False])
@pytest.mark.parametrize("parent_has_it", [True, False])
def test_calls_are_the_same_where_msgspec_reads_and_writes(parent_has_it: bool, child_has_it: bool) -> None:
    """On each side by itself, when more than a few values have crossed; neither imports it to start."""
    pytest.importorskip("msgspec", reason="msgspec is not installed: `make dev` brings it")
    hidden = "" if parent_has_it else "import sys; sys.modules['msgspec'] = None; "
    python = sys.executable if child_has_it else str(BARE)
    command = [sys.executable, "-c", f"{hidden}from tests.workers.test_untrusted import program; program({python!r})"]
    done = subprocess.run(command, check=False, timeout=LIMIT_S, cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.split() == ["False", "False", str(parent_has_it), str(child_has_it)], done.stderr


def test_what_plain_data_cannot_say_is_named() -> None:
    """By its class and its place, in either direction; and by its place where it is of another type than declared."""

    async def main() -> None:
        async with ParentWorker(PLUGIN, codec="msgpack") as worker:
            with pytest.raises(UsageError, match=r"args\[0\]\['width'\]: cannot pack 'object' object"):
                await worker.acall.area({"width": object()})
            with pytest.raises(UsageError, match=r"result\['locks'\]\[0\]: cannot pack 'lock' object"):
                await worker.acall.give_lock()
            with pytest.raises(UsageError, match=r"area\(box\).width: expected float, got str"):
                await worker.acall.area({"width": "2"})
            with pytest.raises(UsageError, match=r"area\(more\)\[0\]: the fields are others"):
                await worker.acall.area({"width": 2}, {"height": 2})
            with pytest.raises(TypeError, match="missing 1 required positional argument"):
                await worker.acall.area()

    asyncio.run(main())


def test_pickle_that_comes_is_not_read(attacker: ParentWorker, tmp_path: Path) -> None:
    """As a result, an error, an argument and an item; a trusted child's is, which shows what would happen."""
    folder = tmp_path / "unpickled"
    for name in ("give_bomb", "raise_bomb"):
        with pytest.raises(ProtocolError, match="msgpack"):
            getattr(attacker.call, name)(str(folder))
    with pytest.raises(ProtocolError, match="msgpack"):
        attacker.call.call_with_bomb(echo, str(folder))
    with pytest.raises(WorkerDied, match="broke the rules of the wire"):
        list(attacker.call.yield_bomb(str(folder)))
    assert not folder.exists()
    with ParentWorker(PLUGIN) as trusted:
        trusted.call.give(str(folder))
    assert folder.exists()


def iter_of_one() -> Iterator[int]:
    """Yield 1."""
    yield 1


def test_untrusted_child_reaches_nothing_behind_a_handle(attacker: ParentWorker) -> None:
    """It calls what it was given; the attributes of that, and what is public here, are not for it."""
    with ParentWorker("tests.workers.children.atlas_child:Atlas", cwd=ROOT) as other:
        town = other.create(Town, "Oslo")
        assert attacker.call.ask(town, "get name") == "Oslo"
        for asked in ("get __dict__", "call __reduce_ex__", "run pid", "get _roads", "set pid", "create os:system"):
            with pytest.raises(UsageError, match=r"offers no \w+"):
                attacker.call.ask(town, asked)
    for asked in ("get __globals__", "call __reduce__", "create os:system", "run ", "set x", "stream x"):
        with pytest.raises(UsageError, match="asked of a handle"):
            attacker.call.ask(echo, asked)
    for step in ("__reduce__", "gi_frame", ""):
        with pytest.raises(AttributeError, match=f"an iterator has no step '{step}'"):
            attacker.call.ask(iter_of_one(), f"step {step}")
    with pytest.raises(ProtocolError, match="the handle town comes with members"):
        attacker.call.name_module("members")


def test_untrusted_child_calls_what_a_class_overrides_and_nothing_else() -> None:
    """Of pairs that there are, by the names and the ways of the class: the face's other members are not for it."""
    with ParentWorker(PLUGIN, codec="msgpack", env={"PYTHONPATH": str(ROOT)}, restart="temporary") as worker:
        mine = worker.create(Simple, "x", overrides=True)
        ask = worker.call.ask_of_classes
        assert ask(echo, "await line", [mine, 1, 0, worker.create(Prop, "x"), 7]) == "Simple 7"
        refused: dict[str, list[tuple[str, list[Any]]]] = {
            "overrides no": [
                *[
                    (f"await {name}", [mine, 1, 0])
                    for name in ("perform", "__init__", "name", "__class__", "", "line ")
                ],
                *[(f"{way} line", [mine, 1, 0]) for way in ("block", "get", "set", "delete", "run", "", "again await")],
                ("block label", [mine, 1, 0]),
            ],
            "was released": [("await line", [mine, number, 0]) for number in (0, -1, 2, 99, 2**70, "1", None)],
            "is no object": [("await line", [3, 1, 0]), ("await line", [echo, 99, 0]), ("init", [None, 1, 0])],
            "there is no class": [("adopt", [mine, number]) for number in (0, 1, 99, "2")],
            "missing|takes": [("await line", []), ("adopt", []), ("init", [mine]), ("adopt", [mine, 2, 3])],
        }
        for message, asked in refused.items():
            for each, args in asked:
                with pytest.raises((UsageError, ProtocolError, TypeError), match=message):
                    ask(echo, each, args)
        assert mine.perform("a") == ["Simple 1"]
        other = worker.create(Simple, "y", overrides=True)
        for number in range(30):  # among them that of the other one
            with contextlib.suppress(UsageError):
                ask(echo, "await line", [mine, number, 0, worker.create(Prop, "x"), 7])
        assert (mine.name, other.name) == ("x", "y")
        release(mine)
        assert other.perform("a") == ["Simple 1"]


def test_module_that_an_untrusted_child_names_is_not_imported(
    attacker: ParentWorker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that is here and was not imported, and one that was and has no faces."""
    (tmp_path / "planted.py").write_text("", encoding="utf-8")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    with pytest.raises(UsageError, match="planted came from a process that is not trusted"):
        attacker.call.name_module("planted")
    assert "planted" not in sys.modules
    with pytest.raises(UsageError, match="has no face Class"):
        attacker.call.name_module("json")


FORGED: list[tuple[list[object], str]] = [
    ([], "a value came that msgpack does not allow"),
    (["handle"], "a value came that msgpack does not allow"),
    (["handle", "5", "f", "called"], "the number of an object is '5'"),
    (["yours", "2"], "the number of an object is '2'"),
    (["users class", "1"], "the number of an object is '1'"),
    (["handle", True, "f", "called"], "a handle came that is none"),
    (["handle", 5.0, "f", "called"], "a handle came that is none"),
    (["handle", 5, "f", "called", ["x"]], "a handle came that is none"),
    *[(["handle", number, "f", "called"], "the number of an object is") for number in (-1, 0, 1, 2**32, 2**70)],
    (["object", -1, "json", "x", "json", "x"], "has no face x|the number of an object is"),
    (["handle", 5], "of the kind 'handle' came"),
    (["handle", 5, "f"], "of the kind 'handle' came"),
    (["handle", 5, "f", "flying"], "KeyError: 'flying'"),
    (["handle", 5, "f", "called", "called"], "duplicate base class"),
    (["object", 5, "m"], "of the kind 'object' came"),
    (["object", 5, "json", 3, "json", "x"], "of the kind 'object' came"),
    (["object", 5, "json", "x", "json", "x", "x"], "of the kind 'object' came"),
    (["class", 0, "json"], "of the kind 'class' came"),
    (["class", 0, "json", 3, "json", "x"], "of the kind 'class' came"),
    (["nothing", 1], "of the kind 'nothing' came"),
    ([1, 2], "of the kind 1 came"),
    (["yours", 99], "there is no object 99 here"),
    (["users class", 99], "there is no class 99 here"),
]


def test_parts_of_what_an_untrusted_child_lends_are_checked(attacker: ParentWorker) -> None:
    """Numbers, kinds and abilities that there are not are errors of the call; nothing is made that could be called."""
    for token, said in FORGED:
        with pytest.raises((ProtocolError, UsageError), match=said):
            attacker.call.give_token(token)
    assert attacker.call.box(3) == {"width": 3.0, "label": ""}


SAID = {
    "a text": "'box'",
    "a list": "['box']",
    "a name that is a number": "{1: ('async', False, False, '()')}",
    "a name that is nothing": "{None: ('async', False, False, '()')}",
    "a list for a tuple": "{'box': ['async', False, False, '()']}",
    "a text for a tuple": "{'box': 'four'}",
    "too little": "{'box': ('async', False, False)}",
    "too much": "{'box': ('async', False, False, '()', '')}",
    "numbers for truths": "{'box': ('async', 0, 1, '()')}",
    "nothing that it takes": "{'box': ('async', False, False, None)}",
    "a number for how it runs": "{'box': (1, False, False, '()')}",
    "one right and one wrong": "{'box': ('async', False, False, '()'), 'echo': None}",
}


@pytest.mark.parametrize("name", SAID)
def test_list_of_functions_of_an_untrusted_child_is_checked(name: str) -> None:
    """What it says that it has is names, with how each runs and what it takes; one that says else does not start."""
    worker = ParentWorker(PLUGIN, codec="msgpack", env={"MOOD": "lie", "SAID": SAID[name]}, restart="temporary")
    with pytest.raises(WorkerNotStarted, match="ProtocolError: the child does not say what it has"):
        worker.call.start()
    worker.call.close()


def test_child_with_another_codec_is_refused() -> None:
    """Before anything else that it says is heard."""
    with pytest.raises(WorkerNotStarted, match=r"other codecs \(pickle\) than this one \(msgpack\)"):
        ParentWorker(PLUGIN, codec="msgpack", env={"MOOD": "pickle"}).call.start()


def test_codec_that_there_is_not_is_refused() -> None:
    """By worker and pool, which name those that there are."""
    no_codec: Any = "json"
    for make in (lambda: ParentWorker(PLUGIN, codec=no_codec), lambda: WorkerPool(PLUGIN, size=1, codec=no_codec)):
        with pytest.raises(UsageError, match=r"codec='json'\): write 'pickle' or 'msgpack'"):
            make()


def test_faces_of_a_pool_take_what_their_annotations_name() -> None:
    """Classes that the generated module names come as themselves; an exception that it does not is a `RemoteError`."""
    with WorkerPool("tests.workers.children.atlas_child:Atlas", size=1, cwd=ROOT, codec="msgpack") as pool:
        assert pool.function(Town.greeting)("you") == "Hello you"
        town = pool.create(Town, "Oslo")
        assert town.size is Size.SMALL
        assert town.build(pool.create(Town, "Bergen")).size is Size.LARGE
        with pytest.raises(RemoteError, match=r"Lost: .*Oslo is lost"):
            town.lose()


def test_face_refuses_what_is_not_of_its_annotation() -> None:
    """The message says what gave it; the child's own module gives texts where numbers were declared."""
    with ParentWorker("tests.workers.children.atlas_child:Atlas", cwd=ROOT, codec="msgpack") as worker:
        town: Any = worker.create(Town, "Oslo")
        town.name = 7
        with pytest.raises(UsageError, match=r"what Town.name gives: expected str, got int"):
            _ = town.name
        town.size = "tall"
        with pytest.raises(UsageError, match=r"what Town.size gives: expected a value of Size, got 'tall'"):
            _ = town.size
        maybe = worker.function(perhaps)
        assert [maybe(7), maybe(None)] == [(7, "told"), (None, "told")]
        with pytest.raises(UsageError, match=r"what perhaps gives\[0\]: expected int, got str"):
            maybe("seven")
        items = worker.function(misdeclared)()
        assert next(items) == 7
        with pytest.raises(UsageError, match=r"an item of misdeclared\(\): expected int, got str"):
            next(items)

        async def main() -> None:
            assert [item async for item in worker.function(misdeclared).aio()] == [7]

        with pytest.raises(UsageError, match=r"an item of misdeclared\(\): expected int, got str"):
            asyncio.run(main())


def test_exception_that_a_generated_module_names_is_known() -> None:
    """By the name under which it crosses; no other class of any module is."""
    types = FaceTypes()
    types.learn("tests.workers.children.atlas")
    assert types.find("tests.workers.children._atlas.Size") is Size
    assert types.find("tests.workers.children._atlas.Lost") is None
    types.learn(__name__)
    assert types.find("tests.workers.children._atlas.Lost") is Lost
    for name in ("tests.workers.children._atlas.Town", "subprocess.Popen", "os", "", "Size", "pathlib.Path"):
        assert types.find(name) is None


def test_command_calls_what_is_not_trusted() -> None:
    """`ambidex call --codec msgpack`."""
    command = [sys.executable, "-m", "ambidex", "call", "--codec", "msgpack", "--json", str(PLUGIN), "box", "3"]
    done = subprocess.run(command, check=True, timeout=LIMIT_S, stdout=subprocess.PIPE)
    assert done.stdout == b'{"width": 3.0, "label": ""}\n'
