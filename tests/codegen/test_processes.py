"""Runs in several processes: they say, write and do what a run in one does, whatever the user's module is about."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.codegen.conftest import Project, environment

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="nothing is forked but on Linux")

PLAIN = 200  # functions, of which each of two processes has a share that pays
HEAD = """\
from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from ambidex import Module

if TYPE_CHECKING:
    from _lent import Lent

m = Module("much")
FOLDER = Path(__file__).parent


class Noted:
    def __class_getitem__(cls, kept: type) -> type:
        DO
        return kept

"""
FUNCTION = """
@m.wrap_function
async def NAME(first: int, second: list[str] | None = None) -> RESULT:
    return None
"""
CLIENT = """
@m.wrap_class
class Client:
    def __init__(self, address: str) -> None:
        self.address: str = address

    async def other(self) -> Client:
        return self

"""


def function(name: str, result: str = "Client | None") -> str:
    """Return the text of one function."""
    return FUNCTION.replace("NAME", name).replace("RESULT", result)


def write_much(project: Project, last: str = "", first: str = "", do: str = "pass", count: int = PLAIN) -> None:
    """Write an implementation that is worth several processes; `last` is read by the last of them."""
    plain = "".join(function(f"plain_{number}") for number in range(count))
    project.write("_much.py", HEAD.replace("DO", do) + first + CLIENT + plain + last)


def answers(project: Project, verb: str, processes: int) -> tuple[int, str, str, dict[str, str]]:
    """Return what a run says and leaves behind, in as many processes."""
    code, output, errors = project.ambidex(verb, "--processes", str(processes), "-m", "_much", "-o", ".")
    return code, output, errors, project.files()


def check_alike(project: Project, verb: str = "check") -> tuple[int, str, str]:
    """Return what a run says, which is the same in one process and in two."""
    before = project.files()
    in_one = answers(project, verb, 1)
    for name in set(project.files()) - set(before):
        (project.folder / name).unlink()
    assert answers(project, verb, 2) == in_one
    return in_one[:3]


def test_generated_text_is_the_same(project: Project) -> None:
    """Whichever process has read and lowered a function."""
    do = "(FOLDER / 'pids').open('a').write('x')"
    write_much(project, do=do, last=function("noted", "Noted[int]"), count=PLAIN * 2)
    (project.folder / "pids").write_text("", encoding="utf-8")
    texts: set[str] = set()
    for processes in (1, 2, 3):
        assert project.ambidex("--processes", str(processes), "-m", "_much", "-o", ".")[::2] == (0, "")
        texts.add(project.read("much.py"))
        (project.folder / "much.py").unlink()
    assert len(texts) == 1
    assert project.read("pids") == "xxx"  # each run has read it once


def test_share_is_read_in_another_process_alone(project: Project) -> None:
    """What that has read is not read again."""
    noted = "(FOLDER / 'pids').open('a').write(f'{os.getpid()} ')"
    forked = f"os.register_at_fork(after_in_parent=lambda: {noted})\n{noted}\n"
    write_much(project, first=forked, last=function("noted", "Noted[int]"), do=noted)
    assert project.ambidex("--processes", "2", "-m", "_much", "-o", ".")[0] == 0
    here, *others = project.read("pids").split()
    assert sorted(others) != sorted([here] * 3)
    assert others.count(here) == 2  # two forks: to read, and to lower


@pytest.mark.parametrize("state", ["clean", "stale", "missing", "by hand"])
def test_check_says_the_same(project: Project, state: str) -> None:
    """Of every state that a file can be in."""
    write_much(project)
    if state != "missing":
        project.ambidex("-m", "_much", "-o", ".")
        text = {"clean": project.read("much.py"), "by hand": "x = 1\n"}.get(state)
        changed = text or project.read("much.py").replace("plain_100", "plain_x")
        (project.folder / "much.py").write_text(changed, encoding="utf-8")
    code, output, errors = check_alike(project)
    assert code == (state != "clean")
    assert bool(output) is bool(errors) is (state != "clean")


def test_extra_file_is_told(project: Project) -> None:
    """It was generated from what makes another module now."""
    write_much(project)
    project.ambidex("-m", "_much", "-o", ".")
    (project.folder / "much.py").rename(project.folder / "before.py")
    project.ambidex("-m", "_much", "-o", ".")
    code, _, errors = check_alike(project)
    assert (code, errors) == (1, "before.py:1: extra: delete it: nothing generates it any more\n")


@pytest.mark.parametrize("places", ["first", "last", "both"])
def test_refusals_are_told_once_in_their_order(project: Project, places: str) -> None:
    """Whichever share they are in."""
    first = function("early", "Absent") if places != "last" else ""
    last = function("late", "Absent") if places != "first" else ""
    write_much(project, first=first, last=last)
    code, output, errors = check_alike(project, "generate")
    assert (code, output, errors.count("names Absent")) == (1, "", 1 + (places == "both"))


@pytest.mark.parametrize(
    ("do", "code", "told"),
    [
        ("print('told')", 0, "told\n"),
        ("print('told', file=sys.stderr)", 0, "told\n"),
        ("os.write(2, b'told')", 0, "told"),
        ("sys.exit(3)", 3, ""),
        ("os._exit(7)", 7, ""),
    ],
)
def test_what_an_annotation_does_is_done_once(project: Project, do: str, code: int, told: str) -> None:
    """Each of them is evaluated in a share that is read elsewhere: what is printed is printed once."""
    write_much(project, do=do, last=function("noted", "Noted[int]"))
    done = check_alike(project, "generate")
    assert (done[0], done[2]) == (code, told)


def test_module_of_annotations_alone_is_imported_once(project: Project) -> None:
    """By the first process, though only the share of another names it."""
    project.write("_lent.py", "open('imported', 'a').write('x')\n\n\nclass Lent:\n    pass\n")
    write_much(project, last=function("lent", "Lent"))
    assert check_alike(project, "generate")[::2] == (0, "")
    assert project.read("imported") == "x"


@pytest.mark.parametrize("do", ["sys.exit(3)", "print('told')"])
def test_module_that_ends_at_import_says_the_same(project: Project, do: str) -> None:
    """It is imported once, by the first process."""
    write_much(project, first=f"{do}\n")
    check_alike(project, "generate")


def test_process_with_another_thread_is_not_forked(project: Project) -> None:
    """That thread would be missing in the copy, and what it holds be locked."""
    hooked = "os.register_at_fork(before=lambda: print('forked'))\n"
    write_much(project, first=f"{hooked}threading.Thread(target=threading.Event().wait, daemon=True).start()\n")
    assert check_alike(project, "generate")[::2] == (0, "")
    write_much(project, first=hooked)
    assert project.ambidex("generate", "--processes", "2", "-m", "_much", "-o", ".")[2] == "forked\n" * 2


@pytest.mark.parametrize(("ending", "code"), [("SIGINT", 130), ("SIGTERM", -15)])
def test_signal_ends_all_processes(project: Project, ending: str, code: int) -> None:
    """Ctrl-C goes to all of them, what asks a process to end to one; nothing is left, not even a zombie."""
    os.mkfifo(project.folder / "pids")
    write_much(
        project,
        do="(FOLDER / 'pids').write_text(str(os.getpid()), encoding='utf-8'); threading.Event().wait()",
        last=function("noted", "Noted[int]"),
    )
    command = [sys.executable, "-m", "ambidex", "--processes", "2", "-m", "_much", "-o", "."]
    with subprocess.Popen(
        command, cwd=project.folder, env=environment(), stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as run:
        other = int(Path(project.folder, "pids").read_text(encoding="utf-8"))
        assert other != run.pid
        if ending == "SIGINT":
            os.killpg(run.pid, signal.SIGINT)
        else:
            run.terminate()
        _, errors = run.communicate()
    assert (run.returncode, errors) == (code, "ambidex: interrupted\n" if ending == "SIGINT" else "")
    with pytest.raises(ProcessLookupError):
        os.kill(other, 0)
    assert not (project.folder / "much.py").exists()
