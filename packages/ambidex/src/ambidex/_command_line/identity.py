"""Own `ambidex identity`: make a key, or show what others know one by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import UsageError

if TYPE_CHECKING:
    import argparse

__all__ = ("identity",)


def identity(options: argparse.Namespace) -> int:
    """Run the verb, print the key that others know it by, and return the exit code.

    Raises:
        UsageError: the file is there already, or holds no identity, or what makes keys is not installed.
        OSError: it cannot be written or read.
    """
    try:
        from ..service._identity import Identity
    except ImportError as error:
        raise UsageError(str(error)) from error
    make = Identity.create if options.action == "new" else Identity.load
    print(make(options.file).key)
    return 0
