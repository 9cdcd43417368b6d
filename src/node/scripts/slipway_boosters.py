"""The rows of XGBoost's own models, which take no tables but matrices that hold their rows where they are not seen."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any


def taken_by(model: Any, rows: Any) -> Any:
    """The rows in a form that the model takes."""
    xgboost = sys.modules.get("xgboost")
    if xgboost is None or not isinstance(model, xgboost.Booster) or isinstance(rows, xgboost.DMatrix):
        return rows
    return xgboost.DMatrix(rows, feature_names=model.feature_names)


def made_of(matrix: Any) -> Any:
    """What a matrix was made of, if it was made in `seen`; else what is given."""
    return getattr(matrix, "slipway_rows", matrix)


@contextmanager
def seen() -> Iterator[None]:
    """Lets matrices keep what they are made of."""
    matrix = getattr(sys.modules.get("xgboost"), "DMatrix", None)
    if matrix is None:
        yield
        return
    make = matrix.__init__

    @wraps(make)
    def keeping(self: Any, *arguments: Any, **options: Any) -> None:
        make(self, *arguments, **options)
        self.slipway_rows = arguments[0] if arguments else options.get("data")

    matrix.__init__ = keeping
    try:
        yield
    finally:
        matrix.__init__ = make
