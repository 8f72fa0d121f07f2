"""How long tests wait for what comes at once: nothing passes by waiting, so each bounds a hang, on any machine."""

from __future__ import annotations

HANG_S = 60  # one wait
LIMIT_S = 90.0  # a program, which may wait like that itself; well below the limit of one test, in pyproject.toml
