"""Use the exceptions of errors.py: the one of the implementation, with faces in the place of its objects."""

from __future__ import annotations

import asyncio
import traceback
from concurrent.futures import Future
from typing import Any, Callable, List

import _errors
import errors

oslo = errors.Station("Oslo")
public: Any = errors.Failed
assert public is _errors.Failed


def caught(call: Callable[[], object]) -> Any:
    try:
        call()
    except Exception as error:
        return error
    raise AssertionError("nothing was raised")


def check_parts(error: Any) -> None:
    """Check what stands in a `Failed`."""
    assert type(error) is public
    assert error.station is error._station is error.itself is oslo
    assert error.args == ("failed", oslo)
    assert error.__context__ is error.__cause__ is None
    assert error.where == "Oslo"


def check(error: Any) -> None:
    """Check a `Failed` that somebody has caught."""
    check_parts(error)
    frames = [frame.filename for frame in traceback.extract_tb(error.__traceback__)]
    assert frames[-1].endswith("_errors.py"), frames


check(caught(oslo.checked))
check(caught(lambda: oslo.check("")))
check(caught(lambda: oslo.state))
check(caught(lambda: list(oslo.readings())))
check(caught(lambda: list(oslo.readings.with_options(read_ahead=4)())))
check(caught(oslo.check.submit("").result))
check(oslo.check.submit("").exception())
assert caught(lambda: oslo.check("")).near == {"near": [oslo]}

twice = caught(lambda: oslo.check("twice"))
assert type(twice) is errors.FailedTwice
assert twice.second is twice.station is oslo
lost = caught(lambda: oslo.check("lost"))
assert (type(lost), lost.station, lost.attempts) == (errors.Lost, oslo, 2)
assert lost == errors.Lost(oslo, 2)
unseen = caught(lambda: oslo.check("unseen"))
assert type(unseen) is _errors.Unseen
assert unseen.stations == {"all": [oslo]}
assert (unseen.errno, unseen.strerror, unseen.filename, str(unseen)) == (2, "gone", None, "[Errno 2] gone")
key = caught(lambda: oslo.check("key"))
assert (type(key), key.args) == (KeyError, (oslo,))
with_cause = caught(lambda: oslo.check("cause"))
assert (type(with_cause), with_cause.args, with_cause.__suppress_context__) == (ValueError, ("wrong",), True)
assert with_cause.__cause__.station is oslo


# what goes back to the implementation is its own object again, and comes out as the very same
def fail(station: errors.Station) -> None:
    station.check("")


with_session: List[BaseException] = []
try:
    with oslo.session() as station:
        assert station is oslo
        with_session.append(caught(oslo.checked))
        raise with_session[0]
except errors.Failed as error:
    assert error is with_session[0]
    check(error)
check(caught(lambda: oslo.each(fail)))
own = errors.Failed(oslo)


def raise_own(_: errors.Station) -> None:
    raise own


assert caught(lambda: oslo.each(raise_own)) is own
assert [type(each) for each in _errors.seen] == [_errors.Station] * 3
check_parts(oslo.last())
assert oslo.tell(own) == "Oslo"
assert type(_errors.seen[-1]) is _errors.Station
station, problem = oslo.problems()
assert station is oslo
check_parts(problem)
heard: List[Exception] = []
oslo.heard(heard.append)
check_parts(heard[0])
handed: List[errors.Failed] = []
oslo.handed(handed.append)
check_parts(handed[0])


async def waiting() -> None:
    try:
        await oslo.check.aio("")
    except errors.Failed as error:
        check(error)
    try:
        async for reading in oslo.readings.aio():
            assert reading == 1
    except errors.Failed as error:
        check(error)
    try:
        async with oslo.session():
            raise own
    except errors.Failed as error:
        assert error is own
    future = oslo.check.submit("")
    assert isinstance(future, Future)
    try:
        await future
    except errors.Failed as error:
        check(error)


asyncio.run(waiting())
assert type(_errors.seen[-1]) is _errors.Station
