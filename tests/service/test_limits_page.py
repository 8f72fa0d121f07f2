"""The table of limits in docs/services.md is that of `ServiceLimits`."""

from __future__ import annotations

import re
from pathlib import Path

from ambidex.service import ServiceLimits

PAGE = Path(__file__).resolve().parents[2] / "docs" / "services.md"
_UNITS = {"": 1, " s": 1, " MiB": 1024 * 1024}


def test_table_has_each_limit_and_its_default() -> None:
    """In the order of the class."""
    table = PAGE.read_text("utf-8").partition("## Limits")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)`[^|]*\| ([0-9,]+)( s| MiB|) \|", table, re.MULTILINE)
    told = {name: int(number.replace(",", "")) * _UNITS[unit] for name, number, unit in rows}
    assert told == ServiceLimits()._asdict()
    assert list(told) == list(ServiceLimits._fields)
