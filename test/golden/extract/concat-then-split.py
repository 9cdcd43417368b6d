"""Pipeline of test/fixtures/notebooks/flow/concat-then-split.ipynb, extracted by Slipway: load -> prepare -> train_model -> evaluate.

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
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC


@dataclass(frozen=True)
class Params:
    """Settings of the pipeline."""

    c: int = 2  # cell 4


@dataclass(frozen=True)
class Data:
    """Where the data lies; relative paths are taken from the working folder."""

    members: Path = Path("members.csv")  # cell 1
    newcomers: Path = Path("newcomers.csv")  # cell 1


@dataclass(frozen=True)
class Result:
    """What the pipeline gives."""

    model: SVC  # cell 4
    accuracy: float  # cell 4


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
MEMBERS_COLUMNS = {
    "numbers": ["member", "age"],
    "text": ["left"],
}
NEWCOMERS_COLUMNS = {
    "numbers": ["member", "age"],
}


def load(members: Path, newcomers: Path) -> tuple[pd.DataFrame, pd.DataFrame]:  # cell 1
    """Read the data."""
    train = check_columns(pd.read_csv(members), members, MEMBERS_COLUMNS)
    test = check_columns(pd.read_csv(newcomers), newcomers, NEWCOMERS_COLUMNS)
    return train, test


def prepare(
    train: pd.DataFrame, test: pd.DataFrame
) -> tuple[pd.Series, np.ndarray]:  # cells 1, 2, 3
    """Prepare the data."""
    n_train = len(train)
    answer = train.pop("left")
    everyone = pd.concat([train, test], ignore_index=True)
    everyone["age"] = everyone["age"].fillna(everyone["age"].mean())
    everyone = pd.get_dummies(everyone.drop(columns="member"), dtype=float)
    scaled = StandardScaler().fit_transform(everyone)
    train_scaled = scaled[:n_train, :]
    return answer, train_scaled


def train_model(train_scaled: np.ndarray, answer: pd.Series, c: int) -> SVC:  # cell 4
    """Fit the model."""
    model = SVC(C=c, kernel="rbf")
    model.fit(train_scaled, answer)
    return model


def evaluate(model: SVC, train_scaled: np.ndarray, answer: pd.Series) -> float:  # cell 4
    """Measure the model."""
    accuracy = model.score(train_scaled, answer)
    return accuracy


def run(params: Params = Params(), data: Data = Data()) -> Result:
    """Run every step, in the order of the notebook."""
    train, test = load(members=data.members, newcomers=data.newcomers)
    answer, train_scaled = prepare(train, test)
    model = train_model(train_scaled, answer, c=params.c)
    accuracy = evaluate(model, train_scaled, answer)
    return Result(model=model, accuracy=accuracy)


def data_dir() -> Path:
    """The folder that holds the data: the working folder, the module's, or one of the workspace."""
    here = Path(__file__).resolve().parent
    folders = (Path(), here, here / "../../test/fixtures/notebooks/flow")
    return next((folder for folder in folders if (folder / Data.members).exists()), Path())


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
        options.save.write_bytes(pickle.dumps(result.model))


if __name__ == "__main__":
    main()
