"""Callbacks in a process of their own: interrupts, forks and exits while they run, and threads that cannot start."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.programs import Ended

PROLOGUE = """
import os, signal, sys, threading, time
from ambidex import RuntimeClosed, Synchronizer
from ambidex.runtime import Callback, Caller, runtime_of

Synchronizer("test", grace_s=15)
runtime = runtime_of("test")
log = []

over = threading.Event()  # an interrupt has been heard
signal.signal(signal.SIGUSR1, lambda *_: None)

def interrupt():
    threading.Thread(target=press).start()

def press():
    os.kill(os.getpid(), signal.SIGINT)
    while not over.wait(0.05):
        os.kill(os.getpid(), signal.SIGUSR1)  # has the main thread look for signals, if it began to wait meanwhile
    over.clear()

async def implementation(callback, *more):
    try:
        return await callback.run((), {})
    except BaseException as error:
        log.append(type(error).__name__)
        raise

def hand_over(*works):
    caller = Caller(runtime, None)
    callbacks = [Callback(work) for work in works]
    for callback in callbacks:
        callback.hand_over(caller)
    return caller, callbacks

def call(*works, function=implementation, timeout_s=None):
    caller, callbacks = hand_over(*works)
    with caller:
        try:
            return caller.run(function, callbacks, {}, "call", "await call()", timeout_s, False)
        finally:
            caller.close()

def submit(work):
    caller, callbacks = hand_over(work)
    with caller:
        return runtime.submit(implementation, callbacks, {}, "call")

def is_main():
    return threading.current_thread() is threading.main_thread()
"""


def program(text: str) -> str:
    """Return a program with the prologue."""
    return PROLOGUE + textwrap.dedent(text)


def test_interrupt_in_a_served_callback_is_raised_there_and_reaches_the_caller(
    run_program: Callable[..., Ended],
) -> None:
    """As in plain Python: the callback may catch it, else the implementation, else the caller."""
    ended = run_program(
        program("""
        def interrupted():
            try:
                interrupt()
                threading.Event().wait(60)
            finally:
                over.set()
                log.append("callback")

        def catching():
            try:
                interrupted()
            except KeyboardInterrupt:
                return "caught"

        print(call(catching))
        try:
            call(interrupted)
        except KeyboardInterrupt:
            print("raised")
        print(log, call(is_main))
        """)
    )
    assert (ended.out, ended.err) == ("caught\nraised\n['callback', 'callback', 'KeyboardInterrupt'] True\n", "")


def test_interrupt_of_a_caller_that_has_served_waits_for_the_clean_up_and_serves_it(
    run_program: Callable[..., Ended],
) -> None:
    """The caller waits again after a callback; an interrupt then ends the call as any other one."""
    ended = run_program(
        program("""
        import asyncio

        async def waits(first, last):
            await first.run((), {})
            try:
                interrupt()
                await asyncio.Event().wait()
            finally:
                over.set()
                log.append(await last.run((), {}))

        try:
            call(is_main, is_main, function=waits)
        except KeyboardInterrupt:
            print("raised", log)
        """)
    )
    assert (ended.out, ended.err) == ("raised [True]\n", "")


def test_interrupt_in_a_callback_that_nobody_waits_for_reaches_the_caller(run_program: Callable[..., Ended]) -> None:
    """The implementation has been cancelled by a deadline: an interrupt must not be lost with the late outcome."""
    ended = run_program(
        program("""
        from ambidex import DeadlineExceeded

        begun = threading.Event()

        def late():
            begun.set()
            while not log:
                time.sleep(0)
            while runtime.thread.calls:
                time.sleep(0)
            signal.raise_signal(signal.SIGINT)

        timeout_s = 0.5
        while not begun.is_set():  # what a busy machine does not begin in time is not cancelled in mid-callback
            timeout_s *= 2
            log.clear()
            try:
                call(late, timeout_s=timeout_s)
            except KeyboardInterrupt:
                print("raised", log)
            except DeadlineExceeded:
                assert not begun.is_set()
        """)
    )
    assert (ended.out, ended.err) == ("raised ['CancelledError']\n", "")


def test_interrupts_at_any_moment_lose_neither_the_call_nor_the_loop(run_program: Callable[..., Ended]) -> None:
    """A hundred interrupts, between and within callbacks: each call ends, and the next one works."""
    ended = run_program(
        program("""
        import random

        async def several(*callbacks):
            return [await callback.run((), {}) for callback in callbacks]

        signal.signal(signal.SIGALRM, signal.default_int_handler)
        interrupted = 0
        for round in range(100):
            try:
                try:
                    signal.setitimer(signal.ITIMER_REAL, random.uniform(0.0001, 0.004))
                    while True:
                        call(is_main, is_main, is_main, function=several)
                finally:
                    signal.setitimer(signal.ITIMER_REAL, 0)
            except KeyboardInterrupt:
                interrupted += 1
            assert call(is_main, is_main, function=several) == [True, True]
        print(interrupted)
        """)
    )
    assert (ended.out, ended.err) == ("100\n", "")


def test_fork_in_a_callback_leaves_the_parent_alone_and_ends_the_childs_call(
    run_program: Callable[..., Ended],
) -> None:
    """The child's copy of the call cannot end: it says so; new calls work there, on threads of its own."""
    ended = run_program(
        program("""
        print("idle thread", submit(is_main).result(60), flush=True)

        def fork():
            return os.fork()

        try:
            child = call(fork)
        except RuntimeClosed as error:
            print(error, flush=True)
            print("child", call(is_main), submit(is_main).result(60), flush=True)
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
        print("parent", call(is_main), submit(is_main).result(60))
        """),
        "-W",
        "ignore:This process:DeprecationWarning",
    )
    assert ended.err == ""
    assert ended.out.splitlines() == [
        "idle thread False",
        "call runs in the parent process; this is its fork",
        "child True False",
        "parent True False",
    ]


def test_fork_on_a_thread_of_the_pool_ends_the_child_with_the_callback(run_program: Callable[..., Ended]) -> None:
    """The child has that thread alone, and nothing more for it to do."""
    ended = run_program(
        program("""
        child = submit(os.fork).result(60)
        deadline = time.monotonic() + 20
        while os.waitpid(child, os.WNOHANG) == (0, 0):
            if time.monotonic() > deadline:
                os.kill(child, signal.SIGKILL)
                print("the child stays")
            time.sleep(0)
        print("ended", submit(is_main).result(60))
        """),
        "-W",
        "ignore:This process:DeprecationWarning",
    )
    assert (ended.out, ended.err) == ("ended False\n", "")


def test_caller_that_takes_the_first_step_itself_serves_its_callback(run_program: Callable[..., Ended]) -> None:
    """The callback is awaited in that very step, before the caller waits."""
    ended = run_program(
        program("""
        import asyncio
        Synchronizer("test", first_step="caller")

        async def suspending(callback):
            await asyncio.sleep(0)
            return await implementation(callback)

        def main():
            own = threading.get_ident()
            for function in (implementation, suspending):
                ends = [call(threading.get_ident, function=function) == own for _ in range(200)]
                print(all(ends), call(lambda: call(threading.get_ident, function=function)) == own)

        thread = threading.Thread(target=main)
        thread.start()
        thread.join()
        """)
    )
    assert (ended.out, ended.err) == ("True True\n" * 2, "")


def test_callback_that_never_returns_does_not_keep_the_interpreter(run_program: Callable[..., Ended]) -> None:
    """Neither on a thread of the pool nor on one that waits idle."""
    ended = run_program(
        program("""
        entered = threading.Event()

        def hang():
            entered.set()
            threading.Event().wait()

        submit(is_main).result(60)
        future = submit(hang)
        entered.wait(60)
        print("end")
        """)
    )
    assert (ended.code, ended.out, ended.err) == (0, "end\n", "")


def test_callback_of_a_call_at_exit_runs_or_fails_clearly(run_program: Callable[..., Ended]) -> None:
    """The exiting thread serves its own; where no thread may start any more, the error says that."""
    ended = run_program(
        program("""
        import atexit

        def at_exit():
            print(call(is_main))
            try:
                print(submit(is_main).result(60))
            except RuntimeClosed as error:
                print("RuntimeClosed" if "no thread can start" in str(error) else error)

        atexit.register(at_exit)
        call(is_main)  # CPython 3.12.0 and 3.12.1 start no thread, of the loop either, once the handlers run
        """)
    )
    assert ended.err == ""
    assert ended.out in ("True\nFalse\n", "True\nRuntimeClosed\n")


def test_thread_that_cannot_start_is_a_clear_error(run_program: Callable[..., Ended]) -> None:
    """The error names the callback and the system's reason."""
    ended = run_program(
        program("""
        call(is_main)
        threading.stack_size(1 << 47)  # more than there are addresses
        try:
            submit(is_main).result(60)
        except RuntimeClosed as error:
            print(error)
        """)
    )
    assert ended.out.startswith("is_main cannot run: no thread can start for it")
