"""What a user of inheritance.py infers."""

from __future__ import annotations

from collections.abc import Generator

from inheritance import Animal, Dog, Guide, found, loudest
from typing_extensions import assert_type

dog, guide = Dog("Rex"), Guide("Ada", "Bob")
Guide("Ada")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
animals: list[Animal] = [dog, guide]
assert_type(loudest(animals), Animal)
assert_type(found("x"), Dog)
assert_type(dog.log("x"), str)
assert_type(guide.clear(), Guide)
assert_type(guide.sit(), str)
assert_type(guide.note, str)
assert_type(guide.friends(), "Generator[Animal, None, None]")
