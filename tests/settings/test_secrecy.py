import base64

import pytest

from settings.secrecy import secret_format, secret_variable


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("-----BEGIN EC " + "PRIVATE KEY-----", "a private key"),
        ("key=ASIA" + "IOSFODNN7ABCDEFG", "an AWS access key"),
        ("github_pat_" + "a1B2" * 8, "a GitHub token"),
        ("xoxb-" + "1234567890ab", "a Slack token"),
        ("rk_live_" + "a1b2c3d4e5f6g7h8", "a Stripe key"),
        ("Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIi", "a signed token"),
        ("postgresql://ffp:hunter2@db/ffp", "a password in an address"),
        ("master password=hunter2", "a password written out"),
        ("api_key = abc123", "a password written out"),
        ("export PGPASSWORD='hunter2'", "a password written out"),
        (base64.b64encode(b"#!/bin/bash\nexport PGPASSWORD=hunter2\n").decode(), "a password written out"),
    ],
)
def test_a_well_known_secret_is_named_wherever_it_stands(text: str, kind: str) -> None:
    assert secret_format(text) == kind
    assert secret_variable("SETTING", text) == kind


@pytest.mark.parametrize(
    "name",
    ["DATABASE_PASSWORD", "DB_PASSWORD_ID", "DB_PWD", "passwd", "client_secret", "GithubToken", "SIGNING_KEY"],
)
def test_a_name_alone_can_give_a_secret_away(name: str) -> None:
    assert secret_variable(name, "${aws_thing.x.value}") == "a secret in a variable"


@pytest.mark.parametrize(
    "value",
    [
        "9b74c9897bac770ffc029102a200c5de",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "q8Zt-3LmX_0aVw9RkY2e",
        "00000000000000000000000000000000",
    ],
)
def test_a_random_value_is_taken_for_a_key(value: str) -> None:
    assert secret_variable("SETTING", value) == "a random key"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_SECRET_ARN", "arn:aws:secretsmanager:eu-west-2:333333333333:secret:prod-ffp-database"),
        ("TOKEN_MINUTES", "15"),
        ("DATABASE_PASSWORD_SECRET_ARN", "${aws_secretsmanager_secret.s.arn}"),
        ("DATABASE_SECRET_NAME", "prod-ffp-database"),
        ("START", "token=$(curl --silent https://169.254.169.254/latest/api/token)"),
        ("MEDIA_BUCKET", "production-ffp-exercise-videos-333333333333"),
        ("TENANT", "0f8fad5b-d9cb-469f-a165-70867728950e"),
        ("PUBLIC_ADDRESS", "https://app.ffp.example/api/exercises"),
        ("GREETING", "Good morning to everybody who reads this line"),
        ("USER_POOL_ID", "${aws_cognito_user_pool.identity_pool.id}"),
    ],
)
def test_what_a_function_must_know_stays_in_its_variables(name: str, value: str) -> None:
    assert secret_variable(name, value) is None


def test_a_certificate_does_not_belong_in_a_variable_and_may_stand_elsewhere() -> None:
    pem = "-----BEGIN CERTIFICATE-----"
    assert secret_variable("CA", pem) == "a key in a variable"
    assert secret_format(pem) is None
