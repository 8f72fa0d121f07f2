"""Spans of OpenTelemetry cross to a service: the caller's is the parent of the service's, in one trace."""

from __future__ import annotations

import asyncio
import textwrap
from pathlib import Path

import pytest

from ambidex.rpc._spans import spanned
from tests.programs import run_program

pytest.importorskip("opentelemetry.sdk", reason="opentelemetry-sdk is not installed: `make dev` brings it")

ROOT = str(Path(__file__).resolve().parents[2])
PROGRAM = """
    import asyncio
    import sys
    import tempfile

    sys.path.insert(0, "ROOT")

    from opentelemetry import trace
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    from ambidex import RemoteError, Service, Spans, connect
    from tests.workers.children import _atlas
    from tests.workers.children.atlas import Town

    kept = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    trace.set_tracer_provider(provider)

    def told():
        spans = {span.context.span_id: span for span in kept.get_finished_spans()}
        kept.clear()
        for span in sorted(spans.values(), key=lambda each: each.start_time):
            above = spans[span.parent.span_id].name if span.parent else "nothing"
            print(span.kind.name, span.name, "below", above, span.status.status_code.name)

    def block(town):
        assert town.is_near(town) is False
        try:
            town.lose()
        except RemoteError:
            pass
        assert [number for number, _ in zip(town.stepped(3), range(2))] == [3, 4]

    async def main(address):
        async with Service(_atlas.Town("Oslo"), address):
            async with connect(address, observer=Spans()) as remote:
                town = remote.root(Town)
                with provider.get_tracer("mine").start_as_current_span("mine"):
                    assert await town.is_near.aio(town) is False
                told()
                await asyncio.to_thread(block, town)
                await remote.aservice_statistics()
                told()
            async with connect(address) as remote:
                assert await remote.root(Town).roads.aio() == []
                told()

    with tempfile.TemporaryDirectory(prefix="ambidex-") as folder:
        asyncio.run(main(f"unix://{folder}/s"))
"""


def test_span_of_a_call_is_the_parent_of_the_services(tmp_path: Path) -> None:
    """Of awaited and blocking calls, one that fails, and a stream; a client without `Spans` has none made."""
    done = run_program(tmp_path, textwrap.dedent(PROGRAM).replace("ROOT", ROOT))
    assert done.err == ""
    assert done.out.splitlines() == [
        "INTERNAL mine below nothing UNSET",
        "CLIENT Town.is_near below mine UNSET",
        "SERVER Town.is_near below Town.is_near UNSET",
        "CLIENT Town.is_near below nothing UNSET",
        "SERVER Town.is_near below Town.is_near UNSET",
        "CLIENT Town.lose below nothing ERROR",
        "SERVER Town.lose below Town.lose ERROR",
        "CLIENT Town.stepped below nothing UNSET",
        "SERVER Town.stepped below Town.stepped UNSET",
        "CLIENT statistics below nothing UNSET",
        "SERVER statistics below statistics UNSET",
    ]


@pytest.mark.parametrize(
    "carried", ["", "no JSON", "[" * 60_000, "[1]", '{"traceparent": 1}', '{"traceparent": "00-x-y-z"}']
)
def test_what_no_span_is_told_by_is_left_out(carried: str) -> None:
    """A client may send what it likes: the call runs all the same."""

    async def run(number: int) -> int:
        return number + 1

    assert asyncio.run(spanned(run, "run", "async", carried)(1)) == 2
