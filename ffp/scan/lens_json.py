"""Scans the synthesised JSON, which needs no Terraform and contains ARNs that a plan does not know yet."""

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
    """Runs Checkov's checks and ours on a stack's JSON."""
    from checkov.terraform_json.runner import TerraformJsonRunner

    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / stack.path.name
        copy.write_text(_made_readable(stack.path.read_text(encoding="utf-8")), encoding="utf-8")
        # Each stack needs its own runner: in one graph, equal addresses of two stacks would count as connected.
        report = engine.run(TerraformJsonRunner(), copy, "terraform_json")

    def locate(record: Any) -> tuple[str, tuple[int, int]]:
        # Some records name a block without its type, but the line is always right.
        first, last = record.file_line_range
        block = stack.block_at(first)
        return (block.address, block.lines) if block else (record.resource, (first, last))

    return engine.outcome(stack, "json", report, locate)


def _made_readable(text: str) -> str:
    # Checkov 3.3.30 cannot read a file whose `terraform` section contains anything but blocks ("this method receives
    # only dicts"), or whose top level has a list, such as `moved`. Both are replaced by blocks on the same line, so
    # that findings keep their lines.
    return _STATE_CHANGES.sub(r'\1{"all": {"all": \2}}', _REQUIRED_VERSION.sub(r'\1{"constraint": \2}', text))
