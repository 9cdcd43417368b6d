"""Pipeline of test/fixtures/notebooks/run/change-folder.ipynb, extracted by Slipway: load -> prepare -> train -> evaluate.

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
from sklearn.naive_bayes import GaussianNB

columns = ["temperature_c", "vibration_mm_s", "night"]


@dataclass(frozen=True)
class Params:
    """Settings of the pipeline."""


@dataclass(frozen=True)
class Data:
    """Where the data lies; relative paths are taken from the working folder."""

    pumps_csv: Path = Path("exports/pumps.csv")  # cell 2


@dataclass(frozen=True)
class Fitted:
    """The model, and what the training left behind on the way to it: all that scoring needs."""

    model: GaussianNB


@dataclass(frozen=True)
class Result:
    """What the pipeline gives."""

    model: GaussianNB  # cell 3
    accuracy: float  # cell 3
    fitted: Fitted


def kind_of(column: pd.Series) -> str:
    """Say what a column holds besides missing values."""
    values = column.dropna().infer_objects()
    if values.empty:
        return "nothing"
    if pd.api.types.is_bool_dtype(values):
        return "booleans"
    return "numbers" if pd.api.types.is_numeric_dtype(values) else "text"


def check_columns(table: pd.DataFrame, path: Path, columns: dict[str, list[str]]) -> pd.DataFrame:
    """Refuse a table that lacks one of these columns, or holds another kind of values there."""
    wrong = []
    for kind, names in columns.items():
        for name in names:
            if name not in table:
                wrong.append(f"there is no column {name!r}")
            elif kind != "values" and kind_of(table[name]) not in (kind, "nothing"):
                wrong.append(f"the column {name!r} holds {kind_of(table[name])}, not {kind}")
    if wrong:
        raise ValueError(f"{path}: {'; '.join(wrong)}")
    return table


# Columns that the steps rely on, by what they hold besides missing values.
PUMPS_CSV_COLUMNS = {
    "numbers": ["temperature_c", "vibration_mm_s", "fault"],
    "values": ["time"],
}


def load(pumps_csv: Path) -> pd.DataFrame:  # cell 2
    """Read the data."""
    pumps = check_columns(
        pd.read_csv(pumps_csv, parse_dates=["time"]), pumps_csv, PUMPS_CSV_COLUMNS
    )
    return pumps


def prepare(pumps: pd.DataFrame) -> pd.DataFrame:  # cell 2
    """Prepare the data."""
    pumps["night"] = pumps["time"].dt.hour < 6
    return pumps


def train(pumps: pd.DataFrame) -> GaussianNB:  # cell 3
    """Fit the model."""
    model = GaussianNB()
    model.fit(pumps[columns], pumps["fault"])
    return model


def evaluate(model: GaussianNB, pumps: pd.DataFrame) -> float:  # cell 3
    """Measure the model."""
    accuracy = model.score(pumps[columns], pumps["fault"])
    return accuracy


def run(params: Params = Params(), data: Data = Data()) -> Result:
    """Run every step, in the order of the notebook."""
    pumps = load(pumps_csv=data.pumps_csv)
    pumps = prepare(pumps)
    model = train(pumps)
    accuracy = evaluate(model, pumps)
    return Result(model=model, accuracy=accuracy, fitted=Fitted(model=model))


def predict(rows: pd.DataFrame, fitted: Fitted) -> np.ndarray:  # cells 2, 3
    """Predict for rows like those of the data: prepared as the notebook prepares them, by what was fitted."""
    pumps = rows.reset_index(drop=True)
    pumps["night"] = pumps["time"].dt.hour < 6
    return fitted.model.predict(pumps[columns])


def load_fitted(path: Path) -> Fitted:
    """Read what `--save` wrote; only files that you trust, for a pickle can run code."""
    return Fitted(**pickle.loads(path.read_bytes()))


def data_dir() -> Path:
    """The folder that holds the data: the working folder, the module's, or one of the workspace."""
    here = Path(__file__).resolve().parent
    folders = (Path(), here, here / "../../test/fixtures/notebooks/run")
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
    for name, default in asdict(Data()).items():
        option = "--" + name.lower().replace("_", "-")
        parser.add_argument(option, dest=name, type=type(default), default=default)
    options = parser.parse_args()
    if options.save is not None and not options.save.parent.is_dir():
        parser.error(f"there is no folder {options.save.parent} to save the model in")
    paths = {field.name: options.data_dir / getattr(options, field.name) for field in fields(Data)}
    # Standard output is for the metrics alone.
    with redirect_stdout(sys.stderr):
        result = run(data=Data(**paths))
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
