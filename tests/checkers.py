"""Run mypy with what it knows of the standard library and of ambidex, which it is asked for once in a run of the tests.

From cold it reads both anew, which takes several seconds; all that a test asks for takes less than one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import ambidex

if TYPE_CHECKING:
    from tests.conftest import Once

LIBRARY = Path(ambidex.__file__).resolve().parent.parent
IS_INSTALLED = LIBRARY.name in ("site-packages", "dist-packages")
CACHE = "mypy-cache"
# The last mypy that runs on Python 3.9 is 1.19. It finds fault where a current one does not: it cannot tell the types
# of comparisons that a decorator has made objects of, and reads no syntax that is newer than the Python it runs on.
with_current_mypy = pytest.mark.skipif(sys.version_info < (3, 10), reason="a current mypy needs Python 3.10 to run on")
# What is kept holds for these options alone: with others mypy begins anew.
MYPY = (
    "--strict",
    "--enable-error-code",
    "deprecated",
    "--follow-imports",
    "silent",
    "--python-version",
    "3.10",  # mypy no longer takes 3.9 for a target
)
_READ_FIRST = """
import asyncio, collections.abc, contextlib, dataclasses, datetime, enum, functools, os, pathlib, sys, threading, typing
import typing_extensions
import ambidex, ambidex.bridge, ambidex.codegen
"""


def mypy(folder: Path, once: Once, *options: str) -> list[str | Path]:
    """Return the command of a strict check, for Python 3.10, in a folder, which gets what mypy knows already."""
    cache = folder / CACHE
    if not cache.exists():
        shutil.copytree(once.folder(CACHE, _fill), cache)
    return [sys.executable, "-m", "mypy", *MYPY, "--cache-dir", cache, *options]


def mypy_version(version: str) -> tuple[str, ...]:
    """Return the options that have mypy check as a version of Python, or as the oldest that it takes."""
    return () if version == "3.9" else ("--python-version", version)


def mypy_path(*folders: Path) -> dict[str, str]:
    """Return the variable that names folders to mypy, and the library where that is not installed."""
    return {"MYPYPATH": os.pathsep.join(map(str, folders if IS_INSTALLED else (*folders, LIBRARY)))}


def _fill(folder: Path) -> None:
    command: list[str | Path] = [sys.executable, "-m", "mypy", *MYPY, "--cache-dir", folder, "-c", _READ_FIRST]
    subprocess.run(command, env={**os.environ, **mypy_path()}, check=True, stdout=subprocess.DEVNULL, cwd=folder)
