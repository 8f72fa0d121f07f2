"""What several modules use."""

from __future__ import annotations

from typing import Dict, Final

RETRIES: Final = 3
HEADERS: Dict[str, str] = {"accept": "text"}
