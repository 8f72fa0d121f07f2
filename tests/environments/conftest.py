"""Supply what the environments' tests need: interpreters that see this tree, and servers that always end."""

from __future__ import annotations

import os
from pathlib import Path

import ambidex

LIBRARY = Path(ambidex.__file__).resolve().parent.parent
ROOT = Path(__file__).resolve().parents[2]


def environment(**more: str) -> dict[str, str]:
    """Return the environment for a program that imports this ambidex and the faces of these tests."""
    path = os.pathsep.join([str(LIBRARY), str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    return {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", **more}
