"""Changes that put a secret where it can be read, and values that only look like one. No secret stands in this file."""

import base64
import json
import random
from collections.abc import Callable
from typing import Any

from ffp.review.concern import Topic
from tests.review.corpus.edit import Document, Edit, blocks, first, make, put
from tests.secrecy.made_secrets import Secret, secrets

_MADE = {each.form: each for each in secrets(11)}
_FUNCTION = "aws_lambda_function"
_PASSWORD = _MADE["password under its name"].value
_TOKEN = _MADE["GitHub personal token"].value
_KEY = _MADE["generated password"].value
_WITH_SIGNS = _MADE["generated password under its name"].value
_HEXADECIMAL = random.Random(11).randbytes(20).hex()
_Change = Callable[[Document], object]


def _variable(name: str, value: str) -> _Change:
    def change(document: Document) -> None:
        function = first(document, _FUNCTION, lambda each: "variables" in each.get("environment", {}))
        function["environment"]["variables"][name] = value

    return change


def _form(secret: Secret) -> Edit:
    return Edit(f"a variable holds a secret: {secret.form}", _variable(secret.name, secret.value), Topic.SECRET)


def _output(**attributes: Any) -> _Change:
    return lambda document: document.setdefault("output", {}).update(planted=attributes)


def _local(value: Any) -> _Change:
    def change(document: Document) -> None:
        document["locals"] = {"planted": value}
        _variable("SETTING", "${local.planted}")(document)

    return change


def _script(line: str) -> str:
    return base64.b64encode(f"#!/bin/bash\nset -e\n{line}\n".encode()).decode()


def _backend(document: Document) -> None:
    next(iter(document["terraform"]["backend"].values()))["secret_key"] = _KEY


def _provider(document: Document) -> None:
    document["provider"]["aws"][0]["secret_key"] = _KEY


def _header(document: Document) -> None:
    origins = first(document, "aws_cloudfront_distribution")["origin"]
    origins[0]["custom_header"] = [{"name": "X-Origin-Verify", "value": _KEY}]


def _module(document: Document) -> None:
    document["module"] = {"planted": {"source": "./x", "password": _KEY}}


def _note(text: str) -> _Change:
    def change(document: Document) -> None:
        first(document, _FUNCTION).setdefault("//", {})["note"] = text

    return change


def _parameter(document: Document) -> None:
    first(document, "aws_db_parameter_group")["parameter"].append({"name": "app.password", "value": _PASSWORD})


_OF_SECRET = "${data.aws_secretsmanager_secret_version.planted.secret_string}"
_SECRET = Topic.SECRET
DANGEROUS = (
    Edit("a secret is read and not used", make("data.aws_secretsmanager_secret_version", secret_id="x"), Topic.SECRET),
    Edit("a parameter is read and not used", make("data.aws_ssm_parameter", name="/prod/x"), Topic.SECRET),
    Edit("Terraform makes a password", make("random_password", length=32), Topic.SECRET),
    Edit("Terraform makes a key", make("tls_private_key", algorithm="RSA"), Topic.SECRET),
    *map(_form, _MADE.values()),
    Edit("a variable whose name says it is a key", _variable("SIGNING_KEY", "abc"), _SECRET),
    Edit("a variable whose name says it is a password", _variable("dbPassword", "letmein"), _SECRET),
    Edit("a variable whose name says it is a token of production", _variable("TOKEN_PROD", "hi there"), _SECRET),
    Edit("a variable with a password inside JSON", _variable("CONFIG", json.dumps({"password": _PASSWORD})), _SECRET),
    Edit("a variable with a value beside a reference", _variable("SETTING", "${local.x}:" + _KEY), _SECRET),
    Edit("a description holds a token", put(_FUNCTION, "description", f"Calls with {_TOKEN}"), _SECRET),
    Edit("a description holds a password", put(_FUNCTION, "description", f"The password is {_PASSWORD}"), _SECRET),
    Edit("a description holds a random key", put(_FUNCTION, "description", f"Uses {_KEY}"), _SECRET),
    Edit("a tag holds a password", put("aws_vpc", "tags", {"admin-password": _PASSWORD}), _SECRET),
    Edit("a tag's name is a token", put("aws_vpc", "tags", {_TOKEN: "x"}), _SECRET),
    Edit("user data holds a password", put("aws_instance", "user_data", f"export PGPASSWORD={_PASSWORD}"), _SECRET),
    Edit(
        "encoded user data holds a password",
        put("aws_launch_template", "user_data", _script(f"export PGPASSWORD={_PASSWORD}")),
        _SECRET,
    ),
    Edit(
        "encoded user data holds a random key",
        put("aws_launch_template", "user_data", _script(f"login --with {_KEY}")),
        _SECRET,
    ),
    Edit("the database has a password", put("aws_db_instance", "password", _PASSWORD), _SECRET),
    Edit("a database is made with a password", make("aws_rds_cluster", master_password="changeme"), _SECRET),
    Edit("a parameter of the database holds a password", _parameter, _SECRET),
    Edit("an origin is called with a fixed header", _header, _SECRET),
    Edit(
        "a secret's value is written out", make("aws_secretsmanager_secret_version", secret_string="letmein"), _SECRET
    ),
    Edit(
        "a secret's value is written out as JSON",
        make("aws_secretsmanager_secret_version", secret_string=json.dumps({"user": "x", "password": _PASSWORD})),
        _SECRET,
    ),
    Edit(
        "a secure parameter is written out",
        make("aws_ssm_parameter", name="/app/login", type="SecureString", value="letmein"),
        _SECRET,
    ),
    Edit(
        "a parameter whose name says it is a token",
        make("aws_ssm_parameter", name="/app/api-token", type="String", value="letmein"),
        _SECRET,
    ),
    Edit(
        "a call's input holds a password", put("aws_lambda_invocation", "input", f'{{"password": "{_KEY}"}}'), _SECRET
    ),
    Edit(
        "a schedule's input holds a token",
        put("aws_scheduler_schedule", "target.input", json.dumps({"headers": {"x-api-key": _PASSWORD}})),
        _SECRET,
    ),
    Edit(
        "a container has a password",
        make(
            "aws_ecs_task_definition",
            container_definitions=json.dumps([{"environment": [{"name": "DB_PASSWORD", "value": _PASSWORD}]}]),
        ),
        _SECRET,
    ),
    Edit(
        "an expression holds a password",
        put(_FUNCTION, "environment.variables.SETTING", '${jsonencode({"password" = "' + _PASSWORD + '"})}'),
        _SECRET,
    ),
    Edit("an output holds a key", _output(value=_KEY), _SECRET),
    Edit("a local value holds a key", _local({"inner": [_KEY]}), _SECRET),
    Edit("the backend has credentials", _backend, _SECRET),
    Edit("the provider has credentials", _provider, _SECRET),
    Edit("a comment holds a password", _note(f"for now: password {_WITH_SIGNS}"), _SECRET),
    Edit("a comment holds a token", _note(f"see {_TOKEN}"), _SECRET),
    Edit("a module is given a password", _module, _SECRET),
    Edit("a secret is read into a variable", _variable("SETTING", _OF_SECRET), _SECRET),
    Edit(
        "a part of a secret is read into a variable",
        _variable("SETTING", f'${{jsondecode({_OF_SECRET[2:-1]})["login"]}}'),
        _SECRET,
    ),
    Edit("a secret is read into a variable by a local value", _local(_OF_SECRET), _SECRET),
    Edit("a secret is read into an output", _output(value=_OF_SECRET, sensitive=True), _SECRET),
    Edit("a generated password is read into a variable", _variable("X", "${random_password.x.result}"), _SECRET),
    Edit("a generated key is read into an output", _output(value="${tls_private_key.x.private_key_pem}"), _SECRET),
    Edit("a key of a user is read into a tag", put("aws_vpc", "tags.x", "${aws_iam_access_key.x.secret}"), _SECRET),
    Edit(
        "a decrypted parameter is read into a variable",
        lambda each: (
            blocks(each, "data.aws_ssm_parameter").update(x={"name": "/a", "with_decryption": True}),
            _variable("SETTING", "${data.aws_ssm_parameter.x.value}")(each),
        ),
        _SECRET,
    ),
    Edit(
        "the database's password is read from a generated one",
        put("aws_db_instance", "password", "${random_password.x.result}"),
        _SECRET,
    ),
)


def _many(values: dict[str, str]) -> _Change:
    def change(document: Document) -> None:
        for name, value in values.items():
            _variable(name, value)(document)

    return change


_VARIABLES = {
    "PASSWORD_MIN_LENGTH": "12",
    "SECRET_CACHE_SECONDS": "300",
    "TOKEN_ISSUER": "https://cognito-idp.eu-west-2.amazonaws.com/eu-west-2_AbCdEfGhI",
    "TOKEN_USE": "access",
    "API_KEY_HEADER": "x-api-key",
    "PARTITION_KEY": "tenant",
    "CACHE_KEY": "exercise/{id}",
    "DB_SECRET": "prod/app/database",
    "APP_SECRET": "arn:aws:secretsmanager:eu-west-2:333333333333:secret:prod-app-AbCdEf",
    "API_KEY": "${aws_ssm_parameter.x.name}",
    "ENCRYPTION_KEY_ARN": "arn:aws:kms:eu-west-2:333333333333:key/mrk-1234abcd12ab34cd56ef1234567890ab",
    "GIT_COMMIT": _HEXADECIMAL,
    "IMAGE": f"app@sha256:{_HEXADECIMAL}{_HEXADECIMAL[:24]}",
    "SOURCE_HASH": base64.b64encode(random.Random(1).randbytes(32)).decode(),
    "CLIENT_ID": "1h57kf5cpq17m0eml12example",
    "REQUEST": "0b9c2f5e-6f0b-4d8e-9f53-0a8f5d9b6c11",
    "TLS": "ELBSecurityPolicy-TLS13-1-2-2021-06",
    "FEATURES": '{"passwordless": true, "tokens": {"lifetime": 900}, "password": {"type": "string"}}',
    "SECRET_ENABLED": "true",
}
HARMLESS = (
    Edit("variables that are no secrets", _many(_VARIABLES)),
    Edit(
        "descriptions that speak of secrets",
        put(
            _FUNCTION, "description", "Rotates the secret: every 30 days. The password is at least 12 characters long."
        ),
    ),
    Edit(
        "tags that are no secrets",
        put("aws_vpc", "tags", {"commit": _HEXADECIMAL, "secret-owner": "platform", "password-rotation": "quarterly"}),
    ),
    Edit("other code", put(_FUNCTION, "source_code_hash", _VARIABLES["SOURCE_HASH"])),
    Edit(
        "a query that speaks of tokens",
        put(
            "aws_cloudwatch_query_definition",
            "query_string",
            "fields @timestamp, token | filter token = 'invalid' | stats count(*) by password_reset",
        ),
    ),
    Edit(
        "a script that reads a secret",
        put(
            "aws_launch_template",
            "user_data",
            _script(
                "TOKEN=`curl http://169.254.169.254/latest/api/token`\nSECRET=$(aws secretsmanager get-secret-value)"
            ),
        ),
    ),
    Edit(
        "a variable with a secret's whole ARN",
        _variable("USERS_SECRET_ARN", "arn:aws:secretsmanager:eu-west-2:333333333333:secret:prod-ffp-users-AbC12x"),
    ),
    Edit("AWS's newest image is read", make("data.aws_ssm_parameter", name="/aws/service/ami-amazon-linux-latest/x")),
    Edit(
        "a parameter is read as it is kept",
        make("data.aws_ssm_parameter", name="/prod/secret", with_decryption=False),
    ),
    Edit("an output of a secret's ARN", _output(value="${aws_secretsmanager_secret.x.arn}")),
    Edit("an output that becomes sensitive", _output(value="${aws_vpc.x.id}", sensitive=True)),
    Edit(
        "a generated value of a secret",
        make("aws_secretsmanager_secret_version", secret_string="${random_password.x.result}"),
    ),
    Edit("a plain parameter is read into a variable", _variable("AMI", "${data.aws_ssm_parameter.ami.value}")),
    Edit("a token that only tells requests apart", make("aws_glue_registry", creation_token="exports")),
    Edit("a key by its id", make("aws_codeartifact_domain", encryption_key="0b9c2f5e-6f0b-4d8e-9f53-0a8f5d9b6c11")),
    Edit("a comment that speaks of passwords", _note("The password rotates every 30 days: see PasswordPolicy2")),
    Edit(
        "a policy of HTTPS",
        make("aws_lb_listener", ssl_policy="ELBSecurityPolicy-TLS13-1-2-Res-2021-06", port=443, protocol="HTTPS"),
    ),
)
