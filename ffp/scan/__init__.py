"""Scans synthesised stacks with Checkov and our own checks, in JSON and plan, and applies the constructs' waivers."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from ffp.scan import engine, lens_json, lens_plan, waivers
from ffp.scan.finding import Finding, Key, Lens
from ffp.stacks import SynthesisedStack


@dataclass(frozen=True)
class Result:
    """The result of scanning one stack."""

    stack: SynthesisedStack
    findings: tuple[Finding, ...]
    passed: frozenset[Key]
    seconds: float

    @property
    def failed(self) -> list[Finding]:
        """The findings without a valid waiver, including those about invalid waivers."""
        return [finding for finding in self.findings if finding.waived is None]

    @property
    def waived(self) -> list[Finding]:
        """The findings that a valid waiver covers."""
        return [finding for finding in self.findings if finding.waived is not None]


def scan(
    stacks: Sequence[SynthesisedStack],
    *,
    today: date,
    plans: Mapping[str, Path] | None = None,
    report: Callable[[str], object] = lambda _: None,
) -> list[Result]:
    """Scans the stacks' JSON and, for each stack with a file in `plans`, its plan.

    `report` receives progress messages.
    """
    engine.prepare()
    results = []
    for stack in stacks:
        report(f"scanning {stack.name}")
        results.append(scan_one(stack, (plans or {}).get(stack.name), today))
    return results


def scan_one(stack: SynthesisedStack, plan: Path | None, today: date) -> Result:
    """Scans one stack, after `engine.prepare`."""
    started = time.monotonic()
    outcomes = [lens_json.scan(stack), *([lens_plan.scan(stack, plan)] if plan else [])]
    failed: dict[Key, Finding] = {}
    for outcome in outcomes:
        for key, finding in outcome.failed.items():
            earlier = failed.get(key, finding)
            failed[key] = replace(earlier, lenses=earlier.lenses | finding.lenses)
    lenses: frozenset[Lens] = frozenset({"json", "plan"} if plan else {"json"})
    findings = waivers.apply(stack, failed, today=today, lenses=lenses)
    passed = frozenset[Key]().union(*(outcome.passed for outcome in outcomes)) - failed.keys()
    ordered = sorted(findings, key=lambda finding: (finding.first_line, finding.check))
    return Result(stack, tuple(ordered), passed, time.monotonic() - started)
