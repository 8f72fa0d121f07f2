"""What a section found: rows, some of which answer a line of the table of targets."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from targets import LINES, TARGETS, Target

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any


@dataclass(frozen=True)
class Row:
    """One candidate of a section.

    `ratio` is to the section's reference. `answers` are the targets that this row decides. `note` says why there is no
    figure, or what a reader has to know of it. `is_derived`: it was made of the other rows.
    """

    name: str
    figure: float | None = None
    unit: str = "us"
    ratio: float | None = None
    answers: tuple[Target, ...] = ()
    note: str = ""
    is_derived: bool = False


@dataclass(frozen=True)
class Section:
    """One table: what was measured, and beside what."""

    name: str
    title: str
    reference: str
    rows: Sequence[Row] = field(default_factory=tuple)


@dataclass(frozen=True)
class Answer:
    """One row of the table of targets."""

    line: str
    case: str
    figure: float | None
    unit: str
    ratio: float | None
    target: str
    verdict: str


def answers_of(
    sections: Iterable[Section], lines: Sequence[str] = LINES, targets: Sequence[Target] = TARGETS
) -> list[Answer]:
    """Return the table of targets, as far as these sections decide it, in its own order."""
    found: dict[Target, Row] = {target: row for part in sections for row in part.rows for target in row.answers}
    ordered = sorted(found, key=lambda target: (lines.index(target.line), targets.index(target)))
    return [_answer(target, found[target]) for target in ordered]


def _answer(target: Target, row: Row) -> Answer:
    value = row.ratio if target.of == "ratio" else row.figure
    parts = (target.judge(value) if value is not None else "", row.note)
    verdict = "; ".join(part for part in parts if part)
    return Answer(target.line, target.case, row.figure, row.unit, row.ratio, target.text, verdict)


def number(value: float | None) -> str:
    """Return a figure with the digits that mean something."""
    if value is None:
        return "-"
    return f"{value:,.0f}" if value >= 1000 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def cores(count: int) -> str:
    """Return how many cores a run had, in words."""
    return "one core" if count == 1 else f"{count} cores"


def as_text(sections: Sequence[Section], answers: Sequence[Answer], clock: str) -> str:
    """Return every section's table, then the table of targets; `clock` is what the ratios were taken by."""
    lines: list[str] = []
    for section in sections:
        lines += ["", f"{section.title} (ratio to: {section.reference})" if section.reference else section.title]
        for row in section.rows:
            ratio = "" if row.ratio is None else f"{number(row.ratio)}x"
            lines.append(
                f"  {row.name:<56} {number(row.figure):>9} {row.unit:<9} {ratio:>9}  {row.note}".rstrip(),
            )
    lines += ["", f"The targets, which are set for wall-clock time; ratios by {clock}"]
    before = ""
    for answer in answers:
        if answer.line != before:
            lines.append(f"  {answer.line}")
            before = answer.line
        ratio = "" if answer.ratio is None else f"{number(answer.ratio)}x"
        lines.append(
            f"    {answer.case:<54} {number(answer.figure):>9} {answer.unit:<9} {ratio:>9}  "
            f"{answer.target:<16} {answer.verdict}".rstrip()
        )
    return "\n".join(lines)


def as_data(sections: Sequence[Section], answers: Sequence[Answer]) -> dict[str, Any]:
    """Return both as plain data, for JSON."""
    return {
        "sections": [
            {
                "name": section.name,
                "title": section.title,
                "reference": section.reference,
                "rows": [
                    {
                        "name": row.name,
                        "figure": row.figure,
                        "unit": row.unit,
                        "ratio": row.ratio,
                        "note": row.note,
                        "is_derived": row.is_derived,
                    }
                    for row in section.rows
                ],
            }
            for section in sections
        ],
        "targets": [asdict(answer) for answer in answers],
    }
