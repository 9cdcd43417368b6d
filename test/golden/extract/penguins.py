"""Pipeline of examples/penguins/penguins.ipynb, extracted by Slipway: load -> prepare -> split -> train -> evaluate.

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

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.metrics import accuracy_score, f1_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder

numeric = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]
categorical = ["island", "sex"]


@dataclass(frozen=True)
class Params:
    """Settings of the pipeline."""

    seed: int = 42  # cell 2
    heaviest_g: int = 7000  # cell 14
    test_size: float = 0.25  # cell 17
    split_random_state: int = 0  # cell 17
    n_estimators: int = 200  # cell 21
    min_samples_leaf: int = 2  # cell 21
    model_random_state: int = 42  # cell 21


@dataclass(frozen=True)
class Data:
    """Where the data lies; relative paths are taken from the working folder."""

    penguins: Path = Path("penguins.csv")  # cell 5


@dataclass(frozen=True)
class Fitted:
    """The model, and what the training left behind on the way to it: all that scoring needs."""

    model: Pipeline
    median_mass: float
    heaviest_g: int


@dataclass(frozen=True)
class Result:
    """What the pipeline gives."""

    model: Pipeline  # cell 22
    accuracy: float  # cell 23
    f1: float  # cell 23
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
PENGUINS_COLUMNS = {
    "numbers": ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g", "year"],
    "text": ["species", "island", "sex"],
}


def clean_mass(grams, *, heaviest_g: int, median_mass: float):
    """A missing or impossible weight becomes the typical one."""
    if np.isnan(grams) or grams > heaviest_g:
        return median_mass
    return grams


def load(seed: int, penguins: Path) -> pd.DataFrame:  # cells 2, 5
    """Read the data."""
    np.random.seed(seed)
    df = check_columns(pd.read_csv(penguins), penguins, PENGUINS_COLUMNS)
    return df


def prepare(
    df: pd.DataFrame, heaviest_g: int
) -> tuple[float, pd.DataFrame, pd.Series]:  # cells 13, 14, 17
    """Prepare the data."""
    df = df.drop_duplicates()
    df = df.drop(columns="year")  # the season tells us nothing about a bird
    # not sexed is a category of its own
    df.fillna({"sex": "unknown"}, inplace=True)
    median_mass = df["body_mass_g"].median()
    df["body_mass_g"] = df["body_mass_g"].apply(
        partial(clean_mass, heaviest_g=heaviest_g, median_mass=median_mass)
    )
    X = df[numeric + categorical]
    y = df["species"]
    return median_mass, X, y


def split(
    X: pd.DataFrame, y: pd.Series, test_size: float, split_random_state: int
) -> tuple[pd.DataFrame, pd.DataFrame, pd.Series, pd.Series]:  # cell 17
    """Set rows aside for the test."""
    X_train, X_test, y_train, y_test = train_test_split(
        X, y, test_size=test_size, stratify=y, random_state=split_random_state
    )
    return X_train, X_test, y_train, y_test


def train(
    X_train: pd.DataFrame,
    y_train: pd.Series,
    n_estimators: int,
    min_samples_leaf: int,
    model_random_state: int,
) -> Pipeline:  # cells 21, 22
    """Fit the model."""
    preprocess = ColumnTransformer(
        [
            ("numeric", SimpleImputer(strategy="median"), numeric),
            ("categorical", OneHotEncoder(handle_unknown="ignore"), categorical),
        ]
    )
    model = Pipeline(
        [
            ("preprocess", preprocess),
            (
                "forest",
                RandomForestClassifier(
                    n_estimators=n_estimators,
                    min_samples_leaf=min_samples_leaf,
                    random_state=model_random_state,
                ),
            ),
        ]
    )
    model.fit(X_train, y_train)
    return model


def evaluate(
    model: Pipeline, X_test: pd.DataFrame, y_test: pd.Series
) -> tuple[float, float]:  # cell 23
    """Measure the model."""
    predictions = model.predict(X_test)
    accuracy = accuracy_score(y_test, predictions)
    f1 = f1_score(y_test, predictions, average="macro")
    return accuracy, f1


def run(params: Params = Params(), data: Data = Data()) -> Result:
    """Run every step, in the order of the notebook."""
    df = load(seed=params.seed, penguins=data.penguins)
    median_mass, X, y = prepare(df, heaviest_g=params.heaviest_g)
    X_train, X_test, y_train, y_test = split(
        X, y, test_size=params.test_size, split_random_state=params.split_random_state
    )
    model = train(
        X_train,
        y_train,
        n_estimators=params.n_estimators,
        min_samples_leaf=params.min_samples_leaf,
        model_random_state=params.model_random_state,
    )
    accuracy, f1 = evaluate(model, X_test, y_test)
    return Result(
        model=model,
        accuracy=accuracy,
        f1=f1,
        fitted=Fitted(model=model, median_mass=median_mass, heaviest_g=params.heaviest_g),
    )


def predict(rows: pd.DataFrame, fitted: Fitted) -> np.ndarray:  # cells 5, 13, 14, 17, 22
    """Predict for rows like those of the data: prepared as the notebook prepares them, by what was fitted."""
    df = rows.reset_index(drop=True)
    df = df.drop(columns="year", errors="ignore")
    df.fillna({"sex": "unknown"}, inplace=True)
    df["body_mass_g"] = df["body_mass_g"].apply(
        partial(clean_mass, heaviest_g=fitted.heaviest_g, median_mass=fitted.median_mass)
    )
    X = df[numeric + categorical]
    X_train = X
    return fitted.model.predict(X_train)


def load_fitted(path: Path) -> Fitted:
    """Read what `--save` wrote; only files that you trust, for a pickle can run code."""
    return Fitted(**pickle.loads(path.read_bytes()))


def data_dir() -> Path:
    """The folder that holds the data: the working folder, the module's, or one of the workspace."""
    here = Path(__file__).resolve().parent
    folders = (Path(), here, here / "../../examples/penguins")
    return next((folder for folder in folders if (folder / Data.penguins).exists()), Path())


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
    metrics = {"accuracy": float(result.accuracy), "f1": float(result.f1)}
    if options.json:
        print(json.dumps(metrics))
    else:
        for name, value in metrics.items():
            print(f"{name}: {value}")
    if options.save is not None:
        options.save.write_bytes(pickle.dumps(vars(result.fitted)))


if __name__ == "__main__":
    main()
