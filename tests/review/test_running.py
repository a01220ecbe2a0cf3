"""What runs and what calls it, in stacks that are not ours."""

import json

import pytest

from ffp.review.concern import Topic
from ffp.review.reviewing import Compared
from tests.review.corpus.edit import Resources, stack_with
from tests.review.small_stacks import DEAD, FUNCTION, STRANGER, Case, gone, one, require_right_verdict

_MAPPING = {
    "event_source_arn": "${aws_sqs_queue.q.arn}",
    "function_name": "worker",
    "destination_config": [{"on_failure": [{"destination_arn": DEAD}]}],
    "kms_key_arn": "arn:aws:kms:eu-west-2:333333333333:key/1",
}
_RULE = {"name": "r", "event_pattern": '{"source": ["a", "b"]}', "state": "ENABLED"}
_TARGET = {
    "rule": "${aws_cloudwatch_event_rule.r.name}",
    "arn": "${aws_lambda_function.f.arn}",
    "dead_letter_config": {"arn": DEAD},
}
_RULED: Resources = {"aws_cloudwatch_event_rule.r": _RULE, "aws_cloudwatch_event_target.t": _TARGET}
_IMAGE = {**FUNCTION, "image_uri": "333333333333.dkr.ecr.eu-west-2.amazonaws.com/x@sha256:aa"}
_LAYER = "arn:aws:lambda:eu-west-2:580247275435:layer:Insights:{}"


_F, _Q = "aws_lambda_function.f", "aws_sqs_queue.q"
_M, _S, _R = "aws_lambda_event_source_mapping.m", "aws_sns_topic_subscription.s", "aws_cloudwatch_event_rule.r"
_TOLD = {"topic_arn": "${aws_sns_topic.t.arn}", "protocol": "sqs", "endpoint": "${aws_sqs_queue.q.arn}"}
_REDRIVE = json.dumps({"deadLetterTargetArn": "arn:aws:sqs:eu-west-2:333333333333:dead", "maxReceiveCount": 3})
CASES = (
    gone("events are read no longer", _M, _MAPPING, Topic.AVAILABILITY),
    one("other events are read", _M, _MAPPING, Topic.AVAILABILITY, event_source_arn=STRANGER.format("sqs", "x")),
    one("reading is off", _M, _MAPPING, Topic.AVAILABILITY, enabled="false"),
    one("most events are dropped", _M, _MAPPING, Topic.AVAILABILITY, filter_criteria={"filter": [{"pattern": "{}x"}]}),
    one("failed events are lost", _M, _MAPPING, Topic.RECOVERY, destination_config=None),
    one("the filter has another key", _M, _MAPPING, Topic.EXPOSURE, kms_key_arn=None),
    one("larger batches", _M, _MAPPING, None, batch_size=100, function_name="${aws_lambda_function.f.arn}"),
    one(
        "dead letters are lost",
        _F,
        {**FUNCTION, "dead_letter_config": {"target_arn": DEAD}},
        Topic.RECOVERY,
        dead_letter_config=None,
    ),
    one("an image by its tag", _F, _IMAGE, Topic.EXPOSURE, image_uri=_IMAGE["image_uri"].replace("@sha256:aa", ":1")),
    one("an image of others", _F, _IMAGE, Topic.EXPOSURE, image_uri=_IMAGE["image_uri"].replace("3" * 12, "9" * 12)),
    one("an image instead of a package", _F, FUNCTION, Topic.EXPOSURE, image_uri=_IMAGE["image_uri"]),
    one("a newer image", _F, _IMAGE, None, image_uri=_IMAGE["image_uri"].replace("aa", "bb")),
    one("a newer layer", _F, {**FUNCTION, "layers": [_LAYER.format(1)]}, None, layers=[_LAYER.format(2)]),
    one(
        "code is not signed",
        _F,
        {**FUNCTION, "code_signing_config_arn": "arn:x"},
        Topic.EXPOSURE,
        code_signing_config_arn=None,
    ),
    one(
        "another queue of failures",
        _Q,
        {"name": "jobs", "redrive_policy": _REDRIVE},
        Topic.RECOVERY,
        redrive_policy=None,
    ),
    one(
        "the same queue of failures",
        _Q,
        {"name": "jobs", "redrive_policy": _REDRIVE},
        None,
        redrive_policy='{"maxReceiveCount": 9, "deadLetterTargetArn": "${aws_sqs_queue.dead.arn}"}',
    ),
    gone(
        "no queue of failures",
        "aws_sqs_queue_redrive_policy.p",
        {"queue_url": "${aws_sqs_queue.q.id}", "redrive_policy": _REDRIVE},
        Topic.RECOVERY,
    ),
    one(
        "a subscription loses what fails",
        _S,
        {**_TOLD, "redrive_policy": _REDRIVE},
        Topic.RECOVERY,
        redrive_policy=None,
    ),
    one(
        "a filter reads the body",
        _S,
        {**_TOLD, "filter_policy": '{"a": ["b"]}'},
        Topic.WATCHING,
        filter_policy_scope="MessageBody",
    ),
    one(
        "a filter passes more", _S, {**_TOLD, "filter_policy": '{"a": ["b"]}'}, None, filter_policy='{"a": ["c", "b"]}'
    ),
    gone(
        "personal data in messages",
        "aws_sns_topic_data_protection_policy.p",
        {"arn": "${aws_sns_topic.t.arn}", "policy": "{}"},
        Topic.EXPOSURE,
    ),
    Case("a rule is off", _RULED, {_R: {"state": "DISABLED"}}, Topic.AVAILABILITY),
    Case("a rule matches less", _RULED, {_R: {"event_pattern": '{"source": ["a"]}'}}, Topic.AVAILABILITY),
    Case("a rule matches more", _RULED, {_R: {"event_pattern": {"source": ["b", "a", "c"]}}}),
    Case(
        "a rule and its target are removed",
        _RULED,
        {_R: None, "aws_cloudwatch_event_target.t": None},
        Topic.AVAILABILITY,
    ),
    Case("a rule calls nothing", _RULED, {"aws_cloudwatch_event_target.t": None}, Topic.AVAILABILITY),
    Case(
        "a rule calls others, too",
        {**_RULED, "aws_cloudwatch_event_target.u": {**_TARGET, "arn": "${aws_sqs_queue.q.arn}"}},
        {"aws_cloudwatch_event_target.u": {"arn": STRANGER.format("events", "event-bus/x")}},
        Topic.EXPOSURE,
    ),
    Case(
        "failed events of a rule are lost",
        _RULED,
        {"aws_cloudwatch_event_target.t": {"dead_letter_config": None}},
        Topic.RECOVERY,
    ),
    one(
        "failed events of a bus are lost",
        "aws_cloudwatch_event_bus.b",
        {"name": "b", "dead_letter_config": {"arn": DEAD}},
        Topic.RECOVERY,
        dead_letter_config=None,
    ),
    one(
        "a bus in clear",
        "aws_cloudwatch_event_bus.b",
        {"name": "b", "kms_key_identifier": "x"},
        Topic.EXPOSURE,
        kms_key_identifier=None,
    ),
    gone("events are not archived", "aws_cloudwatch_event_archive.a", {"name": "a"}, Topic.RECOVERY),
    one(
        "events go to another address",
        "aws_cloudwatch_event_api_destination.d",
        {"invocation_endpoint": "https://a.example"},
        Topic.EXPOSURE,
        invocation_endpoint="https://b.example",
    ),
    one(
        "a pipe ends elsewhere",
        "aws_pipes_pipe.p",
        {"target": "${aws_sqs_queue.q.arn}"},
        Topic.EXPOSURE,
        target=STRANGER.format("sqs", "x"),
    ),
    one(
        "a pipe asks somebody",
        "aws_pipes_pipe.p",
        {"target": "${aws_sqs_queue.q.arn}"},
        Topic.EXPOSURE,
        enrichment=STRANGER.format("lambda", "function:x"),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_runs_goes_on_as_before(case: Case) -> None:
    require_right_verdict(case)


def test_a_new_function_whose_code_nobody_can_read_is_told() -> None:
    about = "Reading the code before it is deployed"
    for block, expected in ((FUNCTION, 0), (_IMAGE, 1)):
        before, after = (stack_with(each, {}) for each in ({}, {_F: block}))
        found = [each for each in Compared("small", before, after).concerns if about in each.title]
        assert len(found) == expected
        assert all("its builders answer for it." in each.why for each in found)


def test_an_image_needs_no_key_of_a_package_and_lets_no_package_go_without() -> None:
    about, keyed = "The key of the code package", {**FUNCTION, "source_kms_key_arn": "arn:key"}
    common: Resources = {_F: keyed, "aws_lambda_function.i": _IMAGE}
    for new, expected in ((_IMAGE, 0), (FUNCTION, 1)):
        before, after = (stack_with(each, {}) for each in (common, {**common, "aws_lambda_function.new": new}))
        found = [each for each in Compared("small", before, after).concerns if about in each.title]
        assert len(found) == expected
