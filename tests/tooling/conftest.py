"""What several tests of the tools need."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

BENCH = Path(__file__).resolve().parents[2] / "bench"


@pytest.fixture
def find_bench(monkeypatch: pytest.MonkeyPatch) -> Generator[None, None, None]:
    """Let a test import the benchmark's files, which are no package, and no later test find them."""
    monkeypatch.setattr(sys, "path", [str(BENCH), *sys.path])
    yield
    for name, module in tuple(sys.modules.items()):
        if Path(getattr(module, "__file__", None) or "/").parent == BENCH:
            del sys.modules[name]
