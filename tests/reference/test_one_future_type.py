"""Run each example of reference 003, which asks for one future type in every context.

Where an example blocks inside a running loop, it works and warns: that is a named exception, and tested as such.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import functools
import json
import socket
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import fastapi
import httpx
import pydantic
import pytest
import uvicorn

from ambidex import BlockingInAsyncWarning, Future, run_async_task

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Generator

    from tests.reference.conftest import Example, Project

SCRIPT = """
    def main():
        data = run_async_task(fetch_from_api())
        processed = process_data(data)
        save_to_db(processed)
"""
NOTEBOOK = """
    async def analyze_data():
        future1 = run_async_task(fetch_data_source_1(), fire_and_forget=True)
        future2 = run_async_task(fetch_data_source_2(), fire_and_forget=True)

        data1 = future1.result()
        data2 = future2.result()

        return analyze(data1, data2)
"""
WEB_SERVICE = """
    @app.post("/process")
    async def process_data(item: Item):
        future = run_async_task(heavy_processing(item.data), fire_and_forget=True)

        return {"task_id": str(id(future)), "status": "processing"}

    @app.get("/status/{task_id}")
    async def check_status(task_id: str):
        future = get_future_by_id(task_id)
        if future.done():
            return {"status": "done", "result": future.result()}
        else:
            return {"status": "processing"}
"""
UNIT_TESTS = """
    def test_my_async_function():
        result = run_async_task(my_async_function())
        assert result == expected_value

    async def test_my_async_function_async():
        result = await run_async_task(my_async_function())
        assert result == expected_value
"""
TYPES = """
    from __future__ import annotations

    from ambidex import run_async_task


    async def my_async_function() -> int:
        return 7


    async def test_my_async_function_async() -> int:
        return await run_async_task(my_async_function())  # wrong


    async def test_my_async_function_with_a_future() -> int:
        return await run_async_task(my_async_function(), fire_and_forget=True)
"""
UNIFIED = """
    future = run_async_task(my_coro(), fire_and_forget=True)
    result = future.result(timeout=30)
"""


class Gate:
    """Hold coroutines until a blocking call has warned, or until the test opens it."""

    def __init__(self) -> None:
        self._opened: concurrent.futures.Future[None] = concurrent.futures.Future()

    def open(self) -> None:
        """Let everyone through, from any thread."""
        if not self._opened.done():
            self._opened.set_result(None)

    async def passed(self) -> None:
        """Wait until the gate is open."""
        await asyncio.wait_for(asyncio.wrap_future(self._opened), 10)  # so that a missing warning fails the test


@pytest.fixture
def warned(monkeypatch: pytest.MonkeyPatch) -> Gate:
    """Return a gate that opens when the library warns: by then the caller has found that it has to wait."""
    gate = Gate()

    def opening(warning: BlockingInAsyncWarning, *_: object) -> None:
        gate.open()

    monkeypatch.setattr(BlockingInAsyncWarning, "__init__", opening)
    return gate


async def my_async_function() -> int:
    """Stand for the function that the examples test."""
    await asyncio.sleep(0)
    return 7


def test_case_1_script_processes_the_data_of_an_api(example: Callable[..., Example], api_url: str) -> None:
    """One future type, case 1: a blocking script fetches, processes and saves."""
    saved: list[str] = []

    async def fetch_from_api() -> dict[str, str]:
        async with httpx.AsyncClient() as client:
            data: dict[str, str] = (await client.get(f"{api_url}/data")).json()
            return data

    def process_data(data: dict[str, str]) -> str:
        return data["path"].upper()

    script = example(
        run_async_task=run_async_task, fetch_from_api=fetch_from_api, process_data=process_data, save_to_db=saved.append
    )
    script.run(SCRIPT)
    script.names["main"]()
    assert saved == ["/DATA"]


def test_case_2_notebook_waits_for_two_sources_in_its_own_loop(example: Callable[..., Example], warned: Gate) -> None:
    """One future type, case 2: two futures run at once; `result()` inside the notebook's loop works and warns."""
    met: list[asyncio.Event] = []

    async def fetch_data_source_1() -> int:
        met.append(asyncio.Event())
        await warned.passed()
        await met[0].wait()
        return 1

    async def fetch_data_source_2() -> int:
        await warned.passed()
        met[0].set()  # the first source ends only if the second one runs beside it
        return 2

    def analyze(data1: int, data2: int) -> int:
        return data1 + data2

    notebook = example(
        run_async_task=run_async_task,
        fetch_data_source_1=fetch_data_source_1,
        fetch_data_source_2=fetch_data_source_2,
        analyze=analyze,
    )
    notebook.run(NOTEBOOK)
    with pytest.warns(BlockingInAsyncWarning, match="await future"):
        assert asyncio.run(notebook.names["analyze_data"]()) == 3


@contextmanager
def serving(app: fastapi.FastAPI) -> Generator[httpx.Client]:
    """Run a web server in a thread for the length of the block; the value is a client of it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off", ws="none"))
        thread = threading.Thread(target=asyncio.run, args=(server.serve([listener]),), name="uvicorn")
        thread.start()
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}") as client:
                yield client
        finally:
            server.should_exit = True
            thread.join()


def test_case_3_web_service_keeps_a_future_across_requests(example: Callable[..., Example]) -> None:
    """One future type, case 3: one request starts the work, later ones ask whether it is done, none blocks."""
    futures: dict[str, Future[Any]] = {}  # of whatever the coroutine gives
    gate = Gate()

    @functools.wraps(run_async_task)
    def remembering(*arguments: Any, **options: Any) -> Any:
        """Keep what `run_async_task` returns, so that `get_future_by_id` finds it."""
        future = run_async_task(*arguments, **options)
        futures[str(id(future))] = future
        return future

    async def heavy_processing(data: str) -> str:
        await gate.passed()
        return data.upper()

    class Item(pydantic.BaseModel):
        data: str

    app = fastapi.FastAPI()
    service = example(
        run_async_task=remembering,
        app=app,
        Item=Item,
        heavy_processing=heavy_processing,
        get_future_by_id=futures.__getitem__,
    )
    service.run(WEB_SERVICE)
    with serving(app) as client:
        started = client.post("/process", json={"data": "text"}).json()
        assert started["status"] == "processing"
        assert client.get(f"/status/{started['task_id']}").json() == {"status": "processing"}
        gate.open()
        futures[started["task_id"]].result(timeout=10)
        assert client.get(f"/status/{started['task_id']}").json() == {"status": "done", "result": "TEXT"}


def test_case_4_blocking_test_compares_the_result(example: Callable[..., Example]) -> None:
    """One future type, case 4, first test: a blocking test runs a coroutine and compares its result."""
    tests = example(run_async_task=run_async_task, my_async_function=my_async_function, expected_value=7)
    tests.run(UNIT_TESTS)
    tests.names["test_my_async_function"]()


def test_case_4_async_test_blocks_then_cannot_await_the_value(example: Callable[..., Example]) -> None:
    """One future type, case 4, second test: the named exception; the call gives the value, which cannot be awaited."""
    tests = example(run_async_task=run_async_task, my_async_function=my_async_function, expected_value=7)
    tests.run(UNIT_TESTS)
    with pytest.warns(BlockingInAsyncWarning), pytest.raises(TypeError, match=r"int .*await"):
        asyncio.run(tests.names["test_my_async_function_async"]())


def test_case_4_async_test_with_fire_and_forget_awaits_the_future(example: Callable[..., Example]) -> None:
    """One future type, case 4, second test: what to write instead of the named exception."""
    tests = example(run_async_task=run_async_task, my_async_function=my_async_function, expected_value=7)
    tests.run(UNIT_TESTS.replace("my_async_function())", "my_async_function(), fire_and_forget=True)"))
    asyncio.run(tests.names["test_my_async_function_async"]())


@pytest.mark.timeout(180)
def test_case_4_is_an_error_of_basedpyright(project: Project) -> None:
    """One future type, case 4, second test: basedpyright refuses to await the value, and accepts the future."""
    project.write({"case_4.py": TYPES})
    checker = ("basedpyright", "--outputjson", "--level", "error", "--pythonpath", sys.executable)
    done = project.attempt("-m", *checker, "case_4.py")
    errors = json.loads(done.stdout)["generalDiagnostics"]
    assert [error["range"]["start"]["line"] + 1 for error in errors] == [_line_of("# wrong")]
    assert '"int" is not awaitable' in errors[0]["message"]


@pytest.mark.timeout(180)
def test_case_4_is_an_error_of_mypy(project: Project) -> None:
    """One future type, case 4, second test: mypy refuses to await the value, and accepts the future."""
    project.write({"case_4.py": TYPES})
    errors = project.mypy("case_4.py")
    assert {error.split(": error: ")[0] for error in errors} == {f"case_4.py:{_line_of('# wrong')}"}


def _line_of(mark: str) -> int:
    lines = TYPES.strip("\n").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if mark in line)


def _in_a_script(work: Callable[[], None]) -> None:
    work()


def _in_a_thread(work: Callable[[], None]) -> None:
    with concurrent.futures.ThreadPoolExecutor(1) as threads:
        threads.submit(work).result()


@pytest.mark.parametrize("context", [_in_a_script, _in_a_thread])
def test_unified_api_gives_a_future_in_blocking_code(
    context: Callable[[Callable[[], None]], None], example: Callable[..., Example]
) -> None:
    """One future type, the unified API: one future class, and the plain result, in a script and in a thread."""
    code = example(run_async_task=run_async_task, my_coro=my_async_function)
    context(lambda: code.run(UNIFIED))
    assert type(code.names["future"]) is Future
    assert isinstance(code.names["future"], concurrent.futures.Future)
    assert code.names.pop("result") == 7
    context(lambda: code.run("result = run_async_task(my_coro())"))
    assert code.names["result"] == 7


def test_unified_api_gives_a_future_inside_a_loop(example: Callable[..., Example], warned: Gate) -> None:
    """One future type, the unified API: the same future class inside a running loop, where blocking works and warns."""

    async def my_coro() -> int:
        await warned.passed()
        return 7

    code = example(run_async_task=run_async_task, my_coro=my_coro)

    async def context() -> None:
        with pytest.warns(BlockingInAsyncWarning):
            code.run(UNIFIED)
        with pytest.warns(BlockingInAsyncWarning):
            code.run("blocking = run_async_task(my_coro())")

    asyncio.run(context())
    assert type(code.names["future"]) is Future
    assert (code.names["result"], code.names["blocking"]) == (7, 7)


def test_blocking_users_get_the_result_or_a_future(example: Callable[..., Example]) -> None:
    """One future type, for blocking users: the two calls side by side."""
    code = example(run_async_task=run_async_task, fetch_data=my_async_function)
    code.run("""
        result = run_async_task(fetch_data())
        future = run_async_task(fetch_data(), fire_and_forget=True)
    """)
    assert code.names["result"] == code.names["future"].result(timeout=10) == 7


def test_async_users_may_block_with_a_warning_or_wrap_the_future(example: Callable[..., Example]) -> None:
    """One future type, for async users: blocking works and warns; `asyncio.wrap_future` takes the future."""
    code = example(run_async_task=run_async_task, fetch_data=my_async_function)

    async def context() -> tuple[int, int]:
        with pytest.warns(BlockingInAsyncWarning):
            code.run("result = run_async_task(fetch_data())")
        code.run("future = run_async_task(fetch_data(), fire_and_forget=True)")
        future: Future[int] = code.names["future"]
        return await asyncio.wrap_future(future), await future

    assert asyncio.run(context()) == (7, 7)
    assert code.names["result"] == 7


def test_notebook_users_collect_the_results_of_many_futures(example: Callable[..., Example], warned: Gate) -> None:
    """One future type, for notebook users: a list of futures gives a list of results, inside a running loop too."""

    async def double(number: int) -> int:
        await warned.passed()
        return 2 * number

    tasks: list[Coroutine[Any, Any, int]] = [double(number) for number in range(5)]
    code = example(run_async_task=run_async_task, tasks=tasks)

    async def notebook() -> None:
        code.run("futures = [run_async_task(task, fire_and_forget=True) for task in tasks]")
        with pytest.warns(BlockingInAsyncWarning):
            code.run("results = [f.result() for f in futures]")

    asyncio.run(notebook())
    assert code.names["results"] == [0, 2, 4, 6, 8]
