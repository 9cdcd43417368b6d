"""Names the types of values for tests, as a validation does.

Arguments: the folder of Slipway's scripts. Standard input: {"setup": source, "values": [expression, ...]}.
Standard output: the types, as JSON.
"""

import json
import sys

sys.path.insert(0, sys.argv[1])

from slipway_types import Describer  # noqa: E402

task = json.load(sys.stdin)
module = sys.modules["pipeline"] = type(sys)("pipeline")
exec(task["setup"], vars(module))
print(json.dumps([Describer(module)(eval(text, vars(module))) for text in task["values"]]))
