"""Tell the level of the sea: `tides.harbour` has everything, blocking and awaited; its errors are here."""

from ._ambidex import AmbidexError, DeadlineExceeded

__all__ = ("AmbidexError", "DeadlineExceeded")
