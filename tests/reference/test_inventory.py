"""Account for every code example of four documents (the generator, run_async_task, its one future type, workers).

Which tests run it, or why it is not run: one row per block of code, in the order of the text, and per table or line
of text that holds code. A block that shows how the library is used is run; one that shows how its ancestor was built
inside is not.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import NamedTuple

import pytest

HERE = Path(__file__).parent


class Run(NamedTuple):
    """An example and the tests that run it; what they say of themselves begins with its document and section."""

    document: str
    section: str
    tests: tuple[str, ...]


class NotRun(NamedTuple):
    """An example that does not show the use of the library."""

    document: str
    section: str
    reason: str


INTERNAL = "shows the inside of the ancestor; docs/reference/map.md names the counterpart"
STANDARD = "uses the standard library alone"
DEVELOPMENT = "how the ancestor itself is developed; here it is `make test` and `make check`"

ROWS: tuple[Run | NotRun, ...] = (
    Run(
        "run_async_task",
        "section 2.1",
        (
            "test_problem_await_outside_a_coroutine_is_a_syntax_error",
            "test_problem_asyncio_run_inside_a_loop_fails_where_run_async_task_works",
        ),
    ),
    Run("run_async_task", "section 2.2", ("test_solution_blocks_or_returns_a_future",)),
    Run(
        "run_async_task", "section 6.1", ("test_use_case_of_the_table_gives_what_it_says",)
    ),  # a table of four lines of code
    Run("run_async_task", "section 6.2", ("test_practical_example_fetches_all_urls_from_a_blocking_view",)),
    NotRun("run_async_task", "section 7.2", DEVELOPMENT),
    NotRun("one future type", "root cause, strategy 1", STANDARD),
    NotRun("one future type", "root cause, strategy 2", STANDARD),
    NotRun("one future type", "input of the worker", INTERNAL),
    NotRun("one future type", "option 1, as code", INTERNAL),
    NotRun("one future type", "option 2, as code", INTERNAL),
    NotRun("one future type", "option 3, as code", INTERNAL),
    NotRun("one future type", "what asyncio.Task is", STANDARD),
    NotRun("one future type", "what concurrent.futures.Future is", STANDARD),
    NotRun("one future type", "the key difference", STANDARD),
    Run("one future type", "case 1", ("test_case_1_script_processes_the_data_of_an_api",)),
    Run("one future type", "case 2", ("test_case_2_notebook_waits_for_two_sources_in_its_own_loop",)),
    Run("one future type", "case 3", ("test_case_3_web_service_keeps_a_future_across_requests",)),
    Run(
        "one future type",
        "case 4",
        (
            "test_case_4_blocking_test_compares_the_result",
            "test_case_4_async_test_blocks_then_cannot_await_the_value",
            "test_case_4_async_test_with_fire_and_forget_awaits_the_future",
            "test_case_4_is_an_error_of_basedpyright",
            "test_case_4_is_an_error_of_mypy",
        ),
    ),
    NotRun("one future type", "worker thread strategy", INTERNAL),
    Run(
        "one future type",
        "the unified API",
        ("test_unified_api_gives_a_future_in_blocking_code", "test_unified_api_gives_a_future_inside_a_loop"),
    ),
    Run("one future type", "for blocking users", ("test_blocking_users_get_the_result_or_a_future",)),
    Run("one future type", "for async users", ("test_async_users_may_block_with_a_warning_or_wrap_the_future",)),
    Run("one future type", "for notebook users", ("test_notebook_users_collect_the_results_of_many_futures",)),
    Run("the generator", "Core Design Philosophy", ("test_registration_only_marks_what_to_generate",)),
    Run("the generator", "For Library Developers", ("test_library_is_built_by_script_and_command_and_used_both_ways",)),
    Run(
        "the generator",
        "Code Generation",
        (
            "test_library_is_built_by_script_and_command_and_used_both_ways",
            "test_command_compiles_the_modules_of_a_package_together",
        ),
    ),
    Run("the generator", "For Library Users", ("test_library_is_built_by_script_and_command_and_used_both_ways",)),
    Run("the generator", "Module Class, API", ("test_module_offers_what_the_reference_lists",)),
    Run("the generator", "Module Class, Usage Example", ("test_module_is_passed_to_compile_modules",)),
    Run("the generator", "CLI Tool", ("test_command_takes_the_arguments_that_the_reference_lists",)),
    Run("the generator", "Code Generator, Main Entry Points", ("test_module_is_passed_to_compile_modules",)),
    NotRun("the generator", "Code Generator, generated code for functions", INTERNAL),
    NotRun("the generator", "Code Generator, generated code for classes", INTERNAL),
    NotRun("the generator", "Type Transformation, example transformation", INTERNAL),
    Run(  # a list of types
        "the generator", "Type Transformation, Supports Complex Types", ("test_complex_types_carry_faces_both_ways",)
    ),
    NotRun("the generator", "Build-Time Registration Pattern", INTERNAL),
    NotRun("the generator", "Factory Pattern with Caching, as code", INTERNAL),
    Run(
        "the generator", "Factory Pattern with Caching", ("test_same_object_comes_back_as_the_same_face",)
    ),  # a line of text
    NotRun("the generator", "Composable Type Transformers", INTERNAL),
    Run("the generator", "Example 1", ("test_example_1_simple_async_function",)),  # two blocks: the build and the use
    Run("the generator", "Example 2", ("test_example_2_database_client",)),
    Run("the generator", "Example 3", ("test_example_3_multi_module_project",)),
    Run(  # a promise of the text that examples 1 and 3 are held to
        "the generator",
        "full static types",
        ("test_types_of_examples_are_exact_for_basedpyright", "test_types_of_examples_are_exact_for_mypy"),
    ),
    NotRun("the generator", "Running Tests", DEVELOPMENT),  # two blocks
    Run("the generator", "Why Module-Based Registration", ("test_registration_only_marks_what_to_generate",)),
    Run(
        "the generator", "Main Entry Points", ("test_quick_reference_entry_points_can_be_imported",)
    ),  # a list of imports
    NotRun("workers", "New Architecture", INTERNAL),
    Run("workers", "Async API", ("test_async_api_runs_as_written",)),
    Run("workers", "Sync API", ("test_sync_api_runs_as_written",)),
    Run(
        "workers",
        "Worker Implementation",
        ("test_worker_implementation_runs_as_written", "test_worker_without_a_parent_says_how_to_start_it"),
    ),
    Run("workers", "Migration Guide", ("test_migration_guide_runs_as_written",)),
    NotRun("workers", "Testing", DEVELOPMENT),
    Run("workers", "Options chaining", ("test_options_chain",)),  # a line of a list of what is tested
    Run("workers", "Error handling", ("test_errors_arrive_as_they_were_raised",)),  # as above
    Run("workers", "Backward Compatibility", ("test_old_name_is_refused_by_the_name_of_its_successor",)),
    Run(
        "workers",
        "Future Improvements",
        (
            "test_improvement_streaming",
            "test_improvement_request_cancellation",
            "test_improvement_worker_pooling",
            "test_improvement_metrics_and_monitoring",
            "test_improvement_automatic_recovery",
        ),
    ),
)


def find_tests() -> dict[str, str]:
    """Return the first line of what each test of this folder says of itself, by name; this module's own left out."""
    found: dict[str, str] = {}
    for file in sorted(HERE.glob("test_*.py")):
        if file != Path(__file__):
            for node in ast.parse(file.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                    found[node.name] = (ast.get_docstring(node) or "").partition("\n")[0]
    return found


RUN = [row for row in ROWS if isinstance(row, Run)]


def test_every_test_of_the_folder_runs_an_example_of_the_inventory() -> None:
    """The inventory names each test that is there, and none that is not."""
    assert {test for row in RUN for test in row.tests} == set(find_tests())


@pytest.mark.parametrize("row", RUN, ids=lambda row: f"{row.document}-{row.section}".replace(" ", "_"))
def test_every_test_names_the_example_that_it_runs(row: Run) -> None:
    """A test says which document and section its example comes from."""
    said = find_tests()
    for test in row.tests:
        assert said[test].startswith(f"{row.document[0].upper()}{row.document[1:]}, ".replace("Run_async", "run_async"))
        assert row.section in said[test]


def test_every_example_that_is_not_run_has_a_reason() -> None:
    """An example is left out for one of the three reasons that this module names, and for no other."""
    left = [row for row in ROWS if isinstance(row, NotRun)]
    assert {row.reason for row in left} == {INTERNAL, STANDARD, DEVELOPMENT}
