"""Cases of checks/services.py."""

from __future__ import annotations

from typing import Any

from tests.checks.case import DOCUMENT, EVERYBODY, Case, document, on, statement


def _service(service: str, condition: dict[str, Any] | None = None, **values: Any) -> dict[str, Any]:
    """A resource's policy that admits a service."""
    principals = [{"type": "Service", "identifiers": [service]}]
    return statement(**{"actions": ["sns:Publish"], "principals": principals, **(condition or {}), **values})


_OTHER_SERVICE = {"type": "Service", "identifiers": ["transfer.amazonaws.com"]}
_ALARM_ARN = "arn:aws:cloudwatch:eu-west-2:111111111111:alarm:dev-ffp-*"
_ANY_DISTRIBUTION = "arn:aws:cloudfront::111111111111:distribution/*"
_LOG_ARN = "arn:aws:logs:eu-west-2:111111111111:log-group:/aws/lambda/dev-ffp-list"
_OUR_ACCOUNT = on("aws:SourceAccount", "111111111111")

CASES = [
    Case(
        "FFP_IAM_1_4",
        "aws_vpc_endpoint",
        {"service_name": "com.amazonaws.eu-west-2.s3", "policy": "${data.aws_iam_policy_document.s3.json}"},
        broken=({"policy": None}, {"policy": None, "service_name": "com.amazonaws.eu-west-2.sns"}),
    ),
    Case(
        "FFP_IAM_2_7",
        DOCUMENT,
        _service("sns.amazonaws.com", _OUR_ACCOUNT),
        broken=(
            _service("cloudwatch.amazonaws.com"),
            _service("cloudwatch.amazonaws.com", on("aws:SourceAccount", "111111111111", test="StringNotEquals")),
            _service("cloudwatch.amazonaws.com", on("aws:SourceAccount", "*", test="StringLike")),
            _service("cloudwatch.amazonaws.com", on("aws:SourceAccount", "111111111111", test="StringEqualsIfExists")),
            _service("cloudwatch.amazonaws.com", on("aws:SourceArn", "arn:aws:cloudwatch:*:*:alarm:*", test="ArnLike")),
            _service("logging.s3.amazonaws.com", on("aws:SourceArn", "arn:aws:s3:::dev-ffp-*", test="ArnLike")),
            _service("lambda.amazonaws.com"),
            _service("scheduler.amazonaws.com", actions=["sts:AssumeRole"]),
            _service("lambda.amazonaws.com", actions=["sts:AssumeRole"]),
        ),
        accepted=(
            _service("cloudwatch.amazonaws.com", on("aws:SourceArn", _ALARM_ARN, test="ArnLike")),
            _service("cloudfront.amazonaws.com", on("AWS:SourceArn", "${aws_cloudfront_distribution.app.arn}")),
            _service("logs.eu-west-2.amazonaws.com", on("kms:EncryptionContext:aws:logs:arn", _LOG_ARN)),
            _service("rds.amazonaws.com", actions=["sts:AssumeRole"]),
            _service("sns.amazonaws.com", effect="Deny"),
        ),
    ),
    Case(
        "FFP_MAP_6_4",
        DOCUMENT,
        _service("cloudfront.amazonaws.com", on("aws:SourceArn", "${aws_cloudfront_distribution.app.arn}")),
        broken=(
            _service("cloudfront.amazonaws.com"),
            _service("cloudfront.amazonaws.com", _OUR_ACCOUNT),
            _service("cloudfront.amazonaws.com", on("aws:SourceArn", _ANY_DISTRIBUTION, test="ArnLike")),
            _service("cloudfront.amazonaws.com", on("aws:SourceArn", _ANY_DISTRIBUTION)),
        ),
        accepted=(
            _service(
                "cloudfront.amazonaws.com",
                on("AWS:SourceArn", "arn:aws:cloudfront::111111111111:distribution/E2EXAMPLE", test="ArnEquals"),
            ),
            _service("sns.amazonaws.com"),
        ),
    ),
    Case(
        "FFP_SEC_2_2",
        "aws_secretsmanager_secret_policy",
        {"policy": "${data.aws_iam_policy_document.secret.json}"},
        beside=document("secret", effect="Deny", actions=["secretsmanager:*"], principals=[EVERYBODY]),
        broken_beside=(
            document("secret", actions=["secretsmanager:GetSecretValue"], principals=[_OTHER_SERVICE]),
            document(
                "secret",
                effect="Allow",
                actions=["secretsmanager:GetSecretValue"],
                principals=[_OTHER_SERVICE],
                **_OUR_ACCOUNT,
            ),
        ),
    ),
]
