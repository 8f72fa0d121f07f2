"""Write the figures of a whole run of `make bench` into the README, between its two markers."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from report import cores, number
from targets import LINES, TARGETS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

BEGIN = "<!-- begin of the figures that bench/readme.py writes -->"
END = "<!-- end of the figures -->"
_PEERED = {
    "blocking": "blocking call",
    "awaited": "`.aio` from another loop",
    "streamed": "items streamed, blocking",
    "threads": "8 threads calling",
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the figures and rewrite the README."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("figures", type=Path, help="the file that --json of bench/bridge.py wrote")
    parser.add_argument("--readme", type=Path, default=Path(__file__).parents[1] / "README.md")
    options = parser.parse_args(arguments)
    text = options.readme.read_text()
    try:
        options.readme.write_text(rewritten(text, json.loads(options.figures.read_text())))
    except ValueError as error:
        parser.error(str(error))


def rewritten(readme: str, report: dict[str, Any]) -> str:
    """Return the README with these figures between its markers.

    Raises:
        ValueError: a marker is missing, or the run left out a part of the tables.
    """
    if readme.count(BEGIN) != 1 or readme.count(END) != 1:
        raise ValueError(f"the README needs the lines {BEGIN!r} and {END!r}, once each")
    answered = {(answer["line"], answer["case"]) for answer in report["targets"]}
    missing = [target.line for target in TARGETS if (target.line, target.case) not in answered]
    if missing:
        raise ValueError(f"the run did not measure: {', '.join(dict.fromkeys(missing))}; run `make bench` as a whole")
    before, _, rest = readme.partition(BEGIN)
    after = rest.partition(END)[2]
    figures = "\n\n".join((_machine(report["machine"]), _peers(report["sections"]), _targets(report["targets"])))
    return f"{before}{BEGIN}\n\n{figures}\n\n{END}{after}"


def _machine(machine: dict[str, Any]) -> str:
    peers = ", ".join(f"{name} {version}" for name, version in machine["peers"].items()) or "no peer installed"
    return (
        f"Medians of {machine['rounds']} rounds by {machine['clock']}, on {cores(machine['cpus'])} "
        f"({machine['system']}, {machine['processor']}), {machine['implementation']} {machine['python']}, with {peers}:"
    )


def _peers(sections: list[dict[str, Any]]) -> str:
    lines = ["| | figure | ratio |", "|---|---:|---:|"]
    found = {section["name"]: section for section in sections}
    for name, what in _PEERED.items():
        for row in found[name]["rows"]:
            if row["is_derived"]:
                continue
            figure = f"{number(row['figure'])} {row['unit']}" if row["figure"] is not None else row["note"]
            lines.append(f"| {what}: {_bold(row['name'])} | {figure} | {_ratio(row['ratio'])} |")
    return "\n".join(lines)


def _targets(answers: list[dict[str, Any]]) -> str:
    lines = ["| target | figure | ratio | aim | |", "|---|---:|---:|---:|---|"]
    for line in LINES:
        for answer in answers:
            if answer["line"] == line:
                figure = "" if answer["figure"] is None else f"{number(answer['figure'])} {answer['unit']}".rstrip()
                lines.append(
                    f"| {line}: {answer['case']} | {figure} | {_ratio(answer['ratio'])} | {answer['target']} | "
                    f"{answer['verdict']} |"
                )
    return "\n".join(lines)


def _ratio(ratio: float | None) -> str:
    return "" if ratio is None else f"{number(ratio)}x"


def _bold(name: str) -> str:
    return f"**{name}**" if name.startswith("ambidex") else name


if __name__ == "__main__":
    main()
