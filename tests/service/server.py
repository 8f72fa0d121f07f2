"""Serve a town of tests/workers/children at an address: `python -m tests.service.server ADDRESS`."""

from __future__ import annotations

import asyncio
import sys

from ambidex.service import Service, ServiceLimits
from tests.workers.children import _atlas


async def main(address: str) -> None:
    """Serve until the standard input ends; say when it begins, and how many clients there were at the end."""
    loop = asyncio.get_running_loop()
    limits = ServiceLimits(greeting_s=0.5, strangers=8, clients=8, connections=16)
    async with Service(_atlas.Town("Oslo"), address, limits=limits) as service:
        print("serving", flush=True)
        await loop.run_in_executor(None, sys.stdin.read)
        print(service.clients, flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
