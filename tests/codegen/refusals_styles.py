"""List what the generator refuses about the two styles of modules, in the form of `refusals.py`."""

from __future__ import annotations

REFUSALS = {
    "two_classes_named_in_a_module_of_one": (
        """
t = Module("twin", style="twin")

@t.wrap_class
class Client: ...

@m.wrap_class
class Hub:
    async def clients(self) -> dict[str, list[Client]]: ...

@m.wrap_function
async def connect(client: Client) -> None: ...
""",
        [
            (
                "_impl.py:22: Hub of public has one form, and its Client two in twin (style='twin'): "
                "give both manifests the same style"
            ),
            (
                "_impl.py:26: connect of public has one form, and its Client two in twin (style='twin'): "
                "give both manifests the same style"
            ),
        ],
    ),
    "two_classes_in_the_fields_of_a_record_of_a_module_of_one": (
        """
t = Module("twin", style="twin")

@t.wrap_class
class Client: ...

@m.wrap_class
@dataclass
class Holder:
    client: Client
""",
        [
            (
                "_impl.py:23: Holder of public has one form, and its Client two in twin (style='twin'): "
                "give both manifests the same style"
            )
        ],
    ),
    "two_classes_extended_by_one": (
        """
t = Module("twin", style="twin")

@t.wrap_class
class Client: ...

@m.wrap_class
class Mine(Client): ...
""",
        [
            (
                "_impl.py:22: Mine of public has one form, and its Client two in twin (style='twin'): "
                "give both manifests the same style"
            )
        ],
    ),
    "one_class_extended_by_two": (
        """
t = Module("twin", style="twin")

@t.wrap_class
class Outer:
    class Inner(Station): ...

@t.wrap_class
class Buoy(Station): ...
""",
        [
            (
                "_impl.py:20: Outer.Inner has two classes in twin (style='twin'), and its base Station one in public: "
                "give both manifests the same style"
            ),
            (
                "_impl.py:23: Buoy has two classes in twin (style='twin'), and its base Station one in public: "
                "give both manifests the same style"
            ),
        ],
    ),
    "private_names_of_two": (
        """
t = Module("twin", style="twin")

@t.wrap_class
class _Client: ...

@t.wrap_function
async def _current() -> float: ...
""",
        [
            (
                "_impl.py:19: _Client would be public in twin, which has style='twin', beside an async one of its "
                "name: give it a public name with name='Client'"
            ),
            (
                "_impl.py:22: _current would be public in twin, which has style='twin', beside an async one of its "
                "name: give it a public name with name='current'"
            ),
        ],
    ),
    "both_of_two_registered": (
        """
t = Module("twin", style="twin")

@t.wrap_function
async def current() -> float: ...

@t.wrap_function
async def async_current() -> float: ...
""",
        [
            (
                "_impl.py:22: twin already has a current, from _impl.py:19: "
                "give one of them another public name with name='...'"
            ),
            (
                "_impl.py:22: twin already has a async_current, from _impl.py:19: "
                "give one of them another public name with name='...'"
            ),
        ],
    ),
    "two_styles_for_one_module": (
        """
t = Module("public", style="twin")

class Client: ...
t.wrap_class(Client)
""",
        [
            (
                "_impl.py:19: public is asked for in two styles, or with two sets of async_names: "
                "give both manifests the same ones"
            )
        ],
    ),
}
