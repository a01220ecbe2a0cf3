"""Cases of checks/iam.py."""

from __future__ import annotations

from typing import Any

from tests.checks.case import DOCUMENT, EVERYBODY, KEY, PLAIN_HTTP, Case, backend, on, statement

_MEDIA = "${aws_s3_bucket.media.arn}"
_ANY_KEY = "arn:aws:kms:eu-west-2:111111111111:key/*"
_MASTER_SECRETS = "arn:aws:secretsmanager:eu-west-2:111111111111:secret:rds!db-*"
_INSTANCE = "aws:ResourceTag/aws:rds:primaryDBInstanceArn"


def _everybody(condition: dict[str, Any]) -> dict[str, Any]:
    return statement(actions=["s3:GetObject"], principals=[EVERYBODY], **condition)


def _own_key(environment: str = "dev", *aliases: str, **changed: str) -> dict[str, Any]:
    """A new key has no tag yet, and no alias of anybody else's."""
    tag = {"test": "StringEqualsIfExists", "variable": "aws:ResourceTag/environment", "values": [environment]}
    names = {"test": "ForAllValues:StringLike", "variable": "kms:ResourceAliases", "values": list(aliases)}
    return {"condition": [tag, {**names, **changed}] if aliases else [tag]}


_OUR_TAG = on("aws:ResourceTag/environment", "dev")
_HOME = on("aws:RequestedRegion", "eu-west-2")

CASES = [
    Case(
        "FFP_IAM_1_1",
        "aws_iam_role_policy_attachment",
        {"policy_arn": "${aws_iam_policy.exercises.arn}"},
        broken=(
            {"policy_arn": "arn:aws:iam::aws:policy/AdministratorAccess"},
            {"policy_arn": "arn:aws:iam::aws:policy/AmazonS3FullAccess"},
            {"policy_arn": "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"},
        ),
        accepted=({"policy_arn": "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"},),
    ),
    Case(
        "FFP_IAM_2_1",
        DOCUMENT,
        statement(actions=["s3:GetObject"], resources=[f"{_MEDIA}/*"]),
        broken=(
            *(
                statement(actions=[action], resources=[resource])
                for action, resource in (
                    ("s3:GetObject", "*"),
                    ("s3:GetObject", "arn:aws:s3:::*"),
                    ("s3:GetObject", f"{_MEDIA}*"),
                    ("logs:PutLogEvents", "arn:aws:logs:eu-west-2:111111111111:*"),
                    ("logs:PutLogEvents", "arn:aws:logs:eu-west-2:111111111111:log-group:*"),
                    ("logs:PutLogEvents", "arn:aws:logs:eu-west-2:111111111111:log-group:/aws/lambda/*"),
                    ("logs:PutLogEvents", "arn:aws:logs:eu-west-2:${data.aws_caller_identity.me.account_id}:*"),
                    ("ec2:StartInstances", "arn:aws:ec2:eu-west-2:111111111111:instance/*"),
                    ("iam:PassRole", "arn:aws:iam::*:role/dev-ffp-*"),
                    ("kms:CreateKey", "*"),
                    ("s3:GetObject", "arn:aws:s3:::prod-*"),
                    ("s3:GetObject", "arn:aws:s3:::prod-ffp*"),
                )
            ),
            *(
                statement(actions=["kms:CreateKey"], resources=["*"], **condition)
                for condition in (
                    on("aws:RequestTag/environment", "dev", test="StringNotEquals"),
                    on("aws:RequestTag/environment", "dev", test="StringLike"),
                    on("aws:RequestTag/environment", "dev", test="StringEqualsIfExists"),
                    on("aws:RequestTag/environment", "*"),
                    on("aws:RequestTag/project", "ffp"),
                    on("aws:RequestedRegion", "*", test="StringLike"),
                )
            ),
            statement(actions=["kms:Decrypt"], resources=[_ANY_KEY], **_HOME),
            statement(actions=["kms:Decrypt"], resources=["*"], **on("aws:RequestTag/environment", "dev")),
            *(
                statement(actions=["kms:Decrypt"], resources=[_ANY_KEY], **condition)
                for condition in (
                    _own_key("dev"),
                    _own_key("dev", "alias/*"),
                    _own_key("dev", "alias/dev-ffp-*", "alias/aws/*"),
                    _own_key("dev", "alias/dev-ffp-*", test="StringLike"),
                    _own_key("dev", "alias/dev-ffp-*", test="ForAllValues:StringNotLike"),
                    _own_key("dev", "alias/dev-ffp-*", variable="kms:RequestAlias"),
                    on("kms:ResourceAliases", "alias/dev-ffp-*", test="ForAllValues:StringLike"),
                )
            ),
            statement(actions=["ec2:StopInstances"], resources=["*"], **_own_key("dev", "alias/dev-ffp-*")),
            statement(actions=["secretsmanager:GetSecretValue"], resources=["*"], **_HOME),
            statement(
                actions=["secretsmanager:GetSecretValue"],
                resources=[_MASTER_SECRETS],
                **on(_INSTANCE, "arn:aws:rds:eu-west-2:111111111111:db:*", test="ArnLike"),
            ),
            statement(actions=["xray:PutTraceSegments", "s3:GetObject"], resources=["*"]),
            statement(actions=["s3:GetObject"], not_resources=[_MEDIA]),
        ),
        accepted=(
            statement(actions=["logs:PutLogEvents"], resources=["${aws_cloudwatch_log_group.list.arn}:*"]),
            statement(actions=["iam:PassRole"], resources=["arn:aws:iam::111111111111:role/dev-ffp-*"]),
            statement(actions=["s3:GetObject"], resources=["arn:aws:s3:::dev-ffp-media-111111111111/*"]),
            statement(
                actions=["logs:PutLogEvents"],
                resources=["arn:aws:logs:eu-west-2:111111111111:log-group:/aws/lambda/dev-ffp-*"],
            ),
            statement(
                actions=["logs:PutLogEvents"],
                resources=["arn:aws:logs:eu-west-2:111111111111:log-group:RDSOSMetrics:log-stream:*"],
            ),
            statement(actions=["xray:PutTraceSegments"], resources=["*"]),
            statement(
                actions=["logs:PutLogEvents"],
                resources=["arn:aws:logs:us-east-1:111111111111:log-group:aws-waf-logs-dev-ffp*"],
            ),
            statement(actions=["kms:CreateKey"], resources=["*"], **on("aws:RequestTag/environment", "dev")),
            statement(actions=["kms:CreateKey"], resources=["*"], **_HOME),
            statement(actions=["kms:Decrypt"], resources=[_ANY_KEY], **_OUR_TAG),
            statement(actions=["kms:Decrypt"], resources=[_ANY_KEY], **_own_key("dev", "alias/dev-ffp-*")),
            statement(
                actions=["secretsmanager:GetSecretValue"],
                resources=[_MASTER_SECRETS],
                **on(_INSTANCE, "arn:aws:rds:eu-west-2:111111111111:db:dev-ffp-*", test="ArnLike"),
            ),
            statement(effect="Deny", actions=["s3:*"], resources=["*"]),
        ),
    ),
    Case(
        "FFP_IAM_2_2",
        DOCUMENT,
        statement(actions=["s3:GetObject"], resources=[_MEDIA]),
        broken=(
            *(statement(actions=[action], resources=[_MEDIA]) for action in ("*", "s3:*", "s3:Get*", "kms:*")),
            statement(not_actions=["iam:CreateUser"], resources=[_MEDIA]),
        ),
        accepted=(
            statement(effect="Deny", actions=["s3:*"], resources=[_MEDIA]),
            statement(
                actions=["kms:*"],
                resources=[KEY],
                principals=[{"type": "AWS", "identifiers": ["arn:aws:iam::111111111111:root"]}],
            ),
        ),
    ),
    Case(
        "FFP_IAM_2_3",
        DOCUMENT,
        statement(
            actions=["sts:AssumeRole"], principals=[{"type": "Service", "identifiers": ["lambda.amazonaws.com"]}]
        ),
        broken=(
            statement(actions=["s3:GetObject"], principals=[EVERYBODY]),
            statement(actions=["s3:GetObject"], principals=[{"type": "AWS", "identifiers": ["*"]}]),
            statement(actions=["s3:GetObject"], principals=[EVERYBODY], condition=[PLAIN_HTTP]),
            _everybody(on("aws:PrincipalAccount", "111111111111", test="StringNotEquals")),
            _everybody(on("aws:PrincipalAccount", "*", test="StringLike")),
            _everybody(on("aws:PrincipalArn", "arn:aws:iam::*:role/*", test="ArnLike")),
            statement(actions=["s3:GetObject"], not_principals=[{"type": "AWS", "identifiers": ["111111111111"]}]),
        ),
        accepted=(
            statement(effect="Deny", actions=["s3:GetObject"], principals=[EVERYBODY]),
            _everybody(on("aws:PrincipalAccount", "111111111111")),
            _everybody(on("aws:PrincipalArn", "${aws_iam_role.exercises.arn}", test="ArnEquals")),
        ),
    ),
    Case(
        "FFP_IAM_2_4",
        "aws_iam_role_policy",
        {"policy": "${data.aws_iam_policy_document.exercises.json}"},
        broken=({"policy": '{"Statement": []}'}, {"policy": '${jsonencode({"Statement" = []})}'}),
    ),
    Case(
        "FFP_IAM_2_5",
        DOCUMENT,
        statement(actions=["s3:GetObject"], resources=["arn:aws:s3:::dev-ffp-media-111111111111/*"]),
        broken=(
            statement(actions=["s3:GetObject"], resources=["arn:aws:s3:::prod-ffp-media-111111111111/*"]),
            statement(actions=["s3:GetObject"], resources=["arn:aws:s3:::elsewhere-ffp-media-111111111111/*"]),
            statement(actions=["kms:Decrypt"], resources=[_ANY_KEY], **_OUR_TAG),
            statement(actions=["ec2:DescribeVpcs", "kms:CreateKey"], resources=["*"], **_HOME),
        ),
        accepted=(
            statement(actions=["ec2:DescribeVpcs"], resources=["*"], **_HOME),
            statement(actions=["kms:Decrypt"], resources=[KEY], **_OUR_TAG),
        ),
        beside=backend("dev"),
    ),
    Case(
        "FFP_IAM_2_5",
        DOCUMENT,
        statement(actions=["kms:Decrypt"], resources=[_ANY_KEY], **_OUR_TAG),
        broken=(
            statement(actions=["kms:Decrypt"], resources=[_ANY_KEY], **on("aws:ResourceTag/environment", "prod")),
            statement(actions=["kms:Decrypt"], resources=[_ANY_KEY], **_own_key("prod", "alias/dev-ffp-*")),
            statement(actions=["kms:Decrypt"], resources=[_ANY_KEY], **_own_key("dev", "alias/prod-ffp-*")),
            statement(
                actions=["kms:Decrypt"], resources=[_ANY_KEY], **on("aws:ResourceTag/environment", "dev", "staging")
            ),
            statement(actions=["kms:CreateKey"], resources=["*"], **on("aws:RequestedRegion", "eu-west-1")),
            statement(
                actions=["secretsmanager:GetSecretValue"],
                resources=[_MASTER_SECRETS],
                **on(_INSTANCE, "arn:aws:rds:eu-west-2:111111111111:db:prod-ffp-*", test="ArnLike"),
            ),
        ),
        accepted=(
            statement(actions=["kms:CreateKey"], resources=["*"], **on("aws:RequestedRegion", "us-east-1")),
            statement(
                actions=["ec2:CreateTags"],
                resources=["*"],
                **on("aws:ResourceTag/environment", "true", test="Null"),
            ),
        ),
        beside=backend("bootstrap-dev"),
    ),
    Case(
        "FFP_IAM_2_6",
        DOCUMENT,
        statement(
            actions=["s3:GetObject"],
            resources=["arn:aws:s3:::dev-ffp-media-111111111111/*", "arn:aws:ssm:eu-west-2::parameter/aws/service/x"],
            principals=[{"type": "AWS", "identifiers": ["arn:aws:iam::111111111111:root"]}],
        ),
        broken=(
            statement(principals=[{"type": "AWS", "identifiers": ["arn:aws:iam::999999999999:root"]}]),
            statement(principals=[{"type": "AWS", "identifiers": ["999999999999"]}]),
            statement(resources=["arn:aws:s3:::dev-ffp-media-999999999999/*"]),
            statement(**on("aws:SourceAccount", "999999999999")),
        ),
        accepted=(
            statement(resources=["arn:aws:kms:eu-west-2:111111111111:key/1234abcd-12ab-34cd-56ef-123456789012"]),
        ),
        beside=backend("dev"),
    ),
    Case(
        "FFP_IAM_2_6",
        "aws_lambda_permission",
        {"source_account": "111111111111"},
        broken=({"source_account": "999999999999"},),
        beside=backend("dev"),
    ),
    Case(
        "FFP_IAM_1_2",
        "aws_iam_role",
        {"permissions_boundary": "arn:aws:iam::111111111111:policy/dev-ffp-boundary"},
        broken=(
            {"permissions_boundary": None},
            {"permissions_boundary": "arn:aws:iam::aws:policy/AdministratorAccess"},
            {"permissions_boundary": "${aws_iam_policy.wide.arn}"},
        ),
        accepted=({"permissions_boundary": "${aws_iam_policy.delivery-boundary_policy.arn}"},),
    ),
    Case(
        "FFP_IAM_1_5",
        "aws_iam_role",
        {"path": "/dev-ffp/"},
        broken=({"path": None}, {"path": "/"}, {"path": "/prod-ffp/"}, {"path": "/dev-ffp/people/"}),
        beside=backend("dev"),
    ),
    Case(
        "FFP_IAM_1_3",
        DOCUMENT,
        statement(actions=["iam:PassRole"], **on("iam:PassedToService", "lambda.amazonaws.com")),
        broken=(
            statement(actions=["iam:GetRole", "iam:PassRole"]),
            statement(actions=["iam:PassRole"], **_OUR_TAG),
            statement(actions=["iam:PassRole"], **on("iam:PassedToService", "*", test="StringLike")),
        ),
        accepted=(statement(actions=["iam:GetRole"]), statement(effect="Deny", actions=["iam:PassRole"])),
    ),
    Case("FFP_CICD_2_1", "aws_iam_user", {"name": "dev-ffp-somebody"}, forbidden=True),
]
