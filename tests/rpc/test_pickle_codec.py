"""Values of a parent and its child cross whole; long data is never copied, and names mean the same thing there."""

from __future__ import annotations

import datetime as dt
import enum
import pathlib
import pickle
import re
import sys
import threading
from collections import OrderedDict, defaultdict
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ambidex.errors import ProtocolError, UsageError
from ambidex.protocol import Limits
from ambidex.rpc._codecs import PickleCodec, what_fails
from tests.codegen.conftest import INTERPRETERS
from tests.interrupting import interrupted
from tests.programs import LIBRARY, run_to_its_end

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CODEC = PickleCodec()
LARGE = 64 * 1024
T = TypeVar("T")


class Colour(enum.Enum):
    RED = 1


@dataclass
class Station:
    name: str
    where: pathlib.PurePath
    readings: list[float] = field(default_factory=list)


class Array:
    """Pickle as arrays do: data as a buffer, which becomes the data of the one that is put together."""

    def __init__(self, data: Any) -> None:
        self.data = data

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        return _array, (pickle.PickleBuffer(self.data),)


def _array(data: Any) -> Array:
    return Array(data)


def crossed(value: object, codec: PickleCodec = CODEC) -> Any:
    """Return what arrives, each buffer in memory of its own."""
    payload, buffers = codec.dumps(value)
    for view in buffers:
        assert (view.format, view.ndim, view.contiguous) == ("B", 1, True)
    return codec.loads(payload, [bytearray(view) for view in buffers])


plain = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
leaves = plain | st.binary() | st.dates() | st.sampled_from([Colour.RED, Station, len, pathlib.PurePosixPath("/a/b")])
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.dictionaries(plain, inner)
        | st.builds(Station, st.text(), st.just(pathlib.Path("a")), st.lists(st.floats(allow_nan=False)))
    ),
    max_leaves=20,
)


@settings(max_examples=150)
@given(value=values | st.tuples(st.lists(values).map(tuple), st.dictionaries(st.text(), values)))
def test_value_crosses_as_it_is(value: object) -> None:
    """Of any shape; the quick way for plain ones makes no difference."""
    got = crossed(value)
    assert got == value
    assert type(got) is type(value)


BUILTIN: list[Any] = [
    {1, 2},
    frozenset({"a"}),
    1 + 2j,
    OrderedDict(a=1),
    re.compile("a+"),
    dt.timedelta(1),
    range(3),
    [[]] * 99,
]


@pytest.mark.parametrize("value", BUILTIN, ids=repr)
def test_builtin_value_crosses_as_it_is(value: object) -> None:
    """Those of the library that are no plain ones."""
    assert crossed(((value,), {"key": value})) == ((value,), {"key": value})


def test_call_of_numbers_and_texts_is_a_pickle_and_no_more() -> None:
    """Most calls cost what pickle costs."""
    for value in (((1, "two", 3.0), {"four": None, "five": True}), 6, ["seven"], {"eight": 9}):
        payload, buffers = CODEC.dumps(value)
        assert (payload, list(buffers)) == (pickle.dumps(value, 5), [])


def test_buffer_is_the_sender_s_memory_and_becomes_the_receiver_s() -> None:
    """Nothing is copied on either side."""
    data = bytearray(LARGE)
    payload, (view,) = CODEC.dumps({"deep": [Array(data)]})
    data[0] = 7
    assert view[0] == 7
    arrived = bytearray(view)
    assert CODEC.loads(payload, [arrived])["deep"][0].data is arrived
    assert len(payload) < 300


def test_buffer_that_may_not_be_written_arrives_so() -> None:
    """As a view that says so."""
    data = crossed(Array(bytes(LARGE))).data
    assert isinstance(data, memoryview)
    assert data.readonly


@pytest.mark.parametrize("size", [10, 3 * LARGE])
def test_buffer_with_gaps_arrives_without_them(size: int) -> None:
    """In the order of its items, of any size."""
    data = bytes(range(256)) * (size // 256 + 1)
    assert bytes(crossed(Array(memoryview(data)[::2])).data) == data[::2]
    assert bytes(crossed((1, pickle.PickleBuffer(memoryview(data)[::2])))[1]) == data[::2]
    assert type(crossed(Array(memoryview(bytearray(data))[::2])).data) is bytearray


def test_small_buffers_and_very_many_go_into_the_payload() -> None:
    """A message has only so many buffers; a long payload is one of them."""
    assert not CODEC.dumps([Array(bytearray(100))] * 10)[1]
    most = Limits().buffers
    many = [Array(bytearray(5000)) for _ in range(most + 100)]
    payload, buffers = CODEC.dumps(many)
    assert len(buffers) == most - 1
    assert len(payload) > 100 * 5000
    got = CODEC.loads(payload, [bytearray(each) for each in buffers])
    assert [each.data for each in got] == [each.data for each in many]


PLACES: list[Callable[[object], object]] = [
    lambda data: data,
    lambda data: (1, data),
    lambda data: ((data,), dict[str, object]()),
    lambda data: ((), {"data": data}),
]


@pytest.mark.parametrize("kind", [bytes, bytearray])
@pytest.mark.parametrize(
    "place",
    PLACES,
    ids=["value", "item", "argument", "keyword"],
)
def test_long_bytes_go_beside_the_payload(place: Callable[[object], object], kind: Any) -> None:
    """From their own memory, as an argument, a result, or an item of a result; they arrive as what they were."""
    data = kind(b"\x05" * LARGE)
    payload, (view,) = CODEC.dumps(place(data))
    assert len(payload) < 200
    assert view.obj is data
    arrived = bytearray(view)
    assert CODEC.loads(payload, [arrived]) == place(data)
    assert CODEC.loads(payload, [memoryview(arrived)]) == place(data)


def test_same_long_bytearray_twice_arrives_once() -> None:
    """And the received memory is its own."""
    data = bytearray(LARGE)
    payload, (view,) = CODEC.dumps(((data, data), {"third": data}))
    arrived = bytearray(view)
    (first, second), rest = CODEC.loads(payload, [arrived])
    assert first is second
    assert first is rest["third"]
    assert first is arrived


class Table:
    """Keep callables here, as a session does."""

    def __init__(self) -> None:
        self.kept: list[object] = []

    def export_class(self, cls: type) -> tuple[object, ...] | None:
        """Let each class cross by its name."""
        return None

    def export(self, value: object) -> tuple[object, ...] | None:
        """Keep what can be called."""
        assert not isinstance(value, type)
        if not callable(value):
            return None
        self.kept.append(value)
        return ("callable", len(self.kept) - 1)

    def resolve(self, token: tuple[object, ...]) -> object:
        """Find it again."""
        kind, number = token
        assert kind == "callable"
        assert isinstance(number, int)
        return self.kept[number]


def double(number: int) -> int:
    """Be a function that could cross by name."""
    return 2 * number


def test_handles_cross_as_tokens() -> None:
    """Closures, methods and functions of a module, wherever they stand; the object itself is found again."""
    codec = PickleCodec(Table())
    kept: list[int] = []
    closure: Any = lambda: 1  # noqa: E731  it has no name to cross by
    method: Any = kept.append
    (first, second), rest = crossed(((closure, [double]), {"then": partial(double, 1), "method": method}), codec)
    assert first is closure
    assert second == [double]
    assert (rest["then"](), rest["method"]) == (2, method)


def test_what_puts_objects_together_is_no_handle() -> None:
    """The functions that arrays, patterns and the like name for it are the receiver's own."""
    table = Table()
    array, pattern, counts, station = crossed(
        (Array(bytearray(9)), re.compile("a"), defaultdict(list, a=[1]), Station("x", pathlib.Path("y"))),
        PickleCodec(table),
    )
    assert (array.data, pattern.pattern, counts["b"], station.name) == (bytearray(9), "a", [], "x")
    assert table.kept == []


def test_handle_where_there_is_no_session_is_refused() -> None:
    """With a sentence."""
    payload, _ = PickleCodec(Table()).dumps(double)
    with pytest.raises(ProtocolError, match=r"^a pickle came with '_handle' of this library, which there is not"):
        CODEC.loads(payload, [])


MAIN = """
import sys, base64, dataclasses, typing
from ambidex.rpc._codecs import PickleCodec

T = typing.TypeVar("T")

@dataclasses.dataclass
class Point:
    x: int
    class Inner:
        pass

def move():
    pass

if len(sys.argv) == 2:
    codec = PickleCodec(main_file=__file__, is_child=True)
    for each in ([Point(1)], {"kind": Point.Inner}, (move,), T):
        print(base64.b64encode(codec.dumps(each)[0]).decode())
"""
READER = """
for line in open(sys.argv[1]):
    try:
        print("took", PickleCodec(is_child=False).loads(base64.b64decode(line), []))
    except Exception as error:
        print(type(error).__name__, error)
"""


def test_names_of_a_main_program_never_become_those_of_another(tmp_path: Path) -> None:
    """Though both have one of that name: it is refused, with the file and what to do."""
    sender, reader, sent = tmp_path / "worker.py", tmp_path / "parent.py", tmp_path / "sent"
    sender.write_text(MAIN)
    reader.write_text(MAIN + READER.replace("sys.argv[1]", "sys.argv[2]"))
    path = {"PYTHONPATH": str(LIBRARY)}
    done = run_to_its_end([sys.executable, str(sender), "send"], path)
    assert done.returncode == 0, done.stderr
    sent.write_text(done.stdout)
    done = run_to_its_end([sys.executable, str(reader), "read", str(sent)], path)
    assert done.returncode == 0, done.stderr
    rest = (
        "came from the child process, which runs that file as its __main__: in the parent process there is no such "
        "thing; put it into a module that both import"
    )
    assert done.stdout.splitlines() == [
        *(f"UsageError {name} of {sender} {rest}" for name in ("Point", "Point.Inner", "move")),
        f"UsageError T of the main program {rest}",
    ]


def test_name_of_the_parent_s_main_says_so_in_the_child() -> None:
    """The sentence names the two sides the right way round."""
    with pytest.raises(
        UsageError, match=r"^Point of /x/app\.py came from the parent process, .* in the child process "
    ):
        PickleCodec(is_child=True).refuse_main("/x/app.py", "Point")


ACROSS = """
import sys, base64, json
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath
from ambidex.rpc._codecs import PickleCodec
codec, paths = PickleCodec(), [Path("/a/b c"), PurePosixPath("d"), PureWindowsPath("C:/e"), Path(), PurePosixPath, Path]
if sys.argv[1] == "send":
    print(base64.b64encode(codec.dumps(paths)[0]).decode())
else:
    got = codec.loads(base64.b64decode(sys.argv[1]), [])
    assert got == paths, got
    assert [type(each) for each in got] == [type(each) for each in paths]
"""


@pytest.mark.parametrize("reads", [pytest.param(each, id=f"to-{each}") for each in sorted(INTERPRETERS)])
def test_paths_cross_between_versions(reads: str, tmp_path: Path) -> None:
    """3.13 has them in another module than all others; this asks each pair of versions that this machine has."""
    program = tmp_path / "across.py"
    program.write_text(ACROSS)
    path = {"PYTHONPATH": str(LIBRARY)}
    for python in INTERPRETERS.values():
        sent = run_to_its_end([str(python), str(program), "send"], path)
        assert sent.returncode == 0, sent.stderr
        read = run_to_its_end([str(INTERPRETERS[reads]), str(program), sent.stdout.strip()], path)
        assert read.returncode == 0, read.stderr


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("nowhere_at_all.sub\nThing", "No module named 'nowhere_at_all'"),
        ("json\nThing", "json has no attribute Thing|Can't get attribute 'Thing'"),
    ],
)
def test_name_that_is_not_here_is_a_sentence(name: str, why: str) -> None:
    """With what is missing, and what to do."""
    shown = re.escape(name.replace("\n", "."))
    with pytest.raises(UsageError, match=rf"^{shown} came from the other process, and cannot be .*({why}).*; install"):
        CODEC.loads(b"\x01c" + name.encode() + b"\n.", [])


def test_exception_of_a_signal_handler_is_no_missing_name() -> None:
    """Wherever it comes in the reading of a value whose class is here, it is raised as it is."""
    codec = PickleCodec()
    value: OrderedDict[str, int] = OrderedDict(a=1)
    payload, buffers = codec.dumps(value)
    module = sys.modules[PickleCodec.__module__]
    number = 1
    while interrupted(module, number, lambda: codec.loads(payload, buffers), kind=TimeoutError):
        number += 1
    assert number > 2


def test_value_with_what_does_not_cross_is_refused_and_the_part_is_told() -> None:
    """By the way to the innermost part."""
    lock = threading.Lock()
    for value, said in (
        ((1, {"lock": lock}), "args[1]['lock']: cannot pickle '_thread.lock' object"),
        (
            [Station("x", pathlib.Path(), cast("Any", [lock]))],
            "args[0].readings[0]: cannot pickle '_thread.lock' object",
        ),
        ({(lock,): 1}, None),
        (ValueError("no", lock), "args.args[1]: cannot pickle '_thread.lock' object"),
        (lock, "args: cannot pickle '_thread.lock' object"),
    ):
        with pytest.raises(TypeError, match="cannot pickle"):
            CODEC.dumps(value)
        told = what_fails(CODEC, value, "args")
        assert told.endswith("cannot pickle '_thread.lock' object")
        assert told == (said or told)


def test_value_that_holds_itself_has_its_part_told() -> None:
    """The search ends."""
    value: list[object] = [1]
    value += [value, {"deep": lambda: 1}]
    assert re.match(r"value\[2\]\['deep'\]: Can't (pickle|get local object) ", what_fails(CODEC, value))


def test_value_that_crosses_has_no_part_to_tell() -> None:
    """Handles count as crossing."""
    assert what_fails(CODEC, [Station("x", pathlib.Path())]) == ""
    assert what_fails(PickleCodec(Table()), [lambda: 1]) == ""


def test_sentence_of_a_handle_is_told_instead_of_what_is_inside_its_object() -> None:
    """What may not be given away is named with its place, at any depth; why its parts would not cross says nothing."""

    class Refusing(Table):
        def export_class(self, cls: type) -> tuple[object, ...] | None:
            return None

        def export(self, value: object) -> tuple[object, ...] | None:
            if isinstance(value, Station):
                raise UsageError("this station stays")
            return super().export(value)

    codec = PickleCodec(Refusing())
    kept = Station("x", pathlib.Path())
    kept.__dict__["lock"] = threading.Lock()
    assert what_fails(codec, (kept,), "args") == "args[0]: this station stays"
    assert what_fails(codec, {"k": [kept]}) == "value['k'][0]: this station stays"
