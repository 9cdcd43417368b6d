"""Pipeline of test/fixtures/notebooks/cells/magics.ipynb, extracted by Slipway: load_data -> prepare -> train -> evaluate.

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
from sklearn.tree import DecisionTreeRegressor


@dataclass(frozen=True)
class Params:
    """Settings of the pipeline."""

    max_depth: int = 3  # cell 9


@dataclass(frozen=True)
class Data:
    """Where the data lies; relative paths are taken from the working folder."""

    orchard: Path = Path("orchard.csv")  # cell 5


@dataclass(frozen=True)
class Result:
    """What the pipeline gives."""

    model: DecisionTreeRegressor  # cell 10
    r2: float  # cell 10


def load(path: Path) -> pd.DataFrame:
    frame = pd.read_csv(path)
    return frame.dropna(subset=["water_l"])


def load_data(orchard: Path) -> pd.DataFrame:  # cell 5
    """Read the data."""
    trees = load(orchard)
    return trees


def prepare(trees: pd.DataFrame) -> tuple[int, pd.DataFrame]:  # cell 9
    """Prepare the data."""
    share = 100 % 7
    inputs = trees[["age_years", "water_l"]]
    return share, inputs


def train(
    share: int, inputs: pd.DataFrame, trees: pd.DataFrame, max_depth: int
) -> DecisionTreeRegressor:  # cells 9, 10
    """Fit the model."""
    model = DecisionTreeRegressor(max_depth=max_depth, random_state=share)
    model.fit(inputs, trees["yield_kg"])
    return model


def evaluate(
    model: DecisionTreeRegressor, inputs: pd.DataFrame, trees: pd.DataFrame
) -> float:  # cell 10
    """Measure the model."""
    r2 = model.score(inputs, trees["yield_kg"])
    return r2


def run(params: Params = Params(), data: Data = Data()) -> Result:
    """Run every step, in the order of the notebook."""
    trees = load_data(orchard=data.orchard)
    share, inputs = prepare(trees)
    model = train(share, inputs, trees, max_depth=params.max_depth)
    r2 = evaluate(model, inputs, trees)
    return Result(model=model, r2=r2)


def data_dir() -> Path:
    """The folder that holds the data: the working folder, the module's, or one of the workspace."""
    here = Path(__file__).resolve().parent
    folders = (Path(), here, here / "../../test/fixtures/notebooks/cells")
    return next((folder for folder in folders if (folder / Data.orchard).exists()), Path())


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
