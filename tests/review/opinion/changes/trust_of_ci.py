"""Changes of CI's trust, of the bootstrap."""

import copy
import re
from collections.abc import Callable

from tests.review.opinion.cases import Change, dangerous
from tests.review.opinion.editing import add, drop, put
from tests.review.opinion.finding import Predicate, about, account, allows, both, condition_of, statement_of
from tests.review.opinion.kinds import AUDIENCE, STRANGER, TRUST
from tests.review.opinion.policies import edit_statement, grant, remove_condition

SUBJECT = ":sub"
BRANCH = ":ref"
REPOSITORY_ID = ":repository_id"
BY_TOKEN = allows("sts:AssumeRoleWithWebIdentity")
MAIN_ALONE = both(BY_TOKEN, about(BRANCH))


def ci(change: Callable[..., object], pred: Predicate = BY_TOKEN) -> Change:
    return edit_statement("aws_iam_role", pred, lambda document, policy, statement: change(statement), TRUST)


dangerous(
    "oidc-without-subject",
    "access",
    "Any repository with that id... or none: the subject is not checked.",
    stack="bootstrap",
)(ci(lambda statement: remove_condition(statement, SUBJECT)))
dangerous("oidc-without-any-condition", "access", "Any workflow on GitHub becomes the role.", stack="bootstrap")(
    ci(lambda statement: statement.pop("condition"))
)
dangerous("oidc-any-subject", "access", "StringLike * is everybody.", stack="bootstrap")(
    ci(lambda statement: condition_of(statement, SUBJECT).update(test="StringLike", values=["*"]))
)
dangerous("oidc-any-repository-of-owner", "access", "Every repository of the organisation.", stack="bootstrap")(
    ci(
        lambda statement: (
            condition_of(statement, SUBJECT).update(
                test="StringLike", values=[re.sub("/.*", "/*", condition_of(statement, SUBJECT)["values"][0])]
            ),
            remove_condition(statement, REPOSITORY_ID),
        )
    )
)
dangerous(
    "oidc-any-branch", "access", "Any branch, pull request and environment of the repository.", stack="bootstrap"
)(
    ci(
        lambda statement: condition_of(statement, SUBJECT).update(
            test="StringLike", values=[re.sub(":environment:.*", ":*", condition_of(statement, SUBJECT)["values"][0])]
        )
    )
)
dangerous("oidc-repository-prefix", "access", "Whoever owns a repository whose name begins alike.", stack="bootstrap")(
    ci(
        lambda statement: condition_of(statement, SUBJECT).update(
            test="StringLike", values=[condition_of(statement, SUBJECT)["values"][0].split("@")[0] + "*"]
        )
    )
)
dangerous("oidc-pull-requests-too", "access", "Whoever opens a pull request gets the role.", stack="bootstrap")(
    ci(
        lambda statement: condition_of(statement, SUBJECT)["values"].append(
            re.sub(":environment:.*", ":pull_request", condition_of(statement, SUBJECT)["values"][0])
        )
    )
)
dangerous("oidc-another-owner-too", "access", "A second subject of another owner.", stack="bootstrap")(
    ci(lambda statement: condition_of(statement, SUBJECT)["values"].append("repo:somebody/fork:environment:prod"))
)
dangerous("oidc-deploy-from-any-branch", "access", "The deploy role is no longer for main alone.", stack="bootstrap")(
    ci(lambda statement: remove_condition(statement, BRANCH), MAIN_ALONE)
)
dangerous("oidc-deploy-from-all-branches", "access", "refs/heads/* is every branch.", stack="bootstrap")(
    ci(lambda statement: condition_of(statement, BRANCH).update(test="StringLike", values=["refs/heads/*"]), MAIN_ALONE)
)
dangerous("oidc-deploy-from-a-second-branch", "access", "A branch without protection.", stack="bootstrap")(
    ci(lambda statement: condition_of(statement, BRANCH)["values"].append("refs/heads/develop"), MAIN_ALONE)
)
dangerous(
    "oidc-deploy-in-another-environment",
    "access",
    "An environment without reviewers deploys production.",
    stack="bootstrap",
)(
    ci(
        lambda statement: condition_of(statement, SUBJECT)["values"].append(
            condition_of(statement, SUBJECT)["values"][0] + "-plan"
        ),
        MAIN_ALONE,
    )
)
dangerous("oidc-without-audience", "access", "Tokens for other services are accepted.", stack="bootstrap")(
    ci(lambda statement: remove_condition(statement, AUDIENCE))
)
dangerous("oidc-second-audience", "access", "Tokens made for somebody else are accepted.", stack="bootstrap")(
    ci(lambda statement: condition_of(statement, AUDIENCE)["values"].append("https://github.com/other"))
)
dangerous(
    "oidc-without-repository-id",
    "access",
    "Whoever takes over the repository's name gets the role.",
    stack="bootstrap",
    doubt="the subject still names ids",
)(ci(lambda statement: remove_condition(statement, REPOSITORY_ID)))
dangerous("oidc-subject-if-exists", "access", "A token without subject would pass.", stack="bootstrap")(
    ci(lambda statement: condition_of(statement, SUBJECT).update(test="StringEqualsIfExists"))
)
dangerous("oidc-subject-for-all-values", "access", "ForAllValues is true for nothing.", stack="bootstrap")(
    ci(lambda statement: condition_of(statement, SUBJECT).update(test="ForAllValues:StringEquals"))
)
dangerous(
    "oidc-subject-ignoring-case",
    "access",
    "Names on GitHub that differ in case are one, environments are not.",
    stack="bootstrap",
    doubt="a small widening",
)(ci(lambda statement: condition_of(statement, SUBJECT).update(test="StringEqualsIgnoreCase")))
dangerous("oidc-second-statement", "access", "A second statement without the subject.", stack="bootstrap")(
    lambda document: (
        lambda policy, statement: policy["statement"].append(
            dict(
                copy.deepcopy(statement),
                sid="Second",
                condition=[c for c in statement["condition"] if c["variable"].endswith(AUDIENCE)],
            )
        )
    )(*statement_of(document, "aws_iam_role", BY_TOKEN, TRUST))
)
dangerous("oidc-another-provider", "access", "Another issuer's tokens are accepted.", stack="bootstrap")(
    ci(
        lambda statement: statement["principals"][0]["identifiers"].append(
            "arn:aws:iam::333333333333:oidc-provider/gitlab.com"
        )
    )
)
dangerous(
    "deploy-role-for-an-account",
    "access",
    "Whoever may assume roles in a stranger's account deploys.",
    stack="bootstrap",
)(
    grant(
        "aws_iam_role",
        {
            "actions": ["sts:AssumeRole"],
            "effect": "Allow",
            "sid": "Partner",
            "principals": [{"type": "AWS", "identifiers": [f"arn:aws:iam::{STRANGER}:root"]}],
        },
        TRUST,
    )
)
dangerous("deploy-role-for-people", "access", "Anybody of the account deploys without a review.", stack="bootstrap")(
    grant(
        "aws_iam_role",
        lambda document, block, policy: {
            "actions": ["sts:AssumeRole"],
            "effect": "Allow",
            "sid": "People",
            "principals": [{"type": "AWS", "identifiers": [f"arn:aws:iam::{account(document)}:root"]}],
        },
        TRUST,
    )
)
dangerous(
    "deploy-role-for-twelve-hours", "access", "A leaked session lives twelve hours in place of one.", stack="bootstrap"
)(put("aws_iam_role", "max_session_duration", 43200))
dangerous("delivery-boundary-removed", "access", "Nothing limits the deploy role.", stack="bootstrap")(
    drop("aws_iam_role", "permissions_boundary")
)
dangerous(
    "delivery-boundary-is-the-runtime-one-of-aws",
    "access",
    "AdministratorAccess as a boundary limits nothing.",
    stack="bootstrap",
)(put("aws_iam_role", "permissions_boundary", "arn:aws:iam::aws:policy/AdministratorAccess", nth=1))
dangerous("provider-of-tokens-changed", "access", "Tokens of another issuer.", stack="bootstrap")(
    put("aws_iam_openid_connect_provider", "url", "https://token.actions.githubusercontent.com.evil.example")
)
dangerous("provider-of-tokens-second-client", "access", "Tokens for another audience can be used.", stack="bootstrap")(
    put("aws_iam_openid_connect_provider", "client_id_list", ["sts.amazonaws.com", "sigstore"])
)
dangerous("second-provider-of-tokens", "access", "A second issuer, of nobody that we know.", stack="bootstrap")(
    lambda document: add(
        document,
        "aws_iam_openid_connect_provider",
        "other",
        {"url": "https://ci.partner.example", "client_id_list": ["sts.amazonaws.com"]},
    )
)
