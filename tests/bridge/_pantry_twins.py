"""The implementation of `_pantry`, public by two classes."""

from __future__ import annotations

from ambidex import Module

from ._pantry import Jar, asked, each, jars, kept, opened, plain

module = Module("tests.bridge.pantry_twins", synchronizer="tests", style="twin")
module.wrap_class(Jar)
for function in (kept, each, opened, plain, jars, asked):
    module.wrap_function(function)
