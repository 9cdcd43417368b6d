"""Compares values for tests, as validation does: each is made by an expression, stored, and restored.

Arguments: the folder of Slipway's scripts. Standard input: {"setup": source, "pairs": [[expression, expression], ...]}.
Standard output: the verdicts.
"""

import json
import sys

sys.path.insert(0, sys.argv[1])
sys.modules["pipeline"] = sys.modules["__main__"]

from slipway_compare import compare  # noqa: E402
from slipway_values import restore, store  # noqa: E402

task = json.load(sys.stdin)
exec(task["setup"])
verdicts = []
for pair in task["pairs"]:
    # Both are held, so that they do not lie at the same place.
    values = [eval(text) for text in pair]
    verdict = compare(*(restore(store(value)) for value in values))
    verdicts.append({"ok": verdict.ok, "text": verdict.text})
print(json.dumps(verdicts))
