"""Cases of the IAM and CICD policies."""

from __future__ import annotations

from typing import Any

from tests.checks.case import KEY, Case, backend, statement

_DOCUMENT = "data.aws_iam_policy_document"
_MEDIA = "${aws_s3_bucket.media.arn}"
_EVERYBODY = {"type": "*", "identifiers": ["*"]}
_PLAIN_HTTP = {"test": "Bool", "variable": "aws:SecureTransport", "values": ["false"]}
_ANY_KEY = "arn:aws:kms:eu-west-2:111111111111:key/*"
_MASTER_SECRETS = "arn:aws:secretsmanager:eu-west-2:111111111111:secret:rds!db-*"
_INSTANCE = "aws:ResourceTag/aws:rds:primaryDBInstanceArn"


def _on(variable: str, *values: str, test: str = "StringEquals") -> dict[str, Any]:
    return {"condition": [{"test": test, "variable": variable, "values": list(values)}]}


def _everybody(condition: dict[str, Any]) -> dict[str, Any]:
    return statement(actions=["s3:GetObject"], principals=[_EVERYBODY], **condition)


def _service(service: str, condition: dict[str, Any] | None = None, **values: Any) -> dict[str, Any]:
    """A resource's policy that admits a service."""
    principals = [{"type": "Service", "identifiers": [service]}]
    return statement(**{"actions": ["sns:Publish"], "principals": principals, **(condition or {}), **values})


def _document(name: str, **values: Any) -> dict[str, Any]:
    """The rest of a stack: a policy document with one statement."""
    return {**backend("dev"), "data": {"aws_iam_policy_document": {name: statement(**values)}}}


def _github(test: str = "StringEquals", **claims: str | None) -> dict[str, Any]:
    """A trust policy that demands these claims of GitHub's tokens."""
    sound = {"aud": "sts.amazonaws.com", "sub": "repo:ffp-example/infrastructure:environment:dev"}
    conditions = [
        {"test": test, "variable": f"token.actions.githubusercontent.com:{claim}", "values": [value]}
        for claim, value in {**sound, **claims}.items()
        if value is not None
    ]
    return statement(actions=[_BY_TOKEN], condition=conditions)


_BY_TOKEN = "sts:AssumeRoleWithWebIdentity"
_OTHER_SERVICE = {"type": "Service", "identifiers": ["transfer.amazonaws.com"]}
_ALARM_ARN = "arn:aws:cloudwatch:eu-west-2:111111111111:alarm:dev-ffp-*"
_ANY_DISTRIBUTION = "arn:aws:cloudfront::111111111111:distribution/*"
_LOG_ARN = "arn:aws:logs:eu-west-2:111111111111:log-group:/aws/lambda/dev-ffp-list"
_OUR_ACCOUNT = _on("aws:SourceAccount", "111111111111")


def _own_key(environment: str = "dev", *aliases: str, **changed: str) -> dict[str, Any]:
    """A new key has no tag yet, and no alias of anybody else's."""
    tag = {"test": "StringEqualsIfExists", "variable": "aws:ResourceTag/environment", "values": [environment]}
    names = {"test": "ForAllValues:StringLike", "variable": "kms:ResourceAliases", "values": list(aliases)}
    return {"condition": [tag, {**names, **changed}] if aliases else [tag]}


_OUR_TAG = _on("aws:ResourceTag/environment", "dev")
_HOME = _on("aws:RequestedRegion", "eu-west-2")

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
                    ("s3:GetObject", "arn:aws:s3:::prod-*"),
                    ("s3:GetObject", "arn:aws:s3:::prod-ffp*"),
                )
            ),
            *(
                statement(actions=["kms:CreateKey"], resources=["*"], **condition)
                for condition in (
                    _on("aws:RequestTag/environment", "dev", test="StringNotEquals"),
                    _on("aws:RequestTag/environment", "dev", test="StringLike"),
                    _on("aws:RequestTag/environment", "dev", test="StringEqualsIfExists"),
                    _on("aws:RequestTag/environment", "*"),
                    _on("aws:RequestTag/project", "ffp"),
                    _on("aws:RequestedRegion", "*", test="StringLike"),
                )
            ),
            statement(actions=["kms:Decrypt"], resources=[_ANY_KEY], **_HOME),
            statement(actions=["kms:Decrypt"], resources=["*"], **_on("aws:RequestTag/environment", "dev")),
            *(
                statement(actions=["kms:Decrypt"], resources=[_ANY_KEY], **condition)
                for condition in (
                    _own_key("dev"),
                    _own_key("dev", "alias/*"),
                    _own_key("dev", "alias/dev-ffp-*", "alias/aws/*"),
                    _own_key("dev", "alias/dev-ffp-*", test="StringLike"),
                    _own_key("dev", "alias/dev-ffp-*", test="ForAllValues:StringNotLike"),
                    _own_key("dev", "alias/dev-ffp-*", variable="kms:RequestAlias"),
                    _on("kms:ResourceAliases", "alias/dev-ffp-*", test="ForAllValues:StringLike"),
                )
            ),
            statement(actions=["ec2:StopInstances"], resources=["*"], **_own_key("dev", "alias/dev-ffp-*")),
            statement(actions=["secretsmanager:GetSecretValue"], resources=["*"], **_HOME),
            statement(
                actions=["secretsmanager:GetSecretValue"],
                resources=[_MASTER_SECRETS],
                **_on(_INSTANCE, "arn:aws:rds:eu-west-2:111111111111:db:*", test="ArnLike"),
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
            statement(actions=["kms:CreateKey"], resources=["*"], **_on("aws:RequestTag/environment", "dev")),
            statement(actions=["kms:CreateKey"], resources=["*"], **_HOME),
            statement(actions=["kms:Decrypt"], resources=[_ANY_KEY], **_OUR_TAG),
            statement(actions=["kms:Decrypt"], resources=[_ANY_KEY], **_own_key("dev", "alias/dev-ffp-*")),
            statement(
                actions=["secretsmanager:GetSecretValue"],
                resources=[_MASTER_SECRETS],
                **_on(_INSTANCE, "arn:aws:rds:eu-west-2:111111111111:db:dev-ffp-*", test="ArnLike"),
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
            _everybody(_on("aws:PrincipalAccount", "111111111111", test="StringNotEquals")),
            _everybody(_on("aws:PrincipalAccount", "*", test="StringLike")),
            _everybody(_on("aws:PrincipalArn", "arn:aws:iam::*:role/*", test="ArnLike")),
            statement(actions=["s3:GetObject"], not_principals=[{"type": "AWS", "identifiers": ["111111111111"]}]),
        ),
        accepted=(
            statement(effect="Deny", actions=["s3:GetObject"], principals=[_EVERYBODY]),
            _everybody(_on("aws:PrincipalAccount", "111111111111")),
            _everybody(_on("aws:PrincipalArn", "${aws_iam_role.exercises.arn}", test="ArnEquals")),
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
        _DOCUMENT,
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
        _DOCUMENT,
        statement(actions=["kms:Decrypt"], resources=[_ANY_KEY], **_OUR_TAG),
        broken=(
            statement(actions=["kms:Decrypt"], resources=[_ANY_KEY], **_on("aws:ResourceTag/environment", "prod")),
            statement(actions=["kms:Decrypt"], resources=[_ANY_KEY], **_own_key("prod", "alias/dev-ffp-*")),
            statement(actions=["kms:Decrypt"], resources=[_ANY_KEY], **_own_key("dev", "alias/prod-ffp-*")),
            statement(
                actions=["kms:Decrypt"], resources=[_ANY_KEY], **_on("aws:ResourceTag/environment", "dev", "staging")
            ),
            statement(actions=["kms:CreateKey"], resources=["*"], **_on("aws:RequestedRegion", "eu-west-1")),
            statement(
                actions=["secretsmanager:GetSecretValue"],
                resources=[_MASTER_SECRETS],
                **_on(_INSTANCE, "arn:aws:rds:eu-west-2:111111111111:db:prod-ffp-*", test="ArnLike"),
            ),
        ),
        accepted=(
            statement(actions=["kms:CreateKey"], resources=["*"], **_on("aws:RequestedRegion", "us-east-1")),
            statement(
                actions=["ec2:CreateTags"],
                resources=["*"],
                **_on("aws:ResourceTag/environment", "true", test="Null"),
            ),
        ),
        beside=backend("bootstrap-dev"),
    ),
    Case(
        "FFP_IAM_2_6",
        _DOCUMENT,
        statement(
            actions=["s3:GetObject"],
            resources=["arn:aws:s3:::dev-ffp-media-111111111111/*", "arn:aws:ssm:eu-west-2::parameter/aws/service/x"],
            principals=[{"type": "AWS", "identifiers": ["arn:aws:iam::111111111111:root"]}],
        ),
        broken=(
            statement(principals=[{"type": "AWS", "identifiers": ["arn:aws:iam::999999999999:root"]}]),
            statement(principals=[{"type": "AWS", "identifiers": ["999999999999"]}]),
            statement(resources=["arn:aws:s3:::dev-ffp-media-999999999999/*"]),
            statement(**_on("aws:SourceAccount", "999999999999")),
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
        _DOCUMENT,
        statement(actions=["iam:PassRole"], **_on("iam:PassedToService", "lambda.amazonaws.com")),
        broken=(
            statement(actions=["iam:GetRole", "iam:PassRole"]),
            statement(actions=["iam:PassRole"], **_OUR_TAG),
            statement(actions=["iam:PassRole"], **_on("iam:PassedToService", "*", test="StringLike")),
        ),
        accepted=(statement(actions=["iam:GetRole"]), statement(effect="Deny", actions=["iam:PassRole"])),
    ),
    Case(
        "FFP_IAM_1_4",
        "aws_vpc_endpoint",
        {"service_name": "com.amazonaws.eu-west-2.s3", "policy": "${data.aws_iam_policy_document.s3.json}"},
        broken=({"policy": None}, {"policy": None, "service_name": "com.amazonaws.eu-west-2.sns"}),
    ),
    Case(
        "FFP_IAM_2_7",
        _DOCUMENT,
        _service("sns.amazonaws.com", _OUR_ACCOUNT),
        broken=(
            _service("cloudwatch.amazonaws.com"),
            _service("cloudwatch.amazonaws.com", _on("aws:SourceAccount", "111111111111", test="StringNotEquals")),
            _service("cloudwatch.amazonaws.com", _on("aws:SourceAccount", "*", test="StringLike")),
            _service("cloudwatch.amazonaws.com", _on("aws:SourceAccount", "111111111111", test="StringEqualsIfExists")),
            _service(
                "cloudwatch.amazonaws.com", _on("aws:SourceArn", "arn:aws:cloudwatch:*:*:alarm:*", test="ArnLike")
            ),
            _service("logging.s3.amazonaws.com", _on("aws:SourceArn", "arn:aws:s3:::dev-ffp-*", test="ArnLike")),
            _service("lambda.amazonaws.com"),
            _service("scheduler.amazonaws.com", actions=["sts:AssumeRole"]),
            _service("lambda.amazonaws.com", actions=["sts:AssumeRole"]),
        ),
        accepted=(
            _service("cloudwatch.amazonaws.com", _on("aws:SourceArn", _ALARM_ARN, test="ArnLike")),
            _service("cloudfront.amazonaws.com", _on("AWS:SourceArn", "${aws_cloudfront_distribution.app.arn}")),
            _service("logs.eu-west-2.amazonaws.com", _on("kms:EncryptionContext:aws:logs:arn", _LOG_ARN)),
            _service("rds.amazonaws.com", actions=["sts:AssumeRole"]),
            _service("sns.amazonaws.com", effect="Deny"),
        ),
    ),
    Case(
        "FFP_MAP_6_4",
        _DOCUMENT,
        _service("cloudfront.amazonaws.com", _on("aws:SourceArn", "${aws_cloudfront_distribution.app.arn}")),
        broken=(
            _service("cloudfront.amazonaws.com"),
            _service("cloudfront.amazonaws.com", _OUR_ACCOUNT),
            _service("cloudfront.amazonaws.com", _on("aws:SourceArn", _ANY_DISTRIBUTION, test="ArnLike")),
            _service("cloudfront.amazonaws.com", _on("aws:SourceArn", _ANY_DISTRIBUTION)),
        ),
        accepted=(
            _service(
                "cloudfront.amazonaws.com",
                _on("AWS:SourceArn", "arn:aws:cloudfront::111111111111:distribution/E2EXAMPLE", test="ArnEquals"),
            ),
            _service("sns.amazonaws.com"),
        ),
    ),
    Case(
        "FFP_SEC_2_2",
        "aws_secretsmanager_secret_policy",
        {"policy": "${data.aws_iam_policy_document.secret.json}"},
        beside=_document("secret", effect="Deny", actions=["secretsmanager:*"], principals=[_EVERYBODY]),
        broken_beside=(
            _document("secret", actions=["secretsmanager:GetSecretValue"], principals=[_OTHER_SERVICE]),
            _document(
                "secret",
                effect="Allow",
                actions=["secretsmanager:GetSecretValue"],
                principals=[_OTHER_SERVICE],
                **_OUR_ACCOUNT,
            ),
        ),
    ),
    Case(
        "FFP_CICD_2_2",
        "aws_iam_role",
        {"assume_role_policy": "${data.aws_iam_policy_document.trust.json}", "max_session_duration": 3600},
        broken=({"max_session_duration": 43200}, {"max_session_duration": 3601}),
        accepted=({"max_session_duration": None},),
        beside=_document("trust", actions=[_BY_TOKEN]),
    ),
    Case(
        "FFP_CICD_2_3",
        _DOCUMENT,
        _github(),
        broken=(
            _github(sub="repo:ffp-example/*"),
            _github(sub="repo:ffp-example/infrastructure:*"),
            _github(sub="repo:ffp-example/infrastructure:ref:refs/heads/main"),
            _github(sub="repo:ffp-example/infrastructure:pull_request"),
            _github(sub="repo:ffp-example/infrastructure:environment:*"),
            _github(sub="repo:ffp-example@12/infrastructure:environment:dev"),
            _github(sub="repo:ffp-example@*/infrastructure@34:environment:dev"),
            _github(sub="repo:ffp-example/infrastructure:environment:prod"),
            _github(test="StringLike"),
            _github(sub=None),
            _github(aud=None),
            _github(aud="https://github.com/ffp-example"),
        ),
        accepted=(
            _github(sub="repo:ffp-example/infrastructure:environment:dev-plan"),
            _github(sub="repo:ffp-example@12/infrastructure@34:environment:dev"),
            _github(ref="refs/heads/main", repository_id="34"),
            statement(actions=["sts:AssumeRole"]),
        ),
        beside=backend("bootstrap-dev"),
    ),
    Case("FFP_CICD_2_1", "aws_iam_user", {"name": "dev-ffp-somebody"}, forbidden=True),
]
