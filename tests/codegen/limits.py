"""List what type checkers are known to say wrongly, or not to say, of generated code and of what users infer from it.

Each kind has a module in `tests/typing` that shows it without any code of ours: the checkers that it names find it
there, the others are right about it. `docs/constructs.md` is written from this list, and `make constructs` looks
whether each module still shows its kind. What is found on a line that no kind lists is a fault of ours until somebody
has shown that it is not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Limit(NamedTuple):
    """One kind: what these checkers do, the module that shows it, and by file the lines where it is found."""

    checkers: tuple[str, ...]
    sentence: str
    module: str
    lines: Mapping[str, tuple[str, ...]]

    @property
    def file(self) -> str:
        """Return the name of the module that shows it, in `tests/typing`."""
        return f"limit_{self.module}.py"


LIMITS = (
    Limit(
        ("ty",),
        "It keeps the type of a literal that stands for a type variable; the others take the literal's class.",
        "literals",
        {
            "use_generics.py": (
                'assert_type(generics.packed(1, "a"), "tuple[int, str]")',
                'assert_type(await generics.packed.aio(1, "a"), "tuple[int, str]")',
                'assert_type(Bonsai(oak).with_other(1), "tuple[Plant, int]")',
                'assert_type(await Bonsai(oak).with_other.aio(1), "tuple[Plant, int]")',
            ),
            "use_overloads.py": (
                'assert_type(store.get(0, ""), Union[int, str])',
                'assert_type(await store.get.aio(0, ""), Union[int, str])',
            ),
            "use_overrides_apart.py": (
                'assert_type(backwards.walk(1), "Generator[tuple[str, int], None, None]")',
                'assert_type(backwards.walk.aio(1), "AsyncGenerator[tuple[str, int], None]")',
                'assert_type(await Backwards.first_of.aio([1], "x"), "tuple[int, str]")',
            ),
            "use_overrides_narrowed.py": (
                'assert_type(Coffer.beside(1, "a"), "tuple[int, str]")',
                'assert_type(Safe.beside([1], "a"), "tuple[list[int], str]")',
            ),
            "use_selves.py": (
                "assert_type(narrow.same(3), int)",
                'assert_type(wide.same("a"), str)',
                "assert_type(await narrow.same.aio(3), int)",
            ),
            "use_type_parameters.py": (
                'assert_type(Signal(station, 1).last(), "tuple[Station, int]")',
                'assert_type(packed(station, "a"), "tuple[Station, str]")',
                'assert_type(await packed.aio(station, "a"), "tuple[Station, str]")',
            ),
            "use_variadics.py": (
                'assert_type(Signal("a", 1, b""), "Signal[str, int, bytes]")',
                'assert_type(Signal.of(1, light), "Signal[int, Light]")',
                'assert_type(Bag(light, 2).all(), "tuple[Light, int]")',
                'assert_type(Batch(light, (1, "a")), "Batch[int, str]")',
                'assert_type(await Signal.of.aio("a", 1), "Signal[str, int]")',
            ),
        },
    ),
    Limit(
        ("ty",),
        "The annotation `float` takes an int, too, so that to ty the type of a float is another one.",
        "floats",
        {
            "use_exports.py": ("assert_type(LIMIT_S, float)",),
            "use_generics.py": ("assert_type(generics.double(2.5), float)",),
        },
    ),
    Limit(
        ("ty",),
        "It infers Unknown for a result of a method's own type variables once a decorator has taken the receiver away.",
        "method_variables",
        {
            "use_generics.py": ('assert_type(box.with_other("a"), "tuple[int, str]")',),
            "use_nested.py": ('assert_type(Yard().pile("stone"), "Yard.Pile[str]")',),
            "use_pages.py": (
                'assert_type(box.entries(1), "list[Entry[Station, Page[int]]]")',
                'assert_type(await box.entries.aio("a"), "list[Entry[Station, Page[str]]]")',
            ),
            "use_overrides.py": ("assert_type(super().same(1), int)", 'assert_type(backwards.same("a"), str)'),
            "use_selves.py": ('assert_type(mine.kept(b""), bytes)',),
            "use_generic_records.py": (
                'assert_type(station.leg("a"), "Leg[str]")',
                'assert_type(await station.leg.aio(station), "Leg[Station]")',
            ),
            "use_type_parameters.py": (
                'assert_type(box.also("a"), "Box[tuple[int, str]]")',
                'assert_type(await box.also.aio("a"), "Box[tuple[int, str]]")',
            ),
        },
    ),
    Limit(
        ("ty",),
        "It infers Unknown for what a lambda gives that is an argument of an overloaded function.",
        "lambdas",
        {"use_twins_typed.py": ('assert_type(box.map(lambda each: each.size()), "list[int]")',)},
    ),
    Limit(
        ("ty",),
        "It takes a method for invariant in a type variable that is in its parameters alone, once a decorator has made "
        "an object of it whose class is generic in a `ParamSpec`.",
        "variances",
        {"generics.py": ("def put(self, value: T_contra) -> None:",)},
    ),
    Limit(
        ("ty",),
        "It checks what follows a call that never returns in the same expression: here that an attribute is read from "
        "an object, which the body of a stub has none of, where it is one of a generic class, or of objects alone.",
        "unreached",
        {
            "callables.py": ("raise implemented_elsewhere().at(_source.Line.name)",),
            "derived.py": ("raise implemented_elsewhere().at(_source.Answer.text)",),
            "exports.py": ("raise implemented_elsewhere().at(_source.Entry.value)",),
            "generics.py": (
                "raise implemented_elsewhere().at(_source.Box.spare)",
                "raise implemented_elsewhere().at(_source.Reading.value)",
                "raise implemented_elsewhere().at(_source.Reading.kind)",
            ),
            "members.py": (
                "raise implemented_elsewhere().at(_source.Answer.status)",
                "raise implemented_elsewhere().at(_source.Answer.station)",
                "raise implemented_elsewhere().at(_source.Answer.note)",
                "raise implemented_elsewhere().at(_source.Answer.serial)",
                "raise implemented_elsewhere().at(_source.Answer.code)",
                "raise implemented_elsewhere().at(_source.Answer.cost)",
                "raise implemented_elsewhere().at(_source.Answer.trace)",
                "raise implemented_elsewhere().at(_source.Empty.reason)",
                "raise implemented_elsewhere().at(_source.Reading.fahrenheit)",
            ),
            "protocols.py": ("raise implemented_elsewhere().at(_source.Door.log)",),
            "type_parameters.py": ("raise implemented_elsewhere().at(_source.Box.content)",),
        },
    ),
    Limit(
        ("ty",),
        "It takes keywords that the unpacked TypedDict does not have.",
        "unpacked_keys",
        {"use_options.py": ('options.find("a", limit=1, size=2)',)},
    ),
    Limit(
        ("pyrefly",),
        "It gives up a function's type variables, with their bounds, once a decorator has made an object of it whose "
        "class is generic in a `ParamSpec`.",
        "parameter_objects",
        {
            "use_callbacks.py": ("assert_type(callbacks.picked(hub, chooser), int)",),
            "use_generics.py": (
                "assert_type(generics.first([1, 2]), Optional[int])",
                'assert_type(generics.first.submit([1, 2]), "Future[Optional[int]]")',
                "assert_type(generics.double(2.5), float)",
                'assert_type(generics.joined(b"a", b"b"), bytes)',
                "assert_type(generics.watered(oak), Oak)",
                'assert_type(generics.each({"a": 1}), "Generator[tuple[str, int], None, None]")',
                'assert_type(generics.held(oak), "Context[Oak]")',
                "assert_type(generics.unboxed(box), int)",
                "assert_type(await generics.first.aio([1, 2]), Optional[int])",
                "assert_type(await generics.watered.aio(oak), Oak)",
                'assert_type(generics.each.aio({"a": 1}), "AsyncGenerator[tuple[str, int], None]")',
                'generics.joined("a", b"b")',
                "generics.watered(1)",
            ),
            "use_kinds.py": (
                'assert_type(kinds.made(Buoy, "b"), Buoy)',
                'assert_type(kinds.chosen([Buoy], [Station()]), "list[Buoy]")',
                'assert_type(kinds.any_kind(Buoy), "type[Buoy]")',
                'assert_type(await kinds.made.aio(Buoy, "b"), Buoy)',
                'kinds.made(int, "b")',
            ),
            "use_nested.py": ('assert_type(Yard().pile("stone"), "Yard.Pile[str]")',),
            "use_pages.py": (
                'assert_type(box.entries(1), "list[Entry[Station, Page[int]]]")',
                'assert_type(pages.alone(Station("a")), Page[Station])',
                'assert_type(pages.bounded(Station("a")), Entry[str, Station])',
                'assert_type(await box.entries.aio("a"), "list[Entry[Station, Page[str]]]")',
                "assert_type(await pages.alone.aio(1), Page[int])",
            ),
            "use_overrides.py": ("assert_type(super().same(1), int)", 'assert_type(backwards.same("a"), str)'),
            "use_selves.py": ('assert_type(mine.kept(b""), bytes)',),
            "use_sheets.py": (
                'assert_type(sheets.wrapped("a", one), Sheet[str])',
                "assert_type(sheets.swapped(Pair(1, one, one)), Pair[Station, int])",
                "assert_type(await sheets.wrapped.aio(one, one), Sheet[Station])",
            ),
            "use_generic_records.py": (
                'assert_type(generic_records.leg(station, 1), "Leg[int]")',
                'assert_type(station.leg("a"), "Leg[str]")',
                'assert_type(generic_records.plan([Leg(station, 1.5)]), "Plan[float]")',
                'assert_type(await generic_records.leg.aio(station, 1), "Leg[int]")',
                'assert_type(await station.leg.aio(station), "Leg[Station]")',
                "generic_records.planned(generic_records.plan([Leg(station, 1)]))",
            ),
            "use_type_parameters.py": (
                'assert_type(box.also("a"), "Box[tuple[int, str]]")',
                "assert_type(first([station]), Station)",
                'assert_type(joined("a", "b"), str)',
                'assert_type(type_parameters.sheet(1, station), "Sheet[int]")',
                'assert_type(type_parameters.legs(plan), "list[Leg[int]]")',
                'assert_type(await box.also.aio("a"), "Box[tuple[int, str]]")',
                "assert_type(await first.aio([station]), Station)",
                'joined("a", b"b")',
            ),
        },
    ),
    Limit(
        ("mypy", "pyrefly"),
        "It does not look at whether an attribute may be deleted.",
        "deletions",
        {"use_members.py": ("del station.neighbour",)},
    ),
    Limit(
        ("mypy", "ty"),
        "It takes an object that is called with the same arguments for an override of a method; the object has faces "
        "that the method has not.",
        "plain_overrides",
        {"use_overrides.py": ("def label(self) -> str:",)},
    ),
    Limit(
        ("ty", "pyrefly"),
        "What is deprecated is a warning to it, or nothing where a decorator stands above; in these runs errors count.",
        "deprecations",
        {
            "use_deprecations.py": (
                "assert_type(deprecations.get(1), int)",
                "assert_type(deprecations.get.submit(1).result(), int)",
                "assert_type(deprecations.shown(1), str)",
                'assert_type(deprecations.fetch("a"), str)',
                "assert_type(station.read(), int)",
                "assert_type(station.reset(), int)",
                "assert_type(station.title, str)",
                "assert_type(Station.opened(), int)",
                'assert_type(station.measure(1.5, "m"), str)',
                'assert_type(deprecations.several(2), "Generator[int, None, None]")',
                "for read in station.reads():",
                "assert_type(await deprecations.get.aio(1), int)",
                'assert_type(await deprecations.fetch.aio("a"), str)',
                "assert_type(await station.read.aio(), int)",
                "assert_type(await Station.opened.aio(), int)",
                'assert_type(await station.measure.aio(1.5, "m"), str)',
                "async for read in station.reads.aio():",
            ),
        },
    ),
    Limit(
        ("mypy", "ty", "pyrefly"),
        "It does not say that a constructor is deprecated.",
        "deprecated_constructors",
        {"use_deprecations.py": ("tower = deprecations.Tower()",)},
    ),
    Limit(
        ("ty", "pyrefly"),
        "It does not see that a member is abstract where a decorator has made an object of it.",
        "abstract_objects",
        {"use_interfaces.py": ("Unfinished()",)},
    ),
    Limit(
        ("pyrefly",),
        "It does not look at the keywords of a class statement where there is a metaclass.",
        "class_keywords",
        {
            "use_interfaces.py": ('class Keyed(File, key="x"):',),
            "use_overrides.py": ("class Untold(Plugin, rank=1):",),
        },
    ),
    Limit(
        ("ty", "pyrefly"),
        "It refuses an override that takes more, where a decorator has made objects of both whose class is generic in "
        "a `ParamSpec`: ty compares what looking them up gives, pyrefly the attributes, as if one could set them.",
        "parameter_overrides",
        {
            "inheritance.py": (
                "class Triathlete(Runner, Swimmer, implementation=_impl):",
                "def move(self, metres: int, *, pace: float = 1.0, rests: int = 1) -> int:",
            ),
            "overrides.py": (
                "def measure(self, city: str, *, scale: float = 1.0, digits: int = 2) -> Reading:",
                "def readings(self, limit: int, scale: float = 1.0) -> Generator[Reading, None, None]:",
                "def reserved(self, hours: int = 1) -> Context[Reading]:",
            ),
            "selves.py": ('def clone(self, *, more: str = "", twice: bool = False) -> Self:',),
            "use_overrides.py": (
                "def measure(self, city: str, *, scale: float = 1.0, digits: int = 2, offset: float = 0.5) -> Reading:",
                (
                    "def smooth(self, readings: list[Reading], last: Reading | None = None, *more: Reading) -> "
                    "dict[str, Reading]:"
                ),
                (
                    "async def readings(self, limit: int, scale: float = 1.0, *, last: bool = False) -> "
                    "AsyncGenerator[Reading, None]:"
                ),
                "def reserved(self, hours: int = 1, *, days: int = 0) -> Generator[Reading, None, None]:",
                "async def measure(",
                "def load(self, key: str, more: int = 0) -> bool:",
            ),
        },
    ),
    Limit(
        ("ty",),
        "It refuses an override that gives more, where a decorator has made another object of each, as if one could "
        "set the attribute.",
        "narrowed_callables",
        {"overrides_sorted.py": ("def of(cls, items: list[T]) -> Backwards[T]:",)},
    ),
    Limit(
        ("pyrefly",),
        "It takes a union of descriptors for none, where one of them overrides it.",
        "united_descriptors",
        {
            "use_overrides.py": (
                "def same(self, value: R) -> R:",
                "def counted(self, key: int | str, *, exactly: bool = True, more: int = 0) -> int:",
                "def measure(self, city: str, *, scale: float = 1.0) -> Reading:",
            ),
        },
    ),
    Limit(
        ("mypy",),
        "It refuses an override that has a type variable of its own, of the same type, where a decorator has made "
        "objects of both; such an override names what it overrides.",
        "own_variables",
        {},
    ),
    Limit(
        ("ty",),
        "It infers Unknown for what a generic function gives that is an argument of an overloaded function.",
        "generic_arguments",
        {
            "use_overrides.py": (
                "assert_type(backwards.decided(abs), int)",
                "assert_type(await backwards.decided.aio(abs), int)",
            ),
        },
    ),
    Limit(
        ("ty", "pyrefly"),
        "It infers Unknown for what a generic function gives that is an argument of an overloaded function, beside its "
        "own arguments.",
        "called_generics",
        {
            "use_overrides.py": (
                'assert_type(backwards.called(divmod, 1, 2), "tuple[int, int]")',
                'assert_type(await backwards.called.aio(divmod, 1, 2), "tuple[int, int]")',
            ),
        },
    ),
    Limit(
        ("pyrefly",),
        "It does not look whether a generic function takes the arguments that stand beside it.",
        "called_wrongly",
        {"use_overrides.py": ("backwards.called(divmod, 1)",)},
    ),
    Limit(
        ("ty",),
        "It does not look whether arguments are of the types that an object before them says in a `TypeVarTuple`.",
        "spread_arguments",
        {"use_variadics.py": ("variadics.signalled(lamp, 1, light)",)},
    ),
    Limit(
        ("pyrefly",),
        "It refuses a class that takes more by place in a pattern than the class that it extends.",
        "match_args",
        {
            "keyword_records.py": ('__match_args__ = ("start", "metres", "guide")',),
            "patterns.py": ('__match_args__ = ("span", "name", "number")',),
            "records.py": ('__match_args__ = ("title", "station", "others", "scale", "cause", "heard_by")',),
        },
    ),
    Limit(
        ("pyrefly",),
        "It narrows nothing by an object whose `__call__` is a type guard, as one is that has `.aio`, too.",
        "called_guards",
        {
            "use_guards.py": (
                "assert_type(value, Busy)",
                "assert_type(value, Mine)",
                "assert_type(value, Station)",
                "assert_type(value, Box[int])",
                "assert_type(value.content(), int)",
                "assert_type(optional, Station)",
                "assert_type(optional, None)",
                "assert_type(station, Busy)",
                "assert_type(several, list[Busy])",
                "assert_type(other, Busy)",
            ),
        },
    ),
)


def shown_to(checker: str) -> frozenset[str]:
    """Return the names of the modules that show what a checker is known to say or not to say."""
    return frozenset(each.file for each in LIMITS if checker in each.checkers)
