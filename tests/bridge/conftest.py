"""Fixtures for tests of the bridge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ambidex import Synchronizer

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def short_grace() -> Iterator[None]:
    """Give the synchronizer of the exchange a short grace period."""
    Synchronizer("exchange", grace_s=2.0)
    yield
    Synchronizer("exchange", grace_s=5.0)
