"""Pipeline of test/fixtures/notebooks/targets/model-zoo.ipynb, extracted by Slipway: load -> split -> train.

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
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier


@dataclass(frozen=True)
class Params:
    """Settings of the pipeline."""

    test_size: float = 0.3  # cell 2
    random_state: int = 4  # cell 2
    n_neighbors: int = 7  # cell 3
    max_iter: int = 2000  # cell 3


@dataclass(frozen=True)
class Data:
    """Where the data lies; relative paths are taken from the working folder."""

    loans_csv: Path = Path("loans.csv")  # cell 2


@dataclass(frozen=True)
class Result:
    """What the pipeline gives."""

    model: GaussianNB | KNeighborsClassifier | LogisticRegression  # cell 4
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
LOANS_CSV_COLUMNS = {
    "numbers": ["income", "amount", "late_payments", "defaulted"],
}


def load(loans_csv: Path) -> pd.DataFrame:  # cell 2
    """Read the data."""
    loans = check_columns(pd.read_csv(loans_csv), loans_csv, LOANS_CSV_COLUMNS)
    return loans


def split(
    loans: pd.DataFrame, test_size: float, random_state: int
) -> tuple[pd.DataFrame, pd.DataFrame, pd.Series, pd.Series]:  # cell 2
    """Set rows aside for the test."""
    X_train, X_test, y_train, y_test = train_test_split(
        loans[["income", "amount", "late_payments"]],
        loans["defaulted"],
        test_size=test_size,
        random_state=random_state,
    )
    return X_train, X_test, y_train, y_test


def train(
    X_train: pd.DataFrame,
    y_train: pd.Series,
    X_test: pd.DataFrame,
    y_test: pd.Series,
    n_neighbors: int,
    max_iter: int,
) -> tuple[GaussianNB | KNeighborsClassifier | LogisticRegression, float]:  # cells 3, 4
    """Fit the model."""
    candidates = {
        "bayes": GaussianNB(),
        "neighbours": KNeighborsClassifier(n_neighbors=n_neighbors),
        "logistic": LogisticRegression(max_iter=max_iter),
    }
    scores = {}
    for name, candidate in candidates.items():
        candidate.fit(X_train, y_train)
        scores[name] = candidate.score(X_test, y_test)
    best = max(scores, key=scores.get)
    model = candidates[best]
    accuracy = scores[best]
    return model, accuracy


def run(params: Params = Params(), data: Data = Data()) -> Result:
    """Run every step, in the order of the notebook."""
    loans = load(loans_csv=data.loans_csv)
    X_train, X_test, y_train, y_test = split(
        loans, test_size=params.test_size, random_state=params.random_state
    )
    model, accuracy = train(
        X_train, y_train, X_test, y_test, n_neighbors=params.n_neighbors, max_iter=params.max_iter
    )
    return Result(model=model, accuracy=accuracy)


def data_dir() -> Path:
    """The folder that holds the data: the working folder, the module's, or one of the workspace."""
    here = Path(__file__).resolve().parent
    folders = (Path(), here, here / "../../test/fixtures/notebooks/targets")
    return next((folder for folder in folders if (folder / Data.loans_csv).exists()), Path())


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
