"""What functions of NumPy and pandas do with the stand-ins of `predict`."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pandas as pd

import slipway_nodes as nodes
from slipway_columns import TracedColumn, constant_column, operate
from slipway_matrices import TracedMatrix, columns_in
from slipway_tables import TracedTable, one_row
from slipway_traced import Source, Table, Traced, combine, no_form


def where(condition: Any, *values: Any) -> Any:
    if len(values) != 2:
        raise no_form("np.where that gives places")
    if any(isinstance(one, Traced) and not isinstance(one, TracedColumn) for one in (condition, *values)):
        raise no_form("np.where of whole tables")
    if isinstance(condition, TracedColumn) and not any(isinstance(one, TracedColumn) for one in values):
        return of_truth(condition, lambda one: np.where(one, *values))
    return operate(np.where, nodes.where, condition, *values)


def of_truth(condition: TracedColumn, function: Callable[[Any], Any]) -> TracedColumn:
    """What comes of true and of false."""
    known = condition if isinstance(condition.form, Table) else truths(condition)
    return operate(function, nodes.where, known)


def truths(condition: TracedColumn) -> TracedColumn:
    var = nodes.truth(condition.var)
    source = Source(pd.Series([False, True]), lambda: nodes.op.cast(var, to=np.int64), var)
    return TracedColumn(condition.real.astype(bool), Table(source, source.values))


def select(conditions: Any, choices: Any, default: Any = 0) -> Any:
    found = default
    for condition, choice in reversed(list(zip(conditions, choices, strict=True))):
        found = where(condition, choice, found)
    return found


def clip(values: Any, low: Any = None, high: Any = None, **options: Any) -> Any:
    low, high = options.pop("a_min", low), options.pop("a_max", high)
    return values.clip(low, high)


def isin(values: Any, known: Any, **_: Any) -> Any:
    return values.isin(known)


def rounded(values: Any, decimals: int = 0) -> Any:
    return values.round(decimals)


def nan_to_num(values: Any, nan: float = 0.0, **_: Any) -> Any:
    return values.fillna(nan)


def side_by_side(parts: Any, *_: Any, **__: Any) -> TracedMatrix:
    """Of arrays of one dimension, each is a column."""
    if not all(isinstance(one, Traced) for one in parts):
        raise no_form("rows beside a plain array")
    matrices = [one.traced_matrix() for one in parts]
    reals = [one.real for one in matrices]
    if any(hasattr(real, "tocsr") for real in reals):
        import scipy.sparse

        real = scipy.sparse.hstack(reals).tocsr()
    else:
        real = np.hstack(reals)
    return TracedMatrix([block for one in matrices for block in one.blocks], real)


def hstack(parts: Any, *_: Any, **__: Any) -> TracedMatrix:
    if any(isinstance(one, TracedColumn) for one in parts):
        raise no_form("np.hstack of single columns")
    return side_by_side(parts)


def concatenate(parts: Any, axis: int = 0, **_: Any) -> TracedMatrix:
    if axis not in (1, -1):
        raise no_form("rows below each other")
    return hstack(parts)


def column_by_name(name: str) -> Callable[..., Any]:
    return lambda values, *arguments, **options: getattr(values, name)(*arguments, **options)


NUMPY: dict[Any, Callable[..., Any]] = {
    np.where: where,
    np.select: select,
    np.clip: clip,
    np.isin: isin,
    np.round: rounded,
    np.around: rounded,
    np.nan_to_num: nan_to_num,
    np.hstack: hstack,
    np.column_stack: side_by_side,
    np.concatenate: concatenate,
    np.fix: lambda values: combine("fix", values),
    np.ravel: column_by_name("ravel"),
    np.squeeze: column_by_name("squeeze"),
    np.reshape: column_by_name("reshape"),
    np.copy: column_by_name("copy"),
}


def array(values: Any, *_: Any, **__: Any) -> Any:
    if isinstance(values, Traced):
        return values.to_numpy()
    raise no_form("an array of single rows")


def get_dummies(data: Any, columns: Any = None, prefix: Any = None, **options: Any) -> TracedTable:
    """pandas makes them, of columns whose values can be listed."""
    if isinstance(data, TracedColumn):
        made = dummies_of(data, lambda values, **also: pd.get_dummies(values, prefix=prefix, **{**options, **also}))
        return TracedTable(one_row(list(made), list(made.values())))
    real = data.real
    coded = list(columns) if columns is not None else list(real.select_dtypes(["object", "string", "category"]).columns)
    if not real.columns.is_unique:
        raise no_form("dummies of columns with the same name")
    prefixes = prefix if isinstance(prefix, dict) else dict(zip(coded, given_prefixes(prefix, coded), strict=True))
    kept = [name for name in real.columns if name not in coded]
    names, found = list(kept), [data[name] for name in kept]
    for name in coded:
        made = dummies_of(data[name], as_in_table(prefixes[name], options))
        names, found = [*names, *made], [*found, *made.values()]
    return TracedTable(one_row(names, found))


def as_in_table(prefix: Any, options: dict[str, Any]) -> Callable[..., pd.DataFrame]:
    def make(values: pd.Series, **also: Any) -> pd.DataFrame:
        return pd.get_dummies(values.to_frame(prefix), columns=[prefix], **{**options, **also})

    return make


def given_prefixes(prefix: Any, coded: list[Any]) -> list[Any]:
    if prefix is None:
        return coded
    return list(prefix) if isinstance(prefix, (list, tuple)) else [prefix] * len(coded)


def dummies_of(column: TracedColumn, make: Callable[..., pd.DataFrame]) -> dict[Any, TracedColumn]:
    listed = column if isinstance(column.form, Table) else values_listed(column)

    def one(name: Any) -> TracedColumn:
        def dummy(values: pd.Series) -> pd.Series:
            made = make(values, drop_first=False)
            return made[name] if name in made else pd.Series(False, index=values.index)

        return operate(dummy, nodes.where, listed)

    return {name: one(name) for name in make(listed.real).columns}


def values_listed(column: TracedColumn) -> TracedColumn:
    """A column of numbers by the values that it has; of any other value nothing comes."""
    values = column.real.drop_duplicates().sort_values(ignore_index=True)
    if len(values) > MOST_VALUES or nodes.kind_of(column.var) == "text":
        raise no_form(f"telling apart the many values of {column.name}")
    var = column.var
    return TracedColumn(column.real, Table(Source(values, lambda: nodes.place_of_number(var, values.tolist())), values))


MOST_VALUES = 200


def concat(parts: Any, axis: Any = 0, ignore_index: bool = False, **_: Any) -> TracedTable:
    if axis not in (1, "columns"):
        raise no_form("tables below each other")
    tables = [one.to_frame() if isinstance(one, TracedColumn) else one for one in parts]
    if not all(isinstance(one, TracedTable) for one in tables):
        raise no_form("rows beside a plain table")
    return TracedTable(pd.concat([one.table for one in tables], axis=1, ignore_index=ignore_index))


def cut(column: Any, bins: Any, labels: Any = None, **options: Any) -> TracedColumn:
    """Which of fixed intervals a number lies in."""
    if not isinstance(column, TracedColumn) or np.ndim(bins) != 1 or options.keys() - {"right", "include_lowest"}:
        raise no_form("pd.cut with these arguments")
    edges = [float(edge) for edge in bins]
    # One number of each interval, and one that lies in none.
    inside = [middle(*pair) for pair in zip(edges, edges[1:], strict=False)]
    real = pd.Series(pd.cut(column.real, bins, labels=labels, **options))
    values = pd.Series(pd.cut(pd.Series([*inside, np.nan]), bins, labels=labels, **options))
    var, is_right = nodes.number(column.var), options.get("right", True)
    above = nodes.NODES["less" if is_right else "less_equal"]
    place = nodes.op.const(np.array([[len(inside)]]))
    for at, edge in enumerate(edges[:-1]):
        low = nodes.constant(edge)
        is_in = nodes.NODES["less_equal"](low, var) if options.get("include_lowest") and at == 0 else above(low, var)
        place = nodes.op.where(is_in, nodes.op.const(np.array([[at]])), place)
    beyond = nodes.NODES["greater" if is_right else "greater_equal"](var, nodes.constant(edges[-1]))
    place = nodes.op.where(beyond, nodes.op.const(np.array([[len(inside)]])), place)
    return TracedColumn(real, Table(Source(values, lambda: place), values))


def middle(low: float, high: float) -> float:
    if np.isinf(low):
        return high - 1
    return low + 1 if np.isinf(high) else (low + high) / 2


def to_numeric(column: Any, *arguments: Any, **options: Any) -> Any:
    return operate(lambda one: pd.to_numeric(one, *arguments, **options), nodes.number, column)


def data_frame(data: Any = None, index: Any = None, columns: Any = None, **_: Any) -> Any:
    """A table of what is traced; anything else is a plain one."""
    if isinstance(data, dict) and any(isinstance(one, Traced) for one in data.values()):
        like = next(one for one in data.values() if isinstance(one, TracedColumn))
        found = [one if isinstance(one, TracedColumn) else constant_column(one, like) for one in data.values()]
        return TracedTable(one_row(list(data), found))
    if not isinstance(data, Traced):
        return pd.DataFrame(data, index=index, columns=columns)
    if isinstance(data, TracedTable):
        return TracedTable(data.table[list(columns)].copy()) if columns is not None else data.copy()
    width = 1 if isinstance(data, TracedColumn) else data.real.shape[1]
    names = pd.DataFrame(columns=range(width) if columns is None else columns).columns
    return TracedTable(one_row(names, columns_in(data, width)))


def one_series(data: Any = None, *_: Any, **options: Any) -> Any:
    if not isinstance(data, Traced):
        return pd.Series(data, **options)
    return columns_in(data, 1)[0].rename(options.get("name"))


def replacements() -> dict[int, Any]:
    """The functions that do not ask their arguments, by identity."""
    found = {pd.get_dummies: get_dummies, pd.concat: concat, pd.cut: cut, pd.to_numeric: to_numeric}
    found |= {pd.DataFrame: data_frame, pd.Series: one_series, np.array: array, np.asarray: array}
    found |= dict.fromkeys((pd.isna, pd.isnull), column_by_name("isna"))
    found |= dict.fromkeys((pd.notna, pd.notnull), column_by_name("notna"))
    try:
        import scipy.sparse
    except ImportError:
        return {id(plain): other(plain, traced) for plain, traced in found.items()}
    return {id(plain): other(plain, traced) for plain, traced in (found | {scipy.sparse.hstack: side_by_side}).items()}


def other(plain: Any, traced: Callable[..., Any]) -> Callable[..., Any]:
    """The function for stand-ins, and the plain one for anything else."""

    def called(*arguments: Any, **options: Any) -> Any:
        given = [*arguments, *options.values()]
        held = [one for value in given for one in (value if isinstance(value, (list, tuple)) else [value])]
        held += [one for value in given if isinstance(value, dict) for one in value.values()]
        return (traced if any(isinstance(one, Traced) for one in held) else plain)(*arguments, **options)

    return called


class Library:
    """A library, with other functions in the place of some."""

    def __init__(self, library: Any, known: dict[int, Any]) -> None:
        self.__dict__.update(library=library, known=known)

    def __getattr__(self, name: str) -> Any:
        value = getattr(self.library, name)
        if isinstance(value, types.ModuleType):
            return Library(value, self.known)
        return self.known.get(id(value), value)


@contextmanager
def traced_functions(module: Any) -> Iterator[None]:
    """The module calls the functions for stand-ins meanwhile."""
    known, names = replacements(), vars(module)
    kept = dict(names)
    for name, value in kept.items():
        if isinstance(value, types.ModuleType) and value.__name__.partition(".")[0] in ("pandas", "numpy", "scipy"):
            names[name] = Library(value, known)
        elif id(value) in known:
            names[name] = known[id(value)]
    try:
        yield
    finally:
        names.update(kept)
