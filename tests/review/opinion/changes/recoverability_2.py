"""Changes of whether what is lost comes back, part 2 of 2."""

from tests.review.corpus.edit import Document
from tests.review.opinion.cases import dangerous
from tests.review.opinion.editing import add, drop, put, without
from tests.review.opinion.finding import account, prefix
from tests.review.opinion.kinds import DATABASE
from tests.review.opinion.more_parts import lifecycle
from tests.review.opinion.parts import database, logs, media, state

dangerous("media-go-to-deep-archive", "availability", "Media cannot be played for hours after they are asked for.")(
    lifecycle(media, lambda r: r[0].update(transition=[{"days": 60, "storage_class": "DEEP_ARCHIVE"}]))
)
dangerous("media-go-to-glacier-later", "availability", "Older media cannot be played any more.")(
    lifecycle(media, lambda r: r[0]["transition"].append({"days": 180, "storage_class": "GLACIER"}))
)
dangerous("access-logs-for-30-days", "watching", "The audit trail is 30 days in place of a year.")(
    lifecycle(logs, lambda r: r[0].update(expiration=[{"days": 30}]))
)
dangerous("access-logs-second-rule-for-a-week", "watching", "A second rule deletes the same logs after a week.")(
    lifecycle(
        logs,
        lambda r: r.append(
            {"id": "short", "status": "Enabled", "filter": [{"prefix": "s3/"}], "expiration": [{"days": 7}]}
        ),
    )
)
dangerous(
    "old-states-for-a-week",
    "recoverability",
    "A state can be restored for a week in place of a year.",
    stack="bootstrap",
)(lifecycle(state, lambda r: r[0]["noncurrent_version_expiration"][0].update(noncurrent_days=7)))
dangerous(
    "one-old-state-kept", "recoverability", "One earlier state is kept in place of a hundred.", stack="bootstrap"
)(lifecycle(state, lambda r: r[0]["noncurrent_version_expiration"][0].update(newer_noncurrent_versions=1)))
dangerous("states-expire", "loss", "The current state is deleted after 90 days without a deploy.", stack="bootstrap")(
    lifecycle(state, lambda r: r[0].update(expiration=[{"days": 90}]))
)
dangerous(
    "state-logs-for-a-month",
    "watching",
    "Who read the states is known for 30 days in place of a year.",
    stack="bootstrap",
)(lifecycle(logs, lambda r: r[0]["expiration"][0].update(days=30)))
dangerous("key-deletion-window-7-days", "recoverability", "A mistaken deletion must be noticed within a week.")(
    put("aws_kms_key", "deletion_window_in_days", 7)
)
dangerous(
    "state-key-deletion-window-7-days",
    "recoverability",
    "A mistaken deletion must be noticed within a week.",
    stack="bootstrap",
)(put("aws_kms_key", "deletion_window_in_days", "7"))
dangerous("secret-recovery-window-zero", "recoverability", "A deleted secret is gone at once.")(
    put("aws_secretsmanager_secret", "recovery_window_in_days", 0)
)
dangerous("secret-recovery-window-week", "recoverability", "7 days in place of 30.")(
    put("aws_secretsmanager_secret", "recovery_window_in_days", 7, nth=1)
)
dangerous("user-pool-deletion-protection-off", "recoverability", "All users can be deleted by one call.")(
    put("aws_cognito_user_pool", "deletion_protection", "INACTIVE")
)
dangerous("user-pool-deletion-protection-unsaid", "recoverability", "Its default is INACTIVE.")(
    drop("aws_cognito_user_pool", "deletion_protection")
)
dangerous("queue-keeps-failures-an-hour", "recoverability", "Failures vanish before anybody sees them.")(
    put("aws_sqs_queue", "message_retention_seconds", 3600)
)
dangerous("queue-retention-unsaid", "recoverability", "Its default is 4 days in place of 14.")(
    drop("aws_sqs_queue", "message_retention_seconds")
)
dangerous("failed-events-go-nowhere", "recoverability", "Failed invocations are dropped silently.")(
    drop("aws_lambda_function_event_invoke_config", "destination_config")
)
dangerous("failure-destination-resource-removed", "recoverability", "Failed invocations are dropped silently.")(
    without("aws_lambda_function_event_invoke_config")
)
dangerous("schedule-without-dead-letters", "recoverability", "A run that cannot start is dropped silently.")(
    drop("aws_scheduler_schedule", "target.dead_letter_config", "dead_letter")
)
dangerous(
    "events-expire-after-a-minute",
    "recoverability",
    ("Events are dropped after a minute of throttling, and nobody retries them."),
    doubt="they still go to the queue of failures",
)(put("aws_lambda_function_event_invoke_config", "maximum_event_age_in_seconds", 60))
dangerous("termination-protection-of-instance-off", "recoverability", "One call ends the private tier's way out.")(
    put("aws_instance", "disable_api_termination", False)
)


@dangerous(
    "new-table-without-recovery",
    "recoverability",
    ("A table of a new service without recovery to a point in time, and not protected from deletion."),
)
def new_table_without_recovery(document: Document) -> None:
    add(
        document,
        "aws_dynamodb_table",
        "sessions",
        {
            "name": prefix(document) + "-sessions",
            "billing_mode": "PAY_PER_REQUEST",
            "hash_key": "id",
            "attribute": [{"name": "id", "type": "S"}],
        },
    )


@dangerous("new-bare-bucket", "recoverability", "A new bucket for documents without versions, protection and key.")
def new_bare_bucket(document: Document) -> None:
    add(document, "aws_s3_bucket", "documents", {"bucket": f"{prefix(document)}-documents-{account(document)}"})


@dangerous(
    "new-bare-database", "recoverability", "A second database without backups, protection, standby and encryption."
)
def new_bare_database(document: Document) -> None:
    group = database(document)[1]["db_subnet_group_name"]
    add(
        document,
        DATABASE,
        "reports",
        {
            "identifier": prefix(document) + "-reports",
            "engine": "postgres",
            "engine_version": "17",
            "instance_class": "db.t4g.micro",
            "allocated_storage": 20,
            "username": "reports",
            "manage_master_user_password": True,
            "backup_retention_period": 0,
            "skip_final_snapshot": True,
            "db_subnet_group_name": group,
            "vpc_security_group_ids": list(database(document)[1]["vpc_security_group_ids"]),
        },
    )
