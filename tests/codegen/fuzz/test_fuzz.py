"""Whatever is drawn from the constructs is refused with a place, or works on both faces with exact types."""

from __future__ import annotations

import random
import re
import secrets
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, seed, settings

from tests.codegen.fuzz.coverage import DRAWN, NEWER, OLDEST
from tests.codegen.fuzz.covering import covering
from tests.codegen.fuzz.elsewhere import PYTHONS
from tests.codegen.fuzz.engine import Run
from tests.codegen.fuzz.grammar import FUNCTIONS, Grammar, programs, refuse, seeded, seeded_programs
from tests.codegen.fuzz.prologue import PROLOGUE
from tests.codegen.fuzz.refused import REFUSED
from tests.codegen.fuzz.templates.every import TEMPLATES
from tests.conftest import REQUIRE_ALL

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from hypothesis.strategies import SearchStrategy

    from tests.codegen.fuzz.shapes import Program
    from tests.conftest import Once

CANDIDATES = 2000  # enough that the rarest construct occurs
TIMES = 1
SLOW_PROGRAMS = 400  # others in each run; both checkers read all of them at the end
DEFINED = re.compile(r"^(?:(?:async )?def |class |type )?(\w+)(?:\(|\[|:| = )", re.MULTILINE)  # at the top of a module


@pytest.fixture
def run(tmp_path: Path, once: Once) -> Generator[Run, None, None]:
    """Collect what one test draws."""
    made = Run(tmp_path, once)
    yield made
    made.close()


def refused(seed: int, name: str) -> Program | None:
    """Return a program of one module with something in it that is refused, None where that needs a class it has not."""
    program = seeded(seed)
    if len(program.sources) > 1:
        return None
    refuse(program, name)
    return program if program.refused == name else None


@pytest.mark.of_text
@pytest.mark.timeout(600)  # both type checkers read all modules at the end, twice: a minute on a slow machine
def test_drawn_implementations_are_refused_or_work_on_both_faces(run: Run) -> None:
    """Each program is refused with a place, or gives what its implementation gives; every construct occurs."""
    newest = max(PYTHONS)
    drawn = [name for name in DRAWN if NEWER.get(name, OLDEST) <= newest]
    for number in covering([name for name in drawn if name not in REFUSED], TIMES, CANDIDATES, newest):
        run.take(seeded(number))
    for number, name in enumerate(REFUSED):
        run.take(next(filter(None, (refused(seed, name) for seed in range(number, CANDIDATES)))))
    print(run.table())
    left_out = [f"{name}: the newest Python found is {newest}" for name in DRAWN if name not in drawn]
    print(*left_out, sep="\n")
    assert [name for name in drawn if not run.constructs[name]] == []
    assert [name for name in run.constructs if name not in DRAWN] == []
    assert run.type_check() == []
    assert not (left_out and REQUIRE_ALL), left_out


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("strategy", [seeded_programs, programs], ids=["varied", "shrinking"])
def test_many_drawn_implementations_are_refused_or_work_on_both_faces(
    run: Run, strategy: Callable[[], SearchStrategy[Program]]
) -> None:
    """The same for other examples in each run; those that are drawn choice by choice are shrunk where one fails."""
    chosen = secrets.randbits(32)
    print(f"drawn from the seed {chosen}")

    @seed(chosen)
    @settings(
        max_examples=SLOW_PROGRAMS,
        database=None,
        deadline=None,
        suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example),
        print_blob=True,
    )
    @given(strategy())
    def examples(program: Program) -> None:
        run.take(program)

    examples()
    print(run.table())
    assert run.type_check() == []


def test_each_construct_that_is_drawn_has_one_name() -> None:
    """Nothing is listed twice, and what needs a newer Python is one of the list."""
    assert sorted(set(DRAWN)) == sorted(DRAWN)
    assert [name for name in NEWER if name not in DRAWN] == []


def test_what_may_stand_in_one_module_has_different_names() -> None:
    """No two templates define the same name, nor one that each module begins with or may draw: the later would win."""
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for name in (*FUNCTIONS, *DEFINED.findall(PROLOGUE)):
        owners[name].add("grammar")
    for number in range(40):  # arbitrary; templates draw some of their parts
        grammar = Grammar(random.Random(number).randint)
        classes = grammar.whole().classes.values()
        for cls in classes:
            owners[cls.name].add("grammar")
        for make in TEMPLATES:
            snippet = make(grammar, [cls for cls in classes if cls.is_registered])
            parts = [] if snippet is None else [snippet.text, snippet.following.text if snippet.following else ""]
            for name in DEFINED.findall("\n".join(parts)):
                owners[name].add(f"{make.__module__}.{make.__name__}")
    assert {name: found for name, found in owners.items() if len(found) > 1} == {}
