"""Whether `predict` of a module gives for raw rows what the model gives for the rows that the notebook prepared.

The prepared rows are looked for among what `predict` makes of the raw ones, by what they hold: a notebook shuffles,
splits and leaves out rows, and its arrays do not say which they were.
"""

import dataclasses
import sys
from typing import Any, NamedTuple

import numpy as np
from slipway_boosters import made_of, seen, taken_by
from slipway_compare import ABSOLUTE, RELATIVE, Verdict, compare

# Rows that are tried one by one, where all at once fail; that are looked for by nearness; that are asked alone.
ONE_BY_ONE = 5000
NEAR = 1000
ALONE = 20


class Recorder:
    """Stands for the model: keeps the rows that it is given."""

    def __init__(self, model: Any) -> None:
        self.model, self.rows = model, None

    def predict(self, rows: Any) -> Any:
        self.rows = made_of(rows)
        return self.model.predict(rows)


class Prepared(NamedTuple):
    """What `predict` made of the raw rows `places`, and what it gave for them."""

    places: list[int]
    keys: list[Any]
    given: Any


class Path(NamedTuple):
    """A module's way from raw rows to predictions."""

    predict: Any
    fitted: Any
    model: str

    def prepare(self, raw: Any, places: list[int]) -> Prepared:
        recorder = Recorder(getattr(self.fitted, self.model))
        with seen():
            given = self.predict(raw.iloc[places], dataclasses.replace(self.fitted, **{self.model: recorder}))
        return Prepared(places, keys_of(recorder.rows), np.asarray(given))

    def expected(self, rows: Any) -> Any:
        """What the model gives for rows that are prepared."""
        model = getattr(self.fitted, self.model)
        return model.predict(taken_by(model, rows))


class Proven(NamedTuple):
    """The raw rows that the rows of the fit and others were prepared of, and that `predict` gives the same for."""

    path: Path
    raw: Any
    prepared: Prepared
    fitted: list[int]
    others: list[int]

    def alike(self, places: list[int]) -> list[int]:
        """All raw rows that are prepared as those at some places: which of them the notebook took is not known."""
        keys, known = {self.prepared.keys[place] for place in places}, {*self.fitted, *self.others}
        rows = zip(self.prepared.places, self.prepared.keys, strict=True)
        return [row for row, key in rows if key in keys and row not in known]

    def given(self, rows: list[int]) -> Any:
        """What `predict` gave for raw rows."""
        where = {place: at for at, place in enumerate(self.prepared.places)}
        return self.prepared.given[[where[row] for row in rows]]


def check_path(path: Path, raw: Any, parts: dict[str, Any], said: dict[str, Any]) -> tuple[Verdict, Proven | None]:
    """`parts`: rows that the notebook prepared, `said`: what its own model predicted for them, where that is known."""
    prepared = prepare_all(path, raw)
    if isinstance(prepared, Verdict):
        return prepared, None
    where = {key: place for place, key in reversed(list(enumerate(prepared.keys)))}
    texts, proven = [], Proven(path, raw, prepared, [], [])
    for name, rows in parts.items():
        found = [where.get(key) for key in keys_of(rows)]
        found = near(found, rows, prepared) if None in found else found
        missing = found.count(None)
        if missing and name == "features":
            text = f"{missing} of {len(found)} rows that the model was fitted on are not what predict makes of raw rows"
            return Verdict(False, text), None
        if missing == len(found):
            continue  # Rows of another table.
        expected = said[name] if name in said else path.expected(rows)
        here = [at for at, place in enumerate(found) if place is not None]
        places = [place for place in found if place is not None]
        verdict = compare(np.asarray(expected)[here], prepared.given[places])
        verdict = alone(path, raw, prepared, places) if verdict.ok else verdict
        if not verdict.ok:
            return verdict, None
        (proven.fitted if name == "features" else proven.others).extend(proven.alike(places))
        texts.append(f"{len(here)} of {len(found)} {'rows of the fit' if name == 'features' else 'other rows'}")
    return Verdict(True, f"equal predictions for {' and '.join(texts)}"), proven


def prepare_all(path: Path, raw: Any) -> Prepared | Verdict:
    """All rows at once; where that fails, for the notebook leaves out rows that cannot be prepared, one by one."""
    try:
        return path.prepare(raw, list(range(len(raw))))
    except Exception as error:
        reason = error
    single = [one for place in range(min(len(raw), ONE_BY_ONE)) if (one := attempt(path, raw, place))]
    if not single:
        return Verdict(False, f"predict failed: {type(reason).__name__}: {str(reason)[:200]}")
    return path.prepare(raw, [one.places[0] for one in single])


def attempt(path: Path, raw: Any, place: int) -> Prepared | None:
    try:
        return path.prepare(raw, [place])
    except Exception:  # A row that the notebook leaves out.
        return None


def alone(path: Path, raw: Any, prepared: Prepared, places: list[int]) -> Verdict:
    """A row has to be prepared alike, and to get the same prediction, without the others."""
    for place in places[:: max(1, len(places) // ALONE)]:
        row = prepared.places[place]
        one = path.prepare(raw, [row])
        if not same_keys(prepared.keys[place], one.keys[0]):
            return Verdict(False, f"row {row + 1} is prepared otherwise without the others")
        verdict = compare(prepared.given[[place]], one.given)
        if not verdict.ok:
            return Verdict(False, f"row {row + 1} without the others: {verdict.text}")
    return Verdict(True, "")


def same_keys(first: Any, second: Any) -> bool:
    """Numbers may differ by rounding."""
    if first == second or not isinstance(first, bytes) or not isinstance(second, bytes) or len(first) != len(second):
        return first == second
    return np.allclose(np.frombuffer(first), np.frombuffer(second), RELATIVE, ABSOLUTE, equal_nan=True)


def keys_of(rows: Any) -> list[Any]:
    """What each row holds, so that equal rows have equal keys."""
    if hasattr(rows, "tocsr"):
        matrix = rows.tocsr().sorted_indices()
        bounds = zip(matrix.indptr, matrix.indptr[1:], strict=False)
        return [(matrix.indices[a:b].tobytes(), matrix.data[a:b].round(9).tobytes()) for a, b in bounds]
    numbers = as_numbers(rows)
    if numbers is not None:
        return [row.tobytes() for row in numbers]
    return [key_of(row) for row in np.asarray(rows, dtype=object).tolist()]


def key_of(row: Any) -> Any:
    """Of a row of its own: one without its text is numbers, though the table has text."""
    numbers = as_numbers(row)
    return repr(row) if numbers is None else numbers.tobytes()


def as_numbers(rows: Any) -> Any:
    try:
        numbers = np.asarray(rows).astype(float)
    except (TypeError, ValueError):
        return None
    # One form of what is equal: zeros of either sign, any NaN.
    return np.where(np.isnan(numbers), np.nan, numbers) + 0.0


def near(found: list[Any], rows: Any, prepared: Prepared) -> list[Any]:
    """Places of rows that differ by rounding alone: a product of matrices depends on how many rows there are."""
    wanted = None if hasattr(rows, "tocsr") else as_numbers(rows)
    if wanted is None or found.count(None) > NEAR or not all(isinstance(key, bytes) for key in prepared.keys):
        return found
    known = np.array([np.frombuffer(key) for key in prepared.keys])
    flat = wanted.reshape(len(wanted), -1)
    if known.ndim != flat.ndim or known.shape[1] != flat.shape[1]:
        return found
    return [place if place is not None else nearest(flat[at], known) for at, place in enumerate(found)]


def nearest(row: Any, known: Any) -> int | None:
    same = np.isclose(known, row, RELATIVE, ABSOLUTE, equal_nan=True).all(axis=1)
    return int(np.argmax(same)) if same.any() else None


def path_of(result: dict[str, Any], model: str) -> Path | None:
    """The module's way; nothing if somebody took its `predict` out."""
    predict = getattr(sys.modules["pipeline"], "predict", None)
    fitted = next((value for value in result.values() if type(value).__name__ == "Fitted"), None)
    return None if predict is None or fitted is None else Path(predict, fitted, model)
