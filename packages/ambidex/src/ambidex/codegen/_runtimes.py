"""Own what manifests ask of the runtime that they name: of each name there is one in a process, with one loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._manifest import place_of_entry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ._manifest import ManifestLike
    from ._report import Report

_SHARED = ("first_step", "loop")


class Runtimes:
    """Know what is asked of each runtime, over all the targets of a run."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], tuple[str, str]] = {}  # a value and a target module, by name and option

    def check(self, manifests: Sequence[ManifestLike], synchronizer: str | None, report: Report) -> None:
        """Refuse a synchronizer that is to have two loops, or two kinds of first step."""
        for manifest in manifests:
            target = manifest.target_module
            name = synchronizer_of(manifest, synchronizer)
            options = options_of(manifest)
            for option in (each for each in _SHARED if each in options):
                value = options[option]
                first, other = self._known.setdefault((name, option), (value, target))
                if first != value and other != target and manifest.entries:
                    report.add(
                        place_of_entry(manifest.entries[0]),
                        f"the synchronizer {name} is asked for with {option}={first!r} by {other}, "
                        f"and {value!r} by {target}",
                        "give both manifests the same one, or name another synchronizer in one of them",
                    )


def synchronizer_of(manifest: ManifestLike, default: str | None) -> str:
    """Return the name of a manifest's runtime; without a default it is the first part of the target module."""
    return manifest.synchronizer or default or manifest.target_module.partition(".")[0]


def options_of(manifest: ManifestLike) -> Mapping[str, str]:
    """Return a manifest's options; one of an older copy of `Module` has none."""
    return getattr(manifest, "options", {})
