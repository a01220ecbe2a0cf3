"""Judges a stack's JSON by our checks directly: without Checkov's parser and graph, in milliseconds."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

from checkov.common.bridgecrew.check_type import CheckType
from checkov.common.checks_infra.registry import get_graph_checks_registry
from checkov.terraform.checks.data.registry import data_registry
from checkov.terraform.checks.provider.registry import provider_registry
from checkov.terraform.checks.resource.registry import resource_registry

import checks
from checks.block import Block
from checks.check import ScannedStack

OURS = "FFP_"
_REGISTRIES = {"resource": resource_registry, "data": data_registry, "provider": provider_registry}

assert checks.__all__  # importing them is what registers the checks


def findings(text: dict[str, Any], *checks: str) -> set[tuple[str, str]]:
    """Every finding of the named checks of ours, or of all, in a stack's JSON: check and address."""
    stack = ScannedStack(_stack_blocks(text))
    found = set()
    check: Any  # Checkov's base classes know nothing of what ours have
    for section, registry in _REGISTRIES.items():
        for kind, check in {(kind, each) for kind, each in registry.all_checks() if _wanted(each.id, checks)}:
            if check.only == "plan":
                continue
            for address, type_, conf in _blocks(text, section):
                if fnmatchcase(type_, kind) and any(check.judge(Block(conf, type_, address))):
                    found.add((check.id, address))
    for check in get_graph_checks_registry(CheckType.TERRAFORM).checks:
        if _wanted(check.id, checks):
            for block in stack:
                if any(fnmatchcase(block.kind, kind) for kind in check.kinds) and any(check.judge(block, stack)):
                    found.add((check.id, block.address))
    return found


def _wanted(id_: str, checks: tuple[str, ...]) -> bool:
    return id_ in checks if checks else id_.startswith(OURS)


def _blocks(text: dict[str, Any], section: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Address, type and arguments of each block of a section."""
    for type_, blocks in text.get(section, {}).items():
        if section == "provider":
            for conf in blocks:
                yield ".".join(("provider", type_, *filter(None, [conf.get("alias")]))), type_, conf
        else:
            for name, conf in blocks.items():
                yield f"{'data.' if section == 'data' else ''}{type_}.{name}", type_, conf


def _stack_blocks(text: dict[str, Any]) -> Iterator[Block]:
    for section, prefix in (("resource", ""), ("data", "data.")):
        for address, type_, conf in _blocks(text, section):
            yield Block(conf, f"{prefix}{type_}", address)
    for part, conf in text.get("terraform", {}).items():
        if isinstance(conf, dict):
            yield Block(conf, f"terraform.{part}", f"terraform.{part}")
