"""`ambidex vendor`: what it copies, what it replaces, what it refuses."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import ambidex
from tests.limits import LIMIT_S

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = Path(ambidex.__file__).resolve().parent
COPY = "src/mylib/_ambidex"
HEAD = "Copied by `ambidex vendor`"
SETTINGS = '[tool.ambidex]\nmodules = ["mylib._tool"]\nroot = "src"\noutput = "src"\nruntime = "mylib._ambidex"\n'


class Library:
    """A folder that commands run in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __truediv__(self, name: str) -> Path:
        return self.folder / name

    def run(self, *arguments: str, path: Path = PACKAGE.parent) -> tuple[int, str, str]:
        """Run the interpreter and return its exit code, output and errors."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(path), "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr

    def vendor(self, *arguments: str) -> tuple[int, str, str]:
        """Run `ambidex vendor`."""
        return self.run("-m", "ambidex", "vendor", *arguments)

    def program(self, text: str) -> str:
        """Run a program that can import the library and not ambidex; return its output."""
        code, output, errors = self.run(
            "-c", f"import sys\nsys.modules['ambidex'] = None\n{text}", path=self.folder / "src"
        )
        assert (code, errors) == (0, "")
        return output

    def files(self) -> dict[str, bytes]:
        """Return every file with its content, bytecode left out."""
        return {
            file.relative_to(self.folder).as_posix(): file.read_bytes()
            for file in self.folder.rglob("*")
            if file.is_file() and "__pycache__" not in file.parts
        }


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """Give an empty folder."""
    return Library(tmp_path)


def test_copy_is_the_parts_a_door_the_licence_and_a_list_of_them(library: Library) -> None:
    """Each part is the original's, byte by byte; the list tells the version; a second run changes nothing."""
    assert library.vendor("mylib._ambidex", "-o", "src/") == (0, f"{COPY}: written\n", "")
    files = library.files()
    copied = {name[len(COPY) + 1 :]: text for name, text in files.items() if name.startswith(f"{COPY}/")}
    assert set(files) - {f"{COPY}/{name}" for name in copied} == {"src/mylib/__init__.py"}
    modules = ("_waiter.py", "deadlines.py", "errors.py", "module.py", "options.py")
    parts = [PACKAGE / name for name in modules]
    parts += [file for part in ("runtime", "bridge") for file in (PACKAGE / part).rglob("*.py")]
    assert {name: text for name, text in copied.items() if "/" in name or name in modules} == {
        file.relative_to(PACKAGE).as_posix(): file.read_bytes() for file in parts
    }
    assert copied["LICENSE"] == (ROOT / "LICENSE").read_bytes()
    assert copied["py.typed"] == b""
    assert copied["VENDORED.txt"].decode().splitlines() == [
        f"{HEAD} from ambidex {ambidex.__version__}. Do not edit: run `ambidex vendor mylib._ambidex` again.",
        "",
        *sorted(name for name in copied if name != "VENDORED.txt"),
    ]
    assert library.vendor("mylib._ambidex", "-o", "src/") == (0, f"{COPY}: unchanged\n", "")
    assert library.vendor("mylib._ambidex", "-o", "src/", "--check") == (0, "", "")
    assert library.files() == files


NOT_COPIED = {
    name for name, owner in vars(ambidex)["_OWNERS"].items() if owner.partition(".")[0] in ("rpc", "service", "workers")
}  # processes are the application's affair


def test_door_offers_what_ambidex_offers_each_when_it_is_asked_for(library: Library) -> None:
    """The names of what was copied are the same, `Module` loads no event loop, an unknown name is an AttributeError."""
    library.vendor("mylib._ambidex", "-o", "src")
    output = library.program("""
from mylib._ambidex import Module
print(sorted(name for name in sys.modules if name in ("asyncio", "typing") or name.startswith("mylib")))
import mylib._ambidex as door
print(*door.__all__, door.__version__)
print({getattr(door, name).__module__.split(".")[2] for name in door.__all__})
print(set(door.__all__) - set(dir(door)), door.run_async_task.__module__)
try:
    door.nonsense
except AttributeError as error:
    print(error)
""")
    unloaded = "['mylib', 'mylib._ambidex', 'mylib._ambidex.module']"
    assert output.splitlines() == [
        unloaded,
        f"{' '.join(name for name in ambidex.__all__ if name not in NOT_COPIED)} {ambidex.__version__}",
        output.splitlines()[2],
        "set() mylib._ambidex.runtime._synchronizer",
        "module 'mylib._ambidex' has no attribute 'nonsense'",
    ]
    assert eval(output.splitlines()[2]) == {"bridge", "deadlines", "errors", "module", "options", "runtime"}


def test_older_copy_is_replaced_whole(library: Library) -> None:
    """Files that a version no longer has go with their folders; edited and lost ones come back; the rest stays."""
    library.vendor("mylib._ambidex", "-o", "src")
    fresh = library.files()
    gone = library / COPY / "runtime" / "_old"
    (gone / "__pycache__").mkdir(parents=True)
    (gone / "_loop.py").write_text("")
    (gone / "__pycache__" / "_loop.cpython-39.pyc").write_bytes(b"")
    (library / COPY / "wire.py").write_text("x = 1\n")
    (library / COPY / "module.py").write_text("edited = True\n")
    (library / COPY / "errors.py").unlink()
    listed = library / COPY / "VENDORED.txt"
    old = listed.read_text().replace(f"ambidex {ambidex.__version__}.", "ambidex 0.0.1.")
    listed.write_text(f"{old}runtime/_old/_loop.py\nwire.py\n../__init__.py\n")
    code, output, errors = library.vendor("mylib._ambidex", "-o", "src", "--check")
    assert code == 1
    fix = "run `ambidex vendor mylib._ambidex`"
    assert errors.splitlines() == [
        f"{COPY}/VENDORED.txt:1: stale: {fix}",
        f"{COPY}/errors.py:1: missing: {fix}",
        f"{COPY}/module.py:1: stale: {fix}",
        f"{COPY}/runtime/_old/_loop.py:1: extra: {fix}",
        f"{COPY}/wire.py:1: extra: {fix}",
    ]
    assert output.splitlines()[:2] == [f"--- {COPY}/VENDORED.txt (on disk)", f"+++ {COPY}/VENDORED.txt (generated now)"]
    assert "-edited = True" in output.splitlines()
    assert library.files() != fresh
    assert library.vendor("mylib._ambidex", "-o", "src") == (0, f"{COPY}: written\n", "")
    assert library.files() == fresh
    assert not gone.exists()


def test_copy_that_is_not_there_is_missing_and_check_writes_nothing(library: Library) -> None:
    """One line for the whole, exit code 1."""
    code, output, errors = library.vendor("mylib._ambidex", "-o", "src", "--check")
    assert (code, output) == (1, "")
    assert errors == f"{COPY}:1: missing: run `ambidex vendor mylib._ambidex`\n"
    assert library.files() == {}


def test_folder_of_somebody_else_is_refused(library: Library) -> None:
    """A folder with files, or a file in its place, is left as it is; an empty folder is nobody's."""
    other = library / COPY / "__init__.py"
    other.parent.mkdir(parents=True)
    assert library.vendor("mylib._ambidex", "-o", "src", "--check")[2].startswith(f"{COPY}:1: missing")
    other.write_text("mine = True\n")
    message = f"{COPY}:1: exists and was not written by `ambidex vendor`: move it away, or give the copy another name\n"
    for options in ((), ("--check",)):
        assert library.vendor("mylib._ambidex", "-o", "src", *options) == (1, "", message)
    assert library.files() == {f"{COPY}/__init__.py": b"mine = True\n"}
    other.unlink()
    other.parent.rmdir()
    other.parent.write_text("a file\n")
    assert library.vendor("mylib._ambidex", "-o", "src") == (1, "", message)


def test_file_of_somebody_else_in_a_copy_is_refused(library: Library) -> None:
    """What nobody listed is nobody's to remove: the message names each such file, and nothing is written."""
    library.vendor("mylib._ambidex", "-o", "src")
    for name in ("bridge/patch.py", "notes.txt"):
        (library / COPY / name).write_text("mine\n")
    (library / COPY / "errors.py").write_text("stale = True\n")
    before = library.files()
    what = "stands in a copy of ambidex and was not written by `ambidex vendor`"
    fix = f"move it out of {COPY}, which is replaced whole"
    assert library.vendor("mylib._ambidex", "-o", "src") == (
        1,
        "",
        f"{COPY}/bridge/patch.py:1: {what}: {fix}\n{COPY}/notes.txt:1: {what}: {fix}\n",
    )
    assert library.files() == before


@pytest.mark.parametrize("name", ["_ambidex", "my-lib._ambidex", "mylib..copy", "mylib.class", "src/mylib/_ambidex"])
def test_name_that_is_no_dotted_name_is_refused(library: Library, name: str) -> None:
    """A copy has a place inside a package: exit code 2, the name, and how one is written."""
    assert library.vendor(name, "-o", "src") == (
        2,
        "",
        (
            f"ambidex: {name!r} cannot be the name of a copy: it is no dotted name of a package inside your library, "
            "write one as in mylib._ambidex\n"
        ),
    )


def test_name_of_the_original_is_refused(library: Library) -> None:
    """A copy called ambidex would stand in its own light."""
    assert library.vendor("ambidex", "-o", "src") == (
        2,
        "",
        "ambidex: 'ambidex' cannot be the name of a copy: it is the original's, write one as in mylib._ambidex\n",
    )


def test_missing_name_and_missing_output_are_refused(library: Library) -> None:
    """Nothing is guessed: exit code 2 and both ways to say it."""
    name = (
        "ambidex: vendor needs the name of one copy, and there are {}: give it, as in "
        "`ambidex vendor mylib._ambidex -o src`, or as runtime in [tool.ambidex] of pyproject.toml\n"
    )
    assert library.vendor() == (2, "", name.format(0))
    output = (
        "ambidex: vendor has no folder to copy mylib._ambidex to: give -o FOLDER, or output in [tool.ambidex] of "
        "pyproject.toml\n"
    )
    assert library.vendor("mylib._ambidex") == (2, "", output)
    second = '[[tool.ambidex.target]]\nmodules = ["b"]\noutput = "other"\nruntime = "b._copy"\n'
    (library / "pyproject.toml").write_text(SETTINGS + second)
    assert library.vendor() == (2, "", name.format(2))
    assert library.vendor("third._copy") == (2, "", output.replace("mylib._ambidex", "third._copy"))


def test_folder_that_cannot_be_written_is_refused(library: Library) -> None:
    """The generator's message for any file."""
    (library / "src").write_text("a file\n")
    code, output, errors = library.vendor("mylib._ambidex", "-o", "src")
    assert (code, output) == (1, "")
    assert errors == "src:1: is a file, where a folder is needed: move it away, or choose another output\n"


def test_pyproject_names_the_copy_and_its_folder(library: Library) -> None:
    """`runtime` and `output` stand in for the arguments; a target's own `runtime` has its own output."""
    (library / "pyproject.toml").write_text(SETTINGS)
    assert library.vendor() == (0, f"{COPY}: written\n", "")
    assert library.vendor("--check") == (0, "", "")
    assert library.vendor("-o", "other") == (0, "other/mylib/_ambidex: written\n", "")


def test_output_that_is_the_package_itself_holds_the_copy(library: Library) -> None:
    """As for generated modules: no package of the same name inside."""
    (library / "mylib").mkdir()
    (library / "mylib" / "__init__.py").write_text("")
    assert library.vendor("mylib._ambidex", "-o", "mylib") == (0, "mylib/_ambidex: written\n", "")
    assert not (library / "mylib" / "mylib").exists()
