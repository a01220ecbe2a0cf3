"""The alarms of the database."""

from modules.database import Database
from modules.monitoring.alarms import Alarms
from settings import MonitoringSettings

_GIB = 1024**3


def watch_database(alarms: Alarms, database: Database, monitored: MonitoringSettings) -> None:
    """Watches the database, with thresholds that depend on its instance class.

    A newly started instance raises no alarm. A T4g class starts without CPU credits, and without any it runs on
    surplus credits. It pays these back from credits that it earns later; above 24 hours' earnings they are billed.
    The threshold is half of that: on db.t4g.micro 144 vCPU-minutes, which two fully used vCPUs reach after some 80
    minutes. An idle PostgreSQL leaves some 110 MiB of 1 GiB of memory free, so the threshold is 1/16, 64 MiB.
    """
    settings = database.settings
    for name, purpose, metric, threshold, below in (
        (
            "connections",
            f"The database's {settings.max_connections} connections run out",
            "DatabaseConnections",
            settings.max_connections * monitored.connections_percent / 100,
            False,
        ),
        ("cpu", "The database's processor is busy", "CPUUtilization", 80, False),
        (
            "cpu-credits",
            f"The database uses more processor than {settings.instance_class} earns, and will soon pay for it",
            "CPUSurplusCreditBalance",
            settings.credits_a_day / 2,
            False,
        ),
        (
            "storage",
            "A tenth of the database's storage is left",
            "FreeStorageSpace",
            settings.storage_gb * _GIB / 10,
            True,
        ),
        (
            "memory",
            "A sixteenth of the database's memory is left",
            "FreeableMemory",
            settings.memory_gib * _GIB / 16,
            True,
        ),
    ):
        alarms.on_metric(
            f"database-{name}",
            purpose,
            namespace="AWS/RDS",
            metric=metric,
            dimensions={"DBInstanceIdentifier": database.identifier},
            statistic="Minimum" if below else "Average",
            threshold=threshold,
            comparison="LessThanThreshold" if below else "GreaterThanThreshold",
        )
