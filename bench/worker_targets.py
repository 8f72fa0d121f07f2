"""What calls to a child process are to reach, line by line."""

from __future__ import annotations

import sys

from targets import Target

BLOCKING = "a blocking call to a child"
AWAITED = "an async call, one at a time"
IN_FLIGHT = "128 calls in flight, as a share of the raw pipelined rate"
ECHO = "an echo of 100 MiB"
ITEMS = "a stream of small items, as a share of the raw pipelined rate"
CANCEL = "a cancel behind 100 MiB of data"
START = "spawn to ready, against a bare interpreter that imports asyncio"
DEATH = "death of a child to the caller's exception"
DEATHS = "10,000 calls in flight when their child dies, to the last exception"
WORST = "must never exceed, whatever the machine"

LINES = (BLOCKING, AWAITED, IN_FLIGHT, ECHO, ITEMS, CANCEL, START, DEATH, DEATHS, WORST)

_COPIES = sys.version_info < (3, 12)  # what asyncio's own transports do with what they are given to write

TARGETS = (
    Target(BLOCKING, "add(1, 2)", "ratio", 4.0, "x"),
    Target(AWAITED, "asyncio", "ratio", 5.0, "x"),
    Target(AWAITED, "uvloop", "ratio", 3.5, "x"),
    Target(IN_FLIGHT, "asyncio", "ratio", 0.16, "x", is_least=True),
    Target(IN_FLIGHT, "uvloop", "ratio", 0.22, "x", is_least=True),
    Target(ECHO, "asyncio", "ratio", None if _COPIES else 1.6, "x", why="none before 3.12"),
    Target(ECHO, "uvloop", "ratio", 1.6, "x"),
    Target(ECHO, "blocking", "ratio", 1.0, "x"),
    Target(ECHO, "views", "ratio", 0.5, "x"),
    Target(ITEMS, "asyncio", "ratio", 0.5, "x", is_least=True),
    Target(CANCEL, "to the child's task", "figure", 1.0, " ms"),
    Target(START, "blocking", "ratio", 1.5, "x"),
    Target(DEATH, "blocking", "figure", 5.0, " ms"),
    Target(DEATHS, "asyncio", "figure", 5.0, " ms"),
    Target(WORST, "blocking call", "ratio", 6.0, "x"),
)
