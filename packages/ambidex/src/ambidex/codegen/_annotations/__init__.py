"""Read annotations: an object or a string becomes a type of the IR, the same on every Python."""

from __future__ import annotations

from ._bases import type_parameters_of, variables_of
from ._callables import compared_callable
from ._carried import annotations_of
from ._checked import as_checked
from ._constructors import Assigned
from ._declared import attributes_of
from ._homes import home_of_class, home_of_value
from ._literals import accepts, literal_text, type_of_literal
from ._meanings import meaning, meanings
from ._namespace import applied_to
from ._records import is_field, place_of, read_record
from ._resolver import Resolver
from ._source import (
    Sources,
    absolute_import,
    defaults_of,
    gives_none,
    gives_receiver,
    gives_self,
    is_literal,
    literal_value,
    module_of_class,
    module_of_function,
    only_raises,
)
from ._stubs import Definition, Stub, is_managed, stub_file
from ._variables import Meaning, arguments_of, is_variable, readable

__all__ = (
    "Assigned",
    "Definition",
    "Meaning",
    "Resolver",
    "Sources",
    "Stub",
    "absolute_import",
    "accepts",
    "annotations_of",
    "applied_to",
    "arguments_of",
    "as_checked",
    "attributes_of",
    "compared_callable",
    "defaults_of",
    "gives_none",
    "gives_receiver",
    "only_raises",
    "gives_self",
    "home_of_class",
    "home_of_value",
    "is_field",
    "is_literal",
    "is_managed",
    "is_variable",
    "literal_text",
    "literal_value",
    "meaning",
    "meanings",
    "module_of_class",
    "module_of_function",
    "place_of",
    "read_record",
    "readable",
    "stub_file",
    "type_of_literal",
    "type_parameters_of",
    "variables_of",
)
