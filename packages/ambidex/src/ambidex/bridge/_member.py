"""One member of a face: what it is called on the other side, where it runs, and which positions carry faces."""

from __future__ import annotations

import copy
import inspect
from typing import TYPE_CHECKING, Any

from ..errors import InternalError
from ..options import is_idempotent
from ._description import NOTHING_SAID, carried
from ._identity import Reference, receiver_of
from ._overrides._original import original
from ._values._binding import inward, outward
from ._values._classes import for_channel, for_elsewhere
from ._values._errors import raise_in_place_of
from ._values._plans import PerhapsAwaited, anything, error_of
from ._values._settling import settling
from ._values._turned import given_to_override, has_callback

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Literal

    from ..runtime import Runtime
    from ._channels._channel import Channel
    from ._description import Description
    from ._implementation import Implementation
    from ._values._binding import Convert
    from ._values._plans import Plan

    Runs = Literal["task", "loop", "here", "stream", "context"]
    Binding = Literal["module", "class", "static", "instance", "itself", "below"]


class Member:
    """Describe one callable or attribute of an implementation.

    `path` is its qualified name there. `runs` says how: in a task, as a plain call on the loop, here in the calling
    thread, as a stream, or as a context manager. `binding` says what it is looked up on: the module (`path` in full),
    the class (its receiver is the class's `FaceInfo`), the instance, below what a user's subclass overrides on that
    instance, or whether it is the instance itself (a context manager, or something to await).
    """

    __slots__ = (
        "__weakref__",
        "_givers",
        "_implementation",
        "_is_adopted",
        "_is_perhaps_awaited",
        "_noted",
        "_raised",
        "_receive",
        "_resolved",
        "_sent",
        "_takers",
        "attribute",
        "attributes",
        "awaiting",
        "binding",
        "gives",
        "hands_over",
        "holding",
        "instead",
        "name",
        "path",
        "runs",
        "sent",
        "stub",
        "takes",
        "warns",
    )

    def __init__(
        self,
        stub: Callable[..., Any],
        runs: Runs,
        binding: Binding,
        said: Description = NOTHING_SAID,
        *,
        implementation: Implementation | None = None,
    ) -> None:
        self.stub = stub
        if said.is_typed_by_others:
            stub.__doc__ = carried(stub.__doc__)
        self.runs: Runs = runs
        self.binding: Binding = binding
        self.name = stub.__qualname__.replace("<locals>.", "")
        self.attribute = stub.__name__ if said.name is None else said.name
        self.path = stub.__qualname__
        if said.name is not None:
            self.path = ".".join((*stub.__qualname__.split(".")[:-1], said.name))
        self.attributes = _attributes_of(stub)
        self.takes = dict(said.takes or {})
        self.hands_over = any(map(has_callback, self.takes.values()))  # callables of the user's are among its arguments
        self.instead = _written_instead(self.name, runs)
        gives = said.gives
        self.gives: Plan | None = gives.value if isinstance(gives, PerhapsAwaited) else gives
        self._is_perhaps_awaited = isinstance(gives, PerhapsAwaited)
        self.sent = said.sent
        self.holding: Plan | None = (
            anything  # what stands in the exceptions that it raises, None: they stay as they are
        )
        self.warns = hasattr(stub, "__deprecated__")  # at the line of who calls it
        self.awaiting: Callable[..., Any] | None = None  # the function behind `.aio`, made on first use
        self._implementation = implementation
        self._is_adopted = False
        self._resolved: Callable[..., Any] | None = None
        self._takers: (
            tuple[list[tuple[int, Convert]], dict[str, Convert], tuple[int, Convert] | None, Convert | None] | None
        ) = None
        # Each with the channel that it gives faces, the last one that was asked for; None where that is fixed
        self._givers: tuple[Channel | None, Convert] | None = None
        self._raised: tuple[Channel, Convert] | None = None
        self._sent: Convert | None = None
        self._receive: Convert = receiver_of
        self._noted: Callable[[Any], object] | None = None

    def adopt(self, implementation: Implementation, class_path: str) -> None:
        """Take the implementation and class of the face that this member belongs to; the first one counts."""
        if not self._is_adopted:
            self._is_adopted = True
            self._implementation = implementation
            self.path = f"{class_path}.{self.attribute}"

    def _owner(self) -> Implementation:
        if self._implementation is None:
            raise InternalError(f"{self.name} belongs to no face")
        return self._implementation

    def module_of_implementation(self) -> str:
        """Return the name of the module that has the implementation."""
        return self._owner().module

    def runtime_of_implementation(self) -> Runtime:
        """Return the runtime whose loop the implementation runs on, where that is in this process."""
        return self._owner().runtime

    def given(self) -> Any:
        """Return the callable of the implementation that this describes, which is no member of anything; else None."""
        return None

    def bind(self, receiver: Any) -> Callable[..., Any]:
        """Return what to call: the function itself, or the receiver's method.

        Raises:
            ImplementationUnavailable: the implementation could not be imported.
        """
        resolved = self._resolved  # a function, which is asked for first because its calls are the cheapest
        if resolved is not None:
            return resolved
        found = self._found(receiver)
        if self._is_perhaps_awaited:
            found = settling(found)
        if self.binding == "module":
            self._resolved = found
        return found

    def _found(self, receiver: Any) -> Callable[..., Any]:
        if self.binding == "instance":
            function: Callable[..., Any] = getattr(receiver, self.attribute)
            return function
        if self.binding == "itself":
            return lambda: receiver
        if self.binding == "below":
            below: Callable[..., Any] = original(receiver, self.attribute)
            return below
        if self.binding in ("class", "static"):
            of_class: Callable[..., Any] = getattr(receiver.class_of_objects(), self.attribute)
            return of_class
        of_module: Callable[..., Any] = self._owner().resolve(self.path)
        return of_module

    def whereabouts_of_stub(self) -> tuple[str, str]:
        """Return the module and the qualified name of what stands for this member there."""
        return self.stub.__module__, self.stub.__qualname__

    def whereabouts(self, reference: Reference) -> tuple[Any, str]:
        """Return where a bound member is found again in another process: its owner, and its name there."""
        if self.binding in ("instance", "itself"):
            return reference.face(), self.stub.__name__
        if self.binding in ("class", "static"):
            return reference.receiver.cls, self.stub.__name__
        return self.whereabouts_of_stub()

    def is_idempotent(self, receiver: Any) -> bool:
        """Tell whether what it stands for, in this process, is declared to be one that may run twice."""
        return is_idempotent(self._found(receiver))

    # -- translation

    def watch(self, receive: Convert, noted: Callable[[Any], object]) -> Member:
        """Take each face among the arguments by `receive` from now on, and tell `noted` of those in results."""
        self._receive, self._noted = receive, noted
        self._takers = self._givers = self._raised = self._sent = None
        return self

    def below(self) -> Member:
        """Return this member as it is below what a user's subclass overrides, and handing that over in each call."""
        other = copy.copy(self)
        if other.binding == "instance":
            other.binding = "below"
        if other.runs != "here":
            other.hands_over = True
            other.takes = other.takes or {"": anything}  # of no parameter: channels translate where there is a plan
        return other

    def untranslated(self) -> Member:
        """Return this member as code of an implementation uses it: what it takes, gives and raises stays what it is."""
        other = copy.copy(self)
        other.takes, other.gives, other.sent, other.holding = {}, None, None, None
        other.hands_over = False
        other._takers = other._givers = other._raised = other._sent = None  # noqa: SLF001  its own copy
        return other

    def reversed(self, channel: Channel, *, is_awaited: bool = True) -> Member:
        """Return a member that translates the other way: arguments into faces, which take `channel`, results back.

        Async callables of the implementation among the arguments are awaited by who gets them, or block.
        """
        names, origin = self.stub.__globals__, Reference(channel, None)

        def bind(plan: Plan) -> Convert:
            return outward(given_to_override(plan, is_awaited), names, origin)

        other = copy.copy(self)
        other._takers = self._bind_takers(bind)  # noqa: SLF001  its own copy
        other._givers = None if self.gives is None else (None, inward(self.gives, names))  # noqa: SLF001  as above
        other._sent = None if self.sent is None else outward(self.sent, names, origin)  # noqa: SLF001  as above
        return other

    def take(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Translate the arguments that carry faces."""
        if self._takers is None:
            names = self.stub.__globals__
            self._takers = self._bind_takers(lambda plan: inward(plan, names, self._receive))
        places, named, rest, others = self._takers
        values = list(args)
        for place, convert in places:
            if place < len(values):
                values[place] = convert(values[place])
        if rest is not None:
            first, convert = rest
            values[first:] = map(convert, values[first:])
        return tuple(values), {
            key: named[key](value) if key in named else value if others is None else others(value)
            for key, value in kwargs.items()
        }

    def take_elsewhere(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> tuple[Any, ...]:
        """Translate the arguments for another process: classes of faces stay those, and cross by name."""
        taken: tuple[Any, ...] = for_elsewhere(lambda given: self.take(*given), (args, kwargs))
        return taken

    def _bind_takers(
        self, bind: Callable[[Plan], Convert]
    ) -> tuple[list[tuple[int, Convert]], dict[str, Convert], tuple[int, Convert] | None, Convert | None]:
        places: list[tuple[int, Convert]] = []
        named: dict[str, Convert] = {}
        rest: tuple[int, Convert] | None = None
        others: Convert | None = None
        parameters = list(inspect.signature(self.stub).parameters.values())
        skipped = 0 if self.binding in ("module", "static") else 1
        for place, parameter in enumerate(parameters[skipped:]):
            if parameter.kind is not parameter.VAR_KEYWORD and parameter.kind is not parameter.VAR_POSITIONAL:
                named.setdefault(parameter.name, _unchanged)
            plan = self.takes.get(parameter.name)
            if plan is None:
                continue
            convert = bind(plan)
            if parameter.kind is parameter.VAR_POSITIONAL:
                rest = (place, convert)
            elif parameter.kind is parameter.VAR_KEYWORD:
                others = convert
            else:
                if parameter.kind is not parameter.POSITIONAL_ONLY:
                    named[parameter.name] = convert
                if parameter.kind is not parameter.KEYWORD_ONLY:
                    places.append((place, convert))
        return places, named, rest, others

    def giver(self, channel: Channel) -> Convert:
        """Return the function that turns registered objects in a result into faces."""
        assert self.gives is not None
        known = self._givers
        if known is not None and (known[0] is channel or known[0] is None):
            return known[1]
        giver = outward(self.gives, self.stub.__globals__, Reference(channel, None), self._noted)
        self._givers = channel, giver
        return giver

    def give(self, value: Any, channel: Channel) -> Any:
        """Translate a result that carries faces."""
        return self.giver(channel)(value)

    def raise_given(self, error: BaseException, channel: Channel) -> None:
        """Raise what the user gets in the place of an exception that is handled; nothing happens where it is that."""
        if self.holding is None:
            return
        known = self._raised
        if known is None or known[0] is not channel:
            names = self.stub.__globals__
            known = channel, outward(error_of(self.holding), names, Reference(channel, None), self._noted)
            self._raised = known
        raise_in_place_of(error, known[1](error))

    def raises_given(self, channel: Channel) -> Callable[[BaseException], None]:
        """Return what does so, given the exception."""
        return lambda error: self.raise_given(error, channel)

    def inward_sent(self, channel: Channel | None = None) -> Convert | None:
        """Return the function for values sent into a stream, over a channel; None where they carry no faces."""
        if self.sent is not None and self._sent is None:
            self._sent = inward(self.sent, self.stub.__globals__, self._receive)
        return self._sent if channel is None or self._sent is None else for_channel(self._sent, channel)


def _unchanged(value: Any) -> Any:
    return value


def _attributes_of(stub: Callable[..., Any]) -> dict[str, Any]:
    return {
        "__annotations__": stub.__annotations__,
        "__module__": stub.__module__,
        "__name__": stub.__name__,
        "__qualname__": stub.__qualname__,
        "__wrapped__": stub,
    }


def _written_instead(name: str, runs: Runs) -> str:
    """Return what somebody is told to write who may not block."""
    holder, _, method = name.rpartition(".")
    if method in ("__iter__", "__next__"):
        return f"async for ... in {holder}(...)"
    if method == "__enter__":
        return f"async with {holder}(...)"
    if runs == "stream":
        return f"async for ... in {name}.aio(...)"
    if runs == "context":
        return f"async with {name}(...)"
    return "" if runs == "loop" else f"await {name}.aio(...)"  # the async face too calls what is plain as it is
