"""Pipeline of test/fixtures/notebooks/flow/scaler-fitted-twice.ipynb, extracted by Slipway: load -> split -> prepare -> train -> evaluate.

Run it: python pipeline.py --help
"""

from __future__ import annotations

import argparse
import json
import pickle
import sys
from contextlib import redirect_stdout
from copy import deepcopy
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import MinMaxScaler


@dataclass(frozen=True)
class Params:
    """Settings of the pipeline."""

    test_size: float = 0.3  # cell 1
    random_state: int = 12  # cell 1


@dataclass(frozen=True)
class Data:
    """Where the data lies; relative paths are taken from the working folder."""

    members_csv: Path = Path("members.csv")  # cell 1


@dataclass(frozen=True)
class Fitted:
    """The model, and what the training left behind on the way to it: all that scoring needs."""

    model: LogisticRegression
    scaler_2: MinMaxScaler


@dataclass(frozen=True)
class Result:
    """What the pipeline gives."""

    model: LogisticRegression  # cell 3
    accuracy: float  # cell 3
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
    "text": ["left"],
}


def load(members_csv: Path) -> pd.DataFrame:  # cell 1
    """Read the data."""
    members = check_columns(pd.read_csv(members_csv), members_csv, MEMBERS_CSV_COLUMNS).dropna()
    return members


def split(
    members: pd.DataFrame, test_size: float, random_state: int
) -> tuple[pd.DataFrame, pd.DataFrame, pd.Series, pd.Series]:  # cell 1
    """Set rows aside for the test."""
    X_train, X_test, y_train, y_test = train_test_split(
        members[["age", "months", "visits"]],
        members["left"],
        test_size=test_size,
        random_state=random_state,
    )
    return X_train, X_test, y_train, y_test


def prepare(
    X_train: pd.DataFrame, X_test: pd.DataFrame
) -> tuple[np.ndarray, MinMaxScaler, np.ndarray]:  # cell 2
    """Prepare the data."""
    scaler = MinMaxScaler()
    X_train_scaled = scaler.fit_transform(X_train)
    scaler_2 = deepcopy(scaler)
    X_test_scaled = scaler.fit_transform(X_test)  # is this right?
    return X_train_scaled, scaler_2, X_test_scaled


def train(X_train_scaled: np.ndarray, y_train: pd.Series) -> LogisticRegression:  # cell 3
    """Fit the model."""
    model = LogisticRegression()
    model.fit(X_train_scaled, y_train)
    return model


def evaluate(
    model: LogisticRegression, X_test_scaled: np.ndarray, y_test: pd.Series
) -> float:  # cell 3
    """Measure the model."""
    accuracy = model.score(X_test_scaled, y_test)
    return accuracy


def run(params: Params = Params(), data: Data = Data()) -> Result:
    """Run every step, in the order of the notebook."""
    members = load(members_csv=data.members_csv)
    X_train, X_test, y_train, y_test = split(
        members, test_size=params.test_size, random_state=params.random_state
    )
    X_train_scaled, scaler_2, X_test_scaled = prepare(X_train, X_test)
    model = train(X_train_scaled, y_train)
    accuracy = evaluate(model, X_test_scaled, y_test)
    return Result(model=model, accuracy=accuracy, fitted=Fitted(model=model, scaler_2=scaler_2))


def predict(rows: pd.DataFrame, fitted: Fitted) -> np.ndarray:  # cells 1, 2, 3
    """Predict for rows like those of the data: prepared as the notebook prepares them, by what was fitted."""
    members = rows.reset_index(drop=True)
    X_train = members[["age", "months", "visits"]]
    X_train_scaled = fitted.scaler_2.transform(X_train)
    return fitted.model.predict(X_train_scaled)


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
