"""Run drawn implementations that this interpreter cannot read in those of this machine that can."""

from __future__ import annotations

import json
import pickle
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typing_extensions

from tests.codegen.conftest import INTERPRETERS, environment
from tests.codegen.fuzz.trying import PROGRAM

if TYPE_CHECKING:
    from tests.codegen.fuzz.shapes import Program

    Version = tuple[int, int]

HERE = sys.version_info[:2]
ROOT = Path(__file__).resolve().parents[3]


def _version(text: str) -> Version:
    major, _, minor = text.partition(".")
    return int(major), int(minor)


PYTHONS = {_version(text): python for text, python in INTERPRETERS.items()}


def found_for(oldest: Version) -> Version | None:
    """Return the version that runs what needs one: this one if it can, else the oldest that can, None without any."""
    return HERE if oldest <= HERE else min((version for version in PYTHONS if version >= oldest), default=None)


class Elsewhere:
    """Own a process of each interpreter that was needed, with ambidex from `library` and as little else as there is."""

    def __init__(self, library: Path) -> None:
        self._library = library
        self._running: dict[Version, subprocess.Popen[str]] = {}

    def tried(self, version: Version, program: Program, prefix: str, folder: Path) -> int:
        """Do what `trying.tried` does, in an interpreter of another version."""
        (folder / PROGRAM).write_bytes(pickle.dumps(program))
        process = self._process(version)
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps([str(folder), prefix]) + "\n")
        process.stdin.flush()
        line = process.stdout.readline()  # a test has its own limit of time
        assert line, f"Python {version} ended with {process.wait()}\nin {folder}, drawn from {program.seed}"
        answer = json.loads(line)
        assert isinstance(answer, int), f"in Python {version}: {answer}"
        return answer

    def _process(self, version: Version) -> subprocess.Popen[str]:
        if version not in self._running:
            own = self._library.parent / "elsewhere"
            own.mkdir(exist_ok=True)
            shutil.copy(str(typing_extensions.__file__), own)
            self._running[version] = subprocess.Popen(
                [PYTHONS[version], "-m", "tests.codegen.fuzz.trying"],
                cwd=ROOT,  # which Python would look into first
                env=environment([self._library, own]),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
            )
        return self._running[version]

    def close(self) -> None:
        """End all processes."""
        for process in self._running.values():
            process.kill()
            process.communicate()
        self._running.clear()
