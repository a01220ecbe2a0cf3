"""Changes of the database and of other stores."""

from collections.abc import Callable
from typing import Any

from ffp.review.concern import Topic
from tests.review.corpus.edit import Document, DoesNotApply, Edit, blocks, first, first_named, make, put

_DB = "aws_db_instance"
_STRANGERS_KEY = "arn:aws:kms:eu-west-2:999999999999:key/11111111-1111-4111-8111-111111111111"


def _db(path: str, value: Any) -> Callable[[Document], None]:
    return put(_DB, path, value)


def _parameter(name: str, value: str | None) -> Callable[[Document], None]:
    """Sets a parameter of the database's group; None leaves it out."""

    def change(document: Document) -> None:
        group = first(document, "aws_db_parameter_group")
        others = [each for each in group["parameter"] if each["name"] != name]
        added = [] if value is None else [{"name": name, "value": value, "apply_method": "pending-reboot"}]
        if others == group["parameter"] and not added:
            raise DoesNotApply(name)
        group["parameter"] = [*others, *added]

    return change


def _another_group(document: Document) -> None:
    """A group with the same parameters under another name, as an upgrade of the engine brings."""
    group = dict(first(document, "aws_db_parameter_group"))
    group["parameter"] = list(reversed(group["parameter"]))
    blocks(document, "aws_db_parameter_group")["planted"] = {**group, "name": f"{group['name']}-next"}
    first(document, _DB)["parameter_group_name"] = "${aws_db_parameter_group.planted.name}"


def _subnets(tier: str) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        names = [
            name for name, each in blocks(document, "aws_subnet").items() if each.get("tags", {}).get("tier") == tier
        ]
        if not names:
            raise DoesNotApply(tier)
        first(document, "aws_db_subnet_group")["subnet_ids"] = [f"${{aws_subnet.{name}.id}}" for name in names]

    return change


def _replica(document: Document) -> None:
    """A copy of the database for those who only read, which has its keys and password from the source."""
    name, database = first_named(document, _DB)
    kept = ("instance_class", "vpc_security_group_ids", "parameter_group_name", "deletion_protection")
    blocks(document, _DB)["planted"] = {
        **{key: database[key] for key in kept if key in database},
        "identifier": f"{database['identifier']}-replica",
        "replicate_source_db": f"${{{_DB}.{name}.identifier}}",
        "skip_final_snapshot": True,
    }


_TABLE = {
    "name": "prod-ffp-table",
    "hash_key": "id",
    "billing_mode": "PAY_PER_REQUEST",
    "attribute": [{"name": "id", "type": "S"}],
    "deletion_protection_enabled": True,
    "point_in_time_recovery": {"enabled": True},
    "server_side_encryption": {"enabled": True, "kms_key_arn": "arn:aws:kms:eu-west-2:333333333333:key/x"},
}

DANGEROUS = (
    Edit("backups of a day", _db("backup_retention_period", 1), Topic.RECOVERY),
    Edit("no backups, as a text", _db("backup_retention_period", "0"), Topic.RECOVERY),
    Edit("backups are left to AWS's default", _db("backup_retention_period", None), Topic.RECOVERY),
    Edit("no protection from deletion", _db("deletion_protection", False), Topic.RECOVERY),
    Edit("no last snapshot", _db("skip_final_snapshot", True), Topic.RECOVERY),
    Edit("backups go with the database", _db("delete_automated_backups", True), Topic.RECOVERY),
    Edit("storage in clear", _db("storage_encrypted", False), Topic.EXPOSURE),
    Edit("storage with a stranger's key", _db("kms_key_id", _STRANGERS_KEY), Topic.EXPOSURE),
    Edit("storage with Amazon's key", _db("kms_key_id", None), Topic.EXPOSURE),
    Edit("the master's secret with Amazon's key", _db("master_user_secret_kms_key_id", None), Topic.EXPOSURE),
    Edit("insights with Amazon's key", _db("performance_insights_kms_key_id", None), Topic.EXPOSURE),
    Edit("a public address", _db("publicly_accessible", True), Topic.EXPOSURE),
    Edit("one zone", _db("multi_az", False), Topic.AVAILABILITY),
    Edit("no insights", _db("performance_insights_enabled", False), Topic.WATCHING),
    Edit("no enhanced monitoring", _db("monitoring_interval", 0), Topic.WATCHING),
    Edit("one log less", _db("enabled_cloudwatch_logs_exports", ["upgrade"]), Topic.WATCHING),
    Edit("no security updates", _db("auto_minor_version_upgrade", False), Topic.EXPOSURE),
    Edit("an older engine", _db("engine_version", "15"), Topic.AVAILABILITY),
    Edit("a new major version", _db("engine_version", "18"), Topic.AVAILABILITY),
    Edit("a certificate that has ended", _db("ca_cert_identifier", "rds-ca-2019"), Topic.EXPOSURE),
    Edit(
        "paid support for an old engine",
        _db("engine_lifecycle_support", "open-source-rds-extended-support"),
        Topic.EXPOSURE,
    ),
    Edit("upgrades between majors", _db("allow_major_version_upgrade", True), Topic.AVAILABILITY),
    Edit("restarts at once", _db("apply_immediately", True), Topic.AVAILABILITY),
    Edit("less storage", _db("allocated_storage", 10), Topic.AVAILABILITY),
    Edit("no room to grow", _db("max_allocated_storage", 25), Topic.AVAILABILITY),
    Edit("restored from a snapshot", _db("snapshot_identifier", "rds:prod-2026-01-01"), Topic.LOSS),
    Edit("restored to a moment", _db("restore_to_point_in_time", [{"use_latest_restorable_time": True}]), Topic.LOSS),
    Edit(
        "a password that somebody chose",
        lambda document: (
            _db("manage_master_user_password", None)(document),
            _db("password", "${var.password}")(document),
        ),
        Topic.SECRET,
    ),
    Edit("the tier with a way out", _subnets("private"), Topic.EXPOSURE),
    Edit("the default VPC", _db("db_subnet_group_name", None), Topic.EXPOSURE),
    Edit("AWS's own parameters", _db("parameter_group_name", None), Topic.EXPOSURE),
    *(
        Edit(f"the parameter {name} is {value or 'not set'}", _parameter(name, value), topic)
        for name, value, topic in (
            ("rds.force_ssl", "0", Topic.EXPOSURE),
            ("ssl_min_protocol_version", "TLSv1.2", Topic.EXPOSURE),
            ("ssl_min_protocol_version", None, Topic.EXPOSURE),
            ("password_encryption", "md5", Topic.EXPOSURE),
            ("rds.accepted_password_auth_method", "md5+scram", Topic.EXPOSURE),
            ("rds.accepted_password_auth_method", None, Topic.EXPOSURE),
            ("row_security", "0", Topic.EXPOSURE),
            ("session_replication_role", "replica", Topic.EXPOSURE),
            ("rds.logical_replication", "1", Topic.EXPOSURE),
            ("log_statement", "none", Topic.WATCHING),
            ("log_statement", "all", Topic.WATCHING),
            ("log_error_verbosity", "default", Topic.EXPOSURE),
            ("log_error_verbosity", None, Topic.EXPOSURE),
            ("log_parameter_max_length", "-1", Topic.EXPOSURE),
            ("log_parameter_max_length", None, Topic.EXPOSURE),
            ("log_parameter_max_length_on_error", "1024", Topic.EXPOSURE),
            ("log_min_duration_statement", "-1", Topic.WATCHING),
            ("lock_timeout", "0", Topic.AVAILABILITY),
            ("client_connection_check_interval", None, Topic.AVAILABILITY),
            ("idle_in_transaction_session_timeout", "0", Topic.AVAILABILITY),
            ("fsync", "off", Topic.RECOVERY),
            ("synchronous_commit", "off", Topic.RECOVERY),
            ("autovacuum", "0", Topic.AVAILABILITY),
        )
    ),
    Edit(
        "a new database without anything",
        make(
            _DB,
            identifier="prod-ffp-other",
            engine="postgres",
            instance_class="db.t4g.micro",
            username="x",
            allocated_storage=20,
            manage_master_user_password=True,
        ),
        Topic.RECOVERY,
    ),
    Edit(
        "a new table that cannot be restored",
        make("aws_dynamodb_table", **{**_TABLE, "point_in_time_recovery": {"enabled": False}}),
        Topic.RECOVERY,
    ),
    Edit(
        "a shared snapshot",
        make(
            "aws_db_snapshot_copy",
            source_db_snapshot_identifier="x",
            target_db_snapshot_identifier="y",
            shared_accounts=["999999999999"],
        ),
        Topic.EXPOSURE,
    ),
    Edit(
        "a proxy in clear",
        make("aws_db_proxy", name="prod-ffp-proxy", engine_family="POSTGRESQL", require_tls=False),
        Topic.EXPOSURE,
    ),
)
HARMLESS = (
    Edit("a larger class", _db("instance_class", "db.t4g.small")),
    Edit("more storage", _db("allocated_storage", 40)),
    Edit("room to grow", _db("max_allocated_storage", 500)),
    Edit("backups for as long, as a text", _db("backup_retention_period", "35")),
    Edit("the same key by its alias", lambda document: _same_key(document)),
    Edit("a newer engine", _db("engine_version", "17.4")),
    Edit("another window", _db("maintenance_window", "sat:03:30-sat:04:30")),
    Edit("more figures", _db("monitoring_interval", 15)),
    Edit("one log more", _db("enabled_cloudwatch_logs_exports", ["upgrade", "iam-db-auth-error", "postgresql"])),
    Edit("a group of the same parameters", _another_group),
    Edit("more connections", _parameter("max_connections", "90")),
    Edit("connections are logged", _parameter("log_connections", "1")),
    Edit("a shorter wait for locks", _parameter("lock_timeout", "2000")),
    Edit("a well-made table", make("aws_dynamodb_table", **_TABLE)),
    Edit("sign-in with IAM", _db("iam_database_authentication_enabled", True)),
    Edit("a certificate of another kind", _db("ca_cert_identifier", "rds-ca-ecc384-g1")),
    Edit("insights for longer", _db("performance_insights_retention_period", 31)),
    Edit("snapshots without tags", _db("copy_tags_to_snapshot", False)),
    Edit("another last snapshot", _db("final_snapshot_identifier", "prod-ffp-database-last")),
    Edit("a replica", _replica),
    Edit("a proxy with TLS", make("aws_db_proxy", name="prod-ffp-proxy", engine_family="POSTGRESQL", require_tls=True)),
)


def _same_key(document: Document) -> None:
    key = first(document, _DB)["kms_key_id"]
    name = key.removeprefix("${aws_kms_key.").removesuffix(".arn}")
    alias, _ = first_named(document, "aws_kms_alias", lambda each: name in str(each))
    first(document, _DB)["kms_key_id"] = f"${{aws_kms_alias.{alias}.target_key_arn}}"
