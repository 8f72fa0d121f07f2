"""What checkers infer of what a class pattern takes of the faces of patterns.py by place, and what they refuse."""

# Needs Python 3.10

from __future__ import annotations

import patterns
from patterns import Chosen, Leg, Plain, Span, Stage
from typing_extensions import assert_type


def places(value: object) -> None:
    """Check what is taken."""
    match value:
        case Stage(Span(start, length), name, number):
            assert_type(value, Stage)
            assert_type(name, str)
            assert_type(start, int)
            assert_type(length, float)
            assert_type(number, int)
        case Leg(span, name):
            assert_type(span, Span)
            assert_type(name, str)
        case Plain(_, length):
            assert_type(value, Plain)
            assert_type(length, float)
        case Chosen(until, _):
            assert_type(until, int)
        case _:
            pass


def wrong(span: Span, stage: Stage, chosen: Chosen) -> None:
    """List what checkers have to refuse."""
    match span:
        case Span(_, _, str()):  # type: ignore[misc]  # pyright: ignore[reportGeneralTypeIssues]
            pass
        case _:
            pass
    match stage:
        case Stage(Span(_, _), _, _, int()):  # type: ignore[misc]  # pyright: ignore[reportGeneralTypeIssues]
            pass
        case _:
            pass
    match chosen:
        case Chosen(_, _, int()):  # type: ignore[misc]  # pyright: ignore[reportGeneralTypeIssues]
            pass
        case _:
            pass


def functions(leg: Leg, span: Span) -> None:
    """Check the blocking face."""
    assert_type(patterns.longest([leg]), "Leg | None")
    assert_type(span.doubled(), Span)


async def awaited(stage: Stage) -> None:
    """Check the async face."""
    match await patterns.longest.aio([stage]):
        case Stage(_, _, number):
            assert_type(number, int)
        case Leg(span, _):
            assert_type(span, Span)
        case found:
            assert_type(found, None)
