"""What counts as a program, and which class of a module is its worker."""

from __future__ import annotations

import ast
import types

import pytest

from ambidex.workers._run import Refused, find_worker, has_guard


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('if __name__ == "__main__":\n    pass', True),
        ("if '__main__' == __name__: pass", True),
        ('import sys\nif __name__ == "__main__" and len(sys.argv) > 1:\n    pass', True),
        ('if __name__ == "__main__":\n    pass\nelse:\n    pass', True),
        ('if True:\n    pass\nelif __name__ == "__main__":\n    pass', False),
        ('if __name__ != "__main__":\n    pass', False),
        ('if __name__ == "__main__" or True:\n    pass', False),
        ('if __name__ == "__mp_main__":\n    pass', False),
        ('def main():\n    if __name__ == "__main__":\n        pass', False),
        ('"""if __name__ == "__main__": pass"""'.replace('"__main__"', "'__main__'"), False),
        ("", False),
    ],
)
def test_guard_is_found_where_python_would_run_it(source: str, expected: bool) -> None:
    """A guard is a comparison of `__name__` with "__main__" at the top of a file, not its text elsewhere."""
    assert has_guard(ast.parse(source)) is expected


class Base:
    """Stands for what workers derive from."""


def make_module(source: str) -> types.ModuleType:
    """Return a module of this source, which can use `Base`."""
    module = types.ModuleType("made")
    module.__file__ = "made.py"
    vars(module)["Base"] = Base
    exec(source, vars(module))
    return module


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("class Mine(Base): pass", "Mine"),
        ("class Mine(Base): pass\nOther = Mine\nclass Plain: pass\nthings = list[int]\nvalue = Mine()", "Mine"),
        ("class Other(Base): __module__ = 'elsewhere'", None),
        ("", None),
    ],
)
def test_one_worker_of_a_module_is_found(source: str, expected: str | None) -> None:
    """It is defined in the module: not imported, not a second name."""
    found = find_worker(make_module(source), Base)
    assert (found and found.__name__) == expected


def test_several_workers_are_refused_by_name() -> None:
    """The message names them, and how to choose."""
    module = make_module("class A(Base): pass\nclass B(A): pass")
    with pytest.raises(Refused, match=r'made.py defines several workers \(A, B\); name one: "made:Class"'):
        find_worker(module, Base)
