"""How work ends under gevent: deadlines, kills, interrupts, closing, a fork, the end of the process."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.programs import Ended

pytest.importorskip("gevent", reason="gevent is not installed")


def test_timeout_of_gevent_cancels_the_call_and_waits_for_its_clean_up(run_patched: Callable[[str], Ended]) -> None:
    """A `gevent.Timeout` ends the waiting of its greenlet once the task has cleaned up."""
    ended = run_patched("""
    for limit_s in (0.5, 2, 10):  # what a busy machine does not begin in time has nothing to clean up
        slow = own.run(make_slow)
        try:
            with gevent.Timeout(limit_s):
                slow.call()
        except gevent.Timeout:
            if slow.begun.is_set():
                print(slow.log)
                break
    """)
    assert (ended.code, ended.out, ended.err) == (0, "['cleaned up', 'Timeout']\n", "")


def test_kill_of_a_waiting_greenlet_cancels_the_call_and_waits_for_its_clean_up(
    run_patched: Callable[[str], Ended],
) -> None:
    """Killing a greenlet in mid-call ends its task first; other greenlets run meanwhile."""
    ended = run_patched("""
    slow = own.run(make_slow, False)
    greenlet = gevent.spawn(slow.call)
    own.run(slow.begun.wait)
    greenlet.kill(block=False)
    own.run(slow.cleaning.wait)
    print(greenlet.dead)
    own.run(slow.allow)
    greenlet.join()
    print(slow.log)
    """)
    assert (ended.code, ended.out, ended.err) == (0, "False\n['cleaned up', 'GreenletExit']\n", "")


def test_second_kill_raises_at_once(run_patched: Callable[[str], Ended]) -> None:
    """Who is killed again does not wait for the clean-up any longer."""
    ended = run_patched("""
    slow = own.run(make_slow, False)
    greenlet = gevent.spawn(slow.call)
    own.run(slow.begun.wait)
    greenlet.kill(block=False)
    own.run(slow.cleaning.wait)
    greenlet.kill()
    print(slow.log)
    own.run(slow.allow)
    """)
    assert (ended.code, ended.out, ended.err) == (0, "['GreenletExit']\n", "")


def test_clean_up_that_refuses_to_end_is_waited_for_within_the_grace_period(
    run_patched: Callable[[str], Ended],
) -> None:
    """The killed greenlet waits no longer than the grace period, and the task is named in the log."""
    ended = run_patched("""
    import logging
    logging.basicConfig(format="%(message)s", stream=sys.stdout)
    hasty = Synchronizer("hasty", grace_s=0.2)
    slow = hasty.run(make_slow, False)
    greenlet = gevent.spawn(hasty.run, slow.run)
    hasty.run(slow.begun.wait)
    greenlet.kill()
    print(greenlet.dead, slow.log)
    hasty.run(slow.allow)
    """)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("Slow.run did not end within 0.2 s of being cancelled; it stands at:\n")
    assert ended.out.endswith("True []\n")


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot send itself SIGINT there")
def test_interrupt_of_the_waiting_main_greenlet_cancels_the_call(run_patched: Callable[[str], Ended]) -> None:
    """SIGINT raises KeyboardInterrupt in the main greenlet once the task has cleaned up."""
    ended = run_patched("""
    slow = own.run(make_slow)

    async def interrupt():
        await slow.begun.wait()
        os.kill(os.getpid(), signal.SIGINT)

    ticker = gevent.spawn(gevent.sleep, 60)
    own.submit(interrupt)
    try:
        slow.call()
    except KeyboardInterrupt:
        print(slow.log)
    print(own.run(give, 1))
    """)
    assert (ended.code, ended.out) == (0, "['cleaned up', 'KeyboardInterrupt']\n1\n")
    assert ended.err == "" or ended.err.startswith("KeyboardInterrupt\n")  # what gevent's hub says of it
    assert "ambidex" not in ended.err


def test_deadline_ends_the_call_while_other_greenlets_run(run_patched: Callable[[str], Ended]) -> None:
    """A call's own deadline works in a greenlet, and holds no other one."""
    ended = run_patched("""
    for timeout_s in (0.5, 2, 10):  # a busy machine does not make three calls in half a second
        slow = own.run(make_slow)
        greenlet = gevent.spawn(lambda: [own.run(give, value) for value in range(3)])
        try:
            slow.call(timeout=timeout_s)
        except DeadlineExceeded:
            if slow.begun.is_set() and greenlet.dead:
                break
            greenlet.join()
    print(slow.log, greenlet.dead, greenlet.value)
    """)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == "['cleaned up', 'DeadlineExceeded'] True [0, 1, 2]\n"


def test_close_in_a_greenlet_lets_others_run_and_the_next_call_starts_anew(run_patched: Callable[[str], Ended]) -> None:
    """Closing waits for clean-ups as a call does; a greenlet that is in a call is told."""
    ended = run_patched("""
    slow = own.run(make_slow, False)
    calling = gevent.spawn(own.run, slow.run)
    own.run(slow.begun.wait)
    loop = own._runtime.thread.loop
    closing = gevent.spawn(own.close)
    gevent.sleep(0)  # it has asked the loop to close, and waits
    print(closing.dead)
    loop.call_soon_threadsafe(slow.may_end.set)
    calling.join()
    closing.join()
    print(type(calling.exception).__name__, slow.log, own.run(give, 2))
    """)
    assert (ended.code, ended.out) == (0, "False\nRuntimeClosed ['cleaned up'] 2\n")
    assert "Greenlet" in ended.err  # gevent's own report of the greenlet that raised
    assert "RuntimeClosed: Slow.run was cancelled because the synchronizer 'own' was closed" in ended.err


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
@pytest.mark.parametrize("end", ["sys.exit()", "os._exit(0)"])
def test_fork_child_and_parent_both_work(end: str, run_patched: Callable[[str], Ended]) -> None:
    """After a fork each process makes calls of its own, though a greenlet of the parent was in one."""
    ended = run_patched(f"""
    import warnings
    warnings.simplefilter("ignore", DeprecationWarning)  # Python warns of every fork beside a thread

    async def pid():
        await asyncio.sleep(0)
        return os.getpid()

    parent = own.run(pid)
    slow = own.run(make_slow)
    greenlet = gevent.spawn(slow.call)
    own.run(slow.begun.wait)
    child = os.fork()
    if child == 0:
        greenlets = [gevent.spawn(own.run, pid) for _ in range(20)]
        gevent.joinall(greenlets)
        right = {{greenlet.value for greenlet in greenlets}} == {{os.getpid()}}
        os.write(1, f"child {{right}} {{slow.log}}\\n".encode())
        {end}
    print("exit code", os.waitpid(child, 0)[1])
    print("parent", {{own.run(pid) for _ in range(20)}} == {{parent}}, slow.log, greenlet.dead)
    greenlet.kill()
    print(slow.log)
    """)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines() == [
        "child True []",
        "exit code 0",
        "parent True [] False",
        "['cleaned up', 'GreenletExit']",
    ]


EXITS = {
    "idle": ("print(own.run(give, 1))", "1\n"),
    "never used": ("", ""),
    "task pending": (
        """
        slow = own.run(make_slow)
        own.submit(slow.run)
        own.run(slow.begun.wait)
        slow.log = type("Log", (), {"append": lambda self, text: os.write(1, (text + "\\n").encode())})()
        """,
        "cleaned up\n",
    ),
    "greenlet in a call": (
        """
        slow = own.run(make_slow)
        greenlet = gevent.spawn(own.run, slow.run)
        own.run(slow.begun.wait)
        print("end")
        """,
        "end\n",
    ),
    "greenlets that go on": (
        """
        ending = False
        def tick():
            while True:
                gevent.sleep(0)
                if ending:
                    os.write(1, b"a greenlet ran after the end\\n")
        async def wait_forever():
            global ending
            try:
                await asyncio.Event().wait()
            finally:
                ending = True
                await asyncio.sleep(0.05)
                os.write(1, b"cleaned up\\n")
        gevent.spawn(tick)
        own.submit(wait_forever)
        own.run(give, 1)
        """,
        "cleaned up\n",
    ),
    "greenlet hub in the loop's thread": (
        """
        async def start():
            threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
        own.run(start)
        """,
        "",
    ),
    "call at exit": (
        """
        import atexit
        own.run(give, 4)  # Python 3.12 starts no thread any more when it ends
        atexit.register(lambda: os.write(1, str(own.run(give, 5)).encode()))
        gevent.spawn(gevent.sleep, 60)
        """,
        "5",
    ),
}


@pytest.mark.parametrize("case", list(EXITS))
def test_exit_is_silent_and_bounded(case: str, run_patched: Callable[[str], Ended]) -> None:
    """The program ends with code 0 and says nothing of its own, whatever is under way."""
    source, output = EXITS[case]
    ended = run_patched(source)
    assert (ended.code, ended.out, ended.err) == (0, output, "")
