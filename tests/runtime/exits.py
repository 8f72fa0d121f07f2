"""How the programs begin whose end is the test."""

from __future__ import annotations

PRELUDE = """
import asyncio, atexit, sys, threading, time

outlives = []
atexit.register(outlives.clear)  # registered before the runtime's own, so called after it
from ambidex import RuntimeClosed, Synchronizer, run_async_task

own = Synchronizer("own", grace_s=15)  # ample: what is slow on a busy machine refuses nothing
begun = threading.Event()

async def wait_forever():
    begun.set()
    try:
        await asyncio.Event().wait()
    finally:
        sys.stdout.write("cleaned up\\n")  # one write: print makes two, and another thread may come between
"""
