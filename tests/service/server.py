"""Serve a town of tests/workers/children: `python -m tests.service.server OPTIONS`, which is one JSON object."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from ambidex.service import Service, ServiceLimits
from tests.workers.children import _atlas


async def main(address: str, identity: str | None = None, allow: tuple[str, ...] = (), **limits: Any) -> None:
    """Serve until the standard input ends; say where when it begins, and how many clients there were at the end."""
    loop = asyncio.get_running_loop()
    who = None
    if identity is not None:
        from ambidex.service import Identity

        who = Identity.load(identity)
    limits = {"greeting_s": 0.5, "strangers": 8, "clients": 8, "connections": 16, **limits}
    async with Service(
        _atlas.Town("Oslo"), address, identity=who, allow=allow, limits=ServiceLimits(**limits)
    ) as service:
        print(service.address, flush=True)
        await loop.run_in_executor(None, sys.stdin.read)
        print(service.clients, flush=True)


if __name__ == "__main__":
    asyncio.run(main(**json.loads(sys.argv[1])))
