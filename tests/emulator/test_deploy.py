"""What was deployed is what was synthesised: all of it, and nothing else to do."""

import itertools
import json
from collections.abc import Callable
from datetime import datetime

import pytest
from botocore.exceptions import ClientError

from ffp import providers, stacks
from ffp.emulator.account import Account
from ffp.emulator.launch import Launch
from ffp.emulator.platform import Platform
from settings import environments

_WAITS_SECONDS = 5  # the provider, for each function that it makes
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


def test_functions_are_made_at_the_same_time_and_the_state_does_not_show_it(
    account: Account, platform: Platform
) -> None:
    functions = account.client(account.root, "lambda")
    names = [each["FunctionName"] for each in functions.list_functions()["Functions"]]
    first = [functions.get_function(FunctionName=name, Qualifier="1")["Configuration"] for name in names]
    times = sorted(datetime.fromisoformat(each["LastModified"]) for each in first)
    gaps = [(later - earlier).total_seconds() for earlier, later in itertools.pairwise(times)]
    assert sum(gap < _WAITS_SECONDS for gap in gaps) > len(gaps) / 2  # one after the other, no gap is shorter
    resources = json.loads(platform.run("state", "pull"))["resources"]
    own = {f'provider["{providers.SOURCE}"]{alias}' for alias in ("", ".global")}
    assert {each["provider"] for each in resources} == own


def test_a_second_plan_is_empty(platform: Platform) -> None:
    platform.run("plan", "-input=false", "-detailed-exitcode")  # exit code 2, where there is something to do


def test_a_second_run_changes_nothing(launch: Launch, platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("Terraform was asked to change something")

    monkeypatch.setattr(Platform, "_follow", refuse)
    before = platform.outputs()
    launch.up()
    assert platform.outputs() == before
