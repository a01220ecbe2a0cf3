"""A locked vault, and a plan that puts a daily backup of the database and of each bucket into it."""

import json
from collections.abc import Mapping

from modules.common import Context, Limit, waive
from modules.database import Database
from modules.encryption import COPIES_LEAVE, OTHER_ACCOUNTS, Encryption, Key
from modules.framework import (
    BackupPlan,
    BackupPlanRule,
    BackupPlanRuleCopyAction,
    BackupPlanRuleCopyActionLifecycle,
    BackupPlanRuleLifecycle,
    BackupRestoreTestingPlan,
    BackupRestoreTestingPlanRecoveryPointSelection,
    BackupRestoreTestingSelection,
    BackupSelection,
    BackupVault,
    BackupVaultLockConfiguration,
    Construct,
    TerraformResourceLifecycle,
)
from modules.recovery.roles import BACKUP, RESTORE, role_arn
from modules.storage import Bucket
from settings import DataDomain, VaultSettings
from settings.names import restore_tests

_START_MINUTES, _COMPLETE_MINUTES = 60, 480  # AWS's least, and time enough for the first backup of a large bucket


class Recovery(Construct):
    """The vault of an environment, with what is backed up into it.

    RDS's own backups stay as they are. The vault takes snapshots, because AWS Backup would otherwise take over the
    retention that Terraform sets on the instance.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        context: Context,
        encryption: Encryption,
        database: Database | None,
        buckets: Mapping[str, Bucket],
        settings: VaultSettings,
        tests_restores: bool,
    ) -> None:
        super().__init__(scope, id_)
        self._context = context
        self._settings = settings
        self._database = database
        self._encryption = encryption
        key = encryption.key(DataDomain.BACKUPS)
        # A change of the key replaces the vault. For a while both exist, so the name depends on the key.
        self.vault_name = context.name("vault" if key.is_shared else "vault-own-key", Limit.BACKUP)
        self.backed_up = [*([database.reference] if database else []), *(each.reference for each in buckets.values())]
        vault = self._make_vault(key)
        self._plan(vault)
        self.tests_restores = tests_restores
        if database and tests_restores:
            self._test_restores(database, vault)

    def _make_vault(self, key: Key) -> BackupVault:
        settings = self._settings
        vault = BackupVault(
            self,
            "vault",
            name=self.vault_name,
            kms_key_arn=key.arn,
            lifecycle=self._context.protection,
            depends_on=[key.policy],
        )
        BackupVaultLockConfiguration(
            self,
            "lock",
            backup_vault_name=vault.name,
            min_retention_days=settings.keep_days,
            changeable_for_days=settings.lock_final_after_days,
            # The provider could only delete a lock and make another one, which CI must not: people change it.
            lifecycle=TerraformResourceLifecycle(
                prevent_destroy=not self._context.disposable or None,
                ignore_changes=["changeable_for_days", "max_retention_days", "min_retention_days"],
            ),
        )
        for account_id in self._accounts:
            database_key = [self._encryption.key(DataDomain.DATABASE)] if self._database else []
            for shared in dict.fromkeys((key, *database_key)):
                shared.admit_copies_to(account_id)
        return vault

    @property
    def _accounts(self) -> list[str]:
        """The other accounts that keep copies."""
        return sorted({each.account_id for each in self._settings.copies} - {self._context.account_id})

    def _plan(self, vault: BackupVault) -> None:
        settings = self._settings
        plan = BackupPlan(
            self,
            "plan",
            name=self._context.name("daily", Limit.BACKUP),
            rule=[
                BackupPlanRule(
                    rule_name="daily",
                    target_vault_name=vault.name,
                    schedule=f"cron(0 {self._hour} * * ? *)",
                    start_window=_START_MINUTES,
                    completion_window=_COMPLETE_MINUTES,
                    lifecycle=BackupPlanRuleLifecycle(delete_after=settings.keep_days),
                    copy_action=[
                        BackupPlanRuleCopyAction(
                            destination_vault_arn=each.vault_arn,
                            lifecycle=BackupPlanRuleCopyActionLifecycle(delete_after=each.keep_days),
                        )
                        for each in settings.copies
                    ]
                    or None,
                    recovery_point_tags=self._context.tags,
                )
            ],
        )
        if self._accounts:
            waive(plan, OTHER_ACCOUNTS, COPIES_LEAVE)
        BackupSelection(
            self,
            "selection",
            name=self._context.name("data", Limit.BACKUP),
            plan_id=plan.id,
            iam_role_arn=role_arn(self._context, BACKUP),
            resources=self.backed_up,
        )

    @property
    def _hour(self) -> int:
        """The hour of the day, in UTC: two after RDS's own backup, near which AWS Backup refuses to take one."""
        return (int(self._database.settings.backup_window_utc[6:8]) + 2) % 24 if self._database else 5

    def _test_restores(self, database: Database, vault: BackupVault) -> None:
        """Restores the newest backup of the database on each month's first Monday; the instance lives for an hour."""
        name = restore_tests(self._context.environment)
        plan = BackupRestoreTestingPlan(
            self,
            "tests",
            name=name,
            schedule_expression=f"cron(0 {(self._hour + 4) % 24} ? * 2#1 *)",
            recovery_point_selection=[
                BackupRestoreTestingPlanRecoveryPointSelection(
                    algorithm="LATEST_WITHIN_WINDOW",
                    include_vaults=[vault.arn],
                    recovery_point_types=["SNAPSHOT"],
                    selection_window_days=7,
                )
            ],
        )
        BackupRestoreTestingSelection(
            self,
            "tested",
            name=f"{name}_database",
            restore_testing_plan_name=plan.name,
            protected_resource_type="RDS",
            protected_resource_arns=[database.reference],
            iam_role_arn=role_arn(self._context, RESTORE),
            restore_metadata_overrides={
                "dbParameterGroupName": database.parameter_group,
                "dbSubnetGroupName": database.identifier,
                "multiAz": "false",
                "publiclyAccessible": "false",
                "vpcSecurityGroupIds": json.dumps([database.security_group_id]),
            },
            validation_window_hours=1,  # the shortest
        )
