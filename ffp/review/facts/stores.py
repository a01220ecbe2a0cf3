"""What stores of data promise that have no room of their own: caches, file systems, registries, other databases."""

from collections.abc import Iterator, Mapping
from typing import Any

from ffp.review.concern import Topic
from ffp.review.facts import tables, vaults
from ffp.review.facts.common import KeptKey, key_of, keyed, promise
from ffp.review.facts.fact import Amount, Fact, Finder, Members, Order, Protection, Ranked, Truth
from ffp.review.facts.orders import Kept
from ffp.review.side import Side, at, blocks_in

_PREFIXES = (
    "aws_dax_",
    "aws_dms_",
    "aws_docdb",
    "aws_dsql_",
    "aws_elasticache_",
    "aws_elasticsearch_domain",
    "aws_fsx_",
    "aws_memorydb_",
    "aws_neptune_",
    "aws_opensearch_domain",
    "aws_redshift",
    "aws_timestream",
)
_DELETED = "Whoever may delete it can do so in one call."
_NOTHING_LEFT = "After a deletion nothing is left to restore from."
_READABLE = "Whoever gets the storage or a copy of it can read it."
_IN_CLEAR = "Whoever sees the network's traffic can read it."
_EARLIER = "It cannot be restored to a moment before that."
_ALONE = "If its zone fails, it is down until it is restored."
# What an attribute of this name means wherever a store of data has it: words, topic, order, value if missing, why.
_NAMES: Mapping[str, tuple[str, Topic, Order, Any, str]] = {
    "deletion_protection": ("The protection from deletion", Topic.RECOVERY, Truth(), None, _DELETED),
    "deletion_protection_enabled": ("The protection from deletion", Topic.RECOVERY, Truth(), None, _DELETED),
    "skip_final_snapshot": ("Deleting without a last snapshot", Topic.RECOVERY, Truth(False), False, _NOTHING_LEFT),
    "skip_final_backup": ("Deleting without a last backup", Topic.RECOVERY, Truth(False), False, _NOTHING_LEFT),
    "storage_encrypted": ("Encryption at rest", Topic.EXPOSURE, Truth(), None, _READABLE),
    "encrypted": ("Encryption at rest", Topic.EXPOSURE, Truth(), None, _READABLE),
    "at_rest_encryption_enabled": ("Encryption at rest", Topic.EXPOSURE, Truth(), None, _READABLE),
    "encrypt_at_rest.enabled": ("Encryption at rest", Topic.EXPOSURE, Truth(), None, _READABLE),
    "server_side_encryption.enabled": ("Encryption at rest", Topic.EXPOSURE, Truth(), None, _READABLE),
    "transit_encryption_enabled": ("Encryption in transit", Topic.EXPOSURE, Truth(), None, _IN_CLEAR),
    "tls_enabled": ("Encryption in transit", Topic.EXPOSURE, Truth(), None, _IN_CLEAR),
    "node_to_node_encryption.enabled": ("Encryption in transit", Topic.EXPOSURE, Truth(), None, _IN_CLEAR),
    "domain_endpoint_options.enforce_https": ("TLS on every request", Topic.EXPOSURE, Truth(), None, _IN_CLEAR),
    "cluster_endpoint_encryption_type": (
        "Encryption in transit",
        Topic.EXPOSURE,
        Ranked(("NONE", "TLS")),
        None,
        _IN_CLEAR,
    ),
    "transit_encryption_mode": (
        "Refusing connections in clear",
        Topic.EXPOSURE,
        Ranked(("preferred", "required")),
        None,
        _IN_CLEAR,
    ),
    "advanced_security_options.enabled": (
        "Who may do what in the domain",
        Topic.EXPOSURE,
        Truth(demanded=False),
        None,
        "Whoever reaches the domain may do everything in it.",
    ),
    "publicly_accessible": (
        "A public address",
        Topic.EXPOSURE,
        Truth(False),
        False,
        "It has an address on the internet; only security groups stand before it.",
    ),
    "enhanced_vpc_routing": ("Traffic within the VPC", Topic.EXPOSURE, Truth(demanded=False), None, _IN_CLEAR),
    "backup_retention_period": ("Automatic backups", Topic.RECOVERY, Amount("days"), None, _EARLIER),
    "automatic_backup_retention_days": ("Automatic backups", Topic.RECOVERY, Amount("days"), None, _EARLIER),
    "automated_snapshot_retention_period": ("Automatic backups", Topic.RECOVERY, Amount("days"), None, _EARLIER),
    "snapshot_retention_limit": ("Automatic backups", Topic.RECOVERY, Amount("days"), None, _EARLIER),
    "multi_az": ("The standby in another zone", Topic.AVAILABILITY, Truth(demanded=False), None, _ALONE),
    "multi_az_enabled": ("The standby in another zone", Topic.AVAILABILITY, Truth(demanded=False), None, _ALONE),
    "automatic_failover_enabled": (
        "The standby that takes over",
        Topic.AVAILABILITY,
        Truth(demanded=False),
        None,
        _ALONE,
    ),
    "iam_database_authentication_enabled": (
        "Sign-in with IAM",
        Topic.EXPOSURE,
        Truth(demanded=False),
        None,
        "Only passwords open the database.",
    ),
}
# What counts where an attribute that does not say so above is missing, for types of which a new one needs it.
_MISSING: Mapping[tuple[str, str], Any] = {
    ("aws_docdb_cluster", "backup_retention_period"): 1,
    ("aws_docdb_cluster", "deletion_protection"): False,
    ("aws_docdb_cluster", "storage_encrypted"): False,
    ("aws_elasticache_replication_group", "at_rest_encryption_enabled"): False,
    ("aws_elasticache_replication_group", "snapshot_retention_limit"): 0,
    ("aws_elasticache_replication_group", "transit_encryption_enabled"): False,
    ("aws_elasticsearch_domain", "encrypt_at_rest.enabled"): False,
    ("aws_neptune_cluster", "backup_retention_period"): 1,
    ("aws_neptune_cluster", "deletion_protection"): False,
    ("aws_neptune_cluster", "storage_encrypted"): False,
    ("aws_opensearch_domain", "domain_endpoint_options.enforce_https"): False,
    ("aws_opensearch_domain", "encrypt_at_rest.enabled"): False,
    ("aws_opensearch_domain", "node_to_node_encryption.enabled"): False,
}
_KEYS = ("kms_key_id", "kms_key_arn", "encrypt_at_rest.kms_key_id", "kms_encryption_key")

PROTECTIONS: tuple[Protection, ...] = (
    Protection(
        type="aws_efs_file_system",
        path="encrypted",
        says="Encryption at rest",
        topic=Topic.EXPOSURE,
        order=Truth(),
        absent=False,
        why=_READABLE,
    ),
    Protection(
        type="aws_efs_backup_policy",
        owner="file_system_id",
        of="aws_efs_file_system",
        path="backup_policy.status",
        says="Automatic backups",
        topic=Topic.RECOVERY,
        order=Ranked(("DISABLED", "ENABLED")),
        absent="DISABLED",
        why="Deleted and overwritten files are lost.",
    ),
    Protection(
        type="aws_efs_access_point",
        path="root_directory.path",
        says="The folder that clients see",
        topic=Topic.EXPOSURE,
        order=Kept(),
        absent="/",
        why="Clients see other folders, or all.",
    ),
    Protection(
        type="aws_efs_access_point",
        path="posix_user.uid",
        says="The user as whom clients act",
        topic=Topic.EXPOSURE,
        order=Kept(),
        why="Clients act as another user, or as whoever they say they are.",
    ),
    Protection(
        type="aws_ecr_repository",
        path="image_tag_mutability",
        says="Tags that always name the same image",
        topic=Topic.EXPOSURE,
        order=Ranked(("MUTABLE", "IMMUTABLE"), floor="IMMUTABLE"),
        absent="MUTABLE",
        why="Somebody can put another image behind a tag that was reviewed.",
    ),
    Protection(
        type="aws_ecr_repository",
        path="image_scanning_configuration.scan_on_push",
        says="The scan of new images",
        topic=Topic.WATCHING,
        order=Truth(demanded=False),
        absent=False,
        why="Nobody learns that an image contains known weaknesses.",
    ),
    Protection(
        type="aws_ecr_repository",
        path="force_delete",
        says="Deleting the repository together with its images",
        topic=Topic.RECOVERY,
        order=Truth(wanted=False),
        absent=False,
    ),
    *tables.PROTECTIONS,
    *vaults.PROTECTIONS,
)


def _others(side: Side) -> Iterator[Fact]:
    """What each store of data promises by attributes whose names mean the same everywhere."""
    for block in side.stack.resources:
        if not block.type.startswith(_PREFIXES):
            continue
        for path, (says, topic, order, usual, why) in _NAMES.items():
            value = side.get(block, path)
            missing = _MISSING.get((block.type, path), usual)
            if value is not None or missing is not None:
                value = missing if value is None else value
                yield promise(side, block, path, says, topic, order, value, why, absent=missing)
        keys = [key for path in _KEYS if (key := key_of(side, at(block.attributes, path)))]
        yield promise(
            side,
            block,
            "key",
            "The encryption key",
            Topic.EXPOSURE,
            KeptKey(account=side.account),
            keys[0] if keys else None,
            "Whoever may use the other key can read it.",
        )


def _registries(side: Side) -> Iterator[Fact]:
    """The registries of other accounts to which images are copied."""
    for block in side.of_type("aws_ecr_replication_configuration"):
        rules = blocks_in(side.get(block, "replication_configuration.rule"))
        targets = [str(target.get("registry_id")) for rule in rules for target in blocks_in(rule.get("destination"))]
        yield promise(
            side,
            block,
            "registries",
            "Accounts to which images are copied",
            Topic.EXPOSURE,
            Members("grow", allowed=()),
            [each for each in targets if each != side.account],
            "Whoever has the account can read every image.",
            absent=(),
        )


FINDERS: tuple[Finder, ...] = (
    _others,
    _registries,
    keyed("aws_efs_file_system", "kms_key_id"),
    keyed("aws_ecr_repository", "encryption_configuration.kms_key"),
    *tables.FINDERS,
    *vaults.FINDERS,
)
