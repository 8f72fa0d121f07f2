"""Own the command line: `ambidex generate` and the other verbs.

Generated text goes to standard output, problems to standard error, one a line. Exit codes: 0, all is well; 1, something
was refused or is out of date; 2, the command itself was wrong.
"""

from __future__ import annotations

import contextlib
import dataclasses
import gc
import io
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, cast

from ambidex._command_line import make_parser
from ambidex.codegen import (
    Target,
    compare,
    compare_copy,
    compile_targets,
    display_path,
    is_no_module,
    plan_copy,
    read_settings,
    settings_file,
    targets_of,
    watch,
    wrap_package,
    write_copy,
    write_files,
)
from ambidex.errors import GenerationError, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Generator, Sequence

    from ambidex.codegen import Compiled, Difference, Wrapped

__all__ = ("main", "main_of_process")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. `argv` are the arguments; None takes the process's own.

    Raises:
        SystemExit: by argparse, for `--help`, `--version` and arguments it does not know.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    if not arguments or (arguments[0].startswith("-") and arguments[0] not in ("-h", "--help", "--version")):
        arguments.insert(0, "generate")
    options = make_parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        _reconfigure(stream, errors="backslashreplace")  # what it cannot encode is shown all the same
    with _hearing_requests() as request:
        try:
            _open_output()
            code = _run(options)
            sys.stdout.flush()
        except KeyboardInterrupt:
            code = 130  # as of every program that Ctrl-C ends
            if not request.signum:
                print("ambidex: interrupted", file=sys.stderr)
        except OSError as error:
            code = 1
            if not isinstance(error, BrokenPipeError):  # which says that nobody reads on, as after `| head`
                told = f"{type(error).__name__}: {error.strerror or error}"
                fix = "see that there is room, and what standard output leads to"
                print(f"ambidex: cannot go on ({told}): {fix}", file=sys.stderr)
            # What the interpreter flushes at its end goes nowhere, too.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return _end_by(request.signum) if request.signum else code


def _open_output() -> None:
    """Have a standard output that leads nowhere in a process that was started without one, as by `>&-`."""
    if cast("TextIO | None", sys.stdout) is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115  it is open as long as the process


@dataclasses.dataclass
class _Request:
    """Hold the signal that asked this process to end, 0 for none."""

    signum: int = 0


@contextlib.contextmanager
def _hearing_requests() -> Generator[_Request, None, None]:
    """End the body by a KeyboardInterrupt at SIGTERM and SIGHUP, too, so that it takes back what it has half done.

    A caller that has handlers of its own, or another thread than the main one, keeps what it has.
    """
    request = _Request()

    def hear(signum: int, frame: object) -> None:  # noqa: ARG001  the shape of a handler
        if not request.signum:  # the first one ends it, and another does not end that
            request.signum = signum
            raise KeyboardInterrupt

    numbers = [getattr(signal, name, None) for name in ("SIGTERM", "SIGHUP")]  # Windows has no SIGHUP
    heard = [each for each in numbers if each and signal.getsignal(each) is signal.SIG_DFL]
    try:
        for each in heard:
            signal.signal(each, hear)
    except ValueError:  # this is another thread than the main one
        heard = []
    try:
        yield request
    finally:
        for each in heard:
            signal.signal(each, signal.SIG_DFL)


@contextlib.contextmanager
def _without_collection() -> Generator[None, None, None]:
    """Look for no garbage in the body: a run holds nearly all that it makes to its end, and would be searched for it.

    Afterwards the switch, which is the whole process's, stands as before: a build script may have called this.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _end_by(signum: int) -> int:
    """End this process by a signal, as it would have ended without a handler: supervisors and shells know that."""
    with contextlib.suppress(OSError):  # nobody reads any more
        sys.stdout.flush()
    signal.raise_signal(signum)
    return 128 + signum  # process 1 of a container is not ended by its own signals


def _run(options: argparse.Namespace) -> int:  # noqa: PLR0911  one for each verb
    try:
        _here()
        if options.verb == "call":
            from ambidex._command_line.call import call

            return call(options)
        if options.verb == "serve":
            from ambidex._command_line.serve import serve

            return serve(options)
        if options.verb == "top":
            from ambidex._command_line.top import top

            return top(options)
        if options.verb == "identity":
            from ambidex._command_line.identity import identity

            return identity(options)
        if options.verb == "vendor":
            return _vendor(options)
        if options.verb == "wrap":
            return _wrap(options)
        _tell_apart(options)
        if options.verb == "watch" or options.watch:
            return _watch(options)
        targets = _targets(options)
        with _without_collection():
            compiled = compile_targets(targets)
        if options.verb == "check" or options.check:
            return _check(targets, compiled)
        return _generate(targets, compiled, to_stdout=options.stdout, fail_on_change=options.fail_on_change)
    except GenerationError as error:
        print(error, file=sys.stderr)
        return 1
    except UsageError as error:
        print(f"ambidex: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        if error.filename is None:
            raise
        place, reason = display_path(str(error.filename)), f"{type(error).__name__}: {error.strerror}"
        print(f"ambidex: {place} is out of reach ({reason}): let this user in, or choose another", file=sys.stderr)
        return 1


def _here() -> Path:
    """Return the current folder.

    Raises:
        UsageError: it was removed.
    """
    try:
        return Path.cwd()
    except OSError as error:
        raise UsageError(f"the current folder is gone ({error.strerror}): change to one that is there") from error


def _reconfigure(stream: TextIO, *, encoding: str | None = None, errors: str | None = None) -> None:
    """Choose how a stream encodes, where it is one that has an encoding: a caller may have put anything there."""
    if isinstance(stream, io.TextIOWrapper):
        cast("io.TextIOWrapper", stream).reconfigure(encoding=encoding, errors=errors)


def _tell_apart(options: argparse.Namespace) -> None:
    """Make one list of the modules, without the synchronizer's name, which may stand behind them after one -m."""
    listed: list[list[str]] = options.modules
    last = listed[-1] if listed else []
    if options.synchronizer is None and len(last) > 1 and is_no_module(last[-1], _here()):
        options.synchronizer = last.pop()
    options.modules = [module for each in listed for module in each]


def _targets(options: argparse.Namespace) -> list[Target]:
    """Return what to generate: what the command line says, completed by pyproject.toml."""
    name: str | None = options.synchronizer
    if name is not None and (not options.modules or "." in name or name in options.modules):
        raise UsageError(f"{name!r} would be the synchronizer's name; for a module, write -m {name}, one -m for each")
    here = _here()
    configured = read_settings(here)
    output = Path(options.output) if options.output else None
    if not options.modules:
        if not configured:
            raise UsageError("nothing to generate: give -m MODULE, or modules in [tool.ambidex] of pyproject.toml")
        return [
            dataclasses.replace(
                target,
                output=output or target.output,
                synchronizer=options.synchronizer or target.synchronizer,
                runtime=options.runtime or target.runtime,
            )
            for target in configured
        ]
    usual = _usual(configured, options.modules, here, has_output=output is not None)
    return [
        dataclasses.replace(
            usual,
            modules=tuple(options.modules),
            output=output or usual.output,
            synchronizer=options.synchronizer or usual.synchronizer,
            runtime=options.runtime or usual.runtime,
        )
    ]


def _usual(configured: Sequence[Target], modules: Sequence[str], here: Path, *, has_output: bool) -> Target:
    """Return what pyproject.toml says of modules that the command line names: of others that go elsewhere, nothing."""
    meant = targets_of(configured, modules, here)
    if len(meant) == 1:
        return meant[0]
    among = meant or ([] if has_output else configured)
    is_one = len({target.output for target in among}) == 1
    first = among[0] if among else Target((), here, None)
    return dataclasses.replace(first, root=here, output=first.output if is_one else None)


def _generate(targets: Sequence[Target], compiled: Compiled, *, to_stdout: bool, fail_on_change: bool) -> int:
    if to_stdout or all(target.output is None for target in targets):
        _print_texts(compiled.texts)
        return 0
    changed = set(write_files({**compiled.packages, **compiled.files}))
    for file in compiled.files:
        print(f"{display_path(file)}: {'written' if file in changed else 'unchanged'}")
    return 1 if changed and fail_on_change else 0


def _print_texts(texts: dict[str, str]) -> None:
    _reconfigure(sys.stdout, encoding="utf-8")  # it is Python, and names no other encoding
    for name, text in texts.items():
        if len(texts) > 1:
            print(f"# {name}")
        sys.stdout.write(text)


def _check(targets: Sequence[Target], compiled: Compiled) -> int:
    outputs = {target.output for target in targets if target.output is not None}
    if not outputs:
        raise UsageError("nothing to compare with: give -o FOLDER, or output in [tool.ambidex] of pyproject.toml")
    differences = compare({**compiled.packages, **compiled.files}, outputs, {target.root for target in targets})
    return _shown(differences)


def _watch(options: argparse.Namespace) -> int:
    """Generate at every change, until Ctrl-C."""
    if all(target.output is None for target in _targets(options)):
        raise UsageError("watch has nothing to write to: give -o FOLDER, or output in [tool.ambidex] of pyproject.toml")
    arguments = [argument for module in options.modules for argument in ("-m", module)]
    for flag, value in (
        ("-o", options.output),
        ("--runtime", options.runtime),
        ("", options.synchronizer),
    ):
        arguments.extend(str(part) for part in (flag, value) if part and value)

    def folders() -> list[Path]:
        file = settings_file(_here())
        return [*([] if file is None else [file]), *(target.root for target in _targets(options))]

    with contextlib.suppress(KeyboardInterrupt):
        watch(arguments, folders, lambda text: print(text, file=sys.stderr, flush=True))
    return 0


def _vendor(options: argparse.Namespace) -> int:
    """Copy the run-time part, or compare a copy; pyproject.toml completes what the command line leaves out."""
    configured = read_settings(_here()) if not (options.name and options.output) else []
    names = [options.name] if options.name else sorted({target.runtime for target in configured} - {"ambidex"})
    if len(names) != 1:
        raise UsageError(
            f"vendor needs the name of one copy, and there are {len(names)}: give it, as in "
            "`ambidex vendor mylib._ambidex -o src`, or as runtime in [tool.ambidex] of pyproject.toml"
        )
    outputs = {target.output for target in configured if target.runtime == names[0]} or {
        target.output for target in configured
    }
    output = Path(options.output) if options.output else (outputs.pop() if len(outputs) == 1 else None)
    if output is None:
        raise UsageError(
            f"vendor has no folder to copy {names[0]} to: give -o FOLDER, or output in [tool.ambidex] of pyproject.toml"
        )
    copy = plan_copy(names[0], output)
    if options.check:
        return _shown(compare_copy(copy))
    print(f"{display_path(copy.folder)}: {'written' if write_copy(copy) else 'unchanged'}")
    return 0


def _wrap(options: argparse.Namespace) -> int:
    """Write a manifest and what is generated from it; say on standard error what was left out, or faulty."""
    output = Path(options.output) if options.output else None
    wrapped = wrap_package(options.package, options.alias, output, is_clean=options.clean)
    if output is None:
        _print_left(wrapped)
        _print_texts({wrapped.name: wrapped.manifest, **wrapped.compiled.texts})
        return 0
    file = output / f"{wrapped.name}.py"
    if file.is_file() and file.read_bytes().decode("utf-8", errors="replace") != wrapped.manifest:
        raise UsageError(
            f"{display_path(file)} exists: generate from it with `ambidex generate -m {wrapped.name} "
            f"-o {options.output}`, or move it away"
        )
    _print_left(wrapped)
    changed = set(write_files({file: wrapped.manifest, **wrapped.compiled.packages, **wrapped.compiled.files}))
    for each in (file, *wrapped.compiled.files):
        print(f"{display_path(each)}: {'written' if each in changed else 'unchanged'}")
    return 0


def _print_left(wrapped: Wrapped) -> None:
    for left in (*wrapped.left_out, *wrapped.faulty):
        print(left, file=sys.stderr)


def _shown(differences: Sequence[Difference]) -> int:
    for difference in differences:
        sys.stdout.write(difference.diff)
        print(difference, file=sys.stderr)
    return 1 if differences else 0


def main_of_process() -> int:
    """Run the command of this process, which ends with it, and return its exit code."""
    code = main()
    gc.freeze()  # the interpreter would look for garbage among all that a run has made, and then let go of all memory
    return code


if __name__ == "__main__":
    raise SystemExit(main_of_process())
