"""Own how it is told what was left out, and what was left faulty: file, line, name and reason."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class LeftOut:
    """Say what was left out, where it stands, and why; `file` as seen from the folder it is imported from."""

    file: str
    line: int
    name: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.name}: {self.reason}"


@dataclass(frozen=True, order=True)
class LeftFaulty:
    """Say where in what is generated a type checker still finds fault, what it says, and why that was not left out."""

    file: str
    line: int
    what: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: left as it is: {self.what}: {self.reason}"


def short_path(file: str) -> str:
    """Return a file's name as seen from the folder that it is imported from: the same on every machine."""
    full = os.path.abspath(file)  # noqa: PTH100  no links are followed: `sys.path` names folders as they were given
    folders = [os.path.join(os.path.abspath(entry), "") for entry in sys.path]  # noqa: PTH100, PTH118
    inside = [full[len(folder) :] for folder in folders if full.startswith(folder)]
    return min(inside, key=len, default=file).replace(os.sep, "/")
