"""Faults in the code of the project, and how the tests end that must notice them."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

import pytest

from ffp.project import ROOT

# By the test that must notice it: the file, what it says, and what the fault makes of that.
Faults = Mapping[str, tuple[str, str, str]]

PARTS = ("application", "catalogue", "checks", "environments", "ffp", "library", "modules", "settings", "tests")
FILES = ("main.py", "pyproject.toml")


def outcomes(faults: Faults, project: Path) -> dict[str, set[str]]:
    """How the tests end in a copy of the project with all of their faults: once for each of their variants."""
    for part in PARTS:
        shutil.copytree(ROOT / part, project / part, ignore=shutil.ignore_patterns("__pycache__"))
    for file in FILES:
        shutil.copy(ROOT / file, project / file)
    for part in ("node_modules", ".build"):
        if (ROOT / part).is_dir():
            (project / part).symlink_to(ROOT / part)
    for file, before, after in faults.values():
        text = (project / file).read_text(encoding="utf-8")
        assert text.count(before) == 1, f"{file} has not the one {before!r}: give the fault anew"
        (project / file).write_text(text.replace(before, after), encoding="utf-8")
    report = project / "report.xml"
    command = [sys.executable, "-m", "pytest", "-n0", "-q", "--tb=short", f"--junitxml={report}", *faults]
    environment = {**os.environ, "FFP_REQUIRE_ALL": ""}
    run = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, timeout=600)
    found: dict[str, set[str]] = {}
    for case in ElementTree.parse(report).iter("testcase"):
        test = f"{case.attrib['classname'].replace('.', '/')}.py::{case.attrib['name'].partition('[')[0]}"
        found.setdefault(test, set()).update([each.tag for each in case] or ["passed"])
    assert found.keys() >= faults.keys(), run.stdout + run.stderr
    return found


def require_noticed(ends: set[str]) -> None:
    """Fails where the fault went unnoticed; skips where the test itself was skipped and may be."""
    if ends == {"skipped"} and os.environ.get("FFP_REQUIRE_ALL") != "1":
        pytest.skip("the test itself is skipped here; `ffp doctor` shows what is missing")
    assert "failure" in ends
    assert "error" not in ends
