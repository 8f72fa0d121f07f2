"""Records carry faces: the implementation finds objects in their fields, the user finds faces, each the same one."""

from __future__ import annotations

import functools
import gc
import weakref
from dataclasses import fields, is_dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ambidex.bridge._identity import class_of
from tests.bridge._meadow import inside
from tests.bridge.meadow import (
    Count,
    Counted,
    Flock,
    Row,
    Sheep,
    Shorn,
    Tag,
    counted,
    either,
    flags,
    flock,
    row,
    tag,
)


def assert_same(old: Any, new: Any) -> None:
    """Check that two values are built alike, of the same classes, with the very same faces."""
    kind = class_of(old)
    assert type(new) is kind
    if isinstance(old, Sheep):
        assert old is new
    elif is_dataclass(old):
        for part in fields(old):
            assert_same(getattr(old, part.name), getattr(new, part.name))
    elif issubclass(kind, dict):
        assert list(old) == list(new)
        for key in old:
            assert_same(old[key], new[key])
    elif issubclass(kind, (list, tuple)):
        assert len(old) == len(new)
        for pair in zip(old, new):
            assert_same(*pair)
    elif issubclass(kind, frozenset):
        assert {id(item) for item in old} == {id(item) for item in new}
    else:
        assert old == new


@functools.cache
def sheep_called(name: str) -> Sheep:
    """Return the one sheep of that name, made when it is first drawn: an import makes no objects."""
    return Sheep(name)


def nested() -> st.SearchStrategy[Any]:
    """Return a strategy for flocks within flocks, in every kind of field; the sheep are among three."""
    sheep = st.sampled_from(["Ada", "Bea", "Cid"]).map(sheep_called)

    def extend(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        row = st.builds(Row, sheep, st.lists(sheep, max_size=2))
        rows = row | st.builds(Row, sheep, st.lists(row, max_size=2))
        flags: Any = st.fixed_dictionaries(
            {}, optional={"chief": sheep, "flocks": st.lists(inner, max_size=1), "colour": st.just("red")}
        )
        return st.builds(
            Flock,
            st.none() | sheep,
            st.lists(inner, max_size=2),
            st.dictionaries(st.sampled_from("xyz"), st.one_of(inner, sheep, st.none()), max_size=2),
            st.none() | rows,
            flags,
            st.frozensets(sheep, max_size=2),
        )

    return st.recursive(st.builds(Flock, st.none() | sheep), extend, max_leaves=5)


@settings(max_examples=60)
@given(nested())
def test_nested_records_come_back_with_the_same_faces(sent: Any) -> None:
    """Whatever is nested in whatever: no face reaches the implementation, and each comes back."""
    faces = {id(part): part for part in inside(sent) if isinstance(part, Sheep)}
    returned = flock(sent)
    assert_same(sent, returned)
    assert (returned is sent) == (not faces)


def test_faces_in_records_are_freed_by_their_last_reference() -> None:
    """Translating a record leaves nothing behind that keeps a face or its object alive."""
    gc.disable()
    try:
        sheep = Sheep("Ada")
        sent = Flock(sheep, [Flock(sheep)], {"a": sheep}, Row(sheep, [sheep]), {"chief": sheep}, frozenset([sheep]))
        returned = flock(sent)
        dead = [weakref.ref(sheep), weakref.ref(sheep.__ambidex__.receiver), weakref.ref(returned)]
        del sheep, sent, returned
        flock(Flock())  # the loop has left the call before
        assert [reference() for reference in dead] == [None, None, None]
    finally:
        gc.enable()


def test_record_without_a_face_is_passed_as_it_is() -> None:
    """Where nothing is translated, nothing is copied, however deep the record."""
    sent = Flock(None, [Flock(None, [], {"x": None})], word="empty", members=frozenset())
    assert flock(sent) is sent
    assert flags({}) == {}


def test_only_the_records_around_a_face_are_copied() -> None:
    """A part that carries no face is passed as it is, beside one that does; a part that stands twice stays one."""
    plain, shared = Flock(word="plain"), Flock(Sheep("Ada"))
    returned = flock(Flock(None, [plain, shared, shared]))
    assert returned.flocks[0] is plain
    assert returned.flocks[1] is not shared
    assert returned.flocks[1] is returned.flocks[2]


def test_record_that_refers_to_itself_keeps_its_shape() -> None:
    """A circle comes back as a circle, and one without faces as the same object."""
    sheep = Sheep("Ada")
    ring = Flock(None, [Flock(sheep)])
    ring.flocks[0].by_name["home"] = ring
    ring.by_name["self"] = ring
    returned = flock(ring)
    assert returned is not ring
    assert returned.by_name["self"] is returned
    assert returned.flocks[0].by_name["home"] is returned
    assert returned.flocks[0].leader is sheep
    plain = Flock()
    plain.by_name["self"] = plain
    assert flock(plain) is plain


def test_named_tuple_that_refers_to_itself_is_refused() -> None:
    """A tuple cannot be begun before its items are there: the error says so, and what to do."""
    ring = Row(Sheep("Ada"), [])
    ring.rest.append(ring)
    with pytest.raises(ValueError, match=r"Row refers to itself through its own fields.*make it a dataclass"):
        row(ring)


def test_named_tuple_keeps_its_class_without_being_made_anew() -> None:
    """A subclass with a constructor of its own is copied, its attributes included."""
    sent = Shorn(Sheep("Ada"))
    returned = row(sent)
    assert type(returned) is Shorn
    assert returned.first is sent.first
    assert returned.note == "shorn"


def test_frozen_dataclass_with_slots_is_copied() -> None:
    """Slots, private ones of a base included, are carried over though the class refuses assignments."""
    sheep = Sheep("Ada")
    sent = Tag(sheep, 7)
    sent.hide("under the wool")
    returned = tag(sent)
    assert returned == sent
    assert returned is not sent
    assert returned.shown() == "under the wool"


def test_dataclass_is_copied_without_its_constructor() -> None:
    """`__post_init__` has run once; a field that nothing has set stays unset; a cached property is not carried over."""
    sheep = Sheep("Ada")
    returned = counted(Count(sheep, times=2))
    assert returned.sheep is sheep
    assert returned.made == 2
    assert not hasattr(returned, "late")
    assert returned.of_inside == "tests.bridge.meadow"
    late = Count(sheep, times=1)
    late.late = sheep
    assert counted(late).late is sheep


def test_fields_that_a_subclass_adds_are_translated_too() -> None:
    """The plan knows the annotated class; what its subclass adds carries faces by itself."""
    first, second = Sheep("Ada"), Sheep("Bea")
    sent = Counted(first, 1)
    sent.second = second
    returned = counted(sent)
    assert type(returned) is Counted
    assert returned.second is second
    sent.others = {"third": [second]}
    assert counted(sent).others["third"][0] is second


def test_union_of_records_takes_the_one_that_fits() -> None:
    """Each alternative is known by its class; what is no record passes."""
    sheep = Sheep("Ada")
    tagged = either(Tag(sheep, 1))
    assert isinstance(tagged, Tag)
    assert tagged.sheep is sheep
    found = either(Flock(sheep))
    assert isinstance(found, Flock)
    assert found.leader is sheep
    assert either(sheep) is sheep
    assert either("word") == "word"


def test_typed_dict_keeps_keys_that_no_plan_names() -> None:
    """Only the keys that carry faces are touched, and those that are absent stay absent."""
    sheep = Sheep("Ada")
    assert flags({"chief": sheep, "colour": "grey"}) == {"chief": sheep, "colour": "grey"}
