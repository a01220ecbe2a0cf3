"""Changes of secrets."""

import base64
import json

from tests.review.opinion.cases import dangerous
from tests.review.opinion.editing import add, add_data, put
from tests.review.opinion.finding import pick, reference
from tests.review.opinion.kinds import ALARM, FUNCTION
from tests.review.opinion.parts import inside, variable

PASSWORD = "vT9#xL2qWz7!mRp4"
TOKEN = (
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJzZXJ2aWNlIiwicm9sZSI6I"
    "mFkbWluIn0.dQw4w9WgXcQ7hB2nK5mP8sT1vY4zA6cE9fG3jL0oRqU"
)
PRIVATE_KEY = (
    "-----BEGIN RSA PRIVATE "
    "KEY-----\nMIIEowIBAAKCAQEAw7Zdfmece8iaB0kiTY8pCtiBtzbptJmP28nSWwtdjRu0f"
    "2GF\n-----END RSA PRIVATE KEY-----\n"
)
CONNECTION = f"postgres://ffp_app:{PASSWORD}@prod-ffp-database.eu-west-2.rds.amazonaws.com:5432/ffp"
ACCESS_KEY = "AKIA" + "QX7WZ3LPN5TRK2MD"
SECRET_KEY = "mX8vQ2" + "kZr7LpT4wNc9YdFh3JsBe6UaGq1RtVxKoWi"

for name, key, value in (
    ("password", "DATABASE_PASSWORD", PASSWORD),
    ("password-by-another-name", "DB_PWD", PASSWORD),
    ("connection-string", "DATABASE_URL", CONNECTION),
    ("access-key", "AWS_KEY", ACCESS_KEY),
    ("secret-key", "SETTING", SECRET_KEY),
    ("jwt", "SERVICE_TOKEN", TOKEN),
    ("private-key", "SIGNING_KEY", PRIVATE_KEY),
    ("payment-key", "STRIPE", "sk_live_" + "51H8xQ2KZvKYlo2C9pTnW4bR"),
    ("github-token", "GH", "ghp_" + "a8Kd72LmQx9Zt4Vn6Rb1Wc3Yp5Hs0Jf7Ge2T"),
    ("slack-hook", "NOTIFY_URL", "https://hooks.slack.com/services/" + "T02AB3CD4/B05EF6GH7/x8Kd72LmQx9Zt4Vn6Rb1Wc3Y"),
    ("api-key", "MAILGUN_API_KEY", "key-" + "3ax6xnjp29jd6fds4gc373sgvjxteol0"),
    ("password-in-json", "OPTIONS", json.dumps({"host": "smtp.partner.example", "user": "ffp", "password": PASSWORD})),
    ("password-in-base64", "CONFIG", base64.b64encode(f"password={PASSWORD}".encode()).decode()),
    ("random-token", "WEBHOOK_TOKEN", "f3a9c1d27b8e4056a1c9d3e7f2b4608d"),
    ("password-in-dsn", "DSN", f"host=db user=ffp_app password={PASSWORD} dbname=ffp"),
):
    dangerous(f"variable-with-{name}", "secrets", "A secret in code, state, console and plan.")(variable(key, value))
dangerous("connection-string-in-description", "secrets", "A secret in code, state, console and plan.")(
    put("aws_security_group", "description", f"old tool: {CONNECTION}", new=True)
)
dangerous("password-in-alarm-description", "secrets", "A secret in code, state, console and plan.")(
    put(ALARM, "alarm_description", f"If it rings, sign in with ops / password={PASSWORD}", new=True)
)
dangerous("password-of-database", "secrets", "A secret in code, state, console and plan.")(
    put("aws_db_instance", "password", PASSWORD, new=True)
)
dangerous("password-in-tag", "secrets", "A secret in code, state, console and plan.")(
    put("aws_db_instance", "tags", {"master-password": PASSWORD}, new=True)
)
dangerous("token-in-comment", "secrets", "A secret in code, state, console and plan.")(
    put("aws_cloudfront_distribution", "comment", f"origin token {TOKEN}", new=True)
)
dangerous("secret-in-schedule-input", "secrets", "A secret in code, state, console and plan.")(
    put(
        "aws_scheduler_schedule",
        "target.input",
        json.dumps({"apiKey": SECRET_KEY, "job": "reminders"}),
        where="lambda",
        new=True,
    )
)
dangerous("password-in-invocation", "secrets", "A secret in code, state, console and plan.")(
    put("aws_lambda_invocation", "input", json.dumps({"password": PASSWORD}), new=True)
)
dangerous("password-in-user-data", "secrets", "A secret in code, state, console and plan.")(
    put(
        "aws_launch_template",
        "user_data",
        base64.b64encode(b"#!/bin/bash\nexport PGPASSWORD=" + PASSWORD.encode() + b"\npsql -h db\n").decode(),
        new=True,
    )
)
dangerous("secret-in-user-data-expression", "secrets", "A secret in code, state, console and plan.")(
    put(
        "aws_launch_template",
        "user_data",
        f'${{base64encode("#!/bin/bash\\nexport AWS_SECRET_ACCESS_KEY={SECRET_KEY}")}}',
        new=True,
    )
)
dangerous("connection-string-in-dashboard", "secrets", "A secret in code, state, console and plan.")(
    put(
        "aws_cloudwatch_dashboard",
        "dashboard_body",
        json.dumps({"widgets": [{"type": "text", "properties": {"markdown": f"psql {CONNECTION}"}}]}),
        new=True,
    )
)
dangerous("token-in-query", "secrets", "A secret in code, state, console and plan.")(
    put("aws_cloudwatch_query_definition", "query_string", f'filter token = "{TOKEN}"', new=True)
)
dangerous("password-in-endpoint", "secrets", "A secret in code, state, console and plan.")(
    put("aws_sns_topic_subscription", "endpoint", f"https://hook:{PASSWORD}@hooks.partner.example/alarms", new=True)
)
dangerous("secret-version-in-code", "secrets", "The value is in code and state.")(
    lambda document: add(
        document,
        "aws_secretsmanager_secret_version",
        "planted",
        {
            "secret_id": reference("aws_secretsmanager_secret", pick(document, "aws_secretsmanager_secret")[0]),
            "secret_string": json.dumps({"username": "ffp_app", "password": PASSWORD}),
        },
    )
)
dangerous("secret-version-generated", "secrets", "A generated value is in the state.")(
    lambda document: (
        add(document, "random_password", "planted", {"length": 32}),
        add(
            document,
            "aws_secretsmanager_secret_version",
            "planted",
            {
                "secret_id": reference("aws_secretsmanager_secret", pick(document, "aws_secretsmanager_secret")[0]),
                "secret_string": "${random_password.planted.result}",
            },
        ),
        document["terraform"]["required_providers"].update(random={"source": "hashicorp/random", "version": "3.7.2"}),
    )
)
dangerous("secret-read-into-state", "secrets", "A data source puts the value into the state.")(
    lambda document: add_data(
        document,
        "aws_secretsmanager_secret_version",
        "planted",
        {"secret_id": reference("aws_secretsmanager_secret", pick(document, "aws_secretsmanager_secret")[0])},
    )
)
dangerous("secret-read-into-a-variable", "secrets", "A data source puts the value into a function's variable.")(
    lambda document: (
        add_data(
            document,
            "aws_secretsmanager_secret_version",
            "planted",
            {"secret_id": reference("aws_secretsmanager_secret", pick(document, "aws_secretsmanager_secret")[0])},
        ),
        pick(document, FUNCTION, inside)[1]["environment"]["variables"].update(
            DATABASE_CREDENTIALS="${data.aws_secretsmanager_secret_version.planted.secret_string}"
        ),
    )
)
dangerous("parameter-in-clear", "secrets", "A password as a plain parameter.")(
    lambda document: add(
        document,
        "aws_ssm_parameter",
        "planted",
        {"name": "/ffp/database/password", "type": "String", "value": PASSWORD},
    )
)
dangerous("parameter-secure-in-code", "secrets", "Encrypted there, in clear in code and state.")(
    lambda document: add(
        document, "aws_ssm_parameter", "planted", {"name": "/ffp/smtp", "type": "SecureString", "value": PASSWORD}
    )
)
dangerous("private-key-made-by-terraform", "secrets", "The private half is in the state.")(
    lambda document: (
        add(document, "tls_private_key", "planted", {"algorithm": "RSA", "rsa_bits": 2048}),
        document["terraform"]["required_providers"].update(tls={"source": "hashicorp/tls", "version": "4.1.0"}),
    )
)
dangerous("output-of-a-secret", "secrets", "A plan and a log show it.")(
    lambda document: document.setdefault("output", {}).update(password={"value": PASSWORD})
)
dangerous("output-of-client-secret", "secrets", "A plan and a log show it.", doubt="the client has no secret today")(
    lambda document: document.setdefault("output", {}).update(
        client={
            "value": reference(
                "aws_cognito_user_pool_client", pick(document, "aws_cognito_user_pool_client")[0], "client_secret"
            ),
            "sensitive": False,
        }
    )
)
dangerous("local-with-a-secret", "secrets", "In code, and wherever it is used.")(
    lambda document: document.setdefault("locals", {}).update(smtp_password=PASSWORD)
)
dangerous("terraform-variable-with-a-secret", "secrets", "In code.")(
    lambda document: document.setdefault("variable", {}).update(
        token={"type": "string", "default": "ghp_" + "b9Le83MnRy0Au5Wo7Sc2Xd4Zq6It1Kg8Hf3U"}
    )
)
dangerous("provider-with-a-key", "secrets", "Permanent credentials in code.")(
    lambda document: document["provider"]["aws"][0].update(access_key=ACCESS_KEY, secret_key=SECRET_KEY)
)
dangerous("provider-with-a-key-bootstrap", "secrets", "Permanent credentials in code.", stack="bootstrap")(
    lambda document: document["provider"]["aws"][0].update(access_key=ACCESS_KEY, secret_key=SECRET_KEY)
)
dangerous("backend-with-a-key", "secrets", "Permanent credentials in code.")(
    lambda document: document["terraform"]["backend"]["s3"].update(access_key=ACCESS_KEY, secret_key=SECRET_KEY)
)
dangerous("identity-provider-with-a-secret", "secrets", "A secret in code and state.")(
    lambda document: add(
        document,
        "aws_cognito_identity_provider",
        "planted",
        {
            "user_pool_id": reference("aws_cognito_user_pool", pick(document, "aws_cognito_user_pool")[0]),
            "provider_name": "Google",
            "provider_type": "Google",
            "provider_details": {
                "client_id": "x",
                "client_secret": "GOCSPX-" + "k8Xv2Lq9Tn6Wb1Kd7Zr4Pm3Yh5Js",
                "authorize_scopes": "email",
            },
        },
    )
)
dangerous("comment-with-a-secret", "secrets", "In code.")(
    put(FUNCTION, "//.note", f"temporary: password {PASSWORD}", new=True)
)
dangerous("description-of-policy-with-key", "secrets", "In code and console.", stack="bootstrap")(
    put("aws_iam_role", "description", f"Deploys; key {ACCESS_KEY} secret {SECRET_KEY}")
)
