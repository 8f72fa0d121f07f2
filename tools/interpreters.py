"""Build a free-threaded CPython from Debian's source package, and keep it.

The mirrors that apt is configured with are asked, in a private configuration: the machine's own is read and never
changed. The newest suite that has the package and delivers it wins. What is built is the original source without
Debian's patches, which put a virtual environment's packages where a free-threaded interpreter does not look.

A second run finds the stamp of the first and does nothing.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

VERSION = "3.13"
SUITES = ("unstable", "testing", "stable")  # newest first
ARCHIVE_NAMES = {*SUITES, "sid", "oldstable", "oldoldstable"}
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
BUILD_PACKAGES = (
    "gcc",
    "libc6-dev",
    "libffi-dev",
    "libsqlite3-dev",
    "libssl-dev",
    "make",
    "tar",
    "xz-utils",
    "zlib1g-dev",
)
OPTIONS = ("--disable-gil", "--disable-test-modules", "--without-ensurepip", "py_cv_module__tkinter=n/a")
STAMP = ".built-from"
OF_THE_CALLER = ("PYTHON", "MAKE", "MFLAGS")  # variables that would reach into the build: an outer make's, PYTHONPATH
_PROOF = """
import ctypes, sqlite3, ssl, sys, zlib
sys.exit("the GIL is on" if sys._is_gil_enabled() else 0)
"""


class Failure(Exception):
    """Report what could not be done, and what to do about it."""


class Work:
    """A folder for what is needed only until the interpreter is installed; each command's output is kept there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)

    def run(self, name: str, command: list[str], cwd: Path | None = None) -> str:
        """Run a command and return what it printed.

        Raises:
            Failure: it is not there, or ended with another status than 0.
        """
        if shutil.which(command[0]) is None:
            raise Failure(f"the command {command[0]} is needed, and was not found")
        log = self.folder / f"{name}.log"
        environment = {key: value for key, value in os.environ.items() if not key.startswith(OF_THE_CALLER)}
        with log.open("w") as file:
            done = subprocess.run(
                command,
                cwd=cwd or self.folder,
                env={**environment, "LC_ALL": "C"},
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                check=False,
            )
        output = log.read_text(errors="replace")
        if done.returncode != 0:
            last = "\n".join(output.splitlines()[-15:])
            raise Failure(f"`{' '.join(command)}` failed with status {done.returncode}; the end of {log}:\n{last}")
        return output


# -- what the machine has


def missing_packages() -> list[str]:
    """Return the packages that the build needs and the machine has not."""
    if shutil.which("apt-get") is None or shutil.which("dpkg-query") is None:
        raise Failure("apt-get and dpkg-query are needed: the source comes from Debian's archive")
    asked = subprocess.run(
        ["dpkg-query", "--show", "--showformat=${db:Status-Status} ${Package}\n", *BUILD_PACKAGES],
        capture_output=True,
        text=True,
        check=False,  # it fails for those that dpkg has never heard of
    )
    present = {line.partition(" ")[2] for line in asked.stdout.splitlines() if line.startswith("installed ")}
    return [package for package in BUILD_PACKAGES if package not in present]


def require_packages(work: Work, *, install: bool) -> None:
    """Check that the build's packages are installed; install them where that was asked for."""
    missing = missing_packages()
    if not missing:
        return
    if not install:
        raise Failure(f"to build, install: {' '.join(missing)} (apt-get install, or pass --install-dependencies)")
    print(f"installing {' '.join(missing)}", flush=True)
    work.run("packages-update", ["apt-get", "update"])
    work.run("packages-install", ["apt-get", "install", "--yes", "--no-install-recommends", *missing])


# -- the source


def mirrors(work: Work) -> list[str]:
    """Return the addresses of Debian's archive as apt is configured with them here, in apt's order."""
    release = Path("/etc/os-release").read_text().splitlines()
    codenames = {line.partition("=")[2].strip('"') for line in release if line.startswith("VERSION_CODENAME=")}
    listed = work.run(
        "mirrors",
        ["apt-get", "indextargets", "--no-release-info", "--format", "$(RELEASE) $(COMPONENT) $(REPO_URI)"],
    )
    found: dict[str, None] = {}
    for line in listed.splitlines():
        name, component, address = line.split(" ", 2)
        if component == "main" and name in ARCHIVE_NAMES | codenames:
            found[address] = None
    if not found:
        raise Failure("apt is configured with no mirror of Debian's archive; `apt-get indextargets` lists what it has")
    return list(found)


def fetch(work: Work, addresses: list[str]) -> tuple[str, Path]:
    """Download the source from the newest suite that delivers it; return its version and the original archive."""
    refusals: list[str] = []
    for suite in SUITES:
        for address in addresses:
            try:
                return _fetch_from(Work(work.folder / f"apt-{suite}"), suite, address)
            except Failure as refusal:
                print(f"python{VERSION} cannot be had from {suite}", flush=True)
                refusals.append(str(refusal))
    raise Failure(f"the source of python{VERSION} cannot be had from {', '.join(SUITES)}:\n" + "\n".join(refusals))


def _fetch_from(work: Work, suite: str, address: str) -> tuple[str, Path]:
    signed = f" [signed-by={KEYRING}]" if KEYRING.exists() else ""  # else the keys that apt trusts for everything
    sources = work.folder / "sources.list"
    sources.write_text(f"deb-src{signed} {address} {suite} main\n")
    for name in ("lists/partial", "cache/archives/partial"):
        (work.folder / name).mkdir(parents=True)
    settings = {
        "Dir::Etc::sourcelist": sources,
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::State::lists": work.folder / "lists",
        "Dir::Cache": work.folder / "cache",
        "APT::Sandbox::User": "root",  # the sandbox's own user may not see this folder
    }
    private = [word for key, value in settings.items() for word in ("-o", f"{key}={value}")]
    work.run("update", ["apt-get", *private, "-o", "APT::Update::Error-Mode=any", "update"])
    work.run("source", ["apt-get", *private, "source", "--only-source", "--download-only", f"python{VERSION}"])
    described = list(work.folder.glob("*.dsc"))
    archives = [path for path in work.folder.glob("*.orig.tar.*") if path.suffix != ".asc"]
    if len(described) != 1 or len(archives) != 1:
        raise Failure(f"{suite} delivered no original source of python{VERSION}; {work.folder} has what it delivered")
    return described[0].stem.partition("_")[2], archives[0]


# -- the build


def is_built(prefix: Path) -> bool:
    """Tell whether a whole interpreter is installed in `prefix`: it was stamped, and runs without a GIL."""
    return (prefix / STAMP).is_file() and _runs_without_gil(prefix)


def _runs_without_gil(prefix: Path) -> bool:
    python = prefix / "bin" / f"python{VERSION}t"
    try:
        return subprocess.run([python, "-I", "-c", _PROOF], check=False).returncode == 0
    except OSError:
        return False


def build(work: Work, archive: Path, prefix: Path, jobs: int) -> None:
    """Configure, compile and install into `prefix`, out of the tree of the source."""
    source, objects = work.folder / "source", work.folder / "objects"
    source.mkdir()
    objects.mkdir()
    work.run("unpack", ["tar", "--extract", "--file", str(archive), "--strip-components=1"], cwd=source)
    os.nice(10)  # the machine may have other work
    work.run("configure", [str(source / "configure"), f"--prefix={prefix}", *OPTIONS], cwd=objects)
    work.run("compile", ["make", f"-j{jobs}"], cwd=objects)
    shutil.rmtree(prefix, ignore_errors=True)
    work.run("install", ["make", "install"], cwd=objects)
    if not _runs_without_gil(prefix):
        raise Failure(f"{prefix} was installed and does not work: the message above says what it lacks")


def provide(into: Path, *, jobs: int, install: bool) -> None:
    """Build the interpreter into a folder of `into`, unless one is there."""
    prefix = into / f"{VERSION}t"
    into.mkdir(parents=True, exist_ok=True)
    with (into / ".lock").open("w") as lock:  # the folder may be shared by several clones
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_built(prefix):
            work = Work(into / "work")
            require_packages(work, install=install)
            version, archive = fetch(work, mirrors(work))
            print(f"building {version}; it takes a few minutes, its output is in {work.folder}", flush=True)
            build(work, archive, prefix, jobs)
            (prefix / STAMP).write_text(f"{version}\n")
            shutil.rmtree(work.folder)
        print(f"{VERSION}t: built from {(prefix / STAMP).read_text().strip()}, in {prefix}")


def main() -> int:
    """Build what the command line asks for and return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--into", type=Path, required=True, help="the folder of interpreters; it may outlive the clone")
    parser.add_argument("--jobs", type=int, default=2, help="parallel commands of the compilation")
    parser.add_argument("--install-dependencies", action="store_true", help="install with apt what the build needs")
    given = parser.parse_args()
    try:
        provide(given.into.absolute(), jobs=given.jobs, install=given.install_dependencies)
    except Failure as failure:
        print(f"{VERSION}t was not built: {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
