"""The lens on the offline plan: the provider's own reading, defaults and computed policies included."""

import re
from pathlib import Path
from typing import Any

from ffp.scan import engine
from ffp.scan.finding import Outcome
from ffp.stacks import SynthesisedStack

_INDEX = re.compile(r"\[[^]]*\]")


def scan(stack: SynthesisedStack, plan: Path) -> Outcome:
    """What Checkov and our policies say of a stack's plan, placed in the stack's JSON."""
    from checkov.terraform.plan_runner import Runner

    report = engine.run(Runner(), plan, "terraform_plan")

    def locate(record: Any) -> tuple[str, tuple[int, int]]:
        address = _INDEX.sub("", record.resource)
        provider = f"provider.{address.removesuffix('.default')}"  # Checkov says `aws.default`, `aws.global`
        block = stack.by_address.get(address) or stack.by_address.get(provider)
        return (block.address, block.lines) if block else (address, (1, 1))

    return engine.outcome(stack, "plan", report, locate)
