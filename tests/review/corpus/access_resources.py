"""Changes of who may use a resource: its policy, invoke permissions, grants."""

import json
from typing import Any

from tests.review.corpus.edit import Document, blocks, drop, first, first_named, make, put
from tests.review.policies import (
    DENIES_OLD_TLS,
    DENIES_OTHERS,
    DENIES_PLAIN_HTTP,
    DOCUMENT,
    LETS_IAM_DECIDE,
    NAMES_A_SOURCE,
    OTHER_ACCOUNT,
    Change,
    about,
    all_of,
    danger,
    having,
    in_condition,
    in_statement,
    principal,
    statement_of,
    with_statement,
    without_condition,
    without_statement,
)


def _override(document: Document) -> None:
    """Another document replaces a statement by its id, and drops its condition."""
    block, statement = statement_of(document, about("SecureTransport"))
    replaced = {**statement, "condition": [], "effect": "Allow", "sid": statement["sid"]}
    blocks(document, DOCUMENT)["planted"] = {"statement": [replaced]}
    block["override_policy_documents"] = ["${data.aws_iam_policy_document.planted.json}"]


def _listed(acl: str) -> Change:
    """A bucket gets an access control list."""
    return lambda document: make(
        "aws_s3_bucket_acl", bucket=first(document, "aws_s3_bucket_policy")["bucket"], acl=acl
    )(document)


def _policy(type_: str, whom: Any, action: str) -> Change:
    """A new policy of a resource that is not of this stack, or of its account."""
    statement = {"Effect": "Allow", "Principal": whom, "Action": action, "Resource": "*"}
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    attribute = "policy_document" if type_ == "aws_cloudwatch_log_resource_policy" else "policy"
    return make(type_, **{attribute: text})


DANGEROUS = (
    # Policies of resources
    danger("a resource's TLS deny is removed", without_statement(DENIES_PLAIN_HTTP)),
    danger(
        "a resource's TLS deny is for one action only",
        in_statement(DENIES_PLAIN_HTTP, lambda s: s.update(actions=["s3:GetObject"])),
    ),
    danger(
        "a resource's TLS deny spares a role",
        in_statement(
            DENIES_PLAIN_HTTP,
            lambda s: s.update(principals=None, not_principals=principal("AWS", "arn:aws:iam::333333333333:role/a")),
        ),
    ),
    danger(
        "a resource's TLS deny demands one more thing",
        in_statement(
            DENIES_PLAIN_HTTP,
            lambda s: s["condition"].append({"test": "Null", "variable": "aws:SourceVpc", "values": ["true"]}),
        ),
    ),
    danger(
        "a bucket's TLS floor is lowered",
        in_statement(DENIES_OLD_TLS, in_condition("TlsVersion", lambda c: c.update(values=["1.1"]))),
    ),
    danger("a bucket's policy is removed", drop("aws_s3_bucket_policy")),
    danger("a queue's policy is removed", drop("aws_sqs_queue_policy")),
    danger("a secret's policy is removed", drop("aws_secretsmanager_secret_policy")),
    danger(
        "a secret is open to other accounts",
        without_statement(all_of(having("secretsmanager:*", effect="Deny"), about("PrincipalAccount"))),
    ),
    danger("a document's statement is overridden", _override),
    danger("a resource loses the source's ARN", in_statement(NAMES_A_SOURCE, without_condition("aws:SourceArn"))),
    danger(
        "a resource is open to any source of a kind",
        in_statement(NAMES_A_SOURCE, in_condition("aws:SourceArn", lambda c: c.update(test="ArnLike", values=["*"]))),
    ),
    danger(
        "a bucket is open to everybody",
        with_statement(DENIES_PLAIN_HTTP, effect="Allow", condition=[], actions=["s3:GetObject"]),
    ),
    danger(
        "a key is open to another account",
        in_statement(
            LETS_IAM_DECIDE, lambda s: s["principals"][0]["identifiers"].append(f"arn:aws:iam::{OTHER_ACCOUNT}:root")
        ),
    ),
    danger(
        "a key is open to a role that IAM gave nothing",
        with_statement(
            LETS_IAM_DECIDE, principals=principal("AWS", "arn:aws:iam::333333333333:role/a"), actions=["kms:Decrypt"]
        ),
    ),
    danger(
        "a key encrypts any log group",
        in_statement(
            about("EncryptionContext:aws:logs:arn"),
            in_condition("logs:arn", lambda c: c.update(test="ArnLike", values=["*"])),
        ),
    ),
    danger(
        "a key is granted to a role",
        lambda document: make(
            "aws_kms_grant",
            key_id=f"${{aws_kms_key.{first_named(document, 'aws_kms_key')[0]}.key_id}}",
            grantee_principal="arn:aws:iam::333333333333:role/a",
            operations=["Decrypt"],
        )(document),
    ),
    danger("the VPC's endpoint loses its policy", put("aws_vpc_endpoint", "policy", None)),
    danger(
        "the VPC's endpoint reaches other accounts' buckets",
        in_statement(about("aws:ResourceAccount"), lambda s: s.update(condition=[], resources=["*"])),
    ),
    danger(
        "a secret is open to one more account",
        in_statement(DENIES_OTHERS, in_condition("Account", lambda c: c["values"].append(OTHER_ACCOUNT))),
    ),
    danger(
        "a secret is closed only to those with an account",
        in_statement(DENIES_OTHERS, in_condition("Account", lambda c: c.update(test="ForAnyValue:StringNotEquals"))),
    ),
    danger(
        "a secret is open to accounts that begin alike",
        in_statement(DENIES_OTHERS, in_condition("Account", lambda c: c.update(test="StringNotLike", values=["3*"]))),
    ),
    danger(
        "a bucket accepts one more key",
        in_statement(
            about("server-side-encryption-aws-kms-key-id"),
            lambda s: s["condition"][1]["values"].append(f"arn:aws:kms:eu-west-2:{OTHER_ACCOUNT}:key/a"),
        ),
    ),
    danger("a bucket's policy cannot be read", put("aws_s3_bucket_policy", "policy", '${file("policy.json")}')),
    danger("a bucket has a public list", _listed("public-read")),
    danger(
        "an event bus takes another account's events",
        _policy("aws_cloudwatch_event_bus_policy", {"AWS": OTHER_ACCOUNT}, "events:PutEvents"),
    ),
    danger(
        "every account's domains may write logs",
        _policy("aws_cloudwatch_log_resource_policy", {"Service": "es.amazonaws.com"}, "logs:PutLogEvents"),
    ),
    danger("a new repository of images is public", _policy("aws_ecr_repository_policy", "*", "ecr:*")),
    danger(
        "a layer is public",
        make("aws_lambda_layer_version_permission", layer_name="a", principal="*", action="lambda:GetLayerVersion"),
    ),
    danger("a user gets an access key", make("aws_iam_access_key", user="somebody")),
    # Who may invoke functions
    danger("a function may be invoked by anything of a service", put("aws_lambda_permission", "source_arn", None)),
    danger("a function may be invoked by anybody", put("aws_lambda_permission", "principal", "*")),
    danger("a function may be invoked by another account", put("aws_lambda_permission", "principal", OTHER_ACCOUNT)),
    danger(
        "a function may be invoked by any route",
        put("aws_lambda_permission", "source_arn", "arn:aws:execute-api:eu-west-2:333333333333:*"),
    ),
    danger(
        "a function may be invoked for any account",
        put("aws_lambda_permission", "source_account", None, lambda block: bool(block.get("source_account"))),
    ),
    danger("a function may be changed", put("aws_lambda_permission", "action", "lambda:*")),
    danger(
        "a function's URL is open",
        lambda document: make(
            "aws_lambda_permission",
            function_name=first(document, "aws_lambda_permission")["function_name"],
            action="lambda:InvokeFunctionUrl",
            principal="*",
            function_url_auth_type="NONE",
        )(document),
    ),
)

HARMLESS = ()
