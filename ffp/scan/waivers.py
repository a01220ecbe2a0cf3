"""Applies the constructs' waivers to a scan's findings, and reports invalid waivers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from ffp.scan.finding import Finding, Key, Lens, in_stack
from ffp.stacks import SynthesisedBlock, SynthesisedStack

SHORTEST_REASON = 20  # characters; a shorter text explains nothing
LONGEST = timedelta(days=400)  # a year and a month for the decision; each waiver must be reviewed again

_EMPTY_REASON = re.compile(
    r"\W*(?:not (?:needed|required|necessary|applicable|relevant)|no need|n/?a\b|unnecessary|to ?do|ignore)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Waiver:
    """One accepted finding: the check, the block, the reason, and the last day on which the waiver is valid.

    `plan_only` means that only the plan has the finding; the waiver then does not apply to the JSON.
    """

    address: str
    check: str
    reason: str
    expires: date
    plan_only: bool

    def covers(self, finding: Finding) -> bool:
        """Whether the waiver applies to this finding."""
        return self.address == finding.address and self.check == finding.check and not self._elsewhere(finding)

    def _elsewhere(self, finding: Finding) -> bool:
        return self.plan_only and finding.lenses != {"plan"}


def apply(
    stack: SynthesisedStack, scanned: Mapping[Key, Finding], *, today: date, lenses: frozenset[Lens]
) -> list[Finding]:
    """Marks a stack's findings that a valid waiver covers, and adds a finding for each invalid or unused waiver."""
    findings = dict(scanned)
    faults: list[Finding] = []
    for block in stack.blocks:
        for check, declared in block.waivers.items():
            fault = _fault(check, declared, today)
            if fault is None:
                waiver = _waiver(block, check, declared)
                finding = findings.get((waiver.address, waiver.check))
                if finding and waiver.covers(finding):
                    findings[finding.key] = replace(finding, waived=waiver.reason)
                elif waiver.plan_only and "plan" not in lenses:
                    continue  # no plan was scanned
                else:
                    fault = "WAIVER_UNUSED", f"nothing to waive: {check} does not fail here; remove the waiver"
            if fault:
                id_, name = fault
                faults.append(in_stack(stack, block.address, block.lines, check=id_, name=name))
    return [*findings.values(), *faults]


def expiry(declared: Any) -> date | None:
    """The last day of a waiver as a block declares it; None for one that is no waiver, which the scan reports."""
    try:
        return date.fromisoformat(declared["expires"])
    except (KeyError, TypeError, ValueError):
        return None


def _fault(check: str, declared: Any, today: date) -> tuple[str, str] | None:
    """The id and the sentence of the finding if a waiver is invalid by itself; None if it is valid."""
    if not isinstance(declared, dict) or not {"reason", "expires"} <= declared.keys() <= {"reason", "expires", "lens"}:
        return "WAIVER_FORM", f"waiver of {check}: set reason, expires, and lens if only the plan has the finding"
    if declared.get("lens", "plan") != "plan":
        return "WAIVER_FORM", f"waiver of {check}: lens is {declared['lens']!r}; the only value is 'plan'"
    try:
        expires = date.fromisoformat(declared["expires"])
    except (TypeError, ValueError):
        return "WAIVER_FORM", f"waiver of {check}: expires is {declared['expires']!r}; write a date such as 2027-11-30"
    if expires < today:
        return "WAIVER_EXPIRED", f"waiver of {check} expired on {expires}: fix the finding, or renew the waiver"
    if expires > today + LONGEST:
        latest = today + LONGEST
        return "WAIVER_TOO_LONG", f"waiver of {check} lasts until {expires}: set {latest} or an earlier date"
    reason = str(declared["reason"]).strip()
    if len(reason) < SHORTEST_REASON or _EMPTY_REASON.match(reason):
        return (
            "WAIVER_REASON",
            f"waiver of {check}: {reason!r} does not explain the exception; write a reason of "
            f"{SHORTEST_REASON} characters or more",
        )
    return None


def _waiver(block: SynthesisedBlock, check: str, declared: Mapping[str, str]) -> Waiver:
    expires = date.fromisoformat(declared["expires"])
    return Waiver(block.address, check, declared["reason"].strip(), expires, plan_only=declared.get("lens") == "plan")
