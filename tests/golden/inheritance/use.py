"""Use inherited members; a subclass's object has the subclass's face wherever it turns up."""

from __future__ import annotations

import asyncio

from inheritance import Amateur, Animal, Dog, Guide, Triathlete, crossed, found, loudest

dog, guide = Dog("Rex"), Guide("Ada", "Bob")
assert issubclass(Guide, Dog)
assert issubclass(Dog, Animal)
assert (dog.speak(), guide.speak()) == ("woof", "quiet")
assert (dog.named(), guide.named()) == ("Rex", "Ada")
assert guide.sit() == "Ada sits"
assert guide.fetch(times=2) == 2
assert dog.log("x") == "x"
dog.note = "> "
assert dog.log("x") == "> x"
assert dog.clear() is dog
assert dog.note == ""
assert dog.shadowed() == "animal"
assert loudest([guide, dog]) is guide
assert list(dog.friends()) == [dog]
assert type(found("stray")) is Dog
try:
    Animal("none")  # type: ignore[abstract]  # pyright: ignore[reportAbstractUsage]
except TypeError as error:
    assert "abstract" in str(error)
assert (Triathlete().move(10, pace=0.5), Amateur().move(10, rests=2), crossed(Amateur())) == (5, 8, 99)
assert list(Triathlete().laps(2)) == [0, 400]


async def waiting() -> None:
    assert await guide.speak.aio() == "quiet"
    assert await guide.log.aio("y") == "y"


asyncio.run(waiting())
