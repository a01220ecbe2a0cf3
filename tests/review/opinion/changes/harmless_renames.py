"""Harmless: renames that Terraform is told of."""

from tests.review.corpus.edit import Document
from tests.review.opinion.cases import harmless
from tests.review.opinion.editing import readdress, renamed
from tests.review.opinion.finding import policies
from tests.review.opinion.kinds import (
    ALARM,
    DATABASE,
    DISTRIBUTION,
    LOG_GROUP,
    POLICY_DOCUMENT,
    ROLE_POLICY,
    USER_POOL,
    USER_POOL_CLIENT,
)
from tests.review.opinion.parts import database

for kind, where in (
    (DATABASE, None),
    ("aws_s3_bucket", "media"),
    (USER_POOL, None),
    ("aws_kms_key", None),
    ("aws_secretsmanager_secret", None),
    (DISTRIBUTION, None),
    ("aws_vpc", None),
    ("aws_sns_topic", None),
    ("aws_sqs_queue", None),
    (LOG_GROUP, None),
    ("aws_eip", None),
    (USER_POOL_CLIENT, None),
):
    harmless(f"moved-{kind[4:]}", "rename", "A moved block says that it is the same.")(renamed(kind, where, moved=True))
harmless("moved-state-bucket", "rename", "A moved block says that it is the same.", stack="bootstrap")(
    renamed("aws_s3_bucket", moved=True)
)
harmless("moved-role", "rename", "A moved block says that it is the same.", stack="bootstrap")(
    renamed("aws_iam_role", moved=True)
)
for kind in (
    ALARM,
    "aws_cloudwatch_dashboard",
    "aws_cloudwatch_query_definition",
    "aws_cloudwatch_log_metric_filter",
    "aws_budgets_budget",
):
    harmless(
        f"renamed-harmless-{kind[4:]}",
        "rename",
        "It holds nothing: made again at once.",
        doubt="the budget's and filter's names are unique, so the first apply may fail" if kind != ALARM else "",
    )(renamed(kind))


@harmless("document-renamed", "rename", "A document is no resource.")
def document_renamed(document: Document) -> None:
    _, block, name, _ = next(policies(document, ROLE_POLICY))
    document["data"][POLICY_DOCUMENT]["other_" + name] = document["data"][POLICY_DOCUMENT].pop(name)
    block["policy"] = block["policy"].replace(f".{name}.", f".other_{name}.")


@harmless("moved-and-tagged", "rename", "Moved, and a tag with it.")
def moved_and_tagged(document: Document) -> None:
    name, _ = database(document)
    readdress(document, DATABASE, name, "other_" + name, moved=True)
    document["resource"][DATABASE]["other_" + name]["tags"] = {"owner": "platform"}


@harmless("old-moved-block", "rename", "A moved block of long ago is cleared away.")
def old_moved_block(document: Document) -> None:
    document["moved"] = [{"from": "aws_db_instance.former", "to": f"aws_db_instance.{database(document)[0]}"}]
