"""Names the types of values: `pandas.DataFrame`, and containers with what they hold, as far as that can be told."""

import builtins
import collections
import functools
import sys
import types
from collections.abc import Collection, Iterable
from typing import Any

Member = Any
"""One type as JSON: a name, a name with the types in its brackets, or `None` where it has no public name."""

ELEMENTS = 1_000_000
"""How many elements of one container are looked at; of a larger one it is not told what it holds."""

ALL_ELEMENTS = 20_000_000
"""The same of all together: half a second."""

INNER, DEPTH, PARTS = 100, 3, 32
"""How many containers in a container are looked at, how deep, and how long a tuple is told part by part."""

ANY: list[Member] = [None]

LISTS = {list: "list", set: "set", frozenset: "frozenset", collections.deque: "collections.deque"}
TABLES = {
    dict: "dict",
    collections.OrderedDict: "collections.OrderedDict",
    collections.defaultdict: "collections.defaultdict",
}
CALLABLES = (
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodType,
    functools.partial,
    type(functools.lru_cache(lambda: None)),
)
ITERATORS = (types.GeneratorType, map, filter, zip, enumerate, reversed, *(type(iter(one)) for one in ([], (), {}, "")))
VIEWS = {type({}.keys()): "KeysView", type({}.values()): "ValuesView", type({}.items()): "ItemsView"}

WIDER = {
    "pandas.RangeIndex": "pandas.Index",
    "numpy.float64": "float",
    "numpy.str_": "str",
    "numpy.bool": "numpy.bool_",
}
"""What one run has by chance, or what is a class of Python's as well, by the name that says it of others too."""


class Describer:
    """Describes values for one module, which has names of its own."""

    def __init__(self, module: types.ModuleType) -> None:
        self.module, self.left = module, ALL_ELEMENTS
        self.names: dict[type, str | None] = {}

    def __call__(self, value: Any, depth: int = 0) -> Member:
        kind = type(value)
        if value is None:
            return "None"
        if issubclass(kind, type):
            return {"name": "type", "of": [[self.name_of(value)]]}
        if issubclass(kind, CALLABLES) or kind.__name__ == "ufunc":
            return {"name": "collections.abc.Callable", "of": [["..."], ANY]}
        if issubclass(kind, ITERATORS):
            return {"name": "collections.abc.Iterator", "of": [ANY]}
        return self.container(value, kind, depth) or self.name_of(kind)

    def container(self, value: Any, kind: type, depth: int) -> Member:
        """Only of classes whose iteration is known to do nothing else."""
        if kind in LISTS:
            return {"name": LISTS[kind], "of": [self.elements(value, depth)]}
        if kind in TABLES:
            parts = [self.elements(part, depth) for part in (value.keys(), value.values())]
            return {"name": TABLES[kind], "of": parts}
        if kind is collections.Counter:
            return {"name": "collections.Counter", "of": [self.elements(value.keys(), depth)]}
        if kind in VIEWS:
            parts = [ANY, ANY] if kind is type({}.items()) else [self.elements(value, depth)]
            return {"name": f"collections.abc.{VIEWS[kind]}", "of": parts}
        return self.tuple(value, depth) if kind is tuple else None

    def tuple(self, value: tuple[Any, ...], depth: int) -> Member:
        if len(value) > PARTS:
            return {"name": "tuple", "of": [self.elements(value, depth), ["..."]]}
        # That a tuple has parts is no depth: what a function gives several of is one.
        return {"name": "tuple", "of": [[self(part, depth + 1) if depth < DEPTH else None] for part in value]}

    def elements(self, values: Collection[Any], depth: int) -> list[Member]:
        """The types of the elements; none of an empty container."""
        if len(values) > min(ELEMENTS, self.left):
            return ANY
        self.left -= len(values)
        kinds = set(map(type, values))
        if len(kinds) > INNER:
            return ANY
        if any(is_compound(kind) for kind in kinds):
            return self.inner(values, depth)
        return distinct(self.name_of(kind) if kind is not type(None) else "None" for kind in kinds)

    def inner(self, values: Collection[Any], depth: int) -> list[Member]:
        if depth >= DEPTH or len(values) > INNER:
            return ANY
        return distinct(self(value, depth + 1) for value in values)

    def name_of(self, kind: type) -> str | None:
        if kind not in self.names:
            found = self.public_name(kind)
            self.names[kind] = WIDER.get(found, found) if found else None
        return self.names[kind]

    def public_name(self, kind: type) -> str | None:
        home, name = getattr(kind, "__module__", None), kind.__name__
        if not isinstance(home, str) or not isinstance(name, str) or kind.__qualname__ != name or name.startswith("_"):
            return None
        if home == "builtins":
            return name if getattr(builtins, name, None) is kind else None
        if home == self.module.__name__:
            return name if vars(self.module).get(name) is kind else None
        place = None if home == "__main__" else public_place(kind, home, name)
        return numeric(kind, f"{place}.{name}") if place else None


def is_compound(kind: type) -> bool:
    """Whether more is to be told of a value than the name of its class."""
    return kind in LISTS or kind in TABLES or kind is tuple or issubclass(kind, (type, *CALLABLES, *ITERATORS))


def distinct(members: Iterable[Member]) -> list[Member]:
    """In an order that does not depend on that of a set."""
    found: list[Member] = []
    for member in members:
        if member not in found:
            found.append(member)
    return sorted(found, key=repr)


def public_place(kind: type, home: str, name: str) -> str | None:
    """The shortest public module that has the class by its name, of those that it lies in; else of its package."""
    parts = home.lstrip("_").split(".")  # What is written in C has its home in `_io`, and its public one in `io`.
    around = [".".join(parts[: count + 1]) for count in range(len(parts))]
    package = sorted(one for one in sys.modules if one.startswith(f"{parts[0]}."))
    package.sort(key=lambda one: one.count("."))
    places = (one for one in (*around, *package) if is_public(one) and holds(one, kind, name))
    return next(places, None)


INTERNAL = {"src", "internal", "impl"}


def is_public(module: str) -> bool:
    return not any(part.startswith("_") or part in INTERNAL for part in module.split("."))


def holds(module: str, kind: type, name: str) -> bool:
    # Not `getattr`: that may import.
    return getattr(sys.modules.get(module), "__dict__", {}).get(name) is kind


def numeric(kind: type, name: str) -> str:
    """NumPy's numbers without their precision; of a whole one it is chance, for a missing value makes it another."""
    numpy = sys.modules.get("numpy")
    if numpy is None or not name.startswith("numpy.") or name in WIDER:
        return name
    wider = {numpy.integer: "numpy.number", numpy.floating: "numpy.floating"}
    return next((other for base, other in wider.items() if issubclass(kind, base)), name)
