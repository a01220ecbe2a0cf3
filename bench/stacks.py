"""Measures the synthesis of all stacks, and `make synth` beside a scan by Checkov alone."""

import json
import re
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

from bench.buckets import OURS, PLAIN, WORK, Peer
from bench.measuring import Command
from bench.rows import Group, Quantity, Row, Target
from ffp.project import ROOT, ToolError
from ffp.stacks import FILE_NAME
from tests import copied_project

_READABLE = WORK / "readable"
_FLOOR, _ALONE = ROOT / "bench/peers/floor/all_stacks.py", ROOT / "bench/checkov_alone.py"
_COST_CENTRE = re.compile(r'(cost_centre="[a-z-]*)(?:-\d+)?"')
PROJECT = WORK / "project"  # a copy of the repository, whose settings may be changed


def synthesis() -> Group:
    """The group of `main.py`, which synthesises every stack in one process."""
    ours, plain = (_main(peer) for peer in (OURS, PLAIN))
    floor = Row(
        name="plain Python",
        command=(sys.executable, _FLOOR, _output(OURS), WORK / "output/stacks-floor"),
    )
    return Group(
        name="stacks",
        title="every stack, warm",
        rows=(ours, plain, floor),
        require_same=partial(_require_same_stacks, _output(OURS), _output(PLAIN)),
    )


def _output(peer: Peer) -> Path:
    return WORK / f"output/stacks-{peer.slug}"


def _main(peer: Peer) -> Row:
    return Row(
        name=peer.name,
        command=(peer.interpreter, ROOT / "main.py", "--out", _output(peer)),
        environment=peer.row().environment,
        has_kernel=True,
    )


def _stacks(output: Path) -> dict[str, Path]:
    return {file.parent.name: file for file in sorted(output.glob(f"stacks/*/{FILE_NAME}"))}


def _require_same_stacks(first: Path, second: Path) -> None:
    ours, theirs = _stacks(first), _stacks(second)
    different = [each for each in ours if each not in theirs or ours[each].read_bytes() != theirs[each].read_bytes()]
    if different or not ours:
        raise ToolError(f"not the same with and without optimisations: {', '.join(different) or 'no stack'}")


def scan() -> Group:
    """The group of `make synth`, in a copy of the repository whose tags are others in each round."""
    command = (PROJECT / ".venv/bin/ffp", "synth", "--scan")
    environment = OURS.row().environment
    changed = Row(
        name="this project",
        command=command,
        folder=PROJECT,
        environment=environment,
        before=change_every_environment,
    )
    alone = Row(name="Checkov alone", command=(sys.executable, _ALONE, _READABLE), before=_write_readable)
    return Group(
        name="scan",
        title="make synth: synthesis and scan of every stack",
        rows=(
            changed,
            Row(
                name="this project, nothing changed",
                command=command,
                folder=PROJECT,
                environment=environment,
            ),
            alone,
        ),
        targets=(Target(row=changed.name, other=alone.name, quantity=Quantity.WALL, at_most=1.25),),
        require_same=_require_same_verdicts,
    )


def _require_same_verdicts() -> None:
    """Checkov alone must have made as many checks of the stacks as the scan, with as many findings."""
    scanned = json.loads(_said([PROJECT / ".venv/bin/ffp", "scan", "--format", "json"]))["stacks"]
    passed, found = (
        sum(stack[name] for stack in scanned for name in names) for names in (["passed"], ["waived", "failed"])
    )
    wanted, alone = f"{passed} passed, {found} failed", _said([sys.executable, _ALONE, _READABLE]).strip()
    if alone != wanted:
        raise ToolError(f"Checkov alone does other work than the scan: {alone}, and not {wanted}")


def _said(command: Command) -> str:
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    if done.returncode:
        raise ToolError(f"{command[1]} failed:\n{done.stderr[-2000:]}")
    return done.stdout


def copy_project() -> None:
    """Makes the copy of the repository anew: what git tracks or would track, with this environment's packages."""
    shutil.rmtree(PROJECT, ignore_errors=True)
    copied_project.copy_to(PROJECT)


def change_every_environment(round_: int) -> None:
    """Gives every environment of the copy another cost centre, which is a tag of each of its resources.

    Those that follow another environment change with it. Raises ToolError if no environment sets it.
    """
    changed = 0
    for file in PROJECT.glob("environments/*.py"):
        text, count = _COST_CENTRE.subn(rf'\1-{round_}"', file.read_text(encoding="utf-8"))
        file.write_text(text, encoding="utf-8")
        changed += count
    if not changed:
        raise ToolError("no environment sets cost_centre to a string, by which the benchmark changes them")


def _write_readable(_round: int) -> None:
    """Writes the copy's stacks as Checkov can read them (see `ffp/scan/lens_json.py`)."""
    shutil.rmtree(_READABLE, ignore_errors=True)
    for name, file in _stacks(PROJECT / "cdktf.out").items():
        stack = _readable(json.loads(file.read_text(encoding="utf-8")))
        (_READABLE / name).mkdir(parents=True)
        (_READABLE / name / FILE_NAME).write_text(json.dumps(stack, indent=2), encoding="utf-8")


def _readable(stack: dict[str, Any]) -> dict[str, Any]:
    """The stack with blocks in the place of lists at the top, and of what stands outside a block in `terraform`."""
    sections = {name: {"all": {"all": each}} if isinstance(each, list) else each for name, each in stack.items()}
    terraform = {
        name: {"constraint": each} if isinstance(each, str) else each for name, each in stack["terraform"].items()
    }
    return {**sections, "terraform": terraform}
