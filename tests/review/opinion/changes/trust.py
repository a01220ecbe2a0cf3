"""Changes of whom roles trust."""

from collections.abc import Callable

from tests.review.opinion.cases import Change, dangerous
from tests.review.opinion.editing import put
from tests.review.opinion.finding import Predicate, Where, about, account, allows, both, condition_of, prefix
from tests.review.opinion.kinds import STRANGER, TRUST
from tests.review.opinion.policies import allow, edit_statement, grant, remove_condition

LAMBDA_MAY_ASSUME = both(allows("sts:AssumeRole"), lambda statement: "lambda.amazonaws.com" in str(statement))


def trusted(pred: Predicate, change: Callable[..., object], where: Where = None) -> Change:
    return edit_statement("aws_iam_role", pred, change, TRUST, where)


dangerous("trust-in-a-strangers-account", "access", "A stranger's account takes on the role.")(
    grant(
        "aws_iam_role",
        allow(["sts:AssumeRole"], None, principals=[("AWS", [f"arn:aws:iam::{STRANGER}:root"])]) | {"resources": []},
        TRUST,
    )
)
dangerous(
    "trust-in-a-strangers-account-in-a-list",
    "access",
    ("A second type of principal in the same statement; the condition does not hold for it."),
)(
    trusted(
        LAMBDA_MAY_ASSUME,
        lambda document, policy, statement: (
            statement["principals"].append({"type": "AWS", "identifiers": [STRANGER]}),
            statement.pop("condition"),
        ),
    )
)
dangerous("trust-in-everybody", "access", "Everybody.")(
    trusted(
        LAMBDA_MAY_ASSUME,
        lambda document, policy, statement: statement.update(principals=[{"type": "AWS", "identifiers": ["*"]}]),
    )
)
dangerous("trust-in-everybody-with-external-id", "access", "Any account that knows a word.")(
    trusted(
        LAMBDA_MAY_ASSUME,
        lambda document, policy, statement: statement.update(
            principals=[{"type": "AWS", "identifiers": ["*"]}],
            condition=[{"test": "StringEquals", "variable": "sts:ExternalId", "values": ["ffp"]}],
        ),
    )
)
dangerous("trust-in-own-account", "access", "Whoever may assume roles in the account becomes the function.")(
    trusted(
        LAMBDA_MAY_ASSUME,
        lambda document, policy, statement: statement.update(
            principals=[{"type": "AWS", "identifiers": [f"arn:aws:iam::{account(document)}:root"]}]
        ),
    )
)
dangerous("trust-in-an-own-role", "access", "The CI role becomes the function's role.")(
    grant(
        "aws_iam_role",
        lambda document, block, policy: {
            "actions": ["sts:AssumeRole"],
            "effect": "Allow",
            "sid": "Ci",
            "principals": [
                {"type": "AWS", "identifiers": [f"arn:aws:iam::{account(document)}:role/{prefix(document)}-deploy"]}
            ],
        },
        TRUST,
    )
)
dangerous("trust-in-a-second-service", "access", "An instance can take on the function's role.")(
    trusted(
        LAMBDA_MAY_ASSUME,
        lambda document, policy, statement: statement["principals"][0]["identifiers"].append("ec2.amazonaws.com"),
    )
)
dangerous("trust-without-source-account", "access", "The service may act for another account.")(
    trusted(LAMBDA_MAY_ASSUME, lambda document, policy, statement: statement.pop("condition"))
)
dangerous("trust-source-account-if-exists", "access", "IfExists lets in a service that does not send it.")(
    trusted(
        LAMBDA_MAY_ASSUME,
        lambda document, policy, statement: condition_of(statement, "SourceAccount").update(
            test="StringEqualsIfExists"
        ),
    )
)
dangerous("trust-for-another-source-account-too", "access", "A stranger's account through the service.")(
    trusted(
        LAMBDA_MAY_ASSUME,
        lambda document, policy, statement: condition_of(statement, "SourceAccount")["values"].append(STRANGER),
    )
)
dangerous("trust-source-account-by-pattern", "access", "Accounts that begin alike.")(
    trusted(
        LAMBDA_MAY_ASSUME,
        lambda document, policy, statement: condition_of(statement, "SourceAccount").update(
            test="StringLike", values=["3*"]
        ),
    )
)
dangerous("trust-source-arn-removed", "access", "Any schedule of the account, not ours alone.")(
    trusted(
        both(allows("sts:AssumeRole"), about("SourceArn")),
        lambda document, policy, statement: remove_condition(statement, "SourceArn"),
    )
)
dangerous("trust-source-arn-anything", "access", "ArnLike * is anything.")(
    trusted(
        both(allows("sts:AssumeRole"), about("SourceArn")),
        lambda document, policy, statement: condition_of(statement, "SourceArn").update(values=["arn:aws:*:*:*:*"]),
    )
)
dangerous("trust-all-but-one-account", "access", "NotPrincipal in an Allow is everybody else.")(
    grant(
        "aws_iam_role",
        {
            "actions": ["sts:AssumeRole"],
            "effect": "Allow",
            "sid": "Others",
            "not_principals": [{"type": "AWS", "identifiers": [f"arn:aws:iam::{STRANGER}:root"]}],
        },
        TRUST,
    )
)
dangerous("trust-in-web-identities-of-anybody", "access", "Anybody with an account at Amazon.")(
    grant(
        "aws_iam_role",
        {
            "actions": ["sts:AssumeRoleWithWebIdentity"],
            "effect": "Allow",
            "sid": "Web",
            "principals": [{"type": "Federated", "identifiers": ["cognito-identity.amazonaws.com"]}],
        },
        TRUST,
    )
)
dangerous(
    "trust-with-session-tags",
    "access",
    "Callers may choose the tags that conditions trust.",
    doubt="only a service calls here",
)(trusted(LAMBDA_MAY_ASSUME, lambda document, policy, statement: statement["actions"].append("sts:TagSession")))
dangerous(
    "role-session-of-twelve-hours",
    "access",
    "A stolen session lives twelve hours.",
    doubt="services' sessions are not bound by it",
)(put("aws_iam_role", "max_session_duration", 43200, new=True))
