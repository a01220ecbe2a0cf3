"""Harmless: tags, texts and comments."""

from tests.review.opinion.cases import harmless
from tests.review.opinion.editing import put
from tests.review.opinion.finding import about, allows, both, denies
from tests.review.opinion.kinds import (
    ALARM,
    DATABASE,
    DISTRIBUTION,
    FIREWALL,
    FUNCTION,
    LOG_GROUP,
    ROLE_POLICY,
    USER_POOL,
    WAY_IN,
)
from tests.review.opinion.parts import media
from tests.review.opinion.policies import edit_bucket_statement, edit_statement

for kind in (
    DATABASE,
    "aws_s3_bucket",
    "aws_kms_key",
    FUNCTION,
    USER_POOL,
    DISTRIBUTION,
    "aws_vpc",
    "aws_iam_role",
    "aws_sqs_queue",
    "aws_sns_topic",
    LOG_GROUP,
    ALARM,
    "aws_secretsmanager_secret",
    "aws_instance",
    FIREWALL,
):
    harmless(f"tag-{kind[4:]}", "availability", "A tag.")(
        put(kind, "tags", lambda value: dict(value or {}, owner="team-platform"), new=True)
    )
for kind, path in (
    (FUNCTION, "description"),
    ("aws_kms_key", "description"),
    ("aws_iam_role", "description"),
    (ALARM, "alarm_description"),
    ("aws_apigatewayv2_api", "description"),
    (DISTRIBUTION, "comment"),
    ("aws_cloudfront_cache_policy", "comment"),
    ("aws_secretsmanager_secret", "description"),
    ("aws_scheduler_schedule", "description"),
    (FIREWALL, "description"),
    (WAY_IN, "description"),
    ("aws_lambda_alias", "description"),
    ("aws_cloudfront_key_group", "comment"),
    ("aws_sns_topic", "display_name"),
    ("aws_launch_template", "description"),
):
    harmless(f"text-{kind[4:]}", "availability", "A text for people.")(
        put(kind, path, "Said in other words, for whoever reads it first")
    )
harmless("tag-of-all", "delivery/state", "One more default tag.")(
    lambda document: [p["default_tags"][0]["tags"].update(owner="platform") for p in document["provider"]["aws"]]
)
harmless("tag-state-bucket", "availability", "A tag.", stack="bootstrap")(
    put("aws_s3_bucket", "tags", {"owner": "platform"}, new=True)
)
harmless("text-of-a-role", "access", "A text for people.", stack="bootstrap")(
    put("aws_iam_role", "description", "Deploys from CI")
)
harmless("text-of-a-key", "access", "A text for people.", stack="bootstrap")(
    put("aws_kms_key", "description", "The states' key")
)
harmless("comment-in-a-resource", "delivery/state", "A comment.")(
    put(DATABASE, "//.note", "see the decision of March", new=True)
)
harmless("comment-at-the-top", "delivery/state", "A comment.")(
    lambda document: document["//"].update(note="synthesised by hand")
)
harmless("comments-gone", "delivery/state", "Constructs' paths are no configuration.")(
    lambda document: [
        b["//"].pop("metadata", None) for blocks in document["resource"].values() for b in blocks.values() if "//" in b
    ]
)
harmless("nothing", "delivery/state", "The keys are in another order.")(
    lambda document: (
        document.update(dict(reversed(list(document.items()))))
        or document["resource"].update(
            {k: document["resource"].pop(k) for k in sorted(document["resource"], reverse=True)}
        )
    )
)
harmless("statement-renamed", "access", "A sid is a name.")(
    edit_statement(
        ROLE_POLICY,
        allows("logs:PutLogEvents"),
        lambda document, policy, statement: statement.update(sid="WriteItsLogs"),
    )
)
harmless("statement-without-sid", "access", "A sid is a name.")(
    edit_statement(ROLE_POLICY, allows("logs:PutLogEvents"), lambda document, policy, statement: statement.pop("sid"))
)
harmless("sid-of-a-denial", "access", "A sid is a name.")(
    edit_bucket_statement(
        media,
        both(denies("s3:*"), about("SecureTransport")),
        lambda document, policy, statement: statement.update(sid="TlsAlone"),
    )
)
harmless("alarm-named-better", "watching", "Another name of the same alarm.")(
    put(ALARM, "alarm_name", lambda value: value + "-high")
)
harmless("output-added", "delivery/state", "An address that everybody knows.")(
    lambda document: document.setdefault("output", {}).update(zone={"value": "eu-west-2"})
)
harmless("output-removed", "delivery/state", "Nobody is denied anything by it.")(
    lambda document: document["output"].pop(next(iter(document["output"])))
)
