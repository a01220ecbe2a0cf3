"""Scans the offline plan, which includes the provider's defaults and computed policies."""

import re
from pathlib import Path
from typing import Any

from ffp.scan import engine
from ffp.scan.finding import Outcome
from ffp.stacks import SynthesisedStack

_INDEX = re.compile(r"\[[^]]*\]")


def scan(stack: SynthesisedStack, plan: Path) -> Outcome:
    """Runs Checkov's checks and ours on a stack's plan. The findings have the blocks' lines in the stack's JSON."""
    from checkov.terraform.plan_runner import Runner

    report = engine.run(Runner(), plan, "terraform_plan")

    def locate(record: Any) -> tuple[str, tuple[int, int]]:
        address = _INDEX.sub("", record.resource)
        provider = f"provider.{address.removesuffix('.default')}"  # Checkov's names are `aws.default` and `aws.global`
        block = stack.by_address.get(address) or stack.by_address.get(provider)
        return (block.address, block.lines) if block else (address, (1, 1))

    return engine.outcome(stack, "plan", report, locate)
