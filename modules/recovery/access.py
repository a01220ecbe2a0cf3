"""What the roles of AWS Backup may do: AWS's managed policies, reduced to this environment's database and buckets.

https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSBackupServiceRolePolicyForBackup.html
https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSBackupServiceRolePolicyForS3Backup.html
https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSBackupServiceRolePolicyForRestores.html
"""

from collections.abc import Iterable, Iterator, Sequence

from modules.common import Condition, Context, Statement
from modules.database import Database
from modules.encryption import Key

BACKUP, RESTORE = "backup", "restore-tests"  # the roles
# How AWS Backup names what it makes: snapshots by backup job, restored instances of a test, and the EventBridge rule by
# which it hears of changed objects.
SNAPSHOTS, RESTORED, RULES = "awsbackup:job-*", "awsbackup-restore-test-*", "AwsBackupManagedRule*"
_OPTION_GROUPS = "default:postgres-*"

_READ_BUCKET = (
    "s3:GetBucketAcl",
    "s3:GetBucketLocation",
    "s3:GetBucketNotification",
    "s3:GetBucketTagging",
    "s3:GetBucketVersioning",
    "s3:GetInventoryConfiguration",
    "s3:ListBucket",
    "s3:ListBucketVersions",
    "s3:ListTagsForResource",
    "s3:PutBucketNotification",
    "s3:PutInventoryConfiguration",
)
_READ_OBJECTS = (
    "s3:GetObject",
    "s3:GetObjectAcl",
    "s3:GetObjectTagging",
    "s3:GetObjectVersion",
    "s3:GetObjectVersionAcl",
    "s3:GetObjectVersionTagging",
)
_HEAR_OF_CHANGES = (
    "events:DeleteRule",
    "events:DescribeRule",
    "events:DisableRule",
    "events:EnableRule",
    "events:ListTargetsByRule",
    "events:PutRule",
    "events:PutTargets",
    "events:RemoveTargets",
)
_SNAPSHOT = ("rds:AddTagsToResource", "rds:CreateDBSnapshot", "rds:DescribeDBSnapshots", "rds:ListTagsForResource")
_FIND_DATABASE = ("rds:DescribeDBInstances",)
_EXPIRE_SNAPSHOT = ("rds:DeleteDBSnapshot",)
_COPY_SNAPSHOT = ("rds:CopyDBSnapshot", "rds:ModifyDBSnapshotAttribute")
_RESTORE_SNAPSHOT = ("rds:RestoreDBInstanceFromDBSnapshot",)
_FIND_SNAPSHOT = ("rds:DescribeDBSnapshots", "rds:ListTagsForResource")
_CHANGE_RESTORED = (
    "rds:AddTagsToResource",
    "rds:DeleteDBInstance",
    "rds:DescribeDBInstances",
    "rds:ListTagsForResource",
)
# What RDS asks of whoever restores into a subnet group with security groups.
_LOOK_AT_NETWORK = (
    "ec2:DescribeAccountAttributes",
    "ec2:DescribeAvailabilityZones",
    "ec2:DescribeInternetGateways",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
)
# Actions without a resource type; checks/unscopable.py has the reasons.
_ACCOUNT_WIDE = ("cloudwatch:GetMetricData", "events:ListRules", "s3:ListAllMyBuckets", "tag:GetResources")


def _lend(sid: str, keys: Iterable[str]) -> Iterator[Statement]:
    """Lets AWS's services use keys for what they store; the role itself decrypts nothing with them."""
    arns = tuple(dict.fromkeys(keys))
    yield Statement(f"Describe{sid}", ("kms:DescribeKey",), arns)
    yield Statement(
        f"Lend{sid}", ("kms:CreateGrant",), arns, conditions=(Condition("Bool", "kms:GrantIsForAWSResource", "true"),)
    )


def _backups(context: Context) -> tuple[str, str]:
    """The ARNs of backups: of buckets, and of databases."""
    return context.arn("backup", "recovery-point:*"), context.arn("rds", f"snapshot:{SNAPSHOTS}")


def _tag(context: Context) -> Statement:
    """Gives backups of buckets the environment's tags."""
    tagged = Condition("StringEquals", "aws:RequestTag/environment", context.environment)
    return Statement("TagBackups", ("backup:TagResource",), _backups(context)[:1], conditions=(tagged,))


def database(context: Context, arn: str, key: Key, *, copied: bool) -> Iterator[Statement]:
    """Takes snapshots of one instance, and deletes those of AWS Backup that have expired."""
    snapshots = context.arn("rds", f"snapshot:{SNAPSHOTS}")
    yield Statement("FindDatabase", _FIND_DATABASE, (arn,))
    yield Statement("BackUpDatabase", _SNAPSHOT, (arn, snapshots))
    yield Statement("ExpireSnapshots", _EXPIRE_SNAPSHOT, (snapshots,))
    if copied:
        yield Statement("CopySnapshots", _COPY_SNAPSHOT, (snapshots,))
    yield from _lend("DatabaseKey", [key.arn])


def buckets(context: Context, arns: Sequence[str], keys: Sequence[Key]) -> Iterator[Statement]:
    """Reads all versions of the objects in these buckets, and is told of changes."""
    yield Statement("BackUpBuckets", _READ_BUCKET, tuple(arns))
    yield Statement("BackUpObjects", _READ_OBJECTS, tuple(f"{arn}/*" for arn in arns))
    yield Statement("HearOfChanges", _HEAR_OF_CHANGES, (context.arn("events", f"rule/{RULES}"),))
    yield Statement("LookAround", _ACCOUNT_WIDE, ("*",))
    for key in dict.fromkeys(keys):
        yield key.use_through("ReadObjectsKey", "s3", "kms:Decrypt", "kms:DescribeKey")


def vault(context: Context, vault_arn: str, key: Key, copies: Sequence[str]) -> Iterator[Statement]:
    """Puts backups into the vault, with the environment's tags, and copies of them into other vaults."""
    yield Statement("FindVault", ("backup:DescribeBackupVault",), (vault_arn,))
    if copies:
        yield Statement("TakeBackups", ("backup:CopyFromBackupVault",), _backups(context))
        yield Statement("CopyBackups", ("backup:CopyIntoBackupVault",), tuple(copies))
    yield _tag(context)
    yield key.use_through("UseVaultKey", "backup", "kms:Decrypt", "kms:GenerateDataKey")
    yield from _lend("VaultKey", [key.arn])


def restores(context: Context, database: Database, key: Key) -> Iterator[Statement]:
    """Restores a backup of the database to an instance with the name of a test, and deletes that instance."""
    yield from _restoring(context, database.parameter_group, database.identifier)
    yield from _lend("DatabaseKey", [key.arn])


def _restoring(context: Context, parameter_groups: str, subnet_groups: str) -> Iterator[Statement]:
    restored, snapshots = context.arn("rds", f"db:{RESTORED}"), context.arn("rds", f"snapshot:{SNAPSHOTS}")
    # RDS's own option groups: `default:postgres-17` and its like, which restoring demands by name.
    groups = (f"og:{_OPTION_GROUPS}", f"pg:{parameter_groups}", f"subgrp:{subnet_groups}")
    made_of = tuple(context.arn("rds", each) for each in groups)
    yield Statement("RestoreDatabase", _RESTORE_SNAPSHOT, (restored, snapshots, *made_of))
    yield Statement("ChangeRestored", _CHANGE_RESTORED, (restored,))
    yield Statement("FindSnapshots", _FIND_SNAPSHOT, (snapshots,))
    yield Statement("LookAtNetwork", _LOOK_AT_NETWORK, ("*",))


def at_most(context: Context, own_keys: tuple[Condition, ...], copies: Sequence[str]) -> list[Statement]:
    """What the boundary of the platform's roles allows for these two: the same actions, in this environment only."""
    own = context.prefix
    keys = (context.arn("kms", "key/*"),)
    taking = (f"db:{own}*", f"snapshot:{SNAPSHOTS}")
    lent = Condition("Bool", "kms:GrantIsForAWSResource", "true")
    return [
        Statement(
            "BackUpDatabase",
            tuple(dict.fromkeys((*_SNAPSHOT, *_EXPIRE_SNAPSHOT, *_COPY_SNAPSHOT))),
            tuple(context.arn("rds", each) for each in taking),
        ),
        Statement("FindDatabase", _FIND_DATABASE, (context.arn("rds", f"db:{own}*"),)),
        *_restoring(context, f"{own}*", f"{own}*"),
        Statement("BackUpBuckets", (*_READ_BUCKET, *_READ_OBJECTS), (f"arn:aws:s3:::{own}*",)),
        Statement("HearOfChanges", _HEAR_OF_CHANGES, (context.arn("events", f"rule/{RULES}"),)),
        Statement("LookAround", _ACCOUNT_WIDE, ("*",)),
        Statement("FindVaults", ("backup:DescribeBackupVault",), (context.arn("backup", f"backup-vault:{own}*"),)),
        *([Statement("TakeBackups", ("backup:CopyFromBackupVault",), _backups(context))] if copies else ()),
        *([Statement("CopyBackups", ("backup:CopyIntoBackupVault",), tuple(copies))] if copies else ()),
        _tag(context),
        Statement("UseKeys", ("kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"), keys, conditions=own_keys),
        Statement("LendKeys", ("kms:CreateGrant",), keys, conditions=(*own_keys, lent)),
    ]
