"""Cases of the IAM and CICD policies."""

from __future__ import annotations

from tests.policies.case import KEY, Case, statement

_DOCUMENT = "data.aws_iam_policy_document"
_MEDIA = "${aws_s3_bucket.media.arn}"
_EVERYBODY = {"type": "*", "identifiers": ["*"]}
_PLAIN_HTTP = {"test": "Bool", "variable": "aws:SecureTransport", "values": ["false"]}

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
        _DOCUMENT,
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
                )
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
                actions=["kms:CreateKey"],
                resources=["*"],
                condition=[{"test": "StringEquals", "variable": "aws:RequestTag/project", "values": ["ffp"]}],
            ),
            statement(effect="Deny", actions=["s3:*"], resources=["*"]),
        ),
    ),
    Case(
        "FFP_IAM_2_2",
        _DOCUMENT,
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
        _DOCUMENT,
        statement(
            actions=["sts:AssumeRole"], principals=[{"type": "Service", "identifiers": ["lambda.amazonaws.com"]}]
        ),
        broken=(
            statement(actions=["s3:GetObject"], principals=[_EVERYBODY]),
            statement(actions=["s3:GetObject"], principals=[{"type": "AWS", "identifiers": ["*"]}]),
            statement(actions=["s3:GetObject"], principals=[_EVERYBODY], condition=[_PLAIN_HTTP]),
            statement(actions=["s3:GetObject"], not_principals=[{"type": "AWS", "identifiers": ["111111111111"]}]),
        ),
        accepted=(
            statement(effect="Deny", actions=["s3:GetObject"], principals=[_EVERYBODY]),
            statement(
                actions=["s3:GetObject"],
                principals=[_EVERYBODY],
                condition=[{"test": "StringEquals", "variable": "aws:PrincipalAccount", "values": ["111111111111"]}],
            ),
        ),
    ),
    Case(
        "FFP_IAM_2_4",
        "aws_iam_role_policy",
        {"policy": "${data.aws_iam_policy_document.exercises.json}"},
        broken=({"policy": '{"Statement": []}'}, {"policy": '${jsonencode({"Statement" = []})}'}),
    ),
    Case("FFP_CICD_2_1", "aws_iam_user", {"name": "dev-ffp-somebody"}, forbidden=True),
]
