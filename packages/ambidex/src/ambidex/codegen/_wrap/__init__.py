"""Make a manifest for somebody else's package: what of it can have faces, and why the rest is left out.

The package is imported and read, never changed. What cannot be generated from is found out by the ordinary passes:
whatever they refuse is left out, with their reason, until they refuse nothing.
"""

from __future__ import annotations

from ._wrap import Wrapped, wrap_package

__all__ = ("Wrapped", "wrap_package")
