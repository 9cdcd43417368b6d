"""Runs pipeline.py in each of the folders that are named, in one process: to import pandas takes longer than to run a module.

Prints one JSON object: by folder, what the module printed and the names of the files that it left there.
"""

import contextlib
import io
import json
import os
import runpy
import sys
import traceback

sys.dont_write_bytecode = True
answers = {}
for folder in sys.argv[1:]:
    os.chdir(folder)
    before = set(os.listdir())
    sys.argv = ["pipeline.py", "--json"]
    path = list(sys.path)
    output = io.StringIO()
    try:
        with contextlib.redirect_stdout(output):
            runpy.run_path("pipeline.py", run_name="__main__")
        error = ""
    except Exception:
        error = traceback.format_exc()
    sys.path[:] = path
    sys.modules.pop("pipeline", None)
    answers[folder] = {"output": output.getvalue(), "error": error, "left": sorted(set(os.listdir()) - before)}
print(json.dumps(answers))
