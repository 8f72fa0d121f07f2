"""Own `ambidex identity`: make a key, or show what others know one by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import UsageError

if TYPE_CHECKING:
    import argparse

    from ..service._identity import Identity

__all__ = ("identity", "loaded")


def identity(options: argparse.Namespace) -> int:
    """Run the verb, print the key that others know it by, and return the exit code.

    Raises:
        UsageError: the file is there already, or holds no identity, or what makes keys is not installed.
        OSError: it cannot be written or read.
    """
    made = _identities().create(options.file) if options.action == "new" else loaded(options.file)
    print(made.key)
    return 0


def loaded(file: str) -> Identity:
    """Return the identity in a file. Errors are those of `identity`."""
    return _identities().load(file)


def _identities() -> type[Identity]:
    try:
        from ..service._identity import Identity
    except ImportError as error:
        raise UsageError(str(error)) from error
    return Identity
