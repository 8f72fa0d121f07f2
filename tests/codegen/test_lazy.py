"""A generated module imports its implementation when it is used, and says so when that cannot be imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.codegen.conftest import Project

WEATHER = """
    import enum

    import heavy_dependency

    from ambidex import Module

    m = Module("weather")

    @m.wrap_class
    class Unit(enum.Enum):
        CELSIUS = "C"

    @m.wrap_class
    class Station:
        def __init__(self, dependency: heavy_dependency.Thing | None = None) -> None: ...

        async def current(self, unit: Unit = Unit.CELSIUS) -> float:
            return 1.5

        @classmethod
        async def open(cls) -> "Station":
            return cls()

    @m.wrap_class
    class Sub(Station): ...

    @m.wrap_function
    async def current(city: str) -> float:
        return 1.5

    @m.wrap_function
    def parse(text: str) -> float:
        return float(text)
"""


@pytest.fixture
def weather(project: Project) -> Project:
    """Generate where the dependency is installed, then take it away."""
    project.write("_weather.py", "from __future__ import annotations\n")
    text = project.write("_weather.py", WEATHER).read_text()
    project.write("_weather.py", "from __future__ import annotations\n" + text)
    dependency = project.write("heavy_dependency.py", "class Thing: ...\n")
    assert project.ambidex("generate", "-m", "_weather", "-o", ".")[0] == 0
    dependency.unlink()
    return project


def test_generated_module_imports_without_the_dependency(weather: Project) -> None:
    """Importing it, and looking at it, imports neither the implementation nor what that needs."""
    code, output, errors = weather.run(
        "-c",
        "import sys, inspect, weather; print(weather.Sub.__mro__[1].__name__, inspect.signature(weather.current)); "
        "print({'_weather', 'heavy_dependency'} & set(sys.modules))",
    )
    assert (code, output, errors) == (0, "Station (city: 'str') -> 'float'\nset()\n", "")


@pytest.mark.parametrize(
    "use",
    [
        "weather.current('Oslo')",
        "asyncio.run(weather.current.aio('Oslo'))",
        "weather.parse('1')",
        "weather.Station()",
        "weather.Station.open()",
        "weather.Unit",
    ],
)
def test_use_without_the_dependency_says_what_is_missing(weather: Project, use: str) -> None:
    """The error names the implementation, and the import that failed is its cause."""
    code, output, errors = weather.run(
        "-c",
        "import asyncio, weather\nfrom ambidex import ImplementationUnavailable\n"
        f"try: {use}\n"
        "except ImplementationUnavailable as error: print(error.module, type(error.__cause__).__name__, error)",
    )
    assert errors == ""
    assert code == 0
    assert output.startswith("_weather ModuleNotFoundError ")
    assert "No module named 'heavy_dependency'" in output
