"""Which interpreter, command line and environment a child is started with, and what is said where that cannot be."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ambidex import UsageError, WorkerNotStarted
from ambidex.workers._launch import Program, command, launch, resolve_interpreter
from tests.programs import LIBRARY, run_program, run_to_its_end
from tests.workers.conftest import BARE, run

if TYPE_CHECKING:
    from collections.abc import Callable

    Write = Callable[[str, str], Path]

CONFIG: dict[str, object] = {"descriptors": [], "parent_pid": 1}
_SHOW = "from ambidex.workers import _given\n_given.take()\nimport json, os, sys\n"


class Here:
    """A class that a child could be asked to run."""

    class Inner:
        """Another one."""


def test_own_interpreter_is_the_default() -> None:
    """None is the interpreter of this process, by the path it was started by: its environment depends on that."""
    assert resolve_interpreter(None) == sys.executable


def test_environment_folder_gives_its_interpreter(environment: Path) -> None:
    """The folder of an environment stands for the interpreter in it, whose link is not followed."""
    python = environment / "bin" / "python"
    assert resolve_interpreter(environment) == str(python)
    assert resolve_interpreter(python) == str(python)
    said = subprocess.run(
        [resolve_interpreter(str(environment)), "-c", "import sys; print(sys.prefix, end='')"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout == str(environment)


def test_interpreter_is_found_from_the_current_directory_and_on_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A relative path is the parent's, and is made absolute; a name without a separator may be a command's."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python3").symlink_to(BARE)
    (tmp_path / "bin" / "python-of-mine").symlink_to(BARE)
    monkeypatch.chdir(tmp_path)
    assert resolve_interpreter("bin/python3") == str(tmp_path / "bin" / "python3")
    assert resolve_interpreter(".") == str(tmp_path / "bin" / "python3")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert resolve_interpreter("python-of-mine") == str(tmp_path / "bin" / "python-of-mine")


def test_interpreter_that_is_none_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each message names the path, what was looked for there, and what to give instead."""
    with pytest.raises(UsageError, match=f"there is no {tmp_path}/nothing, given as `python=`: give an interpreter"):
        resolve_interpreter(tmp_path / "nothing")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=f"there is no {tmp_path}/no-such-python"):
        resolve_interpreter("no-such-python")
    with pytest.raises(UsageError, match=f"{tmp_path}, .* is no environment: there is no {tmp_path}/bin/python and no"):
        resolve_interpreter(tmp_path)
    (tmp_path / "text").touch()
    with pytest.raises(UsageError, match="a file that cannot be run"):
        resolve_interpreter(tmp_path / "text")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to(tmp_path / "removed")
    with pytest.raises(UsageError, match=f"bin/python leads to {tmp_path}/removed, which is not there: make the env"):
        resolve_interpreter(tmp_path)
    monkeypatch.setattr(sys, "executable", "")
    with pytest.raises(UsageError, match="no interpreter of its own"):
        resolve_interpreter(None)


@pytest.mark.parametrize("target", ["", ":", "till:", "till:Till.", ":Till", "a-module", "till:2", "C:\\till:x"])
def test_target_that_is_nothing_is_refused(target: str) -> None:
    """The message says what a target can be."""
    with pytest.raises(UsageError, match='is not what a worker can run: give a file, a module, "module:Class"'):
        command(Program(target), CONFIG)


def test_file_that_is_not_there_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path is the parent's, from its current directory; the message has it in full."""
    monkeypatch.chdir(tmp_path)
    for target in ("worker.py", "./worker", Path("worker"), tmp_path):
        with pytest.raises(UsageError, match=f"there is no file {tmp_path}"):
            command(Program(target), CONFIG)


def test_class_is_named_by_its_module_and_the_folder_of_that() -> None:
    """A class is what its module and its qualified name say; the child finds the module where the parent has."""
    root = str(Path(__file__).resolve().parents[2])
    line = command(Program(Here.Inner, args=("1",), python_flags=("-X", "dev")), CONFIG)
    assert line[:3] == [sys.executable, "-X", "dev"]
    assert line[4] == root
    assert json.loads(line[5]) == {**CONFIG, "class": "Here.Inner"}
    assert line[6:] == [__name__, "1"]
    assert str(Program(Here.Inner)) == f"{__name__}:Here.Inner"


def test_class_of_an_environment_does_not_bring_its_folder(tmp_path: Path) -> None:
    """What is installed for the parent does not go on the path of a child, which has its own."""
    line = command(Program(pytest.Item, cwd=tmp_path), CONFIG)
    assert line[-3] == str(tmp_path)
    line = command(Program(json.JSONDecoder, cwd=tmp_path), CONFIG)
    assert (line[-3], line[-1]) == (str(tmp_path), "json.decoder")


def test_class_in_a_function_is_refused() -> None:
    """No other process finds such a class; the message says where to put it."""

    class Local:
        pass

    with pytest.raises(UsageError, match=r"Local stands in a function, .*: move it to the top of a file"):
        command(Program(Local), CONFIG)


_MAIN = """
import json
from ambidex.workers._launch import Program, command
class Mine: pass
if __name__ == "__main__":
    print(json.dumps(command(Program(Mine), {"descriptors": [], "parent_pid": 1})[-3:]))
"""


def test_class_of_the_main_program_is_named_by_its_file(tmp_path: Path) -> None:
    """In a child it is no class of `__main__`, so it is named by its file, or as `python -m` named its module."""
    ended = run_program(tmp_path, _MAIN)
    file = str(tmp_path / "program.py")
    assert json.loads(ended.out) == [str(tmp_path), '{"descriptors":[],"parent_pid":1,"class":"Mine"}', file], ended.err
    path = {"PYTHONPATH": str(LIBRARY)}
    as_module = run_to_its_end([sys.executable, "-m", "program"], path, cwd=tmp_path)
    assert json.loads(as_module.stdout)[::2] == [str(tmp_path), "program"], as_module.stderr


def test_class_of_a_session_is_refused_with_what_to_do() -> None:
    """In a notebook or the REPL there is no file that a child could import: the message says to write one."""
    session = [sys.executable, "-c", _MAIN]
    ended = run_to_its_end(session, {"PYTHONPATH": str(LIBRARY)})
    assert "UsageError: Mine stands in a notebook or an interactive session" in ended.stderr
    assert "write it to a file, and give the path of that" in ended.stderr


def test_environment_is_the_parents_with_the_changes(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables are added, replaced and, by None, removed; all others are the parent's."""
    monkeypatch.setenv("REPLACED", "before")
    monkeypatch.setenv("REMOVED", "before")
    monkeypatch.setenv("KEPT", "before")
    script = write("worker.py", _SHOW + "print(json.dumps([os.getenv(n) for n in ('REPLACED', 'REMOVED', 'KEPT')]))")
    program = Program(script, env={"REPLACED": "after", "REMOVED": None})
    assert run(program).said() == ["after", None, "before"]


def test_child_has_a_session_of_its_own_and_reads_nothing(write: Write) -> None:
    """Ctrl-C in the parent's terminal does not reach the child, nor does what is typed there; an interrupt is none."""
    script = write(
        "worker.py",
        _SHOW
        + "import signal\nos.kill(os.getpid(), signal.SIGINT)\n"
        + "print(json.dumps([os.getsid(0) == os.getpid(), os.getppid(), sys.stdin.read()]))",
    )
    assert run(Program(script)).said() == [True, os.getpid(), ""]


def test_what_the_child_flushes_comes_at_once(write: Write) -> None:
    """A line without its end is there before the child goes on, where the child flushes it, as in a terminal."""
    script = write(
        "worker.py",
        _SHOW
        + "print('half', end='', flush=True)\nos.read(_given_descriptor, 1)".replace(
            "_given_descriptor", "int(sys.argv[1])"
        ),
    )
    reading, writing = os.pipe()
    program = Program(script, python=BARE, env={"PYTHONPATH": None}, args=(str(reading),))
    try:
        with launch(program, {}, [reading], subprocess.PIPE, subprocess.STDOUT) as child:
            assert child.stdout is not None
            assert child.stdout.read(4) == b"half"
            os.close(writing)
    finally:
        os.close(reading)
    assert child.returncode == 0


def test_other_descriptors_stay_with_the_parent(write: Write) -> None:
    """Only what is handed over is open in the child, though the parent had made another inheritable."""
    script = write(
        "worker.py",
        _SHOW
        + """
def is_open(descriptor):
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True
print(json.dumps([each for each in range(3, 100) if is_open(each)]))
""",
    )
    reading, writing = os.pipe()
    os.set_inheritable(reading, True)
    try:
        assert run(Program(script), descriptors=[writing]).said() == [writing]
    finally:
        os.close(reading)
        os.close(writing)


def test_children_start_from_many_threads(write: Write) -> None:
    """A child can be started on any thread, several at once."""
    script = write("worker.py", _SHOW + "print(json.dumps(sys.argv[1:]))")
    programs = [Program(script, args=(str(i),)) for i in range(8)]
    with ThreadPoolExecutor(4) as threads:
        said = [ended.said() for ended in threads.map(run, programs)]
    assert said == [[str(i)] for i in range(8)]


def test_program_that_the_system_refuses_is_reported(write: Write, tmp_path: Path) -> None:
    """What cannot be executed is `WorkerNotStarted`, with the path and the system's reason; the cause is chained."""
    broken = tmp_path / "python"
    broken.write_bytes(b"\x7fELF")
    broken.chmod(0o755)
    script = write("worker.py", "")
    with pytest.raises(WorkerNotStarted, match=f"worker.py did not start: {broken} could not be run: .*format") as info:
        launch(Program(script, python=broken), {}, [], subprocess.DEVNULL, subprocess.DEVNULL)
    assert isinstance(info.value.__cause__, OSError)


def test_directory_or_environment_that_is_none_is_refused(write: Write, tmp_path: Path) -> None:
    """The message names the directory, or what is wrong with a variable."""
    script = write("worker.py", "")
    for program, message in (
        (Program(script, cwd=tmp_path / "no"), f"there is no directory {tmp_path}/no"),
        (Program(script, env={"a=b": "c"}), "worker.py cannot be started .*: illegal environment variable name"),
        (Program(script, args=("\0",)), "worker.py cannot be started .*: embedded null byte"),
    ):
        with pytest.raises(UsageError, match=message):
            launch(program, {}, [], subprocess.DEVNULL, subprocess.DEVNULL)


UNGUARDED = """
from ambidex import ChildWorker, ParentWorker, WorkerNotStarted

class Worker(ChildWorker):
    def add(self, a, b):
        return a + b

try:
    with ParentWorker(Worker, output="drop") as worker:
        print(worker.call.add(1, 2))
except WorkerNotStarted as error:
    print(str(error).strip().splitlines()[-1])
"""


def test_program_that_starts_its_own_class_without_a_guard_is_refused(tmp_path: Path) -> None:
    """Each child would import it, and start one more; the sentence names the program and says what to write."""
    ended = run_program(tmp_path, UNGUARDED)
    file = tmp_path / "program.py"
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == (
        f"ambidex.errors.UsageError: {file} starts program:Worker while a child process imports it to serve it: each "
        'child would start one more; put what starts workers below `if __name__ == "__main__":`\n'
    )
