"""Bundles functions for a program that only wants their packages: `python -m modules.functions.bundle`.

Standard input says which, as a list in JSON, each with `name`, `path`, `includes`, `runtime` and `handler`. Standard
output has for each name its package in base64, or what is wrong with it.
"""

import base64
import json
import sys
from collections import defaultdict
from typing import Any

from modules.functions.bundling import bundles
from settings import Folder, FunctionSettings, archive
from settings.base import InvalidSettings


def main() -> None:
    """Bundles functions of one folder together, and each alone where that fails: one holds up no other."""
    together: dict[tuple[Folder, str], list[FunctionSettings]] = defaultdict(list)
    for asked in json.load(sys.stdin):
        function = _function(asked)
        together[_folder(function), function.runtime].append(function)
    made: dict[str, dict[str, Any]] = {}
    for functions in together.values():
        try:
            made |= _made(functions)
        except InvalidSettings:
            for function in functions:
                made |= _made_alone(function)
    json.dump(made, sys.stdout)


def _made_alone(function: FunctionSettings) -> dict[str, dict[str, Any]]:
    try:
        return _made([function])
    except InvalidSettings as failure:
        return {function.name: {"problems": [str(each) for each in failure.problems]}}


def _made(functions: list[FunctionSettings]) -> dict[str, dict[str, Any]]:
    found = bundles(tuple(functions))
    made = {}
    for each in functions:
        files = found[_folder(each), each.runtime, each.entry or ""]
        made[each.name] = {"package": base64.b64encode(archive.zipped(dict(sorted(files.items())))).decode()}
    return made


def _function(asked: dict[str, Any]) -> FunctionSettings:
    return FunctionSettings(
        name=asked["name"],
        description="Is bundled",
        handler=asked["handler"],
        code=Folder(path=asked["path"], includes=tuple(asked["includes"])),
        runtime=asked["runtime"],
    )


def _folder(function: FunctionSettings) -> Folder:
    if not isinstance(function.code, Folder):
        raise TypeError("only a folder of this repository is bundled")
    return function.code


if __name__ == "__main__":
    main()
