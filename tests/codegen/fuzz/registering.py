"""Register what a drawn module has in other ways than by decorators."""

from __future__ import annotations

import re

MANIFEST = re.compile(r"^m = Module\(.*\)\n", re.MULTILINE)
DECORATOR = re.compile(
    r"^@m\.(?P<verb>wrap_\w+)(?P<options>\((?:[^()]|\n)*\))?\n(?=(?:@.*\n)*(?:async )?(?:def|class) (?P<name>\w+))",
    re.MULTILINE,
)


def without_decorators(text: str) -> str:
    """Return a module without the decorators that `Module.auto` makes superfluous: those that say nothing more."""
    return DECORATOR.sub(lambda found: found[0] if found["options"] else "", text)


def apart(text: str, name: str) -> tuple[str, str]:
    """Return a module that does not know that it is public, and the manifest for it."""
    made = MANIFEST.search(text)
    assert made is not None
    lines = [
        f"m.{found['verb']}{found['options'] or ''}({name}.{found['name']})\n" for found in DECORATOR.finditer(text)
    ]
    manifest = f"import {name}\nfrom ambidex import Module\n\n{made[0]}{''.join(lines)}"
    return DECORATOR.sub("", text.replace(made[0], "")), manifest
