"""Dangers without the detail that gives them away, part 1 of 3."""

from tests.review.corpus.edit import Document
from tests.review.opinion.cases import dangerous
from tests.review.opinion.editing import add_data, plants
from tests.review.opinion.finding import of_type, pick, reference
from tests.review.opinion.parts import media


def public_subnets(document: Document) -> list[str]:
    return [
        reference("aws_subnet", n) for n, b in of_type(document, "aws_subnet").items() if b["tags"]["tier"] == "public"
    ]


dangerous(
    "public-load-balancer-https", "network", "A second front door on HTTPS, past the distribution and its firewall."
)(
    plants(
        (
            "aws_lb",
            lambda document: {
                "name": "public",
                "internal": False,
                "subnets": public_subnets(document),
                "drop_invalid_header_fields": True,
            },
        ),
        (
            "aws_lb_listener",
            {
                "load_balancer_arn": "${aws_lb.planted.arn}",
                "port": 443,
                "protocol": "HTTPS",
                "ssl_policy": "ELBSecurityPolicy-TLS13-1-3-2021-06",
                "certificate_arn": "arn:aws:acm:eu-west-2:333333333333:certificate/x",
                "default_action": [{"type": "fixed-response", "fixed_response": {"content_type": "text/plain"}}],
            },
        ),
    )
)
dangerous("random-password", "secrets", ("A generated value is in the state; the provider needs no line of its own."))(
    plants(("random_password", {"length": 32}))
)
dangerous("private-key", "secrets", "The private half is in the state; the provider needs no line of its own.")(
    plants(("tls_private_key", {"algorithm": "RSA"}))
)
dangerous(
    "machine-client",
    "sign-in",
    ("Tokens without a user, with an administrator's scope, and a secret in the state; all else as it should be."),
)(
    plants(
        (
            "aws_cognito_user_pool_client",
            lambda document: {
                "name": "batch",
                "user_pool_id": reference("aws_cognito_user_pool", pick(document, "aws_cognito_user_pool")[0]),
                "generate_secret": True,
                "allowed_oauth_flows": ["client_credentials"],
                "allowed_oauth_flows_user_pool_client": True,
                "explicit_auth_flows": ["ALLOW_REFRESH_TOKEN_AUTH"],
                "allowed_oauth_scopes": [
                    reference(
                        "aws_cognito_resource_server", pick(document, "aws_cognito_resource_server")[0], "identifier"
                    )
                    + "/users.write"
                ],
                "prevent_user_existence_errors": "ENABLED",
                "write_attributes": ["email"],
                "access_token_validity": 15,
                "id_token_validity": 15,
                "refresh_token_validity": 24,
                "token_validity_units": [{"access_token": "minutes", "id_token": "minutes", "refresh_token": "hours"}],
                "enable_token_revocation": True,
            },
        )
    )
)
dangerous("parameter-read-into-state", "secrets", "A decrypted parameter is in the state.")(
    lambda document: add_data(
        document, "aws_ssm_parameter", "planted", {"name": "/ffp/smtp-password", "with_decryption": True}
    )
)
dangerous("bucket-replaced-with-another", "replacement", "Every change of the key replaces the bucket.")(
    lambda document: document["resource"]["aws_s3_bucket"][media(document)]["lifecycle"].update(
        replace_triggered_by=[f"aws_kms_key.{pick(document, 'aws_kms_key')[0]}"]
    )
)


@dangerous(
    "secrets-exchanged-by-moved-blocks",
    "rename",
    ("Moved blocks exchange two secrets: both are replaced, since each has the other's name."),
)
def secrets_exchanged_by_moved_blocks(document: Document) -> None:
    first, second = list(of_type(document, "aws_secretsmanager_secret"))[:2]
    document["moved"] = [
        {"from": f"aws_secretsmanager_secret.{first}", "to": f"aws_secretsmanager_secret.{second}"},
        {"from": f"aws_secretsmanager_secret.{second}", "to": f"aws_secretsmanager_secret.{first}"},
    ]
