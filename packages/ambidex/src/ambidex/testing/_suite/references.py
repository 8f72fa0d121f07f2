"""How long objects live: as long as somebody has their face, and no longer."""

from __future__ import annotations

import gc
import weakref
from typing import TYPE_CHECKING, Any

from ...bridge import release
from .._behaviours import behaviour
from .._checks import equal, same, true

if TYPE_CHECKING:
    from .._behaviours import Scene


async def _gone(at: Scene, name: str) -> None:
    gc.collect()
    await at.way.call(at.subject.wait_for, f"gone {name}")


@behaviour("references/released-at-zero")
async def _(at: Scene) -> None:
    """An object that nobody has any more is let go of there."""
    part: Any = await at.way.call(at.subject.loose_part, "a")
    equal(await at.way.call(part.named), "a")
    del part
    await _gone(at, "a")


@behaviour("references/kept-while-there-is-a-face")
async def _(at: Scene) -> None:
    """One whose face is here is there."""
    part = await at.way.call(at.subject.loose_part, "a")
    other: Any = await at.way.call(at.subject.loose_part, "b")
    del other
    await _gone(at, "b")
    true("gone a" not in await at.way.call(at.subject.log), "the other one is kept")
    equal(await at.way.call(part.named), "a")


@behaviour("references/received-several-times")
async def _(at: Scene) -> None:
    """One that has come several times is let go of once nobody has it, and not before."""
    part: Any = await at.way.call(at.subject.loose_part, "a")
    again: Any = await at.way.call(part.me)
    third: Any = await at.way.call(part.me)
    same(again, part)
    del again, third
    gc.collect()
    equal(await at.way.call(part.named), "a")
    true("gone a" not in await at.way.call(at.subject.log), "it is kept")
    del part
    await _gone(at, "a")


@behaviour("references/sent-home")
async def _(at: Scene) -> None:
    """One that was handed back as an argument is let go of all the same."""
    part: Any = await at.way.call(at.subject.loose_part, "a")
    for _ in range(5):
        same(await at.way.call(part.is_same, part), True)
    del part
    await _gone(at, "a")


@behaviour("references/in-containers")
async def _(at: Scene) -> None:
    """Those of a list are let go of one by one."""
    parts: Any = await at.way.call(at.subject.loose_parts, ["a", "b", "c"])
    last = parts.pop()
    del parts
    await _gone(at, "a")
    await _gone(at, "b")
    true("gone c" not in await at.way.call(at.subject.log), "the last one is kept")
    equal(await at.way.call(last.named), "c")


@behaviour("references/of-a-stream")
async def _(at: Scene) -> None:
    """Those of a stream are let go of, read or not."""
    names = [str(number) for number in range(5)]
    stream = at.way.stream(at.subject.each_loose_part, names)
    first: Any = await stream.next()
    equal(await at.way.call(first.named), "0")
    await stream.close()
    del stream, first
    await _gone(at, "0")


@behaviour("references/many")
async def _(at: Scene) -> None:
    """A thousand objects are all let go of."""
    names = [str(number) for number in range(1000)]
    parts: Any = await at.way.call(at.subject.loose_parts, names)
    equal(len(parts), 1000)
    del parts
    gc.collect()
    for name in names[::250]:
        await _gone(at, name)
    for name in names:
        if name.endswith("99"):
            await at.way.call(at.subject.wait_for, f"gone {name}")


@behaviour("references/kept-by-the-object")
async def _(at: Scene) -> None:
    """What the object itself keeps lives on without a face, and is the same when it comes again."""
    part: Any = await at.way.call(at.subject.part, "a")
    await at.way.call(at.subject.is_part, "a", part)
    del part
    other: Any = await at.way.call(at.subject.loose_part, "b")
    del other
    await _gone(at, "b")
    true("gone a" not in await at.way.call(at.subject.log), "it is kept there")
    part = await at.way.call(at.subject.part, "a")
    same(await at.way.call(at.subject.is_part, "a", part), True)


@behaviour("references/let-go-of-there")
async def _(at: Scene) -> None:
    """What the object keeps no more lives as long as its face."""
    part: Any = await at.way.call(at.subject.part, "a")
    await at.way.call(at.subject.forget_part, "a")
    equal(await at.way.call(part.named), "a")
    true("gone a" not in await at.way.call(at.subject.log), "the face keeps it")
    del part
    await _gone(at, "a")


@behaviour("references/faces-are-freed-here")
async def _(at: Scene) -> None:
    """A face that nobody has is freed."""
    part: Any = await at.way.call(at.subject.loose_part, "a")
    freed = weakref.ref(part)
    del part
    await _gone(at, "a")
    same(freed(), None)


@behaviour("references/callbacks-are-freed-here")
async def _(at: Scene) -> None:
    """A function that was handed over for a call is let go of after it."""

    async def back(number: int) -> None: ...

    freed = weakref.ref(back)
    await at.way.call(at.subject.tell, back, [1])
    del back
    for _ in range(50):
        await at.way.call(at.subject.nothing)  # what is released goes by a message of its own
        gc.collect()
        if freed() is None:
            return
    raise AssertionError("fifty calls later the function is still held")


@behaviour("references/errors-hold-no-object")
async def _(at: Scene) -> None:
    """An object that an exception has brought is let go of with that."""
    part: Any = await at.way.call(at.subject.part, "a")
    try:
        await at.way.call(at.subject.fail_with_part, "a")
    except LookupError as error:
        same(error.args[0], part)
    await at.way.call(at.subject.forget_part, "a")
    del part
    await _gone(at, "a")


@behaviour("references/release-is-no-harm")
async def _(at: Scene) -> None:
    """`ambidex.release` of an object lets go of it at once, or does nothing where it is in this process."""
    part: Any = await at.way.call(at.subject.loose_part, "a")
    release(part)
    del part
    await _gone(at, "a")
