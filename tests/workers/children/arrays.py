"""A worker whose environment has numpy; what it gives is for a parent that has it, and for one that has not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ambidex import ChildWorker

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Generator

    from numpy.typing import NDArray


class Singular(ArithmeticError):
    """Be an exception of this worker's own."""


@dataclass
class Summary:
    """Say what is known of some numbers; there is no array in it."""

    count: int
    mean: float


@dataclass
class Sample:
    """Have an array in a value of this worker's own."""

    name: str
    values: NDArray[np.float64]


class Arrays(ChildWorker):
    """Make arrays, and take them."""

    async def double(self, values: NDArray[np.float64]) -> tuple[NDArray[np.float64], bool]:
        """Return twice the values, and whether those that came stand in the memory that they have come in."""
        return values * 2, not values.flags.owndata

    async def ones(self, count: int) -> NDArray[np.float64]:
        """Return so many ones."""
        return np.ones(count)

    async def mean(self, count: int) -> float:
        """Return a number that numpy has computed, and that is none of its own."""
        return float(np.arange(count).mean())

    async def scalar(self) -> np.float64:
        """Return a number of a class of numpy's."""
        value: np.float64 = np.float64(1.5)
        return value

    async def summary(self, count: int) -> Summary:
        """Return a dataclass."""
        return Summary(count, float(np.arange(count).mean()))

    async def sample(self, sample: Sample) -> Sample:
        """Return a dataclass with an array in it."""
        return Sample(sample.name.upper(), sample.values + 1)

    async def rows(self, count: int) -> AsyncGenerator[NDArray[np.int64], None]:
        """Yield rows of three numbers."""
        for number in range(count):
            yield np.arange(3 * number, 3 * number + 3)

    def means(self, count: int) -> Generator[float, None, None]:
        """Yield the means of rows, from a thread."""
        for number in range(count):
            yield float(np.arange(3 * number, 3 * number + 3).mean())

    async def invert(self) -> None:
        """Raise this worker's own exception, which numpy's has led to."""
        try:
            np.linalg.inv(np.zeros((2, 2)))
        except np.linalg.LinAlgError as error:
            raise Singular(str(error)) from error

    async def fail_in_numpy(self) -> None:
        """Raise an exception of a class of numpy's."""
        np.linalg.inv(np.zeros((2, 2)))

    async def reduce(self, function: Callable[[float], Awaitable[float]], count: int) -> float:
        """Return the sum of what the parent's function gives for each of some numbers."""
        return sum([await function(float(each)) for each in np.arange(count)])

    async def show(self, function: Callable[[NDArray[np.float64]], Awaitable[int]], count: int) -> int:
        """Return what the parent's function gives for an array."""
        return await function(np.ones(count))


if __name__ == "__main__":
    Arrays().run()
