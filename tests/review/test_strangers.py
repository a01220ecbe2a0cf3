"""Strangers whom a stack knows already, and tags for which its policies ask."""

from typing import Any

from ffp.review.facts import lost
from ffp.review.side import Side
from ffp.review.strangers import concerns
from tests.review.corpus.edit import stack_with

_PROVIDER = {"aws": [{"allowed_account_ids": ["333333333333", "444444444444"], "region": "eu-west-2"}]}
_TARGET = "aws_cloudwatch_event_target"


def _side(**resources: dict[str, Any]) -> Side:
    return Side(stack_with({each.replace("__", "."): body for each, body in resources.items()}, provider=_PROVIDER))


def _bus(account: str, name: str = "x") -> dict[str, Any]:
    return {"rule": "x", "arn": f"arn:aws:events:eu-west-2:{account}:event-bus/{name}"}


def _titles(before: Side, after: Side) -> list[str]:
    return [each.title for each in concerns(before, after)]


def test_a_stranger_is_named_once_and_only_where_no_resource_of_the_type_named_them_before() -> None:
    before = _side(aws_cloudwatch_event_target__a=_bus("999999999999"))
    more = {"dead_letter_config": {"arn": "arn:aws:sqs:eu-west-2:888888888888:x"}, "retry": {"account": "888888888888"}}
    after = _side(
        aws_cloudwatch_event_target__a=_bus("999999999999", "y"),
        aws_cloudwatch_event_target__b={**_bus("999999999999"), **more},
    )
    assert _titles(before, after) == [f"{_TARGET}.b names another account in dead_letter_config.arn"]
    assert _titles(after, before) == []


def test_the_kind_of_resource_matters() -> None:
    before = _side(aws_cloudwatch_event_target__a=_bus("999999999999"))
    queue = {"name": "x", "kms_key_id": "arn:aws:kms:eu-west-2:999999999999:key/x"}
    after = _side(aws_cloudwatch_event_target__a=_bus("999999999999"), aws_kinesis_stream__a=queue)
    assert _titles(before, after) == ["aws_kinesis_stream.a names another account in kms_key_id"]


def test_every_account_of_the_providers_is_ours() -> None:
    assert (
        _titles(_side(aws_vpc__a={}), _side(aws_vpc__a={}, aws_cloudwatch_event_target__a=_bus("444444444444"))) == []
    )


def test_without_an_account_nobody_is_a_stranger() -> None:
    nobody = (Side(stack_with({f"{_TARGET}.a": _bus(each)})) for each in ("333333333333", "999999999999"))
    assert _titles(*nobody) == []


def test_a_tag_for_which_a_policy_asks_may_not_change() -> None:
    policy = '{"Condition": {"StringEquals": {"aws:ResourceTag/team": "media"}}}'
    before, after, unasked = (
        _side(aws_iam_policy__a={"policy": text}, aws_vpc__a={"tags": {"team": team}})
        for text, team in ((policy, "media"), (policy, "web"), ("{}", "web"))
    )
    assert "The tag team of aws_vpc.a" in [each.title for each in lost(before, after)]
    assert "The tag team of aws_vpc.a" not in [each.title for each in lost(unasked, _side(aws_vpc__a={}))]


def test_a_default_tag_for_which_a_policy_asks_may_not_change() -> None:
    policy = {"aws_iam_policy.a": {"policy": '{"Condition": {"StringEquals": {"aws:RequestTag/team": "media"}}}'}}
    before, after = (
        Side(stack_with(policy, provider={"aws": [{"default_tags": {"tags": {"team": each, "owner": each}}}]}))
        for each in ("media", "web")
    )
    assert [each.title for each in lost(before, after)] == [
        "The tag team of all resources of provider.aws of the stack"
    ]


def test_a_resource_with_another_value_of_a_default_tag_is_another_environments() -> None:
    provider = [{**_PROVIDER["aws"][0], "default_tags": [{"tags": {"environment": "prod"}}]}]
    before, same, other = (
        Side(stack_with({"aws_vpc.a": {"tags": tags}}, provider={"aws": provider}))
        for tags in ({}, {"environment": "prod"}, {"environment": "dev"})
    )
    assert list(lost(before, same)) == []
    assert [each.title for each in lost(before, other)] == ["The tag environment of aws_vpc.a"]
