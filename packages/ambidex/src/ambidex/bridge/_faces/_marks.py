"""What a generated module says to type checkers alone, by the names that they know it by."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from abc import abstractmethod as abstractmethod
else:

    def abstractmethod(stub):
        """Leave a stub as it is: the implementation's own class refuses to be made.

        Its faces are made all the same, for objects of classes below it that are not public.
        """
        return stub
