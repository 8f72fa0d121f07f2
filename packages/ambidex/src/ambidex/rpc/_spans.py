"""Own spans of OpenTelemetry that cross: what a caller's span is told by goes along with its call.

Nothing else imports OpenTelemetry, and this its API alone, when an object of `Spans` is made, or in the called process
when the first such call comes. There its package may be absent: then calls run as they would without a span.

What is asked is followed by a null character and what is carried, a JSON object of the headers that the program's own
propagator writes, by default `traceparent`, `tracestate` and `baggage` of W3C Trace Context.
"""

from __future__ import annotations

import contextlib
import functools
import json
from collections.abc import AsyncGenerator, Coroutine
from typing import TYPE_CHECKING, Any, cast, final

from ..errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    from opentelemetry.context import Context
    from opentelemetry.trace import Span, Tracer, TracerProvider

    from ._observer import Observer, Outcome

_SEPARATOR = "\0"  # no name has it
_MOST_CARRIED = 32_768  # characters; arbitrary, below what a message has a length for. More is left out
_NAME = "ambidex"


@final
class Spans:
    """Make each call a span, and what runs for it in the other process a span below that.

    Given as the `observer` of a worker, a pool or a client of a service. The spans are those of `tracer_provider`, else
    of the program's own. What runs in the other process has a span where opentelemetry-api is installed there, by the
    provider that is set there. `observer` hears of everything, as without this.

    Raises:
        UsageError: opentelemetry-api is not installed here.
    """

    def __init__(self, observer: Observer | None = None, tracer_provider: TracerProvider | None = None) -> None:
        try:
            from opentelemetry import trace
        except ImportError as error:
            raise UsageError("Spans needs opentelemetry-api: install ambidex[otel]") from error
        self._observer = observer
        self._tracer = trace.get_tracer(_NAME, tracer_provider=tracer_provider)
        self._client = trace.SpanKind.CLIENT

    @contextlib.contextmanager
    def call(self, name: str) -> Generator[str, None, None]:
        """Run a call in a span; give what is put behind what it asks."""
        with self._tracer.start_as_current_span(name, kind=self._client, attributes=_attributes(name)):
            yield _carried(None)

    def stream(self, name: str, begin: Callable[[str], Generator[Any, Any, Any]]) -> Generator[Any, Any, Any]:
        """Yield what a stream yields, in a span; `begin` is given what is put behind what it asks."""
        span, carried = self._start(name)
        return (yield from _spanned_steps(begin(carried), span))

    def astream(self, name: str, begin: Callable[[str], AsyncGenerator[Any, Any]]) -> AsyncGenerator[Any, Any]:
        """Return what yields what a stream yields, in a span that begins with the first step."""

        def first_step() -> tuple[AsyncGenerator[Any, Any], Span]:
            span, carried = self._start(name)
            return begin(carried), span

        return _SpannedStream(first_step)

    def _start(self, name: str) -> tuple[Span, str]:
        """Start a span that is nobody's current one, and return it with what is put behind what is asked."""
        from opentelemetry import trace

        span = self._tracer.start_span(name, kind=self._client, attributes=_attributes(name))
        return span, _carried(trace.set_span_in_context(span))

    # -- what an observer hears

    def call_started(self, method: str) -> None:
        """Pass it on."""
        if self._observer is not None:
            self._observer.call_started(method)

    def call_ended(self, method: str, seconds: float, outcome: Outcome, error: str | None) -> None:
        """Pass it on."""
        if self._observer is not None:
            self._observer.call_ended(method, seconds, outcome, error)

    def bytes_moved(self, method: str, sent: int, received: int) -> None:
        """Pass it on."""
        if self._observer is not None:
            self._observer.bytes_moved(method, sent, received)

    def worker_started(self, pid: int) -> None:
        """Pass it on."""
        if self._observer is not None:
            self._observer.worker_started(pid)

    def worker_ended(self, pid: int, status: int | None) -> None:
        """Pass it on."""
        if self._observer is not None:
            self._observer.worker_ended(pid, status)


def _attributes(name: str) -> dict[str, str]:
    return {"rpc.system": _NAME, "rpc.method": name}


def _carried(context: Context | None) -> str:
    """Return what is put behind what is asked; nothing where no span is recorded and no baggage is there."""
    from opentelemetry import propagate

    headers: dict[str, str] = {}
    propagate.inject(headers, context)
    text = _SEPARATOR + json.dumps(headers, separators=(",", ":"))
    return text if headers and len(text) <= _MOST_CARRIED else ""


# -- the called side


def split(asked: str) -> tuple[str, str]:
    """Return what is asked, and what was put behind that."""
    name, _, carried = asked.partition(_SEPARATOR)
    return name, carried


def spanned(function: Callable[..., Any], name: str, runs: str, carried: str) -> Callable[..., Any]:
    """Return a function whose calls run in a span below the one that was carried; without its package the same one.

    `runs` says how, as `Function` does.
    """
    try:
        from opentelemetry import propagate, trace
    except ImportError:
        return function
    context = propagate.extract(_headers(carried))
    tracer = trace.get_tracer(_NAME)
    begin = functools.partial(
        tracer.start_as_current_span, name, context, trace.SpanKind.SERVER, attributes=_attributes(name)
    )
    if runs == "async":
        return _spanned_async(function, begin)
    if runs == "sync":
        return _spanned_sync(function, begin)
    return functools.partial(_spanned_stream, function, tracer, name, context, is_async=runs == "stream")


def _headers(carried: str) -> Mapping[str, str]:
    try:
        read: object = json.loads(carried)
    except (ValueError, RecursionError):  # of a client that sends what it likes
        return {}
    headers = cast("dict[object, object]", read) if isinstance(read, dict) else {}
    return {name: value for name, value in headers.items() if isinstance(name, str) and isinstance(value, str)}


def _spanned_async(
    function: Callable[..., Any], begin: Callable[[], contextlib.AbstractContextManager[Span]]
) -> Callable[..., Coroutine[Any, Any, Any]]:
    async def run(*args: Any, **kwargs: Any) -> Any:
        with begin():
            return await function(*args, **kwargs)

    return run


def _spanned_sync(
    function: Callable[..., Any], begin: Callable[[], contextlib.AbstractContextManager[Span]]
) -> Callable[..., Any]:
    def run(*args: Any, **kwargs: Any) -> Any:
        with begin():
            return function(*args, **kwargs)

    return run


def _spanned_stream(
    function: Callable[..., Any],
    tracer: Tracer,
    name: str,
    parent: Context,
    /,
    *args: Any,
    is_async: bool,
    **kwargs: Any,
) -> Any:
    """Begin a stream in a span that ends with it; called in the context of a task that is the stream's alone."""
    from opentelemetry import context as contexts
    from opentelemetry import trace

    span = tracer.start_span(name, parent, trace.SpanKind.SERVER, attributes=_attributes(name))
    contexts.attach(trace.set_span_in_context(span, parent))
    try:
        steps = function(*args, **kwargs)
    except BaseException as error:
        _end_span(span, error)
        raise
    return _SpannedStream(lambda: (steps, span)) if is_async else _spanned_steps(steps, span)


# -- streams of both sides


def _end_span(span: Span, error: BaseException | None) -> None:
    """End a span with the error that has ended what it stands for; closing is none."""
    if isinstance(error, Exception) and not isinstance(error, (StopIteration, StopAsyncIteration)):
        from opentelemetry.trace import Status, StatusCode

        span.record_exception(error)
        span.set_status(Status(StatusCode.ERROR, f"{type(error).__name__}: {error}"))
    span.end()


def _spanned_steps(steps: Generator[Any, Any, Any], span: Span) -> Generator[Any, Any, Any]:
    """Yield what a stream yields, and end its span with it."""
    ending: BaseException | None = None
    try:
        return (yield from steps)
    except BaseException as error:
        ending = error
        raise
    finally:
        _end_span(span, ending)
        del ending


class _SpannedStream(AsyncGenerator[Any, Any]):
    """Pass the steps of an async stream on, and end its span with it; both begin with the first step."""

    def __init__(self, begin: Callable[[], tuple[AsyncGenerator[Any, Any], Span]]) -> None:
        self._begin = begin
        self._begun: tuple[AsyncGenerator[Any, Any], Span] | None = None
        self._is_over = False

    def __anext__(self) -> Coroutine[Any, Any, Any]:
        return self._step(lambda steps: steps.__anext__())

    def asend(self, value: Any, /) -> Coroutine[Any, Any, Any]:
        """Send a value in."""
        return self._step(lambda steps: steps.asend(value))

    def athrow(self, typ: Any, val: Any = None, tb: Any = None, /) -> Coroutine[Any, Any, Any]:  # noqa: ARG002  as generators
        """Throw an exception in."""
        return self._step(lambda steps: steps.athrow(typ if val is None else val))

    async def aclose(self) -> None:
        """Close the stream, and its span."""
        if self._begun is None:
            self._is_over = True
            return
        steps, span = self._begun
        try:
            await steps.aclose()
        finally:
            self._end(span, None)

    async def _step(self, step: Callable[[Any], Any]) -> Any:
        if self._begun is None:
            if self._is_over:
                raise StopAsyncIteration
            self._begun = self._begin()
        steps, span = self._begun
        try:
            return await step(steps)
        except BaseException as error:
            self._end(span, error)
            raise

    def _end(self, span: Span, error: BaseException | None) -> None:
        if not self._is_over:
            self._is_over = True
            _end_span(span, error)
