"""Use the bookshelf where it lives: in this process, in a child, or in a daemon. The code that uses it is the same.

`python three_places.py` starts all of it by itself. With an address it uses the daemon that serves there, as in

    ambidex serve examples/bookshelf/_bookshelf.py:Bookshelf unix:///run/user/1000/books.sock books.sqlite
    python examples/bookshelf/three_places.py unix:///run/user/1000/books.sock
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from blocking_script import use
from bookshelf import Bookshelf

from ambidex import ParentWorker, connect

IMPLEMENTATION = Path(__file__).with_name("_bookshelf.py")


def in_this_process(path: str) -> list[str]:
    """Use a shelf on the loop of this process."""
    return use(Bookshelf(path))


def in_a_child(path: str) -> list[str]:
    """Use a shelf that a child process has; `python=` would be that of another environment."""
    with ParentWorker(IMPLEMENTATION) as worker:
        return use(worker.create(Bookshelf, path))


def in_a_daemon(address: str) -> list[str]:
    """Use the shelf that a daemon serves."""
    with connect(address) as remote:
        return use(remote.root(Bookshelf))


def main() -> None:
    """Use one in each place, each over a database of its own."""
    with tempfile.TemporaryDirectory() as folder:
        print("-- in this process")
        in_this_process(f"{folder}/one.sqlite")
        print("-- in a child process")
        in_a_child(f"{folder}/two.sqlite")
        print("-- in a daemon")
        address = f"unix://{folder}/books.sock"
        command = [sys.executable, "-m", "ambidex", "serve", f"{IMPLEMENTATION}:Bookshelf", address]
        with subprocess.Popen([*command, f"{folder}/three.sqlite"], stdout=subprocess.PIPE) as daemon:
            assert daemon.stdout is not None
            daemon.stdout.readline()  # it serves
            try:
                in_a_daemon(address)
            finally:
                daemon.terminate()


if __name__ == "__main__":
    if sys.argv[1:]:
        in_a_daemon(sys.argv[1])
    else:
        main()
