"""What a generated module in the style "twin" is made of: a class whose methods block, and one whose are awaited.

Both are faces of the same objects, each with a table of its own, so an object has at most one face of each. A member
has one form, so its stub is a plain `def` or `async def` and stays one: no decorator here changes a signature.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, NoReturn

from ...runtime import Context, hide_library_frames
from .._description import Description
from .._identity import Reference, class_of, receiver_of
from .._member import Member
from ._descriptors import calling_face, of_face_class
from ._face import Face
from ._functions import sync_function

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Literal

    from .._implementation import Implementation
    from .._member import Runs

    Function = Callable[..., Any]
    Args = tuple[Any, ...]
    Options = Mapping[str, Any]
    Form = Literal["blocking", "awaited"]
    Verb = Callable[[Member, Reference, Args, Options], Any]


class BlockingFace(Face):
    """Stand for an object of the implementation, in the class whose methods block.

    `async_name` is the name of the other class, for what somebody is told to write who may not block.
    """

    __ambidex_form__ = "blocking"

    if TYPE_CHECKING:

        def __init_subclass__(
            cls, *, implementation: Implementation | None = None, name: str | None = None, async_name: str = ""
        ) -> None: ...
    else:

        def __init_subclass__(cls, **kwargs):
            async_name = kwargs.pop("async_name", "") if "implementation" in kwargs else ""
            super().__init_subclass__(**kwargs)
            for member in _members(cls) if "implementation" in kwargs else ():
                _name_instead(member, async_name, f"{async_name}.{member.stub.__name__}")
                _refuse(member, AsyncFace, "are awaited", "block")

        def __setattr__(self, name, value):
            if name == "__ambidex__":
                value.kept_to = "blocking"  # as a channel notes it that keeps the two apart
            super().__setattr__(name, value)


class AsyncFace(Face):
    """Stand for an object of the implementation, in the class whose methods are awaited."""

    __ambidex_form__ = "awaited"

    if not TYPE_CHECKING:

        def __init_subclass__(cls, **kwargs):
            super().__init_subclass__(**kwargs)
            for member in _members(cls) if "implementation" in kwargs else ():
                member.holding = anything_async
                _refuse(member, BlockingFace, "block", "are awaited")

        def __setattr__(self, name, value):
            if name == "__ambidex__":
                value.kept_to = "awaited"
            super().__setattr__(name, value)


anything_async = f"{__name__}.{AsyncFace.__name__}"  # `anything`, where a face is one whose methods are awaited


def _members(cls: type[Any]) -> Iterator[Member]:
    for attribute in tuple(vars(cls).values()):
        parts = (attribute.fget, attribute.fset) if isinstance(attribute, property) else (attribute,)
        for part in parts:
            yield from getattr(getattr(part, "__func__", part), "__ambidex_members__", ())


def _name_instead(member: Member, whole: str, name: str) -> None:
    """Let a member that blocks tell what to write where it may not: `name`, or for an operator `whole`."""
    stub = member.stub.__name__
    if stub in ("__iter__", "__next__"):
        member.instead = f"async for ... in {whole}(...)"
    elif stub == "__enter__":
        member.instead = f"async with {whole}(...)"
    elif member.binding == "itself":
        member.instead = f"await {whole}(...)"
    else:
        forms = {"task": "await {}(...)", "stream": "async for ... in {}(...)", "context": "async with {}(...)"}
        member.instead = forms.get(member.runs, "").format(name)


def _refuse(member: Member, wrong: type[Face], form: str, own_form: str) -> None:
    """Refuse a face of the other kind among the arguments of a member; operators take both, and so compare them."""
    name = member.stub.__name__
    if name.startswith("__") and name != "__init__":
        return

    def receive(value: Any) -> Any:
        if isinstance(value, wrong):
            raise TypeError(
                f"{member.name} takes objects whose methods {own_form}, and was given an object of "
                f"{class_of(value).__qualname__}, whose methods {form}"
            )
        return receiver_of(value)

    member.watch(receive, _unnoted)


def _unnoted(_: object) -> None:
    """Note nothing of the faces in results."""


# -- the two ways to make a face of a stub: in a class, and at the top of a module (static methods are as functions are)


def _in_class(stub: Function, runs: Runs, options: Options, verb: Verb) -> Any:
    member = Member(stub, runs, "instance", Description(**options))
    of_class = Member(stub, runs, "class", Description(**options))

    @functools.wraps(stub)
    def call(self: Any, /, *args: Any, **kwargs: Any) -> Any:
        try:
            if isinstance(self, type):
                return verb(of_class, of_face_class(self), args, kwargs)
            return verb(member, self.__ambidex__, args, kwargs)
        except BaseException as error:  # any: it is passed on, without the library's frames
            hide_library_frames(error)
            raise

    return _with_members(call, member, of_class)


def _of_module(stub: Function, runs: Runs, of: Implementation, options: Options, verb: Verb) -> tuple[Function, Member]:
    member = Member(stub, runs, "module", Description(**options), implementation=of)
    reference = Reference(of.channel, None)

    @functools.wraps(stub)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return verb(member, reference, args, kwargs)
        except BaseException as error:  # any: it is passed on, without the library's frames
            hide_library_frames(error)
            raise

    return _with_members(call, member), member


def _with_members(face: Any, *members: Member) -> Any:
    face.__ambidex_members__ = members
    return face


def _awaited_in_class(stub: Function, options: Options) -> Any:
    member = Member(stub, "task", "instance", Description(**options))
    of_class = Member(stub, "task", "class", Description(**options))

    @functools.wraps(stub)
    async def call(self: Any, /, *args: Any, **kwargs: Any) -> Any:
        try:
            is_class = isinstance(self, type)
            reference = of_face_class(self) if is_class else self.__ambidex__
            chosen = of_class if is_class else member
            return await reference.channel.acall(chosen, reference.receiver, args, kwargs, None)
        except BaseException as error:  # any: it is passed on, without the library's frames
            hide_library_frames(error)
            raise

    return _with_members(call, member, of_class)


def _awaited_of_module(stub: Function, of: Implementation, options: Options) -> tuple[Function, Member]:
    member = Member(stub, "task", "module", Description(**options), implementation=of)
    channel = of.channel

    @functools.wraps(stub)
    async def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return await channel.acall(member, None, args, kwargs, None)
        except BaseException as error:  # any: it is passed on, without the library's frames
            hide_library_frames(error)
            raise

    return _with_members(call, member), member


def blocking_face(stub: Function, runs: Runs, of: Implementation | None, async_name: str, options: Options) -> Any:
    """Make the face that blocks: of a method, or of a function of the implementation `of`."""
    if of is None and runs == "task":
        return calling_face(stub, runs, options)
    if of is None:
        return _in_class(stub, runs, options, _BLOCKING[runs])
    face, member = _of_module(stub, runs, of, options, _BLOCKING[runs])
    _name_instead(member, async_name, async_name)
    _keep_to(member, "blocking")
    return face


def awaited_face(stub: Function, runs: Runs, of: Implementation | None, options: Options) -> Any:
    """Make the face that is awaited: of a method, or of a function of the implementation `of`."""
    if of is None:
        return _awaited_in_class(stub, options) if runs == "task" else _in_class(stub, runs, options, _AWAITED[runs])
    if runs == "task":
        face, member = _awaited_of_module(stub, of, options)
    else:
        face, member = _of_module(stub, runs, of, options, _AWAITED[runs])
    _keep_to(member, "awaited")
    return face


def plain_face(stub: Function, of: Implementation, form: Form | None, options: Options) -> Function:
    """Make the face of a plain function of the implementation `of`, in one of its forms where it has two."""
    face = sync_function(stub, of, options)
    if form is not None:
        (member,) = face.__dict__["__ambidex_members__"]
        _keep_to(member, form)
    return face


def _keep_to(member: Member, form: Form) -> None:
    """Let a function take and give faces of one form alone, as the members of a class do."""
    if form == "awaited":
        member.holding = anything_async
        _refuse(member, BlockingFace, "block", "are awaited")
    else:
        _refuse(member, AsyncFace, "are awaited", "block")


def waiting_face(stub: Function, options: Options) -> Any:
    """Make the method that blocks until the object itself has been awaited."""
    member = Member(stub, "task", "itself", Description(**options))

    @functools.wraps(stub)
    def wait(self: Any) -> Any:
        try:
            return _call(member, self.__ambidex__, (), {})
        except BaseException as error:  # any: it is passed on, without the library's frames
            hide_library_frames(error)
            raise

    return _with_members(wait, member)


def _call(member: Member, reference: Reference, args: Args, kwargs: Options) -> Any:
    return reference.channel.call(member, reference.receiver, args, kwargs, None)


def _stream(member: Member, reference: Reference, args: Args, kwargs: Options) -> Any:
    return reference.channel.stream(member, reference.receiver, args, kwargs, None)


def _astream(member: Member, reference: Reference, args: Args, kwargs: Options) -> Any:
    return reference.channel.astream(member, reference.receiver, args, kwargs, None)


def _context(member: Member, reference: Reference, args: Args, kwargs: Options) -> Context[Any]:
    def wrong() -> NoReturn:
        raise TypeError(f"{member.name} blocks and is entered by `with`; write `{member.instead}`")

    return Context(lambda: _stream(member, reference, args, kwargs), wrong)


def _acontext(member: Member, reference: Reference, args: Args, kwargs: Options) -> Context[Any]:
    def wrong() -> NoReturn:
        raise TypeError(f"{member.name} is awaited and entered by `async with`")

    return Context(wrong, lambda: _astream(member, reference, args, kwargs))


_BLOCKING: Mapping[Runs, Verb] = {"task": _call, "stream": _stream, "context": _context}
_AWAITED: Mapping[Runs, Verb] = {"stream": _astream, "context": _acontext}
