"""Commands of people who have not read the manual: wrong words and tables, folders that nobody may read."""

from __future__ import annotations

import os
import shutil
import sys

import pytest

from tests.codegen.conftest import Project
from tests.codegen.test_cli import WEATHER

# What root has beside the name: without it permissions hold for root, too.
_LIKE_OTHERS = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")


@pytest.fixture
def weather(project: Project) -> Project:
    """Make a folder with one implementation."""
    project.write("_weather.py", WEATHER)
    return project


def as_anybody(project: Project, *arguments: str) -> tuple[int, str, str]:
    """Run the command as one whom permissions stop."""
    if os.geteuid() != 0:
        return project.ambidex(*arguments)
    if shutil.which(_LIKE_OTHERS[0]) is None:
        pytest.skip("root cannot be stopped by permissions here: there is no setpriv")
    return project.run(*_LIKE_OTHERS[1:], sys.executable, "-m", "ambidex", *arguments, python=_LIKE_OTHERS[0])


@pytest.mark.parametrize("flags", [("--check", "--stdout"), ("--check", "--watch"), ("--watch", "--stdout")])
def test_flags_that_exclude_each_other_are_refused(weather: Project, flags: tuple[str, str]) -> None:
    """One of them would be passed over."""
    code, output, errors = weather.ambidex("generate", *flags, "-m", "_weather", "-o", ".")
    told = f"ambidex generate: error: argument {flags[1]}: not allowed with argument {flags[0]}"
    assert (code, output, errors.splitlines()[-1]) == (2, "", told)


def test_generated_module_names_its_source(weather: Project) -> None:
    """A manifest is not to be written into a file that is generated."""
    weather.ambidex("-m", "_weather", "-o", ".")
    told = "weather has no manifest, for it is generated: name what it is generated from, as in -m _weather"
    assert weather.ambidex("-m", "weather", "-o", ".") == (1, "", f"weather.py:1: {told}\n")


@pytest.mark.parametrize(
    ("package", "alias", "message"),
    [
        ("", "x", "'' is not the name of a package: write the one that `import` takes"),
        (".", "x", "'.' is not the name of a package: write the one that `import` takes"),
        ("a b", "x", "'a b' is not the name of a package: write the one that `import` takes"),
        ("json", "class", "'class' cannot be generated: write the name of a module, as in --as json_sync"),
        ("json", "a.", "'a.' cannot be generated: write the name of a module, as in --as json_sync"),
    ],
)
def test_names_that_no_import_takes_are_refused_first(project: Project, package: str, alias: str, message: str) -> None:
    """Before the package is imported, and before anything is left out for it."""
    assert project.ambidex("wrap", package, "--as", alias) == (2, "", f"ambidex: {message}\n")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[tool.ambidex]]\n", "1: [tool.ambidex] is not a table; for several, write [[tool.ambidex.target]]"),
        (
            "[tool.ambidex.target]\nmodules = ['x']\n",
            "1: target in [tool.ambidex] is {'modules': ['x']}; write [[tool.ambidex.target]], one for each",
        ),
    ],
)
def test_table_with_the_wrong_brackets_names_the_right_ones(project: Project, text: str, message: str) -> None:
    """One pair for a table, two for each of several."""
    project.write("pyproject.toml", text)
    file = project.folder.resolve() / "pyproject.toml"
    assert project.ambidex("generate") == (2, "", f"ambidex: {file}:{message}\n")


@pytest.mark.parametrize("verb", [("generate",), ("wrap", "json", "--as", "x"), ("vendor", "a.b"), ("watch",)])
@pytest.mark.skipif(sys.platform == "win32", reason="Windows removes no current folder")
def test_current_folder_that_is_gone_is_one_message(project: Project, verb: tuple[str, ...]) -> None:
    """A script may have removed it, or another branch that was checked out."""
    program = (
        "import os, sys, subprocess\nos.mkdir('gone')\nos.chdir('gone')\nos.rmdir('../gone')\n"
        "sys.exit(subprocess.run([sys.executable, '-m', 'ambidex', *sys.argv[1:]]).returncode)"
    )
    told = "ambidex: the current folder is gone (No such file or directory): change to one that is there\n"
    assert project.run("-c", program, *verb) == (2, "", told)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
def test_folders_and_files_that_nobody_may_read_hold_up_nothing_else(weather: Project) -> None:
    """Data of a service stands beside the sources, and is none; what is needed is named."""
    weather.write("src/old.py", "")
    closed = [weather.folder / name for name in ("data", "src/data", "src/old.py", "weather-stubs", "_weather-stubs")]
    for each in closed:
        if not each.exists():
            each.mkdir()
        each.chmod(0)
    try:
        assert as_anybody(weather, "-m", "_w*", "-o", "src") == (0, "src/weather.py: written\n", "")
        assert as_anybody(weather, "check", "-m", "_weather", "-o", "src") == (0, "", "")
        told = "ambidex: data/weather/__init__.py is out of reach (PermissionError: Permission denied): "
        told += "let this user in, or choose another\n"
        assert as_anybody(weather, "-m", "_weather", "-o", "data") == (1, "", told)
    finally:
        for each in closed:
            each.chmod(0o700)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
def test_file_that_nobody_may_read_is_not_replaced(weather: Project) -> None:
    """Nobody can tell whether it was generated."""
    file = weather.write("weather.py", "mine = True\n")
    file.chmod(0)
    try:
        told = "weather.py:1: cannot be read, to see who wrote it: move it away, or name another target module\n"
        assert as_anybody(weather, "-m", "_weather", "-o", ".") == (1, "", told)
    finally:
        file.chmod(0o600)
    assert weather.read("weather.py") == "mine = True\n"


def test_two_targets_that_generate_one_file_are_refused(weather: Project) -> None:
    """One of them would be lost."""
    weather.write("other/_weather.py", WEATHER)
    target = "[[tool.ambidex.target]]\nmodules = ['_weather']\nroot = '{}'\noutput = 'src'\n"
    weather.write("pyproject.toml", target.format(".") + target.format("other"))
    file = weather.folder.resolve() / "src" / "weather.py"
    told = f"ambidex: two targets generate {file}; name it in one of them\n"
    assert weather.ambidex("generate") == (2, "", told)
    assert not file.exists()


@pytest.mark.parametrize(
    ("absent", "arguments", "message"),
    [
        (
            ("tomllib", "tomli"),
            ("generate",),
            ("{file} has a [tool.ambidex], which this Python cannot read: pip install 'ambidex[codegen]'"),
        ),
        (
            ("basedpyright", "mypy"),
            ("wrap", "json", "--as", "json_sync", "-o", ".", "--clean"),
            "there is no basedpyright and no mypy here: install one beside ambidex, or leave out --clean",
        ),
    ],
)
def test_library_that_is_missing_is_named(
    project: Project, absent: tuple[str, ...], arguments: tuple[str, ...], message: str
) -> None:
    """The message says what to install."""
    file = project.write("pyproject.toml", "[tool.ambidex]\nmodules = ['x']\n").resolve()
    program = (
        f"import sys\nsys.modules.update(dict.fromkeys({absent}))\n"
        "from ambidex.cli import main\nsys.exit(main(sys.argv[1:]))"
    )
    told = f"ambidex: {message.format(file=file)}\n"
    assert project.run("-c", program, *arguments) == (2, "", told)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
def test_folder_that_cannot_be_watched_is_named(weather: Project) -> None:
    """Whoever passes it over misses changes of others, too: the order of a folder's entries decides which."""
    closed = weather.folder / "data"
    closed.mkdir(0)
    try:
        code, output, errors = as_anybody(weather, "watch", "-m", "_weather", "-o", ".")
    finally:
        closed.chmod(0o700)
    folder = weather.folder.resolve()
    assert (code, output) == (2, "")
    reason = errors.partition(" (Permission denied")[2].rpartition("): ")[0]  # worded by the system
    assert f'"{folder / "data"}"' in reason
    assert errors == (
        f"ambidex: not all of {folder} can be watched (Permission denied{reason}): "
        "let this user in, or set root in [tool.ambidex] to a folder without it\n"
    )


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no SIGINT to one process")
def test_interrupt_while_the_command_is_loaded_is_one_line(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Loading takes a good part of a short run."""
    hook = """
        import os, signal, sys

        def press(event, arguments):
            if event == "import" and arguments[0] == "ambidex.codegen":
                os.kill(os.getpid(), signal.SIGINT)

        sys.addaudithook(press)
    """
    project.write("hook/sitecustomize.py", hook)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(project.folder / "hook"), os.environ.get("PYTHONPATH", ""))))
    assert project.ambidex("-m", "x") == (130, "", "ambidex: interrupted\n")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no device here that is always full")  # noqa: PTH110
def test_output_that_takes_nothing_is_one_message(weather: Project) -> None:
    """A full disk behind a redirection."""
    program = 'exec "$0" -m ambidex "$@" > /dev/full'
    for command in (("-m", "_weather"), ("-m", "_weather", "-o", "."), ("check", "-m", "_weather", "-o", "src")):
        code, output, errors = weather.run("-c", program, sys.executable, *command, python="/bin/sh")
        told = "ambidex: cannot go on (OSError: No space left on device): "
        told += "see that there is room, and what standard output leads to"
        assert (code, output, errors.splitlines()[-1:]) == (1, "", [told]), errors
        assert "Traceback" not in errors


@pytest.mark.skipif(sys.platform == "win32", reason="there is no /bin/sh on Windows")
def test_process_without_an_output_writes_files_all_the_same(weather: Project) -> None:
    """Some supervisors start programs so."""
    program = 'exec "$0" -m ambidex "$@" >&-'
    command = ("-m", "_weather", "-o", ".")
    assert weather.run("-c", program, sys.executable, *command, python="/bin/sh") == (0, "", "")
    assert (weather.folder / "weather.py").exists()
