"""Use what takes and gives types that are defined by themselves."""

from __future__ import annotations

import asyncio

import aliases

assert aliases.parsed("a", {"b": [1]}) == ["a", {"b": [1]}]
assert asyncio.run(aliases.parsed.aio("a")) == ["a", None]
assert aliases.declared({"a": {"b": 1}}) == {"arguments": {"a": {"b": 1}}}
assert aliases.declared() == {"arguments": {}}
assert aliases.flat([1, [2, [3]]]) == [1, 2, 3]
document = aliases.Document({"a": [None]})
assert document.root == {"a": [None]}
assert document.wood() == {"root": ["{'a': [None]}"]}
