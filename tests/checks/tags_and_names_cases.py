"""Cases of checks/tags_and_names.py."""

from __future__ import annotations

from typing import Any

from tests.checks.case import Case

_TAGS = {"environment": "dev", "project": "ffp", "cost-centre": "platform"}


def _specifications(volume_tags: dict[str, str], *kinds: str) -> dict[str, Any]:
    tags = {"instance": _TAGS, "volume": volume_tags}
    return {"tag_specifications": [{"resource_type": kind, "tags": tags[kind]} for kind in kinds]}


CASES = [
    Case(
        "FFP_QUAL_3_1",
        "aws_cloudwatch_log_group",
        {"name": "/aws/lambda/dev-ffp-list"},
        broken=(
            {"name": "/aws/lambda/list"},
            {"name": "ffp-dev-list"},
            {"name": "developer"},
            {"name": "dev-list"},
            {"name": None},
        ),
        accepted=(
            {"name": "prod-ffp-list"},
            {"name": "surgery-ffp-list"},
            {"name": "aws-waf-logs-staging-ffp"},
            {"name": "/aws/rds/instance/local-ffp/postgresql"},
            {"name": "/aws/lambda/${aws_lambda_function.list.function_name}"},
        ),
    ),
    Case(
        "FFP_QUAL_3_1",
        "aws_cognito_user_pool_domain",
        {"domain": "dev-welcome"},
        broken=({"domain": "welcome"}, {"domain": "ffp-welcome"}, {"domain": None}),
    ),
    Case(
        "FFP_QUAL_3_2",
        "aws_vpc",
        {"tags": {"Name": "dev-ffp"}},
        broken=({"tags": {"Name": "ffp"}},),
        accepted=({"tags": None},),
    ),
    Case(
        "FFP_QUAL_4_1",
        "provider.aws",
        {"region": "eu-west-2", "default_tags": [{"tags": _TAGS}]},
        broken=({"default_tags": None}, {"default_tags": [{"tags": {**_TAGS, "cost-centre": ""}}]}),
    ),
    Case(
        "FFP_QUAL_4_2",
        "aws_launch_template",
        _specifications(_TAGS, "instance", "volume"),
        broken=(
            {"tag_specifications": None},
            _specifications(_TAGS, "instance"),
            _specifications({"project": "ffp"}, "instance", "volume"),
        ),
    ),
]
