"""A class statement takes the keywords of `__init_subclass__`, and no others."""

from __future__ import annotations

from abc import ABCMeta


class File(metaclass=ABCMeta):
    name: str

    def __init_subclass__(cls, *, name: str = "") -> None:
        cls.name = name


class Keyed(File, key="x"):  # type: ignore[call-arg]  # pyright: ignore[reportGeneralTypeIssues, reportCallIssue]
    pass
