"""Harmless: additions that are made as the others, part 2 of 2."""

import copy
import json

from tests.review.corpus.edit import Document
from tests.review.opinion.cases import harmless
from tests.review.opinion.editing import add, add_data
from tests.review.opinion.finding import allows, named_document, of_type, pick, prefix, reference, statement_of
from tests.review.opinion.kinds import POLICY_DOCUMENT, SECURITY_GROUP
from tests.review.opinion.more_parts import clone
from tests.review.opinion.parts import route_table
from tests.review.opinion.policies import policy_document


@harmless("group-new-without-rules", "network", "A group without rules lets nothing in and out.")
def group_new_without_rules(document: Document) -> None:
    name, _ = pick(document, SECURITY_GROUP)
    clone(
        document,
        SECURITY_GROUP,
        name,
        "planted",
        name=prefix(document) + "-planted",
        description="Functions of the group planted",
        tags={"Name": "planted"},
    )


@harmless("secret-new", "exposure", "A secret with key, window, rotation's tag and policy, without a value.")
def secret_new(document: Document) -> None:
    name, _block = pick(document, "aws_secretsmanager_secret", "rotation")
    clone(
        document,
        "aws_secretsmanager_secret",
        name,
        "planted",
        name=prefix(document) + "-planted",
        description="What the search signs in with",
    )
    p = next((n for n, b in of_type(document, "aws_secretsmanager_secret_policy").items() if name in b["secret_arn"]))
    doc_name = named_document(document["resource"]["aws_secretsmanager_secret_policy"][p]["policy"])
    add_data(
        document,
        POLICY_DOCUMENT,
        "planted_secret",
        json.loads(
            json.dumps({"statement": document["data"][POLICY_DOCUMENT][doc_name]["statement"]}).replace(
                f"aws_secretsmanager_secret.{name}.", "aws_secretsmanager_secret.planted."
            )
        ),
    )
    clone(
        document,
        "aws_secretsmanager_secret_policy",
        p,
        "planted",
        secret_arn="${aws_secretsmanager_secret.planted.arn}",
        policy=f"${{data.{POLICY_DOCUMENT}.planted_secret.json}}",
    )
    r = next((n for n, b in of_type(document, "aws_secretsmanager_secret_rotation").items() if name in b["secret_id"]))
    clone(
        document,
        "aws_secretsmanager_secret_rotation",
        r,
        "planted",
        secret_id="${aws_secretsmanager_secret.planted.id}",
    )


@harmless("parameter-new", "exposure", "A parameter with a public setting.")
def parameter_new(document: Document) -> None:
    add(
        document,
        "aws_ssm_parameter",
        "planted",
        {"name": f"/{prefix(document)}/page-size", "type": "String", "value": "50"},
    )


@harmless("key-new", "exposure", "A key with rotation, window and a policy of our account alone.")
def key_new(document: Document) -> None:
    name, _ = pick(document, "aws_kms_key", "edia")
    clone(document, "aws_kms_key", name, "planted", description="Encrypts reports")
    _policy, statement = statement_of(document, "aws_kms_key_policy", allows("kms:*"))
    add(
        document,
        "aws_kms_key_policy",
        "planted",
        {
            "key_id": "${aws_kms_key.planted.key_id}",
            "policy": policy_document(
                document, "planted_key", dict(copy.deepcopy(statement), resources=["${aws_kms_key.planted.arn}"])
            ),
        },
    )
    add(
        document,
        "aws_kms_alias",
        "planted",
        {"name": f"alias/{prefix(document)}-reports", "target_key_id": "${aws_kms_key.planted.key_id}"},
    )


@harmless(
    "role-new-without-rights",
    "access",
    ("A role for a service with source account, boundary and path, that may do nothing."),
)
def role_new_without_rights(document: Document) -> None:
    name, _ = pick(document, "aws_iam_role", "group")
    clone(
        document,
        "aws_iam_role",
        name,
        "planted",
        name=prefix(document) + "-planted",
        description="Runs the functions of the group planted",
    )


@harmless("endpoint-for-another-table", "network", "A way to S3 for one table more stays inside AWS.")
def endpoint_for_another_table(document: Document) -> None:
    pick(document, "aws_vpc_endpoint")[1]["route_table_ids"].append(
        reference("aws_route_table", route_table(document, "public"))
    )


@harmless(
    "schedule-new",
    "availability",
    "A schedule for an existing function, modelled on the other.",
    doubt="new caller of a function",
)
def schedule_new(document: Document) -> None:
    name, _block = pick(document, "aws_scheduler_schedule", "lambda")
    clone(
        document,
        "aws_scheduler_schedule",
        name,
        "planted",
        name=prefix(document) + "-send-reminders-weekly",
        schedule_expression="rate(7 days)",
    )


@harmless("cache-policy-new", "front door", "A cache policy that nothing uses.")
def cache_policy_new(document: Document) -> None:
    name, _ = pick(document, "aws_cloudfront_cache_policy")
    clone(document, "aws_cloudfront_cache_policy", name, "planted", name=prefix(document) + "-images", default_ttl=3600)
