"""Pipeline of test/fixtures/notebooks/flow/in-place.ipynb, extracted by Slipway: load -> prepare -> train -> evaluate.

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

import pandas as pd
from sklearn.ensemble import RandomForestRegressor


@dataclass(frozen=True)
class Params:
    """Settings of the pipeline."""


@dataclass(frozen=True)
class Data:
    """Where the data lies; relative paths are taken from the working folder."""

    rides_csv: Path = Path("rides.csv")  # cell 1


@dataclass(frozen=True)
class Result:
    """What the pipeline gives."""

    model: RandomForestRegressor  # cell 5
    r2: float  # cell 5


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
    "numbers": ["rain_mm", "wind_kmh", "rides"],
    "text": ["date"],
}


def load(rides_csv: Path) -> pd.DataFrame:  # cell 1
    """Read the data."""
    rides = check_columns(pd.read_csv(rides_csv), rides_csv, RIDES_CSV_COLUMNS)
    return rides


def prepare(
    rides: pd.DataFrame,
) -> tuple[pd.DataFrame, list[str], dict[str, int]]:  # cells 2, 3, 4, 5
    """Prepare the data."""
    rides.fillna({"rain_mm": 0}, inplace=True)
    rides.loc[rides["wind_kmh"] > 35, "wind_kmh"] = 35
    rides.insert(1, "weekday", pd.to_datetime(rides["date"]).dt.day_of_week)
    rides.columns = [name.split("_")[0] for name in rides.columns]
    rides.index.name = "day"
    del rides["date"]
    columns = []
    columns.append("weekday")
    columns += ["temperature"]
    columns.extend(["rain", "wind"])
    columns.sort()
    settings = {"n_estimators": 40}
    settings["random_state"] = 9
    settings.update(min_samples_leaf=3)
    return rides, columns, settings


def train(
    settings: dict[str, int], rides: pd.DataFrame, columns: list[str]
) -> RandomForestRegressor:  # cell 5
    """Fit the model."""
    model = RandomForestRegressor(**settings)
    model.fit(rides[columns], rides["rides"])
    return model


def evaluate(
    model: RandomForestRegressor, rides: pd.DataFrame, columns: list[str]
) -> float:  # cell 5
    """Measure the model."""
    r2 = model.score(rides[columns], rides["rides"])
    return r2


def run(params: Params = Params(), data: Data = Data()) -> Result:
    """Run every step, in the order of the notebook."""
    rides = load(rides_csv=data.rides_csv)
    rides, columns, settings = prepare(rides)
    model = train(settings, rides, columns)
    r2 = evaluate(model, rides, columns)
    return Result(model=model, r2=r2)


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
    metrics = {"r2": float(result.r2)}
    if options.json:
        print(json.dumps(metrics))
    else:
        for name, value in metrics.items():
            print(f"{name}: {value}")
    if options.save is not None:
        options.save.write_bytes(pickle.dumps(result.model))


if __name__ == "__main__":
    main()
