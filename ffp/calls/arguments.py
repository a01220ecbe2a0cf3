"""What a call in Python gives to the function, or the class, that it calls, as their code says."""

import ast
from collections.abc import Iterator

from settings.python import Module

Function = ast.FunctionDef | ast.AsyncFunctionDef


def text(call: ast.Call, place: int, name: str) -> str | None:
    """An argument that is written out as text."""
    match argument(call, place, name):
        case ast.Constant(value=str(written)):
            return written
    return None


def argument(call: ast.Call, place: int, name: str) -> ast.expr | None:
    named = [each.value for each in call.keywords if each.arg == name]
    return next(iter(named or call.args[place : place + 1]), None)


def functions(module: Module, part: str) -> Iterator[Function]:
    """The function that a part is, or the methods of the class that it is."""
    match module.definitions.get(part):
        case ast.FunctionDef() | ast.AsyncFunctionDef() as function:
            yield function
        case ast.ClassDef(body=body):
            yield from (each for each in body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef))


def is_property(function: Function) -> bool:
    return any(ast.unparse(each).endswith("property") for each in function.decorator_list)


def given(definition: ast.stmt, call: ast.Call) -> dict[str, ast.expr]:
    """The arguments of a call by the names that hold them: parameters, or the fields of a class without `__init__`."""
    names: list[str] = []
    prefix = ""
    match definition:
        case ast.FunctionDef(args=args) | ast.AsyncFunctionDef(args=args):
            names = [each.arg for each in (*args.posonlyargs, *args.args)]
        case ast.ClassDef(body=body):
            made = [each for each in body if isinstance(each, ast.FunctionDef) and each.name == "__init__"]
            if made:
                names = [each.arg for each in (*made[0].args.posonlyargs, *made[0].args.args)][1:]
            else:
                prefix = "."
                names = [
                    each.target.id
                    for each in body
                    if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
                ]
    by_place = zip(names, call.args, strict=False)
    by_name = ((each.arg, each.value) for each in call.keywords if each.arg)
    return {f"{prefix}{name}": value for name, value in (*by_place, *by_name)}


def defaults(function: Function) -> Iterator[tuple[str, ast.expr]]:
    """The parameters that have a default, with it."""
    positional = [*function.args.posonlyargs, *function.args.args]
    by_place = zip(reversed(positional), reversed(function.args.defaults), strict=False)
    for parameter, default in (*by_place, *zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)):
        if default:
            yield parameter.arg, default
