"""What an application's ambidex asks of a vendored copy is recorded with the number that promises it."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

from ambidex import bridge, runtime
from ambidex.bridge import ABI, FaceInfo, Member

if TYPE_CHECKING:
    from collections.abc import Callable

ASKED = {
    bridge: ("BlockingSteps", "InProcess", "StepsAhead", "Wrappers", "has_face", "placed", "register"),
    runtime: ("Caller", "StreamCall", "runtime_of"),
}
HINT = (
    "a published library may carry a copy that has what stood here before: have this version work with that still, or "
    "raise `ABI`; then write here what there is"
)
RECORDED = {
    1: {
        "BlockingSteps": "call, raise_given",
        "InProcess": "runtime, origin=",
        "StepsAhead": "call, limit, raise_given",
        "Wrappers": "",
        "has_face": "cls",
        "placed": "target, channel, only overrides=",
        "register": "implementation_class, info",
        "Caller": "runtime, owner, only is_remote=",
        "StreamCall": "runtime, function, args, kwargs, name, instead, timeout_s=, outward=, inward=, caller=",
        "runtime_of": "name",
        "Member": (
            "adopt attribute attributes awaiting below bind binding give given giver gives hands_over holding "
            "instead inward_sent is_idempotent module_of_implementation name path raise_given raises_given "
            "reversed runs runtime_of_implementation sent stub take take_elsewhere takes untranslated warns "
            "watch whereabouts whereabouts_of_stub"
        ),
        "FaceInfo": (
            "bound channel class_of_objects cls complete construct construct_elsewhere face_for faces forget "
            "has_slots hold implementation implementation_class initialise is_overriding is_users note "
            "outliving path reference_of remember stand_for"
        ),
    }
}


def signature_of(value: Callable[..., object]) -> str:
    """Return the parameters of something, and whether they have defaults; types may change."""
    stars: dict[object, str] = {inspect.Parameter.KEYWORD_ONLY: "only ", inspect.Parameter.POSITIONAL_ONLY: "placed "}
    return ", ".join(
        f"{stars.get(each.kind, '')}{each.name}{'' if each.default is inspect.Parameter.empty else '='}"
        for each in inspect.signature(value).parameters.values()
    )


def public_of(cls: type) -> str:
    """Return the names of what the objects of a class have."""
    slots = [name for base in cls.__mro__ for name in vars(base).get("__slots__", ())]
    return " ".join(sorted({name for name in (*vars(cls), *slots) if not name.startswith("_")}))


def test_what_is_asked_of_a_copy_is_what_its_number_promises() -> None:
    """The functions and classes, with their parameters, and what descriptions of members and faces have."""
    found = {name: signature_of(getattr(module, name)) for module, names in ASKED.items() for name in names}
    found.update({cls.__name__: public_of(cls) for cls in (Member, FaceInfo)})
    assert found == RECORDED[ABI], HINT
