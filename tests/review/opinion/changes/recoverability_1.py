"""Changes of whether what is lost comes back, part 1 of 2."""

from tests.review.opinion.cases import dangerous
from tests.review.opinion.editing import drop, put
from tests.review.opinion.kinds import DATABASE, NOTHING
from tests.review.opinion.more_parts import lifecycle
from tests.review.opinion.parts import bucket_part, logs, media, state, without_part

VERSIONING = "aws_s3_bucket_versioning"

for name, path, value, why in (
    ("backups-7-days", "backup_retention_period", 7, "Backups reach back 7 days in place of 35."),
    ("backups-one-day", "backup_retention_period", 1, "Backups reach back one day."),
    ("backups-34-days-as-text", "backup_retention_period", "34", "One day of backups less is still less, as text too."),
    ("backups-off", "backup_retention_period", 0, "No automated backup remains, and existing ones are deleted."),
    (
        "backups-unsaid",
        "backup_retention_period",
        NOTHING,
        "Without the argument a new instance keeps one day at most.",
    ),
    ("database-deletion-protection-off", "deletion_protection", False, "The database can be deleted by one call."),
    ("database-deletion-protection-off-as-text", "deletion_protection", "false", "The same as text."),
    ("database-deletion-protection-unsaid", "deletion_protection", NOTHING, "Its default is false."),
    ("no-final-snapshot", "skip_final_snapshot", True, "A deletion leaves nothing behind."),
    ("automated-backups-deleted-with-instance", "delete_automated_backups", True, "Backups go with the instance."),
    (
        "automated-backups-deletion-unsaid",
        "delete_automated_backups",
        NOTHING,
        "Its default is true: backups go with the instance.",
    ),
    ("database-in-one-zone", "multi_az", False, "A zone's failure takes the database down."),
    ("database-standby-unsaid", "multi_az", NOTHING, "Its default is one zone."),
    ("database-cannot-grow", "max_allocated_storage", NOTHING, "The disk fills up and the database stops."),
    ("database-growth-off", "max_allocated_storage", 0, "Zero turns storage autoscaling off."),
):
    dangerous(name, "availability" if "zone" in name or "standby" in name or "grow" in name else "recoverability", why)(
        put(DATABASE, path, value)
    )
for kind, label, where, stack in (
    (DATABASE, "database", None, "platform"),
    ("aws_s3_bucket", "media-bucket", "media", "platform"),
    ("aws_kms_key", "shared-key", "database", "platform"),
    ("aws_secretsmanager_secret", "secret", None, "platform"),
    ("aws_cognito_user_pool", "user-pool", None, "platform"),
    ("aws_cloudfront_distribution", "distribution", None, "platform"),
    ("aws_s3_bucket", "state-bucket", None, "bootstrap"),
    ("aws_kms_key", "state-key", None, "bootstrap"),
):
    dangerous(
        f"prevent-destroy-removed-{label}",
        "recoverability",
        "Nothing stops Terraform from destroying it by mistake.",
        stack=stack,
    )(drop(kind, "lifecycle.prevent_destroy", where))
dangerous("prevent-destroy-false-key-of-media", "recoverability", "Nothing stops Terraform from destroying the key.")(
    put("aws_kms_key", "lifecycle.prevent_destroy", False, "edia")
)
dangerous("lifecycle-removed-from-log-bucket", "recoverability", "prevent_destroy goes with it.")(
    drop("aws_s3_bucket", "lifecycle", "logs")
)
dangerous(
    "ignore-changes-of-deletion-protection", "recoverability", "Whoever switches it off by hand is never noticed."
)(put(DATABASE, "lifecycle.ignore_changes", ["deletion_protection", "backup_retention_period"], new=True))
dangerous("ignore-all-changes-of-database", "recoverability", "No setting of the database is enforced any more.")(
    put(DATABASE, "lifecycle.ignore_changes", "all", new=True)
)
dangerous("ignore-all-changes-of-pool", "recoverability", "No rule of sign-in is enforced any more.")(
    put("aws_cognito_user_pool", "lifecycle.ignore_changes", "all", new=True)
)
dangerous("versioning-of-media-suspended", "recoverability", "Overwritten and deleted media cannot be restored.")(
    bucket_part(VERSIONING, "versioning_configuration.status", "Suspended")
)
dangerous("versioning-of-logs-disabled", "recoverability", "Logs can be overwritten without a trace.")(
    bucket_part(VERSIONING, "versioning_configuration.status", "Disabled", logs)
)
dangerous("versioning-of-media-removed", "recoverability", "Terraform suspends versioning when the resource goes.")(
    without_part(VERSIONING)
)
dangerous("versioning-of-state-suspended", "recoverability", "A broken state cannot be restored.", stack="bootstrap")(
    bucket_part(VERSIONING, "versioning_configuration.status", "Suspended", state)
)
dangerous("versioning-of-state-removed", "recoverability", "A broken state cannot be restored.", stack="bootstrap")(
    without_part(VERSIONING, state)
)
dangerous("bucket-force-destroy", "recoverability", "The bucket can be destroyed with all that it holds.")(
    lambda document: document["resource"]["aws_s3_bucket"][media(document)].update(force_destroy=True)
)
dangerous(
    "state-bucket-force-destroy", "recoverability", "The states can be destroyed with the bucket.", stack="bootstrap"
)(lambda document: document["resource"]["aws_s3_bucket"][state(document)].update(force_destroy="true"))
dangerous("media-expire-after-30-days", "loss", "A rule deletes current media after a month.")(
    lifecycle(media, lambda r: r[0].update(expiration=[{"days": 30}]))
)
dangerous("second-rule-expires-a-prefix-of-media", "loss", "A second rule deletes one prefix of current objects.")(
    lifecycle(
        media,
        lambda r: r.append(
            {"id": "tidy-previews", "status": "Enabled", "filter": [{"prefix": "media/"}], "expiration": [{"days": 7}]}
        ),
    )
)
dangerous("media-expire-at-a-date", "loss", "On that day everything is deleted.")(
    lifecycle(media, lambda r: r[0].update(expiration=[{"date": "2026-12-31T00:00:00Z"}]))
)
dangerous("rule-by-tag-expires-media", "loss", "Whatever has the tag is deleted; uploaders can set it.")(
    lifecycle(
        media,
        lambda r: r.append(
            {
                "id": "temporary",
                "status": "Enabled",
                "filter": [{"tag": {"key": "temporary", "value": "true"}}],
                "expiration": {"days": 1},
            }
        ),
    )
)
dangerous("rule-by-size-expires-media", "loss", "Every object above a megabyte, that is every video, is deleted.")(
    lifecycle(
        media,
        lambda r: r.append(
            {
                "id": "large",
                "status": "Enabled",
                "filter": [{"object_size_greater_than": 1048576}],
                "expiration": [{"days": 14}],
            }
        ),
    )
)
dangerous(
    "old-versions-of-media-for-a-day", "recoverability", "Deleted media can be restored for one day in place of 90."
)(lifecycle(media, lambda r: r[0].update(noncurrent_version_expiration=[{"noncurrent_days": 1}])))
dangerous("old-versions-of-media-89-days", "recoverability", "A day less to restore.")(
    lifecycle(media, lambda r: r[0]["noncurrent_version_expiration"][0].update(noncurrent_days="89"))
)
dangerous("second-rule-expires-old-versions-sooner", "recoverability", "The shorter of two rules wins.")(
    lifecycle(
        media,
        lambda r: r.append(
            {
                "id": "versions",
                "status": "Enabled",
                "filter": [{}],
                "noncurrent_version_expiration": [{"noncurrent_days": 3}],
            }
        ),
    )
)
