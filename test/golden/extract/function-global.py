"""Pipeline of test/fixtures/notebooks/flow/function-global.ipynb, extracted by Slipway: load -> prepare -> train -> evaluate.

Run it: python pipeline.py --help
"""

from __future__ import annotations

import argparse
import json
import pickle
import sys
from contextlib import redirect_stdout
from dataclasses import asdict, dataclass, fields
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
from scipy.stats import skew
from sklearn.linear_model import Ridge

numbers = ["rain_mm", "wind_kmh"]


@dataclass(frozen=True)
class Params:
    """Settings of the pipeline."""

    alpha: float = 0.8  # cell 7


@dataclass(frozen=True)
class Data:
    """Where the data lies; relative paths are taken from the working folder."""

    rides_csv: Path = Path("rides.csv")  # cell 2


@dataclass(frozen=True)
class Result:
    """What the pipeline gives."""

    model: Ridge  # cell 7
    r2: float  # cell 7


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
}


def above_usual(row, *, usual: float):
    return row["rides"] - usual


def load(rides_csv: Path) -> pd.DataFrame:  # cell 2
    """Read the data."""
    rides = check_columns(pd.read_csv(rides_csv), rides_csv, RIDES_CSV_COLUMNS)
    return rides


def prepare(rides: pd.DataFrame) -> tuple[Any, Any]:  # cells 3, 4, 5, 6, 7
    """Prepare the data."""
    COMFORT_C = 19
    usual = rides["rides"].median()
    lopsided = rides[numbers].apply(lambda column: skew(column.dropna()))
    to_root = lopsided[lopsided > 1].index

    def discomfort(temperature):
        return abs(temperature - COMFORT_C)

    class Features:
        names = numbers + ["discomfort"]

        def __init__(self, frame, root=to_root):
            self.frame = frame.copy()
            self.frame[root] = self.frame[root] ** 0.5

        def table(self):
            self.frame["discomfort"] = self.frame["temperature_c"].map(discomfort)
            return self.frame[self.names]

    extra = rides.apply(partial(above_usual, usual=usual), axis=1)
    features = Features(rides).table()
    COMFORT_C = 22  # warmer people in the south office
    return extra, features


def train(features: Any, extra: Any, alpha: float) -> Ridge:  # cell 7
    """Fit the model."""
    model = Ridge(alpha=alpha)
    model.fit(features, extra)
    return model


def evaluate(model: Ridge, features: Any, extra: Any) -> float:  # cell 7
    """Measure the model."""
    r2 = model.score(features, extra)
    return r2


def run(params: Params = Params(), data: Data = Data()) -> Result:
    """Run every step, in the order of the notebook."""
    rides = load(rides_csv=data.rides_csv)
    extra, features = prepare(rides)
    model = train(features, extra, alpha=params.alpha)
    r2 = evaluate(model, features, extra)
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
