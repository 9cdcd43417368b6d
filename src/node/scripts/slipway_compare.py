"""Whether values of two runs are the same: numbers within a tolerance, tables by content, models by predictions."""

import math
import numbers
import re
import sys
from collections.abc import Mapping, Sequence, Set
from typing import Any, NamedTuple

RELATIVE = 1e-9
# Differences of this size are rounding noise around zero.
ABSOLUTE = 1e-12
DEEPEST = 40


class Verdict(NamedTuple):
    """The outcome with what there is to say of it."""

    ok: bool
    text: str


def compare(first: Any, second: Any, path: str = "", depth: int = 0) -> Verdict:
    """Compares by content. `path` says where in the whole value this part is."""
    if first is second:
        return Verdict(True, "equal")
    if is_number(first) and is_number(second):
        return compare_numbers(first, second, path)
    if type(first).__qualname__ != type(second).__qualname__:
        return different(path, type(first).__qualname__, type(second).__qualname__)
    if depth > DEEPEST:
        return Verdict(True, "equal as far as it was looked at")
    for applies, comparison in COMPARISONS:
        if applies(first):
            return comparison(first, second, path, depth)
    return compare_objects(first, second, path, depth)


def different(path: str, first: Any, second: Any) -> Verdict:
    place = f"{path}: " if path else ""
    return Verdict(False, f"{place}{shown(first)} ≠ {shown(second)}")


def shown(value: Any) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 80 else f"{text[:79]}…"


def is_number(value: Any) -> bool:
    return isinstance(value, numbers.Number)


def compare_numbers(first: Any, second: Any, path: str) -> Verdict:
    if first == second or (is_nan(first) and is_nan(second)):
        return Verdict(True, f"{shown(plain(first))}, exactly")
    if isinstance(first, complex) or isinstance(second, complex):
        near = abs(first - second) <= max(RELATIVE * max(abs(first), abs(second)), ABSOLUTE)
    else:
        near = math.isclose(first, second, rel_tol=RELATIVE, abs_tol=ABSOLUTE)
    return (
        Verdict(True, f"{shown(plain(first))}, within {RELATIVE:g}")
        if near
        else different(path, plain(first), plain(second))
    )


def plain(value: Any) -> Any:
    """A NumPy number as Python's, which has the shorter text."""
    return value.item() if hasattr(value, "item") else value


def is_nan(value: Any) -> bool:
    return isinstance(plain(value), float) and math.isnan(value)


def compare_mappings(first: Any, second: Any, path: str, depth: int) -> Verdict:
    if list(first) != list(second) and set(first) != set(second):
        return different(path, list(first), list(second))
    return all_parts(((f"{path}[{key!r}]", first[key], second[key]) for key in first), len(first), depth)


def compare_sequences(first: Any, second: Any, path: str, depth: int) -> Verdict:
    if len(first) != len(second):
        return different(path, f"{len(first)} items", f"{len(second)} items")
    pairs = enumerate(zip(first, second, strict=True))
    return all_parts(((f"{path}[{index}]", one, other) for index, (one, other) in pairs), len(first), depth)


def all_parts(parts: Any, count: int, depth: int) -> Verdict:
    for path, one, other in parts:
        verdict = compare(one, other, path, depth + 1)
        if not verdict.ok:
            return verdict
    return Verdict(True, f"{count} items equal")


def compare_plainly(first: Any, second: Any, path: str, _depth: int) -> Verdict:
    return Verdict(True, shown(first)) if first == second else different(path, first, second)


def compare_arrays(first: Any, second: Any, path: str, depth: int) -> Verdict:
    import numpy as np

    if first.shape != second.shape:
        return different(path, f"shape {first.shape}", f"shape {second.shape}")
    size = " × ".join(map(str, first.shape)) or "1"
    if first.dtype.kind in "fc" or second.dtype.kind in "fc":
        if np.allclose(first, second, rtol=RELATIVE, atol=ABSOLUTE, equal_nan=True):
            return Verdict(True, f"{size} values equal")
        gap = float(np.nanmax(np.abs(first - second)))
        return Verdict(False, f"{path}: largest difference {gap:g} in {size} values".removeprefix(": "))
    if first.dtype.kind == "O":
        return compare_sequences(first.ravel().tolist(), second.ravel().tolist(), path, depth)
    wrong = int(np.sum(first != second))
    if wrong == 0:
        return Verdict(True, f"{size} values equal")
    return Verdict(False, f"{path}: {wrong} of {size} values differ".removeprefix(": "))


def compare_tables(first: Any, second: Any, path: str, _depth: int) -> Verdict:
    from pandas import testing

    check = getattr(testing, f"assert_{TABLES[base_name(first)]}_equal")
    try:
        check(first, second, check_exact=False, rtol=RELATIVE, atol=ABSOLUTE)
    except AssertionError as error:
        reason = " ".join(str(error).split())
        return Verdict(False, f"{path}: {reason}".removeprefix(": ")[:300])
    return Verdict(True, f"{' × '.join(map(str, first.shape))} values equal")


TABLES = {"DataFrame": "frame", "Series": "series", "Index": "index"}


def base_name(value: Any) -> str:
    """Which of pandas' own tables a value is, by its classes; empty if none."""
    names = [kind.__name__ for kind in type(value).__mro__ if kind.__module__.startswith("pandas.")]
    return next((name for name in names if name in TABLES), "")


def compare_tensors(first: Any, second: Any, path: str, depth: int) -> Verdict:
    return compare_arrays(first.detach().cpu().numpy(), second.detach().cpu().numpy(), path, depth)


def compare_sparse(first: Any, second: Any, path: str, depth: int) -> Verdict:
    if first.shape != second.shape:
        return different(path, f"shape {first.shape}", f"shape {second.shape}")
    return compare_arrays(abs(first - second).tocsr().data, 0 * abs(first - second).tocsr().data, path, depth)


def is_array(value: Any) -> bool:
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, numpy.ndarray)


COMPARISONS = (
    (lambda value: isinstance(value, (str, bytes, bytearray, type(None), range)), compare_plainly),
    (is_array, compare_arrays),
    (lambda value: base_name(value) != "", compare_tables),
    (lambda value: hasattr(value, "detach") and hasattr(value, "cpu"), compare_tensors),
    (lambda value: type(value).__module__.startswith("scipy.sparse"), compare_sparse),
    (lambda value: isinstance(value, Mapping), compare_mappings),
    (lambda value: isinstance(value, Set), compare_plainly),
    (lambda value: isinstance(value, Sequence), compare_sequences),
)


def compare_objects(first: Any, second: Any, path: str, depth: int) -> Verdict:
    """Anything else: by its own equality, else by what pickle would keep of it, else by its text."""
    if says_equal(first, second):
        return Verdict(True, "equal")
    try:
        parts = [state(value) for value in (first, second)]
    except Exception:  # Not to be pickled, for whatever reason its class has.
        same = without_address(repr(first)) == without_address(repr(second))
        return Verdict(True, "same text") if same else different(path, first, second)
    verdict = compare(parts[0], parts[1], path or type(first).__name__, depth + 1)
    return Verdict(True, f"{type(first).__name__} with equal content") if verdict.ok else verdict


def says_equal(first: Any, second: Any) -> bool:
    try:
        return bool(first == second)
    except Exception:  # An equality that cannot say yes or no.
        return False


def state(value: Any) -> Any:
    """What rebuilds the value: its class's arguments, its fields, its items."""
    if isinstance(value, type) or callable(value):
        return getattr(value, "__qualname__", None) or repr(value)
    kind, arguments, *rest = value.__reduce_ex__(4)
    fields, items, pairs = [*rest[:3], None, None, None][:3]
    return [getattr(kind, "__qualname__", ""), arguments, fields, list(items or ()), dict(pairs or ())]


def without_address(text: str) -> str:
    return re.sub(r" at 0x[0-9a-f]+", "", text)


def compare_models(first: dict[str, Any], second: dict[str, Any]) -> Verdict:
    """Compares the predictions of two models on the same rows."""
    verdicts = {method: compare(first[method], second.get(method)) for method in first}
    wrong = [f"{method}: {verdict.text}" for method, verdict in verdicts.items() if not verdict.ok]
    if wrong:
        return Verdict(False, "; ".join(wrong))
    rows = len(next(iter(first.values())))
    return Verdict(True, f"{rows} predictions equal ({', '.join(first)})")
