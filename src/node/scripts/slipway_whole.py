"""Exports all of a module's `predict` as one ONNX model: from the raw columns to the prediction."""

from __future__ import annotations

import dataclasses
import functools
import linecache
import sys
import warnings
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import onnx
import pandas as pd
import spox

import slipway_nodes as nodes
from slipway_child import deepest_line, failure, write_json
from slipway_columns import TracedColumn
from slipway_compare import compare
from slipway_export import (
    MAX_ROWS,
    Column,
    column,
    columns_of,
    layout_of,
    output_of,
    records,
    said,
    variants,
)
from slipway_fitted import Prediction, inputs_for, stand_in
from slipway_functions import traced_functions
from slipway_onnx import GRAPH, Unconvertible
from slipway_path import Proven
from slipway_tables import TracedTable, one_row
from slipway_traced import Source, Table

MOST_TEXT = 120


class Untraced(Exception):
    """What of `predict` has no ONNX form, and where in the module it stands."""

    def __init__(self, message: str, file: str, line: int | None) -> None:
        super().__init__(message)
        text = linecache.getline(file, line).strip() if line else ""
        self.place = {"line": line, "text": text[:MOST_TEXT]} if line else {}


class Inputs:
    """The raw columns, as they are asked for."""

    def __init__(self, raw: pd.DataFrame) -> None:
        self.raw = raw
        self.vars: dict[str, Any] = {}
        self.columns: dict[str, Column] = {}

    def table(self) -> TracedTable:
        reals = [self.raw.iloc[:, at].reset_index(drop=True) for at in range(self.raw.shape[1])]
        return TracedTable(one_row(self.raw.columns, [self.traced(real) for real in reals]))

    def traced(self, real: pd.Series) -> TracedColumn:
        return TracedColumn(real, functools.cache(lambda: self.form(real)), str(real.name))

    def form(self, real: pd.Series) -> Any:
        name = str(real.name)
        if name in self.vars:
            raise Unconvertible(f"two raw columns have the name {name}")
        facts = column(name, real.to_numpy(dtype=None))
        if facts.nullable and "" in facts.values:
            raise Unconvertible(f"the column {name} holds empty texts beside missing ones")
        var = nodes.argument(str if facts.type == "string" else np.float64)
        self.vars[name], self.columns[name] = var, facts
        return listed(real, var) if is_listed(facts) else nodes.truth(var) if facts.type == "boolean" else var

    def model(self, outputs: list[Any]) -> Any:
        """The model with the inputs that it needs, in the order of the table."""
        named = dict(zip(("label", "probabilities"), outputs, strict=False))
        model = spox.build(self.vars, named, drop_unused_inputs=True)
        order = list(map(str, self.raw.columns))
        inputs = sorted(model.graph.input, key=lambda one: order.index(one.name))
        del model.graph.input[:]
        model.graph.input.extend(inputs)
        model.graph.name = GRAPH
        return model


def is_listed(facts: Column) -> bool:
    """Whether the client takes no other values than those that were seen."""
    if facts.type == "string":
        return "categories" in facts.described()
    return facts.type == "boolean" and facts.nullable


def listed(real: pd.Series, var: Any) -> Table:
    order = real.map(lambda value: "" if nodes.is_missing(value) else str(value)).to_numpy().argsort(kind="stable")
    values = real.iloc[order].drop_duplicates().reset_index(drop=True)
    keys = ["" if nodes.is_missing(value) else value for value in values]
    is_text = nodes.kind_of(var) == "text"
    place = (lambda: nodes.place_of_text(var, keys)) if is_text else (lambda: nodes.place_of_number(var, list(values)))
    return Table(Source(values, place, var if is_text else None), values)


def trace(proven: Proven, inputs: Inputs) -> Prediction:
    """What the model is given, as it comes of the raw columns."""
    fitted, module = proven.path.fitted, sys.modules["pipeline"]
    fields = {one.name: stand_in(getattr(fitted, one.name)) for one in dataclasses.fields(fitted)}
    try:
        with traced_functions(module), warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            given = proven.path.predict(inputs.table(), dataclasses.replace(fitted, **fields))
            if not isinstance(given, Prediction):
                raise Unconvertible("predict gives something else than the model does")
            return given
    except Exception as error:  # Whatever the notebook's own code may raise of stand-ins.
        text = str(error) if isinstance(error, Unconvertible) else failure(error)["message"]
        file = module.__file__ or ""
        raise Untraced(text.removesuffix("."), file, deepest_line(error, file)) from error


def raw_names(rows: Any) -> dict[str, str] | None:
    """The raw columns that the model takes by other names, where `predict` only chooses them; none where it computes."""
    raw = [one.raw for one in rows.traced_columns()]
    names = [rows.name or "text"] if isinstance(rows, TracedColumn) else rows.traced_names()
    found = {str(name): one for name, one in zip(names, raw, strict=True) if one is not None}
    return found if len(set(found.values())) == len(raw) else None


def whole(model: Any, proven: Proven, labels: Any, out: Path) -> dict[str, Any]:
    """Writes the models and `raw_rows.json`; or gives the raw columns that the model takes, or an obstacle."""
    inputs = Inputs(proven.raw.iloc[[*proven.fitted, *proven.others]])
    try:
        rows = trace(proven, inputs).rows
        names = raw_names(rows)
        if names is not None:
            return {"kind": "raw", "names": names}
        return {"kind": "graphs", "models": graphs(model, proven, rows, Wanted(inputs, labels, out))}
    except Untraced as error:
        return {"kind": "obstacle", "message": str(error), **error.place}
    except Unconvertible as error:
        return {"kind": "obstacle", "message": str(error).removesuffix(".")}


class Wanted(NamedTuple):
    inputs: Inputs
    labels: Any
    out: Path


def graphs(model: Any, proven: Proven, rows: Any, wanted: Wanted) -> list[dict[str, Any]]:
    inputs, labels, out = wanted
    count = len(proven.fitted)
    places = [*range(min(count, MAX_ROWS)), *range(count, count + min(len(proven.others), MAX_ROWS))]
    expected = said(model, part_of(rows.real, places))
    check_same(expected["labels"], proven, places)
    columns = plain_columns(rows, model)
    found = []
    for number, (data, used, _) in enumerate(variants(model, columns, layout_for(rows, columns, model))):
        inner = onnx.load_model_from_string(data)
        given = nodes.inline(inner, inputs_for(inner, rows, [one.name for one in used]))
        made = inputs.model(given)
        path = out / f"whole{number}.onnx"
        path.write_bytes(made.SerializeToString(deterministic=True))
        facts = [inputs.columns[one.name] for one in made.graph.input]
        described = [told(one, count) for one in facts]
        signature = {
            "layout": "columns",
            "precision": "float64",
            "inputs": described,
            "output": output_of(model, labels),
        }
        found.append({"path": str(path), "signature": signature})
    used_names = [one.name for one in facts]
    raw = inputs.raw.iloc[places]
    raw.columns = raw.columns.map(str)
    write_json(out / "raw_rows.json", {"rows": records(raw[used_names], facts), **expected})
    return found


def part_of(values: Any, places: list[int]) -> Any:
    return values.iloc[places] if hasattr(values, "iloc") else values[places]


def check_same(labels: list[Any], proven: Proven, places: list[int]) -> None:
    """The stand-ins have to be handed to the model as the rows are."""
    rows = [*proven.fitted, *proven.others]
    verdict = compare(np.ravel(proven.given([rows[place] for place in places])).tolist(), labels)
    if not verdict.ok:
        raise Unconvertible(f"predict does with stand-ins of the rows what it does not do with them: {verdict.text}")


def plain_columns(rows: Any, model: Any) -> list[Column]:
    if hasattr(rows.real, "tocsr"):
        return [Column(f"x{at}", "number", []) for at in range(rows.real.shape[1])]
    return columns_of(rows.real, model)


def layout_for(rows: Any, columns: list[Column], model: Any) -> str:
    return "matrix" if hasattr(rows.real, "tocsr") else layout_of(columns, model)


def told(facts: Column, fitted: int) -> dict[str, Any]:
    """Ranges are those of the rows of the fit; what is missing or a category, of all that were compared."""
    found = facts.described()
    of_fit = Column(facts.name, facts.type, facts.values[:fitted]).described()
    return {**found, **({"range": of_fit["range"]} if "range" in of_fit else {})}
