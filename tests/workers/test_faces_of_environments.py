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

    from typing import TYPE_CHECKING

    import barometers

    from ambidex import Module
    from forecasts import Forecast

    if TYPE_CHECKING:
        from collections.abc import Awaitable, Callable

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

        async def kind(self) -> type[Station]:
            return type(self)


    @wrapper_module.wrap_class
    class Buoy(Station):
        async def depth(self) -> int:
            return 3


    @wrapper_module.wrap_function
    async def build(kind: type[Station], city: str) -> Station:
        return kind(city)


    @wrapper_module.wrap_function
    async def chosen(choose: Callable[[list[type[Station]]], Awaitable[type[Station]]]) -> Station:
        return (await choose([Station, Buoy]))("Vik")
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

    import ambidex
    from ambidex import ParentWorker, RemoteError, UsageError
    from weather import Buoy, Station, build, chosen

    if TYPE_CHECKING:
        from forecasts import Forecast


    async def look(worker: ParentWorker) -> float:
        station = await worker.create.aio(Station, "Bergen")
        return await station.pressure.aio()


    class Louder(Station):
        @ambidex.method
        def pressure(self) -> float:
            return super().pressure() * 10


    def last(given: list[type[Station]]) -> type[Station]:
        return given[-1]


    def use_classes(worker: ParentWorker) -> None:
        kind: type[Station] = worker.create(Station, "Oslo").kind()
        buoy: Station = worker.function(build)(Buoy, "Bergen")
        choice: Station = worker.function(chosen)(last)
        louder: Louder = worker.create(Louder, "Oslo", overrides=True)
        print(kind is Station, buoy.kind() is Buoy, type(choice) is Buoy, louder.pressure(), louder.kind() is Louder)


    with ParentWorker("_weather.py", python=sys.argv[1]) as worker:
        use_classes(worker)
        with ParentWorker("_weather.py", python=sys.argv[1], codec="msgpack") as untrusted:
            use_classes(untrusted)
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
    classes, classes_of_untrusted, first, reading, fail = out.splitlines()
    assert classes == classes_of_untrusted == "True True True 40.0 True"
    assert first == "4.0 Oslo True 2 6.0"
    assert reading.startswith("UsageError _weather.Reading came from the other process, and cannot be imported here")
    assert "barometers" in reading
    assert fail == "RemoteError _weather.Broken: no needle"
