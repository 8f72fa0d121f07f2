"""A child whose environment has numpy, for a parent that has it and for one that has not."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ambidex import ParentWorker
from ambidex.rpc import PickleCodec
from tests.programs import LIBRARY, run_to_its_end
from tests.workers.conftest import BARE

if TYPE_CHECKING:
    from numpy.typing import NDArray

ARRAYS = Path(__file__).with_name("children") / "arrays.py"
SIZE = 1 << 17  # of an array: 1 MiB of numbers


def test_parent_that_has_numpy_sends_and_gets_arrays_beside_the_pickle() -> None:
    """Each stands in the memory that it has come in; so does one in a dataclass, in a stream, for a callback.

    Its numbers are no part of the pickle, on either way, and its own memory is what is sent.
    """
    import numpy as np

    from tests.workers.children.arrays import Sample, Summary

    values = np.arange(SIZE, dtype=np.float64)
    payload, buffers = PickleCodec().dumps((values, "double"))
    assert len(payload) < 1000
    assert [each.nbytes for each in buffers] == [values.nbytes]
    assert np.shares_memory(np.frombuffer(buffers[0]), values)
    seen: list[NDArray[np.float64]] = []

    async def look(shown: NDArray[np.float64]) -> int:
        seen.append(shown)
        return len(shown)

    with ParentWorker("tests.workers.children.arrays:Arrays", cwd=Path(__file__).parents[2]) as worker:
        doubled, was_in_place = worker.call.double(values)
        assert was_in_place
        assert not doubled.flags.owndata
        assert np.array_equal(doubled, values * 2)
        sample = worker.call.sample(Sample("oslo", values))
        assert type(sample) is Sample
        assert (sample.name, sample.values.flags.owndata) == ("OSLO", False)
        assert np.array_equal(sample.values, values + 1)
        assert worker.call.summary(4) == Summary(4, 1.5)
        assert [row.tolist() for row in worker.call.rows(3)] == [[0, 1, 2], [3, 4, 5], [6, 7, 8]]
        assert type(worker.call.scalar()) is np.float64
        assert worker.call.show(look, SIZE) == SIZE
        assert [(each.flags.owndata, each.sum()) for each in seen] == [(False, SIZE)]
        with pytest.raises(np.linalg.LinAlgError, match="Singular matrix"):
            worker.call.fail_in_numpy()
        moved = worker.statistics().methods["double"]
        assert values.nbytes < moved.bytes_sent < values.nbytes + 1000
        assert values.nbytes < moved.bytes_received < values.nbytes + 1000


PARENT = """
import asyncio, importlib.util, json, sys
from ambidex import ParentWorker, RemoteError, UsageError

said = {"has numpy": importlib.util.find_spec("numpy") is not None}

async def double(value):
    return value * 2

def attempt(name, *args):
    try:
        said[name] = repr(getattr(worker.call, name)(*args))
    except (RemoteError, UsageError) as error:
        said[name] = f"{type(error).__name__}: {error}"

with ParentWorker(sys.argv[1], python=sys.argv[2]) as worker:
    said["mean"] = worker.call.mean(4)
    said["means"] = list(worker.call.means(2))
    said["reduce"] = worker.call.reduce(double, 4)
    for name in ("ones", "show", "scalar", "summary", "invert", "fail_in_numpy"):
        attempt(name, *{"ones": (3,), "show": (double, 3), "summary": (4,)}.get(name, ()))
    rows = worker.call.rows(2)
    try:
        next(rows)
    except UsageError as error:
        said["rows"] = str(error)

    async def main():
        try:
            await worker.acall.ones(3)
        except UsageError as error:
            said["awaited"] = str(error)
        return [each async for each in worker.acall.means(2)]

    said["awaited means"] = asyncio.run(main())
    said["at last"] = worker.call.mean(4)
assert "numpy" not in sys.modules
print(json.dumps(said))
"""


def test_parent_without_numpy_gets_all_but_what_numpy_has_to_read(tmp_path: Path) -> None:
    """An array is refused by a sentence that says which module is missing, and what to do; everything else works.

    The child, and what it does for others, goes on.
    """
    file, library = tmp_path / "program.py", tmp_path / "library"
    library.mkdir()
    (library / "ambidex").symlink_to(LIBRARY / "ambidex")  # and nothing that is installed beside it
    file.write_text(PARENT, encoding="utf-8")
    ended = run_to_its_end([str(BARE), "-S", str(file), str(ARRAYS), sys.executable], {"PYTHONPATH": str(library)})
    assert (ended.returncode, ended.stderr) == (0, "")
    said = json.loads(ended.stdout)
    refused = re.compile(
        r"(UsageError: )?numpy\.\S+ came from the other process, and cannot be imported here "
        r"\(ModuleNotFoundError: No module named 'numpy'\); install its module here, too, or send plain data"
    )
    for name in ("ones", "awaited", "rows", "show", "scalar"):
        assert refused.fullmatch(said.pop(name)), name
    own = said.pop("summary")
    assert own.startswith("UsageError: Summary of ")
    assert own.endswith("put it into a module that both import")
    assert said == {
        "has numpy": False,
        "mean": 1.5,
        "means": [1.0, 4.0],
        "reduce": 12.0,
        "invert": "RemoteError: __main__.Singular: Singular matrix",
        "fail_in_numpy": "RemoteError: numpy.linalg.LinAlgError: Singular matrix",
        "awaited means": [1.0, 4.0],
        "at last": 1.5,
    }
