"""Own the text of plans: what crosses a boundary with a call, and as what, for the bridge to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._ir import ANYTHING, ANYTHING_ASYNC, RECORD_VARIABLE, Plan
from ._text import quoted

if TYPE_CHECKING:
    from .._ir import FaceModule, Option
    from ._names import Names


class PlanWriter:
    """Write the plans of one module."""

    def __init__(self, module: FaceModule, names: Names) -> None:
        self._target = module.target
        self._records = {plan.record.key: plan.variable for plan in module.records}
        self._names = names

    def text(self, plan: Plan | None) -> str:
        """Return the expression that makes a plan."""
        if plan is None:
            return "None"
        if plan.record is not None:
            name = plan.record.name
            here = self._records.get(plan.record.key)
            return quoted(here if here is not None else f"{name.module}.{RECORD_VARIABLE}{name.qualname}")
        if plan.face is not None:
            is_near = plan.face.module == self._target
            if "." in plan.face.name:
                return quoted(f"{'' if is_near else plan.face.module}:{plan.face.name}")
            return quoted(plan.face.name if is_near else f"{plan.face.module}.{plan.face.name}")
        combinator = self._names.bridge(plan.combinator)
        if plan in (ANYTHING, ANYTHING_ASYNC):
            return combinator
        options = (f"{name}={self._option(value)}" for name, value in plan.options)
        return f"{combinator}({', '.join((*map(self.text, plan.items), *options))})"

    def _option(self, value: Option) -> str:
        if isinstance(value, Plan):
            return self.text(value)
        if isinstance(value, frozenset):
            return f"({', '.join(map(quoted, sorted(value)))}{',' * (len(value) == 1)})"
        if isinstance(value, tuple):
            return f"{{{', '.join(f'{quoted(name)}: {self.text(plan)}' for name, plan in value)}}}"
        return quoted(value) if isinstance(value, str) else str(value)
