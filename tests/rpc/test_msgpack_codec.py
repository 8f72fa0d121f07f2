"""Plain data crosses between sides that do not trust each other; whatever else comes is a typed error.

Whatever crosses here is written and read by Python alone and by msgspec, and both have to agree: see `BothForms`.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import decimal
import enum
import math
import pathlib
import random
import sys
import tracemalloc
import uuid
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, NewType, Optional, TypedDict, Union, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ambidex.errors import ProtocolError, RemoteError, UsageError
from ambidex.protocol import Limits
from ambidex.rpc._codecs import what_fails
from ambidex.rpc._codecs._forms import Forms
from ambidex.rpc._codecs._msgpack import MsgpackCodec
from ambidex.rpc._codecs._packing import Packer
from ambidex.rpc._failures import dump_error, load_error
from tests.codegen.conftest import INTERPRETERS
from tests.programs import LIBRARY, run_to_its_end
from tests.rpc.both_forms import HAS_MSGSPEC, MISSING, BothForms
from tests.rpc.test_pickle_codec import Table

if TYPE_CHECKING:
    from pathlib import Path

LARGE = 256 * 1024


class Colour(enum.Enum):
    RED = 1


class Level(enum.IntEnum):
    LOW = 1


class Place(NamedTuple):
    x: int
    y: float = 0.0


@dataclass
class Station:
    name: str
    height: float
    colour: Colour = Colour.RED
    places: Optional[list[Place]] = None  # noqa: UP045  read when the program runs, on 3.9, too
    code: int = field(default=0, init=False)


@dataclass
class Network:
    stations: list[Station]


@dataclass(frozen=True)
class Key:
    name: str


class Options(TypedDict, total=False):
    depth: int


CODEC = BothForms()
KNOWING = BothForms(classes=[Colour, Level, Place, Station, Network, Key])


def crossed(value: object, codec: BothForms | MsgpackCodec = CODEC, as_type: Any = Any) -> Any:
    """Return what arrives."""
    payload, buffers = codec.dumps(value)
    assert type(payload) is bytes
    return codec.loads(payload, [bytearray(each) for each in buffers], as_type)


texts = st.text(st.characters(exclude_categories=())) | st.text()
leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-(2**70), 2**70),
    st.sampled_from([s * 2**b + d for b in (5, 7, 8, 15, 16, 31, 32, 63, 64) for s in (1, -1) for d in (-1, 0, 1)]),
    st.floats(allow_nan=False),
    texts,
    st.binary(),
    st.complex_numbers(allow_nan=False),
    st.datetimes(),
    st.datetimes(timezones=st.just(dt.timezone(dt.timedelta(hours=2, seconds=3)))),
    st.dates(),
    st.times(),
    st.timedeltas(),
    st.decimals(allow_nan=False),
    st.uuids(),
    st.sampled_from([pathlib.Path("/a/b"), pathlib.PureWindowsPath("C:/x"), pathlib.PurePosixPath("y")]),
)
hashable = st.recursive(leaves, lambda inner: st.lists(inner).map(tuple) | st.frozensets(inner), max_leaves=4)
values = st.recursive(
    leaves | st.binary().map(bytearray),
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(hashable, inner) | st.sets(hashable),
    max_leaves=15,
)


def same(one: Any, two: Any) -> bool:
    """Tell whether values are equal, and of the same classes all the way down."""
    if type(one) is not type(two) or one != two:
        return False
    parts: Any = one
    if isinstance(one, dict):
        return all(same(a, b) and same(parts[a], two[b]) for a, b in zip(parts, two))
    if isinstance(one, (list, tuple)):
        return all(map(same, parts, two))
    return True


@settings(max_examples=300)
@given(value=values)
def test_value_crosses_as_it_is(value: object) -> None:
    """Of the same classes, whatever is in it."""
    assert same(crossed(value), value)


@pytest.mark.parametrize("count", [15, 16, 31, 32, 255, 256, 65535, 65536])
def test_lengths_of_all_sizes_cross(count: int) -> None:
    """Where msgpack writes them in another way."""
    for value in ("x" * count, b"x" * count, [None] * count, dict.fromkeys(range(count)), tuple(range(count))):
        assert crossed(value) == value


WRITTEN = {
    b"\xc0": None,
    b"\xc3": True,
    b"\x07": 7,
    b"\xe0": -32,
    b"\xd0\xdf": -33,
    b"\xcc\xff": 255,
    b"\xcd\x01\x00": 256,
    b"\xcb\x3f\xf8\x00\x00\x00\x00\x00\x00": 1.5,
    b"\xa3abc": "abc",
    b"\xc4\x02ab": b"ab",
    b"\x92\x01\xa1x": [1, "x"],
    b"\x81\xa1a\x02": {"a": 2},
}


@pytest.mark.parametrize("payload", WRITTEN, ids=repr)
def test_plain_values_are_what_msgpack_says(payload: bytes) -> None:
    """Byte for byte, so that other readers know them."""
    assert CODEC.dumps(WRITTEN[payload])[0] == payload
    assert same(CODEC.loads(payload), WRITTEN[payload])


def test_float_of_four_bytes_is_read() -> None:
    """Other writers send them."""
    assert CODEC.loads(b"\xca\x3f\xc0\x00\x00") == 1.5


@pytest.mark.skipif(not HAS_MSGSPEC, reason=MISSING)
def test_msgspec_is_imported_when_enough_was_written_or_read(tmp_path: Path) -> None:
    """And neither with the codec, nor for a few values; where it is not installed or too old, Python goes on alone."""
    program = tmp_path / "worth.py"
    program.write_text(WORTH)
    for hidden, loaded in (("no", "False True True"), ("absent", "False False False"), ("old", "False False False")):
        done = run_to_its_end([sys.executable, str(program), hidden], {"PYTHONPATH": str(LIBRARY)})
        assert done.stdout.strip() == loaded, done.stderr


WORTH = """
import sys
from ambidex.rpc._codecs._msgpack import MsgpackCodec
if sys.argv[1] == "absent":
    sys.modules["msgspec"] = None
elif sys.argv[1] == "old":
    import msgspec
    msgspec.__version__ = "0.18.6"
form = lambda: "ambidex.rpc._codecs._with_msgspec" in sys.modules
one, other = MsgpackCodec(), MsgpackCodec()
small, large = one.dumps([1, "x"])[0], list(range(30000))
assert one.loads(small) == [1, "x"]
said = [form()]
payload = one.dumps(large)[0]
said.append(form())
assert other.loads(payload) == large and one.loads(payload) == large and one.dumps(large)[0] == payload
print(*said, form())
"""


def test_long_bytes_go_beside_the_payload() -> None:
    """From their own memory; what may be written has the received one for its own."""
    parts: list[Any] = [bytes(LARGE), bytearray(LARGE), memoryview(bytearray(LARGE))]
    payload, buffers = CODEC.dumps({"deep": parts})
    assert len(payload) < 40
    assert [view.obj for view in buffers][:2] == parts[:2]
    assert all(view.format == "B" and view.ndim == 1 for view in buffers)
    arrived = [bytearray(view) for view in buffers]
    arrived[1][0] = 7
    first, second, third = CODEC.loads(payload, arrived)["deep"]
    assert type(first) is bytes
    assert second is arrived[1]
    assert isinstance(third, memoryview)
    assert third.obj is arrived[2]
    gaps = memoryview(bytes(range(256)) * 4096)[::2]
    assert crossed(gaps) == gaps.tobytes()
    with pytest.raises(ProtocolError, match="more buffers than came with it"):
        CODEC.loads(payload, arrived[:2])


def test_very_many_long_bytes_go_into_the_payload() -> None:
    """A message has only so many buffers; what is above that arrives all the same."""
    data = memoryview(bytes(range(256)) * (LARGE // 256))
    most = Limits().buffers - 1  # the payload is one more
    payload, buffers = CODEC.dumps([data] * (most + 2))
    assert len(buffers) == most
    got = CODEC.loads(payload, [bytearray(data)] * most)
    assert (len(got), [each == data for each in got[-3:]]) == (most + 2, [True] * 3)


def test_subclasses_of_builtin_classes_cross_as_those() -> None:
    """They are values."""
    text: Any = type("Text", (str,), {})("x")
    assert same(crossed([text, OrderedDict({"a": 1})]), ["x", {"a": 1}])


def test_registered_classes_come_back_as_themselves() -> None:
    """Wherever they stand, as keys, too."""
    station = Station("a", 1.5, Colour.RED, [Place(1), Place(2, 3.0)])
    station.code = 5
    value = {Key("k"): [station], Colour.RED: {Key("x")}, "level": Level.LOW, "network": Network([station])}
    got = crossed(value, KNOWING)
    assert got == value
    assert type(got["level"]) is Level
    assert type(got[Key("k")][0].places[0]) is Place


def test_classes_that_are_not_registered_come_as_their_parts() -> None:
    """Of no name that comes is a class looked up."""
    value = [Station("a", 1.5), Place(1), Colour.RED]
    parts = {"name": "a", "height": 1.5, "colour": 1, "places": None, "code": 0}
    assert same(crossed(value), [parts, (1, 0.0), 1])
    with pytest.raises(UsageError, match="a key or an item of a set of a class that is not registered here"):
        crossed({Key("x"): 1})


Meters = NewType("Meters", float)
TYPED: list[tuple[object, Any, object]] = [
    (Network([Station("a", 1.0)]), Network, Network([Station("a", 1.0)])),
    ({"stations": [{"name": "a", "height": 1}]}, Network, Network([Station("a", 1.0)])),
    (Colour.RED, Colour, Colour.RED),
    (1, Colour, Colour.RED),
    (1, float, 1.0),
    ([1, [2, 3.0]], list[Union[int, Place]], [1, Place(2, 3.0)]),
    (None, Optional[int], None),
    ([1, "x"], tuple[int, str], (1, "x")),
    ((1, 2), tuple[int, ...], (1, 2)),
    ([], tuple[()], ()),
    ({"a": [1]}, dict[str, list[int]], {"a": [1]}),
    ({"depth": 3}, Options, {"depth": 3}),
    ("a", Literal["a", "b"], "a"),
    (2.0, Meters, 2.0),
    ([Colour.RED], Any, [1]),
    ([Colour.RED], list, [1]),
    ({1: Place(1)}, dict, {1: (1, 0.0)}),
    (dt.date(2026, 1, 2), dt.date, dt.date(2026, 1, 2)),
]


@pytest.mark.parametrize(("value", "kind", "expected"), TYPED)
def test_annotation_says_what_comes_back(value: object, kind: Any, expected: object) -> None:
    """Without any registration."""
    assert same(crossed(value, as_type=kind), expected)


ODD = Station("c", cast("Any", "x"))
WRONG: list[tuple[object, Any, str]] = [
    (
        Network([Station("a", 1.0), Station("b", 2.0), ODD]),
        Network,
        r"result\.stations\[2\]\.height: expected float, got str",
    ),
    (True, int, "result: expected int, got bool"),
    ("a", int, "result: expected int, got str"),
    (None, int, "result: expected int, got None"),
    ("x", list[str], "result: expected list, got str"),
    ([1, "x"], list[Optional[int]], r"result\[1\]: expected int, got str"),
    (1.5, Union[int, str], r"result: expected typing\.Union\[int, str\], got float"),
    ([1], tuple[int, int], "result: expected 2 items, got 1"),
    ({"a": "x"}, dict[str, int], r"result\['a'\]: expected int, got str"),
    ({1: 1}, dict[str, int], "a key of result: expected str, got int"),
    ({"width": 3}, Options, r"result: the fields are others \(unknown: 'width'\)"),
    ({"name": "a"}, Station, r"result: the fields are others \(missing: height\)"),
    (7, Colour, "result: expected a value of Colour, got 7"),
    (Colour.RED, Place, r"result: expected Place, got tests\.rpc\.test_msgpack_codec\.Colour"),
    ("c", Literal["a", "b"], r"result: expected typing\.Literal\['a', 'b'\], got 'c'"),
    (True, Literal[1, 2], r"result: expected typing\.Literal\[1, 2\], got True"),
    (1.0, Literal[1, 2], r"result: expected typing\.Literal\[1, 2\], got 1\.0"),
    (0, Literal[False], r"result: expected typing\.Literal\[False\], got 0"),
    (True, float, "result: expected float, got bool"),
    ([], Place, "result: expected 1 items, got 0|expected 2 items"),
    (1, "int", "its annotation 'int' says nothing that can be read from plain data"),
]


@pytest.mark.parametrize(("value", "kind", "said"), WRONG)
def test_value_of_another_type_is_refused_by_its_place(value: object, kind: Any, said: str) -> None:
    """Nothing is made to fit but an integer where a float is asked for."""
    with pytest.raises(UsageError, match=said):
        crossed(value, as_type=kind)


@pytest.mark.parametrize("worth", [math.inf, 0])
def test_handles_cross_as_tokens(worth: float) -> None:
    """Where there is a session; else they are refused."""
    codec = MsgpackCodec(Table(), forms=Forms(worth))
    function: Any = lambda: 1  # noqa: E731  it is no value
    assert crossed({"then": [function]}, codec)["then"][0] is function
    with pytest.raises(ProtocolError, match="where there is no session that knows it"):
        CODEC.loads(codec.dumps(function)[0])


def test_what_stays_here_is_asked_for_once() -> None:
    """Also where integers and texts that msgspec does not write are in the same value; and in the order of the wire."""
    for worth in (math.inf, 0):
        table = Table()
        codec = MsgpackCodec(table, forms=Forms(worth))
        functions: list[Any] = [lambda: 1, lambda: 2]
        value = [
            "\udc83" * LARGE,
            2**70,
            functions[0],
            "\udc80",
            {(1, 2): functions[1], 2**64: bytes(LARGE)},
            bytearray(LARGE),
            "\udc81",
        ]
        got = crossed(value, codec)
        assert same(got, value)
        assert table.kept == functions


def test_value_that_does_not_cross_is_told() -> None:
    """By the place of the part."""
    for value, said in (
        ([1, {"a": object()}], "args[1]['a']: cannot pack 'object' object"),
        (Station("x", cast("Any", sys)), "args.height: cannot pack 'module' object"),
        (int, "args: cannot pack 'type' object"),
    ):
        with pytest.raises(TypeError, match="cannot pack"):
            CODEC.dumps(value)
        assert what_fails(CODEC, value, "args") == said
    ring: list[object] = []
    ring.append(ring)
    with pytest.raises(ValueError, match="nested deeper than 64, or holds itself"):
        CODEC.dumps(ring)


@pytest.mark.parametrize("deep", [63, 64])
def test_value_is_as_deep_as_one_that_is_read(deep: int) -> None:
    """Whatever is beside it; one deeper is refused."""
    leaves: list[Any] = [1, [], {}, ()]
    for leaf in leaves:
        value: Any = leaf
        for step in range(deep):
            value = [value] * 9 if step == deep - 1 else [value] if step % 2 else {"a": value}
        is_too_deep = deep == 64 and leaf == ()
        if not is_too_deep:
            assert same(crossed(value), value)
        with (
            contextlib.nullcontext() if deep == 63 and leaf != () else pytest.raises(ValueError, match="deeper than 64")
        ):
            CODEC.dumps([value] * 9)


def test_exceptions_of_python_and_of_this_library_cross_as_themselves() -> None:
    """With plain arguments; all others are told."""
    known: list[BaseException] = [
        KeyError("a"),
        FileNotFoundError(2, "no", "/x"),
        UsageError("b"),
        asyncio.CancelledError("c"),
    ]
    for error in known:
        got = load_error(CODEC, *arriving(error))
        assert type(got) is type(error)
        assert str(got) == str(error)
    missing = load_error(CODEC, *arriving(ImportError("x", name="y")))
    assert isinstance(missing, ImportError)
    assert missing.name == "y"
    told: list[BaseException] = [ValueError(object()), type("Own", (ValueError,), {})("x"), KeyboardInterrupt()]
    for error in told:
        got = load_error(CODEC, *arriving(error))
        assert type(got) is RemoteError
        assert got.type_name.endswith(type(error).__name__)


def arriving(error: BaseException) -> tuple[bytes, list[bytearray]]:
    """Return an exception as it arrives."""
    payload, buffers = dump_error(CODEC, error)
    return payload, [bytearray(each) for each in buffers]


HOSTILE = {
    "nothing": b"",
    "a list of four thousand million": b"\xdd\xff\xff\xff\xff\x01",
    "a dict longer than its bytes": b"\xdf\x00\x00\x00\x03\x01\x01\x01\x01",
    "a text longer than its bytes": b"\xdb\xff\xff\xff\xffa",
    "deep lists": b"\x91" * 100_000 + b"\xc0",
    "deep dicts": b"\x81\xc0" * 10_000 + b"\xc0",
    "deep extensions": b"\xc9\x00\x00\xff\xff\x02" * 1000,
    "what never begins a value": b"\xc1",
    "two values": b"\x01\x01",
    "a text that is none": b"\xa1\xff",
    "a list as a key": b"\x81\x90\x01",
    "a list with an item as a key": b"\x81\x91\x01\x01",
    "a long list as a key": b"\x81\xdd\xff\xff\xff\xff",
    "a list as a key of one dict of many": b"\xdc\x00\xff" + b"\x81\x01\x01" * 254 + b"\x81\x90\x01",
    "a dict as a key": b"\x81\x80\x01",
    "a set as a key": b"\x81\xd4\x03\x90\x01",
    "a timestamp of msgpack": b"\xd6\xff\x00\x00\x00\x01",
    "a long one": b"\xc7\x0c\xff" + bytes(12),
    "one that is none": b"\xd4\xff\x01",
    "one as a key": b"\x81\xd6\xff\x00\x00\x00\x01\x01",
    "one beside many numbers": b"\xdc\x01\x01" + b"\x01" * 256 + b"\xd6\xff\x00\x00\x00\x01",
    "lists as deep as not": b"\x91" * 65 + b"\xc0",
    "dicts as deep as not": b"\x81\xc0" * 65 + b"\xc0",
    "a wide list as deep as not": b"\x91" * 64 + b"\xdc\x01\x00" + b"\x01" * 256,
    "an extension as deep as not": b"\x91" * 64 + b"\xd4\x02\x90",
    "tuples as deep as not": b"\x91" * 30 + b"\xc7\x24\x02" + b"\x91" * 35 + b"\xc0",
    "an empty extension": b"\xc7\x00\x02",
    "an extension of two values": b"\xd5\x02\x90\x90",
    "an extension longer than its bytes": b"\xc9\xff\xff\xff\xff\x02\x90",
    "a value longer than its extension": b"\x92\xd4\x02\x91\x01",
    "an extension of no code under a key that comes again": b"\x82\x01\xd4\x63\x01\x01\x02",
    "half of a character": b"\xa3\xed\xa0\x80",
    "a key that is none": b"\x81\xa1\xff\x01",
    "bytes longer than there are": b"\xc6\xff\xff\xff\xffa",
    "an extension of no code": b"\xd4\x63\x01",
    "a bytearray of a length": b"\xd6\x11\xce\x7f\xff\xff",
    "a bytearray of a number": b"\xc7\x05\x11\xce\x7f\xff\xff\xff",
    "a decimal that is none": b"\xc7\x02\x0a\xa1x",
    "an exception that there is not": b"\xc7\x0a\x0f\x93\xa6system\x90\x80",
    "a record without fields": b"\xd4\x0d\x90",
    "a handle of floats": b"\xc7\x0a\x0e\x91\xcb" + bytes(8),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bytes_are_refused(name: str) -> None:
    """With a typed error, and nothing is allocated for what they only say."""
    tracemalloc.start()
    try:
        with pytest.raises(ProtocolError):
            CODEC.loads(HOSTILE[name])
        assert tracemalloc.get_traced_memory()[1] < 1_000_000 + 20 * len(HOSTILE[name])
    finally:
        tracemalloc.stop()


ODDITIES: dict[bytes, object] = {
    b"\x91" * 64 + b"\xc0": None,
    b"\x91" * 64 + b"\x90": [],
    b"\x91" * 64 + b"\x80": {},
    b"\x91" * 63 + b"\xd4\x02\x90": (),
    b"\x82\x01\x02\x01\x03": {1: 3},
    b"\x83\x01\x02\xc3\x03\xcb\x3f\xf0\x00\x00\x00\x00\x00\x00\x04": {1: 4},
    b"\x82\xd4\x02\x90\x01\xd4\x02\x90\x02": {(): 2},
    b"\xcf" + b"\xff" * 8: 2**64 - 1,
    b"\xd3\x80" + bytes(7): -(2**63),
    b"\xd3" + bytes(8): 0,
    b"\xdf\x00\x00\x00\x01\xd9\x01a\xc6\x00\x00\x00\x01b": {"a": b"b"},
}


@pytest.mark.parametrize("payload", ODDITIES, ids=repr)
def test_what_other_writers_may_write_is_read(payload: bytes) -> None:
    """Longer forms than are needed, the deepest that there may be, and a key twice, of which the later one counts."""
    got: Any = CODEC.loads(payload)
    while isinstance(got, list) and got:
        got = cast("Any", got)[0]
    assert same(got, ODDITIES[payload])


def as_error(*parts: object) -> bytes:
    """Return an exception as it would be written: the name of its class, its arguments and its attributes."""
    packed = Packer(lambda value: value).packed(list(parts))
    return b"\xc8" + len(packed).to_bytes(2, "big") + b"\x0f" + packed


def test_class_that_is_no_exception_is_not_made_by_one() -> None:
    """Though it is known."""
    codec = MsgpackCodec(classes=[Place])
    with pytest.raises(ProtocolError, match="Place is no exception that is known here"):
        codec.loads(as_error(f"{__name__}.Place", [1, 2], {}))


def test_exception_that_comes_sets_no_private_attributes() -> None:
    """Neither those that Python has for itself, as its class and its cause, nor somebody's own."""
    attributes = {"said": "closed", "_own": 1, "__class__": "x", "__cause__": "y", "__traceback__": None}
    error = CODEC.loads(as_error("ValueError", ["wrong"], attributes))
    assert (type(error), error.args, vars(error)) == (ValueError, ("wrong",), {"said": "closed"})


@pytest.mark.parametrize("name", ["a list of four thousand million", "a dict longer than its bytes"])
def test_length_that_cannot_be_is_refused_before_any_item(name: str) -> None:
    """Each item has a byte at least, and each key and value."""
    with pytest.raises(ProtocolError, match=r"says that it has \d+ items, and there are fewer bytes$"):
        CODEC.loads(HOSTILE[name])


def attempt(payload: bytes, as_type: Any = Any) -> None:
    """Read bytes that may be anything."""
    with contextlib.suppress(ProtocolError, UsageError):
        KNOWING.loads(payload, [bytearray(3)], as_type)


@settings(max_examples=500)
@given(payload=st.binary(max_size=200))
def test_random_bytes_are_read_or_refused(payload: bytes) -> None:
    """Nothing else is raised."""
    attempt(payload)
    attempt(payload, Network)


PIECES = [
    *(bytes([first]) for first in (*range(0x80, 0xA4), 0x00, 0x7F, 0xE0, 0xFF, 0xC0, 0xC1, 0xC2, 0xC3)),
    *(
        b"\xc4\x01a",
        b"\xa1a",
        b"\xd9\x02\xc3\xa4",
        b"\xca" + bytes(4),
        b"\xcb\x7f\xf8" + bytes(6),
        b"\xcf" + b"\xff" * 8,
    ),
    *(b"\xdc\x00\x02", b"\xdd\x00\x00\x00\x03", b"\xde\x00\x01", b"\xdf\x00\x00\x00\x02", b"\xdc\x01\x00" + bytes(256)),
    *(bytes([first, code]) for first in range(0xD4, 0xD9) for code in (*range(21), 0x63, 0xFF)),
    *(bytes([0xC7, size, code]) for size in range(8) for code in (2, 3, 6, 13, 15, 16)),
    *(b"\x91" * 30, b"\x81\xc0" * 20, b"\xd6\x02\xd5\x02\x91"),
]


@settings(max_examples=1000)
@given(pieces=st.lists(st.sampled_from(PIECES), max_size=30))
def test_pieces_of_msgpack_are_read_or_refused(pieces: list[bytes]) -> None:
    """Heads of all kinds in any order, which come further than random bytes do."""
    attempt(b"".join(pieces))
    attempt(b"".join(pieces) + b"\xc0" * 10)


EVERYTHING: list[object] = [
    *(None, True, 1, -(2**40), 2**80, 1.5, "ä\udcff", b"x", bytearray(b"y"), [1], (2,), {3}, frozenset({4}), {"a": 5}),
    *(1j, dt.datetime(2026, 1, 2, tzinfo=dt.timezone.utc), dt.date(2026, 1, 2), dt.time(3), dt.timedelta(4)),
    *(decimal.Decimal("1.5"), uuid.UUID(int=6), pathlib.Path("z"), ValueError("b"), OSError(2, "c", "d")),
    *(Station("e", 1.0, places=[Place(1)]), Network([]), Key("f"), Colour.RED, Level.LOW, memoryview(b"g")),
]


@settings(max_examples=300)
@given(seed=st.integers(0, 2**32), value=values | st.sampled_from(EVERYTHING))
def test_changed_bytes_are_read_or_refused(seed: int, value: object) -> None:
    """Of everything that there is, with some changed, left out or doubled."""
    draw = random.Random(seed)
    payload = bytearray(KNOWING.dumps([value, *draw.sample(EVERYTHING, 5)])[0])
    for _ in range(draw.randint(1, 4)):
        place = draw.randrange(len(payload))
        change = draw.randrange(3)
        if change == 0:
            payload[place] = draw.randrange(256)
        elif change == 1:
            del payload[place : place + draw.randint(1, 4)]
            payload += b"\xc0"
        else:
            payload[place:place] = payload[place : place + draw.randint(1, 8)]
    attempt(bytes(payload))
    attempt(bytes(payload), list[Any])


ACROSS = """
import sys, base64, datetime, decimal, pathlib
from ambidex.rpc._codecs._msgpack import MsgpackCodec
value = [1, -2**70, 1.5, "x", b"y", (1, {2: 3}), {4}, datetime.datetime(2026, 1, 2, 3, 4, 5, 6, datetime.timezone.utc),
    decimal.Decimal("1.50"), pathlib.Path("a/b"), 1j, None, True]
if sys.argv[1] == "send":
    print(base64.b64encode(MsgpackCodec().dumps(value)[0]).decode())
else:
    got = MsgpackCodec().loads(base64.b64decode(sys.argv[1]))
    assert got == value, got
    assert list(map(type, got)) == list(map(type, value))
"""


def test_values_cross_between_versions(tmp_path: Path) -> None:
    """All of this machine's read what the oldest and the newest write."""
    program = tmp_path / "across.py"
    program.write_text(ACROSS)
    path = {"PYTHONPATH": str(LIBRARY)}
    ordered = sorted(INTERPRETERS, key=lambda version: int(version.split(".")[1]))
    for writes in {ordered[0], ordered[-1]}:
        sent = run_to_its_end([str(INTERPRETERS[writes]), str(program), "send"], path)
        assert sent.returncode == 0, sent.stderr
        for python in INTERPRETERS.values():
            read = run_to_its_end([str(python), str(program), sent.stdout.strip()], path)
            assert read.returncode == 0, read.stderr
