"""Own the words that the command line takes."""

from __future__ import annotations

import argparse
import math
from typing import Any

import ambidex

_SHORTEST_INTERVAL_S = 0.05  # arbitrary: faster than anybody reads


def make_parser() -> argparse.ArgumentParser:
    """Return what reads the command line."""
    parser = argparse.ArgumentParser(
        prog="ambidex", description="One async source, a blocking and an async API. Without a verb: generate."
    )
    parser.add_argument("--version", action="version", version=f"ambidex {ambidex.__version__}")
    verbs = parser.add_subparsers(
        dest="verb", required=True, metavar="{generate,check,watch,vendor,wrap,call,serve,top,identity}"
    )
    for verb, summary in (
        ("generate", "write generated modules"),
        ("check", "compare them with what is on disk; write nothing"),
        ("watch", "write them, and again at every change of a source, until Ctrl-C"),
    ):
        command = verbs.add_parser(verb, help=summary, description=f"{summary.capitalize()}.")
        command.add_argument(
            "-m",
            "--modules",
            action="append",
            nargs="+",
            default=[],
            metavar="MODULE",
            help="modules with manifests, packages, or globs such as 'shop._*'; the last of several words, where the "
            "current folder has no module of that name, is the NAME",
        )
        command.add_argument(
            "-o", "--output", metavar="FOLDER", help="where generated modules go; without it, standard output"
        )
        command.add_argument(
            "synchronizer", nargs="?", metavar="NAME", help="the runtime's name, for manifests that name none"
        )
        command.add_argument(
            "--runtime",
            metavar="PACKAGE",
            help="the copy of ambidex that generated modules import, as in mylib._ambidex",
        )
        command.set_defaults(check=False, stdout=False, watch=False, fail_on_change=False)
        if verb == "generate":
            instead = command.add_mutually_exclusive_group()
            instead.add_argument("--check", action="store_true", help="the same as the verb check")
            instead.add_argument("--watch", action="store_true", help="the same as the verb watch")
            instead.add_argument("--stdout", action="store_true", help="print the text, whatever output is configured")
            instead.add_argument(
                "--fail-on-change", action="store_true", help="exit 1 where a file was written, for commit hooks"
            )
    summary = "copy the run-time part into a library that wants no dependency"
    command = verbs.add_parser("vendor", help=summary, description=f"{summary.capitalize()}.")
    command.add_argument("name", nargs="?", metavar="PACKAGE", help="the copy's dotted name, as in mylib._ambidex")
    command.add_argument("-o", "--output", metavar="FOLDER", help="the folder that the library's package stands in")
    command.add_argument("--check", action="store_true", help="compare the copy with this version; write nothing")
    summary = "make a manifest for somebody else's package, and generate from it"
    command = verbs.add_parser("wrap", help=summary, description=f"{summary.capitalize()}.")
    command.add_argument("package", metavar="PACKAGE", help="an installed async package, or a module of one")
    command.add_argument("--as", dest="alias", required=True, metavar="NAME", help="the module to generate")
    command.add_argument("-o", "--output", metavar="FOLDER", help="where both go; without it, standard output")
    summary = "leave out, too, what basedpyright and mypy find fault with, where they are installed"
    command.add_argument("--clean", action="store_true", help=summary)
    _add_call(verbs)
    _add_serve(verbs)
    _add_top(verbs)
    _add_identity(verbs)
    return parser


def _add_call(verbs: Any) -> None:
    summary = "start a worker, call one of its functions, and print what it gives"
    command = verbs.add_parser(
        "call", help=summary, description=f"{summary.capitalize()}. Without a function: list what it has."
    )
    command.add_argument("target", metavar="TARGET", help="a worker's file, or module:Class")
    command.add_argument("function", nargs="?", metavar="FUNCTION", help="the name of one of its functions")
    command.add_argument(
        "arguments",
        nargs=argparse.REMAINDER,
        metavar="ARGUMENT",
        help="as JSON where it is that, else text; name=ARGUMENT gives one by its name",
    )
    _add_call_options(command)


def _add_serve(verbs: Any) -> None:
    summary = "make an object and serve it to other processes, until a signal asks for the end"
    command = verbs.add_parser("serve", help=summary, description=f"{summary.capitalize()}.")
    what = "what to serve: module:Class, or path/to/module.py:Class, of which an object is made, or module:object"
    command.add_argument("target", metavar="TARGET", help=what)
    command.add_argument(
        "words",
        nargs="*",
        metavar="ARGUMENT",
        help="where, as in unix:///run/user/1000/weather.sock, which sockets that a service manager hands over take "
        "the place of; then what the class is given, as JSON where it is that, else text; name=ARGUMENT by its name",
    )
    command.add_argument(
        "--drain",
        type=_seconds,
        default=30.0,
        metavar="SECONDS",
        help="how long open calls may take to end once SIGTERM has come (30)",
    )
    command.add_argument("--identity", metavar="FILE", help="for tcp+tls://: who this service is")
    command.add_argument(
        "--allow", action="append", default=[], metavar="KEY", help="for tcp+tls://: the key of a client; repeatable"
    )
    what = "where events are kept, a file of SQLite: the class is given `publisher`, by which it publishes them"
    command.add_argument("--events", metavar="PATH", help=what)
    levels = ("debug", "info", "warning", "error")
    command.add_argument("--log-level", choices=levels, default="warning", help="what is logged to standard error")


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 <= value < math.inf:
        raise ValueError(text)
    return value


def _add_top(verbs: Any) -> None:
    summary = "show what a live service does, or a program that lets others look, until Ctrl-C"
    command = verbs.add_parser("top", help=summary, description=f"{summary.capitalize()}.")
    what = "where, as in unix:///run/user/1000/weather.sock"
    command.add_argument("address", metavar="ADDRESS", help=what)
    command.add_argument("--identity", metavar="FILE", help="for tcp+tls://: who this client is")
    command.add_argument("--pin", metavar="KEY", help="for tcp+tls://: the key of the service")
    command.add_argument("--once", action="store_true", help="show it once; rates are those since it began")
    command.add_argument("--json", action="store_true", help="print JSON, a line for each time")
    command.add_argument(
        "--interval", type=_interval, default=1.0, metavar="SECONDS", help="how long to wait between two times (1)"
    )


def _interval(text: str) -> float:
    value = _seconds(text)
    if value < _SHORTEST_INTERVAL_S:
        raise ValueError(text)
    return value


def _add_identity(verbs: Any) -> None:
    summary = "make the key of a service or client, or show what others know it by"
    command = verbs.add_parser("identity", help=summary, description=f"{summary.capitalize()}.")
    what = "new: write a new private key, which overwrites nothing; show: read one. Both print what others know it by"
    command.add_argument("action", choices=("new", "show"), metavar="ACTION", help=what)
    command.add_argument("file", metavar="FILE", help="which this user alone can read")


def read_behind_target(options: argparse.Namespace) -> None:
    """Read the options of `call` that stand between TARGET and FUNCTION, which the parser takes for arguments."""
    if options.function is None and options.arguments:
        parser = argparse.ArgumentParser("ambidex call TARGET", add_help=False)
        _add_call_options(parser)
        parser.set_defaults(**vars(options))
        parser.add_argument("function", nargs="?")
        parser.add_argument("rest", nargs=argparse.REMAINDER)
        parser.parse_args(options.arguments, options)
        options.arguments = options.rest


def _add_call_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="print JSON, of a stream a line for each item")
    command.add_argument("--timeout", type=float, metavar="SECONDS", help="how long the call may take")
    command.add_argument(
        "--codec",
        choices=("pickle", "msgpack"),
        default="pickle",
        help="how values cross: msgpack for a worker that is not trusted",
    )
    command.add_argument(
        "--python", metavar="PATH", help="the interpreter that the worker runs on, or the folder of its environment"
    )
