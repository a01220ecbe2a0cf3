"""What stores of data promise that have no room of their own: caches, file systems, registries, other databases."""

from collections.abc import Iterator

from ffp.review.concern import Topic
from ffp.review.facts import tables, vaults
from ffp.review.facts.common import KeptKey, key_of, keyed, promise
from ffp.review.facts.fact import Fact, Finder, Members, Protection, Ranked, Truth
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
_READABLE = "Whoever gets the storage or a copy of it can read it."
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


def _keys(side: Side) -> Iterator[Fact]:
    """The key of each store of data."""
    for block in side.stack.resources:
        if not block.type.startswith(_PREFIXES):
            continue
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
    _keys,
    _registries,
    keyed("aws_efs_file_system", "kms_key_id"),
    keyed("aws_ecr_repository", "encryption_configuration.kms_key"),
    *tables.FINDERS,
    *vaults.FINDERS,
)
