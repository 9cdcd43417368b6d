"""The nodes that an ONNX graph of table columns is made of: what NumPy computes of numbers, truths and texts.

Numbers are float64, as pandas computes with them; whole numbers are, too. A column is a tensor of rows by one, a
constant one of one by one. A missing number is NaN, a missing text is empty. All operators are ones that onnxruntime
has for float64.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import spox
import spox.opset.ai.onnx.ml.v3 as ml
import spox.opset.ai.onnx.v18 as op

from slipway_onnx import Unconvertible, is_missing

Var = spox.Var
Node = Callable[..., Var]


def argument(kind: Any) -> Var:
    """An input of the graph: one column."""
    return spox.argument(spox.Tensor(kind, ("rows", 1)))


def constant(value: Any) -> Var:
    """One value for all rows."""
    if isinstance(value, str):
        return op.const(np.array([[value]]))
    if isinstance(value, (bool, np.bool_)):
        return op.const(np.array([[bool(value)]]))
    if value is not None and not isinstance(value, (int, float, np.number)):
        raise Unconvertible(f"a {type(value).__name__} is no value of a column")
    return op.const(np.array([[np.nan if value is None else value]], dtype=np.float64))


def kind_of(var: Var) -> str:
    """`number`, `truth`, `text`, or `place` for a whole number that counts."""
    kinds = {"f": "number", "b": "truth", "i": "place"}
    return kinds.get(np.dtype(var.unwrap_tensor().dtype).kind, "text")


def width(var: Var) -> int:
    shape = var.unwrap_tensor().shape or ()
    if len(shape) != 2 or not isinstance(shape[1], int):
        raise Unconvertible("how many columns it gives is not known")
    return shape[1]


def number(var: Var) -> Var:
    if kind_of(var) == "text":
        raise Unconvertible("texts are computed with")
    is_exact = var.unwrap_tensor().dtype == np.float64
    return var if is_exact else op.cast(var, to=np.float64)


def truth(var: Var) -> Var:
    """As Python takes it: NaN is true."""
    if kind_of(var) == "truth":
        return var
    return op.not_(op.equal(number(var), constant(0.0)))


def number_where(condition: Var, first: Var, second: Var) -> Var:
    return op.where(truth(condition), number(first), number(second))


def where(condition: Var, first: Var, second: Var) -> Var:
    """Texts beside texts, anything else as numbers."""
    if kind_of(first) == kind_of(second) == "text":
        return op.where(truth(condition), first, second)
    if kind_of(first) == kind_of(second) == "truth":
        return truth(number_where(condition, first, second))
    return number_where(condition, first, second)


def missing(var: Var) -> Var:
    if kind_of(var) == "text":
        return equals_text(var, "")
    return op.isnan(number(var))


def equals_text(var: Var, text: str) -> Var:
    """ONNX compares no texts before opset 19."""
    found = ml.label_encoder(var, keys_strings=[text], values_int64s=[1], default_int64=0)
    return op.cast(found, to=np.bool_)


def equal(first: Var, second: Var) -> Var:
    return op.equal(number(first), number(second))


def place_of_text(var: Var, texts: Sequence[str]) -> Var:
    """Which of the texts it is; one more than there are if none."""
    places = list(range(len(texts)))
    return ml.label_encoder(var, keys_strings=list(texts), values_int64s=places, default_int64=len(texts))


def place_of_number(var: Var, numbers: Sequence[Any]) -> Var:
    found = op.const(np.array([[len(numbers)]]))
    for place, one in enumerate(numbers):
        same = op.isnan(number(var)) if is_missing(one) else equal(var, constant(one))
        found = op.where(same, op.const(np.array([[place]])), found)
    return found


def choose(place: Var, values: Sequence[Any]) -> Var:
    """The value at a place; behind the last one nothing is known, and it is missing."""
    kinds = {type(value) for value in values if not is_missing(value)}
    if kinds and kinds <= {str, np.str_}:
        return op.gather(op.const(np.array([*("" if is_missing(one) else str(one) for one in values), ""])), place)
    if not all(issubclass(kind, (bool, int, float, np.bool_, np.number)) for kind in kinds):
        raise Unconvertible(f"it holds {' and '.join(sorted(kind.__name__ for kind in kinds))}")
    is_truth = kinds and kinds <= {bool, np.bool_} and not any(map(is_missing, values))
    found = [np.nan if is_missing(one) else float(one) for one in values]
    numbers = op.gather(op.const(np.array([*found, 0.0 if is_truth else np.nan])), place)
    return truth(numbers) if is_truth else numbers


def concat(vars: Sequence[Var], like: Var) -> Var:
    """Side by side: all as numbers, or all as texts. `like` has a row for each row."""
    if {kind_of(var) for var in vars} != {"text"}:
        vars = [number(var) for var in vars]
    parts = [spread(var, like) if is_constant(var) else var for var in vars]
    return parts[0] if len(parts) == 1 else op.concat(parts, axis=1)


def is_constant(var: Var) -> bool:
    return (var.unwrap_tensor().shape or (None,))[0] == 1


def spread(var: Var, like: Var) -> Var:
    rows = op.slice(op.shape(like), op.const(np.array([0])), op.const(np.array([1])))
    shape = op.concat([rows, op.const(np.array([width(var)]))], axis=0)
    return op.reshape(op.expand(var, shape), op.const(np.array([-1, width(var)])))


def take(var: Var, places: Sequence[int]) -> Var:
    return op.gather(var, op.const(np.array(places, dtype=np.int64)), axis=1)


def column(var: Var) -> Var:
    return op.reshape(var, op.const(np.array([-1, 1])))


def cased(var: Var, how: str) -> Var:
    flat = op.string_normalizer(op.reshape(var, op.const(np.array([-1]))), case_change_action=how)
    return column(flat)


def inline(model: Any, inputs: Sequence[Var]) -> list[Var]:
    """The outputs of a model whose graph becomes a part of this one."""
    names = [one.name for one in model.graph.input]
    return list(spox.inline(model)(**dict(zip(names, inputs, strict=True))).values())


TENSORS = {"float32": np.float32, "float64": np.float64, "int64": np.int64, "bool": np.bool_}


def tensor(var: Var, kind: str) -> Var:
    """As an input of a model takes it."""
    if (kind == "string") != (kind_of(var) == "text"):
        raise Unconvertible("texts and numbers are mixed")
    return var if kind == "string" else op.cast(var, to=TENSORS[kind])


def numeric(node: Node) -> Node:
    return lambda *vars: node(*map(number, vars))


def logical(node: Node, are_bits: bool = False) -> Node:
    """Of truths. `are_bits`: of whole numbers it would be another one."""

    def build(*vars: Var) -> Var:
        if are_bits and any(kind_of(var) != "truth" for var in vars):
            raise Unconvertible("bits of whole numbers have no ONNX form")
        return node(*map(truth, vars))

    return build


def floored(x: Var, y: Var) -> Var:
    return op.floor(op.div(x, y))


def larger(first: Var, second: Var) -> Var:
    """As NumPy has it: NaN if one of them is."""
    return op.where(op.or_(op.isnan(first), op.greater_or_equal(first, second)), first, second)


def smaller(first: Var, second: Var) -> Var:
    return op.where(op.or_(op.isnan(first), op.less_or_equal(first, second)), first, second)


def compared(node: Node) -> Node:
    return lambda first, second: node(number(first), number(second))


def finite(x: Var) -> Var:
    return op.not_(op.or_(op.isnan(x), op.isinf(x)))


def truncated(x: Var) -> Var:
    return op.mul(op.sign(x), op.floor(op.abs(x)))


def log_to(base: float) -> Node:
    return lambda x: op.div(op.log(x), constant(math.log(base)))


# By the names of NumPy's functions.
NODES: dict[str, Node] = {
    "negative": numeric(op.neg),
    "positive": numeric(lambda x: x),
    "absolute": numeric(op.abs),
    "fabs": numeric(op.abs),
    "sqrt": numeric(op.sqrt),
    "square": numeric(lambda x: op.mul(x, x)),
    "exp": numeric(op.exp),
    "expm1": numeric(lambda x: op.sub(op.exp(x), constant(1.0))),
    "log": numeric(op.log),
    "log1p": numeric(lambda x: op.log(op.add(x, constant(1.0)))),
    "log2": numeric(log_to(2)),
    "log10": numeric(log_to(10)),
    "floor": numeric(op.floor),
    "ceil": numeric(op.ceil),
    "rint": numeric(op.round),
    "trunc": numeric(truncated),
    "fix": numeric(truncated),
    "sign": numeric(op.sign),
    "sin": numeric(op.sin),
    "cos": numeric(op.cos),
    "tan": numeric(lambda x: op.div(op.sin(x), op.cos(x))),
    "tanh": numeric(op.tanh),
    "reciprocal": numeric(op.reciprocal),
    "deg2rad": numeric(lambda x: op.mul(x, constant(math.pi / 180))),
    "radians": numeric(lambda x: op.mul(x, constant(math.pi / 180))),
    "isnan": missing,
    "isinf": numeric(op.isinf),
    "isfinite": numeric(finite),
    "add": numeric(op.add),
    "subtract": numeric(op.sub),
    "multiply": numeric(op.mul),
    "divide": numeric(op.div),
    "floor_divide": numeric(floored),
    "remainder": numeric(lambda x, y: op.sub(x, op.mul(floored(x, y), y))),
    "power": numeric(op.pow),
    "maximum": numeric(larger),
    "minimum": numeric(smaller),
    "hypot": numeric(lambda x, y: op.sqrt(op.add(op.mul(x, x), op.mul(y, y)))),
    "equal": compared(op.equal),
    "not_equal": compared(lambda x, y: op.not_(op.equal(x, y))),
    "less": compared(op.less),
    "less_equal": compared(op.less_or_equal),
    "greater": compared(op.greater),
    "greater_equal": compared(op.greater_or_equal),
    "logical_and": logical(op.and_),
    "logical_or": logical(op.or_),
    "logical_xor": logical(op.xor),
    "logical_not": logical(op.not_),
    "bitwise_and": logical(op.and_, are_bits=True),
    "bitwise_or": logical(op.or_, are_bits=True),
    "bitwise_xor": logical(op.xor, are_bits=True),
    "invert": logical(op.not_, are_bits=True),
}
