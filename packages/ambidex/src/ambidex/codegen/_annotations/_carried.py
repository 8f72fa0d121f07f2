"""Own the annotations that an object itself carries, as they are written: text, or an object."""

from __future__ import annotations

import sys
from typing import cast


def annotations_of(owner: object) -> dict[str, object]:
    """Return the raw annotations that a function or class itself carries."""
    if sys.version_info >= (3, 14):  # evaluated lazily there: names for type checkers only must not fail
        import annotationlib

        return dict(annotationlib.get_annotations(owner, format=annotationlib.Format.FORWARDREF))
    if isinstance(owner, type):
        own: object = vars(owner).get("__annotations__")  # `type` itself, a base of metaclasses, has a descriptor there
        return dict(cast("dict[str, object]", own)) if isinstance(own, dict) else {}
    return dict(cast("dict[str, object]", getattr(owner, "__annotations__", {})))
