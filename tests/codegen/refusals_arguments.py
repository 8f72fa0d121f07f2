"""List what the generator refuses of what generic classes and aliases are applied to, as `refusals.py` does."""

from __future__ import annotations

REFUSALS = {
    "parameters_that_a_base_was_given": (
        """
from typing_extensions import ParamSpec

P = ParamSpec("P")

class Base(Generic[P]):
    async def go(self, *args: P.args, **kwargs: P.kwargs) -> int: ...

@m.wrap_class
class Sub(Base[int]): ...  # which Python 3.9 reads, as it does not Base[[int]]
""",
        [
            (
                "_impl.py:21: the parameter args of Base.go: a subclass says what P.args stands for: "
                "write the parameters out"
            ),
            (
                "_impl.py:21: the parameter kwargs of Base.go: a subclass says what P.kwargs stands for: "
                "write the parameters out"
            ),
        ],
    ),
    "list_that_is_no_type": (
        """
from typing_extensions import ParamSpec, TypeAliasType

P = ParamSpec("P")
T = TypeVar("T")
Handler = TypeAliasType("Handler", "Callable[P, Awaitable[T]]", type_params=(P, T))

@m.wrap_function
async def first(value: "[int]") -> None: ...

@m.wrap_function
async def second(handler: Handler[int, T]) -> T: ...

@m.wrap_function
async def third(handler: Handler[[int], [T]]) -> T: ...
""",
        [
            "_impl.py:23: the parameter value of first: the annotation [<class 'int'>] is not a type: write a type",
            (
                "_impl.py:26: the parameter handler of second: the type variable P stands for parameters, and is given "
                "a type: write a list of types, as in [int, str]"
            ),
            (
                "_impl.py:29: the parameter handler of third: the type variable T stands for types, and is given "
                "parameters: write a type"
            ),
        ],
    ),
    "method_of_objects_with_some_parameters": (
        """
from typing_extensions import ParamSpec

P = ParamSpec("P")
T = TypeVar("T")

@m.wrap_class
class Job(Generic[P, T]):
    async def run(self: "Job[[int], T]") -> T: ...
""",
        [
            (
                "_impl.py:23: Job.run is for Job[[int], T] alone, by its parameter self, which a face can say of its "
                "objects and of single types alone: write a function that has it for a parameter"
            )
        ],
    ),
    "base_with_a_face_that_is_applied_to_what_cannot_be_read": (
        """
T = TypeVar("T")

class _Hidden:
    pass

@m.wrap_class
class Box(Generic[T]):
    async def get(self) -> T: ...

@m.wrap_class
class Mine(Box[_Hidden]):
    pass
""",
        ["_impl.py:26: the base Box: _Hidden of _impl is private, and this is public: give it a public name"],
    ),
}
