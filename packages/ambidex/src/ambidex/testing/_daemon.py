"""Serve an object until the standard input ends: `python -m ambidex.testing._daemon ADDRESS MODULE:CLASS JSON`."""

from __future__ import annotations

import asyncio
import importlib
import json
import sys
from typing import Any

from ..service import Service


async def main(address: str, name: str, arguments: str, identity: str = "", client: str = "") -> None:
    """Make the object, serve it, and say where; `identity` is a file, and `client` the key that is let in."""
    module, _, path = name.partition(":")
    make: Any = getattr(importlib.import_module(module), path)
    own = None
    if identity:
        from ..service import Identity

        own = Identity.load(identity)
    async with Service(
        make(*json.loads(arguments)), address, identity=own, allow=[client] if client else ()
    ) as service:
        sys.stdout.write(f"{service.address}\n")
        sys.stdout.flush()
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
