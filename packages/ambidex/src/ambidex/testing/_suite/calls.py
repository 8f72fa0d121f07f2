"""What a call takes and gives: arguments, results, and every kind of value on the way."""

from __future__ import annotations

import datetime as dt
import decimal
import math
import pathlib
import uuid
from typing import TYPE_CHECKING, Any

from .._behaviours import behaviour
from .._checks import equal, raising, same, true
from .._scenery._values import Colour, Moment, Point, Settings, Span

if TYPE_CHECKING:
    from .._behaviours import Scene

_LARGE = 3_000_000  # bytes: more than go in one piece anywhere

_NONE: list[Any] = []
_NO_KEYWORDS: dict[str, Any] = {}


@behaviour("calls/result-comes-back")
async def _(at: Scene) -> None:
    """A call returns what the implementation returns."""
    equal(await at.way.call(at.subject.add, 2, 3), 5)


@behaviour("calls/none-comes-back")
async def _(at: Scene) -> None:
    """A method that returns nothing gives None."""
    same(await at.way.call(at.subject.nothing), None)


@behaviour("calls/positional-only")
async def _(at: Scene) -> None:
    """A positional-only parameter takes its argument by place."""
    equal(await at.way.call(at.subject.bound, 1, c=3), [1, 2, _NONE, 3, 4, _NO_KEYWORDS])


@behaviour("calls/keywords")
async def _(at: Scene) -> None:
    """Arguments by keyword reach their parameters, in any order."""
    equal(await at.way.call(at.subject.add, b=2, a=40), 42)
    equal(await at.way.call(at.subject.bound, 1, d=8, c=7, b=6), [1, 6, _NONE, 7, 8, _NO_KEYWORDS])


@behaviour("calls/variadic-positional")
async def _(at: Scene) -> None:
    """More positional arguments than parameters go to `*more`, in order."""
    equal(await at.way.call(at.subject.bound, 1, 5, 6, 7, c=3), [1, 5, [6, 7], 3, 4, _NO_KEYWORDS])


@behaviour("calls/variadic-keywords")
async def _(at: Scene) -> None:
    """Other keywords go to `**rest`, names that the library itself uses among them."""
    given = {"self": 1, "name": 2, "timeout_s": 3, "args": 4, "kwargs": 5, "member": 6, "receiver": 7}
    found = await at.way.call(at.subject.bound, 1, c=3, **given)
    equal(found, [1, 2, _NONE, 3, 4, dict(sorted(given.items()))])


@behaviour("calls/defaults")
async def _(at: Scene) -> None:
    """What is left out is what the implementation's default says."""
    equal(await at.way.call(at.subject.defaults), [1, "b", None])
    equal(await at.way.call(at.subject.defaults, b="c"), [1, "c", None])


@behaviour("calls/missing-argument")
async def _(at: Scene) -> None:
    """A call with too few arguments raises TypeError, which names the parameter."""
    wrong: Any = at.subject.add
    with raising(TypeError, "'b'"):
        await at.way.call(wrong, 1)


@behaviour("calls/unknown-keyword")
async def _(at: Scene) -> None:
    """A call with a keyword that is none raises TypeError, which names it."""
    wrong: Any = at.subject.add
    with raising(TypeError, "'nonsense'"):
        await at.way.call(wrong, 1, 2, nonsense=3)


@behaviour("calls/too-many-arguments")
async def _(at: Scene) -> None:
    """A call with too many arguments raises TypeError."""
    wrong: Any = at.subject.add
    with raising(TypeError, "argument"):
        await at.way.call(wrong, 1, 2, 3)


@behaviour("calls/unknown-method")
async def _(at: Scene) -> None:
    """A name that the face does not have raises AttributeError."""
    face: Any = at.subject
    with raising(AttributeError, "nonsense"):
        await at.way.call(face.nonsense)


@behaviour("calls/private-member")
async def _(at: Scene) -> None:
    """What is private in the implementation is not there in its face."""
    face: Any = at.subject
    with raising(AttributeError, "_watched"):
        await at.way.call(face._watched, 1)  # noqa: SLF001  that is the question


@behaviour("calls/runs-in-a-task")
async def _(at: Scene) -> None:
    """An async method runs in a task of asyncio."""
    same(await at.way.call(at.subject.is_in_task), True)


@behaviour("calls/suspends")
async def _(at: Scene) -> None:
    """A call whose method waits several times gives its result all the same."""
    equal(await at.way.call(at.subject.suspended, 20), 20)


@behaviour("calls/one-call-does-not-hold-another")
async def _(at: Scene) -> None:
    """While a call waits, others of the same object are answered, and may end it."""
    held = at.way.begin(at.subject.hold)
    await at.way.call(at.subject.wait_for, "holding")
    equal(await at.way.call(at.subject.add, 1, 2), 3)
    await at.way.call(at.subject.let_go)
    equal(await held.result(), "let go")


@behaviour("calls/answers-go-to-their-calls")
async def _(at: Scene) -> None:
    """Of many calls at once, which end in another order than they began, each gets its own answer."""
    begun = [at.way.begin(at.subject.suspended, turns) for turns in range(60, 0, -1)]
    equal([await each.result() for each in begun], list(range(60, 0, -1)))


@behaviour("calls/in-order-one-by-one")
async def _(at: Scene) -> None:
    """Calls that are made one after the other run in that order."""
    for number in range(30):
        await at.way.call(at.subject.integer, number)
    for number in range(10):
        await at.way.call(at.subject.noted, f"call {number}")
    equal(await at.way.call(at.subject.log), [f"call {number}" for number in range(10)])


@behaviour("calls/objects-have-their-own-state")
async def _(at: Scene) -> None:
    """What one object notes, another one does not have."""
    other = await at.way.call(at.subject.fresh)
    await at.way.call(other.noted, "mine")
    equal(await at.way.call(at.subject.log), [])
    equal(await at.way.call(other.log), ["mine"])


@behaviour("calls/of-the-root")
async def _(at: Scene) -> None:
    """The root is called as any other object."""
    equal(await at.way.call(at.root.bound, 1, 5, 6, c=3, e=4), [1, 5, [6], 3, 4, {"e": 4}])


@behaviour("calls/plain-method", "blocking")
async def _(at: Scene) -> None:
    """What is no coroutine in the implementation has the blocking form, and gives its result."""
    equal(at.subject.plain(4), 5)
    equal(at.root.plain(4), 5)
    true(not hasattr(at.subject.plain, "aio"), "a plain method has no `.aio`")


@behaviour("calls/special-method", "blocking")
async def _(at: Scene) -> None:
    """`len`, `in`, `[]`, `bool` and a call of the object reach the implementation's."""
    part = at.subject.part("x")
    equal(len(at.subject), 1)
    equal(part in at.subject, True)
    same(at.subject["x"], part)
    equal(bool(at.subject), True)
    same(at.subject("x"), part)
    same(at.subject("y"), None)


@behaviour("calls/special-method-awaited", "awaited")
async def _(at: Scene) -> None:
    """`ambidex.get` awaits what special methods give."""
    part = await at.subject.part.aio("x")
    equal(await at.way.get(at.subject, "__len__"), 1)
    equal(await at.way.get(at.subject, "__contains__", part), True)
    same(await at.way.get(at.subject, "__getitem__", "x"), part)


@behaviour("calls/special-method-fails", "blocking")
async def _(at: Scene) -> None:
    """What a special method raises is raised."""
    with raising(KeyError, "'nowhere'"):
        _ = at.subject["nowhere"]


@behaviour("calls/attribute-is-read")
async def _(at: Scene) -> None:
    """An attribute of the object is that of the face."""
    equal(await at.way.get(at.subject, "title"), "a subject")
    equal(await at.way.get(at.root, "title"), "a subject")


@behaviour("calls/attribute-is-written", "blocking")
async def _(at: Scene) -> None:
    """An attribute that is set is set in the object, and whoever reads it sees that."""
    at.subject.title = "another"
    equal(at.subject.title, "another")
    equal(at.subject.me().title, "another")


@behaviour("calls/property", "blocking")
async def _(at: Scene) -> None:
    """A property is read, set and deleted; what its setter raises is raised, and changes nothing."""
    at.subject.level = 4
    equal(at.subject.level, 4)
    with raising(ValueError, "below 0"):
        at.subject.level = -1
    equal(at.subject.level, 4)
    del at.subject.level
    equal(at.subject.level, 0)


@behaviour("calls/with-options-changes-nothing-else")
async def _(at: Scene) -> None:
    """`with_options` gives another callable, and leaves the method as it is."""
    limited = at.subject.time_left.with_options(timeout=50)
    true(await at.way.call(limited), "the call with a timeout has a deadline")
    same(await at.way.call(at.subject.time_left), None)


@behaviour("calls/option-of-the-wrong-kind")
async def _(at: Scene) -> None:
    """A timeout that is no number of seconds is refused with a sentence, and nothing is called."""
    from ...errors import UsageError

    for wrong in (-1.0, float("nan")):
        with raising((UsageError, ValueError), "timeout"):
            await at.way.call(at.subject.noted.with_options(timeout=wrong), "called")
    equal(await at.way.call(at.subject.log), [])


@behaviour("calls/retry-needs-idempotent")
async def _(at: Scene) -> None:
    """`retry` is refused for a method that may not run twice, and taken for one that may."""
    from ...errors import UsageError

    with raising(UsageError, "idempotent"):
        await at.way.call(at.subject.noted.with_options(retry=1), "called")
    equal(await at.way.call(at.subject.log), [])
    equal(await at.way.call(at.subject.idempotent.with_options(retry=1)), "once")


# -- values


@behaviour("calls/integers")
async def _(at: Scene) -> None:
    """Integers of any size come back as they were, and booleans as booleans."""
    for value in (0, -1, 2**31, -(2**63), 2**64, 10**60, -(10**60)):
        equal(await at.way.call(at.subject.integer, value), value)
    same(await at.way.call(at.subject.flag, True), True)


@behaviour("calls/floats")
async def _(at: Scene) -> None:
    """Floats come back bit for bit, infinities, the negative zero and what is no number among them."""
    for value in (0.1, 1e308, 5e-324, math.inf, -math.inf):
        equal(await at.way.call(at.subject.number, value), value)
    equal(math.copysign(1, await at.way.call(at.subject.number, -0.0)), -1.0)
    true(math.isnan(await at.way.call(at.subject.number, math.nan)), "nan comes back")


@behaviour("calls/texts")
async def _(at: Scene) -> None:
    """Texts come back, of any script, with zeros, and with halves of characters."""
    for value in ("", "Ærø 漢字 🎈", "a\0b", "\ud83d", "x" * 70_000):
        equal(await at.way.call(at.subject.text, value), value)


@behaviour("calls/bytes")
async def _(at: Scene) -> None:
    """Bytes come back, none and all values of them."""
    for value in (b"", bytes(range(256)), b"\0" * 70_000):
        equal(await at.way.call(at.subject.data, value), value)


@behaviour("calls/bulk")
async def _(at: Scene) -> None:
    """Megabytes go and come back whole."""
    value = bytes(range(250)) * (_LARGE // 250)
    equal(await at.way.call(at.subject.data, value) == value, True)


@behaviour("calls/bulk-does-not-hold-others")
async def _(at: Scene) -> None:
    """While megabytes are on their way, small calls of the same caller are answered rightly."""
    value = bytes(_LARGE)
    large = [at.way.begin(at.subject.data, value) for _ in range(3)]
    small = [at.way.begin(at.subject.integer, number) for number in range(20)]
    equal([await each.result() for each in small], list(range(20)))
    equal([len(await each.result()) for each in large], [_LARGE] * 3)


@behaviour("calls/optional-and-union")
async def _(at: Scene) -> None:
    """What may be of several types comes as what it is."""
    for value in (None, 3):
        equal(await at.way.call(at.subject.optional, value), value)
    for each in (3, "three"):
        equal(await at.way.call(at.subject.either, each), each)


@behaviour("calls/lists")
async def _(at: Scene) -> None:
    """Lists of lists come back in order."""
    value = [[1, 2], [], [3]]
    equal(await at.way.call(at.subject.rows, value), value)


@behaviour("calls/dicts")
async def _(at: Scene) -> None:
    """Dicts come back with keys that are no texts, and in their order."""
    value = {3: {"a": 1.5}, 1: {}, 2: {"b": 0.0}}
    found = await at.way.call(at.subject.table, value)
    equal(found, value)
    equal(list(found), [3, 1, 2])


@behaviour("calls/tuples")
async def _(at: Scene) -> None:
    """A tuple is a tuple, there and back."""
    equal(await at.way.call(at.subject.pair, (1, "a")), (1, "a"))
    equal(await at.way.call(at.subject.kinds, ([1], (1,), {"a": 1}, {1})), ["tuple", "list", "tuple", "dict", "set"])


@behaviour("calls/sets")
async def _(at: Scene) -> None:
    """Sets and frozen sets are that, there and back."""
    equal(await at.way.call(at.subject.members, {1, 2, 3}), {1, 2, 3})
    equal(await at.way.call(at.subject.frozen, frozenset(("a", "b"))), frozenset(("a", "b")))


@behaviour("calls/enums")
async def _(at: Scene) -> None:
    """A member of an enum is that very member."""
    same(await at.way.call(at.subject.colour, Colour.BLUE), Colour.BLUE)


@behaviour("calls/dataclasses")
async def _(at: Scene) -> None:
    """A dataclass comes back as its own class, with dataclasses in it."""
    value = Point(1, 2.5, "a", Point(3, 4.0), ["x", "y"])
    equal(await at.way.call(at.subject.point, value), value)


@behaviour("calls/named-tuples")
async def _(at: Scene) -> None:
    """A named tuple comes back as its own class."""
    equal(await at.way.call(at.subject.span, Span(1, 2)), Span(1, 2))


@behaviour("calls/typed-dicts")
async def _(at: Scene) -> None:
    """A typed dict comes back as a dict of the same content."""
    value: Settings = {"title": "t", "sizes": [1, 2]}
    equal(await at.way.call(at.subject.settings, value), value)


@behaviour("calls/times-numbers-and-names")
async def _(at: Scene) -> None:
    """Times with their zones, dates, durations, decimals, UUIDs and paths come back as they were."""
    zone = dt.timezone(dt.timedelta(hours=5, minutes=45))
    value = Moment(
        dt.datetime(2024, 2, 29, 23, 59, 59, 999999, zone),
        dt.date(1, 1, 1),
        dt.timedelta(days=-3, microseconds=1),
        decimal.Decimal("-1.2300"),
        uuid.UUID(int=2**100 + 7),
        pathlib.PurePosixPath("/a/b c"),
    )
    found: Moment = await at.way.call(at.subject.moment, value)
    equal(found, value)
    equal(found.at.utcoffset(), dt.timedelta(hours=5, minutes=45))
    equal(str(found.price), "-1.2300")


@behaviour("calls/untyped-values")
async def _(at: Scene) -> None:
    """Where the annotation says nothing, builtin values come back as they were, nested."""
    value = {"a": [1, 2.5, None, True, b"x", (1, {2})], "b": {"c": "d"}}
    equal(await at.way.call(at.subject.echo, value), value)
