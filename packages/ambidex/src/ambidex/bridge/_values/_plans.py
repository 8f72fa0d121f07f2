"""List the plans: each says where in a value the faces stand. Generated modules write them by these functions.

Plans are data; `_binding` binds them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Union

from ._asynchronous import AsyncForm, AsyncOf
from ._records import KeysOf, RecordOf

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


class SequenceOf(NamedTuple):
    """A list, tuple or other sequence whose items follow one plan."""

    item: Plan


class SetOf(NamedTuple):
    """A set or frozen set whose items follow one plan."""

    item: Plan


class DictOf(NamedTuple):
    """A mapping whose keys and values follow a plan each."""

    key: Plan | None
    value: Plan | None


class TupleOf(NamedTuple):
    """A tuple of fixed length, with a plan or None for each place."""

    items: tuple[Plan | None, ...]


class IterableOf(NamedTuple):
    """Any iterable, read once, whose items follow one plan."""

    item: Plan


class GeneratorOf(NamedTuple):
    """A blocking generator: what it yields and returns follows a plan each, and in the other direction what it is sent.

    None where one carries no face.
    """

    item: Plan | None
    sent: Plan | None
    returned: Plan | None


class OneOf(NamedTuple):
    """A union: the first plan that fits the value is taken.

    Where callables that are awaited stand beside others, an async function, which says so itself, is one of the former.
    """

    plans: tuple[Plan, ...]


class CallbackOf(NamedTuple):
    """A callable of the user: its arguments go outward, its result comes inward.

    `takes` has a plan or None for each argument, `named` those of keywords, `rest` the one of those beyond. An
    implementation awaits the callable, unless `is_plain`; with `on_loop` it runs where it is awaited. `places` are the
    names by which the implementation may give what the user takes by place.
    """

    takes: tuple[Plan | None, ...]
    gives: Plan | None
    rest: Plan | None
    is_plain: bool
    on_loop: bool
    named: KeysOf | None = None
    places: tuple[str, ...] = ()


class CallOf(NamedTuple):
    """A callable of the implementation: its arguments come inward, its result goes outward.

    The user gets what blocks, what is awaited, or both in one; for one that is not awaited, neither is said. With
    `gives_own`, one that the user handed in comes back as it was. Inward, where a record of the user's holds one, it is
    what `CallbackOf` is; `form` says how that is given callables, if it is not awaited. Where `is_told`, callables that
    are awaited stand beside others in a union.
    """

    takes: tuple[Plan | None, ...]
    gives: Plan | None
    rest: Plan | None
    gives_own: bool
    is_blocking: bool
    is_awaited: bool
    named: KeysOf | None = None
    form: AsyncForm = AsyncForm.BOTH
    is_told: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether what it returns is not awaited."""
        return not (self.is_blocking or self.is_awaited)


class TypeOf(NamedTuple):
    """A class object: a face's class stands for the implementation's. The plan is that of its objects."""

    of: Plan


class HandingOver(NamedTuple):
    """A value in whose records the user's callables may stand, which its own plan does not show."""

    value: Plan


class ItemsOf(NamedTuple):
    """An iterable of the user, blocking or async, that the implementation iterates with `async for`.

    `form` says which of the two: "blocking" is none. What is an object of a class in `beside` is left as it is.
    """

    item: Plan | None
    form: AsyncForm = AsyncForm.BOTH
    beside: frozenset[str] = frozenset()


class EnteredOf(NamedTuple):
    """A context manager of the user, blocking or async, that the implementation enters with `async with`.

    `form` and `beside` as in `ItemsOf`.
    """

    item: Plan | None
    form: AsyncForm = AsyncForm.BOTH
    beside: frozenset[str] = frozenset()


class AwaitedOf(NamedTuple):
    """Something of the user's that the implementation awaits; `beside` as in `ItemsOf`."""

    item: Plan | None
    form: AsyncForm = AsyncForm.AWAITED
    beside: frozenset[str] = frozenset()


class PerhapsAwaited(NamedTuple):
    """The result of a call that the implementation gives at once or as something to await; what that gives follows."""

    value: Plan | None


class Anything(NamedTuple):
    """A position of unknown type: whatever registered object stands there is translated, in containers at any depth."""


class ErrorOf(NamedTuple):
    """An exception: objects in it, and in what it leads to, follow the plan, which is one of a position of any type."""

    held: Plan


Plan = Union[
    str,
    SequenceOf,
    SetOf,
    DictOf,
    TupleOf,
    IterableOf,
    GeneratorOf,
    OneOf,
    CallbackOf,
    CallOf,
    HandingOver,
    ItemsOf,
    EnteredOf,
    AwaitedOf,
    AsyncOf,
    RecordOf,
    KeysOf,
    PerhapsAwaited,
    TypeOf,
    ErrorOf,
    Anything,
]


def sequence_of(item: Plan) -> SequenceOf:
    """Plan a sequence (list, tuple of any length, deque): each item follows `item`."""
    return SequenceOf(item)


def set_of(item: Plan) -> SetOf:
    """Plan a set or frozen set: each item follows `item`."""
    return SetOf(item)


def dict_of(key: Plan | None, value: Plan | None) -> DictOf:
    """Plan a mapping: keys and values follow their plan, None where they carry no face."""
    return DictOf(key, value)


def tuple_of(*items: Plan | None) -> TupleOf:
    """Plan a tuple of fixed length: one plan a place, None where it carries no face."""
    return TupleOf(items)


def iterable_of(item: Plan) -> IterableOf:
    """Plan an iterable: it is read lazily, each item follows `item`."""
    return IterableOf(item)


def generator_of(item: Plan | None = None, sent: Plan | None = None, returned: Plan | None = None) -> GeneratorOf:
    """Plan a blocking generator: each item follows `item`, what it is sent `sent`, and what it returns `returned`."""
    return GeneratorOf(item, sent, returned)


def one_of(*plans: Plan) -> OneOf:
    """Plan a union of several plans: the first that fits the value is taken."""
    return OneOf(plans)


def callback(
    *takes: Plan | None,
    gives: Plan | None = None,
    rest: Plan | None = None,
    on_loop: bool = False,
    named: Mapping[str, Plan] | None = None,
    places: str = "",
) -> CallbackOf:
    """Plan a callable that the implementation awaits: the user may hand in a blocking or an async one.

    Each argument follows its plan, None where it carries no face, a keyword the one in `named`, others `rest`; the
    result follows `gives`. With `on_loop` the callable runs on the implementation's loop. `places` names, with spaces
    between, what the implementation may give by keyword and the user takes by place; `/` for what has no such name.
    """
    return CallbackOf(takes, gives, rest, False, on_loop, _keywords(named), tuple(places.split()))


def plain_callback(
    *takes: Plan | None,
    gives: Plan | None = None,
    rest: Plan | None = None,
    named: Mapping[str, Plan] | None = None,
    places: str = "",
) -> CallbackOf:
    """Plan a callable that the implementation calls on its loop and does not await; plans as for `callback`."""
    return CallbackOf(takes, gives, rest, True, False, _keywords(named), tuple(places.split()))


def _keywords(named: Mapping[str, Plan] | None) -> KeysOf | None:
    return KeysOf((), named) if named else None


def call_of(
    *takes: Plan | None,
    gives: Plan | None = None,
    rest: Plan | None = None,
    own: bool = False,
    named: Mapping[str, Plan] | None = None,
) -> CallOf:
    """Plan an async callable of the implementation: the user gets a `Call`.

    Each argument follows its plan, None where it carries no face, a keyword the one in `named`, others `rest`; the
    result follows `gives`. With `own`, a callable that the user handed in comes back as it was.
    """
    return CallOf(takes, gives, rest, own, True, True, _keywords(named))


def blocking_call_of(
    *takes: Plan | None,
    gives: Plan | None = None,
    rest: Plan | None = None,
    own: bool = False,
    named: Mapping[str, Plan] | None = None,
) -> CallOf:
    """Plan the same, where the user gets a function that blocks."""
    return CallOf(takes, gives, rest, own, True, False, _keywords(named))


def async_call_of(
    *takes: Plan | None,
    gives: Plan | None = None,
    rest: Plan | None = None,
    own: bool = False,
    named: Mapping[str, Plan] | None = None,
) -> CallOf:
    """Plan the same, where the user gets an async function."""
    return CallOf(takes, gives, rest, own, False, True, _keywords(named))


def plain_call_of(
    *takes: Plan | None,
    gives: Plan | None = None,
    rest: Plan | None = None,
    own: bool = False,
    named: Mapping[str, Plan] | None = None,
    form: str = "both",
) -> CallOf:
    """Plan a callable of the implementation that is not awaited: the user gets a function, which runs it on the loop.

    Plans and `own` as for `call_of`; each keyword follows the one in `named`. `form` is "both", "blocking" or
    "awaited": what the user's own gets for a callable that it is given.
    """
    return CallOf(takes, gives, rest, own, False, False, _keywords(named), AsyncForm(form))


def type_of(of: Plan) -> TypeOf:
    """Plan a class object; `of` is the plan of its objects: a face, several, or anything."""
    return TypeOf(of)


def handing_over(value: Plan) -> HandingOver:
    """Plan what follows `value`, with records in it that hold callables of the user's."""
    return HandingOver(value)


def items_of(item: Plan | None = None, *, form: str = "both", beside: Collection[str] = ()) -> ItemsOf:
    """Plan an iterable that the implementation reads with `async for`: the user may hand in a blocking or an async one.

    Each item follows `item`, None where it carries no face. With the `form` "awaited" it is an async one alone. In a
    union, objects of the classes in `beside` are left as they are: "str", or "module:qualified.name".
    """
    return ItemsOf(item, AsyncForm(form), frozenset(beside))


def entered_of(item: Plan | None = None, *, form: str = "both", beside: Collection[str] = ()) -> EnteredOf:
    """Plan a context manager that the implementation enters with `async with`: the user may hand in a blocking one.

    What entering gives follows `item`, None where it carries no face. `form` and `beside` as for `items_of`.
    """
    return EnteredOf(item, AsyncForm(form), frozenset(beside))


def awaited_of(item: Plan | None = None, *, beside: Collection[str] = ()) -> AwaitedOf:
    """Plan something to await that the user hands in, which is awaited on its own loop.

    What it gives follows `item`, None where it carries no face. `beside` as for `items_of`.
    """
    return AwaitedOf(item, beside=frozenset(beside))


def record_of(place: str, /, **fields: Plan) -> RecordOf:
    """Plan a dataclass or named tuple, by `module:qualified.name`: each field named follows its plan.

    Plans name it by the name it has in its generated module, as they name faces: that lets it stand in its own fields.
    """
    return RecordOf(place, fields)


def keys_of(required: tuple[str, ...], /, **fields: Plan) -> KeysOf:
    """Plan a typed dict, by the keys that it must have: each key named follows its plan, where the dict has it."""
    return KeysOf(required, fields)


def perhaps_awaited(value: Plan | None = None) -> PerhapsAwaited:
    """Plan a whole result that is awaited only where it can be; it follows `value`, None where it carries no face."""
    return PerhapsAwaited(value)


def error_of(held: Plan) -> ErrorOf:
    """Plan an exception: what it was made with and what its attributes hold follows `held`, `anything` or the like.

    Its cause, its context and the members of a group are translated as well.
    """
    return ErrorOf(held)


anything = Anything()
