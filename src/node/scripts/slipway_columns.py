"""Stands in for a column while `predict` is traced: its values, computed by pandas, and how ONNX computes them.

A column that is made of one with few possible values is a table: pandas itself says once what comes of each of them,
whatever the code does with it, and the graph looks it up. Any other column is a node, and knows what ONNX can do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

import slipway_nodes as nodes
from slipway_forks import explored, is_constant, leaves
from slipway_nodes import NODES, Node, Var
from slipway_onnx import is_missing
from slipway_traced import REAL, Form, Source, Table, Traced, no_form, node_of


def operate(function: Callable[..., Any], node: Node, *operands: Any) -> TracedColumn:
    """The column that pandas gives by `function` and ONNX by `node`. Operands may be plain values."""
    columns = [one for one in operands if isinstance(one, TracedColumn)]
    real = series(function(*(one.real if isinstance(one, TracedColumn) else one for one in operands)))
    sources = {id(one.form.source) for one in columns if isinstance(one.form, Table) and one.form.source is not None}
    if all(isinstance(one.form, Table) for one in columns) and len(sources) <= 1:
        source = next((one.form.source for one in columns if one.form.source is not None), None)
        values = series(function(*(entries(one, source) for one in operands)))
        return TracedColumn(real, Table(source, values))
    var = node(*map(var_of, operands))
    return TracedColumn(real, nodes.truth(var) if real.dtype == bool else var)


def var_of(operand: Any) -> Var:
    return operand.var if isinstance(operand, TracedColumn) else nodes.constant(operand)


def entries(operand: Any, source: Source | None) -> Any:
    """What an operand is for each value of a source; a constant is so for all."""
    if not isinstance(operand, TracedColumn):
        return operand
    form = operand.form
    return form.values if form.source is source else form.values.iloc[0]


def series(values: Any) -> pd.Series:
    if isinstance(values, pd.Series):
        return values
    if np.ndim(values) != 1:
        raise no_form("what does not give a value a row")
    return pd.Series(values)


def constant_column(value: Any, like: TracedColumn) -> TracedColumn:
    real = pd.Series([value] * len(like.real))
    return TracedColumn(real, Table(None, real.head(1)))


class TracedColumn(Traced):
    """A column of a table, or an array of one dimension."""

    def __init__(self, real: pd.Series, form: Form | Callable[[], Form], raw: str | None = None) -> None:
        """`raw`: the name of the raw column that it is."""
        self.real, self.made, self.raw = real, form, raw
        self.owner: Callable[[TracedColumn], None] | None = None

    def combined(self, name: str, operands: Sequence[Any]) -> TracedColumn:
        function = REAL.get(name) or getattr(np, name)
        return operate(function, lambda *vars: node_of(name, vars, operands), *operands)

    @property
    def form(self) -> Form:
        """Made when it is asked for: columns that nobody uses may hold anything."""
        if not isinstance(self.made, (Table, Var)):
            self.made = self.made()
        return self.made

    @property
    def var(self) -> Var:
        return self.form.var if isinstance(self.form, Table) else self.form

    @property
    def values(self) -> TracedColumn:
        return self

    def traced_columns(self) -> list[TracedColumn]:
        return [self]

    def traced_matrix(self) -> Any:
        return self.reshape(-1, 1)

    def traced_names(self) -> list[Any]:
        return ["x0"]

    @property
    def name(self) -> Any:
        return self.real.name

    @property
    def dtype(self) -> Any:
        return self.real.dtype

    @property
    def has_missing(self) -> bool:
        return bool(self.real.isna().any())

    @property
    def str(self) -> Any:
        return Texts(self) if not isinstance(self.form, Table) else Part(self, lambda values: values.str)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or not isinstance(self.form, Table):
            raise no_form(f".{name}")
        return Part(self, lambda values: values).__getattr__(name)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, tuple) and key == (slice(None), None):
            return self.reshape(-1, 1)
        raise no_form("what chooses rows")

    def __setitem__(self, condition: Any, value: Any) -> None:
        if not isinstance(condition, TracedColumn):
            raise no_form("what changes rows by their place")
        self.changed(self.mask(condition, value))

    def changed(self, column: TracedColumn) -> None:
        """In place: what pandas before version 3 does to the table that the column is of, too."""
        if self.owner is not None and int(pd.__version__.partition(".")[0]) < 3:
            self.owner(column)
        self.real, self.made, self.raw = column.real, column.made, None

    def result(self, column: TracedColumn, inplace: bool) -> TracedColumn | None:
        if not inplace:
            return column
        self.changed(column)
        return None

    def same(self, *_: Any, **__: Any) -> TracedColumn:
        return TracedColumn(self.real, self.made, self.raw)

    copy = ravel = flatten = squeeze = to_numpy = tolist = to_list = infer_objects = reset_index = same

    def rename(self, name: Any = None, **_: Any) -> TracedColumn:
        return TracedColumn(self.real.rename(name), self.made)

    def to_frame(self, name: Any = None) -> Any:
        from slipway_tables import table_of

        return table_of({self.name if name is None else name: self})

    def reshape(self, *shape: Any) -> Any:
        from slipway_matrices import TracedMatrix

        flat = shape[0] if len(shape) == 1 else shape
        if flat in (-1, (-1,)):
            return self.same()
        if tuple(flat)[1:] != (1,):
            raise no_form("reshape to another width")
        return TracedMatrix([self], self.real.to_numpy().reshape(-1, 1))

    def isna(self) -> TracedColumn:
        return operate(lambda one: one.isna(), nodes.missing if self.has_missing else self.never, self)

    def never(self, var: Var) -> Var:
        """What is not missing in any row is an empty text, and is no missing one."""
        return NODES["not_equal"](var, var) if nodes.kind_of(var) != "text" else nodes.equals_text(var, "\0")

    def notna(self) -> TracedColumn:
        return ~self.isna()

    isnull, notnull = isna, notna

    def fillna(self, value: Any = None, inplace: bool = False) -> TracedColumn | None:
        if value is None:
            raise no_form("fillna without a value")
        if not self.has_missing and not isinstance(self.form, Table):
            return self.result(self.same(), inplace)
        found = operate(
            lambda one, other: one.fillna(other),
            lambda one, other: nodes.where(nodes.missing(one), other, one),
            self,
            column_like(value, self),
        )
        return self.result(found, inplace)

    def astype(self, kind: Any, **_: Any) -> TracedColumn:
        return operate(lambda one: one.astype(kind), lambda var: self.cast(var, kind), self)

    def cast(self, var: Var, kind: Any) -> Var:
        wanted = self.real.astype(kind).dtype
        if nodes.kind_of(var) == "text":
            if pd.api.types.is_string_dtype(wanted) or wanted.kind == "O":
                return var
            raise no_form("making numbers of texts")
        if pd.api.types.is_bool_dtype(wanted):
            return nodes.truth(var)
        if pd.api.types.is_integer_dtype(wanted):
            return NODES["trunc"](var)
        if pd.api.types.is_float_dtype(wanted):
            return self.rounded(var, wanted)
        raise no_form(f"astype({kind!r}) of numbers")

    def rounded(self, var: Var, wanted: Any) -> Var:
        return nodes.number(nodes.tensor(nodes.number(var), "float32")) if wanted == np.float32 else nodes.number(var)

    def where(self, condition: TracedColumn, other: Any = np.nan, **_: Any) -> TracedColumn:
        return self.chosen(lambda one, keep, new: one.where(keep, new), condition, other, keeps=True)

    def mask(self, condition: TracedColumn, other: Any = np.nan, **_: Any) -> TracedColumn:
        return self.chosen(lambda one, change, new: one.mask(change, new), condition, other, keeps=False)

    def chosen(self, real: Callable[..., Any], condition: Any, other: Any, keeps: bool) -> TracedColumn:
        def node(one: Var, asked: Var, new: Var) -> Var:
            new = nodes.constant("") if is_missing(other) and nodes.kind_of(one) == "text" else new
            return nodes.where(asked, *((one, new) if keeps else (new, one)))

        return operate(real, node, self, condition, other)

    def between(self, low: Any, high: Any, inclusive: str = "both") -> TracedColumn:
        above = self >= low if inclusive in ("both", "left") else self > low
        return above & (self <= high if inclusive in ("both", "right") else self < high)

    def clip(self, lower: Any = None, upper: Any = None, **_: Any) -> TracedColumn:
        found = self
        if lower is not None:
            found = found.mask(found < lower, lower)
        return found if upper is None else found.mask(found > upper, upper)

    def round(self, decimals: int = 0) -> TracedColumn:
        def node(var: Var) -> Var:
            scale = nodes.constant(10.0**decimals)
            return NODES["divide"](NODES["rint"](NODES["multiply"](var, scale)), scale)

        return operate(lambda one: one.round(decimals), node, self)

    def abs(self) -> TracedColumn:
        return abs(self)

    def isin(self, values: Any) -> TracedColumn:
        listed = list(values)
        return operate(lambda one: one.isin(listed), lambda var: self.found_among(var, listed), self)

    def found_among(self, var: Var, listed: list[Any]) -> Var:
        place = self.place_among(var, listed)
        return nodes.truth(nodes.choose(place, [True] * len(listed)))

    def place_among(self, var: Var, keys: list[Any]) -> Var:
        if nodes.kind_of(var) == "text":
            return nodes.place_of_text(var, ["" if is_missing(key) else key for key in keys])
        return nodes.place_of_number(var, keys)

    def map(self, function: Any, na_action: Any = None) -> TracedColumn:
        if isinstance(function, (dict, pd.Series)):
            known = dict(function)
            return operate(lambda one: one.map(function), lambda var: self.looked_up(var, known), self)
        if na_action is not None:
            raise no_form("map with na_action")
        return self.apply(function)

    def looked_up(self, var: Var, known: dict[Any, Any]) -> Var:
        kinds = (str,) if nodes.kind_of(var) == "text" else (int, float, np.number)
        keys = [key for key in known if isinstance(key, kinds)]
        return nodes.choose(self.place_among(var, keys), [known[key] for key in keys])

    def apply(self, function: Any, args: tuple[Any, ...] = (), **options: Any) -> TracedColumn:
        if isinstance(self.form, Table):
            return operate(lambda one: one.apply(function, args=args, **options), no_node, self)
        real = self.real.apply(function, args=args, **options)
        return branched(real, lambda: function(self.same(), *args, **options))

    transform = apply

    def replace(self, old: Any = None, new: Any = None, inplace: bool = False, **options: Any) -> Any:
        if options or old is None:
            raise no_form("replace with these arguments")
        known = replacements(old, new)
        given = (old,) if isinstance(old, dict) else (old, new)
        found = operate(lambda one: one.replace(*given), lambda var: self.replaced(var, known), self)
        return self.result(found, inplace)

    def replaced(self, var: Var, known: dict[Any, Any]) -> Var:
        is_text = nodes.kind_of(var) == "text"
        fitting = {key: value for key, value in known.items() if isinstance(key, str) == is_text}
        if not fitting:
            return var
        place, values = self.place_among(var, list(fitting)), list(fitting.values())
        is_new = nodes.truth(nodes.choose(place, [True] * len(values)))
        return nodes.where(is_new, nodes.choose(place, values), var)


def replacements(old: Any, new: Any) -> dict[Any, Any]:
    """What `replace` puts in the place of what."""
    if isinstance(old, dict):
        if any(isinstance(value, dict) for value in old.values()):
            raise no_form("replace by columns")
        return dict(old)
    olds = list(old) if isinstance(old, (list, tuple)) else [old]
    news = list(new) if isinstance(new, (list, tuple)) else [new] * len(olds)
    return dict(zip(olds, news, strict=True))


def no_node(*_: Var) -> Var:
    raise no_form("this function")


def column_like(value: Any, like: TracedColumn) -> Any:
    """A value of a state's own series is one for all rows only if it is a single one."""
    if isinstance(value, (TracedColumn, str, int, float, np.number, np.bool_)):
        return value
    raise no_form(f"fillna with a {type(value).__name__}")


def branched(real: pd.Series, call: Callable[[], Any]) -> TracedColumn:
    """What a function gives that asks for its values: every way that it may take, and which one a row takes."""
    tree = explored(call)
    found = leaves(tree)
    if all(is_constant(one) for one in found):
        place = tree.merged(lambda at, _: nodes.op.const(np.array([[at]])), nodes.op.where, condition_of)
        return TracedColumn(real, Table(Source(pd.Series(found), lambda: place), pd.Series(found)))
    var = tree.merged(lambda _, one: var_of(one), nodes.where, condition_of)
    return TracedColumn(real, nodes.truth(var) if real.dtype == bool else var)


def condition_of(column: TracedColumn) -> Var:
    return nodes.truth(column.var)


class Texts:
    """`.str` of a column whose texts are too many to be listed."""

    def __init__(self, column: TracedColumn) -> None:
        self.column = column

    def lower(self) -> TracedColumn:
        return self.cased("lower")

    def upper(self) -> TracedColumn:
        return self.cased("upper")

    def cased(self, how: str) -> TracedColumn:
        return operate(lambda one: getattr(one.str, how)(), lambda var: nodes.cased(var, how.upper()), self.column)

    def __getattr__(self, name: str) -> Any:
        raise no_form(f".str.{name} of a column with many texts ({self.column.name})")


class Part:
    """Something that pandas gives of a column with few possible values: an accessor, a method."""

    def __init__(self, column: TracedColumn, get: Callable[[pd.Series], Any]) -> None:
        self.column, self.get = column, get

    def __getattr__(self, name: str) -> Any:
        return self.found(lambda values: getattr(self.get(values), name))

    def __getitem__(self, key: Any) -> Any:
        return self.found(lambda values: self.get(values)[key])

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        return self.found(lambda values: self.get(values)(*arguments, **options))

    def found(self, get: Callable[[pd.Series], Any]) -> Any:
        value = get(self.column.real)
        if isinstance(value, (pd.Series, np.ndarray)):
            return operate(get, no_node, self.column)
        if np.isscalar(value):
            raise no_form("what looks at all rows")
        return Part(self.column, get)
