"""The functions of `ambidex.codegen.compile`, and manifests that are not ours."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import ambidex.module
from ambidex import GenerationError
from ambidex.codegen.compile import compile_class, compile_function, compile_module, compile_modules
from tests.bridge import _ferry, ferry

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from tests.codegen.conftest import Project

IMPLEMENTATION = """
    from __future__ import annotations

    from ambidex import Module

    m = Module("public")

    @m.wrap_class
    class Node:
        async def children(self) -> list[Node]: ...

    @m.wrap_function
    async def find(root: Node) -> Node | None:
        '''Find it.'''

    async def free() -> int: ...

    async def other() -> int: ...
"""


@pytest.fixture
def implementation(project: Project, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """Import an implementation as a build script does."""
    monkeypatch.setattr(sys, "path", [str(project.folder), *sys.path])
    project.write("_api_of_test.py", IMPLEMENTATION)
    yield importlib.import_module("_api_of_test")
    del sys.modules["_api_of_test"]


def test_compile_function_gives_one_face(implementation: ModuleType) -> None:
    """Only the definition; classes that are compiled elsewhere are told by `synchronized_types`."""
    text = compile_function(implementation.find, "public", "sync", {implementation.Node: ("public", "Node")})
    assert text == (
        '@_impl.function(takes={"root": "Node"}, gives="Node")\n'
        "def find(root: Node) -> Node | None:\n"
        '    """Find it."""\n'
        "    raise implemented_elsewhere().at(_source.find)\n"
    )
    elsewhere = compile_function(implementation.find, "public", "sync", {implementation.Node: ("other.nodes", "Node")})
    assert elsewhere.startswith('@_impl.function(takes={"root": "other.nodes.Node"}, gives="other.nodes.Node")\n')


def test_compile_function_finds_the_manifest_beside_a_class(implementation: ModuleType) -> None:
    """A class that a manifest of its own module lists is known without being told."""
    assert 'gives="Node"' in compile_function(implementation.find, "public", "sync")


def test_compile_class_gives_one_face(implementation: ModuleType) -> None:
    """Only the class; it knows itself."""
    assert compile_class(implementation.Node, "public", "sync") == (
        "class Node(Face, implementation=_impl):\n"
        "    @constructor\n"
        "    def __init__(self) -> None:\n"
        "        raise implemented_elsewhere().at(_source.Node.__init__)\n\n"
        '    @method(gives=sequence_of("Node"))\n'
        "    def children(self) -> list[Node]:\n"
        "        raise implemented_elsewhere().at(_source.Node.children)\n"
    )


def test_compile_class_takes_the_classes_inside_along(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is public under its name is a part of it."""
    project.write(
        "_outer.py",
        """
        class Outer:
            class Inner:
                def around(self) -> "Outer": ...
        """,
    )
    monkeypatch.setattr(sys, "path", [str(project.folder), *sys.path])
    outer = importlib.import_module("_outer").Outer
    try:
        text = compile_class(outer, "public", "sync")
    finally:
        del sys.modules["_outer"]
    assert "    class Inner(Face, implementation=_impl):\n" in text
    assert '        @sync_method(gives="Outer")\n        def around(self) -> Outer:\n' in text


def test_compile_module_is_one_of_compile_modules(implementation: ModuleType) -> None:
    """One manifest, its text."""
    assert compile_module(implementation.m, "sync") == compile_modules([implementation.m], "sync")["public"]


def test_synchronizer_of_the_manifest_comes_first(implementation: ModuleType) -> None:
    """The argument serves manifests that name none; without it the target's first part is taken."""
    assert 'synchronizer="given"' in compile_module(implementation.m, "given")
    assert 'synchronizer="public"' in compile_module(implementation.m)
    implementation.m._synchronizer = "own"
    assert 'synchronizer="own"' in compile_module(implementation.m, "given")


def test_vendored_manifest_is_one_too(project: Project) -> None:
    """Manifests are recognised by their shape: a copy of the module file serves as well."""
    source = ambidex.module.__file__
    project.write("_vendored.py", Path(source).read_text(encoding="utf-8"))
    project.write("_impl.py", IMPLEMENTATION.replace("from ambidex import", "from _vendored import"))
    assert set(project.compile("_impl")) == {"public"}


def test_object_with_any_attribute_is_no_manifest(project: Project) -> None:
    """Lazy proxies and mocks in an implementation are left alone."""
    project.write(
        "_impl.py",
        IMPLEMENTATION
        + """
    class Proxy:
        def __getattr__(self, name):
            raise RuntimeError("touched")

    proxy = Proxy()
    from unittest.mock import MagicMock
    mock = MagicMock()
    """,
    )
    assert set(project.compile("_impl")) == {"public"}


def test_options_of_the_manifest_reach_the_generated_module(implementation: ModuleType) -> None:
    """Each as it was written; nothing where nothing was."""
    plain, chosen = ambidex.module.Module("public"), ambidex.module.Module("public", first_step="caller")
    for manifest in (plain, chosen):
        manifest.wrap_function(implementation.free)
    assert "abi=1)\n" in compile_modules([plain])["public"]
    assert 'abi=1, first_step="caller")\n' in compile_modules([chosen])["public"]


def test_manifests_of_one_module_with_different_options_are_refused(implementation: ModuleType) -> None:
    """A module has one loop and one way to run."""
    first, second = ambidex.module.Module("public"), ambidex.module.Module("public", aio="caller")
    first.wrap_function(implementation.free)
    second.wrap_function(implementation.other)
    with pytest.raises(GenerationError) as info:
        compile_modules([first, second])
    assert str(info.value) == (
        "_api_of_test.py:17: public is asked for with the options {} and {'aio': 'caller'}: "
        "give both manifests the same ones"
    )


def test_generated_module_of_the_bridges_tests_is_up_to_date() -> None:
    """It is written by `ambidex generate -m tests.bridge._ferry`."""
    assert compile_modules([_ferry.module])["tests.bridge.ferry"] == Path(ferry.__file__).read_text(encoding="utf-8")


OLD = """
    class Entry:
        __slots__ = ("by", "file", "kind", "line", "name", "obj")

        def __init__(self, kind, obj):
            self.kind, self.obj, self.name = kind, obj, obj.__name__
            self.by, self.file, self.line = None, __file__, 1

    class Module:
        target_module = "public"
        synchronizer = None
        entries = ()

        def wrap_class(self, cls):
            self.entries += (Entry("class", cls),)
            return cls

        def module_items(self):
            return {entry.obj: ("public", entry.name) for entry in self.entries}
"""
USES_OLD = """
    from _old import Module

    m = Module()
    __all__ = ("LIMIT", "Thing")
    LIMIT = 3

    @m.wrap_class
    class Thing:
        class Inner: ...
        async def run(self) -> int: ...
"""


def test_manifest_of_an_older_copy_is_still_read(project: Project) -> None:
    """What its entries do not say is as it was: every member by its own name, nothing exported."""
    project.write("_old.py", OLD)
    project.write("_impl.py", USES_OLD)
    text = project.compile("_impl")["public"]
    assert '__all__ = ("Thing",)' in text
    assert "def run(self) -> int:" in text
    assert "class Inner(Face" in text


def test_all_of_a_module_serves_one_target(project: Project) -> None:
    """Two manifests for one target export its names once; for two targets nothing says which of them is meant."""
    text = """
        from ambidex import Module

        a = Module("public")
        b = Module("{other}")
        __all__ = ("LIMIT", "a", "b", "f", "g")
        LIMIT = 3

        @a.wrap_function
        async def f() -> int: ...

        @b.wrap_function
        async def g() -> int: ...
    """
    project.write("_one.py", text.format(other="public"))
    project.write("_two.py", text.format(other="other"))
    one, two = project.compile("_one"), project.compile("_two")
    assert '__all__ = ("LIMIT", "f", "g")' in one["public"]
    assert '__all__ = ("f",)' in two["public"]
    assert '__all__ = ("g",)' in two["other"]
