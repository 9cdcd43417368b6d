"""Turns a fitted scikit-learn model into ONNX with skl2onnx, and mends what skl2onnx leaves undone."""

import copy
import math
import re
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

# Fixed, so that the same model gives the same bytes: ONNX 1.13 of 2022.
OPSETS = {"": 18, "ai.onnx.ml": 3}
GRAPH = "slipway"
# Modules of models that are made of trees.
OF_TREES = ("sklearn.tree", "sklearn.ensemble", "xgboost", "lightgbm")
REPLACE = "Replace that step by one of scikit-learn's own, or leave it out of the model and apply it before."


class Unconvertible(Exception):
    """The model cannot become ONNX; says what stands in the way."""


class NoForm(Unconvertible):
    """Nothing turns this kind of model into ONNX."""


def to_onnx(model: Any, kinds: list[tuple[str, str, int]], double: bool) -> bytes:
    """The ONNX model. `kinds` are its inputs: name, type and width. `double`: features are computed in float64."""
    from skl2onnx import convert_sklearn
    from skl2onnx.common import data_types as onnx
    from sklearn.impute import SimpleImputer
    from sklearn.preprocessing import FunctionTransformer

    types = {
        "string": onnx.StringTensorType,
        "int64": onnx.Int64TensorType,
        "bool": onnx.BooleanTensorType,
        "float32": onnx.FloatTensorType,
        "float64": onnx.DoubleTensorType,
    }
    try:
        register_boosting()
        converted = convert_sklearn(
            prepared(model, double),
            GRAPH,
            initial_types=[(name, types[kind]([None, width])) for name, kind, width in kinds],
            target_opset=OPSETS,
            options=options_for(model),
            custom_conversion_functions={SimpleImputer: convert_imputer, FunctionTransformer: convert_function},
            custom_shape_calculators={FunctionTransformer: shape_of_function},
        )
    except Exception as error:  # skl2onnx raises whatever its converters do.
        raise Unconvertible(f"{obstacle(model, error)} {REPLACE}") from error
    set_locale(converted.graph)
    # skl2onnx gathers them in a set: their order is that of the process's hash seed.
    opsets = sorted(converted.opset_import, key=lambda opset: opset.domain)
    del converted.opset_import[:]
    converted.opset_import.extend(opsets)
    return converted.SerializeToString(deterministic=True)


def register_boosting() -> None:
    """Makes skl2onnx know the models of XGBoost and LightGBM, where they are used."""
    from skl2onnx import update_registered_converter
    from skl2onnx.common import shape_calculator as shapes

    kinds: list[tuple[Any, Any, Any]] = []
    if "xgboost" in sys.modules:
        import xgboost
        from onnxmltools.convert.xgboost.operator_converters.XGBoost import convert_xgboost

        kinds += [(xgboost.XGBClassifier, xgboost.XGBRegressor, convert_xgboost)]
    if "lightgbm" in sys.modules:
        import lightgbm
        from onnxmltools.convert.lightgbm.operator_converters.LightGbm import convert_lightgbm

        kinds += [(lightgbm.LGBMClassifier, lightgbm.LGBMRegressor, convert_lightgbm)]
    options = {"nocl": [True, False], "zipmap": [True, False, "columns"]}
    for classifier, regressor, convert in kinds:
        names = classifier.__name__, regressor.__name__
        shape = shapes.calculate_linear_classifier_output_shapes
        update_registered_converter(classifier, names[0], shape, convert, options=options)
        update_registered_converter(regressor, names[1], shapes.calculate_linear_regressor_output_shapes, convert)


def splits_after_steps(model: Any) -> bool:
    """Whether the model computes the features that its trees compare: a rounded one could take another branch."""
    steps = getattr(unwrapped(model), "steps", [])
    return len(steps) > 1 and any(type(part).__module__.startswith(OF_TREES) for part in parts(steps[-1][1]))


def unwrapped(model: Any) -> Any:
    """The pipeline that a search found."""
    return getattr(model, "best_estimator_", model)


def prepared(model: Any, double: bool) -> Any:
    """A copy that skl2onnx takes and that gives the same predictions."""
    copied = copy.deepcopy(unwrapped(model) if double else model)
    for part in parts(copied):
        take_empty_strings(part)
        round_splits(part)
        if hasattr(part, "flatten_transform"):
            part.flatten_transform = False  # Matters to `transform` alone, and skl2onnx insists.
    if double and splits_after_steps(copied):
        from skl2onnx.sklapi import CastTransformer

        # As scikit-learn's trees do.
        copied.steps.insert(len(copied.steps) - 1, ("float32", CastTransformer(dtype=np.float32)))
    return copied


def round_splits(part: Any) -> None:
    """ONNX rounds the numbers at which trees split to float32: up, and what lies there would take the other branch."""
    trees = np.ravel(getattr(part, "estimators_", [])) if is_of_trees(part) else []
    for tree in [part, *trees]:
        if hasattr(tree, "tree_"):
            splits = tree.tree_.threshold
            near = splits.astype(np.float32)
            splits[:] = np.where(near > splits, np.nextafter(near, np.float32(-np.inf)), near)


def is_of_trees(part: Any) -> bool:
    return type(part).__module__.startswith("sklearn.ensemble") and isinstance(
        getattr(part, "estimators_", None), (list, np.ndarray)
    )


def take_empty_strings(part: Any) -> None:
    """ONNX has no missing strings: they come as empty ones."""
    statistics = getattr(part, "statistics_", None)
    if statistics is not None and np.asarray(statistics).dtype.kind in "OUT" and is_missing(part.missing_values):
        part.missing_values = ""
        part.statistics_ = np.asarray([str(value) for value in statistics], dtype=object)
    categories = getattr(part, "categories_", None)
    if isinstance(categories, list):
        part.categories_ = [filled(known) for known in categories]


def filled(categories: Any) -> Any:
    if np.asarray(categories).dtype.kind != "O":
        return categories
    return np.asarray(["" if is_missing(value) else value for value in categories], dtype=object)


def is_missing(value: Any) -> bool:
    if isinstance(value, float):
        return math.isnan(value)
    return value is None or type(value).__name__ in ("NAType", "NaTType")


def parts(value: Any) -> Iterator[Any]:
    """A model and all estimators inside of it."""
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from parts(item)
    elif hasattr(value, "get_params") and not isinstance(value, type):
        yield value
        yield from parts([item for item in vars(value).values() if hasattr(item, "get_params") or is_group(item)])


def is_group(value: Any) -> bool:
    """A list of steps; not one of numbers, which may be long."""
    first = value[0] if isinstance(value, (list, tuple)) and value else None
    return hasattr(first, "get_params") or isinstance(first, tuple)


def convert_imputer(scope: Any, operator: Any, container: Any) -> None:
    """ONNX's own Imputer has no float64."""
    from skl2onnx.algebra.onnx_ops import OnnxIsNaN, OnnxWhere
    from skl2onnx.common.data_types import DoubleTensorType
    from skl2onnx.operator_converters.imputer_op import convert_sklearn_imputer

    imputer, features = operator.raw_operator, operator.inputs[0]
    if not isinstance(features.type, DoubleTensorType) or not is_missing(imputer.missing_values):
        convert_sklearn_imputer(scope, operator, container)
        return
    version = container.target_opset
    values = np.asarray(imputer.statistics_, dtype=np.float64)
    missing = OnnxIsNaN(features, op_version=version)
    OnnxWhere(missing, values, features, op_version=version, output_names=operator.outputs[:1]).add_to(scope, container)


def shape_of_function(operator: Any) -> None:
    """As many columns as go in."""
    first = operator.inputs[0]
    width = sum(column.type.shape[1] for column in operator.inputs)
    operator.outputs[0].type = type(first.type)([first.get_first_dimension(), width])


def convert_function(scope: Any, operator: Any, container: Any) -> None:
    """The functions of NumPy that ONNX has too."""
    from skl2onnx.algebra import onnx_ops as onnx
    from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType

    function, inputs = operator.raw_operator.func, operator.inputs
    known = {
        None: lambda x: onnx.OnnxIdentity(x, **last),
        np.log: lambda x: onnx.OnnxLog(x, **last),
        np.log1p: lambda x: onnx.OnnxLog(onnx.OnnxAdd(x, one, op_version=version), **last),
        np.exp: lambda x: onnx.OnnxExp(x, **last),
        np.expm1: lambda x: onnx.OnnxSub(onnx.OnnxExp(x, op_version=version), one, **last),
        np.sqrt: lambda x: onnx.OnnxSqrt(x, **last),
        np.abs: lambda x: onnx.OnnxAbs(x, **last),
        np.square: lambda x: onnx.OnnxMul(x, x, **last),
    }
    if function not in known:
        name = getattr(function, "__name__", function)
        raise NotImplementedError(f"FunctionTransformer with {name} has no ONNX form.")
    if function is not None and not isinstance(inputs[0].type, (DoubleTensorType, FloatTensorType)):
        raise NotImplementedError("FunctionTransformer takes no whole numbers in ONNX.")
    version = container.target_opset
    last = {"op_version": version, "output_names": operator.outputs[:1]}
    one = np.array([1], dtype=np.float64 if isinstance(inputs[0].type, DoubleTensorType) else np.float32)
    whole = inputs[0] if len(inputs) == 1 else onnx.OnnxConcat(*inputs, axis=1, op_version=version)
    known[function](whole).add_to(scope, container)


def options_for(model: Any) -> dict[Any, Any] | None:
    """Probabilities as a tensor. LinearSVC has none, and skl2onnx fails on it unless it has an option of its own."""
    if hasattr(model, "predict_proba"):
        return {"zipmap": False}
    found = next((type(part) for part in parts(model) if type(part).__name__ == "LinearSVC"), None)
    return None if found is None else {found: {"nocl": False}}


def set_locale(graph: Any) -> None:
    """Text is lower-cased by rules that every machine has; the default needs one of its languages installed."""
    for node in graph.node:
        if node.op_type == "StringNormalizer":
            kept = [attribute for attribute in node.attribute if attribute.name != "locale"]
            del node.attribute[:]
            node.attribute.extend(kept)
            node.attribute.add(name="locale", type=3, s=b"C")


def obstacle(model: Any, error: Exception) -> str:
    text = str(error).strip() or type(error).__name__
    found = re.search(r"for type '?<class '([\w.]+)'>", text)
    mentioned = (named(part) for part in parts(model) if part is not model and type(part).__name__ in text)
    culprit = found.group(1) if found else next(mentioned, named(model))
    return f"{culprit} cannot be exported: {text.splitlines()[0][:300].removesuffix('.')}."


def named(value: Any) -> str:
    return f"{type(value).__module__}.{type(value).__qualname__}"
