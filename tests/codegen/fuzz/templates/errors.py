"""Draw exceptions that hold objects with faces: raised, returned, given, and handed to a callback."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.codegen.fuzz.shapes import Check, Class, Snippet, Type

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.codegen.fuzz.values import Drawer

MISHAPS = (
    "@m.wrap_class\nclass Mishap(Exception):\n"
    "    def __init__(self, near: <0>, more: Optional[List[<0>]] = None) -> None:\n"
    "        super().__init__('mishap', near)\n        self.near = near\n"
    "        self.more: Dict[str, List[<0>]] = {'more': more or []}\n        self._near = near\n\n"
    "    @property\n    def itself(self) -> <0>:\n        return self._near\n\n\n"
    "@m.wrap_class\nclass Relapse(Mishap):\n    second: <0>\n\n"
    "    def __init__(self, near: <0>, second: <0>) -> None:\n"
    "        super().__init__(near)\n        self.second = second\n\n\n"
    "@m.wrap_class\n@dataclass\nclass Loss(LookupError):\n    near: <0>\n    attempts: int = 1\n\n\n"
    "def _mishap(how: str, near: Any) -> Any:\n"
    "    if how == 'cause':\n        error = ValueError('x')\n        error.__cause__ = Mishap(near)\n"
    "        return error\n"
    "    made = {'twice': lambda: Relapse(near, near), 'loss': lambda: Loss(near, 2), 'key': lambda: KeyError(near)}\n"
    "    return made.get(how, lambda: Mishap(near, [near]))()\n\n\n"
    "@m.wrap_function\nasync def mishap(how: str, near: <0>, *, wrong: bool) -> None:\n"
    "    await _pause()\n    raise _mishap(how, near)\n\n\n"
    "@m.wrap_function\ndef plain_mishap(how: str, near: <0>, *, wrong: bool) -> None:\n"
    "    raise _mishap(how, near)\n\n\n"
    "@m.wrap_function\nasync def mishaps(how: str, near: <0>, *, wrong: bool) -> AsyncIterator[<0>]:\n"
    "    yield near\n    raise _mishap(how, near)\n\n\n"
    "@m.wrap_function\nasync def last_mishap(near: <0>) -> Dict[str, Optional[Mishap]]:\n"
    "    return {'none': None, 'one': Mishap(near), 'other': Relapse(near, near)}\n\n\n"
    "@m.wrap_function\nasync def problems(near: <0>) -> List[Union[<0>, BaseException]]:\n"
    "    return [near, Mishap(near), Loss(near)]\n\n\n"
    "@m.wrap_function\nasync def told_of(problem: Mishap, *, wrong: bool = False) -> List[<0>]:\n"
    "    if wrong:\n        raise problem\n    return [problem.near, problem.itself, *problem.more['more']]\n\n\n"
    "@m.wrap_function\nasync def heard_of(near: <0>, hear: Callable[[Mishap], Awaitable[None]]) -> None:\n"
    "    await hear(Relapse(near, near))\n"
)
HOW = ("", "twice", "loss", "key", "cause")


def mishaps(draw: Drawer, classes: Sequence[Class]) -> Snippet | None:
    """Draw them, with each way to raise one."""
    known = [Type("class", name=cls.key) for cls in classes if cls.kind == "identity"]
    if not known:
        return None
    type_ = draw.pick(known)
    raised = {"mishap": "async", "plain_mishap": "plain", "mishaps": "stream"}
    one = f"<module>Mishap({draw.value(type_)})"
    checks = (
        *(
            Check(flavour, f"<module>{name}", f"{draw.pick(HOW)!r}, {draw.value(type_)}, wrong=True")
            for name, flavour in raised.items()
        ),
        Check("async", "<module>last_mishap", draw.value(type_)),
        Check("async", "<module>problems", draw.value(type_)),
        Check("async", "<module>told_of", f"<module>Relapse({draw.value(type_)}, {draw.value(type_)})"),
        Check("async", "<module>told_of", f"<module>Mishap({draw.value(type_)}, [{draw.value(type_)}]), wrong=True"),
        Check("async", "<module>heard_of", f"{draw.value(type_)}, _callback(True, None)"),
        Check("expression", f"{one}.itself"),
        Check("expression", f"<module>Loss({draw.value(type_)}, 3)"),
    )
    constructs = (
        "exception that holds wrapped objects",
        "exception that extends such a one",
        "exception that is a dataclass",
        "list that may hold exceptions, as `BaseException`",
    )
    return Snippet(MISHAPS, constructs, checks, (type_,))
