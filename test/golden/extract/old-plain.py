"""Pipeline of test/fixtures/notebooks/container/old-plain.ipynb, extracted by Slipway: load -> train -> evaluate.

Run it: python pipeline.py --help
"""

from __future__ import annotations

import argparse
import json
import pickle
import sys
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sklearn.datasets import load_iris
from sklearn.naive_bayes import GaussianNB


@dataclass(frozen=True)
class Params:
    """Settings of the pipeline."""


@dataclass(frozen=True)
class Data:
    """Where the data lies; relative paths are taken from the working folder."""


@dataclass(frozen=True)
class Result:
    """What the pipeline gives."""

    model: GaussianNB  # cell 4
    accuracy: float  # cell 4


def load() -> Any:  # cell 3
    """Read the data."""
    iris = load_iris(as_frame=True)
    return iris


def train(iris: Any) -> GaussianNB:  # cell 4
    """Fit the model."""
    model = GaussianNB()
    model.fit(iris.data, iris.target)
    return model


def evaluate(model: GaussianNB, iris: Any) -> float:  # cell 4
    """Measure the model."""
    accuracy = model.score(iris.data, iris.target)
    return accuracy


def run(params: Params = Params(), data: Data = Data()) -> Result:
    """Run every step, in the order of the notebook."""
    iris = load()
    model = train(iris)
    accuracy = evaluate(model, iris)
    return Result(model=model, accuracy=accuracy)


def main() -> None:
    """Run the pipeline from the shell and print its metrics."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--json", action="store_true", help="print the metrics as one JSON object")
    parser.add_argument(
        "--save", type=Path, metavar="FILE", help="write the fitted model to this file"
    )
    options = parser.parse_args()
    if options.save is not None and not options.save.parent.is_dir():
        parser.error(f"there is no folder {options.save.parent} to save the model in")
    # Standard output is for the metrics alone.
    with redirect_stdout(sys.stderr):
        result = run()
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
