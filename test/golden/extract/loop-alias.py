"""Pipeline of test/fixtures/notebooks/flow/loop-alias.ipynb, extracted by Slipway: load -> prepare -> train -> evaluate.

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
from sklearn.linear_model import LogisticRegression

features = ["age", "basic", "keen"]


@dataclass(frozen=True)
class Params:
    """Settings of the pipeline."""

    max_iter: int = 500  # cell 5


@dataclass(frozen=True)
class Data:
    """Where the data lies; relative paths are taken from the working folder."""

    members_csv: Path = Path("members.csv")  # cell 2
    newcomers_csv: Path = Path("newcomers.csv")  # cell 2


@dataclass(frozen=True)
class Fitted:
    """The model, and what the training left behind on the way to it: all that scoring needs."""

    model: LogisticRegression
    age_median_by_dataset: list[float]


@dataclass(frozen=True)
class Result:
    """What the pipeline gives."""

    model: LogisticRegression  # cell 5
    accuracy: float  # cell 6
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
MEMBERS_CSV_COLUMNS = {
    "numbers": ["age", "months", "visits"],
    "text": ["plan", "left"],
}
NEWCOMERS_CSV_COLUMNS = {
    "numbers": ["age", "months", "visits"],
    "text": ["plan"],
}


def load(members_csv: Path, newcomers_csv: Path) -> tuple[pd.DataFrame, pd.DataFrame]:  # cell 2
    """Read the data."""
    members = check_columns(pd.read_csv(members_csv), members_csv, MEMBERS_CSV_COLUMNS)
    newcomers = check_columns(pd.read_csv(newcomers_csv), newcomers_csv, NEWCOMERS_CSV_COLUMNS)
    return members, newcomers


def prepare(
    members: pd.DataFrame, newcomers: pd.DataFrame
) -> tuple[list[float], pd.DataFrame]:  # cells 2, 3, 4
    """Prepare the data."""
    combine = [members, newcomers]
    age_median_by_dataset = []
    for dataset in combine:
        age_median_by_dataset.append(dataset["age"].median())
        dataset["age"] = dataset["age"].fillna(age_median_by_dataset[-1])
        dataset["basic"] = (dataset["plan"] == "basic").astype(int)
    pair = members
    pair["keen"] = pair["visits"] / pair["months"].clip(lower=3)
    return age_median_by_dataset, members


def train(members: pd.DataFrame, max_iter: int) -> LogisticRegression:  # cell 5
    """Fit the model."""
    model = LogisticRegression(max_iter=max_iter)
    model.fit(members[features], members["left"])
    return model


def evaluate(model: LogisticRegression, members: pd.DataFrame) -> float:  # cell 6
    """Measure the model."""
    accuracy = model.score(members[features], members["left"])
    return accuracy


def run(params: Params = Params(), data: Data = Data()) -> Result:
    """Run every step, in the order of the notebook."""
    members, newcomers = load(members_csv=data.members_csv, newcomers_csv=data.newcomers_csv)
    age_median_by_dataset, members = prepare(members, newcomers)
    model = train(members, max_iter=params.max_iter)
    accuracy = evaluate(model, members)
    return Result(
        model=model,
        accuracy=accuracy,
        fitted=Fitted(model=model, age_median_by_dataset=age_median_by_dataset),
    )


def predict(rows: pd.DataFrame, fitted: Fitted) -> np.ndarray:  # cells 2, 3, 4, 5
    """Predict for rows like those of the data: prepared as the notebook prepares them, by what was fitted."""
    members = rows.reset_index(drop=True)
    members["age"] = members["age"].fillna(fitted.age_median_by_dataset[0])
    members["basic"] = (members["plan"] == "basic").astype(int)
    pair = members
    pair["keen"] = pair["visits"] / pair["months"].clip(lower=3)
    return fitted.model.predict(members[features])


def load_fitted(path: Path) -> Fitted:
    """Read what `--save` wrote; only files that you trust, for a pickle can run code."""
    return Fitted(**pickle.loads(path.read_bytes()))


def data_dir() -> Path:
    """The folder that holds the data: the working folder, the module's, or one of the workspace."""
    here = Path(__file__).resolve().parent
    folders = (Path(), here, here / "../../test/fixtures/notebooks/flow")
    return next((folder for folder in folders if (folder / Data.members_csv).exists()), Path())


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
