"""The workflows: what looks at them finds nothing, and finds each fault that is planted; what they call exists."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer.main

from ffp import cli
from ffp.project import ROOT
from settings import environments
from settings.releases import OFFLINE
from settings.state import SESSION_SECONDS

_FOLDER, _BIN = ROOT / ".github", Path(sys.executable).parent
_WORKFLOWS = sorted((_FOLDER / "workflows").glob("*.yml"))
_CALL = re.compile(r"\.venv/bin/ffp ([^|>\n]+)")
_ON_AWS = [name for name, settings in environments.load().items() if not settings.emulated]
_PINNED = re.compile(r"(?:[\w.-]+/){1,3}[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")


def _zizmor(folder: Path) -> list[str | Path]:
    return [_BIN / "zizmor", "--quiet", "--no-progress", "--offline", "--persona=auditor", folder]


def _actionlint(folder: Path) -> list[str | Path]:
    return [_BIN / "actionlint", *(folder / "workflows").glob("*.yml")]


def _schema(folder: Path) -> list[str | Path]:
    files = (folder / "workflows").glob("*.yml")
    return [_BIN / "check-jsonschema", "--quiet", "--builtin-schema", "vendor.github-workflows", *files]


Tool = Callable[[Path], list[str | Path]]


def _run(tool: Tool, folder: Path) -> tuple[int, str]:
    done = subprocess.run(tool(folder), capture_output=True, text=True, check=False, cwd=folder)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("tool", [_zizmor, _actionlint, _schema])
def test_nothing_is_found_in_the_workflows(tool: Tool) -> None:
    code, said = _run(tool, _FOLDER)
    assert code == 0, said


@pytest.mark.parametrize(
    ("tool", "old", "new"),
    [
        (_zizmor, "permissions: {}", "permissions: write-all"),
        (_zizmor, "  pull_request:\n", "  pull_request_target:\n"),
        (_zizmor, "persist-credentials: false", "persist-credentials: true"),
        (_zizmor, "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1", "actions/checkout@v7"),
        (_zizmor, '"$NUMBER"', '"${{ github.event.pull_request.title }}"'),
        (_actionlint, "timeout-minutes: 90", "timeout-minuts: 90"),
        (_actionlint, "needs: plan", "needs: plann"),
        (_actionlint, "steps.role.outputs.role }}", "steps.rolle.outputs.role }}"),
        (_schema, "runs-on: ubuntu-24.04", "runs-on: 24"),
        (_schema, "cancel-in-progress: true", "cancel-in-progres: true"),
    ],
)
def test_a_planted_fault_is_found(tool: Tool, old: str, new: str, tmp_path: Path) -> None:
    folder = tmp_path / ".github"
    shutil.copytree(_FOLDER, folder)
    file = folder / "workflows" / "pull-request.yml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    code, said = _run(tool, folder)
    assert code != 0, said


@pytest.mark.parametrize("file", _WORKFLOWS, ids=lambda file: file.name)
def test_every_action_is_pinned_or_ours_and_every_job_ends(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    used = re.findall(r"uses: (.+)", text)
    assert used
    assert [
        each for each in used if not (each.startswith(("$/.github/", "./.github/")) or _PINNED.fullmatch(each))
    ] == []
    assert text.count("runs-on:") == text.count("timeout-minutes:")
    assert "pull_request_target" not in text


@pytest.mark.parametrize("file", _WORKFLOWS, ids=lambda file: file.name)
def test_every_call_of_the_command_is_one_that_it_knows(file: Path) -> None:
    """Whether a name or an option was changed in one of the two alone."""
    root = typer.main.get_command(cli.app)
    for call in _CALL.findall(file.read_text(encoding="utf-8")):
        words = call.strip().replace('"', "").split()
        command: Any = root
        while hasattr(command, "get_command"):  # a group
            name = words.pop(0)
            command = command.get_command(None, name)
            assert command is not None, f"{file.name}: ffp has no command {name}"
        known = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= known, call


def test_only_environments_on_aws_are_planned_and_each_is_delivered_after_the_one_before() -> None:
    planned = re.findall(r"environment: \[(.+)\]", (_FOLDER / "workflows" / "pull-request.yml").read_text())
    assert planned[0] == planned[1]
    text = (_FOLDER / "workflows" / "deliver.yml").read_text()
    delivered = re.findall(r"environment: (\w+)", text)
    assert delivered == planned[0].split(", ")
    assert set(delivered) <= set(_ON_AWS)
    assert re.findall(r"needs: (\w+)", text) == delivered[:-1]


@pytest.mark.parametrize("file", _WORKFLOWS, ids=lambda file: file.name)
def test_the_credentials_of_a_job_outlast_it(file: Path) -> None:
    """Otherwise Terraform could not write its state, and the job's machine would take it along."""
    for job in re.split(r"^  (?=\w+:$)", file.read_text(encoding="utf-8"), flags=re.MULTILINE):
        signs_in = "configure-aws-credentials@" in job
        roles = re.findall(r'ffp deliver role "\$NAME" (\w+)', job)
        assert len(roles) == signs_in
        assert job.count("role-duration-seconds: ${{ steps.role.outputs.seconds }}") == signs_in
        for role in roles:
            (minutes,) = re.findall(r"timeout-minutes: (\d+)", job)
            assert int(minutes) * 60 < SESSION_SECONDS[role]


def test_a_cancelled_job_lets_terraform_end() -> None:
    """GitHub sends its signals to the step's first process alone, which must be the command and no shell."""
    for file in _WORKFLOWS:
        for line in file.read_text(encoding="utf-8").splitlines():
            if "ffp deliver apply" in line:
                assert line.strip().startswith("exec .venv/bin/ffp deliver apply"), line


def test_what_was_deployed_is_tried_and_a_failure_stops_what_comes_after() -> None:
    """A called workflow succeeds only if all of its jobs do, and the next environment needs the one before."""
    text = (_FOLDER / "workflows" / "deliver-environment.yml").read_text(encoding="utf-8")
    *_, smoke = re.split(r"^  (?=\w+:$)", text, flags=re.MULTILINE)
    assert smoke.startswith("smoke:\n    name: smoke\n    needs: apply\n")
    assert 'ffp smoke "$NAME"' in smoke
    assert "continue-on-error" not in text
    assert "always()" not in smoke


def test_the_mirror_has_the_release_that_plans_offline() -> None:
    stack = json.loads((_FOLDER / "actions" / "set-up" / "main.tf.json").read_text(encoding="utf-8"))
    assert stack["terraform"]["required_providers"]["aws"]["version"] == OFFLINE
