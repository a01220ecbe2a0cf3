"""Cases of checks/delivery.py."""

from __future__ import annotations

from typing import Any

from tests.checks.case import DOCUMENT, Case, backend, document, statement


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

CASES = [
    Case(
        "FFP_CICD_2_2",
        "aws_iam_role",
        {"assume_role_policy": "${data.aws_iam_policy_document.trust.json}", "max_session_duration": 3600},
        broken=({"max_session_duration": 43200}, {"max_session_duration": 7201}),
        accepted=({"max_session_duration": None}, {"max_session_duration": 7200}),
        beside=document("trust", actions=[_BY_TOKEN]),
    ),
    Case(
        "FFP_CICD_2_3",
        DOCUMENT,
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
]
