"""Own what a generated module says of one member, beside its stub: `_faces/_options.py` types what it may say."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ._values._plans import Plan


class Description(NamedTuple):
    """Hold the options of one stub's decorator.

    `name` is what the implementation calls the member, where that is another name than the stub's. The next three say
    where objects with faces are: by parameter, in what it gives, and in what a stream is sent.
    """

    name: str | None = None
    takes: Mapping[str, Plan] | None = None
    gives: Plan | None = None
    sent: Plan | None = None
    faces: object = None  # tells type checkers what the stub's own types do not
    called: object = None  # the same, of a method that others override
    own: bool = False  # and so does this: it gives `Self`

    @property
    def is_typed_by_others(self) -> bool:
        """Tell whether type checkers know the member by a class that is written for it."""
        return self.faces is not None or self.called is not None


NOTHING_SAID = Description()


def carried(docstring: str | None) -> str | None:
    """Return the implementation's docstring of a stub that is typed by others, and has `docstring`.

    What stands up to the first empty line says how it is called, for editors to show.
    """
    if docstring is None:  # as with `-OO`
        return None
    rest = docstring.partition("\n\n")[2].lstrip(" ")  # the first line of a docstring is not indented
    line = rest.rstrip(" \n")
    return (rest if "\n" in line else line) or None
