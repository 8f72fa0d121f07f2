"""A child runs what `python SCRIPT` would, with ambidex lent to it where it has none."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ambidex import ParentWorker
from ambidex.workers._launch import Program
from tests.workers.conftest import PACKAGE, copy_package, run

if TYPE_CHECKING:
    from collections.abc import Callable

    Write = Callable[[str, str], Path]

# What a script sees of its own process, but for what it is lent: the same under `python SCRIPT` and in a child.
_SEEN = """
import sys
before = set(sys.modules)
import json, os
main = sys.modules["__main__"]
def seen():
    import inspect, pickle
    return {
        "argv": sys.argv,
        "path": sys.path,
        "name": __name__,
        "file": __file__,
        "spec": repr(__spec__),
        "loader": type(__loader__).__name__,
        "package": __package__,
        "is_main": vars(main) is globals(),
        "source": inspect.getsource(Thing),
        "pickled": type(pickle.loads(pickle.dumps(Thing()))) is Thing,
        "directory": os.getcwd(),
        "environment": dict(os.environ),
    }
class Thing:
    pass
"""
_GUARDED = (
    _SEEN
    + """
if __name__ == "__main__":
    if sys.argv[-1] == "served":
        from ambidex.workers import _given
        _given.take()
    print(json.dumps(seen()))
"""
)
_TAKEN = """
from ambidex.workers import _given
given = _given.take()
"""


def run_directly(script: Path, python: Path, flags: list[str], arguments: list[str], folder: Path) -> object:
    """Return what the script prints when Python runs it."""
    import json

    done = subprocess.run(
        [python, *flags, script, *arguments],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        capture_output=True,
        check=True,
        timeout=60,
    )
    return json.loads(done.stdout)


@pytest.mark.parametrize("flags", [[], ["-I"], ["-I", "-S"], ["-E", "-s"]], ids=" ".join)
def test_guarded_file_sees_what_python_would_show_it(
    write: Write, environment: Path, tmp_path: Path, flags: list[str]
) -> None:
    """Arguments, path, `__main__`, sources, pickling, directory and environment are those of `python SCRIPT`."""
    script = write("my-worker.py", _GUARDED)
    (tmp_path / "elsewhere").mkdir()
    python = environment / "bin" / "python"
    program = Program(
        script, python=environment, args=("a b", "served"), cwd=tmp_path / "elsewhere", python_flags=flags
    )
    # Run by hand, it is not lent ambidex, and takes nothing
    expected = run_directly(script, python, flags, ["a b", "not"], tmp_path / "elsewhere")
    assert isinstance(expected, dict)
    expected["argv"][-1] = "served"
    assert run(program).said() == expected


def test_safe_path_is_respected(write: Write) -> None:
    """With -P, or its variable, the script's folder is not on the path."""
    if sys.version_info < (3, 11):
        pytest.skip("-P came with Python 3.11")
    script = write("worker.py", "import sys, json\n" + _TAKEN + "print(json.dumps(sys.path))")
    assert str(script.parent) in run(Program(script)).said()
    assert str(script.parent) not in run(Program(script, python_flags=("-P",))).said()
    assert str(script.parent) not in run(Program(script, env={"PYTHONSAFEPATH": "1"})).said()


def test_script_reached_by_a_link_has_the_folder_of_the_file(write: Write, tmp_path: Path) -> None:
    """As for Python, the folder that goes on the path is where the file really stands."""
    script = write("worker.py", "import sys, json\n" + _TAKEN + "print(json.dumps([sys.path[0], __file__]))")
    link = tmp_path / "link.py"
    link.symlink_to(script)
    assert run(Program(link)).said() == [str(script.parent), str(link)]


def test_module_beside_the_script_hides_one_of_the_standard_library(write: Write, environment: Path) -> None:
    """`import random` finds the script's own, as Python has it, though ambidex is imported before."""
    write("random.py", "MINE = True")
    write("json.py", "from re import X  # may import what it likes\nMINE = True\nfrom _json import *\nloads = eval")
    script = write(
        "worker.py",
        "import random, json, sys\n" + _TAKEN + "print(random.MINE, json.MINE, given.config['x'], end='')\n",
    )
    ended = run(Program(script, python=environment), {"x": 1})
    assert (ended.code, ended.out) == (0, "True True 1"), ended.err


@pytest.mark.parametrize("name", ["types", "random", "os", "__future__", "signal", "json"])
def test_module_beside_the_bootstrap_hides_nothing(tmp_path: Path, write: Write, interpreter: Path, name: str) -> None:
    """A module of ours is not taken for one of the standard library that has its name."""
    package = copy_package(tmp_path / "lent")
    (package / "workers" / f"{name}.py").write_text("raise SystemExit('the wrong module')")
    script = write("worker.py", _TAKEN + f"import {name}\nprint(given.config['parent_pid'], end='')")
    config = '{"descriptors": [], "parent_pid": 7}'
    done = subprocess.run(
        [interpreter, package / "workers" / "_bootstrap.py", script.parent, config, script],
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (0, "7"), done.stderr


_WHERE = (
    _TAKEN
    + """
import ambidex, json, sys
print(json.dumps([ambidex.__file__, _given.__file__]))
"""
)


def test_environment_without_ambidex_is_lent_it(write: Write, environment: Path) -> None:
    """A child in whose environment nothing is installed uses the package of its parent, and cannot import others."""
    script = write("worker.py", _WHERE)
    assert run(Program(script, python=environment)).said() == [
        str(PACKAGE / "__init__.py"),
        str(PACKAGE / "workers" / "_given.py"),
    ]
    write("worker.py", _TAKEN + "import msgspec, pytest")
    refused = run(Program(script, python=environment))
    assert (refused.code, refused.err.splitlines()[-1]) == (1, "ModuleNotFoundError: No module named 'msgspec'")


def test_ambidex_of_the_environment_wins_over_the_lent_one(write: Write, environment: Path) -> None:
    """What is installed in the child's environment is what the child imports."""
    (packages,) = environment.glob("lib/python*/site-packages")
    installed = copy_package(packages)
    script = write("worker.py", _WHERE)
    assert run(Program(script, python=environment)).said() == [
        str(installed / "__init__.py"),
        str(installed / "workers" / "_given.py"),
    ]


def test_ambidex_that_is_too_old_for_workers_is_named(write: Write, environment: Path) -> None:
    """An installed version without workers is not mixed with the lent one: the message says where it stands."""
    (packages,) = environment.glob("lib/python*/site-packages")
    old = packages / "ambidex" / "__init__.py"
    old.parent.mkdir()
    old.touch()
    refused = run(Program(write("worker.py", _WHERE), python=environment))
    assert refused.code == 2
    assert refused.err.startswith(f"{old}, which this process imports as ambidex, has no ambidex.workers")


def test_folder_that_is_called_ambidex_is_not_taken_for_it(write: Write, environment: Path) -> None:
    """A clone beside the script, a folder without `__init__.py`, does not stand in the way of the lent package."""
    write("ambidex/README.md", "a clone")
    script = write("worker.py", _WHERE)
    assert run(Program(script, python=environment)).said()[0] == str(PACKAGE / "__init__.py")


def test_grandchild_is_lent_nothing(write: Write, environment: Path) -> None:
    """What the child starts has nothing of ours in its environment and on its path, and no descriptor of ours."""
    script = write(
        "worker.py",
        _TAKEN
        + """
import json, os, subprocess, sys
code = '''
import json, os, signal, sys
try:
    import ambidex
except ImportError:
    ambidex = None
is_open = []
for each in map(int, sys.argv[1:]):
    try:
        os.fstat(each)
    except OSError:
        continue
    is_open.append(each)
interrupted = signal.getsignal(signal.SIGINT) is signal.default_int_handler
print(json.dumps([ambidex, dict(os.environ), sys.path, is_open, interrupted]))
'''
arguments = [sys.executable, "-c", code, *map(str, given.descriptors)]
done = subprocess.run(arguments, stdout=subprocess.PIPE, check=True, close_fds=False)
for each in given.descriptors:
    os.fstat(each)
print(done.stdout.decode())
""",
    )
    reading, writing = os.pipe()
    try:
        said = run(Program(script, python=environment), descriptors=[reading, writing]).said()
    finally:
        os.close(reading)
        os.close(writing)
    ambidex, variables, path, is_open, is_interrupted = said
    assert ambidex is None
    # What LC_ALL=C makes of itself is Python's own doing
    assert {name for name in variables.items() if name[0] != "LC_CTYPE"} - set(os.environ.items()) == set()
    assert [each for each in path if "ambidex" in each or each == str(script.parent)] == []
    assert is_open == []
    assert is_interrupted


def test_config_and_descriptors_are_taken_once(write: Write) -> None:
    """The child finds what it was given, once; the descriptors are open, under the parent's numbers."""
    script = write(
        "worker.py",
        _TAKEN
        + """
import json, os
os.write(given.descriptors[0], b"from the child")
print(json.dumps([given.config, given.parent_pid == os.getppid(), _given.take()]))
""",
    )
    reading, writing = os.pipe()
    try:
        config, is_parent, again = run(Program(script), {"limit": [1, None]}, [writing]).said()
        assert os.read(reading, 100) == b"from the child"
    finally:
        os.close(reading)
        os.close(writing)
    assert config == {"limit": [1, None], "descriptors": [writing], "parent_pid": os.getpid()}
    assert is_parent
    assert again is None


@pytest.mark.parametrize("name", ["worker", "my-worker", "a.b", "class", "ä"])
def test_file_without_guard_is_imported_under_its_name(write: Write, interpreter: Path, name: str) -> None:
    """Such a file is a module, whatever its name: its classes pickle, and it is not `__main__`."""
    script = write(
        f"{name}.py",
        _TAKEN
        + """
import inspect, json, pickle, sys
class Thing: pass
same = type(pickle.loads(pickle.dumps(Thing()))) is Thing
main = sys.modules["__main__"] is not sys.modules[__name__]
print(json.dumps([__name__, __file__, same, main, inspect.getsource(Thing), sys.argv]))
""",
    )
    as_module = name.replace(".", "_")
    said = run(Program(script, python=interpreter, args=("x",))).said()
    assert said == [as_module, str(script), True, True, "class Thing: pass\n", [str(script), "x"]]


def test_file_with_the_name_of_an_imported_module_is_refused(write: Write) -> None:
    """A file cannot take the place of a module that the interpreter itself runs on; the message says so."""
    script = write("os.py", "")
    refused = run(Program(script))
    assert refused.code == 2
    assert refused.err.startswith(f"{script} cannot be imported as os: that is <module 'os'")


def test_module_target_is_imported_from_the_current_directory(write: Write, interpreter: Path) -> None:
    """A module by its name is found where the child runs, and relative imports work in it."""
    write("shop/__init__.py", "")
    write("shop/stock.py", "import sys")
    script = write(
        "shop/till.py", _TAKEN + "from . import stock\nimport sys, json\nprint(json.dumps([sys.path[0], sys.argv]))"
    )
    folder = str(script.parent.parent)
    program = Program("shop.till", python=interpreter, cwd=folder, args=("1",))
    assert run(program).said() == [folder, ["shop.till", "1"]]


def test_class_that_is_not_there_is_refused(write: Write) -> None:
    """The message names the module, its file and the class."""
    script = write("till.py", "")
    refused = run(Program("till:Till", cwd=script.parent))
    assert refused.code == 2


def test_child_that_is_called_has_loaded_nothing_that_it_does_not_need(write: Write, environment: Path) -> None:
    """What calls and streams run through starts without the bridge and its runtime, and without slow modules."""
    path = write(
        "worker.py",
        "import sys\nfrom ambidex import ChildWorker\n\nclass Tells(ChildWorker):\n"
        "    async def loaded(self):\n        return sorted(sys.modules)\n"
        "    async def streamed(self):\n        yield sorted(sys.modules)\n"
        "    def by_thread(self):\n        return sorted(sys.modules)\n\n"
        "if __name__ == '__main__':\n    Tells().run()\n",
    )
    unneeded = {"ambidex.bridge", "ambidex.codegen", "ambidex.options", "ambidex.runtime"}
    unneeded |= {"ctypes", "dataclasses", "pathlib", "platform", "tempfile"}
    of_python = subprocess.run(
        [environment / "bin" / "python", "-c", "import asyncio, sys; print(*sys.modules)"],
        capture_output=True, check=True, text=True, timeout=60,
    )  # fmt: skip
    with ParentWorker(path, python=environment) as worker:
        loaded = {*worker.call.loaded(), *worker.call.by_thread(), *next(worker.call.streamed())}
    assert {"ambidex.rpc", "ambidex.workers"} < loaded
    assert not loaded & (unneeded - set(of_python.stdout.split()))
