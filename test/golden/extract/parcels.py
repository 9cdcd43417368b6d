"""Pipeline of test/fixtures/notebooks/scoring/parcels.ipynb, extracted by Slipway: load -> prepare_y -> split -> prepare_x_test -> train -> evaluate.

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

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import LabelEncoder, StandardScaler


@dataclass(frozen=True)
class Params:
    """Settings of the pipeline."""

    test_size: float = 0.25  # cell 6
    random_state: int = 3  # cell 6


@dataclass(frozen=True)
class Data:
    """Where the data lies; relative paths are taken from the working folder."""

    parcels: Path = Path("parcels.csv")  # cell 2


@dataclass(frozen=True)
class Fitted:
    """The model, and what the training left behind on the way to it: all that scoring needs."""

    model: LogisticRegression
    encoder: LabelEncoder
    scaler: StandardScaler
    weight_kg_median: float
    city_mode: Any
    x_columns: pd.Index


@dataclass(frozen=True)
class Result:
    """What the pipeline gives."""

    model: LogisticRegression  # cell 7
    accuracy: float  # cell 7
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
PARCELS_COLUMNS = {
    "numbers": ["parcel", "weight_kg", "distance_km"],
    "text": ["service", "city", "insured", "late"],
}


def load(parcels: Path) -> pd.DataFrame:  # cell 2
    """Read the data."""
    df = check_columns(pd.read_csv(parcels), parcels, PARCELS_COLUMNS)
    return df


def prepare_y(
    df: pd.DataFrame,
) -> tuple[float, Any, LabelEncoder, pd.DataFrame, pd.Index, pd.Series]:  # cells 3, 4, 5
    """Prepare the data."""
    df = df.dropna(subset=["late"]).drop_duplicates()
    weight_kg_median = df["weight_kg"].median()
    df["weight_kg"] = df["weight_kg"].fillna(weight_kg_median)
    df["insured"] = df["insured"].map({"yes": 1, "no": 0})
    df["late"] = df["late"].map({"late": 1, "on time": 0})
    city_mode = df["city"].mode()[0]
    df["city"] = df["city"].fillna(city_mode)
    encoder = LabelEncoder()
    df["city"] = encoder.fit_transform(df["city"])
    df["load"] = np.log1p(df["weight_kg"] * df["distance_km"])
    df = df[df["distance_km"] > 2]
    X = df.drop(["parcel", "late"], axis=1)
    X = pd.get_dummies(X, columns=["service"], drop_first=True)
    x_columns = X.columns
    y = df["late"]
    return weight_kg_median, city_mode, encoder, X, x_columns, y


def split(
    X: pd.DataFrame, y: pd.Series, test_size: float, random_state: int
) -> tuple[pd.DataFrame, pd.DataFrame, pd.Series, pd.Series]:  # cell 6
    """Set rows aside for the test."""
    X_train, X_test, y_train, y_test = train_test_split(
        X, y, test_size=test_size, random_state=random_state
    )
    return X_train, X_test, y_train, y_test


def prepare_x_test(
    X_train: pd.DataFrame | np.ndarray, X_test: pd.DataFrame | np.ndarray
) -> tuple[StandardScaler, pd.DataFrame | np.ndarray, pd.DataFrame | np.ndarray]:  # cell 6
    """Prepare the data."""
    scaler = StandardScaler()
    X_train = scaler.fit_transform(X_train)
    X_test = scaler.transform(X_test)
    return scaler, X_train, X_test


def train(X_train: pd.DataFrame | np.ndarray, y_train: pd.Series) -> LogisticRegression:  # cell 7
    """Fit the model."""
    model = LogisticRegression().fit(X_train, y_train)
    return model


def evaluate(
    y_test: pd.Series, model: LogisticRegression, X_test: pd.DataFrame | np.ndarray
) -> float:  # cell 7
    """Measure the model."""
    accuracy = accuracy_score(y_test, model.predict(X_test))
    return accuracy


def run(params: Params = Params(), data: Data = Data()) -> Result:
    """Run every step, in the order of the notebook."""
    df = load(parcels=data.parcels)
    weight_kg_median, city_mode, encoder, X, x_columns, y = prepare_y(df)
    X_train, X_test, y_train, y_test = split(
        X, y, test_size=params.test_size, random_state=params.random_state
    )
    scaler, X_train, X_test = prepare_x_test(X_train, X_test)
    model = train(X_train, y_train)
    accuracy = evaluate(y_test, model, X_test)
    return Result(
        model=model,
        accuracy=accuracy,
        fitted=Fitted(
            model=model,
            encoder=encoder,
            scaler=scaler,
            weight_kg_median=weight_kg_median,
            city_mode=city_mode,
            x_columns=x_columns,
        ),
    )


def predict(rows: pd.DataFrame, fitted: Fitted) -> np.ndarray:  # cells 2, 3, 4, 5, 6, 7
    """Predict for rows like those of the data: prepared as the notebook prepares them, by what was fitted."""
    df = rows.reset_index(drop=True)
    df["weight_kg"] = df["weight_kg"].fillna(fitted.weight_kg_median)
    df["insured"] = df["insured"].map({"yes": 1, "no": 0})
    df["city"] = df["city"].fillna(fitted.city_mode)
    df["city"] = fitted.encoder.transform(df["city"])
    df["load"] = np.log1p(df["weight_kg"] * df["distance_km"])
    X = df.drop(["parcel", "late"], axis=1, errors="ignore")
    X = pd.get_dummies(X, columns=["service"]).reindex(columns=fitted.x_columns, fill_value=0)
    X_train = X
    X_train = fitted.scaler.transform(X_train)
    return fitted.model.predict(X_train)


def load_fitted(path: Path) -> Fitted:
    """Read what `--save` wrote; only files that you trust, for a pickle can run code."""
    return Fitted(**pickle.loads(path.read_bytes()))


def data_dir() -> Path:
    """The folder that holds the data: the working folder, the module's, or one of the workspace."""
    here = Path(__file__).resolve().parent
    folders = (Path(), here, here / "../../test/fixtures/notebooks/scoring")
    return next((folder for folder in folders if (folder / Data.parcels).exists()), Path())


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
