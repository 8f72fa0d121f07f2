"""What a handle holds: something that an implementation has given out, and how it is waited for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import Self

    from .._identity import Reference
    from .._member import Member


class Held:
    """Refer to what was given out, and to the member that waits for it; `timeout_s` covers all of it."""

    __slots__ = ("member", "reference", "timeout_s")

    def __init__(self, reference: Reference, member: Member, timeout_s: float | None = None) -> None:
        self.reference = reference
        self.member = member
        self.timeout_s = timeout_s

    def within(self, timeout_s: float | None) -> Self:
        """Return the same with another deadline."""
        return type(self)(self.reference, self.member, timeout_s)
