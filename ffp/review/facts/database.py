"""What databases promise: backups, protection from deletion, encryption, a second zone, logs."""

from collections.abc import Iterator
from functools import partial

from ffp.review.concern import Topic
from ffp.review.facts import aurora, database_engine, database_parameters, database_watching, proxies, snapshots
from ffp.review.facts.common import keyed, name_of
from ffp.review.facts.fact import Amount, Fact, Finder, Protection, Truth, truth
from ffp.review.facts.orders import Kept
from ffp.review.side import Side
from ffp.stacks import SynthesisedBlock

_INSTANCE, _CLUSTER = "aws_db_instance", "aws_rds_cluster"
_DATABASES = (_INSTANCE, _CLUSTER)
_ANEW = "The database is made anew from it, without what was written since."


def _is_source(side: Side, block: SynthesisedBlock) -> bool:
    """Whether a database is no replica of another one, from which it has everything."""
    return not (
        side.get(block, "replicate_source_db")
        or side.get(block, "replication_source_identifier")
        or (side.get(block, "global_cluster_identifier") and not side.get(block, "master_username"))
    )


def _of(type_: str) -> tuple[Protection, ...]:
    """What an instance and a cluster promise alike."""
    one = partial(Protection, type=type_)
    of_source = partial(one, applies=_is_source)
    return (
        of_source(
            path="backup_retention_period",
            says="Automatic backups, and restoring to any moment in them,",
            topic=Topic.RECOVERY,
            order=Amount("days", floor=1),
            absent=0 if type_ == _INSTANCE else 1,
            why="It cannot be restored to a moment before that; with 0 days, to no moment at all.",
        ),
        one(
            path="deletion_protection",
            says="The protection from deletion",
            topic=Topic.RECOVERY,
            order=Truth(),
            absent=False,
            why="Whoever may delete the database can do so in one call.",
        ),
        of_source(
            path="skip_final_snapshot",
            says="Deleting without a last snapshot",
            topic=Topic.RECOVERY,
            order=Truth(wanted=False),
            absent=False,
            why="After a deletion nothing is left to restore from.",
        ),
        one(
            path="delete_automated_backups",
            says="Deleting the backups together with the database",
            topic=Topic.RECOVERY,
            order=Truth(wanted=False, demanded=False),
            absent=True,
            why="After a deletion nothing is left to restore from.",
        ),
        of_source(
            path="storage_encrypted",
            says="Encryption at rest",
            topic=Topic.EXPOSURE,
            order=Truth(),
            absent=False,
            why="Storage, backups and snapshots are readable without a key.",
        ),
        one(
            path="iam_database_authentication_enabled",
            says="Sign-in with IAM",
            topic=Topic.EXPOSURE,
            order=Truth(demanded=False),
            absent=False,
            why="Only passwords open the database.",
        ),
        of_source(
            path="manage_master_user_password",
            says="The master's password in Secrets Manager, made and rotated by RDS",
            topic=Topic.SECRET,
            order=Truth(),
            absent=False,
            why="Somebody must choose the password, and Terraform's state contains it.",
        ),
        one(
            path="apply_immediately",
            says="Changes at once instead of in the maintenance window",
            topic=Topic.AVAILABILITY,
            order=Truth(wanted=False, demanded=False),
            absent=False,
            why="A change that restarts the database does so in the middle of the day.",
        ),
        one(
            path="snapshot_identifier",
            says="The snapshot of which the database is made",
            topic=Topic.LOSS,
            order=Kept(first=True),
            why=_ANEW,
        ),
        one(
            path="restore_to_point_in_time",
            says="The moment to which the database is restored",
            topic=Topic.LOSS,
            order=Kept(first=True),
            why=_ANEW,
        ),
    )


PROTECTIONS: tuple[Protection, ...] = (
    *(each for type_ in _DATABASES for each in _of(type_)),
    *database_watching.PROTECTIONS,
    Protection(
        type=_INSTANCE,
        path="multi_az",
        says="The standby in another zone",
        topic=Topic.AVAILABILITY,
        order=Truth(demanded=False),
        absent=False,
        why="If the zone fails, the database is down until it is restored from backups, and loses minutes of writes.",
    ),
    Protection(
        type=_INSTANCE,
        path="allocated_storage",
        says="The storage",
        topic=Topic.AVAILABILITY,
        order=Amount("GB"),
        why="RDS cannot shrink storage: the deploy fails, or the database is replaced.",
    ),
    Protection(
        type=_INSTANCE,
        path="max_allocated_storage",
        says="The limit to which the storage grows by itself",
        topic=Topic.AVAILABILITY,
        order=Amount("GB"),
        absent=0,
        why="Once the storage is full, the database refuses all writes.",
    ),
    *aurora.PROTECTIONS,
    *database_engine.PROTECTIONS,
    *proxies.PROTECTIONS,
    *snapshots.PROTECTIONS,
)


def _passwords(side: Side) -> Iterator[Fact]:
    """Whether somebody chose the master's password: its value is never part of a fact."""
    for block in side.of_type(*_DATABASES):
        names = [name for name in ("password", "master_password") if block.attributes.get(name)]
        yield Fact(
            subject=side.address(block),
            question="password",
            says="The master's password in the configuration",
            topic=Topic.SECRET,
            order=Truth(wanted=False, words=("not set", "set")),
            value=bool(names),
            absent=False,
            address=side.address(block),
            why="The plan and Terraform's state contain it, and nothing rotates it.",
        )


def _subnets(side: Side) -> Iterator[Fact]:
    """Whether each database is in subnets of this stack. Where these lead is judged with the network."""
    for block in side.of_type(*_DATABASES):
        given = block.attributes.get("db_subnet_group_name")
        is_own = bool(side.owners(given, "aws_db_subnet_group"))
        yield Fact(
            subject=side.address(block),
            question="subnets",
            says="The subnets",
            topic=Topic.EXPOSURE,
            order=Kept(),
            value="those of this stack" if is_own else name_of(side, given),
            absent=None,
            address=side.address(block),
            why="Without a group it is in the default VPC, whose subnets are public.",
        )


def _keys(side: Side) -> Iterator[Fact]:
    """The keys of each database. Without what a key encrypts, and for a replica, a new one needs none."""
    for type_, path, says, switch in (
        *((type_, "kms_key_id", "The encryption key", None) for type_ in _DATABASES),
        *(
            (type_, "master_user_secret_kms_key_id", "The key of the master's secret", "manage_master_user_password")
            for type_ in _DATABASES
        ),
        *(
            (
                type_,
                "performance_insights_kms_key_id",
                "The key of Performance Insights",
                "performance_insights_enabled",
            )
            for type_ in (*_DATABASES, "aws_rds_cluster_instance")
        ),
    ):
        spared = {
            side.address(block)
            for block in side.of_type(type_)
            if not _is_source(side, block) or (switch and not truth(side.get(block, switch)))
        }
        for fact in keyed(type_, path, says)(side):
            if fact.value is not None or fact.subject not in spared:
                yield fact


FINDERS: tuple[Finder, ...] = (
    _keys,
    _passwords,
    _subnets,
    *database_engine.FINDERS,
    *database_watching.FINDERS,
    database_parameters.facts,
    *aurora.FINDERS,
    *proxies.FINDERS,
    *snapshots.FINDERS,
)
