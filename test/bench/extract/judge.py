"""Judges what was extracted with Python's own means. Each line of standard input is a record, each line of output its verdict."""

import ast
import builtins
import json
import re
import sys
import threading
import warnings

from pyflakes import checker, messages

SEED = re.compile(r"^(seed|set_seed|set_random_seed|manual_seed|manual_seed_all)$")
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
FLAGS = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT | ast.PyCF_ONLY_AST


def parsed(source):
    try:
        return compile(source, "cell", "exec", FLAGS)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def top_level(tree):
    """Every node that runs when the cell does: bodies of functions and classes are left out."""
    pending = [tree]
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, SCOPES):
            pending.extend(ast.iter_child_nodes(node))


def bound_names(tree):
    for node in top_level(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from ((alias.asname or alias.name).split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            yield node.name


def seed_calls(nodes):
    for node in nodes:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            callee = node.value.func
            name = callee.attr if isinstance(callee, ast.Attribute) else getattr(callee, "id", "")
            if SEED.match(name):
                yield node.lineno, ast.unparse(callee)


def fits(tree):
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "fit"
        for node in ast.walk(tree)
    )


def compile_error(text):
    try:
        compile(text, "pipeline.py", "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        line = text.split("\n")[(getattr(error, "lineno", 1) or 1) - 1] if text else ""
        return f"{error}: {line.strip()[:160]}"
    return None


def undefined(tree):
    for message in checker.Checker(tree).messages:
        if isinstance(message, (messages.UndefinedName, messages.UndefinedLocal, messages.ImportStarUsage)):
            yield message.message_args[0], message.lineno


def binders(tree, line):
    """What the function around a line binds, on whatever path."""
    around = [
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.lineno <= line <= node.end_lineno
    ]
    return {name for function in around for statement in function.body for name in bound_names(statement)}


def own_undefined(tree, notebook):
    """Undefined names that the notebook binds. A first round of a loop that binds a name the notebook's way is no fault."""
    own = set(bound_names(notebook)) - set(dir(builtins))
    paths = {name for name, _ in undefined(notebook)}
    return [
        [name, line]
        for name, line in undefined(tree)
        if name in own and not (name in paths and name in binders(tree, line))
    ]


def is_code(line):
    text = line.strip()
    return text != "" and not text.startswith("#") and not text.startswith("pass  # ")


def judged(record):
    cells = record.get("cells")
    if cells is None:
        return {}
    trees = [parsed(cell["source"]) for cell in cells]
    verdict = {
        "broken": [cell["cell"] for cell, tree in zip(cells, trees) if tree is None],
        "fits": any(tree is not None and fits(tree) for tree in trees),
    }
    module = record.get("module")
    if module is not None:
        read = set(module["read"])
        verdict["unread"] = [
            cell["cell"] for cell, tree in zip(cells, trees) if tree is not None and tree.body and cell["cell"] not in read
        ]
        verdict.update(module_verdict(module, cells, trees))
    return verdict


def module_verdict(module, cells, trees):
    text = module["text"]
    errors = [compile_error(file["text"]) for file in [module, *module["companions"]]]
    error = next((error for error in errors if error is not None), None)
    order = {cell["cell"]: index for index, cell in enumerate(cells)}
    place = lambda target: (order.get(target["cell"], -1), target["line"])
    targets = module["targets"]
    last = max(map(place, targets), default=(len(cells), 0))
    model = max((place(target) for target in targets if target["kind"] == "model"), default=last)
    verdict = {"compileError": error, **lines(module, cells, order, last)}
    if errors[0] is not None:
        return verdict
    tree = ast.parse(text)
    body = [statement for one in trees[: last[0] + 1] if one is not None for statement in one.body]
    verdict["undefined"] = own_undefined(tree, ast.Module(body=body, type_ignores=[]))
    if not fits(tree):
        return verdict
    before = [
        callee
        for index, one in enumerate(trees)
        if one is not None
        for line, callee in seed_calls(top_level(one))
        if (index, line) < model
    ]
    kept = [callee for _, callee in seed_calls(ast.walk(tree))]
    verdict["seeds"] = len(before)
    verdict["lostSeeds"] = [callee for callee in set(before) if kept.count(callee) < before.count(callee)]
    return verdict


def lines(module, cells, order, last):
    """Code lines of the notebook up to the last target, and those of them that were not left out."""
    dropped = {
        (one["cell"], line) for one in module["dropped"] for line in range(one["line"], one["endLine"] + 1)
    }
    code = [
        (cell["cell"], number)
        for cell in cells
        for number, line in enumerate(cell["source"].split("\n"), 1)
        if (order[cell["cell"]], number) <= last and is_code(line)
    ]
    return {"codeLines": len(code), "keptLines": sum(place not in dropped for place in code)}


def main():
    warnings.simplefilter("ignore")
    for line in sys.stdin:
        print(json.dumps(judged(json.loads(line))))


# pyflakes goes down a chain of two thousand operators call by call.
sys.setrecursionlimit(100_000)
threading.stack_size(512 * 1024 * 1024)
thread = threading.Thread(target=main)
thread.start()
thread.join()
