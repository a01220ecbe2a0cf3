"""Prices of PostgreSQL and of RDS Proxy."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from ffp.cost import assumptions as assumed
from ffp.cost.book import HOURS
from ffp.cost.classes import processors
from ffp.cost.month import Month, gb, number
from ffp.cost.use import Rule, Use, fixed
from ffp.cost.view import Block, View, share

_FREE_INSIGHTS_DAYS = 7
_LEAST_PROXY_PROCESSORS = 2


def storage_gb(attributes: Mapping[str, Any], data_gb: Decimal) -> Decimal:
    """The storage that holds this much data: RDS enlarges it as far as the settings allow."""
    allocated = number(attributes.get("allocated_storage", 0))
    limit = max(allocated, number(attributes.get("max_allocated_storage") or allocated))
    return min(limit, max(allocated, data_gb * 100 / assumed.STORAGE_FULL_PERCENT.value))


def kept_gb(block: Block, data_gb: Decimal) -> tuple[Decimal, Decimal]:
    """The storage that an instance has for so much data, and the size of its own backups, of which as much is free."""
    days = number(block.attributes.get("backup_retention_period") or 0)
    kept = data_gb * (1 + days * assumed.DAILY_CHANGE_PERCENT.value / 100) if days else Decimal(0)
    return storage_gb(block.attributes, data_gb), kept


def _instance(block: Block, view: View, month: Month) -> Iterator[Use]:
    attribute = block.attributes.get
    kind = "multi" if attribute("multi_az") else "single"
    engine = "rds" if attribute("engine") == "postgres" else f"rds.{attribute('engine')}"
    yield fixed(f"{engine}.hour.{attribute('instance_class')}.{kind}", HOURS, "instance")
    part = share(len(view.of_type(block.type)))
    data = month.database_gb * part
    (storage, kept), allocated = kept_gb(block, data), number(attribute("allocated_storage", 0))
    item = f"rds.{attribute('storage_type', 'gp2')}_gb.{kind}"
    yield fixed(item, allocated, "storage")
    yield Use(item, storage - allocated, "storage that RDS adds")
    yield Use("rds.backup_gb", max(Decimal(0), kept - storage), "backups beyond the size of the storage")
    insights = attribute("performance_insights_retention_period") or _FREE_INSIGHTS_DAYS
    if attribute("performance_insights_enabled") and insights > _FREE_INSIGHTS_DAYS:
        yield fixed("rds.performance_insights", processors(str(attribute("instance_class"))), "Performance Insights")
    if attribute("manage_master_user_password"):
        yield fixed("secret.month", 1, "the master's secret, which RDS manages")
    # A function in one zone reaches the database in another: each of so many zones with the same probability.
    zones = {each.attributes.get("availability_zone") for each in view.of_type("aws_subnet")} - {None}
    crossing = gb(month.requests * view.vpc_share * assumed.DATABASE_KB.value) * (1 - share(len(zones) or 1)) * part
    yield Use("transfer.zone_gb", 2 * crossing, "traffic to another zone, paid by sender and receiver")


def _proxy(block: Block, view: View, _month: Month) -> Iterator[Use]:
    targets = view.parts_of(block, "aws_db_proxy_target", "db_proxy_name")
    named = [each.attributes.get("db_instance_identifier") for each in targets]
    database = view.references.first(named, "aws_db_instance")
    count = processors(str(database.attributes.get("instance_class"))) if database else _LEAST_PROXY_PROCESSORS
    yield fixed("rds.proxy_vcpu_hour", HOURS * max(count, _LEAST_PROXY_PROCESSORS), "proxy, by the database's vCPU")


RULES: Mapping[str, Rule] = {"aws_db_instance": _instance, "aws_db_proxy": _proxy}
