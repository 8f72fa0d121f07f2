"""Run the command line as `python -m ambidex`."""

from __future__ import annotations

import sys


def main() -> int:
    """Run one command; Ctrl-C while it is being loaded is one of the command."""
    try:
        from ambidex import cli
    except KeyboardInterrupt:
        sys.stderr.write("ambidex: interrupted\n")
        return 130
    return cli.main_of_process()


if __name__ == "__main__":
    raise SystemExit(main())
