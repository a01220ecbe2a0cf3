"""The vault, what is backed up into it, and what its roles may do."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from settings import DataDomain, EncryptionSettings, RecoverySettings, VaultCopy, VaultSettings
from tests.modules.granted import changed
from tests.modules.template import Template, conditions, synthesised
from tests.settings.changed import PROD

ELSEWHERE = "444444444444"
COPY = VaultCopy(vault_arn=f"arn:aws:backup:eu-west-2:{ELSEWHERE}:backup-vault:prod-ffp-copies", keep_days=90)


def _with(vault: VaultSettings | None) -> Template:
    return synthesised(replace(PROD, recovery=RecoverySettings(vault=vault)))


@pytest.fixture(scope="module")
def copied() -> Template:
    """A vault that keeps backups longer, becomes final, and is copied to another account."""
    return _with(VaultSettings(keep_days=60, lock_final_after_days=7, copies=(COPY,)))


@pytest.fixture(scope="module")
def roles(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The bootstrap stack, which makes the roles of AWS Backup."""
    return _roles(tmp_path_factory.mktemp("roles"), VaultSettings())


def _roles(folder: Path, vault: VaultSettings) -> Template:
    return Template(changed(folder, "prod", recovery=RecoverySettings(vault=vault)))


def _types(template: Template) -> set[str]:
    return {each.type for each in template.stack.resources}


def test_database_and_every_bucket_of_the_application_are_backed_up(prod: Template) -> None:
    buckets = [f"${{aws_s3_bucket.storage_{each.name}_bucket.arn}}" for each in PROD.deployed.buckets]
    selection = prod.one("aws_backup_selection")
    assert selection["resources"] == ["${aws_db_instance.database_instance.arn}", *buckets]
    assert selection["plan_id"] == "${aws_backup_plan.recovery_plan.id}"
    (rule,) = prod.one("aws_backup_plan")["rule"]
    assert rule["target_vault_name"] == "${aws_backup_vault.recovery_vault.name}"
    assert rule["lifecycle"] == {"delete_after": 35}
    assert rule["recovery_point_tags"]["environment"] == "prod"
    # RDS takes its own backup from 02:00 to 03:00, and AWS Backup refuses to take one near it.
    assert rule["schedule"] == "cron(0 5 * * ? *)"
    assert "copy_action" not in rule


def test_nobody_deletes_a_backup_before_its_time(prod: Template, copied: Template) -> None:
    vault = prod.one("aws_backup_vault")
    assert vault["lifecycle"]["prevent_destroy"]
    assert "force_destroy" not in vault
    assert prod.one("aws_backup_vault_lock_configuration")["min_retention_days"] == 35
    assert "changeable_for_days" not in prod.one("aws_backup_vault_lock_configuration")
    final = copied.one("aws_backup_vault_lock_configuration")
    assert (final["min_retention_days"], final["changeable_for_days"]) == (60, 7)


def test_copies_go_to_the_vault_that_the_settings_name_and_its_account_can_read_them(
    copied: Template, tmp_path: Path
) -> None:
    (rule,) = copied.one("aws_backup_plan")["rule"]
    assert rule["copy_action"] == [{"destination_vault_arn": COPY.vault_arn, "lifecycle": {"delete_after": 90}}]
    roles = _roles(tmp_path, VaultSettings(copies=(COPY,)))
    assert roles.document("backup-boundary_access")["CopyBackups"]["resources"] == [COPY.vault_arn]
    assert "FFP_IAM_2_6" in roles.waivers("data.aws_iam_policy_document.backup-boundary_access_document")
    read = copied.document("encryption_shared_access")[f"Read{ELSEWHERE}Copies"]
    assert read["principals"] == [{"type": "AWS", "identifiers": [f"arn:aws:iam::{ELSEWHERE}:root"]}]
    assert [each["variable"] for each in read["condition"]] == ["kms:ViaService"]


def test_without_copies_no_other_account_is_named(roles: Template) -> None:
    assert {"TakeBackups", "CopyBackups", "CopySnapshots"}.isdisjoint(roles.document("backup-boundary_access"))


def test_the_role_that_backs_up_changes_no_data_and_reads_only_the_environments(roles: Template) -> None:
    granted = roles.document("backup-boundary_access")
    actions = {action for each in granted.values() for action in each["actions"] if each["effect"] == "Allow"}
    assert not {each for each in actions if each.startswith(("s3:Delete", "s3:PutObject", "rds:Restore", "rds:Modify"))}
    assert "rds:DeleteDBInstance" not in actions
    assert granted["ExpireSnapshots"]["resources"] == ["arn:aws:rds:eu-west-2:333333333333:snapshot:awsbackup:job-*"]
    assert granted["BackUpBuckets"]["resources"] == ["arn:aws:s3:::prod-ffp-*"]
    foundations = granted["LeaveTheFoundationsAlone"]
    assert (foundations["effect"], foundations["actions"]) == ("Deny", ["s3:*"])
    assert "arn:aws:s3:::prod-ffp-state-333333333333/*" in foundations["resources"]
    services = conditions(granted["UseKeys"])["kms:ViaService"][1]
    assert [each.split(".")[0] for each in services] == ["backup", "s3"]


def test_a_restored_database_is_as_closed_as_the_original_and_named_as_a_test(prod: Template, roles: Template) -> None:
    tested = prod.one("aws_backup_restore_testing_selection")
    overrides = tested["restore_metadata_overrides"]
    assert json.loads(overrides["vpcSecurityGroupIds"]) == ["${aws_security_group.database_firewall_group.id}"]
    assert overrides["dbSubnetGroupName"] == "prod-ffp-database"
    assert (overrides["publiclyAccessible"], overrides["multiAz"]) == ("false", "false")
    restoring = roles.document("restore-tests-boundary_access")["ChangeRestored"]
    databases = [each for each in restoring["resources"] if ":db:" in each]
    assert databases == ["arn:aws:rds:eu-west-2:333333333333:db:awsbackup-restore-test-*"]


def test_settings_decide_whether_there_is_a_vault_and_whether_restores_are_tested() -> None:
    without = _with(None)
    assert not [type_ for type_ in _types(without) if type_.startswith("aws_backup")]
    untested = _with(VaultSettings(restore_tests=False))
    assert "aws_backup_vault" in _types(untested)
    assert "aws_backup_restore_testing_plan" not in _types(untested)
    assert not [each for each in untested.all("aws_cloudwatch_metric_alarm") if each.endswith("_restores")]


def test_a_vault_with_another_key_is_another_vault(prod: Template) -> None:
    own = synthesised(replace(PROD, encryption=EncryptionSettings(own_key=(DataDomain.BACKUPS,))))
    assert prod.one("aws_backup_vault")["name"] == "prod-ffp-vault"
    assert own.one("aws_backup_vault")["name"] == "prod-ffp-vault-own-key"
    assert own.one("aws_backup_vault")["kms_key_arn"] == "${aws_kms_key.encryption_backups_key.arn}"


def test_whoever_waits_for_backups_is_told_when_there_are_none(prod: Template) -> None:
    (alarm,) = (each for name, each in prod.all("aws_cloudwatch_metric_alarm").items() if name.endswith("_backups"))
    assert alarm["threshold"] == 1 + len(PROD.deployed.buckets)
    assert alarm["comparison_operator"] == "LessThanThreshold"
    assert alarm["dimensions"] == {"BackupVaultName": "prod-ffp-vault"}
