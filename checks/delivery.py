"""CICD-2: what a pipeline must prove to get credentials, and how long they are valid."""

from __future__ import annotations

import re
from collections.abc import Iterator

from checks.block import Block
from checks.check import ScannedStack, stack_check

_ROLE = "aws_iam_role"
_DOCUMENT = "data.aws_iam_policy_document"
_BY_TOKEN = "sts:AssumeRoleWithWebIdentity"  # noqa: S105 - an action, no token
_AUDIENCE = "sts.amazonaws.com"
_GITHUB = "token.actions.githubusercontent.com"
_TWO_HOURS = 7200

# The subject of a repository's jobs in one environment. Newer repositories have GitHub's ids after the two names.
_SUBJECT = re.compile(r"repo:[\w.-]+(?P<id>@\d+)?/[\w.-]+(?(id)@\d+):environment:(?P<environment>[\w.-]+)")


def _by_token(document: Block) -> Iterator[Block]:
    for statement in document.blocks("statement"):
        if statement.value("effect") in (None, "Allow") and _BY_TOKEN in statement.strings("actions"):
            yield statement


def _required(statement: Block, claim: str) -> tuple[str, list[str]]:
    """The issuer and the exact values that the statement requires of a claim; empty without such a condition."""
    for condition in statement.blocks("condition"):
        issuer, _, name = str(condition.value("variable")).rpartition(":")
        if name == claim and condition.value("test") == "StringEquals":
            return issuer, condition.strings("values")
    return "", []


@stack_check("FFP_CICD_2_2", "Credentials from tokens are valid for at most two hours", _ROLE)
def sessions_are_short(role: Block, stack: ScannedStack) -> Iterator[str]:
    """Set max_session_duration to 3600, so that leaked credentials soon expire; to 7200 where a deploy takes longer."""
    trust = stack.referenced(str(role.value("assume_role_policy")))
    by_token = trust is not None and any(_by_token(trust))
    if (by_token or stack.is_bootstrap) and role.number("max_session_duration") > _TWO_HOURS:
        yield f"max_session_duration is {role.value('max_session_duration')}"


# A plan does not show the stack's environment, so any environment of a repository passes there.
@stack_check("FFP_CICD_2_3", "Roles trust only tokens for AWS from one environment of one repository", _DOCUMENT)
def tokens_are_bound(document: Block, stack: ScannedStack) -> Iterator[str]:
    """Require with StringEquals `aud` and the exact `sub` repo:OWNER/NAME:environment:ENV, with or without both ids.

    A wildcard, an owner, a branch or a pull request as subject would accept jobs that nobody approved.
    """
    for statement in _by_token(document):
        if _required(statement, "aud")[1] != [_AUDIENCE]:
            yield f"aud must equal {_AUDIENCE}"
        issuer, subjects = _required(statement, "sub")
        if not subjects:
            yield "sub has no exact value"
        for subject in subjects:
            match = _SUBJECT.fullmatch(subject)
            if "*" in subject or "?" in subject or (issuer == _GITHUB and not match):
                yield f"{subject} is not an environment of a repository"
            elif match and stack.environment and not _is_of(stack.environment, match["environment"]):
                yield f"{subject} is an environment of another stack"


def _is_of(environment: str, github_environment: str) -> bool:
    return github_environment == environment or github_environment.startswith(f"{environment}-")
