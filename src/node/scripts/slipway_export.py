"""Exports a fitted scikit-learn model as ONNX, with the signature that its training data shows."""

import math
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from slipway_child import failure, write_json
from slipway_onnx import NoForm, Unconvertible, is_missing, named, parts, splits_after_steps, to_onnx

MAX_CATEGORIES = 50
MAX_ROWS = 10_000
MOST_DIMENSIONS = 2


class Column(NamedTuple):
    """A feature with its values, missing ones as None."""

    name: str
    type: str
    values: list[Any]

    @property
    def nullable(self) -> bool:
        return None in self.values

    @property
    def tensor(self) -> str:
        """How it goes into the model: the rules of Slipway's `core/tensors.ts`."""
        if self.type == "string":
            return "string"
        return "float32" if self.nullable else {"integer": "int64", "boolean": "bool"}.get(self.type, "float32")

    def described(self) -> dict[str, Any]:
        present = [value for value in self.values if value is not None]
        facts: dict[str, Any] = {"name": self.name, "type": self.type, "nullable": self.nullable}
        if self.type == "string" and len(set(present)) <= MAX_CATEGORIES:
            facts["categories"] = sorted(set(present))
        if self.type in ("number", "integer") and present:
            facts["range"] = [min(present), max(present)]
        return facts


def export(model: Any, captured: dict[str, Any], out: Path) -> list[dict[str, Any]]:
    """Writes ONNX models and `rows.json` (rows and what Python predicts for them).

    Gives the file and the signature of each model: the first one that predicts what Python predicts is to be taken.
    """
    if not is_estimator(model):
        raise NoForm(f"There is no ONNX form of {named(model)}: it is no model of scikit-learn.")
    if "features" not in captured:
        raise Unconvertible(
            "It was not found what the model is fitted on, so its inputs are not known. "
            "Fit it, or predict with it, in a cell and not in a function."
        )
    if find_spec("skl2onnx") is None:
        raise NoForm(f"There is no ONNX form of {named(model)}: the notebook does not use scikit-learn.")
    if not hasattr(model, "predict"):
        raise Unconvertible(f"{named(model)} has no predict method.")
    features = captured["features"]
    columns = columns_of(features, model)
    layout = layout_of(columns, model)
    tested = captured.get("test", features)
    rows = (features if hasattr(tested, "tocsr") else tested)[:MAX_ROWS]
    write_json(out / "rows.json", {"rows": records(rows, columns), **said(model, rows)})
    output = output_of(model, captured.get("labels"))
    found = []
    for number, (data, used, precision) in enumerate(variants(model, columns, layout)):
        path = out / f"model{number}.onnx"
        path.write_bytes(data)
        inputs = [column.described() for column in used]
        signature = {"layout": layout, **precision, "inputs": inputs, "output": output}
        found.append({"path": str(path), "signature": signature})
    return found


def can_export(model: Any) -> bool:
    """Whether a model is of a kind that may have an ONNX form."""
    return is_estimator(model) and find_spec("skl2onnx") is not None and hasattr(model, "predict")


def is_estimator(model: Any) -> bool:
    """Whether a model follows scikit-learn."""
    try:
        from sklearn.base import BaseEstimator
    except ImportError:
        return False
    return isinstance(model, BaseEstimator)


Variant = tuple[bytes, list[Column], dict[str, str]]


def variants(model: Any, columns: list[Column], layout: str) -> list[Variant]:
    """The model in one form, or in two where rounding may matter; raises if it has none."""
    found: list[Variant] = []
    if splits_after_steps(model):
        with suppress(Unconvertible):  # A step may know no float64: the usual form may still do.
            found.append((converted(model, columns, layout, "float64"), columns, {"precision": "float64"}))
    try:
        return [*found, (converted(model, columns, layout), columns, {})]
    except Unconvertible:
        numeric = [as_number(column) for column in columns]
        if layout == "columns" and numeric != columns:
            # Some steps take neither whole numbers nor booleans.
            return [*found, (converted(model, numeric, layout), numeric, {})]
        if found:
            return found
        raise


def converted(model: Any, columns: list[Column], layout: str, precision: str | None = None) -> bytes:
    def tensor(column: Column) -> str:
        return column.tensor if precision is None or column.type == "string" else precision

    if layout == "columns":
        kinds = [(column.name, tensor(column), 1) for column in columns]
    else:
        kind = "string" if all(column.type == "string" for column in columns) else precision or "float32"
        kinds = [("features", kind, len(columns))]
    return to_onnx(model, kinds, precision is not None)


def as_number(column: Column) -> Column:
    if column.type == "string":
        return column
    return Column(column.name, "number", [number(value) for value in column.values])


def columns_of(features: Any, model: Any) -> list[Column]:
    """The columns that the model uses, in their order."""
    if hasattr(features, "iloc") and hasattr(features, "columns"):
        used = used_columns(model)
        names = [name for name in features.columns if used is None or name in used]
        return [column(str(name), features[name].to_numpy(dtype=None)) for name in names]
    if hasattr(features, "tocsr"):
        raise Unconvertible("The features are a sparse matrix: put what makes it into a pipeline with the model.")
    if hasattr(features, "iloc"):
        return [column(str(features.name or "text"), features.to_numpy())]
    array = np.asarray(features)
    if array.ndim > MOST_DIMENSIONS:
        raise Unconvertible(f"The features have {array.ndim} dimensions; rows and columns are expected.")
    array = array.reshape(len(array), -1)
    return [column(f"x{index}", array[:, index]) for index in range(array.shape[1])]


def column(name: str, values: np.ndarray) -> Column:
    items = [None if is_missing(value) else plain(value) for value in values.tolist()]
    kinds = {type(item) for item in items if item is not None}
    if any(isinstance(item, float) and math.isinf(item) for item in items):
        raise Unconvertible(f"The column {name} holds infinite numbers, which no client can send as JSON.")
    for kind, accepted in TYPES.items():
        if kinds <= accepted:
            return Column(name, kind, [number(item) for item in items] if kind == "number" else items)
    raise Unconvertible(f"The column {name} holds {' and '.join(sorted(kind.__name__ for kind in kinds))}.")


TYPES: dict[str, set[type]] = {"boolean": {bool}, "integer": {int}, "number": {bool, int, float}, "string": {str}}


def number(value: Any) -> float | None:
    return None if value is None else float(value)


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


def records(rows: Any, columns: list[Column]) -> list[dict[str, Any]]:
    """Rows as a client would send them: by name or, where the model was fitted on other names or none, by position."""
    kept = {str(name): rows[name].to_numpy().tolist() for name in getattr(rows, "columns", ())}
    if any(item.name not in kept for item in columns):
        values = rows.to_numpy() if hasattr(rows, "iloc") else np.asarray(rows)
        table = values.reshape(len(values), -1)
        if table.shape[1] != len(columns):
            raise Unconvertible("The rows that the model predicts have other columns than those that it was fitted on.")
        kept = {item.name: table[:, index].tolist() for index, item in enumerate(columns)}
    ready = {item.name: [cell(value, item.type) for value in kept[item.name]] for item in columns}
    return [dict(zip(ready, row, strict=True)) for row in zip(*ready.values(), strict=True)]


def cell(value: Any, kind: str) -> Any:
    if is_missing(value):
        return None
    return float(value) if kind == "number" else plain(value)


def said(model: Any, rows: Any) -> dict[str, Any]:
    try:
        labels = np.asarray(model.predict(rows))
    except Exception as error:  # Whatever a model may raise.
        reason = failure(error)["message"]
        raise Unconvertible(f"The model does not take the rows that it would be compared on: {reason}") from error
    if labels.ndim > 1 and labels.shape[1] > 1:
        raise Unconvertible(f"{named(model)} predicts {labels.shape[1]} values a row; one is expected.")
    found = {"labels": [plain(value) for value in labels.ravel().tolist()]}
    strange = next((value for value in found["labels"] if not isinstance(value, (bool, int, float, str))), None)
    if strange is not None:
        kind = type(strange).__name__
        raise Unconvertible(f"{named(model)} predicts values of the type {kind}, and JSON has numbers and texts.")
    if hasattr(model, "predict_proba"):
        found["probabilities"] = np.asarray(model.predict_proba(rows)).tolist()
    for values in found.values():
        refuse_infinite(values)
    return found


def refuse_infinite(predicted: list[Any]) -> None:
    """NaN and infinity are in no JSON, and a service that answers with them is of no use."""
    wrong = [row for row, value in enumerate(predicted, 1) if not is_finite(value)]
    if wrong:
        rows = f"{len(wrong)} of {len(predicted)} rows, first for row {wrong[0]}"
        raise Unconvertible(f"The model predicts NaN or infinity for {rows}: mend its features.")


def is_finite(value: Any) -> bool:
    if isinstance(value, list):
        return all(map(is_finite, value))
    return not isinstance(value, float) or math.isfinite(value)


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
