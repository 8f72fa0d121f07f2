"""What an object of a user's class keeps of its face, past which it must not live alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._identity import FOR, attributes_of, class_of, face_of
from ._off_loop import OffLoop
from ._original import MADE, original

if TYPE_CHECKING:
    from ...runtime import Runtime
    from .._channels._channel import Channel
    from ._info import Extending

TIE = "__ambidex_tie__"  # in or below a class made for a user's class: the slot for a `Tie`, or a face's `Remains`


class Tie:
    """Hold the face of an object, and what runs its blocking overrides.

    Their callers wait on `runtime`, for calls over `channel`.
    """

    __slots__ = ("_channel", "_off_loops", "_runtime", "face", "info")

    def __init__(self, info: Extending, face: Any, channel: Channel, runtime: Runtime) -> None:
        self.face = face
        self.info = info
        self._channel = channel
        self._runtime = runtime
        self._off_loops: dict[str, OffLoop] = {}

    def off_loop(self, name: str) -> OffLoop:
        """Return what runs the blocking override of that name."""
        known = self._off_loops.get(name)
        if known is None:
            made = OffLoop(f"{self.info.cls.__qualname__}.{name}", self._runtime, self._channel)
            known = self._off_loops.setdefault(name, made)
        return known

    def original(self, receiver: Any, name: str, attribute: str) -> Any:  # noqa: ARG002  see `Pair`
        """Return what stands below the override of a member, which the implementation calls `attribute`."""
        return original(receiver, attribute)


def untie(face: Any) -> None:
    """Let go of an object whose constructor failed."""
    reference = attributes_of(face).pop("__ambidex__", None)
    if reference is not None and reference.entry is not None:
        face.__ambidex_info__.forget(reference.entry)


def kept_by(receiver: Any) -> Any:
    """Return what an object keeps of its face: a `Tie`, a `Remains`, or None."""
    made: type[Any] | None = getattr(class_of(receiver), MADE, None)
    if made is None:
        return None
    try:
        return getattr(made, TIE).__get__(receiver)
    except AttributeError:
        return None


def keep_in(receiver: Any, kept: Any) -> None:
    """Have an object keep something of its face; nothing happens where its class was not made for a user's."""
    made: type[Any] | None = getattr(class_of(receiver), MADE, None)
    if made is not None:
        getattr(made, TIE).__set__(receiver, kept)


def face_known_to(receiver: Any) -> Any:
    """Return the face of an object of a made class; one that came into being past its constructor gets it now."""
    info: Extending = getattr(class_of(receiver), FOR)
    face = face_of(receiver, None, info.implementation.channel)
    info.hold(receiver, face)
    return face


def tie_of(receiver: Any) -> Tie:
    """Return what ties an object to its face, which overrides methods; what stands for one of elsewhere is a tie."""
    if isinstance(receiver, Tie):
        return receiver
    tie: Tie | None = kept_by(receiver)
    if tie is None:
        face_known_to(receiver)
        tie = kept_by(receiver)
    assert tie is not None
    return tie
