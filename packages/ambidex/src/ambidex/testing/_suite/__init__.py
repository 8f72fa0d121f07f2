"""Register every behaviour, one module for each group."""

from __future__ import annotations

from . import backpressure as backpressure
from . import both_faces as both_faces
from . import callbacks as callbacks
from . import calls as calls
from . import cancellation as cancellation
from . import contexts as contexts
from . import deadlines as deadlines
from . import errors as errors
from . import identity as identity
from . import references as references
from . import streams as streams

__all__ = ()
