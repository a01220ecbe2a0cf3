"""Bad input in the database and in the secrets."""

from dataclasses import replace

from settings import DatabaseUsers, GeneratedKey, RenewedByPeople, SecretSettings
from tests.settings.case import Case
from tests.settings.changed import PROD, area, secret

CASES = {
    # the database
    "IAM on a micro class": Case(
        area("database", authentication="iam"), "database.authentication", "'iam'", "2 GiB", "db.t4g.small"
    ),
    "a secret beside IAM": Case(
        area("database", authentication="iam", instance_class="db.t4g.small"),
        "application.secrets[database-application-user].renewal",
        "DatabaseUsers(days=30)",
        "no password exists",
        "remove the secret",
    ),
    "proxy with a secret": Case(
        area("database", proxy=True), "database.proxy", "True", "two alternating users", 'authentication = "iam"'
    ),
    "old PostgreSQL": Case(
        area("database", engine_version="15"), "database.engine_version", "'15'", "16, 17 or 18", "major version"
    ),
    "PostgreSQL of the future": Case(
        area("database", engine_version="19"), "database.engine_version", "'19'", "16, 17 or 18", "major version"
    ),
    "class of another kind": Case(
        area("database", instance_class="db.m5.large"), "database.instance_class", "'db.m5.large'", "burst", "db.t4g."
    ),
    "more connections than memory": Case(
        area("database", max_connections=500),
        "database.max_connections",
        "500",
        "db.t4g.micro supports at most 102",
        "larger class",
    ),
    "storage that cannot grow": Case(
        area("database", storage_limit_gb=20), "database.storage_limit_gb", "20", "a tenth above", "raise it to 23"
    ),
    "window that is no time": Case(
        area("database", backup_window_utc="25:00-26:00"), "database.backup_window_utc", "25:00", "span", "02:00-03:00"
    ),
    "backup in no time": Case(
        area("database", backup_window_utc="02:00-02:00"), "database.backup_window_utc", "02:00", "30 minutes", "later"
    ),
    "backup in a hurry": Case(
        area("database", backup_window_utc="23:50-00:10"), "database.backup_window_utc", "23:50", "30 minutes", "later"
    ),
    "maintenance in a hurry": Case(
        area("database", maintenance_window_utc="sun:23:50-mon:00:10"),
        "database.maintenance_window_utc",
        "sun:23:50",
        "30 minutes",
        "correct its end",
    ),
    "maintenance all week": Case(
        area("database", maintenance_window_utc="mon:00:00-sun:00:00"),
        "database.maintenance_window_utc",
        "mon:00:00",
        "less than a day",
        "correct its end",
    ),
    "maintenance during the backup": Case(
        area("database", maintenance_window_utc="sun:02:30-sun:03:30"),
        "database.maintenance_window_utc",
        "sun:02:30",
        "the daily backup at 02:00-03:00",
        "move one",
    ),
    "backup over the week's end": Case(
        area("database", backup_window_utc="23:45-00:45", maintenance_window_utc="mon:00:15-mon:01:15"),
        "database.maintenance_window_utc",
        "mon:00:15",
        "the daily backup at 23:45-00:45",
        "move one",
    ),
    # secrets
    "a short reason": Case(
        area(
            "application",
            secrets=(
                SecretSettings(
                    name="mail", description="Mail", renewal=RenewedByPeople(because="because", every_months=3)
                ),
            ),
        ),
        "application.secrets[mail].renewal.because",
        "'because'",
        "20 to 500 characters",
        "defend before an auditor",
    ),
    "reminders that are not as far apart over the new year": Case(
        secret(
            name="mail",
            renewal=RenewedByPeople(
                because="the provider has no interface",
                every_months=5,  # type: ignore[arg-type]  # the mistake
            ),
        ),
        "application.secrets[mail].renewal.every_months",
        "5",
        "input should be 1, 2, 3, 4, 6 or 12",
        "choose one of these",
    ),
    "a rotation every 0 days": Case(
        secret(name="webhook-key", renewal=GeneratedKey(days=0)),
        "application.secrets[webhook-key].renewal.days",
        "0",
        "1 to 1000 days",
        "choose a value",
    ),
    "a key that can be guessed": Case(
        secret(name="webhook-key", renewal=GeneratedKey(days=30, length_bytes=15)),
        "application.secrets[webhook-key].renewal.length_bytes",
        "15",
        "16 to 1024 bytes",
        "choose a value",
    ),
    "a secret renewed by nobody": Case(
        secret(name="idle", renewal=None),
        "application.secrets[idle].renewal",
        "None",
        "must be DatabaseUsers or GeneratedKey or RenewedByPeople",
        "give one of that type",
    ),
    "a second secret of database users": Case(
        secret(name="more-users", renewal=DatabaseUsers(days=30)),
        "application.secrets[more-users].renewal",
        "DatabaseUsers(days=30)",
        "in database-application-user, the only secret that gets a first value",
        "choose GeneratedKey or RenewedByPeople",
    ),
    "database users made like a key": Case(
        area("application", secrets=(replace(PROD.application.secrets[0], renewal=GeneratedKey(days=30)),)),
        "application.secrets",
        "['database-application-user']",
        "authentication by secret needs one that holds the database's users",
        "add a SecretSettings with renewal=DatabaseUsers",
    ),
    "a window of a day": Case(
        area("secrets", recovery_window_days=1), "secrets.recovery_window_days", "1", "7 to 30 days, or 0", "choose"
    ),
}
