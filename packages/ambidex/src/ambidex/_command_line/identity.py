"""Own `ambidex identity`: make a key, or show what others know one by."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from ..errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Generator

    from ..service import Identity

__all__ = ("identity", "loaded")


def identity(options: argparse.Namespace) -> int:
    """Run the verb, print the key that others know it by, and return the exit code.

    Raises:
        UsageError: the file is there already, or holds no identity, or what makes keys is not installed.
        OSError: it cannot be written or read.
    """
    made = _created(options.file) if options.action == "new" else loaded(options.file)
    print(made.key)
    return 0


def loaded(file: str) -> Identity:
    """Return the identity in a file. Errors are those of `identity`."""
    from ..service import Identity

    with _telling_what_lacks():
        return Identity.load(file)


def _created(file: str) -> Identity:
    from ..service import Identity

    with _telling_what_lacks():
        return Identity.create(file)


@contextmanager
def _telling_what_lacks() -> Generator[None]:
    try:
        yield
    except ImportError as error:
        raise UsageError(str(error)) from error
