"""Own what a child sends without a copy of it: public objects, and handles; and what stands in it for its parent's."""

from __future__ import annotations

import contextlib
import functools
from typing import TYPE_CHECKING, Any

from ...errors import ProtocolError
from ...protocol import Kind
from .._abilities import abilities_of, is_data
from .._carried import carried_here
from .._exported import Exported, Received, release_of
from ._kinds import NUMBER, public_class_of
from ._lent import Lent, lent_class
from ._verbs import public_class_at

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...transport import Connection
    from ._lent import Asking


_PARTS = 2  # of a class's token: its module and its name


class ServingHandles:
    """Give a child's codec the tokens of what stays in the child, and what stands for those of its parent.

    `asking` calls what the parent has lent. `main` is the connection by which releases go. `class_at` returns the class
    that the parent names by its module and its qualified name.
    """

    def __init__(
        self,
        main: Callable[[], Connection],
        asking: Callable[[], Asking],
        class_at: Callable[[str, str], type[Any]] = public_class_at,
    ) -> None:
        self._main = main
        self._class_at = class_at
        self._asking = asking
        self.exported = Exported()
        self._received = Received(self._release)

    def export(self, value: object) -> tuple[object, ...] | None:
        """Return the token of what stays here; None for what crosses by value."""
        if isinstance(value, Lent):
            self._received.send_back(value.ambidex_number)
            carried_here().note(functools.partial(self._received.keep, value.ambidex_number))
            return ("yours", value.ambidex_number)
        kind = type(value)
        public = public_class_of(kind)
        if public is not None:
            return ("object", self._lent(value), *public)
        if is_data(kind):
            return None
        abilities = abilities_of(value)
        if not abilities:
            return None
        name = str(getattr(value, "__qualname__", kind.__qualname__))
        return ("handle", self._lent(value), name, *abilities)

    def export_class(self, cls: type[Any]) -> tuple[object, ...] | None:
        """Return the token of a public class whose objects stay here; None for any other one."""
        number: int | None = vars(cls).get(NUMBER)
        if number is not None:
            return ("users class", number)
        public = public_class_of(cls)
        return None if public is None else ("class", 0, *public)

    def _lent(self, value: object) -> int:
        number = self.exported.lend(value)
        carried_here().note(functools.partial(self.exported.release, number, 1))
        return number

    def resolve(self, token: tuple[object, ...]) -> object:
        """Return what stands for a token here.

        Raises:
            ProtocolError: there is no such token.
        """
        kind, number, *rest = token
        if kind == "yours" and isinstance(number, int):
            return self.exported.come_home(number)
        if kind == "class" and len(rest) == _PARTS:
            module, path = map(str, rest)
            return self._class_at(module, path)
        if kind == "handle" and isinstance(number, int):
            name, *abilities = map(str, rest)
            cls = lent_class(tuple(abilities))
            return self._received.receive(number, lambda: cls(self._asking(), number, name))
        raise ProtocolError(f"a token of the kind {kind!r:.40} came, which there is not, or not here")

    def _release(self, number: int, count: int, returned: int) -> None:
        main = self._main()
        with contextlib.suppress(RuntimeError):  # the loop has ended, and with it what the parent keeps
            main.loop.call_soon_threadsafe(main.send, Kind.RELEASE, 0, release_of(number, count, returned))
