"""Run the command line as `python -m ambidex`."""

from __future__ import annotations

from ambidex.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
