"""Map birds to a SQLite database, through both faces of SQLAlchemy's AsyncEngine and AsyncSession."""

from __future__ import annotations

import asyncio

import alchemy_sync
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

ADDRESS = "sqlite+aiosqlite:///birds.db"


class Base(DeclarativeBase):
    """What is mapped."""


class Bird(Base):
    """A row of the table `birds`."""

    __tablename__ = "birds"
    name: Mapped[str] = mapped_column(primary_key=True)
    seen: Mapped[int]


def blocking() -> None:
    """Make the table, write objects and rows, and read both."""
    engine = alchemy_sync.create_async_engine(ADDRESS)
    with engine.begin() as connection:
        connection.run_sync(Base.metadata.create_all)
        connection.execute(insert(Bird), [{"name": "heron", "seen": 2}, {"name": "wren", "seen": 5}])
    with alchemy_sync.AsyncSession(engine, expire_on_commit=False) as session:
        session.add(Bird(name="crow", seen=3))
        session.commit()
        crow = session.get_one(Bird, "crow")
        crow.seen += 1
        session.commit()
        birds = session.scalars(select(Bird).order_by(Bird.name)).all()
        assert [(bird.name, bird.seen) for bird in birds] == [("crow", 4), ("heron", 2), ("wren", 5)]
        try:
            with session.begin_nested():
                session.execute(insert(Bird).values(name="wren", seen=1))
        except IntegrityError as error:
            assert "birds.name" in str(error.orig)
        else:
            raise AssertionError("two wrens")
        session.rollback()
        assert session.scalar(select(func.sum(Bird.seen))) == 11
    engine.dispose()


async def waiting() -> None:
    """Stream rows, and undo what was deleted."""
    engine = alchemy_sync.create_async_engine(ADDRESS)
    async with engine.connect() as connection:
        await connection.execute.aio(text("delete from birds"))
        await connection.rollback.aio()
    async with alchemy_sync.AsyncSession(engine) as session:
        streamed = await session.stream.aio(select(Bird.name).order_by(Bird.seen))
        assert [row.name async for row in streamed] == ["heron", "crow", "wren"]
    await engine.dispose.aio()


blocking()
asyncio.run(waiting())
print("done")
