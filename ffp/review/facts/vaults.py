"""What AWS Backup promises: what is backed up, how often, for how long, and that nobody deletes it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from ffp.review.concern import Grade, Topic
from ffp.review.facts.common import is_address, keyed, name_of
from ffp.review.facts.fact import ENDLESS, Amount, Fact, Finder, Members, Protection, Truth, truth
from ffp.review.facts.schedules import timer
from ffp.review.side import Side, at, blocks_in, values_in

_PLAN, _VAULT = "aws_backup_plan", "aws_backup_vault"
_LOCK = "aws_backup_vault_lock_configuration"
_TESTED = "aws_backup_restore_testing_selection"
_DELETED = "Somebody with the account's rights can delete backups sooner."
_MOST_OF = 0.9  # months differ in their days

PROTECTIONS: tuple[Protection, ...] = (
    Protection(
        type=_VAULT,
        path="force_destroy",
        says="Deleting the vault together with its backups",
        topic=Topic.RECOVERY,
        order=Truth(wanted=False),
        absent=False,
    ),
    *(
        Protection(
            type=_LOCK,
            owner="backup_vault_name",
            of=_VAULT,
            path=path,
            says=says,
            topic=Topic.RECOVERY,
            order=order,
            absent=absent,
            why=_DELETED,
        )
        for path, says, order, absent in (
            ("min_retention_days", "The days for which nobody can delete a backup", Amount("days"), 0),
            (
                "changeable_for_days",
                "The days until the vault's lock is final",
                Amount("days", more_is_worse=True, endless=(None,)),
                None,
            ),
        )
    ),
    Protection(
        type="aws_backup_logically_air_gapped_vault",
        path="min_retention_days",
        says="The days for which nobody can delete a backup",
        topic=Topic.RECOVERY,
        order=Amount("days"),
        why=_DELETED,
    ),
    Protection(
        type="aws_backup_region_settings",
        path="resource_type_opt_in_preference",
        says="Services that are backed up",
        topic=Topic.RECOVERY,
        order=Members("shrink"),
        absent=(),
        read=lambda given: [key for key, value in given.items() if truth(value)] if isinstance(given, Mapping) else (),
    ),
)


@dataclass(frozen=True)
class _Backups:
    """Backups that a rule makes: how often in a year, for how many days, in which vault."""

    runs: float
    days: float
    vault: str
    continuous: bool

    def covers(self, other: "_Backups") -> bool:
        """Whether this rule keeps all that the other one does. A vault of this stack is as good as another one."""
        return (
            self.runs >= other.runs * _MOST_OF
            and self.days >= other.days
            and (self.vault == other.vault or is_address(self.vault))
            and self.continuous >= other.continuous
        )

    def __str__(self) -> str:
        kept = "for ever" if self.days == ENDLESS else f"for {self.days:g} days"
        return f"{self.runs:g} a year, {kept}, in {self.vault}{', and each moment' if self.continuous else ''}"


@dataclass(frozen=True)
class _Kept:
    """Backups of several rules, of which none may be made less often, or kept for less time."""

    def is_worse(self, before: Any, after: Any) -> bool:
        return any(not any(new.covers(old) for new in values_in(after)) for old in values_in(before))

    def is_unfit(self, value: Any) -> bool:
        return False

    def shown(self, value: Any) -> str:
        return "; ".join(sorted(map(str, values_in(value)))) or "none"


def _plans(side: Side) -> Iterator[Fact]:
    """What the rules of each backup plan make, and where copies go."""
    for plan in side.of_type(_PLAN):
        rules = blocks_in(plan.attributes.get("rule"))
        copies = [(rule, copy) for rule in rules for copy in blocks_in(rule.get("copy_action"))]
        of_plan = partial(Fact, subject=side.address(plan), address=side.address(plan), absent=())
        yield of_plan(
            question="backups",
            says="The backups that are made",
            topic=Topic.RECOVERY,
            order=_Kept(),
            value=[_backups(side, rule, rule, "target_vault_name") for rule in rules],
            why="What is older, or lies between two backups, cannot be restored.",
        )
        yield of_plan(
            question="copies",
            says="Copies of backups in other vaults",
            topic=Topic.RECOVERY,
            order=_Kept(),
            value=[_backups(side, rule, copy, "destination_vault_arn") for rule, copy in copies],
            why="The loss of this vault or account is the loss of the backups.",
        )
        vaults = [name_of(side, copy.get("destination_vault_arn")) or "" for _, copy in copies]
        yield of_plan(
            question="strangers' vaults",
            says="Vaults of other accounts that receive backups",
            topic=Topic.EXPOSURE,
            order=Members("grow", allowed=()),
            value=[each for each in vaults if not is_address(each) and f":{side.account}:" not in each],
            why="Whoever has the account can restore everything there.",
        )


def _backups(side: Side, rule: Mapping[str, Any], kept: Mapping[str, Any], vault: str) -> _Backups:
    days = side.resolved(at(kept, "lifecycle.delete_after"))
    given = kept.get(vault)
    vaults = side.owners(given, _VAULT)
    return _Backups(
        timer(side.resolved(rule.get("schedule"))).runs if rule.get("schedule") else 365,
        float(days) if str(days).isdigit() and int(days) else ENDLESS,
        side.address(vaults[0]) if vaults else name_of(side, given) or "",
        bool(truth(rule.get("enable_continuous_backup"))),
    )


def _selections(side: Side) -> Iterator[Fact]:
    """What each backup plan backs up."""
    selected: dict[str, list[str]] = {}
    left_out: dict[str, list[str]] = {}
    for block in side.of_type("aws_backup_selection"):
        for plan in side.blocks_of(block.attributes.get("plan_id")):
            named = [name_of(side, each) or "" for each in values_in(block.attributes.get("resources"))]
            tags = [f"{each.get('key')}={each.get('value')}" for each in blocks_in(side.get(block, "selection_tag"))]
            selected.setdefault(plan.address, []).extend((*named, *tags))
            not_ = [name_of(side, each) or "" for each in values_in(block.attributes.get("not_resources"))]
            not_ += [str(each) for each in blocks_in(side.get(block, "condition"))]
            left_out.setdefault(plan.address, []).extend(not_)
    for plan in side.of_type(_PLAN):
        of_plan = partial(
            Fact,
            subject=side.address(plan),
            address=side.address(plan),
            topic=Topic.RECOVERY,
            absent=(),
            why="What is not backed up cannot be restored.",
        )
        yield of_plan(
            question="selected",
            says="What is backed up",
            order=Members("shrink"),
            value=selected.get(plan.address, ()),
        )
        yield of_plan(
            question="left out",
            says="What is left out of the backups",
            order=Members("grow"),
            value=left_out.get(plan.address, ()),
        )


def _protected(side: Side) -> Iterator[Fact]:
    """Each resource of the stack that some plan backs up, so that its loss does not depend on that plan's address."""
    planned = [
        block
        for block in side.of_type("aws_backup_selection")
        if any(plan.type == _PLAN for plan in side.blocks_of(block.attributes.get("plan_id")))
    ]
    named = [each.attributes.get("resources") for each in planned]
    everything = "*" in values_in([*(value for each in named for value in values_in(each))])
    for resource in side.stack.resources if everything else side.blocks_of(named):
        yield Fact(
            subject=side.address(resource),
            address=side.address(resource),
            question="vault",
            says="Backups of it in a vault",
            topic=Topic.RECOVERY,
            order=Truth(wanted=True),
            value=True,
            absent=False,
            why="What is not backed up cannot be restored.",
        )


def _tests(side: Side) -> Iterator[Fact]:
    """How often a backup of each database is restored to see that it can be."""
    runs: dict[str, float] = {}
    for block in side.of_type(_TESTED):
        for plan in side.blocks_of(block.attributes.get("restore_testing_plan_name")):
            for database in side.blocks_of(block.attributes.get("protected_resource_arns")):
                schedule = timer(side.resolved(plan.attributes.get("schedule_expression")))
                runs[database.address] = runs.get(database.address, 0) + schedule.runs
    for database in side.of_type("aws_db_instance"):
        yield Fact(
            subject=side.address(database),
            address=side.address(database),
            question="restore tests",
            says="Tests that restore a backup of it",
            topic=Topic.RECOVERY,
            order=Amount("a year"),
            value=runs.get(database.address, 0),
            absent=0,
            grade=Grade.AMBER,
            why="Nobody notices that a backup cannot be restored until it is needed.",
        )


FINDERS: tuple[Finder, ...] = (keyed(_VAULT, "kms_key_arn"), _plans, _protected, _selections, _tests)
