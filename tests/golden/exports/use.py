"""Use what is public as it is: it is imported when it is asked for, and is the implementation's own."""

from __future__ import annotations

import sys
from typing import Dict, List, Optional, Union

import exports

assert "_exports" not in sys.modules
assert "_exports_common" not in sys.modules
assert exports.RETRIES == 3
assert "_exports" not in sys.modules  # it stands elsewhere, and is taken from there

import _exports

assert exports.HEADERS == {"accept": "text"}
assert exports.LIMIT_S == 2.5
assert exports.COLOURS == ("red", "green")
assert exports.MISSING is _exports.MISSING
assert exports.DEFAULT is exports.Mode.READ
assert exports.T is _exports.T
assert exports.Table is _exports.Table
assert exports.Text is str
assert exports.Couple is exports.Pair
assert exports.double(2) == 4
with exports.opened(exports.Mode.READ) as mode:
    assert mode is exports.Mode.READ

row: exports.Row = {"a": 1}
assert exports.current(row, exports.UserId(1), exports.Table({"a": 1})) == [row, {"width": 1}]
assert exports.pair() == exports.Pair(1, 2)
try:
    exports.current(row, exports.UserId(0), exports.Table({}))
except exports.NotFound:
    pass
else:
    raise AssertionError
assert not hasattr(exports, "unregistered")
assert "wrapper_module" not in exports.__all__

assert exports.Entries == list[exports.Entry[int]]
assert exports.Found == Optional[exports.Entry[str]]
assert exports.Listed == Dict[str, List[Union[exports.Entry[str], exports.Entry[int], None]]]
assert str(exports.Named) == "typing.Tuple[~E, exports.Entry[~E]]"
found = exports.collected([exports.Entry(1)])
assert found is not None
assert found.value == "1"
