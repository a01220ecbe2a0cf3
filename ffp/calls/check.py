"""Compares what the code of functions calls with what the roles of their groups may do, in every synthesised stack."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Column, Table

from ffp.calls import javascript, python
from ffp.calls.bundles import lines_of
from ffp.calls.found import OUTSIDE, VARIABLE, Call
from ffp.calls.naming import actions_for, binding_for
from ffp.calls.variables import giver_of
from ffp.project import ROOT
from ffp.stacks import FILE_NAME, STACKS
from settings import Application, Folder, FunctionGroupSettings, FunctionSettings, ReceiveMedia
from settings.code import LIBRARY
from settings.names import prefix
from settings.reach import ports

_DOCUMENT = re.compile(r"\$\{data\.aws_iam_policy_document\.([\w-]+)\.json\}")
_SIGNS_IN = "rds-db:connect"  # to the database; the library can do it, and the settings decide whether it does
_READS_TAGS = "s3:GetObjectTagging"  # ReceiveMedia gives it where the bucket is scanned for malware
_LIBRARY = ROOT / LIBRARY  # decides by some variables which others it reads; its bindings give all of them
_ROLE = re.compile(r"\$\{aws_iam_role\.group-([\w-]+)_role\.\w+\}")


@dataclass(frozen=True)
class Missing:
    """A call that no environment's role of the group may do, or an address or a variable that nothing gives."""

    function: str
    place: str  # file and line
    action: str  # of IAM; what opens a connection, such as `requests.post`; or a variable, such as `$ORDERS_QUEUE_URL`
    binding: str  # or what else gives it


def read(applications: Iterable[Application]) -> list[tuple[FunctionGroupSettings, FunctionSettings, Call]]:
    """Every call in the code of every function, with its group. Code that several functions share is read once."""
    known: dict[object, tuple[Call, ...]] = {}
    found = []
    for group in (each for application in applications for each in application.groups):
        for function in group.functions:
            code = (function.code, function.handler, function.runtime)
            if code not in known:
                known[code] = tuple(calls_of(function))
            found += [(group, function, call) for call in known[code]]
    return found


def missing(
    calls: Iterable[tuple[FunctionGroupSettings, FunctionSettings, Call]], out: Path, stacks: Iterable[str]
) -> list[Missing]:
    """The calls for which no binding of the function's group gives the permission, in any of these stacks.

    So are addresses outside AWS, and variables, that nothing gives.
    """
    granted: dict[str, set[str]] = {}
    packages: dict[str, Path] = {}
    for name in stacks:
        folder = out / STACKS / name
        stack = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
        for role, action in _granted(stack):
            granted.setdefault(role, set()).add(action)
        for function in stack.get("resource", {}).get("aws_lambda_function", {}).values():
            if "filename" in function:
                packages[function["function_name"].removeprefix(prefix(name))] = folder / function["filename"]
    found: dict[Missing, None] = {}
    for group, function, call in calls:
        if (may := granted.get(group.name)) is None:
            continue  # its stack was not synthesised
        needs = dict(_needs(call, group, function, may))
        if needs and _is_packed(call, function, packages.get(function.name)):
            place = f"{call.file.relative_to(ROOT).as_posix()}:{call.line}"
            found |= {Missing(function.name, place, what, binding): None for what, binding in needs.items()}
    return [*found]


def _needs(
    call: Call, group: FunctionGroupSettings, function: FunctionSettings, may: set[str]
) -> Iterator[tuple[str, str]]:
    """What a call needs and nothing gives, with what would give it."""
    if call.service == OUTSIDE and group.in_vpc and not ports(group.bindings):
        yield call.operation, "Reach"
    if call.service == VARIABLE:
        if not call.file.is_relative_to(_LIBRARY) and (giver := giver_of(call.operation, group, function)):
            yield f"${call.operation}", giver
        return
    for action in actions_for(call):
        if action not in may and not _is_given_elsewhere(action, group):
            yield action, binding_for(action)


def _is_packed(call: Call, function: FunctionSettings, package: Path | None) -> bool:
    """Whether a call is in a function's package: a bundle has only what is used of a file that it imports."""
    if package is None or not isinstance(function.code, Folder) or not function.entry:
        return True
    file, lines = call.file.relative_to(ROOT).as_posix(), lines_of(package, function.code.path)
    if call.service == OUTSIDE:  # told at the line of an import, which leaves nothing behind
        return any(file == each for each, _ in lines)
    return (file, call.line) in lines


def _is_given_elsewhere(action: str, group: FunctionGroupSettings) -> bool:
    """Whether a binding gives it otherwise than by the role, or only in environments that are not synthesised here."""
    if action == _SIGNS_IN:
        return group.uses_database
    return action == _READS_TAGS and ReceiveMedia() in group.bindings


def calls_of(function: FunctionSettings) -> Iterator[Call]:
    """The calls of AWS's SDKs in a function's code; none for code that was built elsewhere."""
    code = function.code
    if not isinstance(code, Folder):
        return
    files = code.files(ROOT, function.runtime)
    if function.runtime.startswith("python"):
        yield from python.calls_of(function.handler, files)
    elif function.runtime.startswith("nodejs"):
        place = function.handler.rpartition(".")[0]
        entry = code.entry(function.handler, function.runtime)
        names = [entry] if entry else [f"{place}{ending}" for ending in (".js", ".mjs", ".cjs")]
        for name in names:
            yield from javascript.calls_of(name, files)


def _granted(stack: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each action that a group's role may do, on whatever resource."""
    documents = stack.get("data", {}).get("aws_iam_policy_document", {})
    for policy in stack.get("resource", {}).get("aws_iam_role_policy", {}).values():
        group, document = _ROLE.fullmatch(policy["role"]), _DOCUMENT.fullmatch(policy["policy"])
        if group and document:
            for statement in documents[document[1]]["statement"]:
                if statement["effect"] == "Allow":
                    yield from ((group[1], action) for action in statement["actions"])


def show(console: Console, found: Sequence[Missing]) -> None:
    """Prints the calls with the binding that gives each permission; nothing where there are none."""
    if not found:
        return
    columns = (Column(name, overflow="fold") for name in ("function", "where", "needs", "binding"))
    table = Table(*columns, box=box.SIMPLE_HEAD, padding=(0, 0, 0, 1), pad_edge=False)
    for each in found:
        table.add_row(each.function, each.place, each.action, each.binding)
    console.print(table)
    console.print(
        f"{len(found)} needs of the code that nothing covers: give it to the group, or remove it", style="yellow"
    )
