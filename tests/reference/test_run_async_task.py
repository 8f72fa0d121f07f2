"""Run each example of reference 002, the guide to `run_async_task`."""

from __future__ import annotations

import asyncio
import gc
from typing import TYPE_CHECKING

import httpx
import pytest

from ambidex import BlockingInAsyncWarning, Future, run_async_task

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.reference.conftest import Example

FETCH_DATA = """
    async def fetch_data():
        async with httpx.AsyncClient() as client:
            return await client.get("https://api.example.com/data")
"""
FETCH_MULTIPLE_URLS = """
    import asyncio
    import httpx
    from ambidex import run_async_task

    async def fetch_multiple_urls(urls):
        async with httpx.AsyncClient() as client:
            tasks = [client.get(url) for url in urls]
            responses = await asyncio.gather(*tasks)
            return [r.json() for r in responses]

    def sync_view():
        urls = ["https://api1.com", "https://api2.com", "https://api3.com"]

        results = run_async_task(fetch_multiple_urls(urls), timeout=10.0)

        future = run_async_task(fetch_multiple_urls(urls), fire_and_forget=True)
        results = future.result(timeout=10.0)

        return results
"""


async def async_func() -> str:
    """Stand for the table's function, which the reference leaves open."""
    await asyncio.sleep(0)
    return "done"


def test_problem_await_outside_a_coroutine_is_a_syntax_error(example: Callable[..., Example]) -> None:
    """run_async_task, section 2.1: `await` in blocking code does not compile."""
    with pytest.raises(SyntaxError):
        example().run("result = await fetch_data()")


def test_problem_asyncio_run_inside_a_loop_fails_where_run_async_task_works(
    example: Callable[..., Example], localize: Callable[[str], str]
) -> None:
    """run_async_task, section 2.1: `asyncio.run` conflicts with a running loop; `run_async_task` warns and works."""
    script = example(asyncio=asyncio, httpx=httpx, run_async_task=run_async_task)
    script.run(localize(FETCH_DATA))

    def run_inside_a_loop() -> None:
        with pytest.raises(RuntimeError, match="running event loop"):
            script.run("result = asyncio.run(fetch_data())")
        gc.collect()  # the coroutine that asyncio.run refused is reported when it is freed

    async def notebook() -> None:
        with pytest.warns(RuntimeWarning, match="never awaited"):
            run_inside_a_loop()
        with pytest.warns(BlockingInAsyncWarning, match="await fetch_data"):
            script.run("result = run_async_task(fetch_data())")

    asyncio.run(notebook())
    assert script.names["result"].json()["path"] == "/data"


def test_solution_blocks_or_returns_a_future(example: Callable[..., Example], localize: Callable[[str], str]) -> None:
    """run_async_task, section 2.2: the blocking call gives the response, the other one a future that gives it later."""
    script = example(httpx=httpx)
    script.run(localize(FETCH_DATA))
    script.run("from ambidex import run_async_task")

    script.run("result = run_async_task(fetch_data())")
    assert script.names["result"].json()["path"] == "/data"

    script.run("future = run_async_task(fetch_data(), fire_and_forget=True)")
    script.run("result = future.result(timeout=10)")
    assert type(script.names["future"]) is Future
    assert script.names["result"].json()["path"] == "/data"


@pytest.mark.parametrize(
    "code",
    [
        "result = run_async_task(async_func())",
        "result = run_async_task(async_func(), timeout=5.0)",
        "future = run_async_task(async_func(), fire_and_forget=True)",
        "future = run_async_task(async_func(), fire_and_forget=True)\nresult = future.result(timeout=10)",
    ],
    ids=["simple", "timeout", "fire_and_forget", "fire_and_forget_with_result"],
)
def test_use_case_of_the_table_gives_what_it_says(code: str, example: Callable[..., Example]) -> None:
    """run_async_task, section 6.1: each line of the table of uses."""
    script = example(run_async_task=run_async_task, async_func=async_func)
    script.run(code)
    if "future" in script.names:
        assert type(script.names["future"]) is Future
        assert script.names["future"].result(timeout=10) == "done"
    assert script.names.get("result", "done") == "done"


def test_practical_example_fetches_all_urls_from_a_blocking_view(
    example: Callable[..., Example], localize: Callable[[str], str]
) -> None:
    """run_async_task, section 6.2: a blocking view waits for several requests made at once, with both options."""
    script = example()
    script.run(localize(FETCH_MULTIPLE_URLS))
    results = script.names["sync_view"]()
    assert [result["path"] for result in results] == ["/1", "/2", "/3"]
