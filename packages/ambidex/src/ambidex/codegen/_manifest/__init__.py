"""Read manifests: what each registers, and what that makes of a class: a face, or the class itself."""

from __future__ import annotations

from ._entries import MISSING, EntryLike, chosen_of, exported_value, faced_by, home_of, place_of_entry
from ._manifests import ManifestLike, entries_of, is_manifest, manifests_of, naming_of
from ._natures import goes_by_value, is_data, is_error, is_record
from ._registry import Registry

__all__ = (
    "EntryLike",
    "MISSING",
    "ManifestLike",
    "Registry",
    "chosen_of",
    "entries_of",
    "exported_value",
    "faced_by",
    "goes_by_value",
    "home_of",
    "is_data",
    "is_error",
    "is_manifest",
    "is_record",
    "manifests_of",
    "naming_of",
    "place_of_entry",
)
