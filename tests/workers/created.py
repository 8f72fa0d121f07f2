"""What type checkers infer of objects that are made in a child and override methods, and which arguments they refuse.

Nothing of it runs. Each line that they refuse says so: one that they take is one of an unused comment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import assert_type

from tests.workers.children.theatre import Play

if TYPE_CHECKING:
    from ambidex import ParentWorker, WorkerPool


class Own(Play):
    def __init__(self, name: str, offset: float = 0.0, *, scale: float = 1.0) -> None:
        super().__init__(name)
        self.offset = offset * scale


def positional(worker: ParentWorker, pool: WorkerPool) -> None:
    """Give the arguments by place, beside the option."""
    assert_type(worker.create(Own, "Oslo", overrides=True), Own)
    assert_type(worker.create(Own, "Oslo", 1.5, overrides=True), Own)
    assert_type(pool.create(Own, "Oslo", 1.5, overrides=True), Own)
    worker.create(Own, 1, overrides=True)  # type: ignore[arg-type]  # pyright: ignore[reportCallIssue]
    worker.create(Own, overrides=True)  # type: ignore[call-arg, arg-type]  # pyright: ignore[reportCallIssue]
    worker.create(Own, "Oslo", 1.5, 2, overrides=True)  # type: ignore[call-arg, arg-type]  # pyright: ignore[reportCallIssue]
    pool.create(Own, "Oslo", "Vik", overrides=True)  # type: ignore[call-arg, arg-type]  # pyright: ignore[reportCallIssue]


def named(worker: ParentWorker, pool: WorkerPool) -> None:
    """Give them by name, to what has the option already."""
    create = worker.create.with_options(overrides=True)
    assert_type(create(Own, name="Oslo", scale=2.0), Own)
    assert_type(pool.create.with_options(overrides=True)(Own, "Oslo", scale=2.0), Own)
    create(Own, name=1)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    create(Own, "Oslo", size=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    create(Own)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    worker.create(Own, name="Oslo", overrides=True)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]


async def awaited(worker: ParentWorker, pool: WorkerPool) -> None:
    """Do either, awaited."""
    assert_type(await worker.create.aio(Own, "Oslo", overrides=True), Own)
    assert_type(await pool.create.with_options(overrides=True).aio(Own, name="Oslo"), Own)
    await worker.create.aio(Own, 1, overrides=True)  # type: ignore[arg-type]  # pyright: ignore[reportCallIssue]
    await pool.create.aio(Own, overrides=True)  # type: ignore[call-arg, arg-type]  # pyright: ignore[reportCallIssue]
    await pool.create.with_options(overrides=True).aio(Own, 1)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
