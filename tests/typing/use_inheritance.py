"""What a user of inheritance.py infers."""

from __future__ import annotations

from collections.abc import Generator

from inheritance import Amateur, Animal, Dog, Guide, Swimmer, Triathlete, found, loudest
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
swimmers: list[Swimmer] = [Swimmer(), Triathlete(), Amateur()]
assert_type(Triathlete().move(1, pace=2.0), int)
assert_type(Amateur().move(1, pace=2.0, rests=0), int)
assert_type(Triathlete().laps(1, 2), "Generator[int, None, None]")
swimmers[0].move(1, pace=2.0)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
