"""Judges freshly synthesised stacks before they are published: nothing lost, no cycles, no secrets, safe removals."""

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import networkx as nx

from catalogue import TYPES, InUse, NotInUse
from ffp import stacks
from ffp.model.references import graph_of, walk
from ffp.project import BadInputError
from ffp.stacks import SynthesisedBlock, SynthesisedStack
from settings.secrecy import secret_format, secret_variable

# AWS WAF spells a choice as a block without content. Everything else that is empty has lost what it was given:
# the bindings drop a plain dictionary's snake_case keys inside a list without a word.
EMPTY_BY_DESIGN = frozenset({"allow", "block", "captcha", "challenge", "count", "none", "query_string"})

_INTERPOLATION = re.compile(r"[$%]\{[^}]*\}")

_SECRET_ATTRIBUTES = frozenset(
    {"auth_token", "client_secret", "master_password", "master_user_password", "password", "private_key"}
    | {"secret_binary", "secret_key", "secret_string"}
)
_SECRET_TYPES = frozenset({"random_password", "tls_private_key", "aws_iam_access_key"})
_SECRET_REFERENCE = re.compile(
    r"(?:random_password\.[\w-]+\.result|\.(?:secret_(?:string|binary)|private_key_pem)\b|aws_iam_access_key\.[\w-]+\.secret\b)"
)
_EMULATOR_KEY = "test"  # what the emulator's documentation gives to everybody


def require(output: Path, disposable: Collection[str] = ()) -> None:
    """Raises BadInputError with every problem below an output folder; `disposable` names stacks to be destroyed."""
    if found := problems(output, disposable):
        raise BadInputError(*found)


def problems(output: Path, disposable: Collection[str] = ()) -> list[str]:
    """Everything wrong with the stacks below an output folder, a line each; none if all is well."""
    found = []
    for stack in stacks.load(output):
        protection = () if stack.name in disposable else (unprotected,)
        for check in (empty_blocks, cycles, secrets, unclassed, removals, *protection):
            found += [f"{stack.name}: {problem}" for problem in check(stack)]
    return found


def empty_blocks(stack: SynthesisedStack) -> list[str]:
    """Blocks without content: what a construct was given has been lost on its way."""
    return [
        f"{block.address}: {path} is empty; give the bindings typed structs, they drop plain dictionaries"
        for block in stack.blocks
        for path, value in walk(block.attributes)
        if value in ({}, []) and not _empty_by_design(block, path)
    ]


def _empty_by_design(block: SynthesisedBlock, path: str) -> bool:
    return block.type.startswith("aws_wafv2_") and path.rsplit(".", 1)[-1].split("[")[0] in EMPTY_BY_DESIGN


def cycles(stack: SynthesisedStack) -> list[str]:
    """Circles of references among resources and data sources: Terraform could not order them."""
    graph = graph_of(stack)
    found = []
    for component in nx.strongly_connected_components(graph):
        inner = graph.subgraph(component)
        if len(component) > 1 or nx.number_of_selfloops(inner):
            start = min(component)
            edges = list(nx.find_cycle(inner, start))
            found.append("references form a cycle: " + " → ".join([edges[0][0], *(edge[1] for edge in edges)]))
    return sorted(found)


def unclassed(stack: SynthesisedStack) -> list[str]:
    """Resources of a type that the catalogue does not know: no guard could judge them."""
    return [
        f"{block.address}: {block.type} is not classed; add it to the file of its room in catalogue/, such as "
        f'"{block.type}": ResourceType(holds="what is lost with it", name="name", tagged=True, billed="by hour", '
        'replaced=InUse("who goes on using it")), where None stands for nothing; or part_of("its table")'
        for block in stack.resources
        if block.type not in TYPES
    ]


def unprotected(stack: SynthesisedStack) -> list[str]:
    """What holds data and could be destroyed by a slip: for stacks whose environment is not disposable."""
    found = []
    for block in stack.resources:
        type_ = TYPES.get(block.type)
        if type_ is None or type_.holds is None:
            continue
        wanted = {"lifecycle.prevent_destroy": True, **type_.protected_by}
        found += [
            f"{block.address}: {path} is not {value!r}, and with it goes {type_.holds}; give it `context.protection`, "
            "or say disposable=True in the environment's settings"
            for path, value in wanted.items()
            if _at(block.attributes, path) != value
        ]
    return found


def _at(attributes: Mapping[str, Any], path: str) -> Any:
    value: Any = attributes
    for step in path.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def removals(stack: SynthesisedStack) -> list[str]:
    """What a deploy would destroy before its users have moved on, and what would have to exist twice meanwhile."""
    found = []
    graph = graph_of(stack)
    for block in stack.resources:
        in_use = TYPES[block.type].replaced if block.type in TYPES else None
        if not isinstance(in_use, InUse):
            continue
        if not block.attributes.get("lifecycle", {}).get("create_before_destroy"):
            found.append(f"{block.address}: lifecycle.create_before_destroy is missing, and {in_use.by}")
        else:
            found += [
                f"{block.address}: refers to {target}, which Terraform would then make twice, but {only_one}"
                for target in sorted(nx.descendants(graph, block.address))
                if (only_one := _only_one(stack.by_address[target].type))
            ]
    return found


def _only_one(type_: str) -> str | None:
    """Why a resource of this type cannot exist twice; None where it can."""
    replaced = TYPES[type_].replaced if type_ in TYPES else None
    return replaced.because if isinstance(replaced, NotInUse) and replaced.only_one else None


def secrets(stack: SynthesisedStack) -> list[str]:
    """Values that look secret, or that would bring a secret into plan and state; the values are never shown."""
    found = []
    for block in stack.blocks:
        if block.type in _SECRET_TYPES:
            found.append(f"{block.address}: {block.type} keeps its secret in the state; let AWS make and hold it")
        for path, value in walk(block.attributes):
            if isinstance(value, str) and (what := _secret(path, value)):
                found.append(f"{block.address}: {path} looks like {what}; keep it in Secrets Manager")
    return found


def _secret(path: str, value: str) -> str | None:
    name = path.rsplit(".", 1)[-1].split("[")[0]
    literal = _INTERPOLATION.sub("", value)
    if what := secret_format(value):
        return what
    if name in _SECRET_ATTRIBUTES and literal not in ("", _EMULATOR_KEY):
        return "a secret written out"
    if _SECRET_REFERENCE.search(value):
        return "a secret taken from the state"
    return secret_variable(name, value) if ".variables." in path else None
