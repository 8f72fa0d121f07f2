"""Own what a generated module says of one member, beside its stub: `_faces/_options.py` types what it may say."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ._values._plans import Plan


class Description(NamedTuple):
    """Hold the options of one stub's decorator.

    `name` is what the implementation calls the member, where that is another name than the stub's. The next four say
    where objects with faces are: by parameter, in what it gives, in what a stream is sent, and in its exceptions.
    """

    name: str | None = None
    takes: Mapping[str, Plan] | None = None
    gives: Plan | None = None
    sent: Plan | None = None
    raises: Plan | None = None
    faces: object = None  # tells type checkers what the stub's own types do not
    called: object = None  # the same, of a method that others override
    own: bool = False  # and so does this: it gives `Self`


NOTHING_SAID = Description()
