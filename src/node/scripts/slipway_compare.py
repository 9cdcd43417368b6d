"""Whether values of two runs are the same: numbers within a tolerance, tables by content, models by predictions.

Objects are compared by what they hold, whatever their own equality says: by default it asks for one object.
"""

import functools
import inspect
import math
import numbers
import sys
import types
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from typing import Any, NamedTuple

from slipway_values import without_addresses

RELATIVE = 1e-9
# Differences of this size are rounding noise around zero.
ABSOLUTE = 1e-12
# When something ran, how long, and where it lies in memory is never the same twice; what was asked for last is no state of a model.
# Names of scikit-learn, lifelines, statsmodels.
PASSING = {
    *("predict_start", "predict_end", "predict_dates"),
    *("fit_time", "score_time", "refit_time_", "_stop_words_id", "_time_fit_was_called"),
    *("mean_fit_time", "std_fit_time", "mean_score_time", "std_score_time"),
}


class Verdict(NamedTuple):
    """The outcome with what there is to say of it."""

    ok: bool
    text: str


def compare(first: Any, second: Any) -> Verdict:
    """Compares by content."""
    try:
        return Comparison().compare(first, second, "")
    except RecursionError:
        return Verdict(False, "nested too deeply to be compared")


def compare_models(first: dict[str, Any], second: dict[str, Any]) -> Verdict:
    """Compares the predictions of two models on the same rows."""
    verdicts = {method: compare(first[method], second.get(method)) for method in first}
    wrong = [f"{method}: {verdict.text}" for method, verdict in verdicts.items() if not verdict.ok]
    if wrong:
        return Verdict(False, "; ".join(wrong))
    rows = rows_in(next(iter(first.values())))
    return Verdict(True, f"{rows} prediction{'' if rows == 1 else 's'} equal ({', '.join(first)})")


def rows_in(said: Any) -> int:
    """How many predictions these are: a model of the notebook's own may be asked for one alone, a number."""
    shape = getattr(said, "shape", None)
    if shape is None:
        return len(said) if hasattr(said, "__len__") else 1
    return shape[0] if shape else 1


Part = tuple[str, Any, Any]


class Comparison:
    """One comparison. It remembers the pairs that it has begun with: values may hold themselves."""

    def __init__(self) -> None:
        # With the values, so that no other value takes the place in memory of one that was looked at.
        self.begun: dict[tuple[int, int], tuple[Any, Any]] = {}

    def compare(self, first: Any, second: Any, path: str) -> Verdict:
        """`path` says where in the whole value this part is."""
        if first is second:
            return Verdict(True, "equal")
        if isinstance(first, numbers.Number) and isinstance(second, numbers.Number):
            return compare_numbers(first, second, path)
        if isinstance(first, str) and isinstance(second, str):
            return compare_texts(first, second, path)
        if kind_of(first) != kind_of(second):
            return different(path, kind_of(first), kind_of(second))
        pair = (id(first), id(second))
        if pair in self.begun:
            return Verdict(True, "equal")
        self.begun[pair] = (first, second)
        method = next((method for applies, method in METHODS if applies(first)), Comparison.objects)
        return method(self, first, second, path)

    def parts(self, parts: Iterable[Part], text: str) -> Verdict:
        for path, one, other in parts:
            verdict = self.compare(one, other, path)
            if not verdict.ok:
                return verdict
        return Verdict(True, text)

    def mappings(self, first: Any, second: Any, path: str) -> Verdict:
        if len(first) != len(second):
            return different(path, list(first), list(second))
        if any(key not in second for key in first):
            # Keys that are equal in content alone: NaN, objects.
            return self.sequences(ordered(first.items()), ordered(second.items()), path)
        keys = [key for key in first if not (isinstance(key, str) and key in PASSING)]
        return self.parts(((f"{path}[{key!r}]", first[key], second[key]) for key in keys), f"{len(first)} items equal")

    def sequences(self, first: Any, second: Any, path: str) -> Verdict:
        if len(first) != len(second):
            return different(path, f"{len(first)} items", f"{len(second)} items")
        pairs = enumerate(zip(first, second, strict=True))
        parts = ((f"{path}[{index}]", one, other) for index, (one, other) in pairs)
        return self.parts(parts, f"{len(first)} items equal")

    def sets(self, first: Any, second: Any, path: str) -> Verdict:
        if first == second:
            return Verdict(True, f"{len(first)} items equal")
        return self.sequences(ordered(first), ordered(second), path)

    def arrays(self, first: Any, second: Any, path: str) -> Verdict:
        import numpy as np

        if first.shape != second.shape:
            return different(path, f"shape {first.shape}", f"shape {second.shape}")
        kinds = {first.dtype.kind, second.dtype.kind}
        if len(kinds) > 1 and not kinds <= set("biufc"):
            return different(path, str(first.dtype), str(second.dtype))
        size = " × ".join(map(str, first.shape)) or "1"
        if isinstance(first, np.ma.MaskedArray):
            return self.masked(first, second, path)
        if first.dtype.names:
            parts = ((f"{path}[{name!r}]", first[name], second[name]) for name in first.dtype.names)
            return self.parts(parts, f"{size} rows equal")
        if kinds == {"O"}:
            return self.sequences(first.ravel().tolist(), second.ravel().tolist(), path)
        return self.plain_arrays(first, second, path, size)

    def masked(self, first: Any, second: Any, path: str) -> Verdict:
        parts = [(f"{path}.mask", first.mask, second.mask), (path, first.filled(), second.filled(first.fill_value))]
        return self.parts(parts, f"{first.size} values equal")

    def plain_arrays(self, first: Any, second: Any, path: str, size: str) -> Verdict:
        import numpy as np

        kinds = {first.dtype.kind, second.dtype.kind}
        same = np.isclose(first, second, RELATIVE, ABSOLUTE, equal_nan=True) if kinds & set("fc") else first == second
        if kinds <= set("mM"):
            same |= np.isnat(first) & np.isnat(second)
        if np.all(same):
            return Verdict(True, f"{size} values equal")
        return Verdict(False, f"{path}: {gap(first, second, same)} of {size} values differ".removeprefix(": "))

    def tables(self, first: Any, second: Any, path: str) -> Verdict:
        from pandas import testing

        kind = base_name(first)
        if kind == "DataFrame":
            return self.columns(first, second, path)
        check = getattr(testing, f"assert_{TABLES[kind]}_equal")
        try:
            check(first, second, check_exact=False, rtol=RELATIVE, atol=ABSOLUTE)
        except Exception as error:  # AssertionError, or what an object in it says of being compared.
            if str(first.dtype) == str(second.dtype) in OF_OBJECTS and len(first) == len(second):
                index = [(f"{path}.index", first.index, second.index)] if kind == "Series" else []
                return self.parts([*index, (path, list(first), list(second))], f"{len(first)} values equal")
            reason = " ".join(str(error).split())
            return Verdict(False, f"{path}: {reason}".removeprefix(": ")[:300])
        return Verdict(True, f"{' × '.join(map(str, first.shape))} values equal")

    def columns(self, first: Any, second: Any, path: str) -> Verdict:
        names = self.compare(first.columns, second.columns, f"{path}.columns")
        if not names.ok:
            return names
        kept = [place for place, name in enumerate(first.columns) if not (isinstance(name, str) and name in PASSING)]
        columns = ((f"{path}[{first.columns[at]!r}]", first.iloc[:, at], second.iloc[:, at]) for at in kept)
        parts = [(f"{path}.index", first.index, second.index), *columns]
        return self.parts(parts, f"{' × '.join(map(str, first.shape))} values equal")

    def frames(self, first: Any, second: Any, path: str) -> Verdict:
        """The tables of Polars."""
        if first.schema != second.schema:
            return different(path, dict(first.schema), dict(second.schema))
        parts = ((f"{path}[{name!r}]", first[name].to_list(), second[name].to_list()) for name in first.columns)
        return self.parts(parts, f"{' × '.join(map(str, first.shape))} values equal")

    def tensors(self, first: Any, second: Any, path: str) -> Verdict:
        return self.arrays(from_torch(first), from_torch(second), path)

    def networks(self, first: Any, second: Any, path: str) -> Verdict:
        """Those of Keras, whose pickles hold the time."""
        return self.sequences(first.get_weights(), second.get_weights(), f"{path} weights".strip())

    def sparse(self, first: Any, second: Any, path: str) -> Verdict:
        if first.shape != second.shape:
            return different(path, f"shape {first.shape}", f"shape {second.shape}")
        filled = [value.tocoo() for value in (first, second)]
        if filled[0].nnz == filled[1].nnz:
            entries = [ordered(zip(*map(list, (*places(value), value.data)), strict=True)) for value in filled]
            return self.sequences(*entries, path)
        return different(path, f"{filled[0].nnz} entries", f"{filled[1].nnz} entries")

    def figures(self, first: Any, second: Any, path: str) -> Verdict:
        """Those of matplotlib, and what holds one: by what they look like."""
        return self.arrays(pixels(first), pixels(second), path)

    def drawn(self, first: Any, second: Any, path: str) -> Verdict:
        """What is drawn in a figure: the axes that a model keeps hold places in memory, and what was drawn after the fit."""
        return self.figures(first, second, path) if path == "" else self.classes(type(first), type(second), path)

    def classes(self, first: Any, second: Any, path: str) -> Verdict:
        return self.compare(first.__name__, second.__name__, path)

    def objects(self, first: Any, second: Any, path: str) -> Verdict:
        """Anything else: by its own equality, else by what pickle would keep of it, else by its text."""
        if says_equal(first, second):
            return Verdict(True, "equal")
        try:
            states = without_kept_numbers(state(first), state(second))
        except Exception:  # Not to be pickled, for whatever reason its class has.
            states = without_addresses(repr(first)), without_addresses(repr(second))
        verdict = self.compare(*states, path or type(first).__name__)
        return Verdict(True, f"{type(first).__name__} with equal content") if verdict.ok else verdict


def different(path: str, first: Any, second: Any) -> Verdict:
    place = f"{path}: " if path else ""
    return Verdict(False, f"{place}{shown(first)} ≠ {shown(second)}")


def shown(value: Any) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 80 else f"{text[:79]}…"


def compare_numbers(first: Any, second: Any, path: str) -> Verdict:
    if first == second or (first != first and second != second):
        return Verdict(True, f"{shown(plain(first))}, exactly")
    if is_near(first, second):
        return Verdict(True, f"{shown(plain(first))}, within {RELATIVE:g}")
    return different(path, plain(first), plain(second))


def is_near(first: Any, second: Any) -> bool:
    if isinstance(first, numbers.Complex) and not isinstance(first, numbers.Real):
        return bool(abs(first - second) <= max(RELATIVE * max(abs(first), abs(second)), ABSOLUTE))
    try:
        return math.isclose(first, second, rel_tol=RELATIVE, abs_tol=ABSOLUTE)
    except (OverflowError, TypeError):  # Whole numbers beyond a float; a complex one beside a real one.
        return False


def plain(value: Any) -> Any:
    """A NumPy number as Python's, which has the shorter text."""
    return value.item() if hasattr(value, "item") else value


def compare_texts(first: str, second: str, path: str) -> Verdict:
    if first == second or without_addresses(first) == without_addresses(second):
        return Verdict(True, shown(str(first)))
    return different(path, str(first), str(second))


def compare_plainly(_: Comparison, first: Any, second: Any, path: str) -> Verdict:
    return Verdict(True, shown(first)) if first == second else different(path, first, second)


def gap(first: Any, second: Any, same: Any) -> str:
    """How many values differ, and by how much at most."""
    import numpy as np

    count = int(np.size(same) - np.sum(same))
    if first.dtype.kind not in "fc" or second.dtype.kind not in "fc":
        return str(count)
    with np.errstate(invalid="ignore"):
        gaps = np.abs(first - second)
    gaps = gaps[gaps > 0]
    return f"{count}, by up to {float(np.max(gaps)):g}," if gaps.size else str(count)


def ordered(items: Iterable[Any]) -> list[Any]:
    """Items of a set in an order that does not depend on where they lie in memory."""

    def place(item: Any) -> tuple[str, str]:
        try:
            held = repr(state(item))
        except Exception:  # Not to be pickled.
            held = repr(item)
        return type(item).__name__, without_addresses(held)

    return sorted(items, key=place)


# Types of pandas' columns whose values have to be looked at one by one.
OF_OBJECTS = ("object", "str", "string")
TABLES = {
    "Series": "series",
    "Index": "index",
    "ExtensionArray": "extension_array",
    "DataFrame": "frame",
}


def base_name(value: Any) -> str:
    """Which of pandas' own tables a value is, by its classes; empty if none."""
    names = [kind.__name__ for kind in type(value).__mro__ if kind.__module__.partition(".")[0] == "pandas"]
    return next((name for name in names if name in TABLES), "")


def kind_of(value: Any) -> str:
    """A range of numbers may be the index that lists them: pandas takes the one for the other."""
    return base_name(value) or type(value).__qualname__


def from_torch(tensor: Any) -> Any:
    tensor = tensor.detach().cpu()
    tensor = tensor.to_dense() if "sparse" in str(tensor.layout) else tensor
    return (tensor.float() if str(tensor.dtype) == "torch.bfloat16" else tensor).numpy()


def places(sparse: Any) -> Any:
    return getattr(sparse, "coords", None) or (sparse.row, sparse.col)


def pixels(value: Any) -> Any:
    """A figure of matplotlib as it is drawn; one of seaborn's grids holds it."""
    import numpy as np
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    canvas = FigureCanvasAgg(getattr(value, "figure", None) or value)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())


def comes_from(value: Any, package: str) -> bool:
    return any(kind.__module__.partition(".")[0] == package for kind in type(value).__mro__)


def is_array(value: Any) -> bool:
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, numpy.ndarray)


def is_sparse(value: Any) -> bool:
    return comes_from(value, "scipy") and hasattr(value, "tocoo")


def is_figure(value: Any) -> bool:
    return hasattr(value, "savefig") and (comes_from(value, "matplotlib") or comes_from(value, "seaborn"))


def is_drawn(value: Any) -> bool:
    return comes_from(value, "matplotlib") and getattr(value, "figure", None) is not None


METHODS: Sequence[tuple[Callable[[Any], bool], Callable[..., Verdict]]] = (
    (lambda value: isinstance(value, (bytes, bytearray, range)), compare_plainly),
    (is_array, Comparison.arrays),
    (lambda value: base_name(value) != "", Comparison.tables),
    (lambda value: comes_from(value, "polars") and type(value).__name__ == "DataFrame", Comparison.frames),
    (lambda value: comes_from(value, "torch") and hasattr(value, "detach"), Comparison.tensors),
    (lambda value: comes_from(value, "keras") and hasattr(value, "get_weights"), Comparison.networks),
    (is_sparse, Comparison.sparse),
    (is_figure, Comparison.figures),
    (is_drawn, Comparison.drawn),
    (lambda value: isinstance(value, (type, types.FunctionType, types.BuiltinFunctionType)), Comparison.classes),
    (lambda value: isinstance(value, Mapping), Comparison.mappings),
    (lambda value: isinstance(value, Set), Comparison.sets),
    (lambda value: isinstance(value, Sequence), Comparison.sequences),
)


def says_equal(first: Any, second: Any) -> bool:
    try:
        return bool(first == second)
    except Exception:  # An equality that cannot say yes or no.
        return False


def state(value: Any) -> Any:
    """What rebuilds the value: its class's arguments, its fields, its items."""
    reduced = value.__reduce_ex__(4)
    if isinstance(reduced, str):
        return reduced
    kind, arguments, *rest = reduced
    fields, items, pairs = [*rest[:3], None, None, None][:3]
    if isinstance(fields, dict):
        fields = {key: held for key, held in fields.items() if is_content(type(value), str(key))}
    return [getattr(kind, "__name__", ""), arguments, fields, list(items or ()), dict(pairs or ())]


def without_kept_numbers(first: Any, second: Any) -> tuple[Any, Any]:
    """Without private numbers that only one of two objects has: it was asked for something that the other was not."""
    if not all(isinstance(one, list) and isinstance(one[2], dict) for one in (first, second)):
        return first, second
    lone = {
        key
        for key, held in {**first[2], **second[2]}.items()
        if (key in first[2]) != (key in second[2]) and str(key).startswith("_") and isinstance(held, (int, float))
    }
    plain = [{key: held for key, held in one[2].items() if key not in lone} for one in (first, second)]
    return [*first[:2], plain[0], *first[3:]], [*second[:2], plain[1], *second[3:]]


def is_content(kind: type, field: str) -> bool:
    """Not what was kept to be quicker: it is there if the object was asked before, and exploration asks much."""
    is_kept = isinstance(inspect.getattr_static(kind, field, None), functools.cached_property)
    return not is_kept and field not in PASSING and not field.startswith(("_cache", "_tmp"))
