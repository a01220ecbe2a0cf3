import base64
from pathlib import Path
from typing import Any

import pytest

from ffp import verify
from ffp.project import BadInputError
from tests.ffp import samples


def _problems(tmp_path: Path, resource: dict[str, Any]) -> list[str]:
    """The problems, without those about the catalogue, which tests/test_catalogue.py tests."""
    samples.write(tmp_path, resource=resource)
    found = verify.problems(tmp_path, disposable={"dev"})
    return [problem for problem in found if "is not classed" not in problem]


def _function(**variables: str) -> dict[str, Any]:
    return {"aws_lambda_function": {"f": {"function_name": "f", "environment": {"variables": variables}}}}


def test_a_sound_stack_has_no_problems(tmp_path: Path) -> None:
    samples.write(tmp_path)
    assert verify.problems(tmp_path) == []


def test_every_problem_of_every_stack_is_reported_at_once(tmp_path: Path) -> None:
    for name in ("dev", "prod"):
        samples.write(tmp_path, name, resource={"aws_db_instance": {"d": {"password": "hunter2", "rule": {}}}})
    with pytest.raises(BadInputError) as refused:
        verify.require(tmp_path, disposable={"dev", "prod"})
    assert [problem.split(":")[0] for problem in refused.value.problems] == ["dev", "dev", "prod", "prod"]


@pytest.mark.parametrize("lost", [{"rule": [{}]}, {"rule": {}}, {"rule": [{"inner": [{"a": 1}, {}]}]}, {"rule": []}])
def test_an_empty_block_is_found_at_any_depth(tmp_path: Path, lost: dict[str, Any]) -> None:
    (problem,) = _problems(tmp_path, {"aws_s3_bucket": {"b": {"bucket": "b", **lost}}})
    assert problem.startswith("dev: aws_s3_bucket.b: rule")
    assert "is empty" in problem


def test_a_choice_of_the_web_acl_may_be_empty(tmp_path: Path) -> None:
    acl = {"default_action": {"allow": {}}, "rule": [{"override_action": [{"none": [{}]}]}]}
    assert _problems(tmp_path, {"aws_wafv2_web_acl": {"a": acl}}) == []


def test_the_same_word_elsewhere_may_not_be_empty(tmp_path: Path) -> None:
    assert len(_problems(tmp_path, {"aws_s3_bucket": {"b": {"allow": {}}}})) == 1


def test_a_cycle_is_printed_in_its_order(tmp_path: Path) -> None:
    resource = {
        "aws_kms_key": {"k": {"policy": "${aws_cloudfront_distribution.d.arn}"}},
        "aws_cloudfront_distribution": {"d": {"origin": [{"domain_name": "${aws_s3_bucket.b.domain}"}]}},
        "aws_s3_bucket": {"b": {"depends_on": ["aws_kms_key.k"]}},
    }
    assert _problems(tmp_path, resource) == [
        "dev: references form a cycle: aws_cloudfront_distribution.d → aws_s3_bucket.b → aws_kms_key.k"
        " → aws_cloudfront_distribution.d"
    ]


def test_a_cycle_through_a_data_source_is_found(tmp_path: Path) -> None:
    data = {"aws_iam_policy_document": {"p": {"statement": [{"resources": ["${aws_s3_bucket.b.arn}"]}]}}}
    resource = {"aws_s3_bucket": {"b": {"policy": "${data.aws_iam_policy_document.p.json}"}}}
    samples.write(tmp_path, resource=resource, data=data)
    (problem,) = verify.problems(tmp_path, disposable={"dev"})
    assert "data.aws_iam_policy_document.p → aws_s3_bucket.b" in problem or "cycle: aws_s3_bucket.b" in problem


def test_a_block_that_refers_to_itself_is_a_cycle(tmp_path: Path) -> None:
    (problem,) = _problems(tmp_path, {"aws_kms_key": {"k": {"policy": "${aws_kms_key.k.arn}"}}})
    assert problem.endswith("cycle: aws_kms_key.k → aws_kms_key.k")


@pytest.mark.parametrize(
    ("attribute", "value", "what"),
    [
        ("user_data", "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIE", "a private key"),
        ("user_data", "export KEY=AKIA" + "IOSFODNN7ABCDEFG", "an AWS access key"),
        ("user_data", "curl -H ghp_" + "a1B2" * 9, "a GitHub token"),
        (
            "user_data",
            base64.b64encode(b"#!/bin/sh\nexport KEY=AKIA" + b"IOSFODNN7ABCDEFG\n").decode(),
            "an AWS access key",
        ),
        ("description", "Sign in as master, password=hunter2", "a password written out"),
        ("description", "postgresql://master:hunter2@db/ffp", "a password in an address"),
        ("password", "hunter2", "a secret in plain text"),
        ("secret_string", '{"username":"a"}', "a secret in plain text"),
        ("user_data", "${aws_secretsmanager_secret_version.s.secret_string}", "a secret read from the state"),
    ],
)
def test_a_secret_in_an_attribute_is_found_and_not_shown(tmp_path: Path, attribute: str, value: str, what: str) -> None:
    (problem,) = _problems(tmp_path, {"aws_db_instance": {"d": {attribute: value}}})
    assert problem == f"dev: aws_db_instance.d: {attribute} looks like {what}; keep it in Secrets Manager"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_PASSWORD", "hunter2"),
        ("STRIPE_API_KEY", "x"),
        ("SEED", "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY"),
        ("SALT", "9f86d081884c7d659a2feaa0c55ad015"),
    ],
)
def test_a_secret_in_a_variable_is_found(tmp_path: Path, name: str, value: str) -> None:
    (problem,) = _problems(tmp_path, _function(**{name: value}))
    assert f"environment.variables.{name} looks like" in problem
    assert value not in problem.replace(name, "")


def test_a_reference_to_the_place_of_a_secret_is_accepted(tmp_path: Path) -> None:
    variables = {
        "DATABASE_SECRET_ARN": "${aws_secretsmanager_secret.s.arn}",
        "DATABASE_AUTHENTICATION": "secret",
        "PLAYBACK_KEY_IDS": '{"1d8fc7ae42b1bd8f": "${aws_cloudfront_public_key.k.id}"}',
        "MEDIA_KEY_ARN": "arn:aws:kms:eu-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        "MEDIA_BUCKET": "production-ffp-exercise-videos-111122223333",
        "PUBLIC_ADDRESS": "https://app.example.org/api/exercises",
        "TOKEN_SECONDS": "900",
    }
    assert _problems(tmp_path, _function(**variables)) == []


def test_hashes_and_public_keys_are_no_secrets(tmp_path: Path) -> None:
    resource = {
        "aws_lambda_function": {"f": {"source_code_hash": "n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg="}},
        "aws_cloudfront_public_key": {"k": {"encoded_key": "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkq"}},
    }
    assert _problems(tmp_path, resource) == []


def test_what_is_in_use_must_be_destroyed_after_its_users_moved_on(tmp_path: Path) -> None:
    for lost in ({}, {"create_before_destroy": False}, {"prevent_destroy": True}):
        (problem,) = _problems(
            tmp_path, {"aws_security_group": {"s": {"lifecycle": lost or {"prevent_destroy": False}}}}
        )
        assert problem.startswith(
            "dev: aws_security_group.s: lifecycle.create_before_destroy is missing, and network interfaces"
        )
    both = {"create_before_destroy": True, "prevent_destroy": True}
    assert _problems(tmp_path, {"aws_security_group": {"s": {"lifecycle": both}}}) == []


def test_what_cannot_exist_twice_is_not_referred_to_by_what_is_in_use(tmp_path: Path) -> None:
    resource: dict[str, Any] = {
        "aws_instance": {"nat": {"instance_type": "t4g.nano"}},
        "aws_route": {"r": {"network_interface_id": "${aws_instance.nat.primary_network_interface_id}"}},
        "aws_lambda_function": {"f": {"depends_on": ["aws_route.r"]}},
    }
    problems = _problems(tmp_path, resource)
    assert [problem.split(", which")[0] for problem in problems] == [
        "dev: aws_lambda_function.f: refers to aws_instance.nat",
        "dev: aws_route.r: refers to aws_instance.nat",
    ]
