"""Annotations are read where the program runs, for what a value is checked by."""

from __future__ import annotations

import gc
import threading
import time
from typing import Any, Optional, Union

import pytest

from ambidex.rpc._codecs._annotations import Names, evaluated, readable


@pytest.mark.parametrize(
    ("annotation", "kind"),
    [
        ("int | None", Optional[int]),
        ("int | str | None", Union[int, str, None]),
        ("list[int | None]", list[Optional[int]]),
        ("dict[str, tuple[int, bytes | None]]", dict[str, tuple[int, Optional[bytes]]]),
        ("int | 'str'", Union[int, str]),
        ("Optional[list[int]]", Optional[list[int]]),
        ("int | Unknown", Union[int, Any]),
        ("no annotation", Any),
    ],
)
def test_unions_are_read_on_each_python(annotation: str, kind: object) -> None:
    """Written either way, and at any depth; a name that is not to be had says nothing."""
    names = Names({"__name__": __name__})
    assert readable(evaluated(annotation, names), names) == kind


class _Slow:
    """Let other threads run while the garbage collector runs."""

    def __init__(self) -> None:
        self.itself = self

    def __del__(self) -> None:
        time.sleep(0)


def test_threads_read_at_once() -> None:
    """Before Python 3.12, `ast.parse` fails where another thread calls it during a collection of garbage."""
    read: set[Any] = set()

    def reads() -> None:
        for _ in range(300):
            _Slow()
            read.add(evaluated("list[dict[str, tuple[int, str | None]]]", Names({"__name__": __name__})))

    often = gc.get_threshold()
    threads = [threading.Thread(target=reads) for _ in range(8)]
    gc.set_threshold(5)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        gc.set_threshold(*often)
    assert read == {list[dict[str, tuple[int, Optional[str]]]]}
