"""Changes of renames without a moved block."""

from tests.review.corpus.edit import Document
from tests.review.opinion.cases import dangerous
from tests.review.opinion.editing import readdress, renamed
from tests.review.opinion.finding import pick
from tests.review.opinion.kinds import DATABASE
from tests.review.opinion.parts import database, media

for kind, where, stack, why in (
    (DATABASE, None, "platform", "Terraform destroys the one and makes another, empty."),
    ("aws_s3_bucket", "media", "platform", "Terraform destroys the one and makes another, empty."),
    ("aws_cognito_user_pool", None, "platform", "All users are lost."),
    ("aws_kms_key", "database", "platform", "What the key encrypted becomes unreadable."),
    ("aws_secretsmanager_secret", None, "platform", "The value is lost."),
    ("aws_cloudwatch_log_group", "/aws/apigateway/", "platform", "A year of logs is lost."),
    ("aws_sqs_queue", None, "platform", "What waits in it is lost."),
    ("aws_cognito_user_pool_client", None, "platform", "Another client id: nobody can sign in."),
    ("aws_cloudfront_distribution", None, "platform", "Another address: the public name leads nowhere."),
    ("aws_apigatewayv2_api", None, "platform", "Another address."),
    ("aws_eip", None, "platform", "Another address: partners' lists of addresses refuse us."),
    ("aws_vpc", None, "platform", "The network is replaced with all that is in it."),
    (
        "aws_sns_topic",
        "alarms",
        "platform",
        ("Its subscriptions must be confirmed anew: alarms reach nobody until then."),
    ),
    ("aws_sns_topic_subscription", None, "platform", "It must be confirmed anew: alarms reach nobody until then."),
    ("aws_s3_bucket", None, "bootstrap", "The states' bucket is destroyed."),
    ("aws_kms_key", None, "bootstrap", "The states become unreadable."),
):
    dangerous(
        f"renamed-{kind[4:]}-{stack}",
        "rename",
        why,
        stack=stack,
        doubt="somebody may find it harmless" if kind in ("aws_sns_topic_subscription", "aws_eip") else "",
    )(renamed(kind, where))


@dangerous(
    "moved-to-another-address",
    "rename",
    ("The moved block has a typing error in its target, so the database is destroyed."),
)
def moved_to_another_address(document: Document) -> None:
    name, _ = database(document)
    readdress(document, DATABASE, name, "other_" + name)
    document["moved"] = [{"from": f"{DATABASE}.{name}", "to": f"{DATABASE}.others_{name}"}]


@dangerous(
    "moved-from-another-address",
    "rename",
    ("The moved block names a source that never existed, so the bucket is destroyed."),
)
def moved_from_another_address(document: Document) -> None:
    name = media(document)
    readdress(document, "aws_s3_bucket", name, "other_" + name)
    document["moved"] = [{"from": f"aws_s3_bucket.{name}_old", "to": f"aws_s3_bucket.other_{name}"}]


@dangerous("key-becomes-counted", "rename", "Into a module without a moved block: the key is destroyed.")
def key_becomes_counted(document: Document) -> None:
    _name, block = pick(document, "aws_kms_key")
    block["for_each"] = "${toset([])}"


@dangerous(
    "moved-but-replaced",
    "rename",
    ("The bucket is renamed with a moved block, and its name changes with it: replaced all the same."),
)
def moved_but_replaced(document: Document) -> None:
    name = media(document)
    readdress(document, "aws_s3_bucket", name, "other_" + name, moved=True)
    document["resource"]["aws_s3_bucket"]["other_" + name]["bucket"] += "-2"


@dangerous(
    "moved-but-unprotected", "rename", ("Renamed with a moved block, and its protection from deletion lost with it.")
)
def moved_but_unprotected(document: Document) -> None:
    name, _ = database(document)
    readdress(document, DATABASE, name, "other_" + name, moved=True)
    document["resource"][DATABASE]["other_" + name]["deletion_protection"] = False
