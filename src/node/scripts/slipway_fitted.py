"""Stands in for a fitted object while `predict` is traced: what it makes of columns becomes a part of the graph."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import onnx
import pandas as pd

import slipway_nodes as nodes
from slipway_columns import TracedColumn, no_node, operate, series
from slipway_export import Column, as_number, converted, is_estimator, layout_of
from slipway_matrices import TracedMatrix
from slipway_nodes import Var
from slipway_onnx import REPLACE, Unconvertible, named
from slipway_tables import TracedTable, one_row
from slipway_traced import Table, Traced, no_form

KINDS = {
    onnx.TensorProto.FLOAT: "float32",
    onnx.TensorProto.DOUBLE: "float64",
    onnx.TensorProto.INT64: "int64",
    onnx.TensorProto.BOOL: "bool",
    onnx.TensorProto.STRING: "string",
}
# One-by-one is for encoders; a vectorizer gives more than are worth it.
MOST_LISTED = 1000


class Prediction(NamedTuple):
    """What the model is given."""

    rows: Any


class Fitting:
    """A fitted object; the model, too."""

    def __init__(self, estimator: Any) -> None:
        self.estimator = estimator

    def __getattr__(self, name: str) -> Any:
        return getattr(self.estimator, name)

    def predict(self, rows: Any) -> Prediction:
        if not isinstance(rows, Traced):
            raise no_form("a prediction for other rows")
        return Prediction(rows)

    def transform(self, rows: Any) -> Any:
        estimator = self.estimator
        if not isinstance(rows, Traced):
            raise no_form("what is transformed is not made of the rows")
        if is_of_notebook(type(estimator)):
            return type(estimator).transform(estimator, rows)
        if type(estimator).__name__ == "FunctionTransformer" and estimator.func is not None:
            return estimator.func(rows, **(estimator.kw_args or {}))
        if type(estimator).__name__ == "LabelEncoder":
            return labelled(estimator, rows)
        return listed(estimator, rows) or computed(estimator, rows)


def stand_in(value: Any) -> Any:
    """What `predict` gets in the place of a field of `Fitted`."""
    return Fitting(value) if is_estimator(value) else value


def is_of_notebook(kind: type) -> bool:
    """Whether the class comes with the pipeline: its own code can be traced."""
    folder = Path(sys.modules["pipeline"].__file__ or "").parent
    file = getattr(sys.modules.get(kind.__module__), "__file__", None)
    return file is not None and folder in Path(file).parents


def labelled(encoder: Any, rows: Any) -> TracedColumn:
    (column,) = rows.traced_columns()
    classes = encoder.classes_.tolist()

    def node(var: Var) -> Var:
        return nodes.number(column.place_among(var, classes))

    return operate(lambda one: series(encoder.transform(one)), node, column)


def listed(estimator: Any, rows: Any) -> Any:
    """Of one column with few possible values: what comes of each. Nothing for any other rows."""
    if isinstance(rows, TracedMatrix) and (rows.real.shape[1] != 1 or not isinstance(rows.blocks[0], TracedColumn)):
        return None
    columns = rows.traced_columns()
    if len(columns) != 1 or not isinstance(columns[0].form, Table) or columns[0].form.source is None:
        return None
    shaped = shape_of(rows)
    given = dense(estimator.transform(shaped(columns[0].form.values)))
    if given.ndim == 1:
        return operate(lambda one: series(estimator.transform(shaped(one))), no_node, columns[0])
    if given.shape[1] > MOST_LISTED:
        return None
    real = dense(estimator.transform(rows.real))
    source = columns[0].form.source
    parts = [
        TracedColumn(pd.Series(real[:, at]), Table(source, pd.Series(given[:, at]))) for at in range(given.shape[1])
    ]
    return TracedMatrix(parts, real)


def shape_of(rows: Any) -> Callable[[pd.Series], Any]:
    """How the column is handed over."""
    if isinstance(rows, TracedColumn):
        return lambda values: values
    if isinstance(rows, TracedTable):
        return lambda values: values.to_frame(rows.columns[0])
    return lambda values: values.to_numpy().reshape(-1, 1)


def dense(values: Any) -> np.ndarray:
    return np.asarray(values.toarray() if hasattr(values, "toarray") else values)


def computed(estimator: Any, rows: Any) -> Any:
    """The graph that skl2onnx makes of it."""
    columns = described_all(rows)
    model = onnx.load_model_from_string(graph_of(estimator, columns))
    var = nodes.inline(model, inputs_for(model, rows, [column.name for column in columns]))[0]
    real = estimator.transform(rows.real)
    width = 1 if np.ndim(real) == 1 else real.shape[1]
    var = nodes.op.reshape(var, nodes.op.const(np.array([-1, width])))
    var = var if nodes.kind_of(var) == "text" else nodes.number(var)
    if np.ndim(real) == 1:
        return TracedColumn(series(real), var)
    if not isinstance(real, pd.DataFrame):
        return TracedMatrix([var], real)
    parts = [TracedColumn(real.iloc[:, at], nodes.take(var, [at])) for at in range(width)]
    return TracedTable(one_row(real.columns, parts))


def graph_of(estimator: Any, columns: list[Column]) -> bytes:
    """As exact as its steps allow: some take no float64, and some neither whole numbers nor truths."""
    layout = layout_of(columns, estimator)
    attempts = ((columns, "float64"), (columns, None), ([as_number(one) for one in columns], None))
    errors = []
    for given, precision in attempts:
        try:
            return converted(estimator, given, layout, precision)
        except Unconvertible as error:
            errors.append(str(error).removesuffix(f" {REPLACE}"))
    raise Unconvertible(errors[0])


def described_all(rows: Any) -> list[Column]:
    if isinstance(rows, TracedMatrix) and not all(isinstance(block, TracedColumn) for block in rows.blocks):
        return [Column(f"x{at}", "number", []) for at in range(rows.real.shape[1])]
    columns = rows.traced_columns()
    return [described(str(name), column) for name, column in zip(rows.traced_names(), columns, strict=True)]


def described(name: str, column: TracedColumn) -> Column:
    values = [None] if column.has_missing else []
    kind = nodes.kind_of(column.var)
    if kind != "number":
        return Column(name, {"text": "string", "truth": "boolean"}.get(kind, "integer"), values)
    is_whole = pd.api.types.is_integer_dtype(column.dtype) and not values
    return Column(name, "integer" if is_whole else "number", values)


def inputs_for(model: Any, rows: Any, names: list[str]) -> list[Var]:
    """The rows as the inputs of a model: all in one tensor, or the columns of these names."""
    kinds = [KINDS[one.type.tensor_type.elem_type] for one in model.graph.input]
    if len(kinds) == 1 and len(names) == 1:
        return [nodes.tensor(rows.traced_columns()[place_of(rows, names[0])].var, kinds[0])]
    if len(kinds) == 1:
        return [nodes.tensor(rows.traced_matrix().var, kinds[0])]
    columns = rows.traced_columns()
    return [
        nodes.tensor(spread(columns[place_of(rows, name)], columns), kind)
        for name, kind in zip(names, kinds, strict=True)
    ]


def place_of(rows: Any, name: str) -> int:
    """A single column has a name of its own."""
    return 0 if isinstance(rows, TracedColumn) else list(map(str, rows.traced_names())).index(name)


def spread(column: TracedColumn, columns: list[TracedColumn]) -> Var:
    """A constant has to have a row for each row where it stands alone."""
    if not nodes.is_constant(column.var):
        return column.var
    like = next((one.var for one in columns if not nodes.is_constant(one.var)), None)
    if like is None:
        raise Unconvertible(f"nothing of the rows goes into {named(columns)}")
    return nodes.spread(column.var, like)
