"""Permissions to deploy the vault and its plans: what is in the vault stays out of CI's reach."""

from modules.common import Condition, Statement
from modules.delivery.scope import Scope, actions
from settings import VaultSettings

_VAULT = actions("backup", "CreateBackupVault TagResource UntagResource")
_LOCK = actions("backup", "PutBackupVaultLockConfiguration")
_PLAN = actions(
    "backup",
    "CreateBackupSelection DeleteBackupPlan DeleteBackupSelection UntagResource UpdateBackupPlan",
)
_TESTS = actions(
    "backup",
    """CreateRestoreTestingSelection DeleteRestoreTestingPlan DeleteRestoreTestingSelection UntagResource
    UpdateRestoreTestingPlan UpdateRestoreTestingSelection""",
)
# What AWS Backup calls itself when it takes on a role: for a selection of a plan, and for one of a restore test.
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsbackup.html
SERVICES = _BACKUP, _RESTORE_TESTING = "backup.amazonaws.com", "restore-testing.backup.amazonaws.com"
# AWS Backup demands it of whoever creates a vault, and has no resource type for it.
_STORAGE = actions("backup-storage", "MountCapsule")
# What only an administrator may do: shorten, move, restore or delete what is in a vault, or open it to others.
ADMINISTRATORS = actions("backup", "*RecoveryPoint* DeleteBackupVault* PutBackupVaultAccessPolicy Start*Job")


def _arns(scope: Scope) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """The ARNs of vaults, by name, and of plans and tests, which are bound by tag: AWS generates their ids."""
    plans, tests = (scope.context.arn("backup", kind) for kind in ("backup-plan:*", "restore-testing-plan:*-*"))
    return scope.own("backup", "backup-vault:"), (plans,), (tests,)


def reading(scope: Scope) -> list[Statement]:
    """Statements for reading the configuration of vaults, plans and tests."""
    vaults, plans, tests = _arns(scope)
    get_plan = actions("backup", "GetBackupPlan GetBackupSelection ListTags")
    get_test = actions("backup", "GetRestoreTestingPlan GetRestoreTestingSelection ListTags")
    return [
        Statement("ReadVaults", actions("backup", "DescribeBackupVault ListTags"), vaults),
        Statement("ReadBackupPlans", get_plan, plans, conditions=(scope.tagged,)),
        Statement("ReadRestoreTests", get_test, tests, conditions=(scope.tagged,)),
    ]


def reading_tests(scope: Scope) -> Statement:
    """Reads when restores were tested, and with what result."""
    return Statement(
        "ReadRestores",
        actions("backup", "ListRestoreJobs ListRestoreTestingPlans"),
        ("*",),
        conditions=(scope.in_regions,),
    )


def changing(scope: Scope, vault: VaultSettings, *, tested: bool) -> list[Statement]:
    """Statements for creating a vault and its lock, for plans, and for tests of restores if there are such (`tested`).

    None deletes a vault. The lock can only be set as the settings say.
    """
    vaults, plans, tests = _arns(scope)
    final = vault.lock_final_after_days
    locked = (
        Condition("NumericEquals", "backup:MinRetentionDays", str(vault.keep_days)),
        Condition("Null", "backup:MaxRetentionDays", "true"),
        Condition("NumericEquals", "backup:ChangeableForDays", str(final))
        if final
        else Condition("Null", "backup:ChangeableForDays", "true"),
    )
    return [
        Statement("ChangeVaults", _VAULT, vaults),
        Statement("LockVaults", _LOCK, vaults, conditions=locked),
        Statement("StoreBackups", _STORAGE, ("*",), conditions=(scope.in_regions,)),
        *scope.creating("BackupPlans", ("backup:CreateBackupPlan",), "backup:TagResource", plans),
        Statement("ChangeBackupPlans", _PLAN, plans, conditions=(scope.tagged,)),
        *scope.creating("RestoreTests", ("backup:CreateRestoreTestingPlan",), "backup:TagResource", tests),
        Statement("ChangeRestoreTests", _TESTS, tests, conditions=(scope.tagged,)),
        scope.passing("PassBackupRole", (scope.backup_role,), _BACKUP),
        *([scope.passing("PassRestoreTestRole", (scope.restore_test_role,), _RESTORE_TESTING)] if tested else ()),
    ]
