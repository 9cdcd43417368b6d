"""Pipeline of test/fixtures/notebooks/data/working/kaggle-path.ipynb, extracted by Slipway: load -> prepare -> split -> train -> evaluate.

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
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.metrics import mean_absolute_error
from sklearn.model_selection import train_test_split


@dataclass(frozen=True)
class Params:
    """Settings of the pipeline."""

    random_state: int = 1  # cell 5
    n_estimators: int = 80  # cell 5
    learning_rate: float = 0.08  # cell 5


@dataclass(frozen=True)
class Data:
    """Where the data lies; relative paths are taken from the working folder."""

    houses_csv: Path = Path("input/houses.csv")  # cell 2


@dataclass(frozen=True)
class Fitted:
    """The model, and what the training left behind on the way to it: all that scoring needs."""

    model: GradientBoostingRegressor
    data_columns: pd.Index


@dataclass(frozen=True)
class Result:
    """What the pipeline gives."""

    model: GradientBoostingRegressor  # cell 5
    mae: float  # cell 6
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
HOUSES_CSV_COLUMNS = {
    "numbers": ["Id", "Price"],
    "text": ["Garden"],
}


def load(houses_csv: Path) -> pd.DataFrame:  # cell 2
    """Read the data."""
    houses = check_columns(pd.read_csv(houses_csv), houses_csv, HOUSES_CSV_COLUMNS)
    return houses


def prepare(houses: pd.DataFrame) -> tuple[pd.DataFrame, pd.Index, pd.Series]:  # cells 4, 5
    """Prepare the data."""
    houses["Garden"] = houses["Garden"].fillna("none")
    data = pd.get_dummies(houses.drop(columns="Id"), columns=["Garden"], dtype=float)
    data_columns = data.columns
    y = data.pop("Price")
    return data, data_columns, y


def split(
    data: pd.DataFrame, y: pd.Series, random_state: int
) -> tuple[pd.DataFrame, pd.DataFrame, pd.Series, pd.Series]:  # cell 5
    """Set rows aside for the test."""
    train_x, val_x, train_y, val_y = train_test_split(data, y, random_state=random_state)
    return train_x, val_x, train_y, val_y


def train(
    train_x: pd.DataFrame,
    train_y: pd.Series,
    n_estimators: int,
    learning_rate: float,
    random_state: int,
) -> GradientBoostingRegressor:  # cell 5
    """Fit the model."""
    model = GradientBoostingRegressor(
        n_estimators=n_estimators, learning_rate=learning_rate, random_state=random_state
    )
    model.fit(train_x, train_y)
    return model


def evaluate(
    val_y: pd.Series, model: GradientBoostingRegressor, val_x: pd.DataFrame
) -> float:  # cell 6
    """Measure the model."""
    mae = mean_absolute_error(val_y, model.predict(val_x))
    return mae


def run(params: Params = Params(), data: Data = Data()) -> Result:
    """Run every step, in the order of the notebook."""
    houses = load(houses_csv=data.houses_csv)
    data_, data_columns, y = prepare(houses)
    train_x, val_x, train_y, val_y = split(data_, y, random_state=params.random_state)
    model = train(
        train_x,
        train_y,
        n_estimators=params.n_estimators,
        learning_rate=params.learning_rate,
        random_state=params.random_state,
    )
    mae = evaluate(val_y, model, val_x)
    return Result(model=model, mae=mae, fitted=Fitted(model=model, data_columns=data_columns))


def predict(rows: pd.DataFrame, fitted: Fitted) -> np.ndarray:  # cells 2, 4, 5
    """Predict for rows like those of the data: prepared as the notebook prepares them, by what was fitted."""
    houses = rows.reset_index(drop=True)
    houses["Garden"] = houses["Garden"].fillna("none")
    data = pd.get_dummies(
        houses.drop(columns="Id", errors="ignore"), columns=["Garden"], dtype=float
    ).reindex(columns=fitted.data_columns, fill_value=0)
    data.drop(columns="Price", inplace=True, errors="ignore")
    train_x = data
    return fitted.model.predict(train_x)


def load_fitted(path: Path) -> Fitted:
    """Read what `--save` wrote; only files that you trust, for a pickle can run code."""
    return Fitted(**pickle.loads(path.read_bytes()))


def data_dir() -> Path:
    """The folder that holds the data: the working folder, the module's, or one of the workspace."""
    here = Path(__file__).resolve().parent
    folders = (Path(), here, here / "../../test/fixtures/notebooks/data")
    return next((folder for folder in folders if (folder / Data.houses_csv).exists()), Path())


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
    metrics = {"mae": float(result.mae)}
    if options.json:
        print(json.dumps(metrics))
    else:
        for name, value in metrics.items():
            print(f"{name}: {value}")
    if options.save is not None:
        options.save.write_bytes(pickle.dumps(vars(result.fitted)))


if __name__ == "__main__":
    main()
