"""Own the calls that make objects of users' classes which override what their objects call.

Each is made by a caller, so that what the other side calls meanwhile finds a thread that waits for it.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from .._messages import DEFINITIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ...bridge import Member, Overriding, Pair
    from ...runtime import Caller
    from ._channel import RemoteChannel
    from ._making import Calls
    from ._pairs import Pairs

    Args = tuple[Any, ...]
    Kwargs = Mapping[str, Any]


class Extended:
    """Make such calls for one channel; `caller` is the class of callers of the bridge that its faces are made of."""

    def __init__(self, session: Calls, pairs: Pairs, channel: RemoteChannel, caller: Callable[..., Caller]) -> None:
        self._session = session
        self._pairs = pairs
        self._channel = channel
        self._caller = caller

    def over(self, session: Calls) -> Extended:
        """Return the same for calls of `session`."""
        return Extended(session, self._pairs, self._channel, self._caller)

    def create(self, pair: Pair, member: Member | None, args: Args, kwargs: Kwargs) -> None:
        """Make the object of a pair, of which `member` is the constructor, and tie the two together."""
        number, info = self._pairs.keep(pair), pair.info
        caller = self._caller(self._channel.runtime, self._channel, is_remote=True)
        try:
            with caller:
                described = self._pairs.described(info, self._channel, number, caller)
                if member is not None and member.takes:
                    args, kwargs = member.take_elsewhere(args, kwargs)
                asked = f"extended create {info.implementation.module}:{info.path}"
                made = self._run(caller, asked, (described, *args), kwargs, None, info.path)
            self._pairs.tie(number, made)
        except BaseException:  # whatever stops the construction, an interrupt too: it is passed on
            self._pairs.drop(number)
            pair.untie()
            raise
        finally:
            caller.close()

    def call(
        self, asked: str, member: Member, info: Overriding, args: Args, kwargs: Kwargs, timeout_s: float | None
    ) -> Any:
        """Call a class method of a user's class: the objects that it makes are of that."""
        caller = self._caller(self._channel.runtime, self._channel, is_remote=True)
        try:
            with caller:
                described = self._pairs.described(info, self._channel, 0, caller)
                args, kwargs = member.take_elsewhere(args, kwargs)
                return self._run(caller, f"extended {asked}", (described, *args), kwargs, timeout_s, member.name)
        except BaseException as error:  # any: it is passed on
            member.raise_given(error, self._channel)
            raise
        finally:
            caller.close()

    def _run(self, caller: Caller, asked: str, args: Args, kwargs: Kwargs, timeout_s: float | None, name: str) -> Any:
        work = functools.partial(self._session.acall, DEFINITIONS, asked, args, kwargs, timeout_s, name)
        return caller.run(work, (), {}, name, "", None, is_sync=False)

    async def acall(
        self, asked: str, member: Member, info: Overriding, args: Args, kwargs: Kwargs, timeout_s: float | None
    ) -> Any:
        """Await the same."""
        caller = self._caller(self._channel.runtime, self._channel)
        try:
            with caller:
                described = self._pairs.described(info, self._channel, 0, caller)
                args, kwargs = member.take_elsewhere(args, kwargs)
            asked = f"extended {asked}"
            return await self._session.acall(DEFINITIONS, asked, (described, *args), kwargs, timeout_s, member.name)
        except BaseException as error:  # any: it is passed on
            member.raise_given(error, self._channel)
            raise
        finally:
            caller.close()
