"""Generates `docs/checks.md`: each of our Checkov checks with the requirement that it enforces and the reason."""

import re
from collections.abc import Iterator
from itertools import chain, groupby
from typing import Any, NamedTuple

from ffp.reference.markdown import NOTICE, code, table
from ffp.scan import engine

_INTRODUCTION = """\
The project's own Checkov checks, from `checks/`, which run in addition to Checkov's. `make synth` applies them to the
JSON of every stack, and `make plan-scan` to the offline plans, too. The column "lens" names a check that applies only
to one of the two. Each check has the name of the [requirement](security.md#requirements) that it enforces. That page
also lists the [waivers](security.md#waivers)."""
_LENSES = {None: "both", "json": "JSON only", "plan": "plan only"}


class Check(NamedTuple):
    """One registered check."""

    id: str
    sentence: str
    reason: str
    lens: str

    @property
    def requirement(self) -> str:
        """The requirement in the id: `FFP_NET_1_2` is the second check of NET-1."""
        return "-".join(self.id.split("_")[1:3])

    @property
    def order(self) -> tuple[str, list[int]]:
        return self.id.split("_")[1], [int(number) for number in re.findall(r"\d+", self.id)]


def text() -> str:
    """The whole page."""
    ordered = sorted(checks(), key=lambda check: check.order)
    return "\n\n".join((NOTICE, "# Checks", _INTRODUCTION, *_sections(ordered))) + "\n"


def _sections(ordered: list[Check]) -> Iterator[str]:
    for family, members in groupby(ordered, key=lambda check: check.order[0]):
        rows = ((code(each.id), each.requirement, each.sentence, each.reason, each.lens) for each in members)
        yield f"## {family}"
        yield table(("check", "requirement", "what it guarantees", "what to do, and why", "lens"), rows)


def checks() -> set[Check]:
    """Our checks that are registered with Checkov."""
    engine.prepare()
    from checkov.common.bridgecrew.check_type import CheckType
    from checkov.common.checks_infra.registry import get_graph_checks_registry
    from checkov.terraform.checks.data.registry import data_registry
    from checkov.terraform.checks.provider.registry import provider_registry
    from checkov.terraform.checks.resource.registry import resource_registry

    # Checkov's base classes do not declare the attributes of our checks.
    block_checks: Iterator[Any] = (
        check for each in (resource_registry, data_registry, provider_registry) for _, check in each.all_checks()
    )
    stack_checks: list[Any] = get_graph_checks_registry(CheckType.TERRAFORM).checks
    return {
        Check(each.id, each.name, each.guideline or "", _LENSES[getattr(each, "only", None)])
        for each in chain(block_checks, stack_checks)
        if each.id.startswith("FFP_")
    }
