"""Own how a child's program runs: as the program it is, or imported and served.

A file with `if __name__ == "__main__":` is run as Python would run it, and serves by `MyWorker().run()` there. Any
other file is imported as the module of its name, and so is a file one of whose classes was named; what it has is
served: the class that was named, its one `ChildWorker`, or the objects that the parent asks for.
"""

# ruff: noqa: PTH119, PTH120, PTH122, PTH123
# pathlib would be one more import of each child

from __future__ import annotations

import _ast
import os
import signal
import sys
from _frozen_importlib import module_from_spec
from _frozen_importlib_external import SourceFileLoader, spec_from_file_location

from . import _given, _watch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, FrameType, ModuleType
    from typing import Any

_WATCH = 2  # the place among the descriptors of the socket that the thread of `_watch` has for itself
__all__ = ("find_worker", "has_guard", "import_file", "run", "run_program")


class Refused(Exception):
    """What was to run cannot serve; the message says why, and what to do."""


def run(config: str, target: str) -> None:
    """Run a file, or a module by its name, to its end; to be called on the main thread, once."""
    # Ctrl-C is the parent's affair. Not SIG_IGN: the programs that this one starts would ignore it, too.
    signal.signal(signal.SIGINT, _pass_over)
    _show_lines(sys.stdout)
    given = _given.keep(config)
    grace_s: float | None = given.config.get("watch_grace_s")
    if grace_s is not None:
        _watch.watch(given.parent_pid, given.descriptors[_WATCH], grace_s)
    name: str | None = given.config.get("class")
    try:
        if os.path.dirname(target) and name is None and has_guard(tree := _parse(target)):
            _serve_program(compile(tree, target, "exec", dont_inherit=True), target)
        else:
            _serve(_imported(target), name)
    except Refused as refused:
        sys.stderr.write(f"{refused}\n")
        sys.exit(2)


def _pass_over(signal_number: int, frame: FrameType | None) -> None:
    """Do nothing on a signal."""


def _show_lines(stdout: Any) -> None:  # Any: a text file as `io` makes them; None where the system gave no stdout
    """Have each line written when it is complete, whole, as in a terminal.

    Unbuffered, `print` would write a line and its end apart, and what the parent prints would come between them.
    """
    if stdout is not None:
        stdout.reconfigure(line_buffering=True, write_through=False)


def _serve_program(code: CodeType, file: str) -> None:
    run_program(code, file)
    if not _given.was_taken():
        raise Refused(
            f'{file} ran to its end and served nothing: call `MyWorker().run()` under `if __name__ == "__main__":`'
        )


def _imported(target: str) -> ModuleType:
    _given.importing.append(target)
    try:
        return import_file(target) if os.path.dirname(target) else _import(target)  # a file's path is absolute
    finally:
        _given.importing.clear()


def _import(name: str) -> ModuleType:
    __import__(name)
    return sys.modules[name]


def _serve(module: ModuleType, name: str | None) -> None:
    """Serve a class of a module by its name; without one the only worker there, or what the parent asks for."""
    if _given.was_taken():  # the module has done so itself
        return
    child = _import(f"{__package__}._child")
    worker = find_worker(module, child.ChildWorker) if name is None else _find_class(module, name)
    if worker is None:
        child.serve_objects(module)
    else:
        child.run_class(worker)


def _find_class(module: ModuleType, name: str) -> type:
    found: object = module
    for part in name.split("."):
        found = getattr(found, part, None)
    if not isinstance(found, type):
        raise Refused(f"{module.__name__} ({module.__file__}) has no class {name}")
    return found


def find_worker(module: ModuleType, base: type) -> type | None:
    """Return the class derived from `base` that a module defines; None where there is none.

    Raises:
        Refused: there are several.
    """
    found = [
        thing
        for name, thing in vars(module).items()
        if issubclass(type(thing), type)  # `isinstance` takes list[int] for a class, before 3.11
        and issubclass(thing, base)
        and thing.__module__ == module.__name__
        and thing.__name__ == name  # and not a second name of it
    ]
    if len(found) > 1:
        names = ", ".join(each.__name__ for each in found)
        raise Refused(f'{module.__file__} defines several workers ({names}); name one: "{module.__name__}:Class"')
    return found[0] if found else None


def _parse(file: str) -> _ast.Module:
    with open(file, "rb") as source:
        tree: Any = compile(source.read(), file, "exec", _ast.PyCF_ONLY_AST, dont_inherit=True)
    assert isinstance(tree, _ast.Module)
    return tree


def has_guard(tree: _ast.Module) -> bool:
    """Tell whether a module has `if __name__ == "__main__":` at its top, alone or as a part of `and`."""
    return any(isinstance(each, _ast.If) and _asks_for_main(each.test) for each in tree.body)


def _asks_for_main(test: _ast.expr) -> bool:
    if isinstance(test, _ast.BoolOp) and isinstance(test.op, _ast.And):
        return any(map(_asks_for_main, test.values))
    if not (isinstance(test, _ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], _ast.Eq)):
        return False
    sides = [test.left, *test.comparators]
    return any(isinstance(side, _ast.Name) and side.id == "__name__" for side in sides) and any(
        isinstance(side, _ast.Constant) and side.value == "__main__" for side in sides
    )


def run_program(code: CodeType, file: str) -> None:
    """Run the code of a file as the program of this process: `__main__` is a module of that file from now on."""
    main: ModuleType = type(sys)("__main__")
    attributes = vars(main)
    attributes.update(__file__=file, __builtins__=__builtins__, __loader__=SourceFileLoader("__main__", file))
    attributes["__cached__"] = None
    sys.modules["__main__"] = main
    exec(code, attributes)  # noqa: S102  which is what it is for


def import_file(file: str) -> ModuleType:
    """Import a file as the module of its name, whatever stands on `sys.path`; a dot in the name becomes `_`.

    Raises:
        Refused: another module of that name is imported.
    """
    name = os.path.splitext(os.path.basename(file))[0].replace(".", "_")
    there = sys.modules.get(name)
    if there is not None:
        if getattr(there, "__file__", None) == file:
            return there
        raise Refused(f"{file} cannot be imported as {name}: that is {there!r} here; give the file another name")
    loader = SourceFileLoader(name, file)
    spec = spec_from_file_location(name, file, loader=loader)
    assert spec is not None
    module = sys.modules[name] = module_from_spec(spec)
    loader.exec_module(module)
    return module
