"""Says, as JSON, which of the named distributions are installed here, and what they need that is installed too."""

import json
import re
import sys
from importlib.metadata import PackageNotFoundError, distribution


def normal(name: str) -> str:
    """The name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def needed(requirements: list[str]) -> list[str]:
    """Names of what is required whatever the extras."""
    return [re.split(r"[^\w.-]", text, maxsplit=1)[0] for text in requirements if "extra ==" not in text]


def installed(names: list[str]) -> dict[str, str]:
    versions: dict[str, str] = {}
    queue = [normal(name) for name in names]
    while queue:
        name = queue.pop()
        if name in versions:
            continue
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue
        versions[name] = found.version
        queue += [normal(other) for other in needed(found.requires or [])]
    return dict(sorted(versions.items()))


print(json.dumps(installed(sys.argv[1:])))
