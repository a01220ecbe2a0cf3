import json
from pathlib import Path
from typing import Any

import pytest

from ffp.stacks import SynthesisedStack
from modules.common import GLOBAL_REGION, Context
from modules.framework import App, Construct, SnsTopic, SqsQueue
from modules.stacks.stack import EnvironmentStack
from tests.every import settings_of
from tests.settings.changed import PROD


def _terraform(stack: SynthesisedStack) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(stack.path.read_text())["terraform"]
    return found


def test_each_environment_keeps_its_state_in_its_own_bucket_encrypted_and_locked(any_stack: SynthesisedStack) -> None:
    settings = settings_of(any_stack)
    environment, account = settings.name, settings.account_id
    backend = _terraform(any_stack)["backend"]["s3"]
    assert backend["bucket"] == f"{environment}-ffp-state-{account}"
    assert backend["key"] == f"{any_stack.name}/terraform.tfstate"
    assert backend["encrypt"] is True
    assert backend["use_lockfile"] is True
    assert backend["kms_key_id"] == f"arn:aws:kms:{settings.region}:{account}:alias/{environment}-ffp-state"
    assert backend["allowed_account_ids"] == [account]


def test_both_provider_configurations_tag_alike_and_refuse_other_accounts(any_stack: SynthesisedStack) -> None:
    home, edge = (any_stack.by_address[address].attributes for address in ("provider.aws", "provider.aws.global"))
    assert (home["region"], edge["region"]) == (settings_of(any_stack).region, GLOBAL_REGION)
    assert home["default_tags"] == edge["default_tags"]
    assert set(home["default_tags"][0]["tags"]) == {"cost-centre", "environment", "project"}
    assert home["allowed_account_ids"] == edge["allowed_account_ids"]


def test_the_provider_and_terraform_are_pinned(any_stack: SynthesisedStack) -> None:
    terraform = _terraform(any_stack)
    release = settings_of(any_stack).provider_release
    assert terraform["required_providers"]["aws"] == {"source": "hashicorp/aws", "version": release}
    assert terraform["required_version"] == ">= 1.11, < 2"


def test_an_address_is_the_path_of_its_construct(tmp_path: Path) -> None:
    stack = _stack(tmp_path)
    queue = SqsQueue(Construct(stack, "part"), "dead-letters")
    assert queue.friendly_unique_id == "part_dead-letters"


def test_an_id_with_an_underscore_is_refused_for_it_could_be_two_paths(tmp_path: Path) -> None:
    queue = SqsQueue(_stack(tmp_path), "dead_letters")
    with pytest.raises((RuntimeError, ValueError), match="id with an underscore in prod/dead_letters"):
        assert queue.friendly_unique_id


def test_what_an_environment_leaves_out_is_taken_out_and_nothing_else(tmp_path: Path) -> None:
    stack = _stack(tmp_path)
    part = Construct(stack, "part")
    SqsQueue(part, "queue")
    SnsTopic(part, "topic")
    stack.leave_out(["aws_sqs_queue"])
    assert set(stack.to_terraform()["resource"]) == {"aws_sns_topic"}


def _stack(folder: Path) -> EnvironmentStack:
    return EnvironmentStack(App(outdir=str(folder)), "prod", context=Context.of(PROD), release=PROD.provider_release)
