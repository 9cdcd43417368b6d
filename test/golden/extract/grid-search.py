"""Pipeline of test/fixtures/notebooks/flow/grid-search.ipynb, extracted by Slipway: load -> prepare -> train -> evaluate.

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
from sklearn.model_selection import GridSearchCV, StratifiedKFold, cross_val_score
from sklearn.tree import DecisionTreeClassifier


@dataclass(frozen=True)
class Params:
    """Settings of the pipeline."""

    n_splits: int = 4  # cell 3
    folds_random_state: int = 6  # cell 3
    search_random_state: int = 0  # cell 4


@dataclass(frozen=True)
class Data:
    """Where the data lies; relative paths are taken from the working folder."""

    members_csv: Path = Path("members.csv")  # cell 2


@dataclass(frozen=True)
class Fitted:
    """The model, and what the training left behind on the way to it: all that scoring needs."""

    model: DecisionTreeClassifier
    x_columns: pd.Index


@dataclass(frozen=True)
class Result:
    """What the pipeline gives."""

    model: DecisionTreeClassifier  # cell 5
    balanced: float  # cell 5
    cv_scores_std: float  # cell 5
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
    "numbers": ["member", "age"],
    "text": ["left"],
}


def load(members_csv: Path) -> pd.DataFrame:  # cell 2
    """Read the data."""
    members = check_columns(pd.read_csv(members_csv), members_csv, MEMBERS_CSV_COLUMNS)
    return members


def prepare(
    members: pd.DataFrame, n_splits: int, folds_random_state: int
) -> tuple[pd.DataFrame, pd.Index, pd.Series, StratifiedKFold]:  # cells 2, 3
    """Prepare the data."""
    X = pd.get_dummies(members.drop(columns=["member", "left"]), dtype=float)
    x_columns = X.columns
    X["age"] = X["age"].fillna(40).astype(float)
    y = members["left"]
    folds = StratifiedKFold(n_splits=n_splits, shuffle=True, random_state=folds_random_state)
    return X, x_columns, y, folds


def train(
    folds: StratifiedKFold, X: pd.DataFrame, y: pd.Series, search_random_state: int
) -> DecisionTreeClassifier:  # cells 4, 5
    """Fit the model."""
    search = GridSearchCV(
        DecisionTreeClassifier(random_state=search_random_state),
        param_grid={"max_depth": [2, 3, 5], "min_samples_leaf": [1, 4, 8]},
        cv=folds,
        scoring="balanced_accuracy",
    )
    search.fit(X, y)
    model = search.best_estimator_
    return model


def evaluate(
    model: DecisionTreeClassifier, X: pd.DataFrame, y: pd.Series, folds: StratifiedKFold
) -> tuple[float, np.floating]:  # cell 5
    """Measure the model."""
    cv_scores = cross_val_score(model, X, y, cv=folds, scoring="balanced_accuracy")
    balanced = cv_scores.mean()
    cv_scores_std = np.std(cv_scores)
    return balanced, cv_scores_std


def run(params: Params = Params(), data: Data = Data()) -> Result:
    """Run every step, in the order of the notebook."""
    members = load(members_csv=data.members_csv)
    X, x_columns, y, folds = prepare(
        members, n_splits=params.n_splits, folds_random_state=params.folds_random_state
    )
    model = train(folds, X, y, search_random_state=params.search_random_state)
    balanced, cv_scores_std = evaluate(model, X, y, folds)
    return Result(
        model=model,
        balanced=balanced,
        cv_scores_std=cv_scores_std,
        fitted=Fitted(model=model, x_columns=x_columns),
    )


def predict(rows: pd.DataFrame, fitted: Fitted) -> np.ndarray:  # cells 2, 4
    """Predict for rows like those of the data: prepared as the notebook prepares them, by what was fitted."""
    members = rows.reset_index(drop=True)
    X = pd.get_dummies(
        members.drop(columns=["member", "left"], errors="ignore"), dtype=float
    ).reindex(columns=fitted.x_columns, fill_value=0)
    X["age"] = X["age"].fillna(40).astype(float)
    return fitted.model.predict(X)


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
    metrics = {"balanced": float(result.balanced), "cv_scores_std": float(result.cv_scores_std)}
    if options.json:
        print(json.dumps(metrics))
    else:
        for name, value in metrics.items():
            print(f"{name}: {value}")
    if options.save is not None:
        options.save.write_bytes(pickle.dumps(vars(result.fitted)))


if __name__ == "__main__":
    main()
