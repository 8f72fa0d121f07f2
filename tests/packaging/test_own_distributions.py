"""ambidex's own wheel and sdist have what they need."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

from tests.packaging.conftest import HATCHLING, ROOT, Builder, unpack

if TYPE_CHECKING:
    from pathlib import Path


def test_sdist_unpacks_and_builds_the_wheel_with_the_licence_in_it(builder: Builder, tmp_path: Path) -> None:
    """No link leads out of the sdist, and the wheel carries the text that `ambidex vendor` copies."""
    made = builder.make(ROOT / "packages" / "ambidex", HATCHLING, "sdist", "wheel", into=tmp_path / "dist")
    project = unpack(made["sdist"], tmp_path / "unpacked")
    again = builder.make(project, HATCHLING, "wheel", into=tmp_path / "again")
    assert again["wheel"].read_bytes() == made["wheel"].read_bytes()
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    with zipfile.ZipFile(again["wheel"]) as wheel:
        for name in ("ambidex/LICENSE", "ambidex-0.1.0.dist-info/licenses/LICENSE"):
            assert wheel.read(name).decode("utf-8") == licence
