"""List what the generator refuses of annotations, type variables and overloads, as `refusals.py` does."""

from __future__ import annotations

REFUSALS = {
    "parameter_without_annotation": (
        """
@m.wrap_function
async def current(
    city,
) -> float: ...
""",
        ["_impl.py:18: the parameter city of current has no annotation: write `city: T`"],
    ),
    "result_without_annotation": (
        """
@m.wrap_function
async def current(city: str):
    if city:
        return 1.0
""",
        ["_impl.py:17: current has no return annotation: write `-> T`, or `-> None`"],
    ),
    "result_without_annotation_that_never_returns": (
        """
@m.wrap_function
async def current(city: str):
    raise NotImplementedError
""",
        ["_impl.py:17: current has no return annotation: write `-> T`, or `-> None`"],
    ),
    "generator_without_annotation": (
        """
@m.wrap_function
async def readings():
    yield 1
""",
        ["_impl.py:17: readings has no return annotation: write `-> T`, or `-> None`"],
    ),
    "generator_with_another_annotation": (
        """
@m.wrap_function
async def readings() -> list[int]:
    yield 1
""",
        ["_impl.py:17: readings yields, and its annotation is no async iterator: write `-> AsyncGenerator[T, None]`"],
    ),
    "every_problem_of_a_run_at_once": (
        """
@m.wrap_function
async def first(city) -> float: ...

@m.wrap_function
async def second(city: Nowhere, other) -> float: ...
""",
        [
            "_impl.py:17: the parameter city of first has no annotation: write `city: T`",
            (
                "_impl.py:20: the parameter city of second: the annotation 'Nowhere' names Nowhere, "
                "which is not defined: import it, also under `if TYPE_CHECKING:`, or define it outside of that"
            ),
            "_impl.py:20: the parameter other of second has no annotation: write `other: T`",
        ],
    ),
    "annotation_that_cannot_be_evaluated": (
        """
@m.wrap_function
async def first(city: int[str]) -> float: ...
""",
        [
            (
                "_impl.py:17: the parameter city of first: the annotation 'int[str]' cannot be evaluated "
                "(TypeError: {int_subscript}): write a type"
            )
        ],
    ),
    "annotation_that_is_a_value": (
        """
@m.wrap_function
async def first(city: 3) -> float: ...
""",
        ["_impl.py:17: the parameter city of first: the annotation 3 is not a type: write a type"],
    ),
    "forms_that_are_no_types_alone": (
        """
from typing import Literal, Optional, Union

@m.wrap_function
async def current(city: Optional, code: Literal[3.5]) -> Union: ...
""",
        [
            "_impl.py:19: the result of current: Union is not supported here: write a plain type",
            "_impl.py:19: the parameter city of current: Optional is not supported here: write a plain type",
            (
                "_impl.py:19: the parameter code of current: Literal[3.5] is not supported: write strings, bytes, "
                "integers, booleans or enum members"
            ),
        ],
    ),
    "other_number_of_types": (
        """
@m.wrap_function
async def current(name: list[int, str]) -> dict[str]: ...
""",
        [
            "_impl.py:17: the result of current: dict takes 2 types in brackets, and has 1: write 2 types there",
            "_impl.py:17: the parameter name of current: list takes 1 type in brackets, and has 2: write 1 type there",
        ],
    ),
    "bound_of_a_type_variable": (
        """
T = TypeVar("T", bound="Absent")

@m.wrap_function
async def first(value: T) -> T: ...
""",
        [
            (
                f"_impl.py:19: {where}: the type variable T: the annotation 'Absent' names Absent, which is not "
                "defined: import it, also under `if TYPE_CHECKING:`, or define it outside of that"
            )
            for where in ("the result of first", "the parameter value of first")
        ],
    ),
    "variable_of_a_generic_class": (
        """
T = TypeVar("T", bound="Absent")

@m.wrap_class
class Box(Generic[T]): ...
""",
        [
            (
                "_impl.py:19: the type variable T: the annotation 'Absent' names Absent, which is not defined: "
                "import it, also under `if TYPE_CHECKING:`, or define it outside of that"
            )
        ],
    ),
    "overload_without_annotation": (
        """
@overload
async def first(value: int) -> int: ...
@overload
async def first(value: str): ...
@m.wrap_function
async def first(value: Union[int, str]) -> Union[int, str]: ...
""",
        ["_impl.py:21: the result of the overload of first in line 19 has no annotation: write it"],
    ),
    "overload_of_a_stream_that_does_not_say_what_it_yields": (
        """
@overload
def first(value: int) -> int: ...
@overload
def first(value: str) -> AsyncIterator[str]: ...
@m.wrap_function
async def first(value: Union[int, str]) -> AsyncIterator[str]:
    yield ""
""",
        [
            (
                "_impl.py:21: the overload of first in line 17 does not say what it yields: "
                "write `-> AsyncGenerator[T, None]`"
            )
        ],
    ),
    "recursive_alias": (
        """
Stations = Union[Station, List["Stations"]]
Calls = Union[Callable[[], Awaitable[int]], List["Calls"]]

@m.wrap_function
async def first(value: Stations) -> int: ...

@m.wrap_function
async def second(value: Calls) -> int: ...
""",
        [
            (
                "_impl.py:20: the parameter value of first: the type Stations is defined by itself and holds Station, "
                "which is found to a known depth alone: hold it in a dataclass that has fields of its own type, or "
                "write Stations out to the depth you need"
            ),
            (
                "_impl.py:23: the parameter value of second: the type Calls is defined by itself and holds an async "
                "callable, which is found to a known depth alone: hold it in a dataclass that has fields of its own "
                "type, or write Calls out to the depth you need"
            ),
        ],
    ),
    "recursive_alias_that_is_applied": (
        """
K = TypeVar("K")
Tree = Union[K, List["Tree[K]"]]

@m.wrap_function
async def first() -> Tree[Station]: ...

@m.wrap_function
async def second(value: "Tree[Callable[[], Awaitable[int]]]") -> None: ...

@m.wrap_function
async def third(value: Dict[str, "Tree[Union[int, Station]]"]) -> None: ...
""",
        [
            (
                "_impl.py:20: the result of first: the type Tree is defined by itself and holds Station, which is "
                "found to a known depth alone: hold it in a dataclass that has fields of its own type, or write Tree "
                "out to the depth you need"
            ),
            (
                "_impl.py:23: the parameter value of second: the type Tree is defined by itself and holds an async "
                "callable, which is found to a known depth alone: hold it in a dataclass that has fields of its own "
                "type, or write Tree out to the depth you need"
            ),
            (
                "_impl.py:26: the parameter value of third: the type Tree is defined by itself and holds Station, "
                "which is found to a known depth alone: hold it in a dataclass that has fields of its own type, or "
                "write Tree out to the depth you need"
            ),
        ],
    ),
    "aliases_with_type_parameters": (
        """
from typing_extensions import ParamSpec, TypeAliasType

P = ParamSpec("P")
K = TypeVar("K")
V = TypeVar("V")
Handler = TypeAliasType("Handler", "Callable[P, Awaitable[K]]", type_params=(P, K))
Pair = TypeAliasType("Pair", Tuple[K, V], type_params=(K, V))

@m.wrap_function
async def first(handler: Handler[P, K]) -> K: ...

@m.wrap_function
async def second(pair: Pair[int]) -> int: ...
""",
        [
            (
                "_impl.py:28: the parameter pair of second: the alias Pair is not applied to all its type parameters: "
                "write Pair[K, V]"
            ),
        ],
    ),
    "object_with_a_place_in_memory": (
        """
@m.wrap_function
async def first(x: object()) -> int: ...
""",
        ["_impl.py:17: the parameter x of first: the annotation <object object> is not a type: write a type"],
    ),
    "module_as_annotation": (
        """
import json

if TYPE_CHECKING:
    import not_installed.inside

@m.wrap_function
async def first(form: json, inside: not_installed.inside) -> not_installed: ...
""",
        [
            "_impl.py:22: the result of first: not_installed is a module, not a type: name a class of it",
            "_impl.py:22: the parameter form of first: json is a module, not a type: name a class of it",
            (
                "_impl.py:22: the parameter inside of first: not_installed.inside is a module, not a type: "
                "name a class of it"
            ),
        ],
    ),
    "class_that_a_function_makes": (
        """
K = TypeVar("K")

def make() -> type:
    class Inner: ...
    class Box(Generic[K]): ...
    return Inner, Box

Made, Box = make()

@m.wrap_function
async def first(made: Made, box: Box) -> Box[int]: ...
""",
        [
            (
                f"_impl.py:26: the {what} of first: make.<locals>.{name} is defined inside a function: "
                "define it at the top of a module"
            )
            for what, name in (("result", "Box"), ("parameter made", "Inner"), ("parameter box", "Box"))
        ],
    ),
    "alias_that_is_applied_and_takes_nothing": (
        """
Code: TypeAlias = "str"

@m.wrap_function
async def first(code: Code[int]) -> int: ...
""",
        [
            (
                "_impl.py:19: the parameter code of first: the alias Code is applied to types and has no type "
                "variables: write Code"
            )
        ],
    ),
    "alias_that_means_nothing": (
        """
Me: TypeAlias = "Me"
One = "Two"
Two = "One"

@m.wrap_function
async def first(me: Me, one: One) -> int: ...
""",
        [
            ("_impl.py:21: the parameter me of first: the type Me means nothing but itself: write what it stands for"),
            "_impl.py:21: the parameter one of first: the type One is defined by itself: write `One: TypeAlias = ...`",
        ],
    ),
    "alias_that_is_deeper_each_time": (
        """
from typing_extensions import TypeAliasType

K = TypeVar("K")
Deep = TypeAliasType("Deep", "List[Deep[List[K]]]", type_params=(K,))

@m.wrap_function
async def first(deep: Deep[int]) -> int: ...
""",
        [
            (
                "_impl.py:22: the parameter deep of first: the type Deep is defined by itself with other arguments, "
                "and so on without end: write it out to the depth you need"
            )
        ],
    ),
    "alias_whose_arguments_are_lost": (
        """
K = TypeVar("K")
Tree = Union[List["Tree[K]"], K]
Trees = List[Tree[int]]

@m.wrap_function
async def first(tree: Tree[int]) -> int: ...

@m.wrap_function
async def second(trees: Trees) -> int: ...
""",
        [
            (
                "_impl.py:24: the parameter trees of second: Python forgets what Tree is applied to, as it names "
                "itself in a string: write the whole annotation in quotes: 'Tree[...]'"
            )
        ],
    ),
    "special_form_with_arguments": (
        """
@m.wrap_function
async def first(limit: ClassVar[int]) -> int: ...
""",
        ["_impl.py:17: the parameter limit of first: ClassVar[...] is not supported here: write a plain type"],
    ),
    "overload_for_an_object_that_is_not_there": (
        """
K = TypeVar("K")

@m.wrap_class
class Box(Generic[K]):
    @overload
    def __init__(self: "Box[Missing]", content: int) -> None: ...
    @overload
    def __init__(self: "Box[str]", content: str) -> None: ...
    def __init__(self, content: Any) -> None: ...
""",
        [
            (
                "_impl.py:24: the receiver of the overload of Box.__init__ in line 21: the annotation 'Box[Missing]' "
                "names Missing, which is not defined: import it, also under `if TYPE_CHECKING:`"
                ", or define it outside of that"
            )
        ],
    ),
    "name_for_checkers_that_names_what_is_not_there": (
        """
if TYPE_CHECKING:
    Wide = Missing

@m.wrap_function
async def first(codes: List[Wide]) -> None: ...
""",
        [
            (
                "_impl.py:20: the parameter codes of first: the annotation 'Missing' names Missing, which is not "
                "defined: import it, also under `if TYPE_CHECKING:`, or define it outside of that"
            )
        ],
    ),
}
