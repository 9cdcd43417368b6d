"""Write src/core/extract/typing/stubs.json: what pandas' and NumPy's methods, attributes and functions give, by their stubs.

python -m pip install --target FOLDER --no-deps pandas-stubs numpy
python scripts/libraryTypes.py FOLDER
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).resolve().parent
TARGET = HERE / "../src/core/extract/typing/stubs.json"

# The classes whose members are told, by the names that the stubs give them.
CLASSES = {
    "DataFrame": "pandas.DataFrame",
    "Series": "pandas.Series",
    "Index": "pandas.Index",
    "DataFrameGroupBy": "pandas.core.groupby.DataFrameGroupBy",
    "SeriesGroupBy": "pandas.core.groupby.SeriesGroupBy",
    "ndarray": "numpy.ndarray",
}
# What the stubs call a type, and its name in Slipway; the first that fits.
NAMES = [
    (r"(typing\.|typing_extensions\.)?Self", "self"),
    (r"(pd\.)?(DataFrame|Series|Index|MultiIndex|DatetimeIndex|Timestamp|Timedelta)(\[.*\])?", r"pandas.\2"),
    (r"(DataFrameGroupBy|SeriesGroupBy)(\[.*\])?", r"pandas.core.groupby.\1"),
    (r"(np\.)?(ndarray|np_\w*ndarray\w*|np_\w*array\w*|NDArray|_Array[123]D|NDArray\w*)(\[.*\])?", "numpy.ndarray"),
    (r"_?(bool|int|float|str)", r"\1"),
    (r"None", "None"),
    (r"tuple\[int, int\]", "tuple[int, int]"),
    (r"tuple\[int(, \.\.\.)?\]", "tuple[int, ...]"),
]
NUMPY_MODULES = "_core/numeric _core/fromnumeric _core/multiarray _core/function_base _core/shape_base lib/_function_base_impl lib/_shape_base_impl lib/_arraysetops_impl lib/_twodim_base_impl lib/_npyio_impl linalg/_linalg"


def plain_name(annotation: ast.expr | None) -> str | None:
    """The type's name in Slipway, or nothing where it says too little or too much."""
    text = "" if annotation is None else ast.unparse(annotation)
    for pattern, name in NAMES:
        match = re.fullmatch(pattern, text)
        if match is not None:
            return match.expand(name)
    return None


def is_other_way(function: ast.FunctionDef) -> bool:
    """Overloads that are never what a plain call gives: in place, into an array that is handed in, never at all."""
    arguments = function.args.posonlyargs + function.args.args + function.args.kwonlyargs
    texts = {one.arg: ast.unparse(one.annotation) for one in arguments if one.annotation}
    in_place = "Literal[True]" in texts.get("inplace", "")
    into = re.match(r"_?Array\w*T", texts.get("out", "")) is not None
    return in_place or into or ast.unparse(function.returns or ast.Constant(None)) in ("Never", "NoReturn")


def result_of(overloads: list[ast.FunctionDef]) -> str | None:
    """What all overloads give."""
    results = {plain_name(one.returns) for one in overloads if not is_other_way(one)}
    return results.pop() if len(results) == 1 else None


def functions_in(body: list[ast.stmt]) -> dict[str, list[ast.FunctionDef]]:
    """The functions of a module or a class with their overloads."""
    found: dict[str, list[ast.FunctionDef]] = defaultdict(list)
    for node in body:
        if isinstance(node, ast.FunctionDef) and not any("setter" in ast.unparse(one) for one in node.decorator_list):
            found[node.name].append(node)
    return found


def is_property(functions: list[ast.FunctionDef]) -> bool:
    """Whether it is read like an attribute."""
    return any("property" in ast.unparse(one) for one in functions[0].decorator_list)


class Stubs:
    """All classes of a package's stubs, by name."""

    def __init__(self, files: list[Path]) -> None:
        self.classes: dict[str, ast.ClassDef] = {}
        for file in sorted(files):
            for node in ast.parse(file.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.ClassDef):
                    self.classes.setdefault(node.name, node)

    def members(self, name: str) -> dict[str, list[ast.FunctionDef]]:
        """The methods and properties of a class, with those that it inherits."""
        node = self.classes.get(name)
        if node is None:
            return {}
        found: dict[str, list[ast.FunctionDef]] = {}
        for base in reversed(node.bases):
            found |= self.members(re.sub(r"\[.*", "", ast.unparse(base), flags=re.S))
        return found | functions_in(node.body)


def by_result(results: dict[str, str]) -> dict[str, list[str]]:
    """The names that share a result, in order."""
    found: dict[str, list[str]] = defaultdict(list)
    for name, result in sorted(results.items()):
        found[result].append(name)
    return dict(sorted(found.items()))


def told(members: dict[str, list[ast.FunctionDef]], properties: bool) -> dict[str, str]:
    """What the methods of a class give, or what its properties are; `Any` for what is there and of no one type."""
    return {
        name: result_of(functions) or "Any"
        for name, functions in members.items()
        if is_property(functions) == properties and not name.startswith("_")
    }


def numpy_functions(folder: Path) -> dict[str, str]:
    """NumPy's functions that give an array, whatever they are given."""
    exported = (folder / "__init__.pyi").read_text(encoding="utf-8")
    found = {}
    for module in NUMPY_MODULES.split():
        file = folder / f"{module}.pyi"
        place = "numpy.linalg" if module.startswith("linalg") else "numpy"
        for name, overloads in functions_in(ast.parse(file.read_text(encoding="utf-8")).body).items():
            is_public = place == "numpy.linalg" or re.search(rf"^ +{name},$", exported, re.M) is not None
            result = result_of(overloads)
            if not name.startswith("_") and is_public and result not in (None, "None", "self"):
                found[f"{place}.{name}"] = result
    return found


def main() -> None:
    """Read the stubs below the folder and write what they say."""
    folder = Path(sys.argv[1])
    pandas, numpy = folder / "pandas-stubs", folder / "numpy"
    stubs = [Stubs([*pandas.rglob("*.pyi")]), Stubs([numpy / "__init__.pyi"])]
    members = {CLASSES[name]: stub.members(name) for stub in stubs for name in CLASSES if name in stub.classes}
    table = {
        "functions": by_result(numpy_functions(numpy)),
        "methods": {name: by_result(told(found, False)) for name, found in sorted(members.items())},
        "attributes": {name: by_result(told(found, True)) for name, found in sorted(members.items())},
    }
    TARGET.write_text(json.dumps(table, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
