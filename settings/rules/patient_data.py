"""What patients' data demands of an environment. Waivers that rely on its absence rely on these rules."""

from collections.abc import Iterator

from settings.api import ApiSettings
from settings.application import Application
from settings.base import Problem
from settings.database import DatabaseSettings
from settings.distribution import DistributionSettings
from settings.identity import IdentitySettings
from settings.monitoring import MonitoringSettings
from settings.network import NetworkSettings
from settings.recovery import RecoverySettings
from settings.smoke import SmokeSettings
from settings.state import StateSettings
from settings.storage import StorageSettings

_LEAST_LOG_DAYS = 365
_LEAST_BACKUP_DAYS = 7
_ELSE = "or set holds_patient_data=False where there is none"


def patient_data_problems(
    *,
    disposable: bool,
    application: Application,
    network: NetworkSettings,
    database: DatabaseSettings,
    identity: IdentitySettings,
    storage: StorageSettings,
    api: ApiSettings,
    distribution: DistributionSettings,
    monitoring: MonitoringSettings,
    recovery: RecoverySettings,
    smoke: SmokeSettings | None,
    state: StateSettings,
) -> Iterator[Problem]:
    """What must not be relaxed where patients' data is held."""
    if disposable:
        yield Problem(
            "disposable", True, "patients' data must not be destroyed by Terraform", f"leave disposable out, {_ELSE}"
        )
    if smoke is None:
        yield Problem(
            "smoke",
            None,
            "what reaches patients' data must be tried after each deploy",
            f"leave smoke out, or give it two test tenants, {_ELSE}",
        )
    for missing, protects in (
        ("vault", "patients' data must survive a mistake and a stolen credential"),
        ("users_export", "without users nobody reaches patients' data"),
    ):
        if getattr(recovery, missing) is None:
            yield Problem(f"recovery.{missing}", None, protects, f"leave it out, which turns it on, {_ELSE}")
    if identity.mfa != "ON":
        yield Problem(
            "identity.mfa",
            identity.mfa,
            "a password must not be enough to reach patients' data",
            f"leave it ON, {_ELSE}",
        )
    for field, days in {
        "network.flow_log_retention_days": network.flow_log_retention_days,
        "database.log_retention_days": database.log_retention_days,
        "storage.access_log_retention_days": storage.access_log_retention_days,
        "api.log_retention_days": api.log_retention_days,
        "distribution.log_retention_days": distribution.log_retention_days,
        "state.log_retention_days": state.log_retention_days,
        **{
            f"application.groups[{each.name}].log_retention_days": each.log_retention_days
            for each in application.groups
        },
    }.items():
        if days < _LEAST_LOG_DAYS:
            yield Problem(
                field,
                days,
                f"access to patients' data must be on record for {_LEAST_LOG_DAYS} days",
                f"raise it to {_LEAST_LOG_DAYS}, {_ELSE}",
            )
    if database.backup_retention_days < _LEAST_BACKUP_DAYS:
        yield Problem(
            "database.backup_retention_days",
            database.backup_retention_days,
            f"patients' data must be restorable for {_LEAST_BACKUP_DAYS} days",
            f"raise it to {_LEAST_BACKUP_DAYS} or more, {_ELSE}",
        )
    for field, value, purpose in (
        ("database.multi_az", database.multi_az, "patients' data must survive the loss of a zone"),
        ("database.performance_insights", database.performance_insights, "the cause of a slow database must be known"),
        (
            "database.enhanced_monitoring_seconds",
            database.enhanced_monitoring_seconds,
            "the database's host must be monitored",
        ),
        ("distribution.waf", distribution.waf, "patients' data must be behind a web ACL"),
        ("monitoring.function_alarms", monitoring.function_alarms, "failures must raise an alarm"),
        ("monitoring.database_alarms", monitoring.database_alarms, "failures must raise an alarm"),
        ("monitoring.api_alarms", monitoring.api_alarms, "failures must raise an alarm"),
    ):
        if not value:
            yield Problem(field, value, purpose, f"leave it on, {_ELSE}")
