"""What was deployed is what was synthesised: all of it, and nothing else to do."""

import pytest

from environments.emulator import LACKS
from ffp import stack as stacks
from ffp.emulator.launch import Launch
from ffp.emulator.platform import Platform


def test_every_resource_is_in_the_state(platform: Platform) -> None:
    stack = stacks.read(platform.folder / stacks.FILE_NAME)
    managed = {line for line in platform.run("state", "list").splitlines() if not line.startswith("data.")}
    assert managed == {block.address for block in stack.resources}
    assert not {block.type for block in stack.resources} & set(LACKS)


def test_a_second_plan_is_empty(platform: Platform) -> None:
    platform.run("plan", "-input=false", "-detailed-exitcode")  # exit code 2, where there is something to do


def test_a_second_run_changes_nothing(launch: Launch, platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("Terraform was asked to change something")

    monkeypatch.setattr(Platform, "_follow", refuse)
    before = platform.outputs()
    launch.up()
    assert platform.outputs() == before
