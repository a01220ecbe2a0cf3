"""PostgreSQL: its size, its connections, its backups, and how functions sign in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from settings.base import Problem, Settings, between, each_of, matching, must
from settings.lifecycles import POSTGRESQL
from settings.types import LogRetentionDays
from settings.windows import DailyWindow, WeeklyWindow, window_problems

# Memory by size within the burstable arm64 classes, in GiB: IAM authentication and max_connections depend on it.
# Source: https://aws.amazon.com/rds/instance-types/
MEMORY_GIB = {"micro": 1, "small": 2, "medium": 4, "large": 8, "xlarge": 16, "2xlarge": 32}
# Minutes of one processor that each size earns in an hour.
# Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-credits-baseline-concepts.html
CREDITS_AN_HOUR = {"micro": 12, "small": 24, "medium": 24, "large": 36, "xlarge": 96, "2xlarge": 192}
# What PostgreSQL and RDS reserve: superuser_reserved_connections, rds.rds_superuser_reserved_connections
# and RDS's monitoring agent.
RESERVED_CONNECTIONS = 10
MEMORY_A_CONNECTION_MB = 10


@dataclass(frozen=True, kw_only=True)
class DatabaseSettings(Settings):
    """One PostgreSQL instance in the isolated tier. Its storage grows with use."""

    engine_version: Annotated[
        str,
        matching(
            rf"({'|'.join(POSTGRESQL)})(\.\d+)?",
            "must be PostgreSQL 16, 17 or 18",
            "write only the major version: RDS patches it",
        ),
    ] = "17"
    """PostgreSQL's major version; RDS applies its patches itself. A new major version needs `upgrade_major_version` for
    one deploy."""

    upgrade_major_version: bool = False
    """True for the one deploy that raises the major version: RDS upgrades at once, and functions that use the database
    fail for some minutes. Otherwise RDS refuses the upgrade. See docs/deployment.md."""

    instance_class: Annotated[
        str,
        must(
            lambda name: re.fullmatch(r"db\.t4g\.\w+", name) and name.split(".")[2] in MEMORY_GIB,
            "must be a burstable arm64 class",
            f"choose db.t4g. and one of {', '.join(MEMORY_GIB)}",
        ),
    ] = "db.t4g.micro"
    """The size of the instance. db.t4g.micro costs about 26 dollars a month over two zones, and each step up doubles
    that; a change restarts the database."""

    storage_gb: Annotated[int, between(20, 65_536, "GB")] = 20
    """Storage at first, about 0.27 dollars per GB and month over two zones. RDS enlarges it and can never shrink it."""

    storage_limit_gb: Annotated[int, between(20, 65_536, "GB")] = 100
    """How far RDS may enlarge the storage by itself, at least a tenth above `storage_gb`. A database that reaches the
    limit stops accepting writes."""

    multi_az: bool = True
    """Keeps a standby in a second zone, so that the data outlives the loss of a zone; this doubles the price. Patient
    data demands it."""

    authentication: Literal["secret", "iam"] = "secret"
    """How functions sign in: `secret` alternates two users with rotating passwords, `iam` needs no password but a class
    of at least 2 GiB."""

    proxy: bool = False
    """Puts RDS Proxy between functions and database, about 25 dollars a month. It needs `iam`."""

    max_connections: Annotated[int, between(20, 5000)] = 70
    """Connections that PostgreSQL accepts, 10 of which are reserved for RDS and administration. Reserved concurrency of
    functions must fit into the rest; memory allows about one for each 10 MB."""

    backup_retention_days: Annotated[int, between(1, 35, "days")] = 35
    """Days back to which the database can be restored to any second. Patient data demands at least 7."""

    backup_window_utc: DailyWindow = "02:00-03:00"
    """The daily hours, in UTC, in which RDS takes its backup: at least 30 minutes, outside the maintenance window."""

    maintenance_window_utc: WeeklyWindow = "sun:03:30-sun:04:30"
    """The weekly hours, in UTC, in which RDS may patch and restart the instance: at least 30 minutes."""

    master_rotation_days: Annotated[int, between(1, 1000, "days")] = 30
    """Days after which RDS gives the master a new password."""

    performance_insights: bool = True
    """Records which statements load the database; seven days of it are free. Patient data demands it."""

    enhanced_monitoring_seconds: Literal[0, 1, 5, 10, 15, 30, 60] = 60
    """Seconds between measurements of the database's host; 0 turns them off. More frequent ones cost more, as log
    ingestion. Patient data demands them."""

    slow_statement_ms: Annotated[int, between(100, 60_000, "ms")] = 1000
    """Statements that run for at least this long are logged, in milliseconds."""

    log_retention_days: LogRetentionDays = 365
    """Days for which PostgreSQL's logs are kept. Patient data demands 365."""

    @property
    def memory_gib(self) -> int:
        return MEMORY_GIB[self.instance_class.split(".")[2]]

    @property
    def credits_a_day(self) -> int:
        """Minutes of one processor that the class earns in a day. More are charged for."""
        return 24 * CREDITS_AN_HOUR[self.instance_class.split(".")[2]]

    @property
    def connections_for_functions(self) -> int:
        return self.max_connections - RESERVED_CONNECTIONS

    def rules(self) -> Iterator[Problem]:
        return each_of(
            self._capacity_rules(),
            self._authentication_rules(),
            window_problems(self.backup_window_utc, self.maintenance_window_utc),
        )

    def _capacity_rules(self) -> Iterator[Problem]:
        if self.storage_limit_gb < self.storage_gb * 1.1:
            yield Problem(
                "storage_limit_gb",
                self.storage_limit_gb,
                "must be at least a tenth above storage_gb",
                f"raise it to {int(self.storage_gb * 1.1) + 1} or more",
            )
        most = self.memory_gib * 1024 // MEMORY_A_CONNECTION_MB
        if self.max_connections > most:
            yield Problem(
                "max_connections",
                self.max_connections,
                f"{self.instance_class} supports at most {most}",
                "lower it or choose a larger class",
            )

    def _authentication_rules(self) -> Iterator[Problem]:
        if self.proxy and self.authentication == "secret":
            yield Problem(
                "proxy",
                True,
                "RDS Proxy cannot follow two alternating users",
                'choose authentication = "iam" or leave the proxy off',
            )
        if self.authentication == "iam" and self.memory_gib < 2:
            yield Problem(
                "authentication",
                "iam",
                f"needs a class of at least 2 GiB, {self.instance_class} has {self.memory_gib}",
                "choose db.t4g.small or larger, or authentication by secret",
            )
