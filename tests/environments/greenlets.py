"""The programs of tests under gevent: what each begins with, patched at one moment or another."""

from __future__ import annotations

import pytest

IMPORTS = """
import asyncio, _thread, os, queue, signal, socket, sys, threading, time
import concurrent.futures
from contextlib import asynccontextmanager
from ambidex import DeadlineExceeded, DeadlockError, Synchronizer, run_async_task

own = Synchronizer("own", grace_s=15)

async def give(value):
    await asyncio.sleep(0.001)
    return value

async def thread_id():
    return threading.get_native_id()

class Slow:
    def __init__(self):
        self.begun, self.cleaning, self.may_end = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.log = []

    async def run(self):
        self.begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.cleaning.set()
            await self.may_end.wait()
            self.log.append("cleaned up")

    async def allow(self):
        self.may_end.set()

    def call(self, **options):
        try:
            own.with_options(**options).run(self.run)
        except BaseException as error:
            self.log.append(type(error).__name__)
            raise

async def make_slow(may_end=True):
    slow = Slow()
    if may_end:
        slow.may_end.set()
    return slow
"""
PATCH = """
from gevent import monkey
monkey.patch_all()
import gevent
"""
MOMENTS = {
    "patched-first": PATCH + IMPORTS,
    "imported-first": IMPORTS + PATCH,
    "started-first": IMPORTS + "assert own.run(give, 0) == 0" + PATCH,
}

every_moment = pytest.mark.parametrize("run_patched", list(MOMENTS), indirect=True)
