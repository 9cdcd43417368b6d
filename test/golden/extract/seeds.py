"""Pipeline of test/fixtures/notebooks/run/seeds.ipynb, extracted by Slipway: load -> prepare -> split -> train_model -> evaluate.

Run it: python pipeline.py --help
"""

from __future__ import annotations

import argparse
import json
import pickle
import random
import sys
from contextlib import redirect_stdout
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import f1_score
from sklearn.model_selection import train_test_split

columns = ["load", "temperature_c", "vibration_mm_s"]


@dataclass(frozen=True)
class Params:
    """Settings of the pipeline."""

    seed: int = 3  # cell 2
    n_estimators: int = 30  # cell 5


@dataclass(frozen=True)
class Data:
    """Where the data lies; relative paths are taken from the working folder."""

    pumps_csv: Path = Path("exports/pumps.csv")  # cell 3


@dataclass(frozen=True)
class Result:
    """What the pipeline gives."""

    model: RandomForestClassifier  # cell 5
    f1: float  # cell 6


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
    "numbers": ["load", "temperature_c", "vibration_mm_s", "fault"],
}


def load(seed: int, pumps_csv: Path) -> pd.DataFrame:  # cells 2, 3
    """Read the data."""
    random.seed(seed)
    np.random.seed(seed)
    pumps = check_columns(pd.read_csv(pumps_csv), pumps_csv, PUMPS_CSV_COLUMNS)
    return pumps


def prepare(pumps: pd.DataFrame) -> pd.DataFrame:  # cells 3, 4
    """Prepare the data."""
    # the cheap sensors are less exact
    pumps["temperature_c"] += np.random.normal(0, 1.5, len(pumps))
    order = list(range(len(pumps)))
    random.shuffle(order)
    pumps = pumps.iloc[order]
    return pumps


def split(pumps: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:  # cell 5
    """Set rows aside for the test."""
    train, test = train_test_split(pumps)
    return train, test


def train_model(train: pd.DataFrame, n_estimators: int) -> RandomForestClassifier:  # cell 5
    """Fit the model."""
    model = RandomForestClassifier(n_estimators=n_estimators)
    model.fit(train[columns], train["fault"])
    return model


def evaluate(test: pd.DataFrame, model: RandomForestClassifier) -> float:  # cell 6
    """Measure the model."""
    f1 = f1_score(test["fault"], model.predict(test[columns]))
    return f1


def run(params: Params = Params(), data: Data = Data()) -> Result:
    """Run every step, in the order of the notebook."""
    pumps = load(seed=params.seed, pumps_csv=data.pumps_csv)
    pumps = prepare(pumps)
    train, test = split(pumps)
    model = train_model(train, n_estimators=params.n_estimators)
    f1 = evaluate(test, model)
    return Result(model=model, f1=f1)


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
    metrics = {"f1": float(result.f1)}
    if options.json:
        print(json.dumps(metrics))
    else:
        for name, value in metrics.items():
            print(f"{name}: {value}")
    if options.save is not None:
        options.save.write_bytes(pickle.dumps(result.model))


if __name__ == "__main__":
    main()
