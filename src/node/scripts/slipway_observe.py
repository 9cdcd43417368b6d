"""Sees what a module's functions take and give while it runs: the classes of arguments and results, by public names.

The functions stay the objects that they are: only the code of each is exchanged, for as long as it is looked at, for
one that hands its arguments and results to a `Spot` on the way. So what pickles, compares, hands on or asks about a
function finds no other one, and a traceback has the same lines.
"""

import ast
import inspect
import re
import types
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from slipway_types import ANY, Describer, Member, is_compound

CALLS = 100_000
"""How many calls of a function are looked at, and how many of the values that a generator gives: some 0.3 s."""

OPEN_CALLS = 100
"""How many calls may be under way, or have failed: recursion that goes deep needs all the room that it has."""

LOOKS = 100
"""How many containers of one class are looked into at one place. Of all else the first of its class tells enough."""

MEMBERS = 8
"""How many different types are told of one place: more tell a reader nothing."""

TAKES_CODE = re.compile(rb"\b(numba|jax|torch\.compile|Lambda|marshal|__code__)\b")
"""What takes the code of functions apart, or stores it: the functions of a module that speaks of it are left alone."""


class Spot:
    """What was seen of one parameter, or of what a function gives."""

    def __init__(self, describe: Describer) -> None:
        self.describe, self.members = describe, []
        self.known: set[type] = set()
        self.looks: Counter[type] = Counter()

    def see(self, value: Any) -> None:
        try:
            if type(value) not in self.known:
                self.look(value, type(value))
        except Exception:  # A class that fails in a way of its own has no name here, and the module does not notice.
            self.note(None)

    def look(self, value: Any, kind: type) -> None:
        self.looks[kind] += 1
        if not is_compound(kind) or self.looks[kind] == LOOKS:
            self.known.add(kind)
        self.note(self.describe(value))

    def note(self, member: Member) -> None:
        if member not in self.members and len(self.members) <= MEMBERS:
            self.members.append(member)


class Observed:
    """What was seen of one function, or of one method but for the object that it is called on."""

    def __init__(self, function: types.FunctionType, describe: Describer, *, is_method: bool) -> None:
        self.function, self.code = function, function.__code__
        code = self.code
        names = code.co_varnames[int(is_method) : code.co_argcount + code.co_kwonlyargcount]
        self.parameters = {name: Spot(describe) for name in names}
        self.spots = tuple(self.parameters.values())
        self.result = Spot(describe)
        self.started = self.given = 0
        self.gives_many = inspect.isgeneratorfunction(function)

    def enter(self, *arguments: Any) -> None:
        self.started += 1
        is_deep = not self.gives_many and self.started - self.given > OPEN_CALLS
        if is_deep or self.started >= CALLS:
            self.function.__code__ = self.code
        for spot, value in zip(self.spots, arguments, strict=True):
            spot.see(value)

    def give(self, value: Any = None) -> Any:
        self.given += 1
        if self.given <= CALLS:
            self.result.see(value)
        return value

    def told(self) -> dict[str, Any]:
        result: list[Member] = self.result.members
        if self.gives_many:
            result = [{"name": "collections.abc.Iterator", "of": [result or ANY]}]
        parameters = {name: spot.members for name, spot in self.parameters.items() if spot.members}
        return {"parameters": parameters, "result": result}


@contextmanager
def observing(module: types.ModuleType, seen: dict[str, Observed]) -> Iterator[None]:
    """Sees the module's own functions, and its classes' methods, while the block runs; adds them to `seen`, by name."""
    with suppress(Exception):  # Source that is not to be had, or that does not compile so: nothing is observed.
        seen.update(begin_observing(module))
    try:
        yield
    finally:
        for one in seen.values():
            one.function.__code__ = one.code


def begin_observing(module: types.ModuleType) -> dict[str, Observed]:
    path = inspect.getfile(module)
    source = Path(path).read_bytes()
    if TAKES_CODE.search(source):
        return {}
    tree = ast.parse(source, path)
    describe, seen = Describer(module), {}
    for name, node in definitions(tree):
        function = function_of(module, name)
        if isinstance(function, types.FunctionType) and is_of(node, function, path):
            seen[name] = Observed(function, describe, is_method="." in name)
    codes = instrumented(tree, path, seen)
    for name, one in seen.items():
        one.function.__code__ = codes[name]
    return seen


def definitions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    """The functions and methods of a module by their names. What a decorator does with the code of one is not known."""
    for node in tree.body:
        prefix, inside = (f"{node.name}.", node.body) if isinstance(node, ast.ClassDef) else ("", [node])
        for one in inside:
            if isinstance(one, ast.FunctionDef) and not one.decorator_list:
                yield prefix + one.name, one


def function_of(module: types.ModuleType, name: str) -> Any:
    owner, _, last = name.rpartition(".")
    holder = getattr(module, owner, None) if owner else module
    return getattr(holder, "__dict__", {}).get(last)


def is_of(node: ast.FunctionDef, function: types.FunctionType, path: str) -> bool:
    code = function.__code__
    # `super()` looks up the class that a method stands in.
    is_plain = code.co_freevars in ((), ("__class__",))
    return is_plain and (code.co_filename, code.co_firstlineno) == (path, node.lineno)


def instrumented(tree: ast.Module, path: str, seen: dict[str, Observed]) -> dict[str, types.CodeType]:
    """The code of each function with what tells of it."""
    for name, node in definitions(tree):
        if name in seen:
            Instrument(node, list(seen[name].parameters)).work()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        whole = compile(ast.fix_missing_locations(tree), path, "exec", dont_inherit=True)
    names = {(one.code.co_firstlineno, one.code.co_name): name for name, one in seen.items()}
    found = {names.get((code.co_firstlineno, code.co_name)): code for code in codes_in(whole)}
    return {name: with_observer(found[name], one) for name, one in seen.items()}


def codes_in(code: types.CodeType) -> Iterator[types.CodeType]:
    for const in code.co_consts:
        if isinstance(const, types.CodeType):
            yield const
            yield from codes_in(const)


ENTER, GIVE = "\0enter", "\0give"


def with_observer(code: types.CodeType, one: Observed) -> types.CodeType:
    """Puts what is to be called in the place of the texts that stand for it: so no name is added to the module."""
    calls = {ENTER: one.enter, GIVE: one.give}
    consts = tuple(calls.get(const, const) if isinstance(const, str) else const for const in code.co_consts)
    return code.replace(co_consts=consts)


class Instrument(ast.NodeTransformer):
    """Adds to a function, not to those inside of it, what hands on its arguments and what it gives."""

    def __init__(self, node: ast.FunctionDef, parameters: list[str]) -> None:
        self.node, self.parameters = node, parameters
        self.gives_many = False

    def work(self) -> None:
        node = self.node
        self.gives_many = any(isinstance(one, (ast.Yield, ast.YieldFrom)) for one in own_nodes(node))
        first = 1 if ast.get_docstring(node, clean=False) is not None else 0
        # The places are those of what stands there: no line is added.
        start, end = node.body[min(first, len(node.body) - 1)], node.body[-1]
        body = [self.visit(statement) for statement in node.body]
        arguments = [ast.Name(name, ast.Load()) for name in self.parameters]
        body.insert(first, placed(ast.Expr(told(ENTER, arguments)), start))
        if not self.gives_many and not isinstance(end, (ast.Return, ast.Raise)):
            body.append(placed(ast.Expr(told(GIVE, [])), end))
        node.body = body

    def visit_Return(self, node: ast.Return) -> ast.Return:
        if self.gives_many:
            return node
        value = node.value or ast.Constant(None)
        return placed(ast.Return(told(GIVE, [value])), node)

    def visit_Yield(self, node: ast.Yield) -> ast.Yield:
        self.generic_visit(node)
        value = node.value or ast.Constant(None)
        return placed(ast.Yield(told(GIVE, [value])), node)

    def leave(self, node: ast.AST) -> ast.AST:
        return node

    visit_FunctionDef = visit_AsyncFunctionDef = visit_ClassDef = visit_Lambda = leave


def own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function without those of the functions in it."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            yield child
            yield from own_nodes(child)


def told(to: str, values: list[ast.expr]) -> ast.Call:
    return ast.Call(ast.Constant(to), values, [])


def placed(node: Any, like: ast.AST) -> Any:
    return ast.copy_location(node, like)
