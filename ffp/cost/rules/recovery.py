"""Prices of backups in vaults, of their copies, and of the tests that restore them."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from ffp.cost import assumptions as assumed
from ffp.cost.month import DAYS, DAYS_OF_ENDLESS_LOGS, Month, number
from ffp.cost.rules.database import kept_gb
from ffp.cost.schedules import calls_a_month
from ffp.cost.use import Rule, Use, fixed
from ffp.cost.view import Block, View, blocks_in, share


def _plan(block: Block, view: View, month: Month) -> Iterator[Use]:
    """What lies in vaults: a first full backup, and what changed since, for as long as backups are kept."""
    selections = view.parts_of(block, "aws_backup_selection", "plan_id")
    selected = {each.address for each in view.references.of([each.attributes.get("resources") for each in selections])}
    databases = [each for each in view.of_type("aws_db_instance") if each.address in selected]
    buckets = [each for each in view.data_buckets if each.address in selected]
    for rule in blocks_in(block.attributes.get("rule")):
        yield from _kept(rule, databases, buckets, view, month, copied=False)
        for copy in blocks_in(rule.get("copy_action")):
            yield from _kept(copy, databases, buckets, view, month, copied=True)


def _kept(
    rule: Mapping[str, Any], databases: list[Block], buckets: list[Block], view: View, month: Month, *, copied: bool
) -> Iterator[Use]:
    days = next((number(each["delete_after"]) for each in blocks_in(rule.get("lifecycle"))), DAYS_OF_ENDLESS_LOGS)
    where = "in another vault" if copied else "in the vault"
    for database in databases:
        data = month.database_gb * share(len(view.of_type(database.type)))
        kept = data * (1 + days * assumed.DAILY_CHANGE_PERCENT.value / 100)
        # As much as the instance's storage is free in its account, for its own backups and for these together.
        storage, own = kept_gb(database, data)
        free = Decimal(0) if copied else max(Decimal(0), storage - own)
        yield Use("rds.backup_gb", max(Decimal(0), kept - free), f"the database {where}")
    if buckets:
        part = share(len(view.data_buckets)) * len(buckets)
        stored = month.stored_gb * part
        replaced = stored * assumed.REPLACED_PERCENT.value / 100 * days / DAYS
        yield Use("backup.s3_gb", stored + replaced, f"objects {where}")
        if not copied:
            yield Use("s3.get", month.uploads * part, "reads of new objects by AWS Backup")


def _tests(block: Block, view: View, _month: Month) -> Iterator[Use]:
    tests = calls_a_month(str(block.attributes.get("schedule_expression", "")))
    selections = view.parts_of(block, "aws_backup_restore_testing_selection", "restore_testing_plan_name")
    yield fixed("backup.restore_test", tests * len(selections), "backups that are restored to test them")
    for database in view.references.of([each.attributes.get("protected_resource_arns") for each in selections]):
        if database.type == "aws_db_instance":
            kind = database.attributes.get("instance_class")
            hours = tests * assumed.RESTORE_HOURS.value
            yield fixed(f"rds.hour.{kind}.single", hours, "instances that exist for a test")


RULES: Mapping[str, Rule] = {"aws_backup_plan": _plan, "aws_backup_restore_testing_plan": _tests}
