"""What a deployment does to keys, buckets, secrets and the database: their settings, and not what they hold.

What they hold is read by the functions, whose code a deployment ships.
"""

from dataclasses import replace

from modules.common import Condition, Statement
from modules.delivery import catalogued
from modules.delivery.reading import master_secret
from modules.delivery.scope import Scope, actions

_CHANGE_KEY = actions(
    "kms",
    """CancelKeyDeletion CreateAlias DeleteAlias DisableKey EnableKey EnableKeyRotation PutKeyPolicy
    ScheduleKeyDeletion TagResource UntagResource UpdateAlias UpdateKeyDescription""",
)
_ALIAS = actions("kms", "CreateAlias DeleteAlias UpdateAlias")
_USE_KEY = actions(
    "kms", "Decrypt DescribeKey Encrypt GenerateDataKey GenerateDataKeyWithoutPlaintext ReEncryptFrom ReEncryptTo"
)
# The services that use a key with the caller's permissions: Lambda for code packages too, X-Ray to be given its key.
USE_KEYS = ("ec2", "lambda", "rds", "scheduler", "secretsmanager", "xray")


def key_users() -> tuple[str, ...]:
    """The services that use a key with the permissions of whoever deploys."""
    return (*USE_KEYS, *catalogued.key_users())


_BUCKET = actions(
    "s3",
    """CreateBucket DeleteBucket DeleteBucketPolicy PutBucketCORS PutBucketLogging PutBucketOwnershipControls
    PutBucketPolicy PutBucketPublicAccessBlock PutBucketTagging PutBucketVersioning PutEncryptionConfiguration
    PutLifecycleConfiguration TagResource UntagResource""",
)
_EMPTY_BUCKET = actions("s3", "DeleteObject DeleteObjectVersion ListBucketVersions")
_SECRET = actions(
    "secretsmanager",
    """CancelRotateSecret CreateSecret DeleteResourcePolicy DeleteSecret PutResourcePolicy RestoreSecret RotateSecret
    TagResource UntagResource UpdateSecret""",
)
_DATABASE = actions(
    "rds",
    """AddTagsToResource CreateDBInstance CreateDBParameterGroup CreateDBSnapshot CreateDBSubnetGroup
    DeleteDBInstance DeleteDBParameterGroup DeleteDBSubnetGroup ModifyDBInstance ModifyDBParameterGroup
    ModifyDBSubnetGroup RebootDBInstance RemoveTagsFromResource ResetDBParameterGroup StartDBInstance StopDBInstance""",
)
_PROXY = actions("rds", "AddTagsToResource DeleteDBProxy ModifyDBProxy RemoveTagsFromResource")
_PROXY_TARGETS = actions("rds", "DeregisterDBProxyTargets ModifyDBProxyTargetGroup RegisterDBProxyTargets")


def keys(scope: Scope) -> list[Statement]:
    """Makes keys that carry the environment's tag, and changes those that are its own; the state's is out of bounds."""
    home, every = scope.all("kms", "key"), scope.all("kms", "key", regions=scope.regions)
    made, tagged = scope.made("Keys", ("kms:CreateKey",), "kms:TagResource", every, new=("*",))
    _, no_other_names = scope.own_keys
    return [
        made,
        replace(tagged, conditions=(*tagged.conditions, no_other_names)),
        Statement("ChangeKeys", _CHANGE_KEY, every, conditions=scope.own_keys),
        Statement("NameKeys", _ALIAS, scope.own("kms", "alias/", regions=scope.regions)),
        Statement(
            "UseKeysThroughServices",
            _USE_KEY,
            home,
            conditions=(*scope.own_keys, scope.through(*key_users())),
        ),
        Statement(
            "LendKeysToServices",
            ("kms:CreateGrant",),
            home,
            conditions=(*scope.own_keys, Condition("Bool", "kms:GrantIsForAWSResource", "true")),
        ),
    ]


def buckets(scope: Scope) -> list[Statement]:
    """Buckets by name; only where the environment is disposable may they be emptied."""
    own = f"arn:aws:s3:::{scope.context.prefix}*"
    made = [Statement("ChangeBuckets", _BUCKET, (own,))]
    if scope.context.disposable:
        made.append(Statement("EmptyBuckets", _EMPTY_BUCKET, (own,)))
    return made


def secrets(scope: Scope) -> list[Statement]:
    """Secrets by name, and the master's, which RDS makes with the deployment's permissions; no value is read."""
    return [
        Statement("ChangeSecrets", _SECRET, scope.own("secretsmanager", "secret:")),
        Statement(
            "LetRdsMakeMasterSecrets",
            actions("secretsmanager", "CreateSecret TagResource"),
            (scope.context.arn("secretsmanager", "secret:rds!db-*"),),
            conditions=(scope.in_regions,),
        ),
        master_secret("ScheduleMasterRotation", scope, *actions("secretsmanager", "CancelRotateSecret RotateSecret")),
    ]


def database(scope: Scope, engine_version: str) -> list[Statement]:
    """The instance with its groups and snapshots by name; proxies have ids that RDS invents."""
    kinds = ("db", "pg", "snapshot", "subgrp")
    major = engine_version.split(".")[0]
    proxies = (scope.context.arn("rds", "db-proxy:*"),)
    return [
        Statement(
            "ChangeDatabase",
            _DATABASE,
            (
                *(arn for kind in kinds for arn in scope.own("rds", f"{kind}:")),
                scope.context.arn("rds", f"og:default:postgres-{major}"),
            ),
        ),
        *scope.made("Proxies", ("rds:CreateDBProxy",), "rds:AddTagsToResource", proxies, new=("*",)),
        Statement("ChangeProxies", _PROXY, proxies, conditions=(scope.tagged,)),
        Statement(
            "ConnectProxies",
            _PROXY_TARGETS,
            (*scope.own("rds", "db:"), *proxies, scope.context.arn("rds", "target-group:*")),
            conditions=(scope.in_regions,),
        ),
    ]
