"""Scans each stack's file in one process, with Checkov's checks and ours, and does nothing else.

It uses Checkov as its documentation does, and nothing of `ffp`. Prints how many checks passed and failed.
"""

import importlib
import logging
import sys
from pathlib import Path

logging.disable(logging.CRITICAL)  # Checkov keeps every message in memory

from checkov.runner_filter import RunnerFilter  # noqa: E402
from checkov.terraform_json.runner import TerraformJsonRunner  # noqa: E402

importlib.import_module("checks")  # registers ours with Checkov's

passed = failed = 0
for file in sorted(Path(sys.argv[1]).glob("*/*.json")):
    chosen = RunnerFilter(framework=["terraform_json"], show_progress_bar=False)
    report = TerraformJsonRunner().run(files=[str(file)], runner_filter=chosen)
    for each in report if isinstance(report, list) else [report]:
        passed += len(each.passed_checks)
        failed += len(each.failed_checks)
print(f"{passed} passed, {failed} failed")
sys.exit(passed == 0)
