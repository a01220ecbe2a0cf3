"""Ways to do harm that need no resource of the usual kinds: machines' roles, lock-outs, silencers, plans that call."""

from typing import Any

import pytest

from ffp.review.concern import Grade, Topic
from ffp.review.reviewing import Compared
from tests.review.corpus.edit import Resources, stack_with
from tests.review.small_stacks import Case, gone, one, require_right_verdict

_ALLOWED = '{"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}'
_ROLE: Resources = {
    "aws_iam_role.r": {"name": "powerful", "assume_role_policy": "{}"},
    "aws_iam_role_policy.p": {"role": "${aws_iam_role.r.name}", "policy": _ALLOWED},
    "aws_iam_instance_profile.p": {"name": "profile", "role": "${aws_iam_role.r.name}"},
}
_KEY = {"description": "a", "enable_key_rotation": True}
_ROOT = '{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "333333333333"}, "Action": "%s", "Resource": "*"}]}'
_LOCKABLE: Resources = {
    "aws_kms_key.k": _KEY,
    "aws_kms_key_policy.k": {"key_id": "${aws_kms_key.k.key_id}", "policy": _ROOT % "kms:*"},
}
_PARAMETERS: Resources = {
    "aws_db_instance.d": {"identifier": "d", "engine": "postgres", "parameter_group_name": "p"},
    "aws_db_parameter_group.p": {"name": "p", "parameter": [{"name": "log_statement", "value": "ddl"}]},
}
_STAGE = {"api_id": "a", "access_log_settings": {"destination_arn": "d", "format": "$context.authorizer.claims.sub"}}


def _parameter(name: str, value: str) -> dict[str, Any]:
    return {
        "aws_db_parameter_group.p": {
            "parameter": [{"name": "log_statement", "value": "ddl"}, {"name": name, "value": value}]
        }
    }


def _added(name: str, type_: str, block: dict[str, Any], about: Topic | None) -> Case:
    return Case(name, {}, {f"{type_}.new": block}, about)


_PROFILE = "iam_instance_profile"
CASES = (
    Case(
        "a machine gets a role",
        {**_ROLE, "aws_instance.m": {}},
        {"aws_instance.m": {_PROFILE: "profile"}},
        Topic.ACCESS,
    ),
    Case(
        "a template gets a role",
        {**_ROLE, "aws_launch_template.m": {"name": "m"}},
        {"aws_launch_template.m": {_PROFILE: [{"name": "${aws_iam_instance_profile.p.name}"}]}},
        Topic.ACCESS,
    ),
    Case(
        "a machine gets a role of somebody else",
        {"aws_instance.m": {}},
        {"aws_instance.m": {_PROFILE: "somebody-else"}},
        Topic.ACCESS,
    ),
    Case(
        "a machine names the same profile by a reference",
        {**_ROLE, "aws_instance.m": {_PROFILE: "profile"}},
        {"aws_instance.m": {_PROFILE: "${aws_iam_instance_profile.p.name}"}},
    ),
    Case(
        "nobody may change a key's policy",
        _LOCKABLE,
        {"aws_kms_key_policy.k": {"policy": _ROOT % "kms:Decrypt"}},
        Topic.AVAILABILITY,
    ),
    Case(
        "a key's policy skips the check",
        _LOCKABLE,
        {"aws_kms_key_policy.k": {"bypass_policy_lockout_safety_check": True}},
        Topic.AVAILABILITY,
    ),
    Case("every statement is logged", _PARAMETERS, _parameter("log_min_duration_statement", "0"), Topic.WATCHING),
    Case("slow statements are logged", _PARAMETERS, _parameter("log_min_duration_statement", "500")),
    Case("an old TLS is the newest", _PARAMETERS, _parameter("ssl_max_protocol_version", "TLSv1.1"), Topic.EXPOSURE),
    Case("weak ciphers", _PARAMETERS, _parameter("ssl_ciphers", "ALL"), Topic.EXPOSURE),
    one(
        "mail addresses in the log",
        "aws_apigatewayv2_stage.s",
        _STAGE,
        Topic.EXPOSURE,
        access_log_settings={
            "destination_arn": "d",
            "format": "$context.authorizer.claims.sub $context.authorizer.claims.email",
        },
    ),
    one(
        "codes from another folder",
        "aws_lambda_function.g",
        {"function_name": "g", "environment": {"variables": {}}},
        Topic.EXPOSURE,
        environment={"variables": {"PYTHONPATH": "/tmp/x"}},
    ),
    one(
        "a stricter quota",
        "aws_lambda_function.g",
        {"function_name": "g", "environment": {"variables": {"QUOTA": '{"per_tenant": 5000}'}}},
        None,
        environment={"variables": {"QUOTA": '{"per_tenant": 2500}'}},
    ),
    one(
        "a queue that is replaced with the function",
        "aws_sqs_queue.jobs",
        {"name": "more-jobs"},
        Topic.RECOVERY,
        lifecycle={"replace_triggered_by": ["aws_lambda_function.f"]},
    ),
    _added("packets are copied", "aws_ec2_traffic_mirror_session", {"session_number": 1}, Topic.EXPOSURE),
    _added("everybody's code is built", "aws_codebuild_webhook", {"project_name": "x"}, Topic.EXPOSURE),
    _added("chosen code is built", "aws_codebuild_webhook", {"filter_group": [{"filter": []}]}, None),
    _added(
        "a stranger's code is built",
        "aws_codebuild_project",
        {"name": "x", "source": {"type": "GITHUB", "location": "https://git.example/someone/x"}},
        Topic.EXPOSURE,
    ),
    _added(
        "alarms are muted", "aws_cloudwatch_alarm_mute_rule", {"mute_targets": {"alarm_names": ["a"]}}, Topic.WATCHING
    ),
    _added("attacks are put away", "aws_guardduty_filter", {"action": "ARCHIVE", "name": "f"}, Topic.WATCHING),
    _added("attacks are only sorted", "aws_guardduty_filter", {"action": "NOOP", "name": "f"}, None),
    _added("a control is off", "aws_securityhub_standards_control", {"control_status": "DISABLED"}, Topic.WATCHING),
    _added("a control is on", "aws_securityhub_standards_control", {"control_status": "ENABLED"}, None),
    _added(
        "callers choose the role",
        "aws_cognito_identity_pool",
        {"identity_pool_name": "x", "allow_classic_flow": True},
        Topic.EXPOSURE,
    ),
    _added("a text to encrypt", "aws_kms_ciphertext", {"key_id": "k", "plaintext": "correct-horse-9"}, Topic.SECRET),
    Case(
        "a policy that another one made is attached",
        {"aws_iam_role.r": _ROLE["aws_iam_role.r"]},
        {
            "aws_iam_role_policy_attachment.new": {
                "role": "powerful",
                "policy_arn": "${data.aws_iam_policy.full.arn}",
            }
        },
        Topic.ACCESS,
        ({"aws_iam_policy.full": {"name": "Full"}}, {"aws_iam_policy.full": {"name": "Full"}}),
    ),
    Case(
        "each plan calls a function",
        {},
        {},
        Topic.EXPOSURE,
        ({}, {"aws_lambda_invocation.x": {"function_name": "worker", "input": "{}"}}),
    ),
    gone("a machine is gone", "aws_instance.m", {}, None),
)


@pytest.mark.parametrize("case", CASES, ids=[each.name for each in CASES])
def test_such_a_change_is_in_the_verdict(case: Case) -> None:
    require_right_verdict(case)


def test_forgetting_what_holds_data_is_red() -> None:
    before = stack_with({"aws_dynamodb_table.t": {"name": "t"}})
    after = stack_with({}, removed=[{"from": "aws_dynamodb_table.t", "lifecycle": {"destroy": False}}])
    (found,) = Compared("x", before, after).concerns
    assert (found.grade, found.title) == (Grade.RED, "aws_dynamodb_table.t is no longer managed")
