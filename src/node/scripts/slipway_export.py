"""Exports a fitted scikit-learn model as ONNX, with the signature that its training data shows."""

import copy
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from slipway_child import write_json

# Fixed, so that the same model gives the same bytes: ONNX 1.12 of 2022, which every runtime knows.
OPSETS = {"": 17, "ai.onnx.ml": 3}
GRAPH = "slipway"
MAX_CATEGORIES = 50
MAX_ROWS = 10_000


class Unconvertible(Exception):
    """The model cannot become ONNX; says what stands in the way."""


class Column(NamedTuple):
    """A feature with its values, missing ones as None."""

    name: str
    type: str
    values: list[Any]

    @property
    def nullable(self) -> bool:
        return None in self.values

    def described(self) -> dict[str, Any]:
        present = [value for value in self.values if value is not None]
        facts: dict[str, Any] = {"name": self.name, "type": self.type, "nullable": self.nullable}
        if self.type == "string" and len(set(present)) <= MAX_CATEGORIES:
            facts["categories"] = sorted(set(present))
        if self.type in ("number", "integer") and present:
            facts["range"] = [min(present), max(present)]
        return facts


def export(model: Any, captured: dict[str, Any], out: Path) -> dict[str, Any]:
    """Writes `model.onnx` and `rows.json` (rows and what Python predicts for them); gives the signature."""
    if not hasattr(model, "predict"):
        raise Unconvertible(f"{named(model)} has no predict method.")
    features = captured["features"]
    columns = columns_of(features, model)
    layout = layout_of(columns, model)
    data, columns = converted(model, columns, layout)
    (out / "model.onnx").write_bytes(data)
    rows = captured.get("test", features)[:MAX_ROWS]
    write_json(out / "rows.json", {"rows": records(rows, columns), **said(model, rows)})
    inputs = [column.described() for column in columns]
    return {"signature": {"layout": layout, "inputs": inputs, "output": output_of(model, captured.get("labels"))}}


def columns_of(features: Any, model: Any) -> list[Column]:
    """The columns that the model uses, in their order."""
    if hasattr(features, "iloc") and hasattr(features, "columns"):
        used = used_columns(model)
        names = [name for name in features.columns if used is None or name in used]
        return [column(str(name), features[name].to_numpy(dtype=None)) for name in names]
    if hasattr(features, "tocsr"):
        raise Unconvertible(
            "The features are a sparse matrix: put the step that makes it into one pipeline with the model."
        )
    if hasattr(features, "iloc"):
        return [column(str(features.name or "text"), features.to_numpy())]
    array = np.asarray(features)
    if array.ndim > 2:
        raise Unconvertible(f"The features have {array.ndim} dimensions; rows and columns are expected.")
    array = array.reshape(len(array), -1)
    return [column("text" if array.shape[1] == 1 else f"x{index}", array[:, index]) for index in range(array.shape[1])]


def column(name: str, values: np.ndarray) -> Column:
    items = [None if is_missing(value) else plain(value) for value in values.tolist()]
    kinds = {type(item) for item in items if item is not None}
    for kind, accepted in TYPES.items():
        if kinds <= accepted:
            return Column(name, kind, [number(item) for item in items] if kind == "number" else items)
    raise Unconvertible(f"The column {name} holds {' and '.join(sorted(kind.__name__ for kind in kinds))}.")


TYPES: dict[str, set[type]] = {"boolean": {bool}, "integer": {int}, "number": {bool, int, float}, "string": {str}}


def number(value: Any) -> float | None:
    return None if value is None else float(value)


def is_missing(value: Any) -> bool:
    if isinstance(value, float):
        return math.isnan(value)
    return value is None or type(value).__name__ in ("NAType", "NaTType")


def plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def used_columns(model: Any) -> set[Any] | None:
    """Names of the columns that the model's first step takes; None if it takes all."""
    first = next(iter(getattr(model, "steps", [])), (None, model))[1]
    if type(first).__name__ != "ColumnTransformer" or getattr(first, "remainder", None) != "drop":
        return None
    chosen: set[Any] = set()
    for _, transformer, names in first.transformers_:
        if isinstance(transformer, str) and transformer == "drop":
            continue
        listed = [names] if isinstance(names, str) else list(names)
        if not all(isinstance(name, str) for name in listed):
            return None
        chosen.update(listed)
    return chosen


def layout_of(columns: list[Column], model: Any) -> str:
    """One tensor for all, where all have one type and no step chooses columns."""
    kinds = {column.type == "string" for column in columns}
    chooses = any(type(part).__name__ == "ColumnTransformer" for part in parts(model))
    return "columns" if chooses or len(kinds) > 1 else "matrix"


def parts(value: Any) -> Iterator[Any]:
    """A model and all estimators inside of it."""
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from parts(item)
    elif isinstance(value, dict):
        yield from parts(list(value.values()))
    elif hasattr(value, "get_params") and not isinstance(value, type):
        yield value
        yield from parts([item for item in vars(value).values() if hasattr(item, "get_params") or is_group(item)])


def is_group(value: Any) -> bool:
    """A list of steps; not one of numbers, which may be long."""
    first = value[0] if isinstance(value, (list, tuple)) and value else None
    return hasattr(first, "get_params") or isinstance(first, tuple)


def converted(model: Any, columns: list[Column], layout: str) -> tuple[bytes, list[Column]]:
    """The ONNX model. Where a step cannot take whole numbers or booleans as such, they go in as plain numbers."""
    try:
        return to_onnx(model, columns, layout), columns
    except Unconvertible:
        numeric = [as_number(item) for item in columns]
        if layout == "matrix" or numeric == columns:
            raise
    return to_onnx(model, numeric, layout), numeric


def as_number(column: Column) -> Column:
    if column.type == "string":
        return column
    return Column(column.name, "number", [number(value) for value in column.values])


def to_onnx(model: Any, columns: list[Column], layout: str) -> bytes:
    try:
        from skl2onnx import convert_sklearn
    except ImportError:
        raise Unconvertible(f"{named(model)} is not a scikit-learn model; no other kind can be exported yet.") from None
    options = {"zipmap": False} if hasattr(model, "classes_") else None
    kind = {"initial_types": initial_types(columns, layout), "target_opset": OPSETS, "options": options}
    try:
        return convert_sklearn(with_empty_strings(model), GRAPH, **kind).SerializeToString(deterministic=True)
    except Exception as error:  # skl2onnx raises whatever its converters do.
        raise Unconvertible(obstacle(model, error)) from error


def initial_types(columns: list[Column], layout: str) -> list[tuple[str, Any]]:
    from skl2onnx.common import data_types as onnx

    if layout == "matrix":
        texts = all(column.type == "string" for column in columns)
        kind = onnx.StringTensorType if texts else onnx.FloatTensorType
        return [("features", kind([None, len(columns)]))]
    exact = {"string": onnx.StringTensorType, "integer": onnx.Int64TensorType, "boolean": onnx.BooleanTensorType}

    def kind_of(item: Column) -> Any:
        can_be_missing = item.nullable and item.type != "string"
        return onnx.FloatTensorType if can_be_missing else exact.get(item.type, onnx.FloatTensorType)

    return [(item.name, kind_of(item)([None, 1])) for item in columns]


def with_empty_strings(model: Any) -> Any:
    """A copy that takes a missing string as an empty one: ONNX has no missing strings."""
    copied = copy.deepcopy(model)
    for part in parts(copied):
        statistics = getattr(part, "statistics_", None)
        if statistics is not None and np.asarray(statistics).dtype.kind in "OUT" and is_missing(part.missing_values):
            part.missing_values = ""
            part.statistics_ = np.asarray([str(value) for value in statistics], dtype=object)
        categories = getattr(part, "categories_", None)
        if isinstance(categories, list):
            part.categories_ = [filled(known) for known in categories]
    return copied


def filled(categories: Any) -> Any:
    if np.asarray(categories).dtype.kind != "O":
        return categories
    return np.asarray(["" if is_missing(value) else value for value in categories], dtype=object)


def obstacle(model: Any, error: Exception) -> str:
    found = re.search(r"for type '?<class '([\w.]+)'>", str(error)) or re.search(r"<class '([\w.]+)'>", str(error))
    culprit = found.group(1) if found else next((named(part) for part in reversed(list(parts(model)))), named(model))
    reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return f"{culprit} cannot be exported: {reason[:300]}"


def named(value: Any) -> str:
    return f"{type(value).__module__}.{type(value).__qualname__}"


def records(rows: Any, columns: list[Column]) -> list[dict[str, Any]]:
    """Rows as a client would send them."""
    if hasattr(rows, "columns"):
        kept = {str(name): rows[name].to_numpy().tolist() for name in rows.columns}
    else:
        values = rows.to_numpy() if hasattr(rows, "iloc") else np.asarray(rows)
        table = values.reshape(len(values), -1)
        kept = {item.name: table[:, index].tolist() for index, item in enumerate(columns)}
    ready = {item.name: [cell(value, item.type) for value in kept[item.name]] for item in columns}
    return [dict(zip(ready, row, strict=True)) for row in zip(*ready.values(), strict=True)]


def cell(value: Any, kind: str) -> Any:
    if is_missing(value):
        return None
    return float(value) if kind == "number" else plain(value)


def said(model: Any, rows: Any) -> dict[str, Any]:
    labels = np.asarray(model.predict(rows))
    if labels.ndim > 1 and labels.shape[1] > 1:
        raise Unconvertible(f"{named(model)} predicts {labels.shape[1]} values a row; one is expected.")
    found = {"labels": [plain(value) for value in labels.ravel().tolist()]}
    if hasattr(model, "predict_proba"):
        found["probabilities"] = np.asarray(model.predict_proba(rows)).tolist()
    return found


def output_of(model: Any, labels: Any) -> dict[str, Any]:
    name = getattr(labels, "name", None) or next(iter(map(str, getattr(labels, "columns", []))), None)
    classes = [plain(value) for value in getattr(model, "classes_", [])]
    kinds = {type(value) for value in classes}
    output: dict[str, Any] = {"name": str(name or "prediction"), "probabilities": hasattr(model, "predict_proba")}
    if not classes:
        return {**output, "type": "integer" if hasattr(model, "labels_") else "number"}
    if kinds == {bool}:
        return {**output, "type": "boolean"}
    if kinds == {str}:
        return {**output, "type": "string", "classes": classes}
    return {**output, "type": "integer", "classes": [int(value) for value in classes]}
