"""Stand in for a table and for an array of two dimensions while `predict` is traced.

Which columns there are, and in which order, is left to pandas: a table of one row holds them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

import slipway_nodes as nodes
from slipway_columns import TracedColumn, branched, constant_column
from slipway_matrices import TracedMatrix, columns_in, is_all
from slipway_nodes import Var
from slipway_traced import Traced, combine, no_form

# What only says which columns there are.
STRUCTURAL = ("drop", "rename", "filter", "reindex", "copy", "add_prefix", "add_suffix", "set_axis", "pop", "get")
# What is done with each column by itself.
BY_COLUMN = ("abs", "isna", "isnull", "notna", "notnull", "clip", "round", "isin", "mask", "where", "infer_objects")


class Held:
    """A column in the cell of a table, where pandas does not look into it."""

    def __init__(self, column: TracedColumn) -> None:
        self.column = column


def table_of(columns: dict[Any, TracedColumn]) -> TracedTable:
    return TracedTable(one_row(list(columns), list(columns.values())))


def one_row(names: Any, columns: Sequence[TracedColumn]) -> pd.DataFrame:
    table = pd.DataFrame(np.empty((1, len(columns)), dtype=object), columns=names)
    for at, column in enumerate(columns):
        table.isetitem(at, pd.Series([Held(column)], dtype=object))
    return table


class TracedTable(Traced):
    """A table. It is changed in place, as pandas does it."""

    breadth = 3

    def __init__(self, table: pd.DataFrame) -> None:
        self.__dict__["table"] = table

    def traced_columns(self) -> list[TracedColumn]:
        """Its columns; one that only fills up is the same for all rows."""
        cells = [self.table.iat[0, at] for at in range(self.table.shape[1])]
        like = next((cell.column for cell in cells if isinstance(cell, Held)), None)
        if like is None and cells:
            raise no_form("a table without a column of the rows")
        return [cell.column if isinstance(cell, Held) else constant_column(cell, like) for cell in cells]

    @property
    def real(self) -> pd.DataFrame:
        columns = [column.real for column in self.traced_columns()]
        found = pd.concat(columns, axis=1, ignore_index=True) if columns else pd.DataFrame()
        found.columns = self.table.columns
        return found

    @property
    def columns(self) -> Any:
        return self.table.columns

    @property
    def values(self) -> TracedMatrix:
        return self.to_numpy()

    def traced_matrix(self) -> TracedMatrix:
        return self.to_numpy()

    def traced_names(self) -> list[Any]:
        return list(self.table.columns)

    @property
    def dtypes(self) -> Any:
        return self.real.dtypes

    @property
    def loc(self) -> Locator:
        return Locator(self, lambda: self.table.loc)

    @property
    def iloc(self) -> Locator:
        return Locator(self, lambda: self.table.iloc)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.table.columns)

    def __contains__(self, name: Any) -> bool:
        return name in self.table.columns

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, (Traced, slice)):
            raise no_form("what chooses rows")
        return self.part(self.table[key])

    def part(self, found: Any) -> Any:
        """A table of some of the columns, or one of them."""
        if isinstance(found, pd.DataFrame):
            if len(found) != 1:
                raise no_form("what chooses rows")
            return TracedTable(found.copy())
        if not isinstance(found, pd.Series) or not isinstance(found.iat[0], Held):
            raise no_form("what does not give columns")
        column = found.iat[0].column
        shown = TracedColumn(column.real.rename(found.name), column.made, column.raw)
        shown.owner = lambda changed: self.put(found.name, changed)
        return shown

    def put(self, name: Any, column: TracedColumn) -> None:
        self.table[name] = pd.Series([Held(column)], dtype=object)

    def __setitem__(self, key: Any, value: Any) -> None:
        if isinstance(key, (list, pd.Index, np.ndarray)):
            parts = columns_in(value, len(key)) if isinstance(value, Traced) else [value] * len(key)
            for name, one in zip(key, parts, strict=True):
                self[name] = one
            return
        if isinstance(key, (Traced, slice)):
            raise no_form("what changes chosen rows")
        self.put(key, self.entry(value))

    def entry(self, value: Any) -> TracedColumn:
        if isinstance(value, Traced):
            (column,) = columns_in(value, 1)
            return TracedColumn(column.real, column.made, column.raw)
        if not isinstance(value, (str, int, float, np.number, np.bool_, type(None))):
            raise no_form(f"a column that is a {type(value).__name__}")
        return constant_column(value, self.traced_columns()[0])

    def __delitem__(self, key: Any) -> None:
        del self.table[key]

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "columns":
            self.table.columns = value
        elif name in self.table.columns:
            self[name] = value
        else:
            raise no_form(f"setting .{name}")

    def __getattr__(self, name: str) -> Any:
        if name in STRUCTURAL:
            return self.structural(name)
        if name in BY_COLUMN:
            return lambda *arguments, **options: self.each(
                lambda _, column: getattr(column, name)(*arguments, **options)
            )
        if name.startswith("__") or name not in self.table.columns:
            raise no_form(f"DataFrame.{name}")
        return self[name]

    def structural(self, name: str) -> Callable[..., Any]:
        def done(*arguments: Any, **options: Any) -> Any:
            found = getattr(self.table, name)(*arguments, **options)
            return None if found is None else self.part(found)

        return done

    def each(self, change: Callable[[Any, TracedColumn], Any]) -> TracedTable:
        names = self.table.columns
        changed = [change(name, column) for name, column in zip(names, self.traced_columns(), strict=True)]
        return TracedTable(one_row(names, changed))

    def replaced(self, other: TracedTable, inplace: bool) -> TracedTable | None:
        if not inplace:
            return other
        self.__dict__["table"] = other.table
        return None

    def reset_index(self, drop: bool = False, inplace: bool = False) -> TracedTable | None:
        if not drop:
            raise no_form("the index as a column")
        return None if inplace else TracedTable(self.table.copy())

    def fillna(self, value: Any = None, inplace: bool = False) -> TracedTable | None:
        known = dict(value) if isinstance(value, (dict, pd.Series)) else None

        def change(name: Any, column: TracedColumn) -> Any:
            if known is not None:
                return column.fillna(known[name]) if name in known else column
            return column.fillna(value)

        return self.replaced(self.each(change), inplace)

    def replace(self, old: Any = None, new: Any = None, inplace: bool = False, **options: Any) -> TracedTable | None:
        by_column = isinstance(old, dict) and any(isinstance(value, dict) for value in old.values())

        def change(name: Any, column: TracedColumn) -> Any:
            if by_column:
                return column.replace(old[name], **options) if name in old else column
            return column.replace(old, new, **options)

        return self.replaced(self.each(change), inplace)

    def astype(self, kind: Any, **_: Any) -> TracedTable:
        if not isinstance(kind, (dict, pd.Series)):
            return self.each(lambda _, column: column.astype(kind))
        known = dict(kind)
        return self.each(lambda name, column: column.astype(known[name]) if name in known else column)

    def assign(self, **columns: Any) -> TracedTable:
        found = TracedTable(self.table.copy())
        for name, value in columns.items():
            found[name] = value(found) if callable(value) else value
        return found

    def insert(self, place: int, name: Any, value: Any) -> None:
        self.table.insert(place, name, pd.Series([Held(self.entry(value))], dtype=object))

    def applymap(self, function: Callable[..., Any]) -> TracedTable:
        return self.each(lambda _, column: column.apply(function))

    map = applymap

    def apply(self, function: Any, axis: Any = 0, **options: Any) -> Any:
        if axis in (1, "columns"):
            return branched(self.real.apply(function, axis=1, **options), lambda: function(Row(self), **options))
        return self.each(lambda _, column: function(column, **options))

    def select_dtypes(self, include: Any = None, exclude: Any = None) -> TracedTable:
        chosen = self.real.head(0).T.reset_index(drop=True).T.astype(dict(enumerate(self.real.dtypes)))
        return self.part(self.table.iloc[:, list(chosen.select_dtypes(include, exclude).columns)])

    def join(self, other: Any) -> TracedTable:
        return TracedTable(pd.concat([self.table, other.table], axis=1))

    def to_numpy(self, *_: Any, **__: Any) -> TracedMatrix:
        return TracedMatrix(self.traced_columns(), self.real.to_numpy())

    def across(self, axis: Any, name: str, options: dict[str, Any]) -> TracedColumn:
        """One value a row, of all its columns."""
        if axis not in (1, "columns") or options or any(column.has_missing for column in self.traced_columns()):
            raise no_form(f"{name} with these arguments")
        real = getattr(self.real, name)(axis=1)
        matrix = self.to_numpy().var
        return TracedColumn(real, ACROSS[name](matrix))

    def sum(self, axis: Any = 0, **options: Any) -> TracedColumn:
        return self.across(axis, "sum", options)

    def mean(self, axis: Any = 0, **options: Any) -> TracedColumn:
        return self.across(axis, "mean", options)

    def max(self, axis: Any = 0, **options: Any) -> TracedColumn:
        return self.across(axis, "max", options)

    def min(self, axis: Any = 0, **options: Any) -> TracedColumn:
        return self.across(axis, "min", options)

    def combined(self, name: str, operands: Sequence[Any]) -> TracedTable:
        """Column by column; a series of the training's has a value for each column."""

        def entry(operand: Any, at: int, column: Any) -> Any:
            if isinstance(operand, TracedTable):
                return operand.traced_columns()[at] if operand is self else operand[column]
            return operand[column] if isinstance(operand, pd.Series) else operand

        if any(isinstance(one, TracedColumn) for one in operands):
            raise no_form("a table beside one column")
        names = list(self.table.columns)
        rows = [[entry(operand, at, column) for operand in operands] for at, column in enumerate(names)]
        return TracedTable(one_row(self.table.columns, [combine(name, *row) for row in rows]))


AXIS = nodes.op.const(np.array([1]))
ACROSS: dict[str, Callable[[Var], Var]] = {
    "sum": lambda var: nodes.op.reduce_sum(var, AXIS, keepdims=1),
    "mean": lambda var: nodes.op.reduce_mean(var, AXIS, keepdims=1),
    "max": lambda var: nodes.op.reduce_max(var, AXIS, keepdims=1),
    "min": lambda var: nodes.op.reduce_min(var, AXIS, keepdims=1),
}


class Locator:
    """`.loc` and `.iloc`: columns of all rows; a condition says which rows are changed."""

    def __init__(self, table: TracedTable, get: Callable[[], Any]) -> None:
        self.table, self.get = table, get

    def __getitem__(self, key: Any) -> Any:
        if not isinstance(key, tuple) or not is_all(key[0]):
            raise no_form("what chooses rows")
        return self.table.part(self.get()[key])

    def __setitem__(self, key: Any, value: Any) -> None:
        rows, names = key if isinstance(key, tuple) else (key, slice(None))
        listed = list(names) if isinstance(names, (list, pd.Index)) else [names]
        listed = list(self.table.columns) if is_all(names) else listed
        for name in listed:
            if is_all(rows):
                self.table[name] = value
            elif isinstance(rows, TracedColumn) and name in self.table.columns:
                self.table[name] = self.table[name].mask(rows, value)
            else:
                raise no_form("what changes rows by their place, or sets some rows of a new column")


class Row:
    """A row of a table, as a function that goes through the rows sees it."""

    def __init__(self, table: TracedTable) -> None:
        self.table = table

    def __getitem__(self, name: Any) -> TracedColumn:
        if isinstance(name, (list, pd.Index)):
            raise no_form("several columns of a row")
        return self.table[name]

    def __getattr__(self, name: str) -> TracedColumn:
        return self.table[name]

    def __iter__(self) -> Iterator[TracedColumn]:
        return iter(self.table.traced_columns())
