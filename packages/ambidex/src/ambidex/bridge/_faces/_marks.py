"""What a generated module says to type checkers alone, by the names that they know it by."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from abc import abstractmethod as abstractmethod

    from typing_extensions import deprecated as deprecated
else:

    def abstractmethod(stub):
        """Leave a stub as it is: the implementation's own class refuses to be made.

        Its faces are made all the same, for objects of classes below it that are not public.
        """
        return stub

    def deprecated(message):
        """Note what a stub is deprecated for: the implementation warns itself, at the line of who calls it."""

        def mark(stub):
            stub.__deprecated__ = message
            return stub

        return mark
