"""Limits of the database: its connections, its processors and its storage."""

from collections.abc import Callable, Iterator
from decimal import Decimal

from ffp.cost import assumptions as assumed
from ffp.cost.book import HOURS, Book
from ffp.cost.classes import DATABASE_CLASSES, size_of, sustained_processors
from ffp.cost.limits import quotas
from ffp.cost.limits.limit import Limit, Step
from ffp.cost.limits.words import figure, peak
from ffp.cost.month import SECONDS, Month, number
from ffp.cost.view import Block, View, blocks_in
from settings.database import MEMORY_A_CONNECTION_MB, MEMORY_GIB, RESERVED_CONNECTIONS

_CLASSES = "https://aws.amazon.com/rds/instance-types/"


def database(view: View, month: Month, book: Book) -> Iterator[Limit]:
    for instance in view.of_type("aws_db_instance"):
        own = str(instance.attributes.get("instance_class"))
        yield from _connections(instance, own, view, month, book)
        if size_of(own) in MEMORY_GIB:
            per_second = month.requests * view.vpc_share / SECONDS
            busy = per_second * month.database_seconds_per_request
            yield Limit(
                "processors of the database",
                "processors, all day",
                busy,
                number(sustained_processors(own)),
                f"{month.requests * view.vpc_share:,.0f} requests / {SECONDS:,.0f} s x"
                f" {month.database_seconds_per_request:g} s, of which the class earns that much",
                "database.instance_class",
                "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-credits-baseline-concepts.html",
                _larger(instance, own, book, lambda name: number(sustained_processors(name))),
                is_hard=True,
            )
        yield _storage(instance, month, book)


def _connections(database: Block, own: str, view: View, month: Month, book: Book) -> Iterator[Limit]:
    group = view.references.first(database.attributes.get("parameter_group_name"), "aws_db_parameter_group")
    parameters = blocks_in(group.attributes.get("parameter")) if group else []
    most = next((number(each["value"]) for each in parameters if each.get("name") == "max_connections"), None)
    if most is None:
        return
    running = month.peak_requests_per_second * view.vpc_share * month.request_seconds
    memory = number(MEMORY_GIB.get(size_of(own), 0)) * 1024 / MEMORY_A_CONNECTION_MB
    here = (Step(f"max_connections {memory:,.0f}", memory - RESERVED_CONNECTIONS),) if memory > most else ()
    yield Limit(
        "connections of the database",
        "connections",
        running,
        most - RESERVED_CONNECTIONS,
        f"{peak(month)} x {view.vpc_share:.1%} in the VPC x {month.request_seconds:g} s, one connection each",
        "database.max_connections, then database.instance_class",
        _CLASSES,
        (*here, *_larger(database, own, book, _connections_of)),
        is_hard=True,
    )


def _connections_of(name: str) -> Decimal:
    return number(MEMORY_GIB[size_of(name)]) * 1024 / MEMORY_A_CONNECTION_MB - RESERVED_CONNECTIONS


def _larger(database: Block, own: str, book: Book, limit: Callable[[str], Decimal]) -> tuple[Step, ...]:
    """The larger classes, each with its limit and what it adds to the bill."""
    kind = "multi" if database.attributes.get("multi_az") else "single"
    larger = DATABASE_CLASSES[DATABASE_CLASSES.index(own) + 1 :] if own in DATABASE_CLASSES else ()

    def hourly(name: str) -> Decimal:
        return book.price(f"rds.hour.{name}.{kind}", database.address).first

    return tuple(Step(name, limit(name), (hourly(name) - hourly(own)) * HOURS) for name in larger)


def _storage(database: Block, month: Month, book: Book) -> Limit:
    attribute = database.attributes.get
    limit = number(attribute("max_allocated_storage") or attribute("allocated_storage", 0))
    needed = month.database_gb * 100 / assumed.STORAGE_FULL_PERCENT.value
    price = book.price(
        f"rds.{attribute('storage_type')}_gb.{'multi' if attribute('multi_az') else 'single'}", "storage"
    )
    largest = quotas.DATABASE_STORAGE_GB
    growth = f"; it grows by {month.database_growth:.0%} a month besides" if month.database_growth else ""
    return Limit(
        "storage of the database",
        "GB",
        needed,
        limit,
        f"{figure(month.database_gb)} GB of data, enlarged at {assumed.STORAGE_FULL_PERCENT.value} %{growth}",
        "database.storage_limit_gb",
        largest.source,
        (Step(f"up to {largest.value:,.0f} GB", largest.value, dollars_a_unit=price.first),),
        is_hard=True,
    )
