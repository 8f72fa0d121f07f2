"""Run the tests against the built wheel on every CPython of this machine that the library serves.

`smoke` runs tests/smoke with pytest as the only other package. `full` runs the whole suite, slow tests included, where
the test dependencies install. Each interpreter gets a fresh environment under build/venvs.

A free-threaded interpreter runs with its GIL off. `make interpreters` builds one. Many of the test dependencies have no
wheel for it, so `full` runs the folders there that need pytest alone: what threads share is in them.

With AMBIDEX_REQUIRE_ALL=1 a required interpreter that is missing is a failure, and so is a skipped test
(tests/conftest.py sees to that).
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIRED = ("3.9", "3.10", "3.11", "3.12", "3.13")
NEWER = ("3.13t", "3.14", "3.14t", "3.15", "3.15t")
BUILDABLE = "3.13t"  # by tools/interpreters.py
PURE_PACKAGES = ("pytest", "pytest-randomly", "pytest-timeout", "pytest-xdist")
PURE_TESTS = ("tests/smoke", "tests/runtime", "tests/bridge", "tests/contract", "tests/stress")
NOT_PURE = "tests/bridge/test_records.py"  # needs hypothesis, which has no wheel for a free-threaded interpreter
SMOKE_LIMIT_S = 300  # arbitrary: smoke has no per-test limit of its own, and takes seconds
PROBE_LIMIT_S = 20  # arbitrary: a shim may take a moment to say that it leads nowhere
_PROBE = """
import sys, sysconfig
threads = "t" if sysconfig.get_config_var("Py_GIL_DISABLED") else ""
print(sys.implementation.name, "%d.%d%s" % (sys.version_info[0], sys.version_info[1], threads), sys.executable)
"""


@dataclass(frozen=True)
class Interpreter:
    """A CPython that runs: its version ("3.13", "3.13t") and its executable."""

    version: str
    path: Path

    @property
    def is_free_threaded(self) -> bool:
        """Tell whether it was built to run without a GIL."""
        return self.version.endswith("t")


@dataclass(frozen=True)
class Options:
    """What the command line asked for; `deadline` is on the monotonic clock, or None where time is no matter."""

    suite: str
    uv: Path
    wheel: Path
    interpreters: Path
    jobs: int
    deadline: float | None

    @property
    def remaining_s(self) -> float | None:
        """Return the seconds left, or None without a deadline."""
        return None if self.deadline is None else self.deadline - time.monotonic()


def candidates(built: Path) -> list[Path]:
    """Return every file that may be an interpreter: on PATH by its version's name, then in pyenv's folders and ours."""
    found: list[Path] = []
    for version in (*REQUIRED, *NEWER):
        for folder in os.get_exec_path():
            file = shutil.which(f"python{version}", path=folder)
            if file is not None:
                found.append(Path(file))
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    found.extend(sorted(pyenv.glob("versions/*/bin/python")))
    found.extend(sorted(built.glob("*/bin/python3.*[0-9t]")))
    return [Path(sys.executable), *found]


def probe(path: Path) -> Interpreter | None:
    """Ask a candidate what it is; None when it is no CPython or does not run (a shim for a version not chosen)."""
    try:
        answer = subprocess.run(
            [path, "-c", _PROBE], capture_output=True, text=True, timeout=PROBE_LIMIT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    words = answer.stdout.split(maxsplit=2)
    if answer.returncode != 0 or len(words) != 3 or words[0] != "cpython":
        return None
    return Interpreter(words[1], Path(words[2].strip()))


def discover(built: Path) -> dict[str, Interpreter]:
    """Return the first interpreter that runs for each version the library serves, oldest version first."""
    found: dict[str, Interpreter] = {}
    for path in candidates(built):
        interpreter = probe(path)
        if interpreter is not None and _is_served(interpreter.version):
            found.setdefault(interpreter.version, interpreter)
    return dict(sorted(found.items(), key=lambda item: _order(item[0])))


def make_environment(interpreter: Interpreter, options: Options) -> Path | None:
    """Make a fresh environment with the wheel and what the suite needs; None when something does not install."""
    folder = ROOT / "build" / "venvs" / f"{options.suite}-{interpreter.version}"
    python = folder / "bin" / "python"
    requirements = ROOT / "requirements" / "test.txt"
    packages: list[str | Path]
    if options.suite == "smoke":
        packages = ["--constraint", requirements, "pytest", options.wheel]
    elif interpreter.is_free_threaded:
        packages = ["--constraint", requirements, *PURE_PACKAGES, options.wheel]
    else:
        packages = ["--requirement", requirements, f"{options.wheel}[codegen]"]
    commands: list[list[str | Path]] = [
        [options.uv, "venv", "--quiet", "--clear", "--python", interpreter.path, folder],
        [options.uv, "pip", "install", "--quiet", "--python", python, *packages],
    ]
    for command in commands:
        if subprocess.run(command, check=False).returncode != 0:
            return None
    return python


def run_suite(interpreter: Interpreter, python: Path, options: Options) -> str:
    """Run pytest and return "passed", "failed" or "out of time"."""
    command: list[str | Path] = [python, "-m", "pytest"]
    if options.suite == "smoke":
        command += ["-p", "no:cacheprovider", "tests/smoke"]
        limit_s: float | None = SMOKE_LIMIT_S
    else:
        command += ["-n", str(options.jobs)]
        limit_s = options.remaining_s
        if options.deadline is not None:
            command.append("--exitfirst")  # a run that time cuts short must not hide a failure it has seen
        if interpreter.is_free_threaded:
            print(
                f"{interpreter.version}: {NOT_PURE} is left out, and what needs uvloop: neither installs there",
                flush=True,
            )
            command += [*PURE_TESTS, f"--ignore={NOT_PURE}"]
        elif interpreter.version != _own_version():
            command.append("--ignore=tests/tooling")  # about the repository, the same under every interpreter
    gil_off = {"PYTHON_GIL": "0"} if interpreter.is_free_threaded else {}  # others end at once when they are given it
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **gil_off})
    try:
        code = process.wait(limit_s)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGINT)  # pytest then ends its fixtures, servers included, and prints its summary
        try:
            process.wait(30)  # arbitrary, ample for the fixtures
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        return "failed" if options.suite == "smoke" else "out of time"
    return "passed" if code == 0 else "failed"


def check(interpreter: Interpreter, options: Options) -> str:
    """Return how one interpreter did, in the words that the closing table prints."""
    remaining_s = options.remaining_s
    if remaining_s is not None and remaining_s <= 0:
        return "not run: out of time"
    print(f"--- {options.suite} on {interpreter.version} ({interpreter.path})", flush=True)
    python = make_environment(interpreter, options)
    if python is None:
        required = options.suite == "smoke" or interpreter.version in REQUIRED
        return "failed: does not install" if required else "not run: does not install"
    return run_suite(interpreter, python, options)


def main() -> int:
    """Run the chosen suite on each interpreter and return the exit status."""
    options = parse(sys.argv[1:])
    found = discover(options.interpreters)
    results = {version: check(interpreter, options) for version, interpreter in found.items()}
    missing = [version for version in REQUIRED if version not in found]
    print(f"--- {options.suite}: results by interpreter")
    for version, result in results.items():
        print(f"{version:>6}  {result}")
    for version in missing:
        print(f"{version:>6}  missing")
    if BUILDABLE not in found:
        print(f"{BUILDABLE:>6}  not run: not built, and not required; `make interpreters` builds it")
    others = [version for version in NEWER if version not in {*found, BUILDABLE}]
    print(f"not found, not required: {', '.join(others) or 'none'}")
    if any(result.startswith("failed") for result in results.values()):
        return 1
    if missing and os.environ.get("AMBIDEX_REQUIRE_ALL") == "1":
        print("AMBIDEX_REQUIRE_ALL=1: a missing interpreter is a failure")
        return 1
    return 0


def parse(arguments: list[str]) -> Options:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("suite", choices=("smoke", "full"))
    parser.add_argument("--uv", type=Path, required=True, help="the uv that makes the environments")
    parser.add_argument("--wheel", type=Path, required=True, help="the wheel under test")
    parser.add_argument(
        "--interpreters", type=Path, default=ROOT / "build" / "interpreters", help="where `make interpreters` builds"
    )
    parser.add_argument("--jobs", type=int, default=2, help="parallel test processes of `full`")
    parser.add_argument("--seconds", type=float, help="start nothing and stop what runs after this long (`full`)")
    given = parser.parse_args(arguments)
    deadline = None if given.seconds is None else time.monotonic() + given.seconds
    return Options(
        given.suite, given.uv.absolute(), given.wheel.absolute(), given.interpreters.absolute(), given.jobs, deadline
    )


def _own_version() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def _is_served(version: str) -> bool:
    return _order(version) >= _order(REQUIRED[0])


def _order(version: str) -> tuple[int, int, bool]:
    major, minor = version.rstrip("t").split(".")
    return int(major), int(minor), version.endswith("t")


if __name__ == "__main__":
    sys.exit(main())
