"""A typed face in an environment that has less than the child's: it checks strictly, and runs."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.codegen.conftest import Project
from tests.limits import LIMIT_S

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Once


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, once: Once) -> Project:
    """Make an empty folder the current one."""
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return Project(tmp_path / "work", once)


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """Make an environment that has a package which no other has."""
    folder = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True, timeout=LIMIT_S)
    (packages,) = folder.glob("lib/python*/site-packages")
    (packages / "barometers.py").write_text("def pressure(city):\n    return float(len(city))\n", encoding="utf-8")
    return folder


IMPLEMENTATION = """
    from __future__ import annotations

    import barometers

    from ambidex import Module
    from forecasts import Forecast

    wrapper_module = Module("weather")


    class Reading:
        def __init__(self, value: float) -> None:
            self.value = value


    class Broken(Exception):
        pass


    @wrapper_module.wrap_class
    class Station:
        def __init__(self, city: str) -> None:
            self.city = city

        city: str

        async def pressure(self) -> float:
            return float(barometers.pressure(self.city))

        async def forecast(self) -> Forecast:
            return Forecast(self.city, 2)

        async def twin(self) -> Station:
            return self

        async def reading(self) -> object:
            return Reading(1.0)

        async def fail(self) -> None:
            raise Broken("no needle")
    """
FORECASTS = """
    from __future__ import annotations

    from dataclasses import dataclass


    @dataclass
    class Forecast:
        city: str
        days: int
    """
PROGRAM = """
    from __future__ import annotations

    import asyncio
    import sys
    from typing import TYPE_CHECKING

    from ambidex import ParentWorker, RemoteError, UsageError
    from weather import Station

    if TYPE_CHECKING:
        from forecasts import Forecast


    async def look(worker: ParentWorker) -> float:
        station = await worker.create.aio(Station, "Bergen")
        return await station.pressure.aio()


    with ParentWorker("_weather.py", python=sys.argv[1]) as worker:
        station: Station = worker.create(Station, "Oslo")
        pressure: float = station.pressure()
        twin: Station = station.twin()
        forecast: Forecast = station.forecast()
        print(pressure, station.city, twin is station, forecast.days, asyncio.run(look(worker)))
        for call in (station.reading, station.fail):
            try:
                call()
            except (RemoteError, UsageError) as error:
                print(type(error).__name__, error)
    assert "barometers" not in sys.modules
    assert "_weather" not in sys.modules, "the parent has imported the implementation"
    """


def test_parent_uses_what_only_the_childs_environment_can_import(project: Project, environment: Path) -> None:
    """The program checks strictly and runs where the package is not, and never imports the implementation.

    Values come from a module that imports nothing heavy. One that stands beside the heavy import is refused by name.
    """
    project.write("_weather.py", IMPLEMENTATION)
    project.write("forecasts.py", FORECASTS)
    project.write("program.py", PROGRAM)
    generated = [
        str(environment / "bin" / "python"),
        "-c",
        "import sys; from ambidex.cli import main; sys.exit(main())",
        *("generate", "-m", "_weather", "-o", "."),
    ]
    code, out, err = project.run(*generated[1:], python=generated[0])
    assert code == 0, out + err
    project.check_types("program.py")
    code, out, err = project.run("program.py", environment / "bin" / "python")
    assert code == 0, err
    first, reading, fail = out.splitlines()
    assert first == "4.0 Oslo True 2 6.0"
    assert reading.startswith("UsageError _weather.Reading came from the other process, and cannot be imported here")
    assert "barometers" in reading
    assert fail == "RemoteError _weather.Broken: no needle"
