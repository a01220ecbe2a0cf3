"""Changes of boundaries and CI's policies, of the bootstrap, part 2 of 2."""

import copy
import json
import re
from typing import Any

from tests.review.corpus.edit import Document
from tests.review.opinion.cases import Change, dangerous
from tests.review.opinion.editing import add, add_data, put
from tests.review.opinion.finding import (
    Where,
    about,
    account,
    allows,
    both,
    condition_of,
    named_document,
    of_type,
    pick,
    prefix,
    reference,
)
from tests.review.opinion.kinds import AUDIENCE, MANAGED_POLICY, POLICY_DOCUMENT
from tests.review.opinion.policies import VIA_SERVICE, allow, edit_statement, grant, policy_document, remove_condition


def attach(role_where: Where, arn: Any) -> Change:

    def edit(document: Document) -> None:
        role, _ = pick(document, "aws_iam_role", role_where)
        add(
            document,
            "aws_iam_role_policy_attachment",
            "planted",
            {"role": reference("aws_iam_role", role, "name"), "policy_arn": arn(document) if callable(arn) else arn},
        )

    return edit


dangerous("deploy-changes-keys-of-others", "access", "Keys of other environments.", stack="bootstrap")(
    edit_statement(
        MANAGED_POLICY,
        both(allows("kms:PutKeyPolicy"), about("ResourceTag/environment")),
        lambda document, policy, statement: statement.pop("condition"),
    )
)
dangerous(
    "deploy-changes-keys-of-another-environment",
    "access",
    "Keys with another environment's tag.",
    stack="bootstrap",
    doubt="a literal star under StringEquals means nothing",
)(
    edit_statement(
        MANAGED_POLICY,
        both(allows("kms:PutKeyPolicy"), about("ResourceTag/environment")),
        lambda document, policy, statement: condition_of(statement, "ResourceTag/environment")["values"].append("*"),
    )
)
dangerous("deploy-changes-pools-without-tag", "access", "Any pool.", stack="bootstrap")(
    edit_statement(
        MANAGED_POLICY,
        both(allows("cognito-idp:UpdateUserPool"), about("ResourceTag/environment")),
        lambda document, policy, statement: condition_of(statement, "ResourceTag/environment").update(
            test="StringEqualsIfExists"
        ),
    )
)
dangerous("deploy-sets-passwords", "access", "A deploy takes over users.", stack="bootstrap")(
    edit_statement(
        MANAGED_POLICY,
        both(allows("cognito-idp:UpdateUserPool"), about("ResourceTag/environment")),
        lambda document, policy, statement: statement["actions"].append("cognito-idp:Admin*"),
    )
)
dangerous("deploy-changes-network-of-others", "access", "Anybody's network.", stack="bootstrap")(
    edit_statement(
        MANAGED_POLICY,
        both(allows("ec2:CreateRoute", "ec2:AssociateRouteTable"), about("ResourceTag/environment")),
        lambda document, policy, statement: statement.pop("condition"),
    )
)
dangerous("deploy-starts-any-image", "access", "A stranger's machine image in our network.", stack="bootstrap")(
    edit_statement(
        MANAGED_POLICY,
        both(allows("ec2:RunInstances"), about("ec2:Owner")),
        lambda document, policy, statement: remove_condition(statement, "ec2:Owner"),
    )
)
dangerous("deploy-deletes-snapshots", "access", "A deploy deletes copies of the database.", stack="bootstrap")(
    edit_statement(
        MANAGED_POLICY,
        allows("rds:ModifyDBInstance"),
        lambda document, policy, statement: statement["actions"].append(
            "rds:DeleteDBSnapshot"
            if "rds:DeleteDBSnapshot" not in statement["actions"]
            else "rds:ModifyDBSnapshotAttribute"
        ),
    )
)
dangerous("deploy-reads-any-state", "access", "The states of all stacks.", stack="bootstrap")(
    edit_statement(
        MANAGED_POLICY,
        allows("s3:GetObject"),
        lambda document, policy, statement: statement.update(
            resources=[statement["resources"][0].split("/")[0] + "/*"]
        ),
        where="deploy-state",
    )
)
dangerous("deploy-writes-bootstraps-state", "access", "A deploy rewrites what its own roles are.", stack="bootstrap")(
    edit_statement(
        MANAGED_POLICY,
        allows("s3:PutObject"),
        lambda document, policy, statement: statement["resources"].append(
            re.sub("/([^/]+/[^/]+)$", r"/bootstrap-\1", statement["resources"][0])
        ),
        where="deploy-state",
    )
)
dangerous("plan-writes-states", "access", "The author of a pull request rewrites the state.", stack="bootstrap")(
    edit_statement(
        MANAGED_POLICY,
        allows("s3:GetObject"),
        lambda document, policy, statement: statement["actions"].append("s3:PutObject"),
        where="plan-state",
    )
)
dangerous("plan-writes-locks", "access", "The author of a pull request blocks or unlocks deploys.", stack="bootstrap")(
    grant(
        MANAGED_POLICY,
        lambda document, block, policy: allow(
            ["s3:PutObject", "s3:DeleteObject"], [f"arn:aws:s3:::{prefix(document)}-state-{account(document)}/*.tflock"]
        ),
        where="plan-state",
    )
)
dangerous("plan-decrypts-directly", "access", "Without the service the key decrypts anything.", stack="bootstrap")(
    edit_statement(
        MANAGED_POLICY, VIA_SERVICE, lambda document, policy, statement: statement.pop("condition"), where="plan-state"
    )
)
dangerous("readers-read-objects", "access", "s3:Get* is GetObject too.", stack="bootstrap")(
    edit_statement(
        MANAGED_POLICY,
        allows("s3:GetBucketPolicy"),
        lambda document, policy, statement: statement.update(actions=["s3:Get*", "s3:ListBucket"]),
    )
)
dangerous("readers-read-secret-values", "access", "The plan role reads values of secrets.", stack="bootstrap")(
    edit_statement(
        MANAGED_POLICY,
        allows("secretsmanager:DescribeSecret"),
        lambda document, policy, statement: statement["actions"].append("secretsmanager:GetSecretValue"),
        where="read-named",
    )
)
dangerous("readers-read-logs", "access", "The plan role reads what patients did.", stack="bootstrap")(
    edit_statement(
        MANAGED_POLICY,
        allows("logs:DescribeMetricFilters"),
        lambda document, policy, statement: statement["actions"].append("logs:FilterLogEvents"),
        where="read-named",
    )
)
dangerous(
    "readers-of-all-functions", "access", "Variables and code of every function of the account.", stack="bootstrap"
)(
    edit_statement(
        MANAGED_POLICY,
        allows("lambda:GetFunction"),
        lambda document, policy, statement: statement.update(resources=["*"]),
        where="read-named",
    )
)
dangerous(
    "plan-role-may-deploy-data",
    "access",
    ("The plan role, which any pull request gets, changes keys, buckets, secrets and the database."),
    stack="bootstrap",
)(attach("-plan", lambda document: reference(MANAGED_POLICY, pick(document, MANAGED_POLICY, "deploy-data")[0], "arn")))
dangerous("plan-role-may-write-state", "access", "The plan role writes the state.", stack="bootstrap")(
    attach(
        "-plan", lambda document: reference(MANAGED_POLICY, pick(document, MANAGED_POLICY, "deploy-state")[0], "arn")
    )
)
dangerous("deploy-role-administers", "access", "Everything within the boundary.", stack="bootstrap")(
    attach("-deploy", "arn:aws:iam::aws:policy/AdministratorAccess")
)
dangerous("plan-role-reads-everything", "access", "All that the boundary leaves.", stack="bootstrap")(
    attach("-plan", "arn:aws:iam::aws:policy/ReadOnlyAccess")
)


@dangerous("role-for-developers", "access", "A role for developers with everything and no boundary.", stack="bootstrap")
def role_for_developers(document: Document) -> None:
    add(
        document,
        "aws_iam_role",
        "developer",
        {
            "name": "developer",
            "assume_role_policy": policy_document(
                document,
                "developer",
                {
                    "actions": ["sts:AssumeRole"],
                    "effect": "Allow",
                    "principals": [{"type": "AWS", "identifiers": [f"arn:aws:iam::{account(document)}:root"]}],
                },
            ),
        },
    )
    add(
        document,
        "aws_iam_role_policy_attachment",
        "developer",
        {"role": "${aws_iam_role.developer.name}", "policy_arn": "arn:aws:iam::aws:policy/AdministratorAccess"},
    )


@dangerous("user-for-ci", "access", "A user with a permanent key for a CI that has none.", stack="bootstrap")
def user_for_ci(document: Document) -> None:
    add(document, "aws_iam_user", "ci", {"name": "ci"})
    add(
        document,
        "aws_iam_user_policy_attachment",
        "ci",
        {
            "user": "${aws_iam_user.ci.name}",
            "policy_arn": reference(MANAGED_POLICY, pick(document, MANAGED_POLICY, "deploy")[0], "arn"),
        },
    )
    add(document, "aws_iam_access_key", "ci", {"user": "${aws_iam_user.ci.name}"})


@dangerous(
    "second-deploy-role",
    "access",
    ("A second role with the deploy role's policies and a trust of every branch."),
    stack="bootstrap",
)
def second_deploy_role(document: Document) -> None:
    _, role = pick(document, "aws_iam_role", "-deploy")
    new = copy.deepcopy(role)
    found = named_document(role["assume_role_policy"])
    made = copy.deepcopy(document["data"][POLICY_DOCUMENT][found])
    made["statement"][0]["condition"] = [
        c for c in made["statement"][0]["condition"] if c["variable"].endswith(AUDIENCE)
    ]
    add_data(document, POLICY_DOCUMENT, "hotfix_trust", made)
    new.update(name=role["name"] + "-hotfix", assume_role_policy=f"${{data.{POLICY_DOCUMENT}.hotfix_trust.json}}")
    new.pop("//", None)
    add(document, "aws_iam_role", "hotfix", new)
    for name, block in list(of_type(document, "aws_iam_role_policy_attachment").items()):
        if "deploy_role" in block["role"] or "deploy" in name:
            add(
                document,
                "aws_iam_role_policy_attachment",
                "hotfix_" + name,
                {"role": "${aws_iam_role.hotfix.name}", "policy_arn": block["policy_arn"]},
            )


dangerous("boundary-policy-as-text", "access", "The boundary is now a text without denials.", stack="bootstrap")(
    put(
        MANAGED_POLICY,
        "policy",
        json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}),
        "boundary",
    )
)
dangerous(
    "boundary-ignores-changes",
    "recoverability",
    "Whoever widens the boundary by hand is never noticed.",
    stack="bootstrap",
)(put(MANAGED_POLICY, "lifecycle.ignore_changes", ["description", "policy"], "boundary"))
dangerous(
    "trust-ignores-changes", "recoverability", "Whoever widens the trust by hand is never noticed.", stack="bootstrap"
)(put("aws_iam_role", "lifecycle.ignore_changes", ["assume_role_policy"], new=True))
