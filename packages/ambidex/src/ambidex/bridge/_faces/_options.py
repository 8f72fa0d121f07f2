"""What a generated module tells the decorators of its stubs, for type checkers: said once for all of them.

`name` is what the implementation calls the member, where the public name is another one. `takes` says by parameter
where the arguments carry faces, `gives` and `sent` say it of results and of what a stream is sent. `form` says which of
two a plain function is; members know it by their class. `of` is the implementation of a function or of a static method
in the style "twin", which has no class to know it from; `async_name` is what the other form is called, for what
somebody is told to write who may not block.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._implementation import Implementation
    from .._values._plans import Plan
    from ._twins import Form


class Options(TypedDict, total=False):
    """Tell of a callable."""

    name: str | None
    takes: Mapping[str, Plan]
    gives: Plan | None


class PlainOptions(Options, total=False):
    """Tell of a plain function."""

    form: Form


class StreamOptions(Options, total=False):
    """Tell of a stream."""

    sent: Plan | None


class AwaitedOptions(Options, total=False):
    """Tell of the awaited form of a pair."""

    of: Implementation | None


class AwaitedStreamOptions(StreamOptions, AwaitedOptions, total=False):
    """Tell of the awaited form of a pair of streams."""


class BlockingOptions(AwaitedOptions, total=False):
    """Tell of the blocking form of a pair."""

    async_name: str


class BlockingStreamOptions(StreamOptions, BlockingOptions, total=False):
    """Tell of the blocking form of a pair of streams."""
