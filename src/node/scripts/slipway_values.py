"""Values of a run: kept as pickles in a temporary folder, for this validation only. None goes into a package."""

import copyreg
import dataclasses
import importlib
import inspect
import io
import pickle
import re
import sys
import types
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from slipway_boosters import taken_by

Stored = dict[str, dict[str, Any]]
PREDICTORS = ("predict", "predict_proba", "transform")


class StandIn:
    """Stands for what no other process can have: a generator, a lock, an object of a class inside of a function."""

    def __init__(self, kind: str, name: str) -> None:
        self.kind, self.name = kind, name

    def __repr__(self) -> str:
        return f"<{self.kind} {self.name}>"

    def __call__(self) -> None:
        """Some classes, as `functools.partial`, hold nothing that cannot be called."""


class _Pickler(pickle.Pickler):
    """Pickles everything, by stand-ins where it has to be."""

    stands_in = False

    def reducer_override(self, value: Any) -> Any:
        if isinstance(value, (type, *FUNCTIONS)):
            return NotImplemented if is_importable(value) else self.stand_in("function", described(value))
        kind = type(value)
        reduce = copyreg.dispatch_table.get(kind)
        try:
            reduced = reduce(value) if reduce else value.__reduce_ex__(pickle.HIGHEST_PROTOCOL)
            if is_importable(kind) or is_made_by_another(kind, reduced):
                return reduced
        except Exception:  # Not to be pickled, for whatever reason its class has.
            pass
        return self.stand_in("object", f"{kind.__name__} {getattr(value, '__name__', '')}".strip(), fields_of(value))

    def stand_in(self, kind: str, name: str, fields: Any = None) -> tuple[Any, ...]:
        self.stands_in = True
        return StandIn, (kind, name), fields and {"fields": fields}


FUNCTIONS = (types.FunctionType, types.BuiltinFunctionType)


def is_importable(value: Any) -> bool:
    """Whether the name of a class or a function leads back to it."""
    found = sys.modules.get(getattr(value, "__module__", None) or "builtins")
    try:
        for name in value.__qualname__.split("."):
            found = getattr(found, name)
    except AttributeError:
        return getattr(value, "__self__", None) is not None  # A method of an object, which pickle knows by the object.
    return found is value or isinstance(value, types.BuiltinFunctionType)


def is_made_by_another(kind: type, reduced: Any) -> bool:
    """Whether something with a name rebuilds objects of a class without: `numpy.dtype` those of `dtype[float64]`."""
    if not isinstance(reduced, tuple):
        return False
    maker, arguments, *_ = reduced
    return is_importable(maker) and all(part is not kind for part in arguments)


def described(value: Any) -> str:
    """A function by its name and its arguments: where it gets its globals from differs between notebook and module."""
    code = getattr(value, "__code__", None)
    return f"{value.__name__}({', '.join(inspect.getargs(code).args)})" if code else value.__name__


def fields_of(value: Any) -> dict[str, Any] | None:
    """What an object holds; nothing of a module, which holds the whole program."""
    if isinstance(value, types.ModuleType):
        return None
    names = {*getattr(value, "__dict__", ()), *(name for kind in type(value).__mro__ for name in slots_of(kind))}
    fields = {name: getattr(value, name) for name in sorted(names) if hasattr(value, name)}
    return {**fields, "": list(value)} if isinstance(value, Collection) else fields


def slots_of(kind: type) -> tuple[str, ...]:
    slots = kind.__dict__.get("__slots__", ()) if kind.__module__ != "builtins" else ()
    names = (slots,) if isinstance(slots, str) else slots
    return tuple(name for name in names if name not in ("__dict__", "__weakref__"))


def store(value: Any) -> dict[str, Any]:
    """The value as bytes to be compared, the same bytes if they rebuild the value whole, and as text."""
    data = io.BytesIO()
    pickler = _Pickler(data, protocol=pickle.HIGHEST_PROTOCOL)
    try:
        pickler.dump(value)
        form = data.getvalue()
    except Exception:  # Nested too deeply, or a class that fails in a way of its own.
        form = None
    whole = None if pickler.stands_in else form
    text = without_addresses(repr(value)[:1000])
    return {"pickle": whole, "form": form, "text": text, "type": type(value).__qualname__}


def without_addresses(text: str) -> str:
    """`<Link object at 0x7f…>` as `<Link object>`: where an object lies in memory is no part of it."""
    return re.sub(r" (?:at )?0x[0-9a-fA-F]{4,}(?=[^<]*>)", "", text)


def save(path: Path, values: Stored) -> None:
    path.write_bytes(pickle.dumps(values, protocol=5))


def read(path: Path) -> Stored:
    return pickle.loads(path.read_bytes()) if path.exists() else {}


class _Unpickler(pickle.Unpickler):
    """Finds classes that the notebook defined in the module, which has them too."""

    def find_class(self, module: str, name: str) -> Any:
        return super().find_class("pipeline" if module == "__main__" else module, name)


def restore(stored: dict[str, Any]) -> Any:
    """The value again, with stand-ins where it had to be. Raises if it has no form, or a class is not known here."""
    if stored["form"] is None:
        raise TypeError(f"{stored['type']} cannot be pickled")
    return _Unpickler(io.BytesIO(stored["form"])).load()


Around = Callable[[types.ModuleType], AbstractContextManager[Any]]


def run_module(folder: str, around: Around = nullcontext) -> dict[str, Any]:
    """Runs the pipeline in `folder`, in the context that `around` makes for it, and gives every field of its result."""
    sys.path.insert(0, folder)
    module = importlib.import_module("pipeline")
    with around(module):
        result = module.run()
    return {field.name: getattr(result, field.name) for field in dataclasses.fields(result)}


def predictions(model: Any, rows: Any) -> dict[str, Any]:
    """What a model says of rows, by each of its methods that takes them; empty if none does."""
    said = {}
    for name in PREDICTORS:
        method = getattr(model, name, None)
        if callable(method):
            try:
                said[name] = method(taken_by(model, rows))
            except Exception:  # A method that does not apply here, as transform of a supervised pipeline.
                continue
    return said
