"""What type checkers know of a `Call` whose parameters hold an `Unpack[...]`.

A `Call` is generic in a ParamSpec, and no list of types for one may hold an `Unpack[...]`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._callables import Call

if TYPE_CHECKING:
    from typing import Protocol, TypeVar

    from typing_extensions import Self, TypeVarTuple, Unpack

    from ...runtime import Future

    R_co = TypeVar("R_co", covariant=True)
    Ts = TypeVarTuple("Ts")

    # A protocol: the `Call` that a subclass gives, which says what stands for the TypeVarTuple, is one, too.
    class VariadicCall(Protocol[R_co, Unpack[Ts]]):
        """A `Call` by what it gives and the types of what it takes, each by place."""

        def __call__(self, *args: Unpack[Ts]) -> R_co: ...
        async def aio(self, *args: Unpack[Ts]) -> R_co: ...
        def submit(self, *args: Unpack[Ts]) -> Future[R_co]: ...
        def with_options(self, *, timeout: float | None = ..., retry: int = ..., views: bool = ...) -> Self: ...

else:
    VariadicCall = Call  # which every one is
