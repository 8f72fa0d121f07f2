"""`ambidex watch`: an edit, a new file, a syntax error and its repair, other settings, Ctrl-C and SIGTERM."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import textwrap
import threading
from typing import TYPE_CHECKING

import pytest

from tests.codegen.conftest import Project, environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LIMIT_S = 55.0
SOURCE = """
    from ambidex import Module

    wrapper_module = Module("{name}")

    @wrapper_module.wrap_function
    async def {name}() -> {result}:
        return {result}()
"""


class Watcher:
    """Run the command, and wait for the lines that it prints."""

    def __init__(self, project: Project, *arguments: str) -> None:
        self._lines: queue.Queue[str | None] = queue.Queue()
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-m", "ambidex", *arguments],
            cwd=project.folder,
            env={**environment(), "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,  # as a terminal's foreground: `press` reaches all that runs there
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line.rstrip("\n"))
        self._lines.put(None)

    def wait_for(self, text: str) -> list[str]:
        """Return the lines up to one with `text`."""
        seen: list[str] = []
        while True:
            line = self._lines.get(timeout=LIMIT_S)
            assert line is not None, seen
            seen.append(line)
            if text in line:
                return seen

    def rest(self) -> list[str]:
        """Return the lines up to the end of all that writes there."""
        return list(iter(lambda: self._lines.get(timeout=LIMIT_S), None))

    def press(self) -> None:
        """Press Ctrl-C: the terminal tells every process in its foreground."""
        os.killpg(self.process.pid, signal.SIGINT)

    def end(self, tell: Callable[[], None] | None = None) -> int:
        """Press Ctrl-C, or tell it otherwise to end, and return the exit code."""
        (tell or self.press)()
        try:
            return self.process.wait(LIMIT_S)
        finally:
            self.process.kill()
            self._reader.join(LIMIT_S)
            if self.process.stdout is not None:
                self.process.stdout.close()


@pytest.fixture
def watching(project: Project) -> Iterator[Callable[..., Watcher]]:
    """Give the test a function that starts the command in the project; each must end well."""
    started: list[Watcher] = []

    def start(*arguments: str, folder: Project = project) -> Watcher:
        started.append(Watcher(folder, *arguments))
        return started[-1]

    yield start
    running = [watcher for watcher in started if watcher.process.returncode is None]
    assert [watcher.end() for watcher in running] == [0] * len(running)


def write(project: Project, name: str, result: str = "int") -> None:
    """Write an implementation with one function."""
    project.write(f"shop/_{name}.py", SOURCE.format(name=name, result=result))


@pytest.mark.parametrize("verb", [("watch",), ("generate", "--watch")])
def test_edits_new_files_and_syntax_errors_are_picked_up(
    verb: tuple[str, ...], project: Project, watching: Callable[..., Watcher]
) -> None:
    """Every change of a source is one more run, and a refusal is one to be mended."""
    write(project, "first")
    watcher = watching(*verb, "-m", "shop._*", "-o", "out")
    watcher.wait_for("out/first.py: written")
    write(project, "first", "str")
    watcher.wait_for("out/first.py: written")
    assert "def first() -> str:" in project.read("out/first.py")
    write(project, "second")
    watcher.wait_for("out/second.py: written")
    project.write("shop/_first.py", "def broken(:\n")
    assert any(
        "shop/_first.py:1: shop._first could not be imported" in line for line in watcher.wait_for("SyntaxError")
    )
    write(project, "first", "bytes")
    watcher.wait_for("out/first.py: written")
    assert "def first() -> bytes:" in project.read("out/first.py")


def test_generated_file_that_is_deleted_comes_again(project: Project, watching: Callable[..., Watcher]) -> None:
    """What is missing is written, and what the command writes itself starts no run."""
    write(project, "first")
    (project.folder / "out").mkdir()  # so that it is watched from the beginning: a new folder is a moment later
    watcher = watching("watch", "-m", "shop._first", "-o", "out")
    watcher.wait_for("out/first.py: written")
    (project.folder / "out" / "first.py").unlink()
    watcher.wait_for("out/first.py: written")
    write(project, "first", "str")
    assert watcher.wait_for("out/first.py") == ["out/first.py: written"]


def test_settings_are_read_again(project: Project, watching: Callable[..., Watcher]) -> None:
    """Another folder of another target is watched as soon as pyproject.toml names it."""
    write(project, "first")
    project.write("pyproject.toml", '[tool.ambidex]\nmodules = ["shop._first"]\noutput = "out"\n')
    watcher = watching("watch")
    watcher.wait_for("out/first.py: written")
    write(project, "second")
    project.write("pyproject.toml", '[tool.ambidex]\nmodules = ["shop._first", "shop._second"]\noutput = "out"\n')
    watcher.wait_for("out/second.py: written")
    write(project, "second", "str")
    watcher.wait_for("out/second.py: written")


def test_settings_that_are_wrong_for_a_moment_are_waited_for(
    project: Project, watching: Callable[..., Watcher]
) -> None:
    """A file that is being edited ends nothing, also where the sources stand in another folder."""
    project.write("src/first.txt", "")
    project.write("src/_first.py", SOURCE.format(name="first", result="int"))
    text = '[tool.ambidex]\nmodules = ["_first"]\nroot = "src"\noutput = "{}"\n'
    project.write("pyproject.toml", text.format("out"))
    watcher = watching("watch")
    watcher.wait_for("out/first.py: written")
    project.write("pyproject.toml", "[tool.ambidex\n")
    watcher.wait_for("Expected ']'")
    project.write("pyproject.toml", text.format("other"))
    watcher.wait_for("other/first.py: written")


def test_stubs_are_sources_and_folders_around_hide_none(project: Project, watching: Callable[..., Watcher]) -> None:
    """A stub says the types of what is beside it; a project may stand in a folder with the name of one to leave out."""
    inner = Project(project.folder / "node_modules")
    inner.write("core.py", "async def first(): return 1\n")
    inner.write("core.pyi", "async def first() -> int: ...\n")
    inner.write(
        "_m.py", "from ambidex import Module\nfrom core import first\nm = Module('pub')\nm.wrap_function(first)\n"
    )
    watcher = watching("watch", "-m", "_m", "-o", "out", folder=inner)
    watcher.wait_for("out/pub.py: written")
    inner.write("core.pyi", "async def first() -> str: ...\n")
    watcher.wait_for("out/pub.py: written")
    assert "def first() -> str:" in inner.read("out/pub.py")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends processes without telling them")
def test_sigterm_ends_it_at_once_and_quietly(project: Project, watching: Callable[..., Watcher]) -> None:
    """Supervisors send it; they are told that it was what ended the process, by which they know that all is well."""
    write(project, "first")
    watcher = watching("watch", "-m", "shop._first", "-o", "out")
    watcher.wait_for("out/first.py: written")
    assert watcher.end(watcher.process.terminate) == -signal.SIGTERM
    assert watcher.rest() == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends processes without telling them")
@pytest.mark.parametrize("is_term", [True, False])
def test_run_ends_with_it_and_nothing_is_said_or_written(
    is_term: bool, project: Project, watching: Callable[..., Watcher]
) -> None:
    """The run's own process is told to end and waited for, also where Ctrl-C goes to whatever runs in a terminal."""
    write(project, "first")
    os.mkfifo(project.folder / "gate")
    project.write(
        "shop/_first.py",
        """
        import sys

        print("at the gate", file=sys.stderr, flush=True)
        open("gate").read()
        """,
    )
    watcher = watching("watch", "-m", "shop._first", "-o", "out")
    watcher.wait_for("at the gate")
    if is_term:
        assert watcher.end(watcher.process.terminate) == -signal.SIGTERM
    else:
        assert watcher.end() == 0
    assert watcher.rest() == []  # to the end of the pipe, which the run's process held, too
    assert not (project.folder / "out").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends processes without telling them")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_signal_while_files_are_written_leaves_none_of_them(project: Project, name: str) -> None:
    """It comes as the first file is opened; without a handler that one would stay behind."""
    write(project, "first")
    source = project.read("shop/_first.py")
    hook = """
        import os, signal, sys

        def tell(event, arguments):
            if event == "open" and str(arguments[0]).endswith(".tmp"):
                os.kill(os.getpid(), signal.{name})

        sys.addaudithook(tell)
    """
    project.write("shop/_first.py", textwrap.dedent(hook.format(name=name)) + source)
    code, output, errors = project.ambidex("-m", "shop._first", "-o", "out")
    assert (code, output, errors) == (-getattr(signal, name), "", "")
    assert [file for file in project.files() if not file.startswith("shop/")] == []
    assert not (project.folder / "out").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot hold signals back")
def test_interrupt_between_two_files_waits_for_both(project: Project) -> None:
    """It comes as the first of them takes its place; a half of the two would be no API."""
    write(project, "first")
    write(project, "second")
    hook = """
        import os, signal, sys

        def press(event, arguments):
            if event == "os.rename":
                os.kill(os.getpid(), signal.SIGINT)

        sys.addaudithook(press)
    """
    project.write("shop/_first.py", textwrap.dedent(hook) + project.read("shop/_first.py"))
    command = ("-m", "shop._first", "shop._second", "-o", "out")
    assert project.ambidex(*command) == (130, "", "ambidex: interrupted\n")
    written = sorted(file for file in project.files() if file.startswith("out/"))
    assert written == ["out/first.py", "out/second.py"]


def test_nothing_to_write_to_is_refused(project: Project) -> None:
    """Without an output there is nothing to keep up to date."""
    write(project, "first")
    assert project.ambidex("watch", "-m", "shop._first") == (
        2,
        "",
        "ambidex: watch has nothing to write to: give -o FOLDER, or output in [tool.ambidex] of pyproject.toml\n",
    )


def test_folder_that_is_not_there_is_not_watched(project: Project) -> None:
    """It would be waited for in vain."""
    project.write("pyproject.toml", "[tool.ambidex]\nmodules = ['x']\nroot = 'nowhere'\noutput = 'out'\n")
    folder = project.folder.resolve()
    told = f"ambidex: there is nothing to watch: {folder / 'nowhere'} is no folder\n"
    assert project.ambidex("watch") == (2, "", told)


def test_missing_library_is_named(project: Project) -> None:
    """The message says what to install."""
    write(project, "first")
    program = "import sys; sys.modules['watchfiles'] = None; from ambidex.cli import main; sys.exit(main(sys.argv[1:]))"
    code, _, errors = project.run("-c", program, "watch", "-m", "shop._first", "-o", "out")
    assert (code, errors) == (2, "ambidex: watch needs watchfiles: pip install 'ambidex[codegen]'\n")


def test_file_that_cannot_be_replaced_leaves_the_others_as_they_were(project: Project) -> None:
    """One is new, one is not, and the third is held by something: what has taken its place already is put back."""
    for name in ("first", "second", "third"):
        write(project, name)
    command = ("-m", "shop._first", "shop._second", "shop._third", "-o", "out")
    assert project.ambidex(*command)[0] == 0
    (project.folder / "out/first.py").unlink()
    for name in ("second", "third"):
        project.write(f"shop/_{name}.py", project.read(f"shop/_{name}.py").replace("def ", "def more_"))
    before = {name: text for name, text in project.files().items() if name.startswith("out/")}
    assert sorted(before) == ["out/second.py", "out/third.py"]
    hook = """
        import os, sys

        def hold(event, arguments):
            if event == "os.rename" and os.path.basename(arguments[1]) == "third.py":
                raise OSError(16, "Device or resource busy", os.fspath(arguments[1]))

        sys.addaudithook(hold)
    """
    project.write("shop/_first.py", textwrap.dedent(hook) + project.read("shop/_first.py"))
    told = "cannot be written (OSError: Device or resource busy): see what keeps it from being replaced"
    assert project.ambidex(*command) == (1, "", f"out/third.py:1: {told}, or choose another output\n")
    assert {name: text for name, text in project.files().items() if name.startswith("out/")} == before
