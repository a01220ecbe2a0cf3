"""What may not be relaxed where patients' data is held."""

from settings import RecoverySettings, StateSettings, StorageSettings
from tests.settings.case import Case
from tests.settings.changed import area, group, only

ELSE = "holds_patient_data=False where there is none"

CASES = {
    "disposable": Case(only(disposable=True), "disposable", "True", "must not be destroyed", ELSE),
    "emulated": Case(only(emulated=True), "emulated", "True", "only local", "leave emulated out"),
    "secrets deleted at once": Case(
        area("secrets", recovery_window_days=0),
        "secrets.recovery_window_days",
        "0",
        "only a disposable environment",
        "7 to 30 days",
    ),
    "flow logs of a month": Case(
        area("network", flow_log_retention_days=30),
        "network.flow_log_retention_days",
        "30",
        "on record for 365 days",
        "raise it to 365",
    ),
    "database logs of a day": Case(
        area("database", log_retention_days=1), "database.log_retention_days", "1", "on record for 365 days", ELSE
    ),
    "access logs of the API": Case(
        area("api", log_retention_days=180), "api.log_retention_days", "180", "on record for 365 days", ELSE
    ),
    "access logs of the distribution": Case(
        area("distribution", log_retention_days=14), "distribution.log_retention_days", "14", "365 days", ELSE
    ),
    "access logs of buckets": Case(
        only(storage=StorageSettings(access_log_retention_days=364)),
        "storage.access_log_retention_days",
        "364",
        "on record for 365 days",
        ELSE,
    ),
    "access logs of the state": Case(
        only(state=StateSettings(log_retention_days=90)), "state.log_retention_days", "90", "for 365 days", ELSE
    ),
    "logs of a group": Case(
        group("notes", log_retention_days=7), "application.groups[notes].log_retention_days", "7", "365 days", ELSE
    ),
    "backups of six days": Case(
        area("database", backup_retention_days=6),
        "database.backup_retention_days",
        "6",
        "restorable for 7 days",
        "raise it to 7 or more",
    ),
    "one zone's database": Case(
        area("database", multi_az=False), "database.multi_az", "False", "survive the loss of a zone", ELSE
    ),
    "no vault": Case(
        only(recovery=RecoverySettings(vault=None)), "recovery.vault", "None", "a stolen credential", "turns it on"
    ),
    "no export of users": Case(
        only(recovery=RecoverySettings(users_export=None)),
        "recovery.users_export",
        "None",
        "without users nobody",
        ELSE,
    ),
    "a second factor for those who like it": Case(
        area("identity", mfa="OPTIONAL"), "identity.mfa", "OPTIONAL", "not be enough to reach", ELSE
    ),
    "no insights": Case(
        area("database", performance_insights=False), "database.performance_insights", "False", "cause of a slow", ELSE
    ),
    "no enhanced monitoring": Case(
        area("database", enhanced_monitoring_seconds=0),
        "database.enhanced_monitoring_seconds",
        "0",
        "host must be monitored",
        ELSE,
    ),
    "no web ACL": Case(area("distribution", waf=False), "distribution.waf", "False", "behind a web ACL", ELSE),
    "no alarms of functions": Case(
        area("monitoring", function_alarms=False), "monitoring.function_alarms", "False", "must raise an alarm", ELSE
    ),
    "no alarms of the database": Case(
        area("monitoring", database_alarms=False), "monitoring.database_alarms", "False", "must raise an alarm", ELSE
    ),
    "no alarms of the API": Case(
        area("monitoring", api_alarms=False), "monitoring.api_alarms", "False", "must raise an alarm", ELSE
    ),
}
