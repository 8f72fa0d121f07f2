"""Hold docs/reference/map.md to what is here: what it names exists, and what it calls absent is absent."""

from __future__ import annotations

import functools
import importlib
import inspect
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMMAND = "python -m ambidex.cli"
DOTTED = re.compile(r"(ambidex|jarvis)(\.\w+)*(\([\w, ]*\))?")
COUNTERPART = re.compile(rf"ambidex\b|jarvis\b|make |{COMMAND}")  # what a note offers beside plain code


class Row(NamedTuple):
    """A line of a table: the name there, what to use here, and a note."""

    there: str
    here: str
    note: str


def read_rows() -> list[Row]:
    """Return the lines of every table of the map, without the head of each."""
    lines = (ROOT / "docs" / "reference" / "map.md").read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return [Row(*row) for row in cells if row[0] != "there" and not row[0].startswith("---")]


def find_spans(text: str) -> list[str]:
    """Return what stands in backticks."""
    return re.findall(r"`([^`]+)`", text)


def split_note(note: str) -> tuple[str, str]:
    """Return the part of a note that promises something absent, and the part that names what is there."""
    promise, _, rest = note.partition(";")
    return (promise, rest) if promise.startswith("not yet") else ("", note)


def find_thing(path: str) -> object:
    """Import what a dotted path names.

    Raises:
        LookupError: nothing does.
    """
    parts = path.split(".")
    for length in range(len(parts), 0, -1):
        module = ".".join(parts[:length])
        try:
            thing: object = importlib.import_module(module)
            for name in parts[length:]:
                thing = getattr(thing, name)
        except ModuleNotFoundError as error:
            if error.name is None or not f"{module}.".startswith(f"{error.name}."):
                raise
        except AttributeError:
            break
        else:
            return thing
    raise LookupError(f"{path} does not exist")


@functools.cache
def read_help(*verb: str) -> str:
    """Return what a command says with --help."""
    command = [sys.executable, *COMMAND.split()[1:], *verb, "--help"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def read_verbs() -> set[str]:
    """Return the verbs that the command lists; a word that is none of them would be taken for something else."""
    listed = re.search(r"\{([\w,]+)\}", read_help())
    assert listed is not None
    return set(listed[1].split(","))


def check_counterpart(span: str) -> None:
    """Fail unless what the map offers exists."""
    if span.startswith(COMMAND):
        words = span[len(COMMAND) :].split()
        options = {word for word in words if word.startswith("-")}
        verbs = [word for word in words if word not in options]
        assert set(verbs) <= read_verbs()
        offered = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", read_help(*verbs)))
        assert options <= offered
    elif span.startswith("make "):
        assert re.search(rf"^{re.escape(span[5:])}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    elif DOTTED.fullmatch(span):
        path, _, parameters = span.rstrip(")").partition("(")
        thing = find_thing(path)
        if parameters:
            assert callable(thing)
            assert set(parameters.split(", ")) - set(inspect.signature(thing).parameters) == set()
    else:
        assert (ROOT / span).exists()


ROWS = read_rows()
COUNTERPARTS = sorted(
    {span for row in ROWS for span in find_spans(row.here)}
    | {span for row in ROWS for span in find_spans(split_note(row.note)[1]) if COUNTERPART.match(span)}
)
PROMISES = sorted({span for row in ROWS for span in find_spans(split_note(row.note)[0])})


@pytest.mark.parametrize("span", COUNTERPARTS)
def test_counterpart_that_the_map_names_exists(span: str) -> None:
    """A path can be imported and takes its parameters, a command and its options answer --help, a file is there."""
    check_counterpart(span)


@pytest.mark.parametrize("span", PROMISES)
def test_counterpart_that_the_map_promises_is_not_there_yet(span: str) -> None:
    """What the map calls "not yet" is absent; once it is there, the map has to say so."""
    if span.startswith(COMMAND):
        assert span[len(COMMAND) :].strip() not in read_verbs()
    elif DOTTED.fullmatch(span):
        with pytest.raises(LookupError):
            find_thing(span)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.there.replace("`", ""))
def test_row_offers_a_counterpart_or_a_reason(row: Row) -> None:
    """A row names something to use here, or a dash and the reason."""
    assert row.there
    assert find_spans(row.here) or (row.here == "—" and row.note)


@pytest.mark.parametrize(
    "span",
    [
        "ambidex.Nothing",
        "ambidex.run_async_task(nothing)",
        f"{COMMAND} nothing",
        f"{COMMAND} check --nothing",
        "make nothing",
        "docs/nothing",
    ],
)
def test_counterpart_that_does_not_exist_is_found_out(span: str) -> None:
    """Each kind of counterpart is refused when it is not there."""
    with pytest.raises((LookupError, AssertionError)):
        check_counterpart(span)
