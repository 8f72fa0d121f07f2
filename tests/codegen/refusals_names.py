"""List what the generator refuses of names, and of what cannot be registered at all, as `refusals.py` does."""

from __future__ import annotations

REFUSALS = {
    "two_entries_of_one_name": (
        """
@m.wrap_function
async def first() -> int: ...

@m.wrap_function(name="first")
async def second() -> int: ...
""",
        [
            (
                "_impl.py:20: public already has a first, from _impl.py:17: "
                "give one of them another public name with name='...'"
            )
        ],
    ),
    "keyword": (
        """
@m.wrap_function(name="class")
async def first() -> int: ...
""",
        ["_impl.py:17: class is a keyword of Python: give it another public name with name='...'"],
    ),
    "reserved_name": (
        """
@m.wrap_function(name="TYPE_CHECKING")
async def first() -> int: ...

@m.wrap_function(name="_record_First")
async def second() -> int: ...
""",
        [
            (
                f"_impl.py:{line}: generated modules need the name {name} themselves: "
                "give it another public name with name='...'"
            )
            for line, name in ((17, "TYPE_CHECKING"), (20, "_record_First"))
        ],
    ),
    "member_of_every_face": (
        """
@m.wrap_class
class Other:
    async def aio(self) -> int: ...
    with_options: int
""",
        [
            "_impl.py:18: Other.aio collides with what every face has: give the member another name",
            "_impl.py:19: Other.with_options collides with what every face has: give the member another name",
        ],
    ),
    "member_that_hides_a_class": (
        """
@m.wrap_class
class Other:
    async def Station(self) -> Station: ...
""",
        [
            (
                "_impl.py:18: Other.Station hides the class Station in the annotations of its own class: "
                "give the member or the class another name"
            )
        ],
    ),
    "generated_over_its_implementation": (
        """
n = Module("_impl")

@n.wrap_function
async def first() -> int: ...
""",
        ["_impl.py:19: _impl would be generated over its own implementation: name another module in Module('...')"],
    ),
    "target_that_is_a_keyword": (
        """
n = Module("shop.class")

@n.wrap_function
async def first() -> int: ...
""",
        ["_impl.py:19: shop.class cannot be imported: class is a keyword: name another module in Module('...')"],
    ),
    "two_synchronizers": (
        """
n = Module("public", synchronizer="other")

@n.wrap_function
async def first() -> int: ...
""",
        ["_impl.py:18: public is asked for with the synchronizers public and other: name one in both manifests"],
    ),
    "import_of_a_module_that_is_not_there": (
        """
if TYPE_CHECKING:
    import json._no_such
    import no_such.inner
    from no_such._at_all import Thing

@m.wrap_function
async def first(x: Thing, y: no_such.inner.Deep) -> list[Thing | None]: ...

@m.wrap_class
class Other:
    async def deep(self, x: no_such.Shallow[int], y: json._no_such.Kept) -> int: ...
""",
        [
            (
                f"_impl.py:{line}: {where}: {name} is imported from {module}, which is not there, and has no stub: "
                "correct the import, or install that module, or its stubs, where the generator runs"
            )
            for line, where, name, module in (
                (22, "the result of first", "Thing", "no_such._at_all"),
                (22, "the parameter x of first", "Thing", "no_such._at_all"),
                (22, "the parameter y of first", "Deep", "no_such.inner"),
                (26, "the parameter x of Other.deep", "Shallow", "no_such"),
                (26, "the parameter y of Other.deep", "Kept", "json._no_such"),
            )
        ],
    ),
    "nested_function": (
        """
def make() -> None:
    @m.wrap_function
    async def first() -> int: ...

make()
""",
        [
            (
                "_impl.py:18: first is defined inside a function, where nothing can import it: "
                "define it at the top of its module"
            )
        ],
    ),
    "lambda": (
        """
m.wrap_function(name="first")(lambda: 1)
""",
        [
            (
                "_impl.py:16: first is defined inside a function, where nothing can import it: "
                "define it at the top of its module"
            )
        ],
    ),
    "registration_below_a_decorator": (
        """
@asynccontextmanager
@m.wrap_function
async def first() -> AsyncIterator[int]:
    yield 1
""",
        [
            (
                "_impl.py:18: _impl.first is not what was registered as first: "
                "put the registration above every other decorator, and keep the name"
            )
        ],
    ),
    "builtin_function": (
        """
m.wrap_function(name="first")(print)
""",
        ["_impl.py:16: first is not a plain function: register a function written with `def`"],
    ),
    "value_below_a_face": (
        """
@m.wrap_class(by="value")
class Copy(Station): ...
""",
        [
            (
                "_impl.py:17: Copy goes by value and its base Station by identity: "
                "register both by='identity', or both by='value'"
            )
        ],
    ),
    "private_value": (
        """
@m.wrap_class(name="Mode")
class _Mode(enum.Enum): ...
""",
        ["_impl.py:17: Mode goes by value, and _Mode is private in its module: give it a public name there"],
    ),
}
