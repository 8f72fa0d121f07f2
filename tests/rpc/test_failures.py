"""Exceptions cross as what they are where both sides know them; else they tell all that they did, and break nothing."""

from __future__ import annotations

import asyncio
import base64
import builtins
import concurrent.futures
import contextlib
import pickle
import re
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ambidex.errors import DeadlineExceeded, ProtocolError, RemoteError
from ambidex.rpc._codecs import PickleCodec
from ambidex.rpc._failures import dump_error, load_error
from tests.codegen.conftest import INTERPRETERS
from tests.programs import LIBRARY, run_to_its_end
from tests.rpc import known_errors

if TYPE_CHECKING:
    from collections.abc import Callable


CODEC = PickleCodec()
GROUP: Any = getattr(builtins, "BaseExceptionGroup", None)


def crossed(error: BaseException) -> Any:
    """Return what arrives."""
    payload, buffers = dump_error(CODEC, error)
    return load_error(CODEC, payload, [bytearray(each) for each in buffers])


def raised(make: Callable[[], BaseException]) -> BaseException:
    """Return an exception that was raised here."""
    secret = "of a local variable"
    try:
        raise make()  # noqa: TRY301  it needs a traceback
    except BaseException as error:  # noqa: BLE001  it is given back
        assert secret
        return error


def note(error: BaseException) -> str:
    """Return the last note."""
    return str(getattr(error, "__notes__")[-1])  # noqa: B009  3.9 has no such attribute by itself


KNOWN: list[Callable[[], BaseException]] = [
    lambda: ValueError("no", 3),
    lambda: KeyError("k"),
    lambda: FileNotFoundError(2, "No such file", "/x"),
    lambda: UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"),
    lambda: known_errors.Flooded("Oslo", 2.5),
    lambda: known_errors.TakesTwo("Oslo", 2),
    lambda: DeadlineExceeded("query", 3.0),
    lambda: RemoteError("torch.Oops", "far"),
    lambda: asyncio.CancelledError("why"),
    lambda: StopAsyncIteration(1),
    lambda: pickle.PicklingError("as one of theirs"),
]


@pytest.mark.parametrize("make", KNOWN)
def test_known_exception_crosses_as_its_own_class(make: Callable[[], BaseException]) -> None:
    """With its arguments, attributes and text, and the traceback of where it was raised as a note."""
    error = raised(make)
    got = crossed(error)
    assert type(got) is type(error)
    assert (got.args, str(got), got.__dict__) == (error.args, str(error), {**error.__dict__, "__notes__": [note(got)]})
    first, where, line, *_, last = note(got).splitlines()
    assert first == "Traceback of the other process (most recent call last):"
    assert f'File "{__file__}", line ' in where
    assert "raise make()" in line
    assert last.endswith(str(error))
    assert "of a local variable" not in note(got)


UNKNOWN: list[tuple[Callable[[], BaseException], str, str]] = [
    (lambda: known_errors.NeedsTwo("x", 1), "x has code 1", "cannot be put together .TypeError: .*'code'"),
    (known_errors.HasLock, "locked", "does not cross .TypeError: cannot pickle '_thread.lock' object"),
    (known_errors.Untold, "<str() of it raised ZeroDivisionError>", ""),
    (lambda: known_errors.Untaken("a"), "a", "does not cross .RuntimeError: not me"),
    (lambda: known_errors.Ending("b"), "b", "no exception that may be raised in another process"),
    (lambda: known_errors.Number("c"), "c", "no exception that may be raised in another process"),
    (lambda: known_errors.Meant("d"), "d", "meant for the other process"),
    (lambda: SystemExit(3), "3", "meant for the other process"),
    (lambda: KeyboardInterrupt(), "", "meant for the other process"),  # noqa: PLW0108  each alike
    (lambda: GeneratorExit(), "", "meant for the other process"),  # noqa: PLW0108
    (lambda: type("Local", (Exception,), {})("e"), "e", "does not cross "),
]


@pytest.mark.parametrize(("make", "text", "why"), [each for each in UNKNOWN if each[2]])
def test_exception_that_does_not_cross_tells_what_it_was(
    make: Callable[[], BaseException], text: str, why: str
) -> None:
    """With its text, why it is another one here, and its traceback; its class may do whatever it likes."""
    error = raised(make)
    got = crossed(error)
    assert type(got) is RemoteError
    notes: list[str] = getattr(got, "__notes__")  # noqa: B009  as in `note`
    assert got.type_name.endswith(type(error).__qualname__)
    assert got.text == text
    assert note(got).splitlines()[0] == "Traceback of the other process (most recent call last):"
    said = notes[-2]
    assert said.startswith("It is a RemoteError here: ")
    assert re.search(why, said), said


def test_exception_without_a_text_crosses_all_the_same() -> None:
    """As its class, whose text is asked of it here as little as there."""
    got = crossed(raised(known_errors.Untold))
    assert type(got) is known_errors.Untold
    assert note(got).endswith("Untold: <str() of it raised ZeroDivisionError>")


@pytest.mark.parametrize(
    ("error", "kind"), [(known_errors.Sealed(4), known_errors.Sealed), (known_errors.Frozen(4), known_errors.Frozen)]
)
def test_exception_that_lets_nothing_be_set_has_notes_and_causes(error: Exception, kind: type[Exception]) -> None:
    """What the class itself would do with an attribute is not asked."""
    object.__setattr__(error, "__cause__", ValueError("x"))
    got = crossed(error)
    assert type(got) is kind
    assert type(got.__cause__) is ValueError
    assert note(got).endswith(": 4")


def test_causes_and_contexts_cross() -> None:
    """Each with a traceback of its own; and what is hidden stays so."""

    def fail() -> None:
        try:
            try:
                raise KeyError("first")  # noqa: TRY301  a context
            except KeyError:
                raise known_errors.NeedsTwo("second", 2)  # noqa: B904  the context is what is tested
        except Exception as error:
            raise ValueError("third") from error

    with pytest.raises(ValueError, match="third") as caught:
        fail()
    third = crossed(caught.value)
    second = third.__cause__
    first = second.__context__
    assert [type(each) for each in (third, second, first)] == [ValueError, RemoteError, KeyError]
    assert third.__suppress_context__
    assert third.__context__ is second
    assert second.__cause__ is None
    assert not second.__suppress_context__
    assert 'raise KeyError("first")' in note(first)
    assert 'raise KeyError("first")' not in note(third)


def test_errors_that_lead_to_each_other_cross() -> None:
    """In a ring, and very many."""
    one, two = ValueError("one"), ValueError("two")
    one.__cause__, two.__cause__ = two, one
    got = crossed(one)
    assert got.__cause__.__cause__ is got
    last: BaseException = ValueError(0)
    for number in range(1, 1000):
        following = ValueError(number)
        following.__cause__ = last
        last = following
    got, count = crossed(last), 0
    while got is not None:
        got, count = got.__cause__, count + 1
    assert count == 100


def test_notes_stay_in_front_of_the_traceback() -> None:
    """Those of a process further away are among them."""
    error = raised(lambda: ValueError("x"))
    error.__dict__["__notes__"] = ["a note", 3, "another"]
    once = crossed(error)
    twice = crossed(once)
    assert once.__notes__[:2] == ["a note", "another"]
    assert len(once.__notes__) == 3
    assert twice.__notes__[:3] == once.__notes__
    assert len(twice.__notes__) == 4


def test_stop_iteration_is_a_runtime_error() -> None:
    """No future takes it, and no coroutine raises it."""
    got = crossed(raised(lambda: StopIteration(5)))
    assert type(got) is RuntimeError
    assert str(got) == "the call raised StopIteration"
    assert type(got.__cause__) is StopIteration
    assert note(got).endswith("StopIteration: 5")
    with contextlib.closing(asyncio.new_event_loop()) as loop:
        future = loop.create_future()
        future.set_exception(got)
        assert future.exception() is got


def test_traceback_of_endless_recursion_is_short() -> None:
    """Its two ends are there."""

    def ping(depth: int) -> int:
        return pong(depth + 1)

    def pong(depth: int) -> int:
        return ping(depth + 1)

    with pytest.raises(RecursionError) as caught:
        ping(0)
    lines = note(crossed(caught.value)).splitlines()
    assert len(lines) < 140
    assert any("more ..." in line for line in lines)


def test_frames_of_the_library_are_left_out() -> None:
    """They say nothing about the user's mistake."""
    with pytest.raises(AttributeError) as caught:
        CODEC.dumps(lambda: 1)
    assert "_pickle.py" in str(caught.traceback[-1].path)
    assert "_pickle.py" not in note(crossed(caught.value))
    assert "CODEC.dumps(lambda: 1)" in note(crossed(caught.value))


@pytest.mark.skipif(GROUP is None, reason="exception groups came with 3.11")
def test_groups_cross_with_their_members() -> None:
    """Whatever those are, nested, and of a class of their own."""
    inner = GROUP("inner", [KeyboardInterrupt(), KeyError("k")])
    got = crossed(raised(lambda: GROUP("outer", [known_errors.HasLock(), inner])))
    plain: Any = GROUP("of errors", [ValueError()]).__class__
    assert type(got) is plain
    assert plain.__name__ == "ExceptionGroup"  # all of its members are exceptions here
    assert got.message == "outer"
    assert [type(each) for each in got.exceptions] == [RemoteError, plain]
    assert [type(each) for each in got.exceptions[1].exceptions] == [RemoteError, KeyError]
    assert "Traceback of the other process" in note(got)
    local: Any = type("Local", (plain,), {})
    assert type(crossed(local("o", [ValueError(1)]))) is plain
    assert type(crossed(known_errors.Own("o", [ValueError(1)]))) is known_errors.Own


CHILD = """
import sys, base64
from ambidex.rpc._codecs import PickleCodec
from ambidex.rpc._failures import dump_error, load_error
class Oops(Exception):
    pass
def fail():
    raise Oops("broken")
codec = PickleCodec(main_file=__file__, is_child=True)
def send(error):
    payload, buffers = dump_error(codec, error)
    assert not buffers
    print(base64.b64encode(payload).decode())
if sys.argv[1] == "main":
    try:
        fail()
    except Oops as error:
        send(error)
elif sys.argv[1] == "group":
    send(ExceptionGroup("both", [ValueError("a"), ExceptionGroup("deeper", [KeyError("b")])]))
elif sys.argv[1] == "timeout":
    import asyncio, concurrent.futures, socket
    for each in (TimeoutError, asyncio.TimeoutError, concurrent.futures.TimeoutError, socket.timeout, OSError):
        send(each("late"))
else:
    error = load_error(codec, base64.b64decode(sys.argv[1]))
    print(type(error).__name__, error)
    print(*error.__notes__, sep="\\n")
"""


def ask(python: Path, folder: Path, what: str) -> str:
    """Run the program above."""
    program = folder / "worker.py"
    program.write_text(CHILD)
    done = run_to_its_end([str(python), str(program), what], {"PYTHONPATH": str(LIBRARY)})
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_exception_of_a_main_program_is_told(tmp_path: Path) -> None:
    """Its class is nowhere to be found; the traceback names its file."""
    error = load_error(CODEC, base64.b64decode(ask(Path(sys.executable), tmp_path, "main")))
    assert type(error) is RemoteError
    assert (error.type_name, error.text) == ("__main__.Oops", "broken")
    why, traceback = getattr(error, "__notes__")  # noqa: B009  as in `note`
    assert f"Oops of {tmp_path / 'worker.py'} came from the child process" in why
    assert f'File "{tmp_path / "worker.py"}", line 8, in fail' in traceback


@pytest.mark.parametrize("version", [pytest.param(each, id=each) for each in sorted(INTERPRETERS)])
def test_exceptions_cross_between_versions(version: str, tmp_path: Path) -> None:
    """Time-outs are of the classes that either version has for them; a group is told where there are none."""
    python = INTERPRETERS[version]
    sent = ask(python, tmp_path, "timeout").split()
    got = [load_error(CODEC, base64.b64decode(payload)) for payload in sent]
    assert [str(error) for error in got] == ["late"] * 5
    # What is a class of its own there is the one of that name here, which may be another name of TimeoutError.
    own = {"3.9": 5, "3.10": 3}.get(version, 1)
    names = [TimeoutError, asyncio.TimeoutError, concurrent.futures.TimeoutError, socket.timeout]
    assert [type(error) for error in got] == [*(names[:own] + [TimeoutError] * 4)[:4], OSError]
    for name, newest in INTERPRETERS.items():
        if tuple(map(int, name.split("."))) >= (3, 11):
            said = ask(python, tmp_path, ask(newest, tmp_path, "group").strip()).splitlines()
            if tuple(map(int, version.split("."))) >= (3, 11):
                assert said[0] == "ExceptionGroup both (2 sub-exceptions)"
            else:
                assert said[:4] == [
                    "RemoteError ExceptionGroup: both",
                    "  ValueError: a",
                    "  ambidex.errors.RemoteError: ExceptionGroup: deeper",
                    "  KeyError: 'b'",
                ]
                assert "this version of Python has no exception groups" in said[4]


STRANGE: list[Any] = [
    None,
    [],
    [1],
    [["a", "b", "c", [], None, [], "d", -1, -1, False]],
    [["a", "b", "c", [], None, [], "d", 1, -1, False, None, 0]],
    [["a", "b", "c", [], None, [], "d", -1, -2, False, None, 0]],
    [["a", "b", "c", [1], None, [], "d", -1, -1, False, None, 0]],
    [["a", "b", "c", [], "x", [], "d", -1, -1, False, None, 0]],
    [["a", "b", "c", [], None, [], "d", -1, -1, False, ["x"], 0]],
    [["a", "b", "c", [], None, [], "d", True, -1, False, None, 0]],
    [["a", "b", "c", [], None, [], "d", -1, -1, False, None]],
    [["a", "b", "c", [], None, [], "d", -1, -1, False, None, -1]],
    [["a", "b", "c", [], None, [], "d", -1, -1, False, None, 2**56]],
    [["a", "b", "c", [], None, [], "d", -1, -1, False, None, True]],
    [["a", "b", "c", [], None, [], "d", -1, -1, False, None, 0]] * 101,
]


@pytest.mark.parametrize("read", STRANGE)
def test_error_of_another_shape_is_refused(read: object) -> None:
    """It is no exception, and nothing of it is used."""
    with pytest.raises(ProtocolError, match=r"^an error came "):
        load_error(CODEC, pickle.dumps(read, 5))


def test_group_that_is_in_itself_is_told() -> None:
    """Nobody has written it, and the reader ends."""
    read = [["G", "g", "", [], None, [], "", 0, 0, False, [0], 0]]
    error = load_error(CODEC, pickle.dumps(read, 5))
    assert error.__cause__ is error
    assert isinstance(error, RemoteError) or sys.version_info >= (3, 11)


@given(args=st.lists(st.none() | st.integers() | st.text() | st.binary(), max_size=4), text=st.text())
def test_arguments_and_notes_of_any_kind_cross(args: list[object], text: str) -> None:
    """Lone surrogates among them."""
    error = ValueError(*args, "\udcff")
    error.__dict__["__notes__"] = [text]
    got = crossed(error)
    assert got.args == error.args
    assert got.__notes__[0] == text
