"""Values of a run: kept as pickles in a temporary folder, for this validation only. None goes into a package."""

import dataclasses
import importlib
import io
import pickle
import sys
from pathlib import Path
from typing import Any

Stored = dict[str, dict[str, Any]]
PREDICTORS = ("predict", "predict_proba", "transform")


def store(value: Any) -> dict[str, Any]:
    """The value as bytes, if it can be pickled, and as text."""
    try:
        data = pickle.dumps(value, protocol=5)
    except Exception:  # Whatever a class of the notebook may raise.
        data = None
    return {"pickle": data, "text": repr(value)[:1000], "type": type(value).__qualname__}


def save(path: Path, values: Stored) -> None:
    path.write_bytes(pickle.dumps(values, protocol=5))


def read(path: Path) -> Stored:
    return pickle.loads(path.read_bytes()) if path.exists() else {}


class _Unpickler(pickle.Unpickler):
    """Finds classes that the notebook defined in the module, which has them too."""

    def find_class(self, module: str, name: str) -> Any:
        return super().find_class("pipeline" if module == "__main__" else module, name)


def restore(stored: dict[str, Any]) -> Any:
    """The value again. Raises if it was not pickled or its class is not known here."""
    if stored["pickle"] is None:
        raise TypeError(f"{stored['type']} cannot be pickled")
    return _Unpickler(io.BytesIO(stored["pickle"])).load()


def run_module(folder: str) -> dict[str, Any]:
    """Runs the pipeline in `folder` and gives every field of its result."""
    sys.path.insert(0, folder)
    result = importlib.import_module("pipeline").run()
    return {field.name: getattr(result, field.name) for field in dataclasses.fields(result)}


def predictions(model: Any, rows: Any) -> dict[str, Any]:
    """What a model says of rows, by each of its methods that takes them; empty if none does."""
    said = {}
    for name in PREDICTORS:
        method = getattr(model, name, None)
        if callable(method):
            try:
                said[name] = method(rows)
            except Exception:  # A method that does not apply here, as transform of a supervised pipeline.
                continue
    return said
