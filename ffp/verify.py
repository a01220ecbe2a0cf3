"""Checks new stacks before they are published: nothing lost, no cycle, no secret, safe replacements, AWS's limits."""

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import networkx as nx

from catalogue import TYPES, InUse, NotInUse
from ffp import limits, stacks
from ffp.model.references import References
from ffp.project import BadInputError
from ffp.stacks import SynthesisedBlock, SynthesisedStack
from settings.limits import AccountLimits
from settings.secrecy import secret_format, secret_variable

# AWS WAF expresses a choice as an empty block. Every other empty block has lost its content: the bindings silently drop
# the snake_case keys of a plain dictionary in a list.
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
_EMULATOR_KEY = "test"  # the emulator's documented key, which is no secret


def require(
    output: Path, disposable: Collection[str] = (), accounts: Mapping[str, AccountLimits] | None = None
) -> None:
    """Raises BadInputError with every problem of the stacks in an output folder.

    `disposable` stacks need no protection. `accounts` are the quotas of each environment's account, if not AWS's own.
    """
    if faults := problems(output, disposable, accounts):
        raise BadInputError(*faults)


def problems(
    output: Path, disposable: Collection[str] = (), accounts: Mapping[str, AccountLimits] | None = None
) -> list[str]:
    """The problems of all stacks in an output folder, one line each; empty if there are none."""
    faults = []
    loaded = stacks.load(output)
    for stack in loaded:
        protection = () if stack.name in disposable else (unprotected,)
        graph = graph_of(stack)
        found = [problem for check in (empty_blocks, secrets, uncatalogued, *protection) for problem in check(stack)]
        faults += [f"{stack.name}: {each}" for each in (*found, *cycles(graph), *removals(stack, graph))]
    return [*faults, *limits.problems(loaded, accounts or {})]


def empty_blocks(stack: SynthesisedStack) -> list[str]:
    """Empty blocks, which means that the bindings lost what a construct passed to them."""
    return [
        f"{block.address}: {path} is empty; pass typed structs to the bindings, because they drop plain dictionaries"
        for block in stack.blocks
        for path, value in block.values
        if value in ({}, []) and not _empty_by_design(block, path)
    ]


def _empty_by_design(block: SynthesisedBlock, path: str) -> bool:
    return block.type.startswith("aws_wafv2_") and path.rsplit(".", 1)[-1].split("[")[0] in EMPTY_BY_DESIGN


def cycles(graph: "nx.DiGraph[str]") -> list[str]:
    """Cycles of references among resources and data sources, which Terraform cannot order."""
    faults = []
    for component in nx.strongly_connected_components(graph):
        inner = graph.subgraph(component)
        if len(component) > 1 or nx.number_of_selfloops(inner):
            start = min(component)
            edges = list(nx.find_cycle(inner, start))
            faults.append("references form a cycle: " + " → ".join([edges[0][0], *(edge[1] for edge in edges)]))
    return sorted(faults)


def graph_of(stack: SynthesisedStack) -> "nx.DiGraph[str]":
    """A graph of the blocks' addresses, with an edge to each block that a block refers to."""
    targets = References(stack).targets
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(targets)
    graph.add_edges_from((block, target) for block, several in targets.items() for target in several)
    return graph


def uncatalogued(stack: SynthesisedStack) -> list[str]:
    """Resources whose type is missing in the catalogue, so that no check covers them."""
    return [
        f"{block.address}: {block.type} is missing in the catalogue; add it to its service's file in "
        "catalogue/, such as "
        f'"{block.type}": ResourceType(holds="the data lost with it", name="name", tagged=True, billed="by hour", '
        'replaced=InUse("its users")), with None where nothing applies; or part_of("its table")'
        for block in stack.resources
        if block.type not in TYPES
    ]


def unprotected(stack: SynthesisedStack) -> list[str]:
    """Resources that hold data but lack a protection from deletion. Only disposable environments may have them."""
    faults = []
    for block in stack.resources:
        type_ = TYPES.get(block.type)
        if type_ is None or type_.holds is None:
            continue
        required = {"lifecycle.prevent_destroy": True, **type_.protected_by}
        faults += [
            f"{block.address}: {path} is not {value!r}, and its deletion destroys {type_.holds}; pass "
            "`context.protection`, or set disposable=True in the environment's settings"
            for path, value in required.items()
            if _value_at(block.attributes, path) != value
        ]
    return faults


def _value_at(attributes: Mapping[str, Any], path: str) -> Any:
    value: Any = attributes
    for step in path.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def removals(stack: SynthesisedStack, graph: "nx.DiGraph[str]") -> list[str]:
    """Resources in use that a deploy would destroy before their replacement exists, or that it cannot create twice."""
    faults = []
    for block in stack.resources:
        in_use = TYPES[block.type].replaced if block.type in TYPES else None
        if not isinstance(in_use, InUse):
            continue
        if not block.attributes.get("lifecycle", {}).get("create_before_destroy"):
            faults.append(f"{block.address}: lifecycle.create_before_destroy is missing, and {in_use.by}")
        else:
            faults += [
                f"{block.address}: refers to {target}, which Terraform would then create a second time, but "
                f"{reason_for_one}"
                for target in sorted(nx.descendants(graph, block.address))
                if (reason_for_one := _why_only_one(stack.by_address[target].type))
            ]
    return faults


def _why_only_one(type_: str) -> str | None:
    """The reason why only one resource of this type can exist at a time; None if several can."""
    replaced = TYPES[type_].replaced if type_ in TYPES else None
    return replaced.because if isinstance(replaced, NotInUse) and replaced.only_one else None


def secrets(stack: SynthesisedStack) -> list[str]:
    """Values that look like secrets, or that would write a secret to plan and state. The problems never show them."""
    faults = []
    for block in stack.blocks:
        if block.type in _SECRET_TYPES:
            faults.append(
                f"{block.address}: {block.type} stores its secret in the state; let AWS generate and store it"
            )
        for path, value in block.values:
            if isinstance(value, str) and (secret_kind := _kind_of_secret(path, value)):
                faults.append(f"{block.address}: {path} looks like {secret_kind}; keep it in Secrets Manager")
    return faults


def _kind_of_secret(path: str, value: str) -> str | None:
    name = path.rsplit(".", 1)[-1].split("[")[0]
    literal = _INTERPOLATION.sub("", value)
    if secret_kind := secret_format(value):
        return secret_kind
    if name in _SECRET_ATTRIBUTES and literal not in ("", _EMULATOR_KEY):
        return "a secret in plain text"
    if _SECRET_REFERENCE.search(value):
        return "a secret read from the state"
    return secret_variable(name, value) if ".variables." in path else None
