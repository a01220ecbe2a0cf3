"""What is not told to jsii's kernel at once counts as if it were."""

import json
from collections.abc import Mapping

import pytest

from modules.framework import App, DataAwsIamPolicyDocument, Fn, SqsQueue, TerraformStack


@pytest.fixture
def stack() -> TerraformStack:
    return TerraformStack(App(), "stack")


def test_an_override_after_a_first_look_counts(stack: TerraformStack) -> None:
    queue = SqsQueue(stack, "queue")
    address = f"resource.aws_sqs_queue.{queue.friendly_unique_id}"
    stack.add_override(f"{address}.delay_seconds", 1)
    assert _queue(stack)["delay_seconds"] == 1
    stack.add_override(f"{address}.delay_seconds", 2)
    stack.add_override(f"{address}.lifecycle.prevent_destroy", True)
    assert _queue(stack)["delay_seconds"] == 2
    assert _queue(stack)["lifecycle"] == {"prevent_destroy": True}


def test_the_last_of_several_puts_counts(stack: TerraformStack) -> None:
    document = DataAwsIamPolicyDocument(stack, "document")
    document.put_statement([{"actions": ["sqs:SendMessage"]}])
    document.put_statement([{"actions": ["sqs:ReceiveMessage"]}])
    assert "sqs:ReceiveMessage" in json.dumps(stack.to_terraform())
    assert "sqs:SendMessage" not in json.dumps(stack.to_terraform())


def test_what_was_put_can_be_read(stack: TerraformStack) -> None:
    document = DataAwsIamPolicyDocument(stack, "document")
    document.put_statement([{"actions": ["sqs:SendMessage"]}])
    assert document.statement_input


def test_a_refused_put_is_an_error(stack: TerraformStack) -> None:
    document = DataAwsIamPolicyDocument(stack, "document")

    def put_and_write() -> None:
        document.put_statement(7)  # type: ignore[arg-type]
        stack.to_terraform()

    with pytest.raises((RuntimeError, TypeError)):  # plainly, the bindings refuse it at once
        put_and_write()


def test_a_name_that_cdktf_gives_is_cdktfs(stack: TerraformStack) -> None:
    """A stack that leaves logical ids to CDKTF, and an element that is given one."""
    queue, other = SqsQueue(stack, "queue"), SqsQueue(stack, "other")
    other.override_logical_id("chosen")
    SqsQueue(stack, "third", name=Fn.join("-", [queue.arn, other.arn]))
    text = json.dumps(stack.to_terraform())
    assert f"aws_sqs_queue.{queue.friendly_unique_id}.arn" in text
    assert "aws_sqs_queue.chosen.arn" in text


def _queue(stack: TerraformStack) -> Mapping[str, object]:
    (queue,) = stack.to_terraform()["resource"]["aws_sqs_queue"].values()
    assert isinstance(queue, dict)
    return queue
