"""An end-to-end encrypted, peer-to-peer messenger for the terminal."""

__all__ = ()

__version__ = "0.1.0"
