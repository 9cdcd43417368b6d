"""Pipeline of test/fixtures/notebooks/targets/saved-output-only.ipynb, extracted by Slipway: load -> prepare.

Run it: python pipeline.py --help
"""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import redirect_stdout
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import pandas as pd


@dataclass(frozen=True)
class Params:
    """Settings of the pipeline."""

    max_ratio: float = 0.45  # cell 3


@dataclass(frozen=True)
class Data:
    """Where the data lies; relative paths are taken from the working folder."""

    loans_csv: Path = Path("loans.csv")  # cell 2


@dataclass(frozen=True)
class Result:
    """What the pipeline gives."""

    summary: pd.DataFrame  # cell 5


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
    "numbers": ["income", "amount", "late_payments"],
    "text": ["purpose"],
}


def load(loans_csv: Path) -> pd.DataFrame:  # cell 2
    """Read the data."""
    loans = check_columns(pd.read_csv(loans_csv), loans_csv, LOANS_CSV_COLUMNS)
    return loans


def prepare(loans: pd.DataFrame, max_ratio: float) -> pd.DataFrame:  # cells 3, 4
    """Prepare the data."""
    loans["ratio"] = loans["amount"] / loans["income"]
    risky = loans[(loans["ratio"] > max_ratio) & (loans["late_payments"] > 0)]
    summary = (
        risky.groupby("purpose")
        .agg(loans=("amount", "size"), total=("amount", "sum"))
        .reset_index()
    )
    return summary


def run(params: Params = Params(), data: Data = Data()) -> Result:
    """Run every step, in the order of the notebook."""
    loans = load(loans_csv=data.loans_csv)
    summary = prepare(loans, max_ratio=params.max_ratio)
    return Result(summary=summary)


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
        "--data-dir", type=Path, default=data_dir(), help="folder that holds the data"
    )
    for name, default in (asdict(Params()) | asdict(Data())).items():
        option = "--" + name.lower().replace("_", "-")
        parser.add_argument(option, dest=name, type=type(default), default=default)
    options = parser.parse_args()
    params = Params(**{field.name: getattr(options, field.name) for field in fields(Params)})
    paths = {field.name: options.data_dir / getattr(options, field.name) for field in fields(Data)}
    # Standard output is for the metrics alone.
    with redirect_stdout(sys.stderr):
        result = run(params, data=Data(**paths))
    metrics = {}
    if options.json:
        print(json.dumps(metrics))
    else:
        for name, value in metrics.items():
            print(f"{name}: {value}")


if __name__ == "__main__":
    main()
