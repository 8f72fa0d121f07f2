"""tools/interpreters.py says what it lacks, and builds nothing that is built."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TOOL = Path(__file__).resolve().parents[2] / "tools" / "interpreters.py"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it builds from Debian's source")


def write_command(folder: Path, name: str, script: str) -> None:
    """Put a shell script where the tool looks for a command."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


def run_tool(into: Path, commands: Path) -> tuple[int, str]:
    """Run the tool with no commands but those in a folder."""
    done = subprocess.run(
        [sys.executable, TOOL, "--into", into],
        env={"PATH": str(commands), "LD_LIBRARY_PATH": os.environ.get("LD_LIBRARY_PATH", "")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def test_missing_packages_are_named(tmp_path: Path) -> None:
    """Where the machine lacks what the build needs, the message names it, and nothing is downloaded or installed."""
    write_command(tmp_path / "bin", "apt-get", "exit 99")
    write_command(tmp_path / "bin", "dpkg-query", 'for package in gcc make; do echo "installed $package"; done; exit 1')
    code, output = run_tool(tmp_path / "built", tmp_path / "bin")
    assert code == 1
    assert "to build, install: libc6-dev libffi-dev" in output
    assert "gcc" not in output
    assert "status 99" not in output


def test_machine_without_apt_is_told_so(tmp_path: Path) -> None:
    """Where Debian's archive cannot be asked, the message says that it is needed."""
    code, output = run_tool(tmp_path / "built", tmp_path)
    assert code == 1
    assert "apt-get" in output


def test_interpreter_that_is_built_is_not_built_again(tmp_path: Path) -> None:
    """The stamp of a whole build, and an interpreter that runs without its GIL, are enough; either alone is not."""
    prefix = tmp_path / "built" / "3.13t"
    write_command(prefix / "bin", "python3.13t", "exit 0")
    code, _ = run_tool(tmp_path / "built", tmp_path)
    assert code == 1
    (prefix / ".built-from").write_text("3.13.99-1\n")
    code, output = run_tool(tmp_path / "built", tmp_path)
    assert code == 0
    assert output == f"3.13t: built from 3.13.99-1, in {prefix}\n"
    write_command(prefix / "bin", "python3.13t", "exit 1")
    code, _ = run_tool(tmp_path / "built", tmp_path)
    assert code == 1


def test_source_comes_from_the_newest_suite_that_delivers_it(tmp_path: Path) -> None:
    """A suite that lists the source and does not deliver it is passed over, by name, for the next older one."""
    write_command(tmp_path / "bin", "dpkg-query", f"{sys.executable} -c '{ALL_INSTALLED}'")
    write_command(tmp_path / "bin", "apt-get", APT_GET)
    code, output = run_tool(tmp_path / "built", tmp_path / "bin")
    assert code == 1
    assert "cannot be had from unstable" in output
    assert "cannot be had from testing" not in output
    assert "building 3.13.7-1" in output
    assert "the command tar is needed" in output  # the first one of the build that is not there


ALL_INSTALLED = f"""
import sys
sys.path.insert(0, "{TOOL.parent}")
from interpreters import BUILD_PACKAGES
for package in BUILD_PACKAGES: print("installed", package)
"""
APT_GET = r"""
for word in "$@"; do
    case $word in
        Dir::Etc::sourcelist=*) sources=${word#*=} ;;
        indextargets) echo "sid main http://mirror.test/debian/"; echo "sid-security main http://mirror.test/other/" ;;
        source)
            while read -r line; do
                case $line in
                    *mirror.test/debian/\ unstable\ main) exit 100 ;;
                    *mirror.test/debian/\ testing\ main)
                        : > python3.13_3.13.7-1.dsc
                        : > python3.13_3.13.7.orig.tar.xz ;;
                esac
            done < "$sources" ;;
    esac
done
"""
