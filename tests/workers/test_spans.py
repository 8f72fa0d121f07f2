"""Spans of OpenTelemetry cross to a child: the caller's is the parent of the child's, in one trace."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import ParentWorker, Spans, WorkerPool
from tests.limits import LIMIT_S
from tests.workers.children.atlas import Town
from tests.workers.conftest import BARE

pytest.importorskip("opentelemetry.sdk", reason="opentelemetry-sdk is not installed: `make dev` brings it")

from opentelemetry import propagate, trace
from opentelemetry.propagators.composite import CompositePropagator
from opentelemetry.propagators.textmap import TextMapPropagator
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan

ROOT = Path(__file__).resolve().parents[2]
SPANNED = Path(__file__).with_name("children") / "spanned.py"


class Kept:
    """Make spans, and keep those that have ended."""

    def __init__(self) -> None:
        self._exporter = InMemorySpanExporter()
        self.provider = TracerProvider()
        self.provider.add_span_processor(SimpleSpanProcessor(self._exporter))

    def take(self) -> list[ReadableSpan]:
        """Return what has ended since the last time."""
        ended = self._exporter.get_finished_spans()
        self._exporter.clear()
        return list(ended)

    def take_one(self) -> ReadableSpan:
        """Return the one span that has ended."""
        (span,) = self.take()
        return span


class Ballast(TextMapPropagator):
    """Write a header of so many characters."""

    def __init__(self, size: int) -> None:
        self._size = size

    def extract(self, carrier: Any, context: Any = None, getter: Any = None) -> Any:
        """Read nothing."""
        del carrier, getter
        return context

    def inject(self, carrier: Any, context: Any = None, setter: Any = None) -> None:
        """Write the header."""
        del context, setter
        carrier["ballast"] = "x" * self._size

    @property
    def fields(self) -> set[str]:
        return {"ballast"}


def id_of(span: ReadableSpan) -> int:
    """Return a span's id."""
    assert span.context is not None
    found: int = span.context.span_id
    return found


def test_span_of_a_call_is_the_parent_of_the_childs() -> None:
    """Of async and plain methods and streams, blocking and awaited, with the user's own spans above and below."""
    kept = Kept()
    with ParentWorker(SPANNED, observer=Spans(tracer_provider=kept.provider)) as worker:
        call, tracer = worker.call, kept.provider.get_tracer(__name__)
        with tracer.start_as_current_span("users"):
            assert call.inner(7) == 7
        inner, users = kept.take()
        assert (inner.name, inner.kind, inner.parent) == ("inner", trace.SpanKind.CLIENT, users.context)
        assert inner.attributes == {"rpc.system": "ambidex", "rpc.method": "inner"}
        own, served = call.spans()
        assert inner.context is not None
        assert served == ("inner", inner.context.trace_id, id_of(inner), "UNSET")
        assert (own[0], own[1]) == ("own", inner.context.trace_id)
        kept.take()

        assert call.plain(8) == 8
        plain = kept.take_one()
        assert [each[2] for each in call.spans() if each[0] == "plain"] == [id_of(plain)]

        kept.take()
        assert (list(call.count(3)), list(call.count_here(2))) == ([0, 1, 2], [0, 1])
        count, here = kept.take()
        found = call.spans()
        assert [(each[0], each[2]) for each in found if each[0] != "own"] == [
            ("spans", found[0][2]),
            ("count", id_of(count)),
            ("count_here", id_of(here)),
        ]
        assert count.context is not None
        assert [each[1] for each in found if each[0] == "own"] == [count.context.trace_id]


def test_span_of_an_awaited_call_is_the_parent_of_the_childs(caplog: pytest.LogCaptureFixture) -> None:
    """Calls that run at once keep their own spans; streams take what is sent, thrown and closed."""
    kept = Kept()

    async def main() -> None:
        async with ParentWorker(SPANNED, observer=Spans(tracer_provider=kept.provider)) as worker:
            assert await asyncio.gather(*[worker.acall.inner(number) for number in range(5)]) == list(range(5))
            ids = {id_of(span) for span in kept.take()}
            assert len(ids) == 5
            assert {each[2] for each in await worker.acall.spans() if each[0] == "inner"} == ids
            kept.take()
            total: Any = worker.acall.total()
            assert [await total.__anext__(), await total.asend(3)] == [0, 3]
            assert kept.take() == []
            await total.aclose()
            assert kept.take_one().name == "total"
            thrown: Any = worker.acall.total()
            await thrown.__anext__()
            with pytest.raises(LookupError, match="stop"):
                await thrown.athrow(LookupError("stop"))
            failed = kept.take_one()
            assert failed.status.status_code.name == "ERROR"
            assert [dict(event.attributes or {})["exception.type"] for event in failed.events] == ["LookupError"]
            with pytest.raises(StopAsyncIteration):
                await thrown.__anext__()
            await thrown.aclose()
            unread: Any = worker.acall.total()
            await unread.aclose()
            with pytest.raises(StopAsyncIteration):
                await unread.__anext__()
            assert kept.take() == []

    asyncio.run(main())
    assert caplog.text == ""  # as there would be where a span is ended twice


def test_what_is_carried_is_left_out_where_it_is_too_long_and_passed_over_where_it_is_none() -> None:
    """The call itself is as ever."""
    kept = Kept()
    with ParentWorker(SPANNED, observer=Spans(tracer_provider=kept.provider)) as worker:
        for size, is_below in ((1000, True), (70_000, False)):
            own = propagate.get_global_textmap()
            propagate.set_global_textmap(CompositePropagator([own, Ballast(size)]))
            try:
                assert worker.call.inner(size) == size
            finally:
                propagate.set_global_textmap(own)
            found = {each[0]: each[2] for each in worker.call.spans()}
            assert (found.get("inner") is not None) is is_below
    with ParentWorker(SPANNED) as worker:
        session = worker.life("inner").session
        for carried in ("{", "[]", '"text"', '{"traceparent": 7}', '{"traceparent": "nonsense"}'):
            assert session.call(0, f"inner\0{carried}", (3,), {}) == 3
        found_spans = [each for each in worker.call.spans() if each[0] == "inner"]
        assert [each[2] for each in found_spans] == [None] * 5


def test_span_of_a_stream_that_cannot_begin_is_ended() -> None:
    """With the error: no generator comes of wrong arguments."""
    with ParentWorker(SPANNED, observer=Spans(tracer_provider=Kept().provider)) as worker:
        for name in ("count", "count_here"):
            with pytest.raises(TypeError):
                list(getattr(worker.call, name)())
            assert [(each[0], each[3]) for each in worker.call.spans() if each[0] != "spans"] == [(name, "ERROR")]


def test_error_is_that_of_both_spans_and_the_observer_hears_as_before() -> None:
    """A span has its status and its exception; who observes beside hears of all."""
    kept, heard = Kept(), list[tuple[str, Any]]()

    class Hearing:
        def call_started(self, method: str) -> None:
            heard.append(("started", method))

        def call_ended(self, method: str, seconds: float, outcome: str, error: str | None) -> None:
            heard.append((method, outcome))
            assert seconds > 0
            assert error == "KeyError"

        def bytes_moved(self, method: str, sent: int, received: int) -> None:
            heard.append(("moved", method))
            assert sent
            assert received

        def worker_started(self, pid: int) -> None:
            heard.append(("worker", pid))

        def worker_ended(self, pid: int, status: int | None) -> None:
            heard.append((str(status), pid))

    with ParentWorker(SPANNED, observer=Spans(Hearing(), kept.provider)) as worker:
        pid = worker.pid
        with pytest.raises(KeyError, match="missing"):
            worker.call.fail()
    span = kept.take_one()
    assert span.status.status_code.name == "ERROR"
    assert span.events[0].attributes is not None
    assert span.events[0].attributes["exception.type"] == "KeyError"
    assert heard == [("worker", pid), ("started", "fail"), ("moved", "fail"), ("fail", "failed"), ("0", pid)]


def test_child_without_opentelemetry_runs_calls_as_it_would_without() -> None:
    """In a pool, by names; what nothing records sends nothing along."""
    kept = Kept()
    observer = Spans(tracer_provider=kept.provider)
    with WorkerPool(SPANNED, size=1, python=BARE, env={"PYTHONPATH": None}, observer=observer) as pool:
        assert (pool.call.inner(1), list(pool.call.count(2)), pool.call.spans()) == (1, [0, 1], [])
        assert [span.name for span in kept.take()] == ["inner", "count", "spans"]
    with ParentWorker(SPANNED, observer=Spans()) as worker:
        assert worker.call.inner(1) == 1
        assert [each[2] for each in worker.call.spans() if each[0] == "own"] == [None]


def test_calls_of_faces_have_spans_by_their_names() -> None:
    """Blocking and awaited; what is not a stream is told so by its own name."""
    kept = Kept()
    spans = Spans(tracer_provider=kept.provider)
    with ParentWorker("tests.workers.children.atlas_child:Atlas", cwd=ROOT, observer=spans) as worker:
        town = worker.create(Town, "Oslo")
        assert asyncio.run(town.roads.aio()) == town.roads() == []
        with town.market() as market:
            assert market is town
        assert [each is town for each in town.walk(2)] == [True, True]
        names = [span.name for span in kept.take()]
    assert names == ["Town", "Town.roads", "Town.roads", "Town.market", "Town.walk"]


def test_process_without_opentelemetry_is_told_what_to_install() -> None:
    """When `Spans` is made; importing it needs nothing."""
    program = "import ambidex\ntry:\n    ambidex.Spans()\nexcept ambidex.UsageError as error:\n    print(error)"
    library = str(Path(sys.modules["ambidex"].__file__ or "").parents[1])
    without = f"import sys; sys.path.insert(0, {library!r}); sys.modules['opentelemetry'] = None\n"
    command = [str(BARE), "-c", without + program]
    done = subprocess.run(command, check=True, timeout=LIMIT_S, stdout=subprocess.PIPE, text=True, env={})
    assert done.stdout == "Spans needs opentelemetry-api: install ambidex[otel]\n"
