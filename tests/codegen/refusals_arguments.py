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
    "private_base_that_is_applied_to_what_cannot_be_read": (
        """
from typing_extensions import ParamSpec, TypeVarTuple, Unpack

P = ParamSpec("P")
T = TypeVar("T")
Ts = TypeVarTuple("Ts")

class _Hidden:
    pass

class _Box(Generic[T]):
    item: T
    def __init__(self, item: T) -> None: ...
    async def get(self) -> T: ...
    async def _unpack(self) -> T: ...

class _Boxes(_Box[List[T]]):
    async def count(self) -> int: ...

@m.wrap_class
class Mine(_Boxes[_Hidden]):
    pass

class _Quiet(Generic[T]):
    async def _own(self) -> T: ...

@m.wrap_class
class Silent(_Quiet[_Hidden]):  # of which nothing that is public says it
    pass

class _Task(Generic[P]):
    async def run(self, *args: P.args, **kwargs: P.kwargs) -> None: ...

@m.wrap_class
class Job(_Task[_Hidden]):
    pass

class _Row(Generic[Unpack[Ts]]):
    pass

@m.wrap_class
class Line(_Row[int, _Hidden]):
    pass
""",
        [
            *(
                f"_impl.py:{line}: {where}: the base _Box of _Boxes: the base _Boxes of Mine: _Hidden of _impl is "
                "private, and this is public: give it a public name"
                for line, where in (
                    (26, "the attribute _Box.item"),
                    (27, "the parameter item of _Box.__init__"),
                    (28, "the result of _Box.get"),
                )
            ),
            *(
                f"_impl.py:46: the parameter {each} of _Task.run: the base _Task of Job: _Hidden of _impl is private, "
                "and this is public: give it a public name"
                for each in ("args", "kwargs")
            ),
            "_impl.py:56: the base _Row: _Hidden of _impl is private, and this is public: give it a public name",
        ],
    ),
}
