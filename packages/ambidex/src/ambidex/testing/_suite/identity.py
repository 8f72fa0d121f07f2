"""That the same object has the same face, and the same face is the same object."""

from __future__ import annotations

import gc
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from .._behaviours import behaviour
from .._checks import equal, same, true

if TYPE_CHECKING:
    from .._behaviours import Scene


@behaviour("identity/same-object-same-face")
async def _(at: Scene) -> None:
    """An object that comes twice is one face."""
    same(await at.way.call(at.subject.part, "x"), await at.way.call(at.subject.part, "x"))


@behaviour("identity/self-is-the-face")
async def _(at: Scene) -> None:
    """An object that gives itself gives the face that was called."""
    same(await at.way.call(at.subject.me), at.subject)


@behaviour("identity/the-root-is-itself")
async def _(at: Scene) -> None:
    """The root that gives itself gives the root, and it is that as an argument."""
    same(await at.way.call(at.root.me), at.root)
    same(await at.way.call(at.root.is_me, at.root), True)


@behaviour("identity/others-are-others")
async def _(at: Scene) -> None:
    """Two objects are two faces, and neither is the other one there."""
    x, y = await at.way.call(at.subject.part, "x"), await at.way.call(at.subject.part, "y")
    true(x is not y, "they are two")
    same(await at.way.call(x.is_same, y), False)
    same(await at.way.call(at.subject.is_me, at.root), False)


@behaviour("identity/comes-home")
async def _(at: Scene) -> None:
    """A face that is an argument is the object itself there."""
    part = await at.way.call(at.subject.part, "x")
    same(await at.way.call(at.subject.is_part, "x", part), True)
    same(await at.way.call(part.is_same, part), True)


@behaviour("identity/by-way-of-another-object")
async def _(at: Scene) -> None:
    """An object that another one leads to is the face that is here already."""
    part = await at.way.call(at.subject.part, "x")
    same(await at.way.call(part.owner), at.subject)


@behaviour("identity/in-a-list")
async def _(at: Scene) -> None:
    """It holds in lists, there and back."""
    part = await at.way.call(at.subject.part, "x")
    same((await at.way.call(at.subject.listed, "x"))[0], part)
    equal(await at.way.call(at.subject.are_parts, ["x", "x"], [part, part]), [True, True])


@behaviour("identity/in-a-tuple")
async def _(at: Scene) -> None:
    """In tuples."""
    part = await at.way.call(at.subject.part, "x")
    same((await at.way.call(at.subject.paired, "x"))[0], part)


@behaviour("identity/in-a-dict")
async def _(at: Scene) -> None:
    """As the values of a dict."""
    part = await at.way.call(at.subject.part, "x")
    same((await at.way.call(at.subject.mapped, "x"))["x"], part)


@behaviour("identity/as-a-key", "blocking")
async def _(at: Scene) -> None:
    """As its keys."""
    part = at.subject.part("x")
    (key,) = at.subject.keyed("x")
    same(key, part)


@behaviour("identity/in-a-set", "blocking")
async def _(at: Scene) -> None:
    """And in sets."""
    part = at.subject.part("x")
    (member,) = at.subject.collected("x")
    same(member, part)


@behaviour("identity/optional-and-union")
async def _(at: Scene) -> None:
    """Where something else may stand, too."""
    same(await at.way.call(at.subject.perhaps, "x"), None)
    part = await at.way.call(at.subject.part, "x")
    same(await at.way.call(at.subject.perhaps, "x"), part)
    same(await at.way.call(at.subject.part_or_name, "x", "part"), part)
    equal(await at.way.call(at.subject.part_or_name, "x", "name"), "x")


@behaviour("identity/deep-where-nothing-is-declared")
async def _(at: Scene) -> None:
    """Deep in what is declared as anything, there and back."""
    part = await at.way.call(at.subject.part, "x")
    found = await at.way.call(at.subject.deep, "x")
    same(found["a"][0][0]["b"], part)
    same(await at.way.call(at.subject.is_deep, "x", found), True)


@behaviour("identity/in-an-exception")
async def _(at: Scene) -> None:
    """An object that an exception holds is its face."""
    part = await at.way.call(at.subject.part, "x")
    try:
        await at.way.call(at.subject.fail_with_part, "x")
    except LookupError as error:
        same(error.args[0], part)
    else:
        raise AssertionError("it was to raise")


@behaviour("identity/of-both-faces")
async def _(at: Scene) -> None:
    """What the blocking face gives is what the awaited one gives."""
    part = await at.way.call(at.subject.part, "x")
    if at.way.name == "blocking":
        import asyncio

        same(asyncio.run(at.subject.part.aio("x")), part)
    else:
        import asyncio

        same(await asyncio.get_running_loop().run_in_executor(None, at.subject.part, "x"), part)


@behaviour("identity/from-many-threads", "blocking")
async def _(at: Scene) -> None:
    """Threads that ask at the same time get the same face."""
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(at.subject.part, ["x"] * 64))
    for each in found:
        same(each, found[0])


@behaviour("identity/class-of-a-subclass")
async def _(at: Scene) -> None:
    """An object of a subclass has the face of that, where the base is declared."""
    part: Any = await at.way.call(at.subject.special_part, "x")
    equal(type(part).__name__, "SpecialPart")
    equal(await at.way.call(part.special), "special x")


@behaviour("identity/class-of-a-face")
async def _(at: Scene) -> None:
    """A face is an instance of its generated class."""
    from .._scenery.subject import Part, Subject

    part = await at.way.call(at.subject.part, "x")
    same(part.__class__, Part)
    same(at.subject.__class__, Subject)


@behaviour("identity/of-a-view")
async def _(at: Scene) -> None:
    """A view with options is equal to the object, and is the object itself as an argument."""
    view = at.subject.with_options(timeout=100)
    same(view == at.subject, True)
    same(await at.way.call(at.subject.is_me, view), True)


@behaviour("identity/outlives-a-collection")
async def _(at: Scene) -> None:
    """The garbage collector changes nothing of it."""
    part = await at.way.call(at.subject.part, "x")
    for _ in range(3):
        gc.collect()
        same(await at.way.call(at.subject.part, "x"), part)
        same(await at.way.call(at.subject.is_part, "x", part), True)


@behaviour("identity/equality-and-hash", "blocking")
async def _(at: Scene) -> None:
    """Equality, order and hash mean what they mean for the implementation."""
    part, other = at.subject.part("x"), at.subject.loose_part("x")
    true(part is not other, "they are two objects")
    equal((part == other, hash(part) == hash(other)), (True, True))
    equal((part == at.subject.part("y"), part < at.subject.part("y")), (False, True))
    equal(len({part, other}), 1)


@behaviour("identity/repr", "blocking")
async def _(at: Scene) -> None:
    """What it shows is what the implementation shows."""
    equal(repr(at.subject.part("x")), "Part(x)")
    equal(repr(at.subject), "Subject(a subject)")
