"""Compares a notebook's run with the module's, runs the module again, and exports its model.

Arguments: the task (JSON) and the folder for what was found.
"""

import importlib
import json
import math
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import ModuleType
from typing import Any

from slipway_child import Generators, begin, failure, seed_generators, write_json
from slipway_compare import Verdict, compare, compare_models, shown
from slipway_values import Stored, predictions, read, restore, run_module, store

TARGET = "target:"


def compare_stored(first: dict[str, Any] | None, second: Any, rows: Any) -> Verdict:
    """Compares a value that was stored by another process with one that is here."""
    if first is None:
        return Verdict(False, "the other run did not give it")
    said = restore(first["predictions"]) if "predictions" in first else {}
    if said:
        return compare_models(said, predictions(second, rows))
    stored = store(second)
    try:
        value, other = restore(first), restore(stored)
    except Exception:  # A class that is not known here: what it looks like has to do.
        texts = first["text"], stored["text"]
        return Verdict(texts[0] == texts[1], "same text" if texts[0] == texts[1] else " ≠ ".join(map(shown, texts)))
    mine = predictions(value, rows) if rows is not None and hasattr(value, "predict") else {}
    return compare_models(mine, predictions(second, rows)) if mine else compare(value, other)


def compared(targets: list[dict[str, str]], first: Stored, second: dict[str, Any], rows: Any) -> list[dict[str, Any]]:
    found = []
    for target in targets:
        name = target["name"]
        if name in second:
            verdict = compare_stored(first.get(name), second[name], rows)
        else:
            verdict = Verdict(False, "the module's result has no such field")
        found.append({"name": name, "ok": verdict.ok, "text": verdict.text})
    return found


def rows_of(captured: Stored) -> Any:
    """The rows that models are compared on: those that the fit did not see, if there are any."""
    stored = captured.get("test") or captured.get("features")
    return None if stored is None or stored["pickle"] is None else restore(stored)


def metrics_of(targets: list[dict[str, str]], values: dict[str, Any]) -> dict[str, float | str]:
    """The metrics as the module prints them: numbers, finite or not, and of anything else what it is."""
    return {one["name"]: number(values.get(one["name"])) for one in targets if one["kind"] == "metric"}


def number(value: Any) -> float | str:
    try:
        return value if isinstance(value, str) else float(value)
    except (TypeError, ValueError):
        return f"a {type(value).__name__}"


def is_finite(value: float | str) -> bool:
    return isinstance(value, float) and math.isfinite(value)


Export = dict[str, Any]


def exported(task: dict[str, Any], result: dict[str, Any], captured: Stored, out: Path) -> Export | None:
    """The model by itself, which takes what the notebook prepared."""
    if task["model"] is None:
        return None
    exporter = sys.modules.get("slipway_export")
    if exporter is None:
        message = "There is no ONNX form of the model: the notebook does not use scikit-learn."
        return {"kind": "none", "message": message}
    try:
        known = {name: restore(captured[name]) for name in kept_whole(captured)}
        return {"kind": "models", "models": exporter.export(result[task["model"]], known, out)}
    except exporter.NoForm as error:
        return {"kind": "none", "message": str(error)}
    except exporter.Unconvertible as error:
        return {"kind": "obstacle", "message": str(error)}


def kept_whole(captured: Stored) -> list[str]:
    names = ("features", "labels", "test")
    return [name for name in names if name in captured and captured[name]["pickle"] is not None]


def exported_whole(model: Any, captured: Stored, proven: Any, out: Path) -> Export | None:
    """All of `predict`; nothing where it was not proven, or where there is nothing to export."""
    can_export = getattr(sys.modules.get("slipway_export"), "can_export", None)
    if proven is None or can_export is None or not can_export(model):
        return None
    exporter = sys.modules.get("slipway_whole")
    if exporter is None:
        return {"kind": "obstacle", "message": "spox, which makes graphs, does not go with the other packages"}
    labels = restore(captured["labels"]) if "labels" in kept_whole(captured) else None
    return exporter.whole(model, proven, labels, out)


def scored(task: dict[str, Any], result: dict[str, Any], captured: Stored) -> tuple[dict[str, Any] | None, Any]:
    """Whether raw rows get the predictions of the rows that were prepared of them, and which do; or nothing."""
    if task["path"] is None or task["model"] is None:
        return None, None
    checker = importlib.import_module("slipway_path")
    path = checker.path_of(result, task["model"])
    if path is None:
        return None, None
    started, proven = time.perf_counter(), None
    try:
        verdict, proven = checker.check_path(path, *prepared_rows(task, captured))
    except Exception as error:
        verdict = Verdict(False, f"not compared: {type(error).__name__}: {str(error)[:200]}")
    return {"ok": verdict.ok, "text": verdict.text, "seconds": time.perf_counter() - started}, proven


def prepared_rows(task: dict[str, Any], captured: Stored) -> tuple[Any, dict[str, Any], dict[str, Any]]:
    """The raw rows without labels, those that the notebook prepared, and what its model predicts of the last."""
    raw = restore(captured["raw"]).drop(columns=task["path"]["labels"], errors="ignore")
    tested = ["test"] if "test" in kept_whole(captured) else []
    parts = {name: restore(captured[name]) for name in ("features", *tested)}
    kept = captured.get(TARGET + task["model"]) or {}
    said = restore(kept["predictions"]) if "predictions" in kept else {}
    return raw, parts, {list(parts)[-1]: said["predict"]} if "predict" in said else {}


def wait_for(path: Path) -> float:
    """Waits for the notebook, which may run longer than the module did twice. Gives the seconds that it took."""
    started = time.perf_counter()
    while not path.exists():
        time.sleep(0.02)
    return time.perf_counter() - started


def run_seeded(folder: str) -> dict[str, Any]:
    """Runs the module with the random numbers that the notebook was run with, where nothing sets a seed."""
    generators = Generators()
    with ExitStack() as importing:
        importing.enter_context(generators.undrawn())

        @contextmanager
        def imported(_: ModuleType) -> Iterator[None]:
            importing.close()
            generators.start_imported()
            yield

        return run_module(folder, imported)


def main() -> None:
    task, out = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")), Path(sys.argv[2])
    if task["model"] is not None:
        with suppress(ImportError):  # They need NumPy: a model of the notebook's own may do without.
            importlib.import_module("slipway_export")
            importlib.import_module("slipway_path")
    if task["path"] is not None:
        with suppress(Exception):  # What makes graphs may be too new for packages of another day.
            importlib.import_module("slipway_whole")
    begin()
    seed_generators()
    targets = task["targets"]
    started = time.perf_counter()
    try:
        result = run_seeded(task["folder"])
    except (Exception, SystemExit) as error:
        write_json(out / "status.json", {"error": failure(error)})
        return
    started += wait_for(Path(task["notebookEnded"]))
    captured, module = read(Path(task["notebook"])), read(Path(task["module"]))
    notebook = {name.removeprefix(TARGET): value for name, value in captured.items() if name.startswith(TARGET)}
    rows, metrics = rows_of(captured), metrics_of(targets, result)
    path, proven = scored(task, result, captured)
    found = {
        "error": None,
        "equal": compared(targets, notebook, result, rows),
        "repeated": compared(targets, module, result, rows),
        "metrics": {name: value for name, value in metrics.items() if is_finite(value)},
        "notFinite": {name: str(value) for name, value in metrics.items() if not is_finite(value)},
        "path": path,
        "export": exported(task, result, captured, out),
        "whole": exported_whole(result.get(task["model"]), captured, proven, out),
        "seconds": time.perf_counter() - started,
    }
    write_json(out / "status.json", found)


if __name__ == "__main__":
    main()
