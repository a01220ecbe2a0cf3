"""Compares two expressions of CloudWatch's metric maths: does one fire whenever the other does?"""

import ast
import math
import operator
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

_OPERATORS: Mapping[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "IF": lambda test, then, other=None: then if test else other,
    "FILL": lambda metric, _: metric,
    "MAX": lambda *given: max(_flat(given)),
    "MIN": lambda *given: min(_flat(given)),
    "SUM": lambda *given: sum(_flat(given)),
    "AVG": lambda *given: sum(_flat(given)) / len(_flat(given)),
    "ABS": abs,
    "CEIL": math.ceil,
    "FLOOR": math.floor,
}
_USUAL = (0, 0.5, 1, 2, 3, 5, 9, 10, 11, 20, 50, 99, 100, 101, 200, 1000, 10_000, 1_000_000)
_MOST = 4096  # combinations of usual values; beyond, they are drawn
_DRAWN = 3000


class UnsupportedError(Exception):
    """The expression has something that cannot be evaluated here."""


@dataclass(frozen=True)
class Condition:
    """An expression over the metrics m0, m1, …, and the limit at which its alarm fires."""

    expression: str
    is_met: Callable[[float], bool]
    limit: float


def misses(before: Condition, after: Condition, metrics: int) -> bool | None:
    """Whether values exist for which the first fires and the second does not; None if that cannot be found out."""
    try:
        old, new = (_parsed(each.expression) for each in (before, after))
        samples = _samples(before, after, metrics)
        return any(_fires(before, old, values) and not _fires(after, new, values) for values in samples)
    except UnsupportedError:
        return None


def _parsed(expression: str) -> ast.expr:
    text = re.sub(r"\bAND\b|&&", " and ", re.sub(r"\bOR\b|\|\|", " or ", expression)).replace("^", "**")
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError) as error:
        raise UnsupportedError from error


def _samples(before: Condition, after: Condition, metrics: int) -> Iterator[Sequence[float]]:
    numbers = re.findall(r"\b\d+(?:\.\d+)?", f"{before.expression} {after.expression}")
    said = {*map(float, numbers), before.limit, after.limit, (before.limit + after.limit) / 2}
    values = sorted({*_USUAL, *said, *(each + 1 for each in said), *(each - 1 for each in said)})
    if len(values) ** metrics <= _MOST:
        yield from product(values, repeat=metrics)
    drawn = random.Random(0)  # noqa: S311 - the same samples each time; nothing secret
    for _ in range(_DRAWN):
        yield [drawn.choice(values) if drawn.random() < 0.5 else drawn.uniform(0, 1000) for _ in range(metrics)]


def _fires(condition: Condition, parsed: ast.expr, values: Sequence[float]) -> bool:
    try:
        found = _value(parsed, {f"m{place}": value for place, value in enumerate(values)})
    except (ZeroDivisionError, OverflowError, ValueError):
        return False
    except TypeError as error:
        raise UnsupportedError from error
    return isinstance(found, bool | int | float) and condition.is_met(float(found))


def _value(node: ast.expr, values: Mapping[str, float]) -> Any:
    match node:
        case ast.Constant(value=bool() | int() | float() as value):
            return value
        case ast.Name(id=name) if name in values:
            return values[name]
        case ast.List(elts=elements):
            return [_value(each, values) for each in elements]
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_value(inner, values)
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _OPERATORS:
            return _OPERATORS[type(sign)](_value(left, values), _value(right, values))
        case ast.Compare(left=left, ops=[sign], comparators=[right]) if type(sign) in _OPERATORS:
            return float(_OPERATORS[type(sign)](_value(left, values), _value(right, values)))
        case ast.BoolOp(op=sign, values=inner):
            found = [bool(_value(each, values)) for each in inner]
            return float(all(found) if isinstance(sign, ast.And) else any(found))
        case ast.Call(func=ast.Name(id=name), args=given, keywords=[]) if name in _FUNCTIONS:
            return _FUNCTIONS[name](*(_value(each, values) for each in given))
    raise UnsupportedError


def _flat(given: Sequence[Any]) -> list[Any]:
    return [inner for each in given for inner in (each if isinstance(each, list) else [each])]
