"""Own what `ambidex top` says of statistics: lines of text, and plain data for JSON. No I/O and no clock.

What is told comes from another process: its names are shown with what a terminal would act on escaped.
"""

from __future__ import annotations

import dataclasses
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from ..rpc.calling import Latencies, MethodStatistics

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ..service import CallerStatistics, ServiceStatistics

_NONE = MethodStatistics()
_NAME_WIDTH = 16  # the least that the first column has
_UNITS = ((86400, "d"), (3600, "h"), (60, "min"))
_COLUMNS = ("CALLS", "CALLS/S", "OPEN", "FAILED", "P50", "P95", "OUT/S", "IN/S")


class Look(NamedTuple):
    """Hold two snapshots to compare; without one `before`, rates and latencies are those since the beginning."""

    now: ServiceStatistics
    before: ServiceStatistics | None
    seconds: float  # between them

    @property
    def span_s(self) -> float:
        """How long it took to come from one to the other."""
        return self.now.since_s if self.before is None else self.seconds


def look(now: ServiceStatistics, before: ServiceStatistics | None, seconds: float) -> Look:
    """Return what can be compared: not what one process has counted with what its successor has."""
    is_same = before is not None and now.pid == before.pid and now.since_s >= before.since_s
    return Look(now, before if is_same else None, seconds)


def table(seen: Look) -> list[str]:
    """Return what a person reads: a head, and a row for each method, loop and caller."""
    now, program = seen.now, seen.now.program
    if program is None:
        return [*_head(seen), "", *_methods(now.methods, None if seen.before is None else seen.before.methods, seen)]
    before = None if seen.before is None else seen.before.program
    lines = [f"{shown(program.name)}, pid {now.pid}, lets others look for {_span(now.since_s)}{_what(seen)}", ""]
    loops = {} if before is None else {each.name: each for each in before.loops}
    lines += _aligned(
        ("LOOP", "TASKS", "OPEN", "STARTED", "STARTED/S"),
        [
            (
                shown(each.name),
                str(each.tasks),
                str(each.in_flight),
                f"{each.started:,}",
                _rate(each.started - (loops[each.name].started if each.name in loops else 0), seen.span_s),
            )
            for each in program.loops
        ],
    )
    if program.callers:
        lines += ["", *_callers(program.callers, () if before is None else before.callers, seen)]
    served = {} if before is None else {each.addresses: each for each in before.services}
    for each in program.services:
        lines += ["", *table(look(each, served.get(each.addresses), seen.seconds))]
    return lines


def _head(seen: Look) -> list[str]:
    now, total = seen.now, seen.now.total
    old = _NONE if seen.before is None else seen.before.total
    since = "" if now.state == "stopped" else f" for {_span(now.since_s)}"
    errors = [
        *(f"{shown(name)} {count:,}" for name, count in _largest(total.errors)),
        *([f"cancelled {total.cancelled:,}"] if total.cancelled else []),
        *([f"too late {total.deadline_exceeded:,}"] if total.deadline_exceeded else []),
    ]
    lines = [
        f"{shown(' '.join(now.addresses))}: {now.state}{since}, pid {now.pid}{_what(seen)}",
        f"clients {now.clients:,} ({now.clients_so_far:,} so far), connections {now.connections:,}"
        + (f", unknown {now.strangers:,}" if now.strangers else ""),
        f"calls   {total.calls:,}, {_rate(total.calls - old.calls, seen.span_s)}/s, open {total.in_flight:,}"
        + (f"; {', '.join(errors)}" if errors else ""),
        "; ".join(_traffic(seen, way, f"bytes_{name}") for way, name in (("bytes   out", "sent"), ("in", "received"))),
    ]
    if now.last_event is not None:
        old_number = 0 if seen.before is None or seen.before.last_event is None else seen.before.last_event.number
        rate = "" if seen.before is None else f", {_rate(now.last_event.number - old_number, seen.span_s)}/s"
        lines.append(f"events  {now.last_event.number:,}{rate}, subscriptions {now.subscriptions:,}")
    for what, counts in (("dropped", now.dropped), ("refused", now.turned_away)):
        if counts:
            lines.append(f"{what} " + ", ".join(f"{shown(name)} {count:,}" for name, count in _largest(counts)))
    return lines


def _what(seen: Look) -> str:
    return "; rates since then" if seen.before is None else f"; rates of the last {seen.seconds:.1f} s"


def _callers(callers: Sequence[CallerStatistics], before: Sequence[CallerStatistics], seen: Look) -> list[str]:
    known = dict(_numbered(before))
    rows = [
        (
            shown(f"{each.kind} {each.name} ({each.state})"),
            *_cells(each.total, known[key].total if key in known else _NONE, seen),
        )
        for key, each in _numbered(callers)
    ]
    return _aligned(("CALLS TO", *_COLUMNS), rows)


def _numbered(callers: Iterable[CallerStatistics]) -> Iterable[tuple[tuple[str, str, int], CallerStatistics]]:
    """Tell those of one name apart: they come in the order in which they were made."""
    counts: Counter[tuple[str, str]] = Counter()
    for each in callers:
        counts[each.kind, each.name] += 1
        yield (each.kind, each.name, counts[each.kind, each.name]), each


def _methods(
    methods: Mapping[str, MethodStatistics], before: Mapping[str, MethodStatistics] | None, seen: Look
) -> list[str]:
    old = before or {}

    def weight(name: str) -> tuple[int, int, str]:
        return old.get(name, _NONE).calls - methods[name].calls, -methods[name].calls, name

    rows = [(shown(name), *_cells(methods[name], old.get(name, _NONE), seen)) for name in sorted(methods, key=weight)]
    return _aligned(("METHOD", *_COLUMNS), rows) if rows else ["no call as yet"]


def _cells(now: MethodStatistics, old: MethodStatistics, seen: Look) -> tuple[str, ...]:
    latencies = _since(now.latencies, old.latencies)
    return (
        f"{now.calls:,}",
        _rate(now.calls - old.calls, seen.span_s),
        f"{now.in_flight:,}",
        f"{now.failed + now.deadline_exceeded:,}",
        _time(latencies.quantile_s(0.5)),
        _time(latencies.quantile_s(0.95)),
        _size((now.bytes_sent - old.bytes_sent) / seen.span_s) if seen.span_s else "-",
        _size((now.bytes_received - old.bytes_received) / seen.span_s) if seen.span_s else "-",
    )


def _since(now: Latencies, old: Latencies) -> Latencies:
    counts = Counter(dict(now.counts))
    counts.subtract(dict(old.counts))
    return Latencies(tuple(sorted((bucket, count) for bucket, count in counts.items() if count > 0)))


def fitted(lines: Sequence[str], width: int, height: int) -> list[str]:
    """Return what fits on a screen; its last line says what does not."""
    if len(lines) > height:
        lines = [*lines[: height - 1], f"... {len(lines) - height + 1} more lines"]
    return [line if len(line) <= width else line[: max(0, width - 1)] + "…" for line in lines]


def shown(text: str) -> str:
    """Return a text of another process as it may be shown: what is no plain character of one column is escaped."""
    is_plain = all(
        each.isprintable() and not unicodedata.combining(each) and unicodedata.east_asian_width(each) not in "WF"
        for each in text
    )
    return text if is_plain else ascii(text)[1:-1]


def plain(told: ServiceStatistics) -> dict[str, Any]:
    """Return statistics as JSON has them: methods with calls and quantiles in the place of counts of latencies."""
    made: dict[str, Any] = _plain(told)
    return made


def _plain(value: Any) -> Any:
    if isinstance(value, MethodStatistics):
        fields = {each.name: _plain(getattr(value, each.name)) for each in dataclasses.fields(value)}
        del fields["latencies"], fields["waiting"]
        return {"calls": value.calls, **fields, "p50_s": value.p50_s, "p95_s": value.p95_s}
    if dataclasses.is_dataclass(value) and hasattr(value, "epoch"):  # a cursor, which has a text
        return str(value)
    if dataclasses.is_dataclass(value):
        fields = {each.name: _plain(getattr(value, each.name)) for each in dataclasses.fields(value)}
        total = getattr(value, "total", None)
        return fields if total is None else {**fields, "total": _plain(total)}
    if type(value) is dict:
        items = cast("dict[str, Any]", value)
        return {key: _plain(each) for key, each in items.items()}
    if type(value) is tuple:
        return [_plain(each) for each in value]  # pyright: ignore[reportUnknownVariableType]
    return value


def _aligned(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[index]) for row in (titles, *rows)) for index in range(len(titles))]
    widths[0] = max(widths[0], _NAME_WIDTH)
    return [
        "  ".join([row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:]))])
        for row in (titles, *rows)
    ]


def _largest(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _rate(count: float, seconds: float) -> str:
    return f"{max(0.0, count / seconds):,.1f}" if seconds > 0 else "-"


def _traffic(seen: Look, way: str, name: str) -> str:
    size, old = getattr(seen.now, name), 0 if seen.before is None else getattr(seen.before, name)
    return f"{way} {_size(size)}" + (f", {_size((size - old) / seen.span_s)}/s" if seen.span_s > 0 else "")


def _size(size: float) -> str:
    size = max(0.0, size)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if size < 1024:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:,.1f} TiB"


def _time(seconds: float | None) -> str:
    if seconds is None:
        return "-"
    if seconds < 0.001:
        return f"{seconds * 1e6:.0f} us"
    return f"{seconds * 1e3:.1f} ms" if seconds < 1 else f"{seconds:.1f} s"


def _span(seconds: float) -> str:
    for size, unit in _UNITS:
        if seconds >= size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.1f} s"
