"""Stands in for an array of two dimensions while `predict` is traced."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

import slipway_nodes as nodes
from slipway_columns import TracedColumn
from slipway_nodes import NODES, Var
from slipway_traced import REAL, Traced, no_form


class TracedMatrix(Traced):
    """An array of two dimensions: columns, and blocks of many that a fitted object gives."""

    breadth = 2

    def __init__(self, blocks: Sequence[TracedColumn | Var], real: Any) -> None:
        self.blocks, self.real = list(blocks), real

    @property
    def var(self) -> Var:
        vars = [block.var if isinstance(block, TracedColumn) else block for block in self.blocks]
        like = next((var for var in vars if not nodes.is_constant(var)), None)
        if like is None:
            raise no_form("an array without a column of the rows")
        return nodes.concat(vars, like)

    @property
    def shape(self) -> tuple[Any, int]:
        return Rows(), self.real.shape[1]

    @property
    def dtype(self) -> Any:
        return self.real.dtype

    def traced_matrix(self) -> TracedMatrix:
        return self

    def traced_names(self) -> list[Any]:
        return [f"x{at}" for at in range(self.real.shape[1])]

    def traced_columns(self) -> list[TracedColumn]:
        if all(isinstance(block, TracedColumn) for block in self.blocks):
            return list(self.blocks)
        return [self.part(at) for at in range(self.real.shape[1])]

    def part(self, at: int) -> TracedColumn:
        return TracedColumn(pd.Series(self.at(at)), lambda: nodes.take(self.var, [at]))

    def at(self, place: Any) -> np.ndarray:
        found = self.real[:, place]
        return np.asarray(found.toarray() if hasattr(found, "toarray") else found).ravel()

    def __getitem__(self, key: Any) -> Any:
        if not isinstance(key, tuple) or len(key) != 2 or not is_all(key[0]):
            raise no_form("what chooses rows")
        places = np.arange(self.real.shape[1])[key[1]]
        if np.ndim(places) == 0:
            return self.traced_columns()[places]
        if all(isinstance(block, TracedColumn) for block in self.blocks):
            return TracedMatrix([self.blocks[place] for place in places], self.real[:, places])
        return TracedMatrix([nodes.take(self.var, places)], self.real[:, places])

    def __setitem__(self, key: Any, value: Any) -> None:
        if not isinstance(key, tuple) or not is_all(key[0]) or not isinstance(key[1], int):
            raise no_form("what changes chosen rows of an array")
        columns = self.traced_columns()
        (columns[key[1]],) = columns_in(value, 1)
        self.blocks = columns
        self.real = pd.concat([column.real for column in columns], axis=1).to_numpy()

    def same(self, *_: Any, **__: Any) -> TracedMatrix:
        return TracedMatrix(self.blocks, self.real)

    copy = toarray = todense = to_numpy = tocsr = same

    def astype(self, kind: Any, **_: Any) -> TracedMatrix:
        if hasattr(self.real, "tocsr"):
            return self.same()
        return TracedMatrix([column.astype(kind) for column in self.traced_columns()], self.real.astype(kind))

    def reshape(self, *shape: Any) -> Any:
        flat = shape[0] if len(shape) == 1 else shape
        if self.real.shape[1] == 1:
            return self.traced_columns()[0].reshape(flat)
        raise no_form("reshape to another width")

    def ravel(self, *_: Any) -> TracedColumn:
        if self.real.shape[1] != 1:
            raise no_form("ravel of several columns")
        return self.traced_columns()[0]

    flatten = squeeze = ravel

    def combined(self, name: str, operands: Sequence[Any]) -> TracedMatrix:
        if name not in NODES:
            raise no_form(f"np.{name}")
        function = REAL.get(name) or getattr(np, name)
        real = function(*(one.real if isinstance(one, Traced) else one for one in operands))
        vars = [one.var if isinstance(one, Traced) else row_of(one) for one in operands]
        return TracedMatrix([NODES[name](*vars)], real)

    def __getattr__(self, name: str) -> Any:
        raise no_form(f".{name} of an array")


class Rows:
    """How many rows there are: that any number may come is all that is known."""

    def __index__(self) -> int:
        raise no_form("how many rows there are")


def row_of(value: Any) -> Var:
    """A plain value for all, or one for each column."""
    if np.ndim(value) == 1:
        return nodes.op.const(np.asarray(value, dtype=np.float64).reshape(1, -1))
    return nodes.constant(value)


def is_all(key: Any) -> bool:
    return isinstance(key, slice) and key == slice(None)


def columns_in(value: Any, count: int) -> list[TracedColumn]:
    """The columns that a stand-in has; raises if they are not as many."""
    found = value.traced_columns()
    if len(found) != count:
        raise no_form("another number of columns than names")
    return found
