"""Pipeline of test/fixtures/notebooks/data/shell-step.ipynb, extracted by Slipway: load -> train -> evaluate.

Run it: python pipeline.py --help
"""

from __future__ import annotations

import argparse
import json
import pickle
import sys
from contextlib import redirect_stdout
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.tree import DecisionTreeClassifier


@dataclass(frozen=True)
class Params:
    """Settings of the pipeline."""

    max_depth: int = 1  # cell 4
    random_state: int = 0  # cell 4


@dataclass(frozen=True)
class Data:
    """Where the data lies; relative paths are taken from the working folder."""

    pumps_csv: Path = Path("unpacked/pumps.csv")  # cell 3


@dataclass(frozen=True)
class Fitted:
    """The model, and what the training left behind on the way to it: all that scoring needs."""

    model: DecisionTreeClassifier


@dataclass(frozen=True)
class Result:
    """What the pipeline gives."""

    model: DecisionTreeClassifier  # cell 4
    accuracy: float  # cell 4
    fitted: Fitted


def load(pumps_csv: Path) -> pd.DataFrame:  # cell 3
    """Read the data."""
    pumps = pd.read_csv(pumps_csv)
    return pumps


def train(
    pumps: pd.DataFrame, max_depth: int, random_state: int
) -> DecisionTreeClassifier:  # cell 4
    """Fit the model."""
    model = DecisionTreeClassifier(max_depth=max_depth, random_state=random_state)
    model.fit(pumps[["temperature_c", "vibration_mm_s"]], pumps["fault"])
    return model


def evaluate(model: DecisionTreeClassifier, pumps: pd.DataFrame) -> float:  # cell 4
    """Measure the model."""
    accuracy = model.score(pumps[["temperature_c", "vibration_mm_s"]], pumps["fault"])
    return accuracy


def run(params: Params = Params(), data: Data = Data()) -> Result:
    """Run every step, in the order of the notebook."""
    pumps = load(pumps_csv=data.pumps_csv)
    model = train(pumps, max_depth=params.max_depth, random_state=params.random_state)
    accuracy = evaluate(model, pumps)
    return Result(model=model, accuracy=accuracy, fitted=Fitted(model=model))


def predict(rows: pd.DataFrame, fitted: Fitted) -> np.ndarray:  # cells 3, 4
    """Predict for rows like those of the data: prepared as the notebook prepares them, by what was fitted."""
    pumps = rows.reset_index(drop=True)
    return fitted.model.predict(pumps[["temperature_c", "vibration_mm_s"]])


def load_fitted(path: Path) -> Fitted:
    """Read what `--save` wrote; only files that you trust, for a pickle can run code."""
    return Fitted(**pickle.loads(path.read_bytes()))


def data_dir() -> Path:
    """The folder that holds the data: the working folder, the module's, or one of the workspace."""
    here = Path(__file__).resolve().parent
    folders = (Path(), here, here / "../../test/fixtures/notebooks/data")
    return next((folder for folder in folders if (folder / Data.pumps_csv).exists()), Path())


def main() -> None:
    """Run the pipeline from the shell and print its metrics."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--json", action="store_true", help="print the metrics as one JSON object")
    parser.add_argument(
        "--save", type=Path, metavar="FILE", help="write the fitted model to this file"
    )
    parser.add_argument(
        "--data-dir", type=Path, default=data_dir(), help="folder that holds the data"
    )
    for name, default in (asdict(Params()) | asdict(Data())).items():
        option = "--" + name.lower().replace("_", "-")
        parser.add_argument(option, dest=name, type=type(default), default=default)
    options = parser.parse_args()
    if options.save is not None and not options.save.parent.is_dir():
        parser.error(f"there is no folder {options.save.parent} to save the model in")
    params = Params(**{field.name: getattr(options, field.name) for field in fields(Params)})
    paths = {field.name: options.data_dir / getattr(options, field.name) for field in fields(Data)}
    # Standard output is for the metrics alone.
    with redirect_stdout(sys.stderr):
        result = run(params, data=Data(**paths))
    metrics = {"accuracy": float(result.accuracy)}
    if options.json:
        print(json.dumps(metrics))
    else:
        for name, value in metrics.items():
            print(f"{name}: {value}")
    if options.save is not None:
        options.save.write_bytes(pickle.dumps(vars(result.fitted)))


if __name__ == "__main__":
    main()
