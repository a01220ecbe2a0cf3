"""Applies the waivers that constructs carry, and judges the waivers themselves."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from ffp.scan.finding import Finding, Key, Lens, in_stack
from ffp.stacks import SynthesisedBlock, SynthesisedStack

SHORTEST_REASON = 20  # characters; what is shorter explains nothing
LONGEST = timedelta(days=400)  # a year, and a month to decide in: what nobody looks at again is no exception

_NO_REASON = re.compile(
    r"\W*(?:not (?:needed|required|necessary|applicable|relevant)|no need|n/?a\b|unnecessary|to ?do|ignore)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Waiver:
    """One accepted finding: which check on which block, why, and the last day on which that holds.

    `plan_only` says that the finding shows in the plan and not in the JSON; it is then accepted only there.
    """

    address: str
    check: str
    reason: str
    expires: date
    plan_only: bool

    def covers(self, finding: Finding) -> bool:
        """Whether it accepts this finding."""
        return self.address == finding.address and self.check == finding.check and not self._elsewhere(finding)

    def _elsewhere(self, finding: Finding) -> bool:
        return self.plan_only and finding.lenses != {"plan"}


def apply(
    stack: SynthesisedStack, found: Mapping[Key, Finding], *, today: date, lenses: frozenset[Lens]
) -> list[Finding]:
    """The findings of a stack, those with a valid waiver marked, and a finding for each waiver that is none."""
    findings = dict(found)
    faults: list[Finding] = []
    for block in stack.blocks:
        for check, raw in block.waivers.items():
            fault = _fault(check, raw, today)
            if fault is None:
                waiver = _waiver(block, check, raw)
                finding = findings.get((waiver.address, waiver.check))
                if finding and waiver.covers(finding):
                    findings[finding.key] = replace(finding, waived=waiver.reason)
                elif waiver.plan_only and "plan" not in lenses:
                    continue  # nobody has looked
                else:
                    fault = "WAIVER_UNUSED", f"nothing to waive: {check} does not fail here; take the waiver away"
            if fault:
                id_, name = fault
                faults.append(in_stack(stack, block.address, block.lines, check=id_, name=name))
    return [*findings.values(), *faults]


def _fault(check: str, raw: Any, today: date) -> tuple[str, str] | None:
    """What makes a waiver void whatever it waives: the id and the sentence of a finding."""
    if not isinstance(raw, dict) or not {"reason", "expires"} <= raw.keys() <= {"reason", "expires", "lens"}:
        return "WAIVER_FORM", f"waiver of {check}: give reason, expires, and lens where only the plan shows the finding"
    if raw.get("lens", "plan") != "plan":
        return "WAIVER_FORM", f"waiver of {check}: lens is {raw['lens']!r}; the only value is 'plan'"
    try:
        expires = date.fromisoformat(raw["expires"])
    except (TypeError, ValueError):
        return "WAIVER_FORM", f"waiver of {check}: expires is {raw['expires']!r}; write a date as 2027-11-30"
    if expires < today:
        return "WAIVER_EXPIRED", f"waiver of {check} expired on {expires}: fix the finding, or decide again"
    if expires > today + LONGEST:
        latest = today + LONGEST
        return "WAIVER_TOO_LONG", f"waiver of {check} lasts until {expires}: decide again by {latest} at the latest"
    reason = str(raw["reason"]).strip()
    if len(reason) < SHORTEST_REASON or _NO_REASON.match(reason):
        return "WAIVER_REASON", f"waiver of {check}: {reason!r} is no reason that an auditor would accept"
    return None


def _waiver(block: SynthesisedBlock, check: str, raw: Mapping[str, str]) -> Waiver:
    expires = date.fromisoformat(raw["expires"])
    return Waiver(block.address, check, raw["reason"].strip(), expires, plan_only=raw.get("lens") == "plan")
