"""Says which Python this is, as JSON: run by Slipway in every candidate until one will do."""

import importlib.util
import json
import platform
import sys

HAS_VENV = all(importlib.util.find_spec(name) is not None for name in ("venv", "ensurepip"))

print(json.dumps({"path": sys.executable, "version": platform.python_version(), "venv": HAS_VENV}))
