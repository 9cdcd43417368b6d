"""Runs a notebook's own code, statement by statement, and keeps the values that a pipeline is compared with.

Arguments: the program (JSON) and the folder for what was found.
"""

import __future__

import ast
import asyncio
import builtins
import inspect
import json
import linecache
import os
import pickle
import sys
import time
import types
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from slipway_child import Generators, begin, deepest_line, failure, seed_generators, write_json
from slipway_values import Stored, predictions, save, store


class Stub:
    """Stands for IPython's shell: has everything and does nothing."""

    def __getattr__(self, name: str) -> Any:
        return lambda *args, **kwargs: None


class CellError(Exception):
    """A statement failed, and the pipeline needs it."""

    def __init__(self, cell: int, line: int, cause: BaseException) -> None:
        super().__init__()
        self.report = {"cell": cell, "line": line, **failure(cause)}


class Runner:
    def __init__(self, program: dict[str, Any], out: Path) -> None:
        self.program = program
        self.module = types.ModuleType("__main__")
        self.values: Stored = {}
        self.live: dict[str, Any] = {}
        self.skipped: list[dict[str, Any]] = []
        self.flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        self.generators = Generators()
        self.place = os.open(out / "place", os.O_WRONLY | os.O_CREAT)

    def run(self) -> None:
        sys.modules["__main__"] = self.module
        builtins.display = lambda *values, **_: print(*values)  # type: ignore[attr-defined]
        builtins.get_ipython = Stub  # type: ignore[attr-defined]
        for cell in self.program["cells"]:
            self.run_cell(cell)
        self.keep_predictions()

    def run_cell(self, cell: dict[str, Any]) -> None:
        number, source = cell["cell"], cell["source"]
        filename = f"{self.program['notebook']} cell {number}"
        linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
        try:
            body = ast.parse(source, filename).body
        except SyntaxError as error:
            self.skipped.append({"cell": number, "line": error.lineno or 1, **failure(error)})
            return
        captures = [capture for capture in self.program["captures"] if capture["cell"] == number]
        for position, node in enumerate(body):
            self.run_statement(node, cell, filename)
            # A cell that runs another file comes in parts, each with its own lines.
            following = body[position + 1].lineno if position + 1 < len(body) else source.count("\n") + 2
            for capture in captures:
                if node.lineno <= capture["line"] < following:
                    self.capture(capture)
        close_figures()

    def run_statement(self, node: ast.stmt, cell: dict[str, Any], filename: str) -> None:
        line = node.lineno
        os.lseek(self.place, 0, os.SEEK_SET)
        os.write(self.place, f"{cell['cell']:8d}{line:8d}".encode())
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            for alias in node.names:
                self.flags |= getattr(__future__, alias.name).compiler_flag
        optional = any(first <= line and (node.end_lineno or line) <= last for first, last in cell["optional"])
        try:
            code = compile(ast.Module([node], []), filename, "exec", self.flags, dont_inherit=True)
            # The module imports all at its top: what importing draws, scikit-learn does, is no part of the numbers.
            is_apart = optional or isinstance(node, (ast.Import, ast.ImportFrom))
            with self.generators.undrawn() if is_apart else nullcontext():
                result = eval(code, self.module.__dict__)
                if code.co_flags & inspect.CO_COROUTINE:
                    asyncio.run(result)
        except (Exception, SystemExit) as error:
            found = CellError(cell["cell"], deepest_line(error, filename) or line, error)
            if not optional:
                raise found from error
            self.skipped.append(found.report)
        self.generators.start_imported()
        show_as_notebooks()

    def capture(self, capture: dict[str, Any]) -> None:
        """Kept at once, for a later cell may change the value."""
        try:
            value = eval(compile(capture["expression"], "<target>", "eval", dont_inherit=True), self.module.__dict__)
        except Exception as error:
            if capture["kind"] == "rows":  # What they are handed to may be left out.
                return
            raise CellError(capture["cell"], capture["line"], error) from error
        self.values[capture["as"]] = store(value)
        if capture["kind"] == "model":
            self.live[capture["as"]] = value

    def keep_predictions(self) -> None:
        """Predictions are made here, where the classes that the notebook defines are known."""
        rows = self.values.get("test") or self.values.get("features")
        for name, value in self.live.items():
            kept = self.values[name]
            if rows is not None and rows["pickle"] is not None:
                model = value if kept["pickle"] is None else pickle.loads(kept["pickle"])
                kept["predictions"] = store(predictions(model, pickle.loads(rows["pickle"])))


def close_figures() -> None:
    """As the notebook's own backend does after every cell."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close("all")


def show_as_notebooks() -> None:
    """What is shown is closed, as by the notebook's own backend."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.show = lambda *arguments, **named: pyplot.close("all")  # type: ignore[attr-defined]


def main() -> None:
    program = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    out = Path(sys.argv[2])
    sys.argv = [program["notebook"]]
    isolated = begin()
    sys.path.insert(1, program["modules"])  # Behind the working folder, as if they lay in it.
    seed_generators()
    runner = Runner(program, out)
    started = time.perf_counter()
    error = None
    try:
        runner.run()
        targets = [capture for capture in program["captures"] if capture["kind"] != "rows"]
        missing = [capture for capture in targets if capture["as"] not in runner.values]
        if missing:
            error = {**{key: missing[0][key] for key in ("cell", "line")}, "type": "Missing", "message": "was not run"}
    except CellError as found:
        error = found.report
    save(out / "values.pickle", runner.values)
    seconds = time.perf_counter() - started
    status = {"error": error, "skipped": runner.skipped, "seconds": seconds, "isolated": isolated}
    write_json(out / "status.json", status)


if __name__ == "__main__":
    main()
