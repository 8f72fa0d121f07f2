"""Own what a class is by its nature: data, which is public as it is, or something that has a face."""

from __future__ import annotations

import enum

from .._protocols import call_of


def goes_by_value(cls: type, by: str | None) -> bool:
    """Tell whether a class of a manifest is re-exported as it is; `by` is what its registration says."""
    return by == "value" if by is not None else is_data(cls)


def is_data(cls: type) -> bool:
    """Tell whether a class is data by its nature, an enum, an exception or a record, or says what is callable."""
    return enum.Enum in cls.__mro__ or is_error(cls) or is_record(cls) or call_of(cls) is not None


def is_error(cls: type) -> bool:
    """Tell whether a class is an exception."""
    return BaseException in cls.__mro__


def is_record(cls: type) -> bool:
    """Tell whether a class has typed fields: a dataclass, named tuple, typed dict, Struct or model of pydantic."""

    def has(name: str) -> bool:  # by itself, where `hasattr` asks the metaclass, too
        return hasattr(cls, name) and any(name in vars(base) for base in cls.__mro__)

    if any(map(has, ("__dataclass_fields__", "__struct_fields__", "__pydantic_fields__"))):
        return True
    return (tuple in cls.__mro__ and has("_fields")) or (dict in cls.__mro__ and has("__required_keys__"))
