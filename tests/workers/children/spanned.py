"""A child that keeps its spans, where its environment has what makes them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Generator
from typing import Any

from ambidex import ChildWorker

try:
    from opentelemetry import trace
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
except ImportError:
    kept: Any = None
else:
    kept = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    trace.set_tracer_provider(provider)


def make_own_span() -> None:
    """Make a span below the one that runs."""
    if kept is not None:
        from opentelemetry import trace

        trace.get_tracer(__name__).start_span("own").end()


class Spanned(ChildWorker):
    """Answer, and tell which spans that made."""

    def spans(self) -> list[tuple[str, int, int | None, str]]:
        """Return the name, trace, parent and status of each span that has ended, and forget them."""
        if kept is None:
            return []
        ended = kept.get_finished_spans()
        kept.clear()
        return [
            (each.name, each.context.trace_id, each.parent and each.parent.span_id, each.status.status_code.name)
            for each in ended
        ]

    async def inner(self, value: int) -> int:
        """Return a number."""
        await asyncio.sleep(0)
        make_own_span()
        return value

    def plain(self, value: int) -> int:
        """Return a number, on a thread."""
        make_own_span()
        return value

    async def fail(self) -> None:
        """Raise."""
        raise KeyError("missing")

    async def count(self, stop: int) -> AsyncGenerator[int, None]:
        """Yield numbers."""
        for number in range(stop):
            yield number
        make_own_span()

    def count_here(self, stop: int) -> Generator[int, None, None]:
        """Yield numbers, on threads."""
        yield from range(stop)

    async def total(self) -> AsyncGenerator[int, int]:
        """Yield the sum of what was sent."""
        total = 0
        while True:
            total += yield total


if __name__ == "__main__":
    Spanned().run()
