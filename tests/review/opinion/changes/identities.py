"""Changes of new identities."""

import json

from tests.review.corpus.edit import Document
from tests.review.opinion.cases import dangerous
from tests.review.opinion.editing import add
from tests.review.opinion.finding import pick, prefix, reference
from tests.review.opinion.kinds import STRANGER
from tests.review.opinion.policies import allow, policy_document


@dangerous("user-with-access-key", "access", "A user with a permanent key, against short-lived credentials.")
def user_with_access_key(document: Document) -> None:
    add(document, "aws_iam_user", "backup", {"name": prefix(document) + "-backup"})
    add(document, "aws_iam_access_key", "backup", {"user": "${aws_iam_user.backup.name}"})


@dangerous("user-with-policy", "access", "A user who reads all media.")
def user_with_policy(document: Document) -> None:
    add(document, "aws_iam_user", "analyst", {"name": "analyst"})
    add(
        document,
        "aws_iam_user_policy",
        "analyst",
        {
            "user": "${aws_iam_user.analyst.name}",
            "policy": policy_document(document, "analyst", allow(["s3:GetObject"], ["*"])),
        },
    )


@dangerous("user-with-password", "access", "A user of the console with a password.")
def user_with_password(document: Document) -> None:
    add(document, "aws_iam_user", "ops", {"name": "ops"})
    add(document, "aws_iam_user_login_profile", "ops", {"user": "${aws_iam_user.ops.name}"})


@dangerous("group-of-administrators", "access", "A group with everything.")
def group_of_administrators(document: Document) -> None:
    add(document, "aws_iam_group", "admins", {"name": "admins"})
    add(
        document,
        "aws_iam_group_policy_attachment",
        "admins",
        {"group": "${aws_iam_group.admins.name}", "policy_arn": "arn:aws:iam::aws:policy/AdministratorAccess"},
    )


@dangerous(
    "role-for-a-vendor",
    "access",
    ("A role for a vendor's account that reads everything, without boundary and external id."),
)
def role_for_a_vendor(document: Document) -> None:
    add(
        document,
        "aws_iam_role",
        "vendor",
        {
            "name": "vendor-monitoring",
            "assume_role_policy": policy_document(
                document,
                "vendor",
                {
                    "actions": ["sts:AssumeRole"],
                    "effect": "Allow",
                    "principals": [{"type": "AWS", "identifiers": [f"arn:aws:iam::{STRANGER}:root"]}],
                },
            ),
        },
    )
    add(
        document,
        "aws_iam_role_policy_attachment",
        "vendor",
        {"role": "${aws_iam_role.vendor.name}", "policy_arn": "arn:aws:iam::aws:policy/SecurityAudit"},
    )


@dangerous("role-for-everybody-as-text", "access", "A role whose trust is a text with everybody in it.")
def role_for_everybody_as_text(document: Document) -> None:
    add(
        document,
        "aws_iam_role",
        "open",
        {
            "name": "open",
            "assume_role_policy": json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
                }
            ),
        },
    )


@dangerous("identity-pool-for-guests", "access", "Anybody on the internet gets credentials of the account.")
def identity_pool_for_guests(document: Document) -> None:
    add(
        document,
        "aws_cognito_identity_pool",
        "web",
        {"identity_pool_name": "web", "allow_unauthenticated_identities": True},
    )
    role, _ = pick(document, "aws_iam_role", "group")
    add(
        document,
        "aws_cognito_identity_pool_roles_attachment",
        "web",
        {
            "identity_pool_id": "${aws_cognito_identity_pool.web.id}",
            "roles": {"unauthenticated": reference("aws_iam_role", role, "arn")},
        },
    )


@dangerous("saml-provider", "access", "Whoever controls that identity provider signs in to the account.")
def saml_provider(document: Document) -> None:
    add(
        document,
        "aws_iam_saml_provider",
        "partner",
        {"name": "partner", "saml_metadata_document": '<EntityDescriptor entityID="https://idp.partner.example"/>'},
    )


@dangerous("weak-account-passwords", "access", "Short passwords for users of the account.")
def weak_account_passwords(document: Document) -> None:
    add(
        document,
        "aws_iam_account_password_policy",
        "account",
        {"minimum_password_length": 6, "require_symbols": False, "allow_users_to_change_password": True},
    )
