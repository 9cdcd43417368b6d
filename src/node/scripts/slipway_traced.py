"""What all stand-ins of `predict` have: a form in ONNX, Python's operators, and NumPy's functions by its protocols."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import pandas as pd

import slipway_nodes as nodes
from slipway_forks import take_branch
from slipway_nodes import NODES, Var
from slipway_onnx import Unconvertible


def no_form(what: str) -> Unconvertible:
    return Unconvertible(f"{what} has no ONNX form")


class Source:
    """A column with few possible values: what they are, and the node that says which of them a row has."""

    def __init__(self, values: pd.Series, place: Callable[[], Var], var: Var | None = None) -> None:
        """`var` gives the values themselves."""
        self.values, self.make_place, self.var = values, place, var
        self.made: Var | None = None

    @property
    def place(self) -> Var:
        if self.made is None:
            self.made = self.make_place()
        return self.made


class Table(NamedTuple):
    """What comes of each value of a source; without a source, of any row."""

    source: Source | None
    values: pd.Series

    @property
    def var(self) -> Var:
        if self.source is None:
            return nodes.constant(self.values.iloc[0])
        if self.source.var is not None and self.values.equals(self.source.values):
            return self.source.var
        return nodes.choose(self.source.place, self.values.tolist())


# What ONNX computes of a column.
Form = Table | Var


# What pandas does by the operator, and NumPy by a name.
REAL = {"absolute": abs, "invert": operator.invert, "negative": operator.neg, "positive": operator.pos} | {
    name: getattr(operator, short)
    for name, short in {
        "add": "add",
        "subtract": "sub",
        "multiply": "mul",
        "divide": "truediv",
        "floor_divide": "floordiv",
        "remainder": "mod",
        "power": "pow",
        "equal": "eq",
        "not_equal": "ne",
        "less": "lt",
        "less_equal": "le",
        "greater": "gt",
        "greater_equal": "ge",
        "bitwise_and": "and_",
        "bitwise_or": "or_",
        "bitwise_xor": "xor",
    }.items()
}


class Traced:
    """A stand-in. `breadth` says which of several decides: a table before an array, an array before a column."""

    __array_priority__ = 1000
    breadth = 1
    __hash__ = None  # type: ignore[assignment]

    def __array_ufunc__(self, function: Any, method: str, *operands: Any, **options: Any) -> Any:
        if method != "__call__" or options:
            raise no_form(f"np.{function.__name__} with these arguments")
        return combine(function.__name__, *operands)

    def __array_function__(self, function: Any, types: Any, arguments: Any, options: Any) -> Any:
        from slipway_functions import NUMPY

        if function not in NUMPY:
            raise no_form(f"np.{function.__name__}")
        return NUMPY[function](*arguments, **options)

    def combined(self, name: str, operands: Sequence[Any]) -> Any:
        """What a function of NumPy gives entry by entry."""
        raise NotImplementedError

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise no_form("what makes a plain array of rows")

    def __iter__(self) -> Any:
        raise no_form("what goes through the rows one by one")

    def __len__(self) -> int:
        raise no_form("how many rows there are")

    def __float__(self) -> float:
        raise no_form("what takes a single number")

    __int__ = __index__ = __str__ = __float__  # type: ignore[assignment]

    def __format__(self, _: str) -> str:
        raise no_form("a formatted text")

    def __bool__(self) -> bool:
        return take_branch(self)

    def __pow__(self, other: Any) -> Any:
        return combine("power", self, other)

    def __neg__(self) -> Any:
        return combine("negative", self)

    def __pos__(self) -> Any:
        return combine("positive", self)

    def __abs__(self) -> Any:
        return combine("absolute", self)

    def __invert__(self) -> Any:
        return combine("invert", self)


def combine(name: str, *operands: Any) -> Any:
    """A function of NumPy, entry by entry."""
    broadest = max((one for one in operands if isinstance(one, Traced)), key=lambda one: one.breadth)
    return broadest.combined(name, operands)


def add_operators() -> None:
    """`a + b` and, where the first is no stand-in, `1 + b`; pandas has a method for each."""
    named = {"sub": "subtract", "mul": "multiply", "truediv": "divide", "floordiv": "floor_divide", "mod": "remainder"}
    named |= {"and": "bitwise_and", "or": "bitwise_or", "xor": "bitwise_xor", "add": "add", "pow": "power"}
    compared = {"eq": "equal", "ne": "not_equal", "lt": "less", "le": "less_equal", "gt": "greater"}
    compared["ge"] = "greater_equal"
    for short, name in (named | compared).items():
        setattr(Traced, f"__{short}__", lambda self, other, name=name: combine(name, self, other))
        setattr(Traced, short, lambda self, other, name=name, **_: combine(name, self, other))
    for short, name in named.items():
        setattr(Traced, f"__r{short}__", lambda self, other, name=name: combine(name, other, self))
        setattr(Traced, f"r{short}", lambda self, other, name=name, **_: combine(name, other, self))
    for alias, short in {"div": "truediv", "divide": "truediv", "multiply": "mul", "subtract": "sub"}.items():
        setattr(Traced, alias, getattr(Traced, short))
    Traced.rdiv = Traced.rtruediv  # type: ignore[attr-defined]


add_operators()


COMPARED_TEXTS = ("equal", "not_equal")


def node_of(name: str, vars: Sequence[Var], operands: Sequence[Any]) -> Var:
    if name in COMPARED_TEXTS and any(nodes.kind_of(var) == "text" for var in vars):
        texts = [one for one in operands if isinstance(one, str) and one != ""]
        if len(texts) != 1 or any(nodes.kind_of(var) != "text" for var in vars):
            raise no_form("this comparison of texts")
        own = next(var for var, one in zip(vars, operands, strict=True) if isinstance(one, Traced))
        found = nodes.equals_text(own, texts[0])
        return found if name == "equal" else NODES["logical_not"](found)
    if name not in NODES:
        raise no_form(f"np.{name}")
    return NODES[name](*vars)
