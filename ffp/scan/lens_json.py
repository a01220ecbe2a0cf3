"""The lens on the synthesised JSON: fast, needs no Terraform, sees ARNs that a plan does not know yet."""

import re
import tempfile
from pathlib import Path
from typing import Any

from ffp.scan import engine
from ffp.scan.finding import Outcome
from ffp.stacks import SynthesisedStack

_REQUIRED_VERSION = re.compile(r'("required_version":\s*)("(?:[^"\\]|\\.)*")')
_STATE_CHANGES = re.compile(r'^(  "(?:import|moved|removed)": )(\[.*?^  \])', re.DOTALL | re.MULTILINE)


def scan(stack: SynthesisedStack) -> Outcome:
    """What Checkov and our policies say of a stack's JSON."""
    from checkov.terraform_json.runner import TerraformJsonRunner

    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / stack.path.name
        copy.write_text(_readable(stack.path.read_text(encoding="utf-8")), encoding="utf-8")
        # A runner for each stack: in one graph, equal addresses of two stacks would count as connected.
        report = engine.run(TerraformJsonRunner(), copy, "terraform_json")

    def locate(record: Any) -> tuple[str, tuple[int, int]]:
        # Some findings are named without their type; the line is right in all of them.
        first, last = record.file_line_range
        block = stack.block_at(first)
        return (block.address, block.lines) if block else (record.resource, (first, last))

    return engine.outcome(stack, "json", report, locate)


def _readable(text: str) -> str:
    # Checkov 3.3.30 gives up on a file whose `terraform` section holds anything but blocks ("this method receives
    # only dicts"), or that has a list at the top, as those of what moves in the state. A block on the same line keeps
    # every finding at its line.
    return _STATE_CHANGES.sub(r'\1{"all": {"all": \2}}', _REQUIRED_VERSION.sub(r'\1{"constraint": \2}', text))
