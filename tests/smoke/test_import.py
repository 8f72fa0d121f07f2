"""The wheel imports on every interpreter it claims to serve."""

from __future__ import annotations

import importlib
import importlib.metadata
import subprocess
import sys
import sysconfig


def test_version_of_package_equals_version_of_metadata() -> None:
    """The version stands in one place."""
    import ambidex

    assert ambidex.__version__ == importlib.metadata.version("ambidex")


def test_import_of_package_loads_no_runtime_and_no_asyncio() -> None:
    """`from ambidex import Module` costs next to nothing."""
    heavy = "{'asyncio', 'threading', 'typing', 'ambidex.runtime', 'ambidex.bridge'}"
    program = (
        "import sys; before = set(sys.modules); from ambidex import Module; "
        f"print({heavy} & (set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_every_public_name_imports() -> None:
    """The lazy door leads somewhere for each name it lists."""
    import ambidex

    for name in ambidex.__all__:
        assert getattr(ambidex, name) is not None


def test_gil_is_off_where_the_interpreter_was_built_without() -> None:
    """A run on a free-threaded interpreter proves something: the GIL stays off when all of the library is imported."""
    for name in ("ambidex", "ambidex.bridge", "ambidex.cli", "ambidex.runtime"):
        importlib.import_module(name)
    is_on = getattr(sys, "_is_gil_enabled", lambda: True)()
    assert is_on is not bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
