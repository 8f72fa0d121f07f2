"""What decorators take away from a function, its face has not: the types of the decorators say so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from ambidex.codegen import GenerationError

if TYPE_CHECKING:
    from tests.codegen.conftest import Project

HEAD = """
from __future__ import annotations

import functools
from typing import *
from typing_extensions import Concatenate, ParamSpec

from ambidex import Module

m = Module("public")
P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S", bound="_Hidden")
T = TypeVar("T")


class _Hidden: ...


def given_limit(call: Callable[Concatenate[S, int, P], Awaitable[R]]) -> Callable[Concatenate[S, P], Awaitable[R]]:
    @functools.wraps(call)
    async def calling(self: S, *args: P.args, **kwargs: P.kwargs) -> R:
        return await call(self, 3, *args, **kwargs)

    return calling


def first(value: T) -> Callable[[Callable[Concatenate[T, P], R]], Callable[P, R]]:
    def decorate(call: Callable[Concatenate[T, P], R]) -> Callable[P, R]:
        @functools.wraps(call)
        def calling(*args: P.args, **kwargs: P.kwargs) -> R:
            return call(value, *args, **kwargs)

        return calling

    return decorate


def same(call: Callable[P, R]) -> Callable[P, R]:
    return call


def untold(call):
    @functools.wraps(call)
    async def calling(*args, **kwargs):
        return await call(*args, **kwargs)

    return calling


def more(call: Callable[P, Awaitable[R]]) -> Callable[Concatenate[int, P], Awaitable[R]]:
    @functools.wraps(call)
    async def calling(number: int, *args: P.args, **kwargs: P.kwargs) -> R:
        return await call(*args, **kwargs)

    return calling


def unknown(call: Nowhere) -> Callable[P, R]:
    return functools.wraps(call)(lambda: call())

"""


def test_parameter_that_a_decorator_gives_is_in_no_face(project: Project) -> None:
    """By itself or made by a call, of a method and of a function, one below another; of what type it is, is all one."""
    text = """
@m.wrap_class
class Client(_Hidden):
    @given_limit
    async def rows(self, limit: int, table: str, *, skip: int = 0) -> int: ...

    @same
    @given_limit
    @untold
    async def cells(self, limit: Nowhere, table: str) -> int: ...

    @staticmethod
    @first("a")
    async def parse(text: str, size: int) -> int: ...


@m.wrap_function
@first("a")
@first(1)
async def fetch(number: int, word: str, /, rest: str = "") -> int: ...
"""
    project.write("_impl.py", HEAD + text)
    generated = project.compile()["public"]
    assert dict(re.findall(r"def (\w+)\((.*)\) -> int:", generated)) == {
        "rows": "self, table: str, *, skip: int = 0",
        "cells": "self, table: str",
        "parse": "size: int",
        "fetch": 'rest: str = ""',
    }


def test_result_of_a_decorator_with_metadata_is_what_awaiting_gives(project: Project) -> None:
    """Metadata on an awaitable says nothing of how the function delivers."""
    text = """
def listed(call: Callable[P, Awaitable[R]]) -> Callable[P, Annotated[Awaitable[List[R]], "of one"]]:
    @functools.wraps(call)
    async def calling(*args: P.args, **kwargs: P.kwargs) -> List[R]:
        return [await call(*args, **kwargs)]

    return calling


@m.wrap_function
@listed
async def fetch(number: int) -> str: ...
"""
    project.write("_impl.py", HEAD + text)
    generated = project.compile()["public"]
    assert "def fetch(number: int) -> list[str]:" in generated


OTHERS = "gives fetch other parameters than those of its `def`: write a function that has them and calls it"
UNKNOWN = (
    "the annotation 'Nowhere' names Nowhere, which is not defined: import it, also under `if TYPE_CHECKING:`, "
    "or define it outside of that"
)


@pytest.mark.parametrize(
    ("decorator", "refusal"),
    [
        ("more", f"the decorator more {OTHERS}"),
        ("given_limit", f"the decorator given_limit {OTHERS}"),
        ("unknown", f"the decorator unknown of fetch: {UNKNOWN}"),
    ],
)
def test_decorator_whose_parameters_are_not_known_is_refused(project: Project, decorator: str, refusal: str) -> None:
    """It gives further ones, takes away what is not there, or cannot be read."""
    text = f"@m.wrap_function\n@{decorator}\nasync def fetch(number: int) -> int: ...\n"
    line = (HEAD + text).lstrip("\n").splitlines().index("async def fetch(number: int) -> int: ...") + 1
    project.write("_impl.py", HEAD + text)
    with pytest.raises(GenerationError) as caught:
        project.compile()
    assert str(caught.value) == f"_impl.py:{line}: {refusal}"
