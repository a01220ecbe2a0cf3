"""`ffp deliver` by hand, each command as a process of its own: what a person sees, and its exit code."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ffp.cli import BAD_INPUT, FAILURE
from ffp.emulator.launch import Launch
from settings.names import role_path
from tests.emulator.delivering import ffp
from tests.emulator.small_platform import SmallPlatform, make, read, up, write
from tests.launches import require_terraform


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, sample_output: Path) -> Iterator[SmallPlatform]:
    """A platform whose deploy takes seconds."""
    require_terraform()
    platform = make(tmp_path_factory.mktemp("by-hand"), sample_output)
    try:
        up(platform)
        yield platform
    finally:
        Launch(platform).stop()


def _descriptions(platform: SmallPlatform) -> dict[str, str]:
    """What each of the platform's roles says that it is for."""
    iam = platform.account.client(platform.account.root, "iam")
    roles = iam.list_roles(PathPrefix=role_path("local"))["Roles"]
    return {each["RoleName"]: str(each.get("Description", "")) for each in roles}


def test_a_plan_is_stored_refused_with_a_wrong_code_and_applied_with_the_right_one(small: SmallPlatform) -> None:
    stack = read(small.folder)
    next(iter(stack["resource"]["aws_iam_role"].values()))["description"] = "Deployed by hand"
    write(small.folder, stack)
    planned = ffp(small, "deliver", "plan", "local", "--store", "--against", "main")
    assert planned.returncode == 0, planned.stderr
    (code,) = re.findall(r"^approve this plan and its review with the code ([0-9a-f]{10})$", planned.stdout, re.M)
    assert re.search(r"^local: 0 red, ", planned.stdout, re.M)

    refused = ffp(small, "deliver", "apply", "local", "--ask", typed="0123456789\n")
    assert refused.returncode == BAD_INPUT
    assert f"The code {code} deploys this plan to local: " in refused.stdout
    assert (
        f"'0123456789' does not contain the code of this plan and its review; read the review, and approve with the\
 code {code}"
        in refused.stderr
    )
    assert "Deployed by hand" not in _descriptions(small).values()

    applied = ffp(small, "deliver", "apply", "local", "--ask", typed=f"{code}\n")
    assert applied.returncode == 0, applied.stderr
    assert applied.stdout.endswith("local: ccccccccc is deployed\n")
    assert "deploying local: 1 changes, 0 in progress" in applied.stderr
    assert "Deployed by hand" in _descriptions(small).values()

    again = ffp(small, "deliver", "apply", "local", "--ask", typed=f"{code}\n")
    assert again.returncode != 0
    assert "plan again: `ffp deliver plan ENV --store`" in again.stderr
    for done in (planned, refused, applied, again):
        assert "Traceback" not in done.stderr


def test_a_change_by_hand_ends_the_search_for_drift_with_exit_code_1_until_it_is_undone(small: SmallPlatform) -> None:
    iam = small.account.client(small.account.root, "iam")
    (role, before), *_ = _descriptions(small).items()
    iam.update_role(RoleName=role, Description="Changed by somebody")
    found = ffp(small, "deliver", "drift", "local")
    iam.update_role(RoleName=role, Description=before)
    assert found.returncode == FAILURE, found.stderr
    assert re.search(r"changed by hand +aws_iam_role\.\S+ +description changed", found.stdout)
    assert "local: 1 changed by hand" in found.stdout
    assert "Changed by somebody" not in found.stdout + found.stderr
    undone = ffp(small, "deliver", "drift", "local")
    assert (undone.returncode, "local: 0 changed by hand" in undone.stdout) == (0, True), undone.stderr
