"""Runs programs for tests: one JSON request a line on standard input, one JSON answer a line on standard output.

A request is {"program": [cell, ...], "module": text, "name": variable}; the answer is {"program": value, "module": [value,
value]}: the variable after the whole program, and what two runs of the module's run() give, the second one in the same
process; then its main() is run too. A value is its repr; {"error": text} stands for a program or a module that raises.
"""

import contextlib
import io
import json
import signal
import sys
import traceback
import types


def expire(*_):
    raise TimeoutError("the program does not end")


def guarded(action):
    signal.alarm(2)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            return action()
    except BaseException:
        return {"error": traceback.format_exc(limit=-2)}
    finally:
        signal.alarm(0)


def run_program(cells, name):
    namespace = {"__name__": "__main__"}
    for cell in cells:
        exec(compile(cell, "cell", "exec"), namespace)
    return repr(namespace[name])


def run_module(text, name):
    module = types.ModuleType("generated_pipeline")
    module.__file__ = "pipeline.py"
    sys.modules["generated_pipeline"] = module
    exec(compile(text, "pipeline.py", "exec"), module.__dict__)
    values = [repr(getattr(module.run(), name)) for _ in range(2)]
    module.main()
    return values


sys.argv = ["pipeline.py", "--json"]
signal.signal(signal.SIGALRM, expire)
for line in sys.stdin:
    request = json.loads(line)
    name = request["name"]
    answer = {
        "program": guarded(lambda: run_program(request["program"], name)),
        "module": guarded(lambda: run_module(request["module"], name)),
    }
    print(json.dumps(answer), flush=True)
