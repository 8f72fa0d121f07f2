"""Run each example of reference 004, the generator: its input, its build steps and the use of its output.

Each example is a project in a folder of its own, built and used by fresh interpreters, as its reader would.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ambidex import Module

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.reference.conftest import Project

ASYNC_WITH_REGISTRATION = """
    from ambidex import Module

    wrapper_module = Module("my_lib")

    @wrapper_module.wrap_function
    async def {name}():
        ...
"""
MY_LIBRARY = """
    import aiohttp
    from _connections import create_connection
    from ambidex import Module

    wrapper_module = Module("my_library")

    @wrapper_module.wrap_function
    async def fetch_data(url: str) -> dict:
        \"\"\"Async implementation only - sync wrapper auto-generated at build time\"\"\"
        async with aiohttp.ClientSession() as session:
            async with session.get(url) as response:
                return await response.json()

    @wrapper_module.wrap_class
    class DatabaseClient:
        def __init__(self, connection_string: str):
            self._conn_str = connection_string
            self._connection = None

        async def connect(self):
            self._connection = await create_connection(self._conn_str)

        async def query(self, sql: str) -> list[dict]:
            return await self._connection.execute(sql)
"""
CONNECTIONS = """
    import asyncpg

    class Connection:
        def __init__(self, connection):
            self.connection = connection

        async def execute(self, sql):
            return [dict(row) for row in await self.connection.fetch(sql)]

    async def create_connection(conn_str):
        return Connection(await asyncpg.connect(conn_str))
"""
BUILD_MY_LIBRARY = """
from _my_library import wrapper_module
from ambidex.codegen.compile import compile_modules
from ambidex.codegen.writer import write_modules
from pathlib import Path

modules = compile_modules([wrapper_module], 'my_library_sync')
write_modules(Path('./'), modules)
"""
USE_MY_LIBRARY = """
    import asyncio
    from my_library import fetch_data, DatabaseClient

    data = fetch_data("https://api.example.com/data")
    print(data)

    db = DatabaseClient("postgresql://localhost/mydb")
    db.connect()
    results = db.query("SELECT * FROM users")

    async def main():
        data = await fetch_data.aio("https://api.example.com/data")

        db = DatabaseClient("postgresql://localhost/mydb")
        await db.connect.aio()
        results = await db.query.aio("SELECT * FROM users")

    asyncio.run(main())
"""
MY_PUBLIC_API = """
    from ambidex import Module

    wrapper_module = Module("my_public_api")

    @wrapper_module.wrap_function
    async def my_function(x: int) -> str:
        return f"Result: {x}"

    @wrapper_module.wrap_class
    class MyClass:
        async def method(self) -> int:
            return 42
"""
WEATHER = """
    import aiohttp
    from ambidex import Module

    wrapper_module = Module("weather")

    @wrapper_module.wrap_function
    async def get_temperature(city: str) -> float:
        async with aiohttp.ClientSession() as session:
            async with session.get(f"https://api.weather.com/{city}") as resp:
                data = await resp.json()
                return data["temperature"]
"""
BUILD_WEATHER = """
    from _weather import wrapper_module
    from ambidex.codegen.compile import compile_modules
    from ambidex.codegen.writer import write_modules
    from pathlib import Path

    modules = compile_modules([wrapper_module], "weather_sync")
    write_modules(Path("./"), modules)
"""
USE_WEATHER = """
    from weather import get_temperature

    temp = get_temperature("Seattle")

    async def main():
        temp = await get_temperature.aio("Seattle")
        return temp

    import asyncio
    assert asyncio.run(main()) == temp == 21.5
"""
DATABASE = """
    import asyncpg
    from ambidex import Module

    wrapper_module = Module("database")

    @wrapper_module.wrap_class
    class DatabaseClient:
        def __init__(self, connection_string: str):
            self._conn_str = connection_string
            self._connection = None

        async def connect(self):
            self._connection = await asyncpg.connect(self._conn_str)

        async def query(self, sql: str) -> list[dict]:
            return await self._connection.fetch(sql)

        async def close(self):
            await self._connection.close()
"""
USE_DATABASE = """
    import asyncio
    from database import DatabaseClient

    db = DatabaseClient("postgresql://localhost/mydb")
    db.connect()
    results = db.query("SELECT * FROM users")
    db.close()

    async def main():
        db = DatabaseClient("postgresql://localhost/mydb")
        await db.connect.aio()
        results = await db.query.aio("SELECT * FROM users")
        await db.close.aio()
        return results

    assert [dict(row) for row in results] == [{"id": 1, "name": "Ada"}, {"id": 2, "name": "Grace"}]
    assert asyncio.run(main()) == results
"""
MODELS = """
    from ambidex import Module

    models_module = Module("package.models")

    @models_module.wrap_class
    class User:
        def __init__(self, name: str):
            self.name = name
"""
API = """
    from ambidex import Module
    from ._models import User

    api_module = Module("package.api")

    @api_module.wrap_function
    async def get_user(user_id: int) -> User:
        return User(name="Alice")
"""
BUILD_PACKAGE = """
    from package._models import models_module
    from package._api import api_module
    from ambidex.codegen.compile import compile_modules
    from ambidex.codegen.writer import write_modules
    from pathlib import Path

    modules = compile_modules(
        [models_module, api_module],
        "package_sync"
    )
    write_modules(Path("./package/"), modules)
"""
USE_PACKAGE = """
    import asyncio
    from package.api import get_user
    from package.models import User

    assert type(get_user(1)) is User
    assert type(asyncio.run(get_user.aio(1))) is User
    assert type(User("Bob")) is User
"""
IMPL_A = """
    from ambidex import Module

    a_module = Module("package.a")

    @a_module.wrap_class
    class Node:
        def __init__(self, value: int):
            self.value = value

        async def read(self) -> int:
            return self.value
"""
IMPL_B = """
    from ambidex import Module
    from package._impl_a import Node

    b_module = Module("package.b")

    @b_module.wrap_function
    async def make_node(value: int) -> Node:
        return Node(value)
"""
SAME_OBJECT = """
    from ambidex import Module

    wrapper_module = Module("nodes")

    @wrapper_module.wrap_class
    class Node:
        pass

    @wrapper_module.wrap_function
    async def some_function(obj: Node) -> Node:
        return obj
"""
COMPLEX_TYPES = """
    from __future__ import annotations
    from typing import AsyncGenerator, Optional
    from ambidex import Module

    wrapper_module = Module("shapes")

    @wrapper_module.wrap_function
    async def in_list(items: list[Foo]) -> list[Foo]:
        return items

    @wrapper_module.wrap_function
    async def in_dict(items: dict[str, Bar]) -> dict[str, Bar]:
        return items

    @wrapper_module.wrap_function
    async def in_set(items: set[Foo]) -> set[Foo]:
        return items

    @wrapper_module.wrap_function
    async def optional(item: Optional[Foo]) -> Foo | None:
        return item

    @wrapper_module.wrap_function
    async def nested(items: list[dict[str, Optional[Foo]]]) -> list[dict[str, Optional[Foo]]]:
        return items

    @wrapper_module.wrap_function
    async def generated(items: list[Foo]) -> AsyncGenerator[Foo, None]:
        for item in items:
            yield item

    @wrapper_module.wrap_function
    async def are_implementations(*items: "Foo") -> bool:
        return all(type(item) is Foo for item in items)

    @wrapper_module.wrap_class
    class Foo:
        pass

    @wrapper_module.wrap_class
    class Bar:
        pass
"""
USE_COMPLEX_TYPES = """
    import asyncio
    from shapes import Bar, Foo, are_implementations, generated, in_dict, in_list, in_set, nested, optional

    foo, bar = Foo(), Bar()
    assert are_implementations(foo, Foo())
    assert in_list([foo]) == [foo]
    assert in_dict({"bar": bar}) == {"bar": bar}
    assert in_set({foo}) == {foo}
    assert optional(foo) is foo
    assert optional(None) is None
    assert nested([{"foo": foo, "none": None}]) == [{"foo": foo, "none": None}]
    assert list(generated([foo])) == [foo]

    async def main():
        assert await in_list.aio([foo]) == [foo]
        assert [item async for item in generated.aio([foo])] == [foo]

    asyncio.run(main())
"""
GENERATE = ("-m", "ambidex.cli")


@pytest.mark.parametrize("name", ["fetch_data", "foo"])
def test_registration_only_marks_what_to_generate(name: str, project: Project) -> None:
    """The generator, Core Design Philosophy and Why Module-Based Registration: metadata alone, then both faces."""
    project.write({"_my_lib.py": ASYNC_WITH_REGISTRATION.format(name=name)})
    loaded = project.python("-c", "import _my_lib, sys; print([name for name in sys.modules if 'ambidex' in name])")
    assert "runtime" not in loaded
    project.python(*GENERATE, "-m", "_my_lib", "my_lib_sync", "-o", ".")
    project.python(
        "-c", f"import asyncio, my_lib; assert my_lib.{name}() is None; assert asyncio.run(my_lib.{name}.aio()) is None"
    )


def test_library_is_built_by_script_and_command_and_used_both_ways(
    project: Project, localize: Callable[[str], str], database: None
) -> None:
    """The generator, For Library Developers, Code Generation and For Library Users: the whole way of one library."""
    project.write(
        {
            "_my_library.py": MY_LIBRARY,
            "_connections.py": CONNECTIONS,
            "main.py": localize(USE_MY_LIBRARY),
            "check.py": """
                from main import asyncio, data, db, fetch_data, results

                assert data["path"] == "/data", data
                assert results == [{"id": 1, "name": "Ada"}, {"id": 2, "name": "Grace"}], results
                assert asyncio.run(db.query.aio("SELECT * FROM users")) == results
            """,
        }
    )
    project.python("-c", BUILD_MY_LIBRARY)
    project.python(*GENERATE, "-m", "_my_library", "my_library_sync", "-o", "./generated/")
    by_script = (project.root / "my_library.py").read_text(encoding="utf-8")
    assert (project.root / "generated" / "my_library.py").read_text(encoding="utf-8") == by_script
    assert '"/data"' in project.python("main.py").replace("'", '"')
    project.python("check.py")


def test_command_compiles_the_modules_of_a_package_together(project: Project) -> None:
    """The generator, Code Generation, multi-module projects: one command, one output folder that is the package."""
    project.write({"package/_impl_a.py": IMPL_A, "package/_impl_b.py": IMPL_B})
    modules = ("-m", "package._impl_a", "-m", "package._impl_b")
    project.python(*GENERATE, *modules, "package_sync", "-o", "./package/")
    assert {file.name for file in (project.root / "package").glob("[ab].py")} == {"a.py", "b.py"}
    project.python(
        "-c", "from package import a, b; node = b.make_node(3); assert type(node) is a.Node; assert node.read() == 3"
    )


def test_module_offers_what_the_reference_lists() -> None:
    """The generator, Module Class, API: registration returns what it was given, and the manifest lists it."""
    wrapper_module = Module("my_lib")

    async def fetch_data() -> None: ...

    class Client: ...

    assert wrapper_module.wrap_function(fetch_data) is fetch_data
    assert wrapper_module.wrap_class(Client) is Client
    assert wrapper_module.target_module == "my_lib"
    assert wrapper_module.module_items() == {fetch_data: ("my_lib", "fetch_data"), Client: ("my_lib", "Client")}


def test_module_is_passed_to_compile_modules(project: Project) -> None:
    """The generator, Module Class, Usage Example, and Code Generator, Main Entry Points: a dict from name to text."""
    project.write(
        {
            "_my_public_api.py": MY_PUBLIC_API,
            "build.py": """
                from _my_public_api import wrapper_module
                from ambidex.codegen.compile import compile_modules

                modules = compile_modules([wrapper_module], "my_public_api_sync")
                assert list(modules) == ["my_public_api"]
                with open("my_public_api.py", "w", encoding="utf-8") as file:
                    file.write(modules["my_public_api"])
            """,
            "main.py": """
                import asyncio
                from my_public_api import MyClass, my_function

                assert my_function(3) == asyncio.run(my_function.aio(3)) == "Result: 3"
                assert MyClass().method() == asyncio.run(MyClass().method.aio()) == 42
            """,
        }
    )
    project.python("build.py")
    project.python("main.py")


def test_command_takes_the_arguments_that_the_reference_lists(project: Project) -> None:
    """The generator, CLI Tool: long and short forms, and text on standard output where no folder is named."""
    project.write({"_my_public_api.py": MY_PUBLIC_API})
    project.python(*GENERATE, "-m", "_my_public_api", "my_sync", "-o", "short")
    project.python(*GENERATE, "--modules", "_my_public_api", "my_sync", "--output", "long")
    printed = project.python(*GENERATE, "-m", "_my_public_api", "my_sync")
    written = (project.root / "short" / "my_public_api.py").read_text(encoding="utf-8")
    assert (project.root / "long" / "my_public_api.py").read_text(encoding="utf-8") == written
    assert printed.strip().endswith(written.strip())
    assert '"my_sync"' in written


def test_same_object_comes_back_as_the_same_face(project: Project) -> None:
    """The generator, Factory Pattern with Caching: `assert some_function(obj) is obj`."""
    project.write({"_nodes.py": SAME_OBJECT})
    project.python(*GENERATE, "-m", "_nodes", "nodes_sync", "-o", ".")
    project.python("-c", "from nodes import Node, some_function; obj = Node(); assert some_function(obj) is obj")


def test_complex_types_carry_faces_both_ways(project: Project) -> None:
    """The generator, Type Transformation, Supports Complex Types: each construct that the list names."""
    project.write({"_shapes.py": COMPLEX_TYPES, "main.py": USE_COMPLEX_TYPES})
    project.python(*GENERATE, "-m", "_shapes", "shapes_sync", "-o", ".")
    project.python("main.py")


def test_example_1_simple_async_function(project: Project, localize: Callable[[str], str]) -> None:
    """The generator, Example 1: a function, its build script, and its two faces."""
    files = {"_weather.py": localize(WEATHER), "generate_wrappers.py": BUILD_WEATHER, "main.py": USE_WEATHER}
    project.write(files)
    project.python("generate_wrappers.py")
    project.python("main.py")


def test_example_2_database_client(project: Project, database: None) -> None:
    """The generator, Example 2: a client of a real PostgreSQL, connected, queried and closed through both faces."""
    project.write({"_database.py": DATABASE, "main.py": USE_DATABASE})
    project.python(*GENERATE, "-m", "_database", "database_sync", "-o", ".")
    project.python("main.py")


def test_example_3_multi_module_project(project: Project) -> None:
    """The generator, Example 3: modules that refer to each other, built by script and by command alike."""
    project.write(
        {"package/_models.py": MODELS, "package/_api.py": API, "build.py": BUILD_PACKAGE, "main.py": USE_PACKAGE}
    )
    project.python("build.py")
    files = [project.root / "package" / name for name in ("api.py", "models.py")]
    by_script = [file.read_text(encoding="utf-8") for file in files]
    project.python("main.py")
    for file in files:
        file.unlink()
    modules = ("-m", "package._models", "-m", "package._api")
    project.python(*GENERATE, *modules, "package_sync", "-o", "./package/")
    assert [file.read_text(encoding="utf-8") for file in files] == by_script
    project.python("main.py")


def test_quick_reference_entry_points_can_be_imported(project: Project) -> None:
    """The generator, Main Entry Points: each import, and the command."""
    project.python(
        "-c",
        "from ambidex import Module\nfrom ambidex import get_synchronizer\n"
        "from ambidex.codegen.compile import compile_modules",
    )
    assert "--modules" in project.python(*GENERATE, "generate", "--help")


TYPES = """
    from __future__ import annotations

    from package.api import get_user
    from package.models import User
    from typing_extensions import assert_type
    from weather import get_temperature

    assert_type(get_temperature("Seattle"), float)
    assert_type(get_user(1), User)
    assert_type(User("Bob"), User)


    async def main() -> None:
        assert_type(await get_temperature.aio("Seattle"), float)
        assert_type(await get_user.aio(1), User)


    get_temperature(3)  # wrong
    get_user("1")  # wrong
"""


@pytest.fixture
def typed(project: Project) -> Project:
    """Return a project with two examples generated and a file that asserts their types."""
    project.write(
        {
            "_weather.py": WEATHER,
            "package/_models.py": MODELS,
            "package/_api.py": API,
            "generate_wrappers.py": BUILD_WEATHER,
            "build.py": BUILD_PACKAGE,
            "types_of_examples.py": TYPES,
        }
    )
    project.python("generate_wrappers.py")
    project.python("build.py")
    return project


CHECKED = ("weather.py", "package/api.py", "package/models.py", "types_of_examples.py")
EXPECTED = [
    ("types_of_examples.py", number)
    for number, line in enumerate(TYPES.strip("\n").splitlines(), 1)
    if "# wrong" in line
]


@pytest.mark.timeout(180)
def test_types_of_examples_are_exact_for_basedpyright(typed: Project) -> None:
    """The generator, full static types: what the examples give is inferred exactly, in basedpyright's strict mode."""
    settings = {"typeCheckingMode": "strict", "include": CHECKED, "ignore": ["_weather.py", "package/_*.py"]}
    (typed.root / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    done = typed.attempt("-m", "basedpyright", "--outputjson", "--level", "error", "--pythonpath", sys.executable)
    errors = json.loads(done.stdout)["generalDiagnostics"]
    assert [(Path(error["file"]).name, error["range"]["start"]["line"] + 1) for error in errors] == EXPECTED


@pytest.mark.timeout(180)
def test_types_of_examples_are_exact_for_mypy(typed: Project) -> None:
    """The generator, full static types: what the examples give is inferred exactly, in mypy's strict mode."""
    places = [error.split(":")[:2] for error in typed.mypy(*CHECKED)]
    assert [(file, int(number)) for file, number in places] == EXPECTED
