"""Own the decisions about a class: what each member becomes, in which order."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Union

from .._ir import (
    ANY,
    BRIDGE,
    NONE,
    Applied,
    Attribute,
    Awaiting,
    Binding,
    Callable,
    Class,
    Constant,
    ConstantLine,
    Decorator,
    Default,
    Definition,
    Entering,
    Face,
    FaceClass,
    Flavour,
    Form,
    Iterating,
    Kind,
    Name,
    Origin,
    Own,
    Parameter,
    Place,
    Seen,
    Value,
    ValueLine,
    Variant,
    handed_in,
    union,
)
from .._report import Unsupported
from ._callbacks import accepted_type, with_own
from ._forms import lower_form
from ._functions import delivered, deprecation, marked, plans_of, source_at
from ._given import gives_callable, kept, written
from ._signatures import gives_own, on_receiver, overloads_of, parameters_of, replace_own, signatures_of_method
from ._variances import is_refused_parameter, is_refused_result

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .._ir import Member, Plan, Type
    from ._functions import Plans
    from ._overrides import Overrides
    from ._plans import Planner

    Line = Union[Definition, ConstantLine, ValueLine, FaceClass]

_WAITS = "Wait for this object, and return what awaiting it gives."
_ABSTRACT = Decorator(Origin.MARK, "abstractmethod")
_NOWHERE = Place("<generated>", 1)
_WRITTEN = {"__enter__": "__aenter__", "__exit__": "__aexit__", "__iter__": "__aiter__", "__next__": "__anext__"}
_ROOTS = {Form.BOTH: "Face", Form.BLOCKING: "BlockingFace", Form.AWAITED: "AsyncFace"}


def lower_class(item: Class, target: str, implementation: int, planner: Planner, overrides: Overrides) -> FaceClass:
    """Return the generated class of an identity class."""
    own = item.face(target)
    lowering = _ClassLowering(item, own, planner.for_class(own), implementation, overrides)
    body: list[Line] = [*_class_statement(item, planner)]
    waiting = item.constructor
    for member in item.members:
        if waiting is not None and not _is_before(member, waiting):
            body.append(lowering.constructor(waiting))
            waiting = None
        body.extend(lowering.member(member))
    if waiting is not None:
        body.append(lowering.constructor(waiting))
    renames = item.path if item.path != item.name else ""
    return FaceClass(
        item.name,
        renames,
        implementation,
        item.bases,
        item.doc,
        tuple(body),
        item.variables,
        _ROOTS[item.form],
        item.other,
        item.deprecated if item.constructor is None else None,
        item.match_args,
    )


def _class_statement(item: Class, planner: Planner) -> Iterator[Definition]:
    """Yield what checkers are told of class statements: of a user's, and apart from it of a generated one.

    The keywords of a user's reach the implementation as they are, so none may carry a face.
    """
    if not item.keywords or any(planner.inward.plan(each.type) is not None for each in item.keywords):
        return
    text = Name("builtins", "str")

    def keyword(name: str, type_: Type, default: str | None = None) -> Parameter:
        return Parameter(name, Kind.KEYWORD, type_, None if default is None else Default(default), item.place)

    generated = [keyword("implementation", Name(BRIDGE, "Implementation")), keyword("name", text, '""')]
    if item.form is Form.BLOCKING:
        generated.append(keyword("async_name", text, '""'))
    any_ = Parameter("_", Kind.KEYWORDS, ANY, None, item.place)
    variants = tuple(Variant(tuple(each), NONE, None) for each in (item.keywords, generated))
    yield Definition(
        "__init_subclass__", (), "cls", (any_,), NONE, None, overloads=variants, is_settled=True, seen=Seen.BY_CHECKERS
    )


def _name_in(member: Member, line: Definition) -> str:
    """Return what the implementation calls that which one of a member's definitions stands for."""
    if isinstance(member, (Attribute, Callable, Constant)):
        return member.renames or member.name
    if isinstance(member, Awaiting):
        return "__await__"
    return _WRITTEN.get(line.name, line.name)


def _is_before(member: Member, constructor: Callable) -> bool:
    return member.place.file == constructor.place.file and member.place.line < constructor.place.line


class _ClassLowering:
    """Lower the members of one class."""

    def __init__(self, item: Class, own: Face, planner: Planner, implementation: int, overrides: Overrides) -> None:
        self._form = item.form
        self._path = item.path
        self._other = item.other
        self._deprecated = item.deprecated
        self._abstract = item.abstract
        self._own = own
        self._planner = planner
        self._implementation = implementation
        self._overrides = overrides

    def constructor(self, function: Callable) -> Definition:
        """Return the generated `__init__`; it is what is deprecated of a class, which signatures may go on naming."""
        decorators = (Decorator(Origin.BRIDGE, "constructor", **plans_of(function, self._planner)),)
        made = self._kept(function, decorators, "self")
        message = function.deprecated or self._deprecated
        return self._located(marked(made, deprecation(message, made)), "__init__")

    def member(self, member: Member) -> Iterator[Line]:
        """Yield what is generated for one member."""
        for line in self._lines(member):
            if isinstance(line, Definition):
                on_those = on_receiver(line, member, self._own)
                yield self._located(self._marked(on_those, member), _name_in(member, line))
            else:
                yield line

    def _marked(self, line: Definition, member: Member) -> Definition:
        """Return a definition as deprecated where the member is: of an attribute, to read it."""
        is_said = isinstance(member, Callable) or (isinstance(member, Attribute) and not line.parameters)
        message = member.deprecated if is_said and isinstance(member, (Attribute, Callable)) else None
        return marked(line, deprecation(message, line))

    def _located(self, definition: Definition, name: str) -> Definition:
        source = source_at(f"{self._path}.{name}")
        marks = (_ABSTRACT,) if name in self._abstract else ()
        located = dataclasses.replace(definition, implementation=self._implementation, source=source)
        return marked(located, marks)

    def _lines(self, member: Member) -> Sequence[Line]:
        if isinstance(member, Class):
            return (lower_class(member, self._own.module, self._implementation, self._planner, self._overrides),)
        if isinstance(member, Value):
            return (ValueLine(member.name.rpartition(".")[2], member.module, member.path, self._implementation),)
        if isinstance(member, Constant):
            return (self._constant(member),)
        if isinstance(member, Attribute):
            return self._attribute(member)
        if isinstance(member, Entering):
            return self._entering(member)
        if isinstance(member, Awaiting):
            return self._awaiting(member)
        if isinstance(member, Iterating):
            return self._iterating(member)
        return (self._method(member),)

    def _method(self, function: Callable) -> Definition:
        if self._form is not Form.BOTH and function.flavour is not Flavour.SYNC:
            other = f"{self._other}.{function.name}" if self._other else ""
            return lower_form(function, self._form, self._planner, self._implementation, other=other)
        plans = plans_of(function, self._planner)
        if function.flavour is not Flavour.SYNC:
            return self._described(function, plans)
        if function.name == "__getattr__":
            return self._kept(function, (Decorator(Origin.BRIDGE, "dynamic", **plans),), "self")
        if function.is_special:
            return self._kept(function, (Decorator(Origin.BRIDGE, "special", **plans),), "self")
        if function.binding is Binding.STATIC:
            decorators = (
                Decorator(Origin.BUILTIN, "staticmethod"),
                Decorator(Origin.IMPLEMENTATION, "sync_function", **plans),
            )
            return self._kept(function, decorators, "")
        if function.binding is Binding.CLASS:
            decorators = (Decorator(Origin.BUILTIN, "classmethod"), Decorator(Origin.BRIDGE, "sync_method", **plans))
            return self._kept(function, decorators, "cls")
        return self._kept(function, (Decorator(Origin.BRIDGE, "sync_method", **plans),), "self")

    def _described(self, function: Callable, plans: Plans) -> Definition:
        """Return a definition under a descriptor."""
        names = {Flavour.ASYNC: "method", Flavour.STREAM: "stream", Flavour.CONTEXT: "context"}
        name = names[function.flavour]
        signatures = signatures_of_method(function, self._own, self._overrides)
        is_own = signatures is None and gives_own(function)
        decorator = Decorator(Origin.BRIDGE, name, **plans, signatures=signatures, gives_own=is_own)
        decorators: tuple[Decorator, ...] = (decorator,)
        receiver = "self"
        if function.binding is not Binding.INSTANCE:
            bound = function.binding.value
            receiver = "cls" if function.binding is Binding.CLASS else ""
            decorators = (
                dataclasses.replace(decorator, name=f"{bound}_{name}"),
                Decorator(Origin.BUILTIN, f"{bound}method"),
            )
        result = delivered(function, function.result)
        return Definition(function.name, decorators, receiver, parameters_of(function), result, function.doc)

    def _kept(self, function: Callable, decorators: tuple[Decorator, ...], receiver: str) -> Definition:
        return Definition(
            function.name,
            decorators,
            receiver,
            parameters_of(function),
            function.result,
            function.doc,
            overloads=overloads_of(function),
            makes=function.makes,
        )

    def _constant(self, member: Constant) -> Definition | ConstantLine:
        if member.text is not None:
            return ConstantLine(member.name, member.type, member.text)
        assert member.type is not None  # as the declaration promises
        name = "type_attribute" if member.is_of_metaclass else "class_attribute"
        decorators = (
            Decorator(Origin.BRIDGE, name, gives=self._planner.plan(member.type), renames=member.renames),
            Decorator(Origin.BUILTIN, "classmethod"),
        )
        result = replace_own(member.type, self._own)
        return Definition(member.name, decorators, "cls", (), result, member.doc)

    def _attribute(self, member: Attribute) -> Sequence[Definition]:
        handed, back = handed_in(member.value_type), handed_in(member.type)
        plan, taken = self._planner.plan(member.type), self._planner.inward.plan(handed) if member.is_writable else None
        result, value_type = member.type, accepted_type(handed)
        plan_back = self._plan_back(back)
        if plan is None and plan_back is not None:
            plan = plan_back  # a callable is given back as it was handed in
            result = back
        is_kept = member.is_writable and gives_callable(member.type) and gives_callable(member.value_type)
        if member.is_writable and plan is not None:
            plan = with_own(plan)
        if is_kept:
            result = kept(member.type, self._form)
            value_type = written(member.value_type, self._form)
        getter = Definition(
            member.name,
            (
                Decorator(Origin.BUILTIN, "property"),
                Decorator(Origin.BRIDGE, "attribute", gives=plan, renames=member.renames),
            ),
            "self",
            (),
            result,
            member.doc,
            is_settled=is_kept,
            seen=Seen.AS_ANNOTATION if is_refused_result(result) else Seen.BY_ALL,
        )
        definitions = [getter]
        if member.is_writable:
            takes = (("value", taken),) if taken is not None else ()
            decorators = (
                Decorator(Origin.SETTER, member.name),
                Decorator(Origin.BRIDGE, "attribute", takes=takes, renames=member.renames),
            )
            value = Parameter("value", Kind.POSITIONAL, value_type, None, member.place)
            is_refused = getter.seen is Seen.AS_ANNOTATION or is_refused_parameter(value_type)
            seen = Seen.AT_RUN_TIME if is_refused else Seen.BY_ALL
            definitions.append(
                Definition(member.name, decorators, "self", (value,), NONE, None, is_settled=is_kept, seen=seen)
            )
        if member.is_deletable:
            decorators = (
                Decorator(Origin.DELETER, member.name),
                Decorator(Origin.BRIDGE, "deleter", renames=member.renames),
            )
            definitions.append(Definition(member.name, decorators, "self", (), NONE, None))
        return definitions

    def _plan_back(self, handed: Type) -> Plan | None:
        """Return the plan of a plain callable that may have been handed in, None for anything else."""
        try:
            plan = self._planner.inward.plan(handed)
        except Unsupported:
            return None  # nobody can hand in such a thing
        return plan if plan is not None and plan.combinator == "plain_callback" else None

    def _entering(self, member: Entering) -> Sequence[Definition]:
        enter = (Decorator(Origin.BRIDGE, "context_method", gives=self._planner.plan(member.result)),)
        leave = (Decorator(Origin.BRIDGE, "context_method"),)
        return [
            Definition(name, decorators, "self", parameters, result, doc, is_async=is_async)
            for is_async, names in ((False, ("__enter__", "__exit__")), (True, ("__aenter__", "__aexit__")))
            if (self._has(Form.AWAITED) if is_async else self._has_blocking(member))
            for name, decorators, parameters, result, doc in (
                (names[0], enter, (), member.result, member.enter_doc),
                (names[1], leave, _EXIT, member.exit_result, member.exit_doc),
            )
        ]

    def _awaiting(self, member: Awaiting) -> Sequence[Definition]:
        gives = self._planner.plan(member.result)
        steps = Applied(Name("collections.abc", "Generator"), (ANY, ANY, member.result))
        begin = (Decorator(Origin.BRIDGE, "await_method", gives=gives),)
        definitions: list[Definition] = []
        if self._has(Form.AWAITED):
            definitions.append(Definition("__await__", begin, "self", (), steps, member.doc))
        if member.waits and self._has(Form.BLOCKING):
            is_own = isinstance(member.result, Own)
            result = member.result if is_own else replace_own(member.result, self._own)
            if self._form is Form.BOTH:
                wait = Decorator(Origin.BRIDGE, "awaited", gives=gives, gives_own=is_own)
            else:
                wait = Decorator(Origin.BRIDGE, "blocking_wait", gives=gives)
            definitions.append(Definition(member.waits, (wait,), "self", (), result, _WAITS))
        return definitions

    def _iterating(self, member: Iterating) -> Sequence[Definition]:
        decorators = (Decorator(Origin.BRIDGE, "iterator_method", gives=self._planner.plan(member.item)),)
        if member.begins:
            begun = Applied(Name("collections.abc", "Generator"), (member.item, NONE, NONE))
            begun_async = Applied(Name("collections.abc", "AsyncGenerator"), (member.item, NONE))
            blocking = [Definition("__iter__", decorators, "self", (), begun, member.doc)]
            waiting = [Definition("__aiter__", decorators, "self", (), begun_async, member.doc)]
        else:
            blocking = [Definition("__iter__", (), "self", (), Own(), None, returns_self=True)]
            waiting = [Definition("__aiter__", (), "self", (), Own(), None, returns_self=True)]
        if member.is_iterator:
            blocking.append(Definition("__next__", decorators, "self", (), member.item, member.doc))
            waiting.append(Definition("__anext__", decorators, "self", (), member.item, member.doc, is_async=True))
        return (*(blocking if self._has_blocking(member) else ()), *(waiting if self._has(Form.AWAITED) else ()))

    def _has_blocking(self, member: Entering | Iterating) -> bool:
        return self._has(Form.BLOCKING) and not member.is_apart

    def _has(self, form: Form) -> bool:
        return self._form in (Form.BOTH, form)


_EXCEPTION = Name("builtins", "BaseException")
_EXIT = tuple(
    Parameter(name, Kind.POSITIONAL, union((type_, NONE)), None, _NOWHERE)
    for name, type_ in (
        ("exc_type", Applied(Name("builtins", "type"), (_EXCEPTION,))),
        ("exc", _EXCEPTION),
        ("traceback", Name("types", "TracebackType")),
    )
)
