"""`docs/checks.md`: every Checkov check of ours, with the requirement that it enforces and the reason."""

import re
from collections.abc import Iterator
from itertools import chain, groupby
from typing import Any, NamedTuple

from ffp.reference.markdown import NOTICE, code, table
from ffp.scan import engine

_INTRODUCTION = """\
Our own Checkov checks, from `checks/`; Checkov's run beside them. `make synth` applies them to the JSON of every stack,
`make plan-scan` to the offline plans too. A check that sees enough in one of these lenses only says so. Each is named
after the [requirement](security.md#requirements) that it enforces; [waivers](security.md#waivers) are listed there."""
_LENSES = {None: "both", "json": "JSON only", "plan": "plan only"}


class Check(NamedTuple):
    """One check as the scan knows it."""

    id: str
    sentence: str
    reason: str
    lens: str

    @property
    def requirement(self) -> str:
        """`FFP_NET_1_2` is the second check of NET-1."""
        return "-".join(self.id.split("_")[1:3])

    @property
    def order(self) -> tuple[str, list[int]]:
        return self.id.split("_")[1], [int(number) for number in re.findall(r"\d+", self.id)]


def text() -> str:
    """The whole page."""
    found = sorted(checks(), key=lambda check: check.order)
    return "\n\n".join((NOTICE, "# Checks", _INTRODUCTION, *_sections(found))) + "\n"


def _sections(found: list[Check]) -> Iterator[str]:
    for family, members in groupby(found, key=lambda check: check.order[0]):
        rows = ((code(each.id), each.requirement, each.sentence, each.reason, each.lens) for each in members)
        yield f"## {family}"
        yield table(("check", "requirement", "what it guarantees", "what to do, and why", "lens"), rows)


def checks() -> set[Check]:
    """All checks of ours that Checkov has registered."""
    engine.prepare()
    from checkov.common.bridgecrew.check_type import CheckType
    from checkov.common.checks_infra.registry import get_graph_checks_registry
    from checkov.terraform.checks.data.registry import data_registry
    from checkov.terraform.checks.provider.registry import provider_registry
    from checkov.terraform.checks.resource.registry import resource_registry

    # Checkov's base classes know nothing of what ours have.
    of_blocks: Iterator[Any] = (
        check for each in (resource_registry, data_registry, provider_registry) for _, check in each.all_checks()
    )
    of_stacks: list[Any] = get_graph_checks_registry(CheckType.TERRAFORM).checks
    return {
        Check(each.id, each.name, each.guideline or "", _LENSES[getattr(each, "only", None)])
        for each in chain(of_blocks, of_stacks)
        if each.id.startswith("FFP_")
    }
