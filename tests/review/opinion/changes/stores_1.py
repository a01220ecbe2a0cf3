"""Changes of exposure of other stores, part 1 of 2."""

from typing import Any

from tests.review.corpus.edit import Document
from tests.review.opinion.cases import dangerous
from tests.review.opinion.editing import add, drop, put, without
from tests.review.opinion.finding import about, account, allows, both, condition_of, denies, pick, reference
from tests.review.opinion.kinds import ANY_AWS, DATABASE, EVERYBODY, STRANGER
from tests.review.opinion.policies import allow, edit_statement, grant, without_statement

SECRET_POLICY = "aws_secretsmanager_secret_policy"


def key_account(document: Document, block: Any, policy: Document) -> Document:
    return allow(
        ["kms:Decrypt", "kms:DescribeKey"],
        ["*"],
        principals=[("AWS", [f"arn:aws:iam::{STRANGER}:root"])],
        sid="Partner",
    )


dangerous("database-public", "exposure", "The database gets a public address.")(
    put(DATABASE, "publicly_accessible", True)
)
dangerous("database-public-as-text", "exposure", "The same as text.")(put(DATABASE, "publicly_accessible", "true"))
dangerous("log-group-without-key", "exposure", "Logs are no longer under our key.")(
    drop("aws_cloudwatch_log_group", "kms_key_id", "/aws/lambda/")
)
dangerous("log-group-of-access-logs-without-key", "exposure", "Logs are no longer under our key.")(
    drop("aws_cloudwatch_log_group", "kms_key_id", "/aws/apigateway/")
)
dangerous("queue-without-key", "exposure", "Failed events lie under AWS's key.")(
    drop("aws_sqs_queue", "kms_master_key_id")
)
dangerous("queue-without-any-encryption", "exposure", "Failed events lie in clear.")(
    lambda document: (
        pick(document, "aws_sqs_queue")[1].pop("kms_master_key_id"),
        pick(document, "aws_sqs_queue")[1].update(sqs_managed_sse_enabled=False),
    )
)
dangerous("topic-without-key", "exposure", "Messages are not encrypted.")(
    drop("aws_sns_topic", "kms_master_key_id", nth=1)
)
dangerous("secret-under-aws-key", "exposure", "The secret is no longer under our key.")(
    drop("aws_secretsmanager_secret", "kms_key_id")
)
dangerous("master-secret-under-aws-key", "exposure", "The master's password is no longer under our key.")(
    drop(DATABASE, "master_user_secret_kms_key_id")
)
dangerous("variables-under-aws-key", "exposure", "Functions' variables are no longer under our key.")(
    drop("aws_lambda_function", "kms_key_arn")
)
dangerous("schedule-without-key", "exposure", "The schedule's input is no longer under our key.")(
    drop("aws_scheduler_schedule", "kms_key_arn")
)
dangerous("traces-without-key", "exposure", "Traces are no longer under our key.")(
    lambda document: (
        pick(document, "aws_xray_encryption_config")[1].update(type="NONE")
        or pick(document, "aws_xray_encryption_config")[1].pop("key_id")
    )
)
dangerous("traces-encryption-removed", "exposure", "Traces are no longer under our key.")(
    without("aws_xray_encryption_config")
)
dangerous("nat-disk-not-encrypted", "exposure", "The instance's disk is in clear.")(
    put("aws_launch_template", "block_device_mappings.0.ebs.encrypted", "false")
)
dangerous("insights-under-aws-key", "exposure", "Statements are kept under AWS's key.")(
    drop(DATABASE, "performance_insights_kms_key_id")
)
dangerous("key-rotation-off", "exposure", "The key never changes.")(put("aws_kms_key", "enable_key_rotation", False))
dangerous("key-rotation-unsaid", "exposure", "Its default is off.")(drop("aws_kms_key", "enable_key_rotation", nth=1))
dangerous("key-rotation-every-seven-years", "exposure", "2,560 days in place of 365.")(
    put("aws_kms_key", "rotation_period_in_days", 2560)
)
dangerous("state-key-rotation-off", "exposure", "The key never changes.", stack="bootstrap")(
    put("aws_kms_key", "enable_key_rotation", False)
)
dangerous("key-for-another-account", "exposure", "A stranger's account decrypts.")(
    grant("aws_kms_key_policy", key_account)
)
dangerous("shared-key-for-another-account", "exposure", "A stranger's account decrypts database, secrets and logs.")(
    grant("aws_kms_key_policy", key_account, where="shared", nth=0)
)
dangerous("state-key-for-another-account", "exposure", "A stranger's account decrypts the states.", stack="bootstrap")(
    grant("aws_kms_key_policy", key_account)
)
dangerous("key-for-everybody-via-a-service", "exposure", "Everybody of any account decrypts through S3.")(
    grant(
        "aws_kms_key_policy",
        allow(
            ["kms:Decrypt"],
            ["*"],
            ("StringEquals", "kms:ViaService", ["s3.eu-west-2.amazonaws.com"]),
            principals=ANY_AWS,
        ),
    )
)
dangerous("key-for-caller-account-if-exists", "exposure", "IfExists lets in whoever has no such key.")(
    grant(
        "aws_kms_key_policy",
        lambda document, block, policy: allow(
            ["kms:Decrypt"],
            ["*"],
            ("StringEqualsIfExists", "kms:CallerAccount", [account(document)]),
            principals=ANY_AWS,
        ),
    )
)
dangerous("key-owner-changed-to-everybody", "exposure", "The root statement names everybody.")(
    edit_statement(
        "aws_kms_key_policy",
        allows("kms:*"),
        lambda document, policy, statement: statement.update(principals=[{"type": "AWS", "identifiers": ["*"]}]),
    )
)
dangerous("key-owner-gets-a-second-account", "exposure", "A second root beside ours.")(
    edit_statement(
        "aws_kms_key_policy",
        allows("kms:*"),
        lambda document, policy, statement: statement["principals"][0]["identifiers"].append(
            f"arn:aws:iam::{STRANGER}:root"
        ),
    )
)
dangerous("state-key-owner-gets-a-second-account", "exposure", "A second root beside ours.", stack="bootstrap")(
    edit_statement(
        "aws_kms_key_policy",
        allows("kms:*"),
        lambda document, policy, statement: statement["principals"][0]["identifiers"].append(STRANGER),
    )
)
dangerous("key-for-logs-of-every-group", "exposure", "CloudWatch Logs may use the key for anybody's groups.")(
    edit_statement(
        "aws_kms_key_policy",
        both(allows("kms:Decrypt"), about("logs:arn")),
        lambda document, policy, statement: statement.pop("condition"),
    )
)
dangerous("key-for-cloudfront-of-everybody", "exposure", "Any distribution of any account decrypts.")(
    edit_statement(
        "aws_kms_key_policy",
        both(allows("kms:Decrypt"), lambda statement: "cloudfront" in str(statement.get("principals"))),
        lambda document, policy, statement: statement.pop("condition"),
    )
)
dangerous("key-policy-removed", "exposure", "Services lose the key: logs, alarms and playback stop.")(
    without("aws_kms_key_policy", "shared")
)


@dangerous("key-granted", "exposure", "A grant lets a stranger's role decrypt.")
def key_granted(document: Document) -> None:
    name, _ = pick(document, "aws_kms_key")
    add(
        document,
        "aws_kms_grant",
        "partner",
        {
            "key_id": reference("aws_kms_key", name, "key_id"),
            "grantee_principal": f"arn:aws:iam::{STRANGER}:role/etl",
            "operations": ["Decrypt", "GenerateDataKey"],
        },
    )


dangerous(
    "alias-moved-to-another-key",
    "exposure",
    ("Whoever writes by the alias writes under another key, with another policy."),
)(
    lambda document: pick(document, "aws_kms_alias", "media")[1].update(
        target_key_id=pick(document, "aws_kms_alias", "shared")[1]["target_key_id"]
    )
)
dangerous(
    "alias-of-state-key-moved", "delivery/state", "States are written under a key of somebody else.", stack="bootstrap"
)(put("aws_kms_alias", "target_key_id", "11111111-2222-4333-8444-555555555555"))
dangerous(
    "alias-of-state-key-removed",
    "delivery/state",
    "No stack can read its state by the alias that its backend names.",
    stack="bootstrap",
)(without("aws_kms_alias"))
dangerous("secret-for-other-accounts", "exposure", "The denial of other accounts is gone.")(
    without_statement(SECRET_POLICY, both(denies("secretsmanager:*"), about("PrincipalAccount")))
)
dangerous("secret-for-other-accounts-if-exists-in-name", "exposure", "The denial names a stranger's account as ours.")(
    edit_statement(
        SECRET_POLICY,
        both(denies("secretsmanager:*"), about("PrincipalAccount")),
        lambda document, policy, statement: condition_of(statement, "PrincipalAccount")["values"].append(STRANGER),
    )
)
dangerous("secret-denial-covers-reads-alone-not", "exposure", "Other accounts are denied writes but not reads.")(
    edit_statement(
        SECRET_POLICY,
        both(denies("secretsmanager:*"), about("PrincipalAccount")),
        lambda document, policy, statement: statement.update(
            actions=["secretsmanager:PutSecretValue", "secretsmanager:DeleteSecret"]
        ),
    )
)
dangerous("secret-over-plain-http", "exposure", "The denial of plain HTTP is gone.")(
    without_statement(SECRET_POLICY, both(denies("secretsmanager:*"), about("SecureTransport")))
)
dangerous("secret-for-a-strangers-role", "exposure", "A stranger reads the secret.")(
    grant(
        SECRET_POLICY,
        allow(
            ["secretsmanager:GetSecretValue"], ["*"], principals=[("AWS", [f"arn:aws:iam::{STRANGER}:role/support"])]
        ),
    )
)
dangerous("secret-may-become-public", "exposure", "Public policies are accepted.")(
    put(SECRET_POLICY, "block_public_policy", False)
)
dangerous("secret-policy-removed", "exposure", "Both denials are gone.")(without(SECRET_POLICY))
dangerous(
    "secret-replicated-elsewhere",
    "exposure",
    "A copy in another region under AWS's key.",
    doubt="availability against residence",
)(put("aws_secretsmanager_secret", "replica", [{"region": "us-east-1"}], new=True))
dangerous("topic-for-everybody-to-subscribe", "exposure", "Anybody receives the reminders.")(
    grant(
        "aws_sns_topic_policy",
        lambda document, block, policy: allow(["sns:Subscribe", "sns:Receive"], [block["arn"]], principals=ANY_AWS),
        nth=1,
    )
)
dangerous("topic-for-everybody-to-publish", "exposure", "Anybody sends messages in our name.")(
    grant(
        "aws_sns_topic_policy",
        lambda document, block, policy: allow(["sns:Publish"], [block["arn"]], principals=EVERYBODY),
    )
)
dangerous("topic-plain-http", "exposure", "The denial of plain HTTP is gone.")(
    without_statement("aws_sns_topic_policy", denies("sns:Publish"))
)
dangerous("topic-policy-removed", "exposure", "The denial of plain HTTP is gone with it.")(
    without("aws_sns_topic_policy", nth=1)
)
