"""What stores of data promise that production does not have: a worse setting is a concern, and a better one is none."""

import copy
from typing import Any

import pytest

from ffp.review.concern import Concern, Grade, Topic
from ffp.review.side import Side
from ffp.review.verdict import concerns
from tests.review.corpus.edit import stack_with
from tests.review.store_losses import DANGEROUS
from tests.review.store_stack import (
    COPY,
    GONE,
    LIFE,
    LIFE_RULES,
    PARAMETERS,
    PLAN_RULES,
    PROVIDER,
    REPLICATION,
    STACK,
    Resources,
)

HARMLESS: list[dict[str, Any]] = [
    {f"{LIFE}.rule.0.filter": {"prefix": "tmp/old/"}},
    {f"{LIFE}.rule.0.filter": {"and": {"prefix": "tmp/", "tags": {"a": "b"}}}},
    {f"{LIFE}.rule.0.expiration": {"days": "60"}},
    {f"{LIFE}.rule.1.noncurrent_version_expiration.newer_noncurrent_versions": 20},
    {f"{LIFE}.rule.1.transition": [{"days": 30, "storage_class": "INTELLIGENT_TIERING"}]},
    {f"{LIFE}.rule": list(reversed(LIFE_RULES))},
    {LIFE: GONE},
    {f"{REPLICATION}.rule": [{**COPY, "id": "all", "priority": 2, "destination": [COPY["destination"]]}]},
    {"aws_s3_bucket_object_lock_configuration.a.rule.default_retention": {"mode": "COMPLIANCE", "days": 365}},
    {"aws_s3_bucket_acl.a.acl": "log-delivery-write"},
    {"aws_s3_object.a.content": "b"},
    {"aws_s3_bucket_cors_configuration.a.cors_rule.0.allowed_origins": ["https://ours.example"]},
    {"aws_s3_bucket_cors_configuration.a.cors_rule.0.max_age_seconds": 60},
    {"aws_s3_bucket_cors_configuration.a": GONE},
    {"aws_s3_bucket.old.lifecycle_rule.0.enabled": False},
    {
        "aws_s3_bucket.old.versioning": GONE,
        "aws_s3_bucket_versioning.old": {
            "bucket": "${aws_s3_bucket.old.bucket}",
            "versioning_configuration": {"status": "Enabled", "mfa_delete": "Enabled"},
        },
    },
    {"aws_rds_cluster.a.engine_version": "16.8"},
    {"aws_rds_cluster.a.backup_retention_period": "35"},
    {"aws_rds_cluster.a.copy_tags_to_snapshot": True},
    {"aws_rds_cluster.a.enabled_cloudwatch_logs_exports": ["upgrade", "postgresql"]},
    {f"{PARAMETERS}.0.value": "on"},
    {f"{PARAMETERS}.1.value": "pgaudit,pg_stat_statements,auto_explain"},
    {f"{PARAMETERS}.3.value": "20000"},
    {"aws_rds_cluster_instance.a.ca_cert_identifier": "rds-ca-ecc384-g1"},
    {"aws_rds_cluster_instance.c": {"cluster_identifier": "a", "identifier": "c"}},
    {"aws_db_instance.a.engine_version": "10.6.20"},
    {
        "aws_db_instance.replica": {
            "identifier": "replica",
            "replicate_source_db": "${aws_db_instance.a.identifier}",
            "deletion_protection": True,
            "skip_final_snapshot": True,
        }
    },
    {"aws_db_snapshot.b": {"db_instance_identifier": "main", "db_snapshot_identifier": "b"}},
    {"aws_db_proxy.a.idle_client_timeout": 600},
    {"aws_kms_external_key.a.valid_to": GONE},
    {"aws_kms_key.c": {"customer_master_key_spec": "ECC_NIST_P256", "key_usage": "SIGN_VERIFY"}},
    {"aws_secretsmanager_secret_rotation.a.rotation_rules": {"automatically_after_days": 15}},
    {"aws_secretsmanager_secret_rotation.a.rotation_rules": {"schedule_expression": "rate(10 days)"}},
    {
        "aws_secretsmanager_secret.b": {"name": "b", "recovery_window_in_days": 30},
        "aws_secretsmanager_secret_rotation.b": {
            "secret_id": "${aws_secretsmanager_secret.b.id}",
            "rotation_rules": {"automatically_after_days": 30},
        },
    },
    {"aws_dynamodb_table.a.billing_mode": "PAY_PER_REQUEST"},
    {"aws_dynamodb_table.a.ttl.enabled": False},
    {"aws_dynamodb_table.a.point_in_time_recovery": {"enabled": "true"}},
    {"aws_backup_plan.a.rule": list(reversed(PLAN_RULES))},
    {"aws_backup_plan.a.rule.0.rule_name": "every-day"},
    {"aws_backup_plan.a.rule.0.lifecycle.0.delete_after": GONE},
    {"aws_backup_plan.a.rule.0.schedule": "cron(30 2 * * ? *)"},
    {"aws_backup_selection.a.resources": ["*"]},
    {"aws_ecr_repository.a.tags": {"a": "b"}},
    {"aws_elasticache_replication_group.a.snapshot_retention_limit": 14},
    {"aws_opensearch_domain.a.cluster_config": {"instance_count": 3}},
]


def _changed(changes: dict[str, Any]) -> Resources:
    """The stack with other values at paths such as `aws_kms_key.a.valid_to`; an address alone names the whole block."""
    resources = copy.deepcopy(STACK)
    for path, value in changes.items():
        type_, name, *way = path.split(".")
        place: Any = resources
        *way, last = [f"{type_}.{name}", *way]
        for step in way:
            place = place[int(step)] if isinstance(place, list) else place[step]
        if value is not GONE:
            place[int(last) if isinstance(place, list) else last] = value
        elif isinstance(place, list):
            del place[int(last)]
        else:
            del place[last]
    return resources


def _verdict(changes: dict[str, Any]) -> list[Concern]:
    before, after = (Side(stack_with(each, provider=PROVIDER)) for each in (STACK, _changed(changes)))
    return concerns(before, after)


def _name(changes: dict[str, Any]) -> str:
    return ", ".join(f"{path}={'nothing' if value is GONE else str(value)[:40]}" for path, value in changes.items())


@pytest.mark.parametrize(("topic", "changes"), DANGEROUS, ids=[_name(changes) for _, changes in DANGEROUS])
def test_a_worse_promise_of_a_store_is_a_concern(topic: Topic, changes: dict[str, Any]) -> None:
    found = _verdict(changes)
    assert [each for each in found if each.topic == topic and each.grade == Grade.RED], found


@pytest.mark.parametrize("changes", HARMLESS, ids=[_name(changes) for changes in HARMLESS])
def test_a_better_promise_of_a_store_is_none(changes: dict[str, Any]) -> None:
    assert _verdict(changes) == []


def test_lost_days_are_shown_as_a_difference() -> None:
    (found,) = _verdict({"aws_rds_cluster.a.backup_retention_period": 1})
    assert (found.before, found.after) == ("14 days", "1 day")
    (found,) = _verdict({f"{LIFE}.rule.0.expiration": [{"days": 7}]})
    assert (found.before, found.after) == ("30 days for tmp/", "7 days for tmp/")
