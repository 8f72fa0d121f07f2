"""What is not changed in the intermediate representation is not copied, and what is changed is changed everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import pytest

from ambidex.codegen._ir import (
    ANY,
    NONE,
    Alternatives,
    Applied,
    Binding,
    Callable,
    Class,
    Face,
    Flavour,
    Form,
    Function,
    Handle,
    Kind,
    Listed,
    LiteralOf,
    Name,
    Own,
    Parameter,
    Place,
    Spread,
    TupleOf,
    Type,
    Variable,
    VariableKind,
    WithMetadata,
    handed_in,
    parts,
    rebuild,
    revised,
    union,
    with_types,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

INT, STR = Name("builtins", "int"), Name("builtins", "str")
PLACE = Place("_impl.py", 1)
SPEC = Variable("P", VariableKind.PARAMETERS)
SAMPLES: Sequence[Type] = (
    INT,
    Face("api", "Client", (INT, STR)),
    Own(),
    Applied(Name("builtins", "dict"), (STR, INT)),
    TupleOf((STR, INT)),
    TupleOf((INT,), is_repeated=True),
    TupleOf(()),
    Alternatives((INT, STR, NONE)),
    LiteralOf(("1",)),
    Function((INT, STR), INT, on_loop=True, rest=SPEC),
    Function(None, INT),
    Handle(Name("collections.abc", "AsyncGenerator"), (INT, NONE), Form.BOTH),
    WithMetadata(INT, ("'metres'",)),
    Variable("T", VariableKind.TYPE, bound=INT),
    Spread(SPEC, "args"),
    Listed((INT, STR)),
    Listed(None),
)


def to_any(type_: Type) -> Type:
    """Return Any for int, and the same type for everything else."""
    return ANY if type_ == INT else type_


def make_method(name: str, type_: Type) -> Callable:
    """Return a method with one parameter."""
    parameter = Parameter("x", Kind.POSITIONAL, type_, None, PLACE)
    return Callable(name, name, Flavour.SYNC, Binding.INSTANCE, (parameter,), NONE, None, None, PLACE)


def make_class(*types: Type) -> Class:
    """Return a class with a method for each type."""
    members = tuple(make_method(f"m{index}", type_) for index, type_ in enumerate(types))
    return Class("Client", "Client", "_impl", (), None, members, None, PLACE)


def test_samples_have_every_kind_of_type() -> None:
    """A new kind has to be rebuilt, too."""
    assert {type(sample) for sample in SAMPLES} == set(get_args(Type))


@pytest.mark.parametrize("sample", SAMPLES, ids=repr)
def test_what_a_rebuild_does_not_change_stays_the_same_object(sample: Type) -> None:
    """Most of what passes over the IR is left alone, and a copy is what costs there."""
    assert rebuild(sample, lambda part: part) is sample
    assert with_types(make := make_class(sample), lambda part: part) is make
    if not isinstance(sample, (Function, Handle)):
        assert handed_in(sample) is sample


@pytest.mark.parametrize("sample", SAMPLES, ids=repr)
def test_a_rebuild_changes_each_part(sample: Type) -> None:
    """What stands directly inside is changed, the rest of a Callable's parameters and a variable left out."""
    made = rebuild(sample, to_any)
    assert type(made) is type(sample)
    expected = parts(sample) if isinstance(sample, Spread) else tuple(map(to_any, parts(sample)))
    assert parts(made) == expected


def test_a_union_that_a_rebuild_changes_is_in_normal_form() -> None:
    """Members that become one are one."""
    assert rebuild(union((INT, STR, NONE)), lambda part: STR if part == INT else part) == union((STR, NONE))


def test_types_are_changed_wherever_a_declaration_holds_them() -> None:
    """And what stands beside them is shared with the declaration as it was."""
    before = make_class(STR, INT)
    after = with_types(before, to_any)
    assert after == make_class(STR, ANY)
    assert after.members[0] is before.members[0]


def test_a_revision_takes_equal_values_that_are_other_objects() -> None:
    """Sharing goes by identity, which says less than equality and never too much."""
    before = make_method("get", INT)
    assert revised(before, name="put", result=STR) == make_method("put", INT).__class__(
        "put", "get", Flavour.SYNC, Binding.INSTANCE, before.parameters, STR, None, None, PLACE
    )
    assert revised(before, name=before.name) is before
