"""docs/reference/commands.md is true and whole: commands do what it shows, its tables are those of the program."""

from __future__ import annotations

import inspect
import re
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from ambidex.codegen import compile, read_settings, writer  # noqa: A004  the module of that name
from ambidex.errors import UsageError
from tests.codegen.conftest import Project, environment
from tests.codegen.test_watch import Watcher
from tests.docs.page import ROOT, Block, read_blocks, run_python
from tests.limits import LIMIT_S
from tests.programs import LIBRARY

if TYPE_CHECKING:
    from pathlib import Path

PAGE = ROOT / "docs" / "reference" / "commands.md"
TEXT = PAGE.read_text(encoding="utf-8")
BLOCKS = read_blocks(PAGE)
COMMANDS = [block for block in BLOCKS if block.language == ""]
(WATCH,) = (block for block in COMMANDS if " watch " in block.text)
(SCRIPT,) = (block for block in BLOCKS if block.language == "python" and block.output is not None)
(BROKEN,) = (block for block in BLOCKS if block.language == "text")
VERBS = ("generate", "check", "watch", "vendor", "wrap", "call", "serve", "top", "identity")
KINDS = {"string": str, "list of strings": list}


def run(folder: Path, *arguments: str) -> tuple[int, str, str]:
    """Run an interpreter in a folder and return its exit code, output and errors."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment([LIBRARY]),
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def read_table(first: str) -> list[list[str]]:
    """Return the rows of the table that begins with a title, each with its cells."""
    (table,) = re.findall(rf"^\| {first} \|.*\n\| ---.*\n((?:\|.*\n)+)", TEXT, re.MULTILINE)
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table.splitlines()]


def read_help(verb: str) -> set[str]:
    """Return the options and the positional names that the program says it takes."""
    arguments = [] if verb == "ambidex" else [verb]
    done = subprocess.run(
        [sys.executable, "-m", "ambidex", *arguments, "--help"],
        env={**environment([LIBRARY]), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=True,
    )
    said = [re.split(r"\s{2,}", line)[1] for line in done.stdout.splitlines() if re.match(r"  [-A-Z]", line)]
    return {name for each in said for name in re.findall(r"(?:^|, )(--?[a-z][a-z-]*|[A-Z]+$)", each)}


def make_files(folder: Path, block: Block) -> bool:
    """Write the file that a block is, and tell whether it is one."""
    name = block.find_comment("file ")
    if name is None:
        return False
    file = folder / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(block.text, encoding="utf-8")
    return True


def compare_command(folder: Path, block: Block) -> str:
    """Run a command as it stands, compare what it prints and how it exits, and return all that it printed."""
    program, *words = shlex.split(block.text)
    arguments = words if program == "python" else ["-m", program, *words]
    code, output, errors = run(folder, *arguments)
    assert code == int(block.find_comment("exit ") or 0), (block.text, errors)
    shown = errors if code and errors else output
    if "the beginning" in block.comments:
        assert block.output is not None
        assert shown.startswith(block.output.rstrip("\n")), block.text
    else:
        assert shown == (block.output or ""), block.text
    if code == 0 and "wrap" not in words:
        assert errors == "", block.text
    return output + errors


@pytest.mark.timeout(300)  # some twenty interpreters, each with a formatter
def test_page_does_from_top_to_bottom_what_it_shows(tmp_path: Path) -> None:
    """Each block is a file, a command with what it prints, or the script: in one folder, in their order."""
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "__init__.py").touch()
    printed: dict[int, str] = {}
    for block in BLOCKS:
        if make_files(tmp_path, block) or block in (WATCH, BROKEN):
            continue
        if block is SCRIPT:
            (tmp_path / "program.py").write_text(block.text, encoding="utf-8")
            assert run_python(tmp_path, "program.py") == block.output
        else:
            printed[block.line] = compare_command(tmp_path, block)
    assert len(printed) == len(COMMANDS) - 1
    said = "\n".join(printed.values())
    assert '+    """Return the temperature in degrees Celsius."""' in said  # the difference, before the line on it
    assert "rates.py:6: odd: odd has no return annotation" in said  # what wrap leaves out, and why
    assert 'synchronizer="town"' in (tmp_path / "weather.py").read_text(encoding="utf-8")
    assert 'synchronizer="shop"' in (tmp_path / "generated" / "shop" / "models.py").read_text(encoding="utf-8")


@pytest.mark.timeout(180)
@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C reaches a group of processes, as a terminal's foreground")
def test_watch_does_what_the_page_says(tmp_path: Path) -> None:
    """An edit, a syntax error with the message that stands there, its repair, a deleted file, settings, Ctrl-C."""
    source = next(block.text for block in BLOCKS if block.find_comment("file ") == "_weather.py")
    project = Project(tmp_path)
    project.write("_weather.py", source)
    watcher = Watcher(project, *shlex.split(WATCH.text)[1:])
    try:
        assert watcher.wait_for("weather.py: written")[0] == f"watching {tmp_path.resolve()}"
        project.write("_weather.py", source.replace("21.5", "21.5 +"))
        assert watcher.wait_for("SyntaxError")[-1] == BROKEN.text.rstrip("\n")
        project.write("_weather.py", source.replace("in degrees", "in Kelvin"))
        watcher.wait_for("weather.py: written")
        (tmp_path / "weather.py").unlink()
        watcher.wait_for("weather.py: written")
        project.write("pyproject.toml", "[tool.ambidex]\nmodule = 1\n")
        assert "has no setting module" in watcher.wait_for("pyproject.toml:2: ")[-1]
    finally:
        code = watcher.end()
    assert code == 0


@pytest.mark.parametrize("verb", [*VERBS, "ambidex"])
def test_every_word_that_a_verb_takes_has_its_row_and_no_other_has(verb: str) -> None:
    """The help of the program is the truth."""
    of = "`ambidex` itself" if verb == "ambidex" else verb
    rows = [row for row in read_table("word") if of in row[1].split(", ")]
    on_page = {found for row in rows for found in re.findall(r"(?:^|, )`(--?[a-z][a-z-]*|[A-Z]+)", row[0])}
    assert on_page == read_help(verb) - ({"-h", "--help"} if verb == "ambidex" else set())


def test_page_names_every_verb_and_no_option_that_is_not() -> None:
    """Neither in a table nor in a sentence or a command."""
    assert [row[0].strip("`") for row in read_table("verb")] == list(VERBS)
    known = {each for verb in (*VERBS, "ambidex") for each in read_help(verb)}
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", TEXT)) == {each for each in known if each.startswith("--")}
    assert f"(reference/{PAGE.name})" in (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)]+)\)", TEXT):
        assert (PAGE.parent / target).exists()


def settings_error(folder: Path, text: str) -> str:
    """Return what is said of a wrong pyproject.toml."""
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        read_settings(folder)
    return str(caught.value)


def test_every_setting_has_its_row_with_its_type_and_default(tmp_path: Path) -> None:
    """What the program names as its settings; a default that is written out changes nothing."""
    rows = {row[0].strip("`"): row[1:3] for row in read_table("setting")}
    for table in ("[tool.ambidex]", "[[tool.ambidex.target]]"):
        said = settings_error(tmp_path, f"{table}\nnonsense = 1\n").partition("; it has ")[2]
        assert [name for name in said.split(", ") if name != "target"] == list(rows)
    usual = 'modules = ["_weather"]\n'
    for name, (kind, default) in rows.items():
        head = "[tool.ambidex]\n" + usual * (name != "modules")
        assert settings_error(tmp_path, f"{head}{name} = 1\n").endswith(f"is 1; write a {KINDS[kind].__name__}")
        (tmp_path / "pyproject.toml").write_text(f"[tool.ambidex]\n{usual}", encoding="utf-8")
        (without,) = read_settings(tmp_path)
        if default != "none":
            (tmp_path / "pyproject.toml").write_text(f"{head}{name} = {default.strip('`')}\n", encoding="utf-8")
            assert read_settings(tmp_path) == [without]
        elif name != "modules":
            assert getattr(without, name) is None


def test_functions_of_build_scripts_stand_there_with_their_parameters() -> None:
    """All that the two modules offer, those of the generator's own passes left out."""
    signatures = [row[0].strip("`)").partition("(") for row in read_table("function")]
    rows = {name: parameters for name, _, parameters in signatures}
    offered = {name: getattr(compile, name) for name in compile.__all__ if name != "inspect_modules"}
    offered.update({name: getattr(writer, name) for name in writer.__all__})
    assert sorted(rows) == sorted(offered)
    for name, function in offered.items():
        parameters = inspect.signature(function).parameters.values()
        said = [f"{each.name}{'=' * (each.kind is each.KEYWORD_ONLY)}" for each in parameters]
        assert rows[name].split(", ") == said


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize(("signal", "code"), [("SIGINT", 130), ("SIGTERM", -15), ("SIGHUP", -1)])
def test_signals_end_a_run_as_the_page_says(signal: str, code: int, tmp_path: Path) -> None:
    """Here while a module is imported; a negative number is the signal, as `subprocess` tells it."""
    (tmp_path / "_ended.py").write_text(f"import signal\n\nsignal.raise_signal(signal.{signal})\n", encoding="utf-8")
    assert run(tmp_path, "-m", "ambidex", "-m", "_ended", "-o", ".")[0] == code


def test_table_of_exit_codes_names_those_of_the_tests_above() -> None:
    """As a shell shows the end by a signal: 128 more than its number."""
    rows = {row[0]: row[1] for row in read_table("code")}
    assert [*rows] == ["0", "1", "2", "130", "by the signal"]
    assert re.findall(r"SIG\w+|\d+", rows["by the signal"]) == ["SIGTERM", "SIGHUP", str(128 + 15), str(128 + 1)]
