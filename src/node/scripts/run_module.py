"""Runs a pipeline's module, keeps its result, and tells what types its functions took and gave.

Arguments: the task (JSON) and the folder for what was found.
"""

import faulthandler
import json
import signal
import sys
import time
from pathlib import Path

from slipway_child import begin, deepest_line, failure, write_json
from slipway_observe import Observed, observing
from slipway_values import run_module, save, store


def main() -> None:
    folder, out = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["folder"], Path(sys.argv[2])
    begin()
    stack = (out / "stack").open("w")
    if hasattr(faulthandler, "register"):  # Not on Windows.
        faulthandler.register(signal.SIGTERM, file=stack, chain=True)
    started = time.perf_counter()
    values, error = {}, None
    seen: dict[str, Observed] = {}
    try:
        values = run_module(folder, lambda module: observing(module, seen))
    except (Exception, SystemExit) as found:
        error = {"line": deepest_line(found, str(Path(folder, "pipeline.py"))) or 0, **failure(found)}
    # What scoring needs is made of the other values, and no target.
    targets = {name: value for name, value in values.items() if type(value).__name__ != "Fitted"}
    save(out / "values.pickle", {name: store(value) for name, value in targets.items()})
    seconds = time.perf_counter() - started
    observed = {name: one.told() for name, one in seen.items()} if error is None else {}
    write_json(out / "status.json", {"error": error, "skipped": [], "seconds": seconds, "types": observed})


if __name__ == "__main__":
    main()
