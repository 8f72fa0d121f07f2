"""Generate a blocking and async API from a manifest: inspect, check, lower, emit, format; compare and write.

Build time only: a generated module never imports this package. What the generator cannot do exactly it refuses, with
file and line; every refusal of a run is in one `GenerationError`.
"""

from __future__ import annotations

from ambidex.errors import GenerationError, Problem

from ._compare import Difference, compare
from ._files import write_files
from ._find import is_no_module
from ._report import display_path
from ._run import Compiled, compile_targets
from ._settings import Target, read_settings, settings_file, targets_of
from ._vendored import Copy, compare_copy, plan_copy, write_copy
from ._watch import watch
from ._wrap import Wrapped, wrap_package
from .compile import compile_class, compile_function, compile_module, compile_modules
from .writer import write_modules

__all__ = (
    "Compiled",
    "Copy",
    "Difference",
    "GenerationError",
    "Problem",
    "Target",
    "Wrapped",
    "compare",
    "compare_copy",
    "compile_class",
    "compile_function",
    "compile_module",
    "compile_modules",
    "compile_targets",
    "display_path",
    "is_no_module",
    "plan_copy",
    "read_settings",
    "settings_file",
    "targets_of",
    "watch",
    "wrap_package",
    "write_copy",
    "write_files",
    "write_modules",
)
