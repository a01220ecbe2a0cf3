"""Each other way of letting somebody in than a policy, and what makes one dangerous in itself."""

from typing import Any

import pytest

from ffp.review import access
from ffp.review.access import shares
from ffp.review.concern import Concern
from ffp.review.side import Side
from tests.review.corpus.edit import Document, stack_of

_OWN, _OTHER = "111111111111", "222222222222"


def _concerns(*made: tuple[str, Document], before: tuple[tuple[str, Document], ...] = ()) -> list[Concern]:
    def side(*blocks: tuple[str, Document]) -> Side:
        document: Document = {"provider": {"aws": [{"allowed_account_ids": [_OWN], "region": "eu-west-2"}]}}
        resources = document.setdefault("resource", {"aws_vpc": {"there": {}}})
        for type_, block in blocks:
            resources.setdefault(type_, {})["a"] = block
        return Side(stack_of(document))

    return list(access.concerns(side(*before), side(*before, *made)))


@pytest.mark.parametrize("type_", shares._SIMPLE)
def test_a_share_with_another_account_is_a_concern_and_one_with_this_is_not(type_: str) -> None:
    owner, principal, _ = shares._SIMPLE[type_]
    assert _concerns((type_, {owner: "x", principal: _OTHER})) or type_ == "aws_ssoadmin_account_assignment"
    arn = f"arn:aws:iam::{_OWN}:role/a"
    assert _concerns((type_, {owner: "x", principal: arn}))  # on something that existed and is not of this stack


@pytest.mark.parametrize("type_", shares._LISTED)
def test_one_more_in_a_list_of_those_with_whom_something_is_shared_is_a_concern(type_: str) -> None:
    attribute, _ = shares._LISTED[type_]
    (found,) = _concerns((type_, {attribute: ["x", _OTHER]}), before=((type_, {attribute: ["x"]}),))
    assert _OTHER in found.title
    assert _concerns((type_, {attribute: ["x"]}), before=((type_, {attribute: ["x", _OTHER]}),)) == []


@pytest.mark.parametrize("type_", shares._CREDENTIALS)
def test_a_credential_that_stays_valid_is_a_concern_of_a_new_user_too(type_: str) -> None:
    (found,) = _concerns(("aws_iam_user", {"name": "u"}), (type_, {"user": "u"}))
    assert found.title.startswith("Whoever has")
    assert found.title.endswith("may act as aws_iam_user.a")


@pytest.mark.parametrize(
    ("type_", "block"),
    [
        ("aws_ssm_document", {"permissions": {"type": "Share", "account_ids": f"{_OTHER},333333333333"}}),
        ("aws_ssm_document", {"permissions": {"type": "Share", "account_ids": ["All"]}}),
        ("aws_ami_launch_permission", {"image_id": "ami-1", "group": "all"}),
        ("aws_s3_bucket", {"bucket": "b", "acl": "public-read-write"}),
        (
            "aws_s3_bucket_acl",
            {
                "bucket": "b",
                "access_control_policy": {
                    "grant": [
                        {
                            "permission": "READ",
                            "grantee": [{"type": "Group", "uri": "http://acs.amazonaws.com/groups/global/AllUsers"}],
                        }
                    ]
                },
            },
        ),
        ("aws_kms_grant", {"key_id": "k", "grantee_principal": _OTHER, "operations": ["Decrypt"]}),
        ("aws_cloudwatch_event_permission", {"principal": "*"}),
        ("aws_lambda_permission", {"function_name": "f", "principal": "s3.amazonaws.com"}),
    ],
)
def test_a_new_share_with_others_is_a_concern(type_: str, block: Document) -> None:
    assert _concerns((type_, block))


def test_a_grant_of_a_new_key_to_a_role_of_this_account_is_none() -> None:
    grant = {
        "key_id": "${aws_kms_key.a.key_id}",
        "grantee_principal": f"arn:aws:iam::{_OWN}:role/a",
        "operations": ["Decrypt"],
        "constraints": [{"encryption_context_equals": {"a": "b"}}],
    }
    assert _concerns(("aws_kms_key", {}), ("aws_kms_grant", grant)) == []


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [({"a": "b"}, {"a": "b", "c": "d"}, 0), ({"a": "b", "c": "d"}, {"a": "b"}, 1), ({"a": "b"}, {"a": "e"}, 1)],
)
def test_a_grant_of_a_key_that_demands_less_is_a_concern(before: Any, after: Any, expected: int) -> None:
    def grant(context: Any) -> tuple[str, Document]:
        constraints = {"encryption_context_equals": context}
        block = {"key_id": "k", "grantee_principal": _OWN, "operations": ["Decrypt"], "constraints": constraints}
        return "aws_kms_grant", block

    assert len(_concerns(grant(after), before=(grant(before),))) == expected


def test_a_provider_of_identities_with_another_address_is_a_concern_where_it_is_trusted() -> None:
    def blocks(url: str) -> tuple[tuple[str, Document], ...]:
        statement = (
            '{"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity", "Principal": '
            '{"Federated": "${aws_iam_openid_connect_provider.a.arn}"}, '
            '"Condition": {"StringEquals": {"x:sub": "a"}}}]}'
        )
        return (
            ("aws_iam_openid_connect_provider", {"url": url, "client_id_list": ["a"]}),
            ("aws_iam_role", {"name": "r", "assume_role_policy": statement}),
        )

    (found,) = _concerns(*blocks("https://other.example"), before=blocks("https://one.example"))
    assert "other.example" in found.title
