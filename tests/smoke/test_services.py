"""A service on a Unix socket, whose client is another process, and what is said where an extra is missing."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile

import pytest

from ambidex import connect, serve_statistics

LIMIT_S = 60
ASKING = """
import sys
from ambidex import connect
with connect(sys.argv[1]) as remote:
    print(remote.service_statistics().pid)
"""

WITHOUT_EXTRA = "import sys; sys.modules['cryptography'] = None\n"  # as where nobody has installed it
CREATING = """
from ambidex import *
try:
    Identity.create(sys.argv[1])
except ImportError as error:
    print(error)
"""
NEW = "from ambidex.cli import main; sys.exit(main())"


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, timeout=LIMIT_S, check=False, encoding="utf-8"
    )


def test_other_process_looks_at_this_one() -> None:
    """It works without the extra for TLS; when nobody serves any more, a client is told."""
    with tempfile.TemporaryDirectory(prefix="ambidex-") as folder:
        address = f"unix://{folder}/s"
        with serve_statistics(address):
            asked = _run("-c", ASKING, address)
            looked = _run("-m", "ambidex", "top", address, "--once")
            with connect(address) as remote:
                assert remote.service_statistics().clients == 1
                assert remote.health().connections == 1
        assert (asked.returncode, asked.stdout, asked.stderr) == (0, f"{os.getpid()}\n", "")
        assert (looked.returncode, looked.stderr) == (0, "")
        assert "ambidex services" in looked.stdout
        with connect(address, timeout=0.1) as remote, pytest.raises(FileNotFoundError, match="nobody serves"):
            remote.service_statistics()


def test_missing_extra_is_named() -> None:
    """The name can be imported, as by `from ambidex import *`; a key cannot be made, and addresses are checked."""
    with tempfile.TemporaryDirectory(prefix="ambidex-") as folder:
        made = _run("-c", WITHOUT_EXTRA + CREATING, f"{folder}/me.pem")
        asked = _run("-c", WITHOUT_EXTRA + NEW, "identity", "new", f"{folder}/me.pem")
    said = "identities need the package cryptography: pip install 'ambidex[tls]'"
    assert (made.returncode, made.stdout, made.stderr) == (0, f"{said}\n", "")
    assert (asked.returncode, asked.stdout, asked.stderr) == (2, "", f"ambidex: {said}\n")
