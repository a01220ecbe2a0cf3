"""What was deployed is what was synthesised: all of it, and nothing else to do."""

from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError

from ffp import stacks
from ffp.emulator.account import Account
from ffp.emulator.launch import Launch
from ffp.emulator.platform import Platform
from settings import environments

LEFT_OUT = environments.load()["local"].leaves_out


def test_every_resource_is_in_the_state(platform: Platform) -> None:
    stack = stacks.read(platform.folder / stacks.FILE_NAME)
    managed = {line for line in platform.run("state", "list").splitlines() if not line.startswith("data.")}
    assert managed == {block.address for block in stack.resources}
    assert not {block.type for block in stack.resources} & set(LEFT_OUT)


# How each type that is left out would be made, and what the emulator says to that.
_MAKING: dict[str, tuple[Callable[[Account], object], str]] = {
    "aws_cloudwatch_query_definition": (
        lambda account: account.client(account.root, "logs").put_query_definition(
            name="any", queryString="fields @message"
        ),
        "InvalidOperationException.+Unknown action: PutQueryDefinition",
    ),
    # It has no X-Ray at all, and says so in words of its own, of which the SDK understands the status alone.
    "aws_xray_encryption_config": (
        lambda account: account.client(account.root, "xray").put_encryption_config(Type="NONE"),
        r"\(400\) when calling the PutEncryptionConfig operation: $",
    ),
}


@pytest.mark.parametrize("type_", LEFT_OUT)
def test_what_is_left_out_is_what_the_emulator_cannot_make(account: Account, type_: str) -> None:
    make, said = _MAKING[type_]
    with pytest.raises(ClientError, match=said):
        make(account)


def test_a_second_plan_is_empty(platform: Platform) -> None:
    platform.run("plan", "-input=false", "-detailed-exitcode")  # exit code 2, where there is something to do


def test_a_second_run_changes_nothing(launch: Launch, platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("Terraform was asked to change something")

    monkeypatch.setattr(Platform, "_follow", refuse)
    before = platform.outputs()
    launch.up()
    assert platform.outputs() == before
