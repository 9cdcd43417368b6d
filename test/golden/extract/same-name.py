"""Pipeline of test/fixtures/notebooks/flow/same-name.ipynb, extracted by Slipway: load -> prepare -> train -> evaluate.

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
from sklearn.tree import DecisionTreeRegressor


@dataclass(frozen=True)
class Params:
    """Settings of the pipeline."""

    max_depth: int = 4  # cell 6
    random_state: int = 0  # cell 6


@dataclass(frozen=True)
class Data:
    """Where the data lies; relative paths are taken from the working folder."""

    rides: Path = Path("rides.csv")  # cell 2


@dataclass(frozen=True)
class Fitted:
    """The model, and what the training left behind on the way to it: all that scoring needs."""

    model: DecisionTreeRegressor


@dataclass(frozen=True)
class Result:
    """What the pipeline gives."""

    model: DecisionTreeRegressor  # cell 6
    score: float  # cell 6
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
RIDES_COLUMNS = {
    "numbers": ["temperature_c", "rain_mm", "wind_kmh", "rides"],
}


def load(rides: Path) -> pd.DataFrame:  # cell 2
    """Read the data."""
    df = check_columns(pd.read_csv(rides), rides, RIDES_COLUMNS)
    return df


def prepare(df: pd.DataFrame) -> tuple[pd.Series, pd.DataFrame]:  # cells 3, 5
    """Prepare the data."""
    df = df[df["rides"] > df["rides"].quantile(0.02)]
    df = df.rename(columns={"temperature_c": "temperature"})
    y = df["rides"]
    X = df[["temperature", "rain_mm", "wind_kmh"]]
    return y, X


def train(
    X: pd.DataFrame, y: pd.Series, max_depth: int, random_state: int
) -> DecisionTreeRegressor:  # cell 6
    """Fit the model."""
    model = DecisionTreeRegressor(max_depth=max_depth, random_state=random_state)
    model.fit(X, y)
    return model


def evaluate(model: DecisionTreeRegressor, X: pd.DataFrame, y: pd.Series) -> float:  # cell 6
    """Measure the model."""
    score = model.score(X, y)
    return score


def run(params: Params = Params(), data: Data = Data()) -> Result:
    """Run every step, in the order of the notebook."""
    df = load(rides=data.rides)
    y, X = prepare(df)
    model = train(X, y, max_depth=params.max_depth, random_state=params.random_state)
    score = evaluate(model, X, y)
    return Result(model=model, score=score, fitted=Fitted(model=model))


def predict(rows: pd.DataFrame, fitted: Fitted) -> np.ndarray:  # cells 2, 3, 5, 6
    """Predict for rows like those of the data: prepared as the notebook prepares them, by what was fitted."""
    df = rows.reset_index(drop=True)
    df = df.rename(columns={"temperature_c": "temperature"})
    X = df[["temperature", "rain_mm", "wind_kmh"]]
    return fitted.model.predict(X)


def load_fitted(path: Path) -> Fitted:
    """Read what `--save` wrote; only files that you trust, for a pickle can run code."""
    return Fitted(**pickle.loads(path.read_bytes()))


def data_dir() -> Path:
    """The folder that holds the data: the working folder, the module's, or one of the workspace."""
    here = Path(__file__).resolve().parent
    folders = (Path(), here, here / "../../test/fixtures/notebooks/flow")
    return next((folder for folder in folders if (folder / Data.rides).exists()), Path())


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
    metrics = {"score": float(result.score)}
    if options.json:
        print(json.dumps(metrics))
    else:
        for name, value in metrics.items():
            print(f"{name}: {value}")
    if options.save is not None:
        options.save.write_bytes(pickle.dumps(vars(result.fitted)))


if __name__ == "__main__":
    main()
