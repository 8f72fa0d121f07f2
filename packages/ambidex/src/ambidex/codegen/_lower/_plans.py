"""Own the plan of a type: which parts of a value are faces, and which types cannot carry any."""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING

from .._ir import (
    ANY,
    ANYTHING,
    ASYNC_CONTEXT,
    ASYNC_ITERATORS,
    AWAITABLES,
    GENERATOR,
    OBJECT,
    UNPACK,
    Alternatives,
    Applied,
    Face,
    Form,
    Function,
    Handle,
    Name,
    Own,
    Plan,
    Record,
    RecordKind,
    Records,
    Spread,
    TupleOf,
    Type,
    Variable,
    awaited,
    bare,
    bounds,
    contained,
    container_plan,
    everything_in,
    given,
    handed_in,
    is_asynchronous,
    is_awaited,
    is_guard,
    is_handle,
    parts,
    rebuild,
    union,
    walk,
)
from .._report import Unsupported
from ._asynchronous import combinator_of, plan_handle, plan_handles_in
from ._callbacks import (
    CALLS,
    plan_callback,
    plan_given,
    plan_plainly_given,
    refuse_what_is_not_told_apart,
    with_own,
)
from ._unions import joined_calls, one_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_HANDLES = {
    "AbstractAsyncContextManager": "async_context_of",
    "AsyncGenerator": "async_generator_of",
    "AsyncIterable": "async_iterable_of",
    "AsyncIterator": "async_iterator_of",
    **dict.fromkeys((name.qualname for name in AWAITABLES), "awaitable_of"),
}

_TOLD: dict[Type, str] = {
    ASYNC_CONTEXT: "an async context manager",
    **dict.fromkeys(ASYNC_ITERATORS, "an async iterator"),
}
_ERRORS = (Name("builtins", "BaseException"), Name("builtins", "Exception"))  # which may hold anything
_GROUPS = (Name("builtins", "BaseExceptionGroup"), Name("builtins", "ExceptionGroup"))
_OF_ERRORS = Plan("error_of", (ANYTHING,))  # which looks for objects with faces, wherever they stand in it


class Planner:
    """Make the plans of one class, or of one module's functions.

    `own` is the face that `Self` means. `translates_any`: whether a value typed Any may be a face. `records` are those
    of the run.
    """

    def __init__(self, own: Face | None, records: Records, *, translates_any: bool, is_inward: bool = False) -> None:
        self._own = own
        self._records = records
        self._translates_any = translates_any
        self._is_inward = is_inward
        self._known: dict[Type, Plan | None] = {}

    @functools.cached_property
    def inward(self) -> Planner:
        """Return the planner of what the user hands in; without it, of what the implementation gives."""
        return Planner(self._own, self._records, translates_any=self._translates_any, is_inward=True)

    @functools.cached_property
    def outward(self) -> Planner:
        """Return the planner of what the implementation gives."""
        return Planner(self._own, self._records, translates_any=self._translates_any)

    def for_class(self, own: Face) -> Planner:
        """Return the planner of one class of the same run."""
        return Planner(own, self._records, translates_any=self._translates_any)

    def plan(self, type_: Type) -> Plan | None:
        """Return the plan of a type, None where nothing can need translation.

        Raises:
            Unsupported: a face stands where it cannot be translated.
        """
        if type_ not in self._known:  # most signatures of a module are made of the same few types
            is_alias = type_ in self._records.aliases
            self._known[type_] = self._alias(type_) if is_alias else self._made(type_)
        return self._known[type_]

    def _made(self, type_: Type) -> Plan | None:
        if isinstance(type_, Face):
            self._refuse_inside(type_, type_.name)
            return one_of([Plan(face=type_.plain), *self._named_by_arguments(type_)])
        if isinstance(type_, Own):
            if self._own is None:
                raise Unsupported("Self stands outside a class", "name the class")
            return Plan(face=self._own.plain)
        recorded = self._of_record(type_)
        if recorded is not None:
            return recorded
        if type_ in (ANY, OBJECT, *_ERRORS) or isinstance(type_, Spread):
            return (_OF_ERRORS if type_ in _ERRORS else ANYTHING) if self._translates_any else None
        if isinstance(type_, Variable):
            return self._variable(type_)
        if isinstance(type_, Alternatives):
            handles = list(plan_handles_in(type_, self.plan)) if self._is_inward else []
            calls = [] if self._is_inward else self._calls(type_)
            planned = (combinator_of(member) is not None and self._is_inward for member in type_.members)
            others = [
                self.plan(member)
                for member, is_planned in zip(type_.members, planned)
                if not is_planned and not (calls and isinstance(bare(member), Function))
            ]
            return one_of([*handles, *others, *calls])
        if isinstance(type_, (Handle, TupleOf)):
            return self._tuple(type_) if isinstance(type_, TupleOf) else self._handle(type_)
        if isinstance(type_, (Applied, Function)):
            return self._applied(type_) if isinstance(type_, Applied) else self._function(type_)
        inner = [plan for plan in map(self.plan, parts(type_)) if plan is not None]
        return inner[0] if inner else None

    def _of_record(self, type_: Type) -> Plan | None:
        """Return the plan of a record, None for what is none, and for one in which nothing can need translation."""
        record = self._records.carrying(type_)
        if record is not None:
            return self._record(record)
        extending = self._records.extended(type_)  # an object of a subclass may have faces where this class has none
        opened = self._records.opened(type_) if self._translates_any and not extending else None
        if opened is not None:  # a model validates what it is given, and no class with a face says how
            return None if opened.kind is RecordKind.MODEL else self._opened(opened)
        loose = self._records.loose(type_) if self._translates_any else None
        plans = [_of_any(extending) if extending else None, None if loose is None else _of_loose(loose)]
        plan = one_of(plans)
        return plan if plan is None else self._handed(plan, extending)

    def _alias(self, alias: Type) -> Plan | None:
        """Return the plan of a type that is defined by itself: only anything can be a face in it, to one depth."""
        aliases = self._records.aliases
        held = self._records.carried_by_alias(alias)
        if held is not None:
            origin = alias.origin if isinstance(alias, Applied) else alias
            name = origin.qualname if isinstance(origin, Name) else str(origin)
            raise Unsupported(
                f"the type {name} is defined by itself and holds {self._face_in(held)}, "
                "which is found to a known depth alone",
                f"hold it in a dataclass that has fields of its own type, or write {name} out to the depth you need",
            )
        if not self._records.is_loose(alias):
            return None

        def once(part: Type) -> Type:
            return ANY if part in aliases else rebuild(part, once)

        return self.plan(once(aliases[alias]))

    def _named_by_arguments(self, face: Face) -> list[Plan]:
        """Return the faces of other modules that a face is applied to: a plan has them known before they are given."""
        if self._is_inward:  # what has its face already
            return []
        found = [part for argument in face.arguments for part in walk(argument) if isinstance(part, Face)]
        return [Plan(face=part.plain) for part in found if part.module != face.module]

    def _handle(self, type_: Handle) -> Plan | None:
        """Return the plan of what is asynchronous; inward it stays what it is."""
        if self._is_inward:
            return None
        plans = [self.plan(type_.item)]
        if type_.origin.qualname == "AsyncGenerator":
            plans.append(self.plan_sent(type_.arguments[1]))
        while plans and plans[-1] is None:
            plans.pop()
        options = () if type_.form is Form.BOTH else (("form", type_.form.value),)
        return Plan(_HANDLES[type_.origin.qualname], tuple(plans), options=options)

    def plan_sent(self, type_: Type) -> Plan | None:
        """Return the plan of what a stream is sent.

        Raises:
            Unsupported: a callable stands in it, which no call hands over that the implementation could call back.
        """
        records = filter(None, map(self._records.carrying, walk(type_)))
        held = next((record for record in records if self._records.hands_over(record)), None)
        if held is not None:
            raise Unsupported(
                f"{held.path} holds a callable or a generator, which is handed on as it is "
                "when it is sent into a stream, and nobody translates what passes through it",
                f"take {held.path} as a parameter",
            )
        return self.inward.plan(type_)

    def _tuple(self, type_: TupleOf) -> Plan | None:
        if any(isinstance(item, Applied) and item.origin == UNPACK for item in type_.items):  # of any length
            return Plan("sequence_of", (ANYTHING,)) if self._translates_any else None
        return self._combine("sequence_of" if type_.is_repeated else "tuple_of", type_.items)

    def _variable(self, variable: Variable) -> Plan | None:
        """Return the plan of whatever a type variable may stand for."""
        known = variable.constraints or (ANY if variable.bound is None else variable.bound,)
        plan = one_of([self.plan(handed_in(each) if self._is_inward else given(each, Form.BOTH)) for each in known])
        return plan if plan is None or self._is_inward else with_own(plan)  # what the user has handed in comes back

    def _function(self, type_: Function) -> Plan | None:
        if self._is_inward:
            return plan_callback(type_, self.inward.plan, self.outward.plan)
        if is_awaited(type_):
            return plan_given(type_, self.inward.plan, self.plan)
        if self._is_given_plainly(type_):
            return plan_plainly_given(type_, self.inward.plan, self.plan)
        own = dataclasses.replace(type_, on_loop=False)  # the user's own comes back as it was
        return plan_callback(own, self.inward.plan, self.outward.plan)

    def _is_given_plainly(self, function: Function) -> bool:
        """Tell whether the user is given a callable as a face of it where it is not awaited."""
        is_carrying = any(self._records.carries(part) for part in (function, *bounds(function)))
        return is_carrying or any(map(is_asynchronous, walk(function)))

    def _calls(self, type_: Alternatives) -> list[Plan]:
        """Return the plans of the callables of a union, none where each is handed on as it is, or there is but one.

        There are two at most: an async function says of itself that it is awaited, and nothing tells others apart.
        """
        called = [member for member in map(bare, type_.members) if isinstance(member, Function)]
        if len(called) < 2 or not any(plan and plan.combinator in CALLS for plan in map(self._function, called)):
            return []
        refuse_what_is_not_told_apart(called)
        plans: list[Plan] = []
        for make, functions in (
            (plan_given, [each for each in called if is_awaited(each)]),
            (plan_plainly_given, [each for each in called if not is_awaited(each)]),
        ):
            if functions:
                made = [make(each, self.inward.plan, self.plan) for each in functions]
                plan = joined_calls(made, self.plan(union(awaited(each) or each.result for each in functions)))
                plans.append(plan if any(map(self._is_given_plainly, functions)) else with_own(plan))
        return plans

    def _record(self, record: Record) -> Plan:
        held = self._records.held_by(record)
        carried = f"{record.path} carries {self._face_in(held.type)} in its field {held.name}"
        instead = f"pass {self._face_in(held.type)} by itself, or {_instead_of(record)}"
        if record.obstacle:
            raise Unsupported(f"{carried} and {record.obstacle}, of which no copy can be made", instead)
        if record.kind is RecordKind.EXCEPTION:
            self._refuse_in_error(record)
        if not record.is_public and not self._records.is_exact(record):
            raise Unsupported(
                f"{carried} and is not public", f"register {record.path} with wrap_class, which gives its fields types"
            )
        if record.kind is RecordKind.EXCEPTION:
            return _OF_ERRORS
        return self._handed(_of_any([*self._records.below(record), record]), [record])

    def _handed(self, plan: Plan, records: Sequence[Record]) -> Plan:
        """Return the plan of records, which says so where callables of the user's may stand in them."""
        hands_over = self._is_inward and any(map(self._records.hands_over, records))
        return Plan("handing_over", (plan,)) if hands_over else plan

    def _refuse_in_error(self, record: Record) -> None:
        """Refuse what is not found by looking into an exception: records, and what is asynchronous."""
        for field in record.fields:
            for part in walk(field.type):
                within = self._records.carrying(part)
                is_record = within is not None and within.kind is not RecordKind.EXCEPTION
                if is_record or isinstance(part, Handle) or is_awaited(part):
                    raise Unsupported(
                        f"{record.path} is an exception and carries {self._face_in(part)} in its field {field.name}, "
                        "where that cannot be reached",
                        "hold the objects with faces themselves, in lists, sets, dicts or tuples",
                    )

    def _opened(self, record: Record) -> Plan:
        """Return the plan of a generic record that may hold anything."""
        if record.kind is RecordKind.EXCEPTION:
            return _OF_ERRORS
        if record.obstacle:
            raise Unsupported(
                f"{record.path} may hold objects with faces and {record.obstacle}, of which no copy can be made",
                _instead_of(record),
            )
        return Plan(record=record)

    def fields(self, record: Record) -> tuple[tuple[str, Plan], ...]:
        """Return the plans of the fields that carry faces.

        Raises:
            Unsupported: a face stands where it cannot be translated.
        """
        planned = ((field, self.plan(field.type)) for field in record.fields)
        return tuple((field.name, plan) for field, plan in planned if plan is not None)

    def _face_in(self, type_: Type) -> str:
        for part in walk(type_):
            if is_awaited(part):
                return "an async callable"
            if isinstance(part, Face):
                return part.name
            if isinstance(part, (Applied, Handle)) and is_asynchronous(part):
                return part.origin.qualname
            record = self._records.carrying(part)
            if record is not None:
                return record.path
        return "Self"

    def _applied(self, type_: Applied) -> Plan | None:
        if self._is_inward and combinator_of(type_) is not None:
            return plan_handle(type_, self.plan)
        return self._container(type_)

    def _container(self, type_: Applied) -> Plan | None:
        combinator = container_plan(type_.origin)
        if combinator is not None:
            return self._combine(combinator, contained(type_))
        if type_.origin == UNPACK and isinstance(type_.arguments[0], Variable):
            return ANYTHING if self._translates_any else None
        if type_.origin == UNPACK and isinstance(type_.arguments[0], TupleOf):  # one plan for whichever it is given
            return one_of(list(map(self.plan, type_.arguments[0].items)))
        if type_.origin == UNPACK:
            return self._keywords(type_)
        if type_.origin == Name("builtins", "type"):
            self._refuse_inside(type_, "type")
            found = self._class_object(type_.arguments[0])
            return None if found is None else Plan("type_of", (found,))
        if type_.origin in _GROUPS:
            return _OF_ERRORS if self._translates_any else None
        if type_.origin == GENERATOR:
            return self._generator(type_)
        if is_guard(type_):
            self._refuse_in_guard(type_)
            return None  # a bool
        self._refuse_inside(type_, type_.origin.qualname)
        if self._records.carries(type_):
            held = next(filter(self._records.carries, type_.arguments))
            instead = "use a list, set, dict or tuple"
            if is_asynchronous(type_):  # one that is also sent to, of which only what is taken out is translated
                instead = f"take an {'Awaitable' if type_.origin in AWAITABLES else 'AsyncIterator'}"
            raise Unsupported(
                f"{self._face_in(held)} inside {type_.origin.qualname}[...] would cross as it is, "
                "for only containers are looked into",
                instead,
            )
        return None

    def _refuse_inside(self, type_: Face | Applied, around: str) -> None:
        """Refuse arguments of a class that need translation: the bridge does not look into its objects for them.

        Objects with faces it finds wherever they are handed over; not so what is asynchronous, nor what is called.
        """
        what = self._made_anew(type_.arguments)
        if what:
            raise Unsupported(
                f"{what} inside {around}[...] would reach the {'implementation' if self._is_inward else 'user'} "
                "as it is",
                "use a list, set, dict or tuple",
            )

    def _refuse_in_guard(self, guard: Applied) -> None:
        """Refuse what is true on one side alone; that an object is of a class is true of its face, and in lists."""
        what = self._made_anew(guard.arguments)
        if what:
            raise Unsupported(
                f"{guard.origin.qualname}[...] says of what the implementation is given that it holds or is {what}, "
                "which is made of what the user hands in, and that may be another",
                "give a bool",
            )

    def _made_anew(self, types: Sequence[Type]) -> str:
        """Say what stands in types that is made anew for the other side, empty where nothing does."""
        for part in everything_in(types, self._records.aliases):
            origin = part.origin if isinstance(part, (Applied, Handle)) else part
            if is_awaited(part) or is_handle(origin):
                return "an async callable" if is_awaited(part) else _TOLD.get(origin, "an awaitable")
            if isinstance(part, Function):
                held = next(filter(self._records.carries, (part, *bounds(part))), None)
                if held is not None:
                    return f"a callable with {self._face_in(held)}"
        return ""

    def _generator(self, type_: Applied) -> Plan | None:
        """Return the plan of a blocking generator, None where it yields, is sent and returns nothing with a face."""
        item, sent, returned = type_.arguments
        if any(is_awaited(part) or (isinstance(part, Function) and self._records.carries(part)) for part in walk(sent)):
            what = "a callable that is sent into a generator is handed on as it is, and nobody translates its calls"
            raise Unsupported(what, "take it as a parameter")
        other = self.outward if self._is_inward else self.inward
        plans = [self.plan(item), other.plan(sent), self.plan(returned)]
        while plans and plans[-1] is None:
            plans.pop()
        return Plan("generator_of", tuple(plans)) if plans else None

    def _class_object(self, type_: Type) -> Plan | None:
        """Return the plan of the objects of a class object, None where no face is among them."""
        if isinstance(type_, (Face, Own, Variable)) or type_ in (ANY, OBJECT):
            return self.plan(type_)
        if isinstance(type_, Alternatives):
            return one_of(list(map(self._class_object, type_.members)))
        return None  # the class of a record, or of a plain value, is the implementation's own

    def _keywords(self, type_: Applied) -> Plan | None:
        """Return the one plan for every value of `**options: Unpack[Options]`: whatever a field of `Options` may be."""
        record = self._records.carrying(type_.arguments[0])
        if record is not None:
            self._record(record)  # which refuses a record that has no public form
        elif self._translates_any:
            record = self._records.opened(type_.arguments[0]) or self._records.loose(type_.arguments[0])
        if record is None:
            return None
        return one_of([self.plan(field.type) for field in record.fields])

    def _combine(self, combinator: str, items: Sequence[Type]) -> Plan | None:
        """Return the plan of a container, None where no face can be in it.

        The bridge rebuilds one of Any alone only where it finds an object with a face inside.
        """
        plans = tuple(map(self.plan, items))
        return Plan(combinator, plans) if any(plans) else None


def _of_any(records: Sequence[Record]) -> Plan:
    """Return the plan of what is one of several records, of which those that extend others come first."""
    plans = tuple(Plan(record=each) for each in records)
    return plans[0] if len(plans) == 1 else Plan("one_of", plans)


def _of_loose(record: Record) -> Plan:
    """Return the plan of a record in which an object of any class may stand: it is looked at as a whole."""
    return _OF_ERRORS if record.kind is RecordKind.EXCEPTION else ANYTHING


def _instead_of(record: Record) -> str:
    """Return what to write instead of a record of which no copy can be made."""
    if record.kind is RecordKind.MODEL:  # a face of one would have to offer all that pydantic adds
        return f"make a dataclass of {record.path}"
    return f"register {record.path} by='identity'"
