"""hatchling and setuptools generate before they pack, and stop with the generator's own message."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.packaging.conftest import HATCHLING, SETUPTOOLS, names_in, unpack, write

if TYPE_CHECKING:
    from tests.packaging.conftest import Builder

BACKENDS = {"hatchling": HATCHLING, "setuptools": SETUPTOOLS}
PROJECT = """
    [build-system]
    requires = ["{name}", "ambidex[codegen]"]
    build-backend = "{module}"

    [project]
    name = "lamp"
    version = "2.0"
"""
SETTINGS = """
    [tool.ambidex]
    modules = ["lamp"]
    root = "src"
    output = "src"
"""
HOOK = """
    [tool.hatch.build.hooks.ambidex]

    [tool.hatch.build.targets.wheel]
    packages = ["src/lamp"]

    [tool.hatch.build]
    dev-mode-dirs = ["src"] # an editable wheel then takes no package of hatchling's own
"""
LAMP = """
    from ambidex import Module

    m = Module("lamp.light")

    @m.wrap_function
    async def shine(hours: int) -> int:
        return hours
"""
REFUSED = "src/lamp/_light.py:6: the parameter hours of shine has no annotation: write `hours: T`"


@pytest.fixture(params=sorted(BACKENDS))
def backend(request: pytest.FixtureRequest) -> str:
    """Give each back end in turn."""
    name: str = request.param
    return name


def make_project(folder: Path, backend: str, settings: str = SETTINGS) -> Path:
    """Write a project that has never been generated, whose version control ignores what is."""
    modules = {"hatchling": "hatchling.build", "setuptools": "setuptools.build_meta"}
    project = folder / "lamp"
    hook = HOOK if backend == "hatchling" else ""
    write(project / "pyproject.toml", PROJECT.format(name=backend, module=modules[backend]) + settings + hook)
    write(project / "src/lamp/__init__.py", '"""Shine."""\n')
    write(project / "src/lamp/_light.py", LAMP)
    write(project / ".gitignore", "src/lamp/light.py\n")
    return project


def test_wheel_and_sdist_have_what_was_generated_for_them(builder: Builder, backend: str, tmp_path: Path) -> None:
    """Nothing was there before; the wheel of the sdist is the same; a stale module is brought up to date."""
    project = make_project(tmp_path, backend)
    made = builder.make(project, BACKENDS[backend], "sdist", "wheel", into=tmp_path / "dist")
    assert {"lamp/__init__.py", "lamp/_light.py", "lamp/light.py"} <= names_in(made["wheel"])
    assert {"src/lamp/_light.py", "src/lamp/light.py", "pyproject.toml"} <= names_in(made["sdist"])
    unpacked = unpack(made["sdist"], tmp_path / "unpacked")
    again = builder.make(unpacked, BACKENDS[backend], "wheel", into=tmp_path / "again")
    write(project / "src/lamp/_light.py", LAMP.replace("hours", "days"))
    newer = builder.make(project, BACKENDS[backend], "wheel", into=tmp_path / "newer")
    texts: list[str] = []
    for wheel in (made["wheel"], again["wheel"], newer["wheel"]):
        with zipfile.ZipFile(wheel) as archive:
            texts.append(archive.read("lamp/light.py").decode())
    assert "def shine(hours: int) -> int:" in texts[0]
    assert texts[1] == texts[0]
    assert texts[2] == texts[0].replace("hours", "days") == (project / "src/lamp/light.py").read_text()


def test_sdist_alone_is_generated_for(builder: Builder, backend: str, tmp_path: Path) -> None:
    """An sdist does not depend on a wheel having been made first."""
    project = make_project(tmp_path, backend)
    made = builder.make(project, BACKENDS[backend], "sdist", into=tmp_path / "dist")
    assert "src/lamp/light.py" in names_in(made["sdist"])


def test_editable_installation_is_generated_for(builder: Builder, backend: str, tmp_path: Path) -> None:
    """Who installs the project for development has the module in the source tree."""
    project = make_project(tmp_path, backend)
    builder.make(project, BACKENDS[backend], "editable", into=tmp_path / "dist")
    assert "def shine" in (project / "src/lamp/light.py").read_text()


@pytest.mark.parametrize("kind", ["wheel", "sdist", "editable"])
def test_refusal_stops_the_build_with_the_generators_message(
    builder: Builder, backend: str, kind: str, tmp_path: Path
) -> None:
    """Exit code 1, the message and no traceback, and nothing built."""
    project = make_project(tmp_path, backend)
    write(project / "src/lamp/_light.py", LAMP.replace("hours: int", "hours"))
    done, made = builder.build(project, BACKENDS[backend], kind, into=tmp_path / "dist")
    assert (done.returncode, done.stderr) == (1, f"{REFUSED}\n")
    assert made == {}
    assert list((tmp_path / "dist").glob("lamp*")) == []


@pytest.mark.parametrize(
    ("settings", "line", "message"),
    [
        ("\n[tool.ambidex]\n", 1, "[tool.ambidex] lists nothing to generate: give it modules and output"),
        (
            '\n[tool.ambidex]\nmodules = ["lamp", "lamp._light"]\nroot = "src"\n',
            1,
            "[tool.ambidex] has no output for lamp, lamp._light: a build needs the folder, write one",
        ),
        (
            (
                '\n[[tool.ambidex.target]]\nmodules = ["lamp"]\noutput = "src"\n'
                '[[tool.ambidex.target]]\nmodules = ["lamp"]\n'
            ),
            4,
            "[tool.ambidex] has no output for lamp: a build needs the folder, write one",
        ),
        (
            '\n[tool.ambidex]\nmodule = "lamp"\n',
            2,
            "[tool.ambidex] has no setting module; it has modules, output, root, runtime, synchronizer, target",
        ),
    ],
)
def test_mistake_in_the_settings_stops_the_build(
    builder: Builder, backend: str, settings: str, line: int, message: str, tmp_path: Path
) -> None:
    """The file, the line, the table and what to write; `line` is counted in the settings, from 0."""
    project = make_project(tmp_path, backend, settings)
    done, made = builder.build(project, BACKENDS[backend], "wheel", into=tmp_path / "dist")
    assert (done.returncode, made) == (1, {})
    file = project.resolve() / "pyproject.toml"
    above = file.read_text(encoding="utf-8").partition(settings)[0].count("\n")
    assert done.stderr == f"{file}:{above + line + 1}: {message}\n"


def test_hatchling_hook_without_a_table_stops_the_build(builder: Builder, tmp_path: Path) -> None:
    """Who asks for the hook wants something generated; a table in a folder above is not this project's."""
    write(tmp_path / "pyproject.toml", SETTINGS)
    project = make_project(tmp_path, "hatchling", "")
    done, made = builder.build(project, HATCHLING, "wheel", into=tmp_path / "dist")
    assert (done.returncode, made) == (1, {})
    assert done.stderr == (
        f"{project.resolve() / 'pyproject.toml'}: [tool.hatch.build.hooks.ambidex] has nothing to generate: "
        "list the modules in [tool.ambidex], or remove the hook\n"
    )


def test_setuptools_leaves_projects_without_a_table_alone(builder: Builder, tmp_path: Path) -> None:
    """The entry point is called for every project of the environment."""
    write(tmp_path / "pyproject.toml", SETTINGS)
    project = make_project(tmp_path, "setuptools", "")
    made = builder.make(project, SETUPTOOLS, "sdist", "wheel", into=tmp_path / "dist")
    assert "lamp/_light.py" in names_in(made["wheel"])
    assert not (project / "src/lamp/light.py").exists()


def test_setuptools_runs_a_projects_own_commands_too(builder: Builder, tmp_path: Path) -> None:
    """A `build_py` that pyproject.toml names runs after the generator, which it finds at work already."""
    project = make_project(tmp_path, "setuptools")
    write(
        project / "own.py",
        """
        from pathlib import Path

        from setuptools.command.build_py import build_py

        class Build(build_py):
            def run(self):
                Path("seen").write_text(str(Path("src/lamp/light.py").exists()))
                super().run()
        """,
    )
    with (project / "pyproject.toml").open("a") as file:
        file.write('\n[tool.setuptools.cmdclass]\nbuild_py = "own.Build"\n')
    made = builder.make(project, SETUPTOOLS, "wheel", into=tmp_path / "dist")
    assert (project / "seen").read_text() == "True"
    assert "lamp/light.py" in names_in(made["wheel"])


@pytest.mark.parametrize(("target", "file"), [("lamp", "lamp.py"), ("deep.lamp.light", "deep/lamp/light.py")])
def test_setuptools_packs_what_it_could_not_have_listed(
    builder: Builder, target: str, file: str, tmp_path: Path
) -> None:
    """A first build, where the module beside the implementation, or its package, is not there yet."""
    project = tmp_path / "lamp"
    settings = SETTINGS.replace('["lamp"]', '["_lamp"]')
    write(project / "pyproject.toml", PROJECT.format(name="setuptools", module="setuptools.build_meta") + settings)
    write(project / "src/_lamp.py", LAMP.replace("lamp.light", target))
    made = builder.make(project, SETUPTOOLS, "wheel", into=tmp_path / "dist")
    assert {"_lamp.py", file} <= names_in(made["wheel"])
    (project / "src" / file).unlink()
    made = builder.make(project, SETUPTOOLS, "sdist", into=tmp_path / "dist")
    assert {"src/_lamp.py", f"src/{file}"} <= names_in(made["sdist"])


@pytest.mark.parametrize("kind", ["wheel", "editable"])
def test_output_that_is_not_packed_with_its_source_stops_the_build(
    builder: Builder, backend: str, kind: str, tmp_path: Path
) -> None:
    """A folder beside what is packed: the library would come without its own module, in silence."""
    project = make_project(tmp_path, backend, SETTINGS.replace('output = "src"', 'output = "made"'))
    done, made = builder.build(project, BACKENDS[backend], kind, into=tmp_path / "dist")
    assert (done.returncode, made) == (1, {})
    what = "made/lamp/light.py is generated from lamp/_light.py, which is packed, and is not packed itself"
    where = {
        "hatchling": "or have the wheel pack it",
        "setuptools": "to stand in src, where setuptools finds what it packs",
    }
    assert done.stderr == f"{what}: correct output in [tool.ambidex], {where[backend]}\n"


def test_what_a_project_packs_by_itself_and_examples_are_left_alone(
    builder: Builder, backend: str, tmp_path: Path
) -> None:
    """A wheel may take a module from anywhere; what is generated from no part of the library is not of it."""
    settings = SETTINGS.replace('output = "src"', 'output = "made"') if backend == "hatchling" else SETTINGS
    example = '\n[[tool.ambidex.target]]\nmodules = ["_shown"]\nroot = "examples"\noutput = "examples"\n'
    project = make_project(tmp_path, backend, settings + example)
    write(project / "examples/_shown.py", LAMP.replace("lamp.light", "shown"))
    if backend == "hatchling":
        with (project / "pyproject.toml").open("a") as file:
            file.write('\n[tool.hatch.build.targets.wheel.force-include]\n"made/lamp/light.py" = "lamp/light.py"\n')
    made = builder.make(project, BACKENDS[backend], "wheel", into=tmp_path / "dist")
    assert {name for name in names_in(made["wheel"]) if name.endswith(".py")} == {
        "lamp/__init__.py",
        "lamp/_light.py",
        "lamp/light.py",
    }


def test_hatchling_hook_with_an_output_elsewhere_stops_the_build(builder: Builder, tmp_path: Path) -> None:
    """What stands outside the project is in no wheel of it."""
    settings = SETTINGS.replace('output = "src"', 'output = "../elsewhere"')
    project = make_project(tmp_path, "hatchling", settings)
    done, made = builder.build(project, HATCHLING, "wheel", into=tmp_path / "dist")
    assert (done.returncode, made) == (1, {})
    place = tmp_path.resolve() / "elsewhere/lamp/__init__.py"
    assert done.stderr == f"{place} is outside the project: correct output in [tool.ambidex]\n"
