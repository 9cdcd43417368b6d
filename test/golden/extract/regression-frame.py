"""Pipeline of test/fixtures/notebooks/flow/regression-frame.ipynb, extracted by Slipway: load -> prepare -> train -> evaluate.

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
from typing import Any

import numpy as np
import pandas as pd
from sklearn.linear_model import LinearRegression
from sklearn.metrics import mean_absolute_error, r2_score
from sklearn.preprocessing import StandardScaler


@dataclass(frozen=True)
class Params:
    """Settings of the pipeline."""


@dataclass(frozen=True)
class Data:
    """Where the data lies; relative paths are taken from the working folder."""

    rides_csv: Path = Path("rides.csv")  # cell 2


@dataclass(frozen=True)
class Fitted:
    """The model, and what the training left behind on the way to it: all that scoring needs."""

    model: LinearRegression
    scaler: StandardScaler


@dataclass(frozen=True)
class Result:
    """What the pipeline gives."""

    model: LinearRegression  # cell 6
    mae: float  # cell 7
    r2: float  # cell 7
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
RIDES_CSV_COLUMNS = {
    "numbers": ["temperature_c", "rain_mm", "wind_kmh", "rides"],
    "values": ["date"],
}


def load(rides_csv: Path) -> pd.DataFrame:  # cell 2
    """Read the data."""
    rides = check_columns(
        pd.read_csv(rides_csv, parse_dates=["date"]), rides_csv, RIDES_CSV_COLUMNS
    )
    return rides


def prepare(
    rides: pd.DataFrame,
) -> tuple[np.ndarray, np.ndarray, Any, Any, StandardScaler]:  # cells 2, 4, 5
    """Prepare the data."""
    rides["weekday"] = rides["date"].dt.day_of_week
    X = rides[["weekday", "temperature_c", "rain_mm", "wind_kmh"]].values
    y = rides["rides"].values
    X_train, X_test = X[:-20], X[-20:]
    y_train, y_test = y[:-20], y[-20:]
    scaler = StandardScaler()
    X_train = scaler.fit_transform(X_train)
    X_test = scaler.transform(X_test)
    return X_train, X_test, y_train, y_test, scaler


def train(X_train: np.ndarray, y_train: Any) -> LinearRegression:  # cell 6
    """Fit the model."""
    model = LinearRegression()
    model.fit(X_train, y_train)
    return model


def evaluate(
    model: LinearRegression, X_test: np.ndarray, y_test: Any
) -> tuple[float, float]:  # cells 6, 7
    """Measure the model."""
    y_pred = model.predict(X_test)
    mae = mean_absolute_error(y_test, y_pred)
    r2 = r2_score(y_test, y_pred)
    return mae, r2


def run(params: Params = Params(), data: Data = Data()) -> Result:
    """Run every step, in the order of the notebook."""
    rides = load(rides_csv=data.rides_csv)
    X_train, X_test, y_train, y_test, scaler = prepare(rides)
    model = train(X_train, y_train)
    mae, r2 = evaluate(model, X_test, y_test)
    return Result(model=model, mae=mae, r2=r2, fitted=Fitted(model=model, scaler=scaler))


def predict(rows: pd.DataFrame, fitted: Fitted) -> np.ndarray:  # cells 2, 4, 5, 6
    """Predict for rows like those of the data: prepared as the notebook prepares them, by what was fitted."""
    rides = rows.reset_index(drop=True)
    rides["weekday"] = rides["date"].dt.day_of_week
    X = rides[["weekday", "temperature_c", "rain_mm", "wind_kmh"]].values
    X_train = X
    X_train = fitted.scaler.transform(X_train)
    return fitted.model.predict(X_train)


def load_fitted(path: Path) -> Fitted:
    """Read what `--save` wrote; only files that you trust, for a pickle can run code."""
    return Fitted(**pickle.loads(path.read_bytes()))


def data_dir() -> Path:
    """The folder that holds the data: the working folder, the module's, or one of the workspace."""
    here = Path(__file__).resolve().parent
    folders = (Path(), here, here / "../../test/fixtures/notebooks/flow")
    return next((folder for folder in folders if (folder / Data.rides_csv).exists()), Path())


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
    metrics = {"mae": float(result.mae), "r2": float(result.r2)}
    if options.json:
        print(json.dumps(metrics))
    else:
        for name, value in metrics.items():
            print(f"{name}: {value}")
    if options.save is not None:
        options.save.write_bytes(pickle.dumps(vars(result.fitted)))


if __name__ == "__main__":
    main()
