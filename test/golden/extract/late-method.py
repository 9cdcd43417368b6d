"""Pipeline of test/fixtures/notebooks/flow/late-method.ipynb, extracted by Slipway: load -> prepare -> train -> evaluate.

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
from sklearn.tree import DecisionTreeClassifier

depths = ["tree"]


@dataclass(frozen=True)
class Params:
    """Settings of the pipeline."""


@dataclass(frozen=True)
class Data:
    """Where the data lies; relative paths are taken from the working folder."""

    members_csv: Path = Path("members.csv")  # cell 2


@dataclass(frozen=True)
class Result:
    """What the pipeline gives."""

    chooser: Chooser  # cell 5
    accuracy: float  # cell 6


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


class Chooser:
    def __init__(self, depth) -> None:
        self.tree = DecisionTreeClassifier(max_depth=depth, random_state=0)


def fit(self, inputs, answers):
    self.tree.fit(inputs, answers)
    return self


Chooser.fit = fit


def load(members_csv: Path) -> pd.DataFrame:  # cell 2
    """Read the data."""
    members = check_columns(pd.read_csv(members_csv), members_csv, MEMBERS_CSV_COLUMNS).fillna(40)
    return members


def prepare() -> None:  # cell 4
    """Prepare the data."""
    Chooser.columns = ["age", "months"]
    setattr(Chooser, "answer", "left")


def train(members: pd.DataFrame) -> tuple[Chooser, pd.DataFrame]:  # cell 5
    """Fit the model."""
    chooser = Chooser(depth=3)
    Chooser.columns.append("visits")
    chooser.fit(members[chooser.columns], members[chooser.answer])
    return chooser, members


def evaluate(chooser: Chooser, members: pd.DataFrame) -> float:  # cell 6
    """Measure the model."""
    accuracy = getattr(chooser, depths[0]).score(members[Chooser.columns], members["left"])
    return accuracy


def run(params: Params = Params(), data: Data = Data()) -> Result:
    """Run every step, in the order of the notebook."""
    members = load(members_csv=data.members_csv)
    prepare()
    chooser, members = train(members)
    accuracy = evaluate(chooser, members)
    return Result(chooser=chooser, accuracy=accuracy)


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
    metrics = {"accuracy": float(result.accuracy)}
    if options.json:
        print(json.dumps(metrics))
    else:
        for name, value in metrics.items():
            print(f"{name}: {value}")
    if options.save is not None:
        options.save.write_bytes(pickle.dumps(result.chooser))


if __name__ == "__main__":
    # By this name, a saved model finds its own classes and functions again.
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    import pipeline

    pipeline.main()
