"""An annotation means the same type however it is spelled, and its names come from where people import them."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.codegen.conftest import Project

SPELLINGS = {
    "typing.Optional[int]": "int | None",
    "typing.Union[None, str, int]": "str | int | None",
    "typing.Union[int, typing.Optional[typing.Union[str, int]]]": "int | str | None",
    "typing.List[typing.Dict[str, typing.Set[int]]]": "list[dict[str, set[int]]]",
    "typing.List": "list[Any]",
    "dict": "dict[Any, Any]",
    "tuple": "tuple[Any, ...]",
    "typing.Tuple": "tuple[Any, ...]",
    "typing.Tuple[()]": "tuple[()]",
    "typing.Tuple[int, ...]": "tuple[int, ...]",
    "typing.Tuple[int, str]": "tuple[int, str]",
    "typing.Type[int]": "type[int]",
    "typing.Sequence[int]": "Sequence[int]",
    "typing.Mapping": "Mapping[Any, Any]",
    "typing.AbstractSet[int]": "Set[int]",
    "typing.Deque[int]": "deque[int]",
    "typing.DefaultDict[str, int]": "defaultdict[str, int]",
    "typing.Callable": "Callable[..., Any]",
    "collections.abc.Callable": "Callable[..., Any]",
    "typing.Callable[..., int]": "Callable[..., int]",
    "typing.Callable[[], int]": "Callable[[], int]",
    "collections.abc.Callable[[int, str], None]": "Callable[[int, str], None]",
    "typing.Literal['a', 1, True, None, b'x']": "Literal['a', 1, True, None, b'x']",
    "typing.Annotated[int, 'metres', object()]": "Annotated[int, 'metres']",
    "typing.Annotated[int, object()]": "int",
    "typing.Generator[int, None, None]": "Generator[int, None, None]",
    "typing.ContextManager[int]": "AbstractContextManager[int]",
    "typing.Pattern[str]": "Pattern[str]",
    "re.Match": "Match[Any]",
    "typing.Any": "Any",
    "typing.NoReturn": "NoReturn",
    "typing.Text": "str",
    "typing.Hashable": "Hashable",
    "typing.IO[bytes]": "IO[bytes]",
    "'int'": "int",
    "typing.List['int']": "list[int]",
    "list['typing.Optional[int]']": "list[int | None]",
    "UserId": "UserId",
    "Alias": "dict[str, int | None]",
    "Named": "list[int]",
    "Quoted": "list[int] | None",
    "Keyed[int]": "dict[str, int]",
    "Outer.Inner": "Outer.Inner",
    "pathlib.Path": "Path",
    "asyncio.Event": "Event",
    "asyncio.Queue": "Queue[Any]",
    "io.StringIO": "StringIO",
    "types.MappingProxyType": "MappingProxyType[Any, Any]",
    "types.FunctionType": "FunctionType",
    "datetime.datetime": "datetime",
    "os.PathLike[str]": "PathLike[str]",
    "concurrent.futures.Executor": "Executor",
    "decimal.Decimal": "Decimal",
    "TypeGuard[int]": "TypeGuard[int]",  # a class of the user's
}
IMPORTED_FROM = {
    "pathlib.Path": "pathlib",
    "asyncio.Event": "asyncio",
    "asyncio.Queue": "asyncio",
    "io.StringIO": "io",
    "types.FunctionType": "types",
    "concurrent.futures.Executor": "concurrent.futures",
    "typing.AbstractSet[int]": "collections.abc",
    "typing.ContextManager[int]": "contextlib",
    "Outer.Inner": "_impl",
    "UserId": "_other",
    "TypeGuard[int]": "_impl",
}
STRINGS_ONLY = {
    "int | None": "int | None",
    "None | 'str' | int": "str | int | None",
    "list[int | str] | None": "list[int | str] | None",
    "typing.Union[int | None, str]": "int | str | None",
    "typing.List[int | None]": "list[int | None]",
    "StrPath": "StrPath",
    "Thing[int] | None": "Thing[int] | None",
    "stubbed.sub.Deep": "Deep",
    "gone.Name": "Name",
    "WSGIApplication": "WSGIApplication",
    "Never": "Never",
    "LiteralString": "LiteralString",
}
HEAD = """
import asyncio, collections.abc, concurrent.futures, datetime, decimal, io, os, pathlib, re, types, typing
import typing_extensions
from _other import UserId
from ambidex import Module

if typing.TYPE_CHECKING:
    import stubbed.sub
    import lone as gone
    from _typeshed import StrPath
    from _typeshed.wsgi import WSGIApplication
    from stubbed import Thing
    from typing_extensions import LiteralString, Never

m = Module("public")
Alias = typing.Dict[str, typing.Optional[int]]
T = typing.TypeVar("T")
Named = typing_extensions.TypeAliasType("Named", typing.List[int])
Quoted = typing_extensions.TypeAliasType("Quoted", "typing.Optional[Named]")
Keyed = typing_extensions.TypeAliasType("Keyed", typing.Dict[str, T], type_params=(T,))

class Outer:
    class Inner: ...

class TypeGuard(typing.Generic[T]): ...
"""


def write_all(project: Project, spellings: list[str], *, as_strings: bool) -> str:
    """Write one function for each spelling, and return the compiled module."""
    functions = [
        f"\n@m.wrap_function\nasync def f{i}(x: {spelling}) -> None: ...\n" for i, spelling in enumerate(spellings)
    ]
    future = "from __future__ import annotations\n" if as_strings else ""
    for stub in ("stubbed-stubs/__init__.pyi", "stubbed-stubs/sub.pyi", "lone.pyi"):  # of what is not installed
        (project.folder / stub).parent.mkdir(exist_ok=True)
        (project.folder / stub).write_text("def __getattr__(name: str) -> object: ...\n", encoding="utf-8")
    project.write("_other.py", "import typing\nUserId = typing.NewType('UserId', int)\n")
    (project.folder / "_impl.py").write_text(future + HEAD + "".join(functions), encoding="utf-8")
    return project.compile("_impl")["public"]


def find_parameters(text: str) -> list[str]:
    """Return the annotation of each function's one parameter."""
    return [found.replace('"', "'") for found in re.findall(r"^def f\d+\(x: (.*)\) -> None:", text, re.MULTILINE)]


@pytest.mark.parametrize("as_strings", [False, True])
def test_spellings_of_one_type_are_written_in_one_way(project: Project, as_strings: bool) -> None:
    """Objects and strings, `typing` and the classes themselves: one normal form."""
    text = write_all(project, list(SPELLINGS), as_strings=as_strings)
    assert find_parameters(text) == list(SPELLINGS.values())


def test_strings_may_hold_what_this_interpreter_cannot_evaluate(project: Project) -> None:
    """`X | Y` on Python 3.9, and names that exist for type checkers alone."""
    text = write_all(project, list(STRINGS_ONLY), as_strings=True)
    assert find_parameters(text) == list(STRINGS_ONLY.values())
    for line in (
        "from _typeshed import StrPath",
        "from _typeshed.wsgi import WSGIApplication",
        "from lone import Name",
        "from stubbed import Thing",
        "from stubbed.sub import Deep",
        "from typing_extensions import LiteralString, Never",
    ):
        assert f"    {line}\n" in text


@pytest.mark.parametrize("spelling", IMPORTED_FROM)
def test_names_are_imported_from_the_public_module(project: Project, spelling: str) -> None:
    """Never from where an implementation detail of the interpreter, or of a package, happens to define them."""
    text = write_all(project, [spelling], as_strings=True)
    name = re.match(r"\w+", SPELLINGS[spelling])
    assert name is not None
    assert f"    from {IMPORTED_FROM[spelling]} import {name[0]}\n" in text


if sys.version_info >= (3, 12):

    def test_alias_statement_is_expanded(project: Project) -> None:
        """`type X = ...` is an alias like any other."""
        project.write(
            "_impl.py",
            """
            from ambidex import Module
            m = Module("public")
            type Table = dict[str, int | None]
            @m.wrap_function
            async def f0(x: Table) -> None: ...
            """,
        )
        assert find_parameters(project.compile("_impl")["public"]) == ["dict[str, int | None]"]


@pytest.mark.parametrize("spelling", ["Inner", "list[Inner]", "Inner | None"])
def test_one_spelling_means_what_it_names_where_it_stands(project: Project, spelling: str) -> None:
    """Each class and each module has names of its own: an annotation of the same text is another type there."""
    head = "from __future__ import annotations\nfrom ambidex import Module\n"
    method = f"    async def get(self, x: {spelling}) -> None: ...\n"
    classes = "".join(f"@m.wrap_class\nclass {name}:\n    class Inner: ...\n{method}" for name in ("First", "Second"))
    project.write("_one.py", f"{head}m = Module('one')\n{classes}")
    function = f"@m.wrap_function\nasync def get(x: {spelling}) -> None: ...\n"
    project.write("_two.py", f"{head}m = Module('two')\nInner = int\n{function}")
    texts = project.compile("_one", "_two")
    found = [each for name in ("one", "two") for each in re.findall(r"def get\((?:self, )?x: (.*)\) ->", texts[name])]
    assert [each.replace('"', "") for each in found] == [
        spelling.replace("Inner", name) for name in ("First.Inner", "Second.Inner", "int")
    ]


def test_class_attribute_that_holds_a_public_class(project: Project) -> None:
    """It is public, by the annotation of a base where that has one, and no nested class is written twice."""
    project.write(
        "_impl.py",
        """
        from __future__ import annotations
        from typing import Type
        from ambidex import Module

        m = Module("public")

        @m.wrap_class
        class Failure(Exception): ...

        @m.wrap_class
        class Row:
            class Cell: ...
            async def key(self) -> int:
                return 1

        class Base:
            kind: Type[Row]

        @m.wrap_class
        class Table(Base):
            kind = Row
            Error = Failure
            Cell = Row.Cell
        """,
    )
    text = project.compile()["public"]
    assert re.findall(r"def (\w+)\(\w+\) -> (type.*):", text) == [
        ("Error", "type[Failure]"),
        ("Cell", "type[Row.Cell]"),
        ("kind", "type[Row]"),
    ]
    assert text.count("class Cell(") == 1
    assert project.ambidex("generate", "-m", "_impl", "-o", ".")[0] == 0
    project.write(
        "use.py",
        "from public import Failure, Row, Table\n"
        "assert (Table().kind, Table.Error, Table.Cell) == (Row, Failure, Row.Cell)\n",
    )
    assert project.run("use.py") == (0, "", "")


def test_class_attribute_that_holds_an_exception_of_another_package(project: Project) -> None:
    """Nobody registers what another package has: it is a value, as it is where an annotation names it."""
    project.write("driver.py", "class Error(Exception): ...\n\nclass Cursor: ...\n")
    project.write(
        "_impl.py",
        """
        from __future__ import annotations
        import driver
        from ambidex import Module

        m = Module("public")

        @m.wrap_class
        class Connection:
            Error = driver.Error
            Cursor = driver.Cursor
            async def fail(self) -> int:
                raise self.Error("closed")
        """,
    )
    text = project.compile()["public"]
    assert re.findall(r"def (\w+)\(\w+\) -> (type.*):", text) == [
        ("Error", "type[_Error]"),
        ("Cursor", "type[_Cursor]"),
    ]
    assert project.ambidex("generate", "-m", "_impl", "-o", ".")[0] == 0
    project.write(
        "use.py",
        """
        import driver
        from public import Connection

        assert Connection.Error is driver.Error
        try:
            Connection().fail()
        except Connection.Error as error:
            assert error.args == ("closed",)
        else:
            raise AssertionError("it fails")
        """,
    )
    assert project.run("use.py") == (0, "", "")


def test_metadata_that_a_class_of_typing_extensions_makes_is_written(project: Project) -> None:
    """`Doc` says what a parameter is: it is the same wherever the implementation has it from."""
    pytest.importorskip("typing_extensions", reason="typing_extensions is not installed: nothing to take Doc from")
    project.write(
        "_impl.py",
        """
        from __future__ import annotations
        from typing import Annotated
        from typing_extensions import Doc
        from ambidex import Module

        m = Module("public")

        @m.wrap_function
        async def first(number: Annotated[int, Doc("How many.")]) -> None: ...
        """,
    )
    text = project.compile()["public"]
    assert 'def first(number: Annotated[int, Doc("How many.")]) -> None:' in text
    assert "    from typing_extensions import Doc\n" in text


def test_type_guard_of_a_public_class_is_one_of_its_face(project: Project) -> None:
    """What a guard gives is a bool: nothing crosses with it, and checkers know the face by it."""
    project.write(
        "_impl.py",
        """
        from __future__ import annotations
        import typing
        from ambidex import Module
        if typing.TYPE_CHECKING:
            from typing_extensions import TypeGuard

        m = Module("public")

        @m.wrap_class
        class Station: ...

        @m.wrap_function
        def is_station(value: object) -> TypeGuard[Station]: ...
        """,
    )
    assert "def is_station(value: object) -> TypeGuard[Station]:" in project.compile("_impl")["public"]
