"""Options are values that are checked when they are set; only what is declared idempotent is tried again."""

from __future__ import annotations

import asyncio
import functools
import math
from typing import Any

import pytest

from ambidex.errors import UsageError
from ambidex.options import CallOptions, idempotent, is_idempotent
from ambidex.rpc import delay_s


def test_replaced_option_leaves_the_others_and_the_original_as_they_are() -> None:
    """A chain of `with_options` adds up, and options never change under somebody who holds them."""
    options = CallOptions()
    longer = options.replaced(timeout=5)
    assert (options.timeout_s, options.retry) == (None, 0)
    assert (longer.timeout_s, longer.retry) == (5.0, 0)
    both = longer.replaced(retry=2)
    assert (both.timeout_s, both.retry) == (5.0, 2)
    assert both.replaced(timeout=None) == CallOptions(retry=2)
    assert both.replaced() == both


def test_options_are_hashable_values() -> None:
    """Equal ones are one key; infinity is no timeout."""
    assert {CallOptions(5.0, 1): "a"}[CallOptions().replaced(timeout=5, retry=1)] == "a"
    assert CallOptions(math.inf) == CallOptions()
    with pytest.raises(AttributeError):
        setattr(CallOptions(), "retry", 3)  # noqa: B010  a type checker refuses the statement


@pytest.mark.parametrize("name", ["timout", "timeout_s", "retries", "self"])
def test_unknown_option_is_refused_with_the_list_of_options(name: str) -> None:
    """A misspelled option is never ignored."""
    options: dict[str, Any] = {name: 1, "retry": 1}
    with pytest.raises(UsageError, match=r"no such option; the options of a call are retry, timeout, views"):
        CallOptions().replaced(**options)


@pytest.mark.parametrize("timeout", [-1, math.nan, True, "5"])
def test_timeout_out_of_range_is_refused(timeout: object) -> None:
    """By the rules of every timeout."""
    with pytest.raises(ValueError, match=r"timeout=.*write a number of seconds"):
        CallOptions().replaced(timeout=timeout)


@pytest.mark.parametrize("retry", [-1, 1.0, True, None, "2"])
def test_retry_out_of_range_is_refused(retry: object) -> None:
    """It is a number of further tries."""
    with pytest.raises(ValueError, match=r"retry=.*write a whole number of further tries, 0 or more"):
        CallOptions().replaced(retry=retry)


def test_retry_of_what_is_not_declared_is_refused() -> None:
    """It says what to write; without `retry` anything may be called."""
    options = CallOptions(retry=2)
    options.check_retry("get", is_stream=False, is_idempotent=True)
    with pytest.raises(UsageError, match=r"add is not declared so: write `@ambidex.idempotent`"):
        options.check_retry("add", is_stream=False, is_idempotent=False)
    with pytest.raises(UsageError, match="watch yields items"):
        options.check_retry("watch", is_stream=True, is_idempotent=True)
    CallOptions().check_retry("add", is_stream=False, is_idempotent=False)


def test_delays_between_tries_double_up_to_a_limit_and_are_spread() -> None:
    """Callers that have lost the same worker come back at times of their own."""
    longest = [delay_s(tried, lambda: 1.0) for tried in range(200)]
    assert longest[:3] == [0.05, 0.1, 0.2]
    assert longest == sorted(longest)
    assert longest[-1] == 5.0
    assert (delay_s(3, lambda: 0.0), delay_s(3, lambda: 0.5)) == (0.0, 0.2)


class Store:
    @idempotent
    def get(self, key: str) -> str:
        return key

    @idempotent
    async def fetch(self, key: str) -> str:
        return key

    @staticmethod
    @idempotent
    def version() -> int:
        return 3

    @classmethod
    @idempotent
    def kinds(cls) -> list[str]:
        return [cls.__name__]

    def add(self, key: str) -> str:
        return key


class Careless(Store):
    def get(self, key: str) -> str:
        return super().get(key)


def test_declared_function_is_the_same_and_marked() -> None:
    """The decorator returns what it was given; bound, static and class methods have its mark."""

    def read() -> int:
        return 1

    assert idempotent(read) is read
    store = Store()
    assert [is_idempotent(each) for each in (read, store.get, store.fetch, store.version, store.kinds)] == [True] * 5
    assert [is_idempotent(each) for each in (Store.get, Store.fetch, Store.version, Store.kinds)] == [True] * 4
    assert not is_idempotent(store.add)
    assert (store.get("a"), asyncio.run(store.fetch("b")), store.version(), store.kinds()) == ("a", "b", 3, ["Store"])


def test_override_is_idempotent_only_where_it_says_so() -> None:
    """What a subclass does in its place, nobody has promised anything of."""
    assert not is_idempotent(Careless().get)
    assert is_idempotent(Careless().fetch)


def test_decorator_that_wraps_keeps_the_mark() -> None:
    """Those who use `functools.wraps` need not declare twice."""

    @functools.wraps(Store.get)
    def timed(*args: object) -> object:
        return args

    assert is_idempotent(timed)


@pytest.mark.parametrize("kind", [classmethod, staticmethod])
def test_declaration_above_a_descriptor_is_refused_with_the_right_place(kind: Any) -> None:
    """It would mark what the class hides from its users."""
    with pytest.raises(UsageError, match=f"above @{kind.__name__}: write it below"):
        idempotent(kind(print))


@pytest.mark.parametrize("thing", [Store, len, functools.partial(print), None])
def test_declaration_of_what_is_no_function_is_refused(thing: Any) -> None:
    """A class for one: each of its methods is declared by itself."""
    with pytest.raises(UsageError, match="which is no function: write it above a `def`, below other decorators"):
        idempotent(thing)
