from __future__ import annotations
from ambidex.bridge import *
_impl = Implementation("_measured", synchronizer="bench", abi=1)
@_impl.function
def echo(value: int) -> int:
    implemented_elsewhere()
@_impl.stream
def count(stop: int) -> Generator[int, None, None]:
    implemented_elsewhere()
