"""Traces a function that asks `if` of a column: it is called once for every way that it may take."""

from collections.abc import Callable
from typing import Any

from slipway_onnx import Unconvertible, is_missing

MOST_CALLS = 200


class Tree:
    """What a function gives, or what it asks first and what comes of each answer."""

    def __init__(self, asked: Any, answers: "tuple[Tree, Tree] | None", value: Any = None) -> None:
        self.asked, self.answers, self.value = asked, answers, value

    def merged(self, leaf: Callable[[int, Any], Any], where: Callable[..., Any], asked: Callable[[Any], Any]) -> Any:
        """One value of all: `leaf` gets the number of the leaf and its value."""
        counted = iter(range(MOST_CALLS + 1))

        def merge(tree: Tree) -> Any:
            if tree.answers is None:
                return leaf(next(counted), tree.value)
            yes, no = map(merge, tree.answers)
            return where(asked(tree.asked), yes, no)

        return merge(self)


class Run:
    """One call of the function, that takes the ways of `answers` and then always the first."""

    def __init__(self, answers: list[bool]) -> None:
        self.answers, self.asked = answers, []

    def ask(self, condition: Any) -> bool:
        place = len(self.asked)
        self.asked.append(condition)
        return self.answers[place] if place < len(self.answers) else True


running: list[Run] = []


def take_branch(condition: Any) -> bool:
    if not running:
        raise Unconvertible("asking whether a whole column is true has no ONNX form")
    return running[-1].ask(condition)


def explored(call: Callable[[], Any]) -> Tree:
    """All ways that a call may take."""
    calls = 0

    def explore(answers: list[bool]) -> Tree:
        nonlocal calls
        calls += 1
        if calls > MOST_CALLS:
            raise Unconvertible("a function with so many branches has no ONNX form")
        run = Run(answers)
        running.append(run)
        try:
            value = call()
        finally:
            running.pop()
        if len(run.asked) <= len(answers):
            return Tree(None, None, value)
        return Tree(run.asked[len(answers)], (explore([*answers, True]), explore([*answers, False])))

    return explore([])


def leaves(tree: Tree) -> list[Any]:
    """All values, in the order of their numbers."""
    return [tree.value] if tree.answers is None else [one for branch in tree.answers for one in leaves(branch)]


def is_constant(value: Any) -> bool:
    return isinstance(value, (str, int, float)) or is_missing(value)
