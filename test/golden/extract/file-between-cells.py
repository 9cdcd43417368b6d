"""Pipeline of test/fixtures/notebooks/data/file-between-cells.ipynb, extracted by Slipway: load -> prepare -> train -> evaluate.

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

import pandas as pd
from sklearn.linear_model import Lasso


@dataclass(frozen=True)
class Params:
    """Settings of the pipeline."""

    alpha: float = 0.3  # cell 4


@dataclass(frozen=True)
class Data:
    """Where the data lies; relative paths are taken from the working folder."""

    rides: Path = Path("rides.csv")  # cell 2


@dataclass(frozen=True)
class Result:
    """What the pipeline gives."""

    model: Lasso  # cell 4
    r2: float  # cell 4


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
    "numbers": ["rides"],
    "values": ["date"],
}


def load(rides: Path) -> pd.DataFrame:  # cell 2
    """Read the data."""
    raw = check_columns(pd.read_csv(rides, parse_dates=["date"]), rides, RIDES_COLUMNS)
    return raw


def prepare(raw: pd.DataFrame) -> Any:  # cells 2, 3
    """Prepare the data."""
    raw["weekend"] = raw["date"].dt.day_of_week >= 5
    with open("prepared.p", mode="wb") as file:
        pickle.dump(raw.drop(columns="date"), file)
    prepared = pickle.load(open("prepared.p", mode="rb"))
    return prepared


def train(prepared: Any, alpha: float) -> Lasso:  # cell 4
    """Fit the model."""
    model = Lasso(alpha=alpha)
    model.fit(prepared.drop(columns="rides"), prepared["rides"])
    return model


def evaluate(model: Lasso, prepared: Any) -> float:  # cell 4
    """Measure the model."""
    r2 = model.score(prepared.drop(columns="rides"), prepared["rides"])
    return r2


def run(params: Params = Params(), data: Data = Data()) -> Result:
    """Run every step, in the order of the notebook."""
    raw = load(rides=data.rides)
    prepared = prepare(raw)
    model = train(prepared, alpha=params.alpha)
    r2 = evaluate(model, prepared)
    return Result(model=model, r2=r2)


def data_dir() -> Path:
    """The folder that holds the data: the working folder, the module's, or one of the workspace."""
    here = Path(__file__).resolve().parent
    folders = (Path(), here, here / "../../test/fixtures/notebooks/data")
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
