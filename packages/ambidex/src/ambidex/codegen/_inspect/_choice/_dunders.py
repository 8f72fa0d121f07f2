"""Own what becomes of each special method."""

from __future__ import annotations

# Called by operators and builtins on a face.
_OPERATORS = "add and divmod floordiv lshift matmul mod mul or pow rshift sub truediv xor"
_CALLED = """
abs bool bytes call ceil complex contains delitem dir enter eq exit float floor format fspath ge getattr getitem gt hash
index int invert iter le len length_hint lt ne neg next pos repr reversed round setitem str trunc
"""
# Between the implementation and the interpreter: no business of a face.
_KEPT_INSIDE = """
copy deepcopy del getnewargs getnewargs_ex getstate init init_subclass instancecheck new post_init reduce
reduce_ex replace set_name setstate sizeof subclasscheck subclasshook
"""
# What Python reads of a class, and a face has for itself; each may be annotated.
_READ = "annotations class dict doc hash match_args module name orig_bases qualname slots test weakref"

SPECIAL = frozenset(f"__{name}__" for name in _CALLED.split()) | frozenset(
    f"__{prefix}{name}__" for prefix in ("", "r", "i") for name in _OPERATORS.split()
)
OF_CLASSES = frozenset(f"__{name}__" for name in _READ.split())
INTERNAL = frozenset(f"__{name}__" for name in _KEPT_INSIDE.split())
CLASS_GETITEM = "__class_getitem__"
PROTOCOLS = ("__aenter__", "__aexit__", "__aiter__", "__anext__", "__await__")
TOGETHER = {  # which make one thing of a face
    "__aenter__": "__aexit__",
    "__aexit__": "__aenter__",
    "__aiter__": "__anext__",
    "__anext__": "__aiter__",
    "__enter__": "__exit__",
    "__exit__": "__enter__",
    "__iter__": "__next__",
    "__next__": "__iter__",
}
TWO_FORMS = (  # what a class may write for `with` and `for` beside the async ones, and what that then is
    (("__enter__", "__exit__"), ("__aenter__", "__aexit__"), "context manager"),
    (("__iter__", "__next__"), ("__aiter__", "__anext__"), "iterable"),
)
WAITS = "result"  # the method by which a blocking caller waits for an object that can be awaited, as for a future

_MADE_OR_SHOWN = "call dir eq format hash ne repr str"
# What a metaclass may write without that a user of its classes sees more than how they are made, compared and shown.
_OF_CLASSES = frozenset(f"__{name}__" for name in _MADE_OR_SHOWN.split())
SEEN_ON_CLASSES = frozenset((*SPECIAL, *PROTOCOLS, *TOGETHER)) - _OF_CLASSES
