"""A channel that copies every value that is no object of the implementation, as one between processes would."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, cast

from ambidex.bridge import Face
from tests.contract import _harbour

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator, Mapping

    from ambidex import Future
    from ambidex.bridge import Channel


class CopyingChannel:
    """Stand before another channel and copy arguments and results; faces and their objects pass as they are."""

    def __init__(self, inner: Channel) -> None:
        self._inner = inner

    def call(self, member: Any, receiver: Any, args: Any, kwargs: Any, timeout_s: float | None) -> Any:
        return _copied(self._inner.call(member, receiver, _copied(args), _copied(kwargs), timeout_s))

    async def acall(self, member: Any, receiver: Any, args: Any, kwargs: Any, timeout_s: float | None) -> Any:
        return _copied(await self._inner.acall(member, receiver, _copied(args), _copied(kwargs), timeout_s))

    def submit(self, member: Any, receiver: Any, args: Any, kwargs: Any, timeout_s: float | None) -> Future[Any]:
        return self._inner.submit(member, receiver, _copied(args), _copied(kwargs), timeout_s)

    def stream(
        self,
        member: Any,
        receiver: Any,
        args: Any,
        kwargs: Any,
        timeout_s: float | None,
        read_ahead: int | None = None,
    ) -> Generator[Any, Any, None]:
        return self._inner.stream(member, receiver, _copied(args), _copied(kwargs), timeout_s, read_ahead)

    def astream(
        self, member: Any, receiver: Any, args: Any, kwargs: Any, timeout_s: float | None
    ) -> AsyncGenerator[Any, Any]:
        return self._inner.astream(member, receiver, _copied(args), _copied(kwargs), timeout_s)

    def get(self, member: Any, receiver: Any) -> Any:
        return _copied(self._inner.get(member, receiver))

    def set(self, member: Any, receiver: Any, value: Any) -> None:
        self._inner.set(member, receiver, _copied(value))

    def delete(self, member: Any, receiver: Any) -> None:
        self._inner.delete(member, receiver)

    def create(self, info: Any, member: Any, args: Any, kwargs: Mapping[str, Any]) -> Any:
        return self._inner.create(info, member, _copied(args), _copied(kwargs))


def _copied(value: Any) -> Any:
    kept: dict[int, Any] = {}
    _keep_objects(value, kept)
    return copy.deepcopy(value, kept)


def _keep_objects(value: object, kept: dict[int, Any]) -> None:
    """Enter in `kept`, as deepcopy's memo, the faces and implementation objects within containers."""
    if isinstance(value, (_harbour.Ship, Face)):
        kept[id(value)] = value
    elif isinstance(value, dict):
        for part in cast("dict[object, object]", value).values():
            _keep_objects(part, kept)
    elif isinstance(value, (list, tuple, set)):
        for part in cast("list[object]", value):
            _keep_objects(part, kept)
