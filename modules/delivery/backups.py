"""What the roles of AWS Backup may do: AWS's managed policies, reduced to this environment's databases and buckets.

The bootstrap stack makes both roles. One reads objects without a function, which no other role may do, and AWS offers
no condition that only AWS Backup could meet: so CI must not change whom they trust. The policy of each is its boundary,
too, and denies what a resource's policy could open to its session.

https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSBackupServiceRolePolicyForBackup.html
https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSBackupServiceRolePolicyForS3Backup.html
https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSBackupServiceRolePolicyForRestores.html
"""

from collections.abc import Iterator, Sequence

from modules.common import Condition, Statement
from modules.delivery.boundaries import closed, leave_alone
from modules.delivery.scope import Scope, actions

# How AWS Backup names what it makes: snapshots by backup job, restored instances of a test, and the EventBridge rule by
# which it hears of changed objects.
_SNAPSHOTS, _RESTORED, _RULES = "awsbackup:job-*", "awsbackup-restore-test-*", "AwsBackupManagedRule*"
_OPTION_GROUPS = "default:postgres-*"

_READ_BUCKET = actions(
    "s3",
    """GetBucketAcl GetBucketLocation GetBucketNotification GetBucketTagging GetBucketVersioning
    GetInventoryConfiguration ListBucket ListBucketVersions ListTagsForResource PutBucketNotification
    PutInventoryConfiguration""",
)
_READ_OBJECTS = actions(
    "s3",
    """GetObject GetObjectAcl GetObjectTagging GetObjectVersion GetObjectVersionAcl GetObjectVersionTagging""",
)
_HEAR_OF_CHANGES = actions(
    "events",
    """DeleteRule DescribeRule DisableRule EnableRule ListTargetsByRule PutRule PutTargets RemoveTargets""",
)
_SNAPSHOT = actions("rds", "AddTagsToResource CreateDBSnapshot DescribeDBSnapshots ListTagsForResource")
_FIND_DATABASE = actions("rds", "DescribeDBInstances")
_EXPIRE_SNAPSHOT = actions("rds", "DeleteDBSnapshot")
_COPY_SNAPSHOT = actions("rds", "CopyDBSnapshot ModifyDBSnapshotAttribute")
_RESTORE_SNAPSHOT = actions("rds", "RestoreDBInstanceFromDBSnapshot")
_FIND_SNAPSHOT = actions("rds", "DescribeDBSnapshots ListTagsForResource")
_CHANGE_RESTORED = actions("rds", "AddTagsToResource DeleteDBInstance DescribeDBInstances ListTagsForResource")
# What RDS asks of whoever restores into a subnet group with security groups.
_LOOK_AT_NETWORK = actions(
    "ec2",
    """DescribeAccountAttributes DescribeAvailabilityZones DescribeInternetGateways DescribeSecurityGroups
    DescribeSubnets DescribeVpcs""",
)
# Actions without a resource type; checks/unscopable.py has the reasons.
_ACCOUNT_WIDE = ("cloudwatch:GetMetricData", "events:ListRules", "s3:ListAllMyBuckets", "tag:GetResources")


def _keys(scope: Scope, *services: str) -> Iterator[Statement]:
    """Lets these services, and none otherwise, use the environment's keys, and store what AWS keeps encrypted."""
    every = scope.all("kms", "key")
    yield Statement("DescribeKeys", actions("kms", "DescribeKey"), every, conditions=scope.own_keys)
    lent = Condition("Bool", "kms:GrantIsForAWSResource", "true")
    yield Statement("LendKeys", ("kms:CreateGrant",), every, conditions=(*scope.own_keys, lent))
    if services:
        used = (*scope.own_keys, scope.through(*services))
        yield Statement("UseKeys", ("kms:Decrypt", "kms:GenerateDataKey"), every, conditions=used)


def backing_up(scope: Scope, *, foundation_buckets: tuple[str, ...], copies: Sequence[str]) -> Iterator[Statement]:
    """Backs up databases and buckets into the environment's vault, and copies the backups into the vaults `copies`.

    `foundation_buckets` are the ARNs of the bootstrap stack's own buckets, which the role leaves alone.
    """
    context, own = scope.context, scope.context.prefix
    snapshots, points = context.arn("rds", f"snapshot:{_SNAPSHOTS}"), context.arn("backup", "recovery-point:*")
    databases = context.arn("rds", f"db:{own}*")
    tagged = Condition("StringEquals", "aws:RequestTag/environment", context.environment)
    yield Statement("FindDatabases", _FIND_DATABASE, (databases,))
    yield Statement("BackUpDatabases", _SNAPSHOT, (databases, snapshots))
    yield Statement("ExpireSnapshots", _EXPIRE_SNAPSHOT, (snapshots,))
    yield Statement("BackUpBuckets", (*_READ_BUCKET, *_READ_OBJECTS), (f"arn:aws:s3:::{own}*",))
    yield leave_alone(foundation_buckets)
    yield Statement("HearOfChanges", _HEAR_OF_CHANGES, (context.arn("events", f"rule/{_RULES}"),))
    yield Statement("LookAround", _ACCOUNT_WIDE, ("*",))
    yield Statement("FindVaults", ("backup:DescribeBackupVault",), (context.arn("backup", f"backup-vault:{own}*"),))
    yield Statement("TagBackups", ("backup:TagResource",), (points,), conditions=(tagged,))
    if copies:
        yield Statement("CopySnapshots", _COPY_SNAPSHOT, (snapshots,))
        yield Statement("TakeBackups", ("backup:CopyFromBackupVault",), (points, snapshots))
        yield Statement("CopyBackups", ("backup:CopyIntoBackupVault",), tuple(copies))
    yield from _keys(scope, "backup", "s3")
    yield from closed("lambda:*", "s3:DeleteObject*", "s3:PutObject*", "secretsmanager:*")


def testing_restores(scope: Scope) -> Iterator[Statement]:
    """Restores backups of the databases to instances with the name of a test, and deletes these."""
    context, own = scope.context, scope.context.prefix
    restored, snapshots = context.arn("rds", f"db:{_RESTORED}"), context.arn("rds", f"snapshot:{_SNAPSHOTS}")
    # RDS's own option groups: `default:postgres-17` and its like, which restoring demands by name.
    made_of = tuple(context.arn("rds", each) for each in (f"og:{_OPTION_GROUPS}", f"pg:{own}*", f"subgrp:{own}*"))
    yield Statement("RestoreDatabases", _RESTORE_SNAPSHOT, (restored, snapshots, *made_of))
    yield Statement("ChangeRestored", _CHANGE_RESTORED, (restored,))
    yield Statement("FindSnapshots", _FIND_SNAPSHOT, (snapshots,))
    yield Statement("LookAtNetwork", _LOOK_AT_NETWORK, ("*",))
    yield from _keys(scope)
    yield from closed("lambda:*", "s3:*", "secretsmanager:*")
