"""Run each example of reference 000, workers: its async and blocking API, its worker file, and what it left to do.

Each example is a program of its own beside the worker's file, run by a fresh interpreter, as its reader would.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.reference.conftest import Project

WORKER = """
    from ambidex import ChildWorker

    class MyWorker(ChildWorker):
        def add(self, a, b):
            return a + b

        async def slow_add(self, a, b):
            await asyncio.sleep(1)
            return a + b

    if __name__ == '__main__':
        MyWorker().run()
"""
SUPPLIED = """\
        async def slow_method(self):
            await asyncio.sleep(0.01)
            return "slow"

        def my_function(self):
            return "mine"

        async def fail(self, text):
            raise LookupError(text)

        async def wait(self):
            try:
                print("waiting", flush=True)
                await asyncio.Event().wait()
            finally:
                print("cleaned up", flush=True)

        async def count(self, stop):
            for number in range(stop):
                yield number

        def process(self):
            import os
            return os.getpid()

        def perish(self):
            import os
            print("perishing", flush=True)
            os._exit(3)

"""
IMPORT = "\n    import asyncio"  # which the reference leaves out
MAIN = "    if __name__ =="
ASYNC = """
    import asyncio
    from ambidex import ParentWorker

    async def main():
        # Create worker
        worker = ParentWorker('worker.py')

        # Start
        await worker.start()

        # Call methods
        result = await worker.acall.add(1, 2)
        print(result)  # 3

        # With options
        result = await worker.acall.with_options(timeout=5).slow_method()

        # Cleanup
        await worker.close()

    # Or use context manager
    async with ParentWorker('worker.py') as worker:
        await worker.start()
        result = await worker.acall.my_function()
"""
IN_A_LOOP = """
    import ast, asyncio

    async def run():
        with open("example.py") as file:
            code = compile(file.read(), "example.py", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        names = {"__name__": "example"}
        await eval(code, names)
        print(names["result"])
        await names["main"]()

    asyncio.run(run())
"""
BLOCKING = """
    from ambidex import ParentWorker

    # Create worker
    worker = ParentWorker('worker.py')

    # Start synchronously
    worker.call.start()

    # Call methods
    result = worker.call.add(1, 2)
    print(result)  # 3

    # With options
    result = worker.call.with_options(timeout=5).slow_method()

    # Cleanup
    worker.call.close()

    # Or use context manager
    with ParentWorker('worker.py').sync as worker:
        worker.start()
        result = worker.call.my_function()
"""
MIGRATED_BLOCKING = """
    from ambidex import ParentWorker
    worker = ParentWorker('script.py')
    worker.call.start()  # NEW: .call.start()
    result = worker.call.add(1, 2)  # NEW: .call
    worker.call.close()
    print(result)
"""
MIGRATED_ASYNC = """
    import asyncio
    from ambidex import ParentWorker
    async def main():
        worker = ParentWorker('script.py')
        await worker.start()  # NEW: direct await
        result = await worker.acall.add(1, 2)  # NEW: .acall
        await worker.close()
        print(result)
    asyncio.run(main())
"""


@pytest.fixture
def workers(project: Project) -> Project:
    """Return a project with the reference's worker, and in it what its examples call and do not define."""
    project.write({"worker.py": IMPORT + WORKER.replace(MAIN, SUPPLIED + MAIN)})
    return project


def test_async_api_runs_as_written(workers: Project) -> None:
    """Workers, "Async API": start, call, options, close; in the context manager a second start is harmless."""
    workers.write({"example.py": ASYNC, "run.py": IN_A_LOOP})
    assert workers.python("run.py") == "mine\n3\n"


def test_sync_api_runs_as_written(workers: Project) -> None:
    """Workers, "Sync API": the same, blocking."""
    workers.write({"example.py": BLOCKING, "run.py": "from example import result\nprint(result)"})
    assert workers.python("run.py") == "3\nmine\n"


def test_worker_implementation_runs_as_written(project: Project) -> None:
    """Workers, "Worker Implementation": a file with methods of both kinds, and its last two lines."""
    project.write({"worker.py": IMPORT + WORKER})
    program = """
        from ambidex import ParentWorker
        with ParentWorker('worker.py').sync as worker:
            print(worker.call.add(1, 2), worker.call.slow_add(3, 4), worker.call.list_functions())
    """
    project.write({"use.py": program})
    assert project.python("use.py") == "3 7 ['add', 'slow_add']\n"


def test_worker_without_a_parent_says_how_to_start_it(project: Project) -> None:
    """Workers, "Worker Implementation": without a parent `MyWorker().run()` says how to start it, and exits with 2."""
    project.write({"worker.py": IMPORT + WORKER})
    ended = project.attempt("worker.py")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert 'ParentWorker("worker.py")' in ended.stderr
    assert "MyWorker" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("example", [MIGRATED_BLOCKING, MIGRATED_ASYNC], ids=["blocking", "async"])
def test_migration_guide_runs_as_written(project: Project, example: str) -> None:
    """Workers, "Migration Guide", the new API."""
    project.write({"script.py": IMPORT + WORKER, "example.py": example})
    assert project.python("example.py") == "3\n"


@pytest.mark.parametrize(
    ("old", "new"), [("proxy", "call"), ("aproxy", "acall"), ("astart", "start()"), ("aclose", "close()")]
)
def test_old_name_is_refused_by_the_name_of_its_successor(project: Project, old: str, new: str) -> None:
    """Workers, "Backward Compatibility": `.proxy`, `.aproxy`, `.astart` and `.aclose` say what to write instead."""
    program = f"""
        from ambidex import ParentWorker
        worker = ParentWorker('script.py')
        try:
            worker.{old}
        except AttributeError as error:
            print(error)
    """
    project.write({"script.py": IMPORT + WORKER, "old.py": program})
    said = project.python("old.py")
    assert f".{old} " in said
    assert f"write .{new}" in said


def test_options_chain(workers: Project) -> None:
    """Workers, "Options chaining": each gives a new callable, the last one counts; what it came from is as before."""
    program = """
        from ambidex import ParentWorker
        with ParentWorker('worker.py').sync as worker:
            hurried = worker.call.with_options(timeout=60).with_options(timeout=1)
            try:
                hurried.wait()
            except TimeoutError as error:
                print(type(error).__name__)
            print(hurried.with_options(timeout=60).add(1, 2), worker.call.add.with_options(timeout=60)(3, 4))
            print(worker.call.slow_method())
    """
    workers.write({"example.py": program})
    assert apart(workers.python("example.py"), "waiting", "cleaned up") == ["DeadlineExceeded", "3 7", "slow"]


def test_errors_arrive_as_they_were_raised(workers: Project) -> None:
    """Workers, "Error handling": the child's own exception, wrong arguments, and a method that it has not."""
    program = """
        from ambidex import ParentWorker
        with ParentWorker('worker.py').sync as worker:
            for call in (
                lambda: worker.call.fail("no such thing"), lambda: worker.call.add(1), lambda: worker.call.nothing()
            ):
                try:
                    call()
                except (LookupError, TypeError, AttributeError) as error:
                    print(type(error).__name__, error, "in fail" in "".join(getattr(error, "__notes__", ())))
    """
    workers.write({"example.py": program})
    lookup, arguments, name = workers.python("example.py").splitlines()
    assert lookup == "LookupError no such thing True"
    assert arguments.startswith("TypeError ")
    assert "missing 1 required positional argument: 'b'" in arguments
    assert name.startswith("AttributeError ")
    assert "add, count, fail" in name


def test_improvement_streaming(workers: Project) -> None:
    """Workers, "Future Improvements": streaming support, with both faces."""
    program = """
        import asyncio
        from ambidex import ParentWorker

        async def main():
            async with ParentWorker('worker.py') as worker:
                return [number async for number in worker.acall.count(3)]

        with ParentWorker('worker.py').sync as worker:
            for number in worker.call.count(1_000_000):
                print(number)
                if number == 2:
                    break
        print(asyncio.run(main()))
    """
    workers.write({"example.py": program})
    assert workers.python("example.py") == "0\n1\n2\n[0, 1, 2]\n"


def test_improvement_request_cancellation(workers: Project) -> None:
    """Workers, "Future Improvements": cancelling what waits cancels the work, whose clean-up is over by then."""
    program = """
        import asyncio
        from ambidex import ParentWorker

        async def main():
            heard = asyncio.Event()
            loop = asyncio.get_running_loop()

            def hear(line):
                print(line.text, flush=True)
                loop.call_soon_threadsafe(heard.set)

            async with ParentWorker('worker.py', output=hear) as worker:
                task = asyncio.create_task(worker.acall.wait())
                await heard.wait()
                task.cancel()
                await asyncio.wait({task})
                print(task.cancelled(), await worker.acall.add(1, 2))

        asyncio.run(main())
    """
    workers.write({"example.py": program})
    assert apart(workers.python("example.py"), "waiting", "cleaned up") == ["True 3"]


def test_improvement_worker_pooling(workers: Project) -> None:
    """Workers, "Future Improvements": a pool is used as one worker is, and its workers work at the same time."""
    program = """
        import asyncio
        from ambidex import WorkerPool

        async def main(pool):
            return await asyncio.gather(*[pool.acall.slow_add(number, 1) for number in range(2)])

        with WorkerPool('worker.py', size=2) as pool:
            print(pool.call.add(1, 2), asyncio.run(main(pool)))
            print(list(pool.call.add.map(range(3), range(3))))
            print({pool.call.process() for _ in range(4)} == set(pool.pids), len(pool.pids))
            print(pool.statistics().started, pool.statistics().in_flight)
    """
    workers.write({"example.py": program})
    assert workers.python("example.py") == "3 [1, 2]\n[0, 2, 4]\nTrue 2\n2 0\n"


def test_improvement_metrics_and_monitoring(workers: Project) -> None:
    """Workers, "Future Improvements": calls are counted by method; an observer hears of each, and of the process."""
    program = """
        from ambidex import ParentWorker

        class Heard:
            def __init__(self):
                self.all = []
            def call_started(self, method):
                self.all.append(method)
            def call_ended(self, method, seconds, outcome, error):
                self.all.append((outcome, error, seconds > 0))
            def bytes_moved(self, method, sent, received):
                assert sent > 0 and received > 0
            def worker_started(self, pid):
                self.all.append("ready")
            def worker_ended(self, pid, status):
                self.all.append(status)

        heard = Heard()
        with ParentWorker('worker.py', observer=heard).sync as worker:
            worker.call.add(1, 2)
            worker.call.add(3, 4)
            try:
                worker.call.fail("no such thing")
            except LookupError:
                pass
            told = worker.statistics()
        add = told.methods["add"]
        print(add.calls, add.returned, add.in_flight, 0 < add.p50_s <= add.p95_s, add.bytes_sent > 0)
        print(told.methods["fail"].errors, told.total.calls)
        print(heard.all)
    """
    workers.write({"example.py": program})
    returned, failed = ("returned", None, True), ("failed", "LookupError", True)
    heard = ["ready", "add", returned, "add", returned, "fail", failed, 0]
    assert workers.python("example.py") == f"2 2 0 True True\n{{'LookupError': 1}} 3\n{heard}\n"


def test_improvement_automatic_recovery(workers: Project) -> None:
    """Workers, "Future Improvements": a call whose child dies is told so; the next one has a new child."""
    program = """
        import logging
        from ambidex import ParentWorker, WorkerDied

        logging.getLogger("ambidex").setLevel(logging.ERROR)
        with ParentWorker('worker.py').sync as worker:
            first = worker.call.process()
            try:
                worker.call.perish()
            except WorkerDied as error:
                print(error.status, error.call, error.progress, error.pid == first)
            print(worker.call.add(1, 2), worker.call.process() != first)
    """
    workers.write({"example.py": program})
    assert apart(workers.python("example.py"), "perishing") == ["3 perish started True", "3 True"]


def apart(output: str, *lines_of_child: str) -> list[str]:
    """Return the parent's lines; the child's may stand anywhere, for `print` writes a line and its end one by one."""
    for line in lines_of_child:
        assert output.count(line) == 1, output
        output = output.replace(line, "")
    return [line for line in output.splitlines() if line]
