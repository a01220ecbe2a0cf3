"""What an environment owes to patients' data. Every waiver that says there is none stands on these rules."""

from collections.abc import Iterator

from settings.api import Api
from settings.application import Application
from settings.base import Problem
from settings.database import Database
from settings.distribution import Distribution
from settings.identity import Identity
from settings.monitoring import Monitoring
from settings.network import Network
from settings.state import State
from settings.storage import Storage

_LEAST_LOG_DAYS = 365
_LEAST_BACKUP_DAYS = 7
_ELSE = "or say holds_patient_data=False where there is none"


def patient_data_problems(
    *,
    disposable: bool,
    application: Application,
    network: Network,
    database: Database,
    identity: Identity,
    storage: Storage,
    api: Api,
    distribution: Distribution,
    monitoring: Monitoring,
    state: State,
) -> Iterator[Problem]:
    """What may not be relaxed where patients' data is held."""
    if disposable:
        yield Problem(
            "disposable", True, "patients' data must not be destroyed by Terraform", f"leave disposable out, {_ELSE}"
        )
    if identity.mfa != "ON":
        yield Problem(
            "identity.mfa",
            identity.mfa,
            "a password must not be all that opens patients' data",
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
                f"who touched patients' data must be known for {_LEAST_LOG_DAYS} days",
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
        ("database.multi_az", database.multi_az, "patients' data must outlive the loss of a zone"),
        ("database.performance_insights", database.performance_insights, "a slow database must be explained"),
        (
            "database.enhanced_monitoring_seconds",
            database.enhanced_monitoring_seconds,
            "the database's host is watched",
        ),
        ("distribution.waf", distribution.waf, "patients' data is behind a web ACL"),
        ("monitoring.function_alarms", monitoring.function_alarms, "somebody must be told of failures"),
        ("monitoring.database_alarms", monitoring.database_alarms, "somebody must be told of failures"),
        ("monitoring.api_alarms", monitoring.api_alarms, "somebody must be told of failures"),
    ):
        if not value:
            yield Problem(field, value, purpose, f"leave it on, {_ELSE}")
