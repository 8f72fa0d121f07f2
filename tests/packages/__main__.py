"""Try the packages and write docs/packages.md; names of folders as arguments try only those, and write nothing.

What is generated stays in build/packages. `--check` writes nothing either, and fails where the page says otherwise.
"""

from __future__ import annotations

import argparse
import difflib
import shutil
import sys

from tests.packages.declaration import HERE, find_packages
from tests.packages.page import PAGE, count_kinds, write_page
from tests.packages.trial import try_packages

TREE = HERE.parents[1] / "build" / "packages"


def main() -> int:
    """Try what is asked for, print what went wrong, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.packages", description=__doc__)
    parser.add_argument("folder", nargs="*", help="one of the folders beside this file")
    parser.add_argument("--check", action="store_true", help="compare with the page instead of writing it")
    options = parser.parse_args()
    packages = find_packages()
    unknown = set(options.folder) - {package.folder.name for package in packages}
    if unknown:
        parser.error(f"there is no {', '.join(sorted(unknown))} in {HERE}")
    chosen = [package for package in packages if not options.folder or package.folder.name in options.folder]
    shutil.rmtree(TREE, ignore_errors=True)
    TREE.mkdir(parents=True)
    outcomes = try_packages(chosen, TREE)
    for outcome in outcomes:
        print(f"{outcome.package.folder.name}: {'failed' if outcome.problems else 'passed'}", end="; ")
        print(f"{outcome.faces} faces, {outcome.functions} functions; left out: {count_kinds(outcome.left_out)}")
        print("".join(f"    {line}\n" for line in outcome.problems), end="")
    failed = sum(bool(outcome.problems) for outcome in outcomes)
    if not options.folder:
        text = write_page(outcomes)
        if not options.check:
            PAGE.write_text(text, encoding="utf-8")
        elif text != PAGE.read_text(encoding="utf-8"):
            lines = (PAGE.read_text(encoding="utf-8").splitlines(), text.splitlines())
            print("\n".join(difflib.unified_diff(*lines, str(PAGE), "now", lineterm="")))
            print(f"{PAGE.name} is not what came out: run `make packages`")
            failed += 1
    print(f"{len(outcomes) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
