"""What `with` and `async with` do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._behaviours import behaviour
from .._checks import equal, raising, same
from .._scenery._values import Trouble

if TYPE_CHECKING:
    from .._behaviours import Scene


@behaviour("contexts/enter-and-leave")
async def _(at: Scene) -> None:
    """Entering runs what is before the `yield`, leaving what is after it, once each."""
    async with at.way.enter(at.subject.open, "door"):
        equal(await at.way.call(at.subject.log), ["open door"])
    equal(await at.way.call(at.subject.log), ["open door", "close door in the same task"])


@behaviour("contexts/what-is-entered")
async def _(at: Scene) -> None:
    """What the `yield` gives is what the block has, an object with its face."""
    part = await at.way.call(at.subject.part, "door")
    async with at.way.enter(at.subject.open, "door") as entered:
        same(entered, part)


@behaviour("contexts/error-of-the-block-is-seen")
async def _(at: Scene) -> None:
    """What the block raises is raised at the `yield`, and comes out."""
    with raising(KeyError, "in the block"):
        async with at.way.enter(at.subject.open, "door"):
            raise KeyError("in the block")
    equal((await at.way.call(at.subject.log))[1:], ["saw KeyError", "close door in the same task"])


@behaviour("contexts/error-of-the-block-comes-out-as-itself")
async def _(at: Scene) -> None:
    """One that is let through is the very object that the block has raised."""
    error = KeyError("in the block")
    with raising(KeyError) as caught:
        async with at.way.enter(at.subject.open, "door"):
            raise error
    same(caught.error, error)


@behaviour("contexts/error-is-suppressed")
async def _(at: Scene) -> None:
    """One that is taken there is not raised here."""
    async with at.way.enter(at.subject.open, "suppress"):
        raise KeyError("in the block")
    equal((await at.way.call(at.subject.log))[1], "saw KeyError")


@behaviour("contexts/error-is-translated")
async def _(at: Scene) -> None:
    """One that is made another is that, with the first for its cause."""
    with raising(Trouble, "translated") as caught:
        async with at.way.enter(at.subject.translate):
            raise KeyError("in the block")
    same(type(caught.error.__cause__), KeyError)


@behaviour("contexts/error-on-entering")
async def _(at: Scene) -> None:
    """One that cannot be entered raises why, and the block does not run."""
    ran: list[int] = []
    with raising(Trouble, "cannot open"):
        async with at.way.enter(at.subject.fail_to_open):
            ran.append(1)
    equal(ran, [])


@behaviour("contexts/error-on-leaving")
async def _(at: Scene) -> None:
    """What leaving raises is raised."""
    with raising(Trouble, "cannot close"):
        async with at.way.enter(at.subject.fail_to_close) as entered:
            equal(entered, 1)


@behaviour("contexts/nested")
async def _(at: Scene) -> None:
    """Two at once are left in the opposite order."""
    async with at.way.enter(at.subject.open, "a"), at.way.enter(at.subject.open, "b"):
        pass
    log = [note.split(" in ")[0] for note in await at.way.call(at.subject.log)]
    equal(log, ["open a", "open b", "close b", "close a"])


@behaviour("contexts/calls-inside")
async def _(at: Scene) -> None:
    """In the block calls and streams go on."""
    async with at.way.enter(at.subject.open, "a") as part:
        equal(await at.way.call(part.named), "a")
        equal(await at.way.stream(at.subject.count, 5).rest(), [0, 1, 2, 3, 4])


@behaviour("contexts/of-a-class")
async def _(at: Scene) -> None:
    """An object with `__aenter__` and `__aexit__` is entered, gives itself, and is left in the same task."""
    scope = await at.way.call(at.subject.scope)
    async with at.way.entering(scope) as entered:
        same(entered, scope)
        equal(await at.way.call(at.subject.log), ["entered"])
    equal(await at.way.call(at.subject.log), ["entered", "left in the same task with NoneType"])


@behaviour("contexts/of-a-class-sees-the-error")
async def _(at: Scene) -> None:
    """Its `__aexit__` is given what the block raises, and lets it through."""
    scope = await at.way.call(at.subject.scope)
    with raising(ZeroDivisionError):
        async with at.way.entering(scope):
            raise ZeroDivisionError
    equal((await at.way.call(at.subject.log))[1], "left in the same task with ZeroDivisionError")


@behaviour("contexts/of-a-class-suppresses")
async def _(at: Scene) -> None:
    """It may take it."""
    scope = await at.way.call(at.subject.scope, suppresses=True)
    async with at.way.entering(scope):
        raise ZeroDivisionError
    equal((await at.way.call(at.subject.log))[1], "left in the same task with ZeroDivisionError")


@behaviour("contexts/again")
async def _(at: Scene) -> None:
    """A method that gives one gives another each time."""
    for number in range(10):
        async with at.way.enter(at.subject.open, str(number)):
            pass
    equal(len(await at.way.call(at.subject.log)), 20)


@behaviour("contexts/of-the-root")
async def _(at: Scene) -> None:
    """Those of the root are entered and left, and see errors, too."""
    before = len(await at.way.call(at.root.log))
    async with at.way.enter(at.root.open, "suppress"):
        raise KeyError("in the block")
    found = (await at.way.call(at.root.log))[before:]
    equal(found, ["open suppress", "saw KeyError", "close suppress in the same task"])
