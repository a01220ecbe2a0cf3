"""Secrets whose renewal is due, by the dates of their versions. No value is read."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from botocore.exceptions import ClientError

from ffp import aws
from ffp.deliver.expiring.soon import NOTICE, is_near
from ffp.deliver.nightly import Finding
from ffp.deliver.place import Place
from settings import Environment, RenewedByPeople, SecretSettings
from settings.names import prefix
from settings.smoke import USERS

_LATE = timedelta(days=2)  # Secrets Manager rotates on some hour of the last day, and tries again after a failure
_DAYS_A_MONTH = 365 / 12
_ROTATION = "read the rotation function's log: docs/monitoring.md, Failed events, says how"


def find(place: Place, today: date) -> Iterator[Finding]:
    """Secrets that people should renew soon, and those whose rotation is late. What is not deployed yet is left out."""
    client = place.client("secretsmanager")
    with aws.as_tool_errors():
        test_users = (USERS,) if place.settings.smoke else ()
        of_machines = (each.secret for each in place.settings.identity.machines if each.client_ids)
        for secret in (*place.settings.application.secrets, *of_machines, *test_users):
            name = f"{prefix(place.name)}{secret.name}"
            described = _described(client, name)
            if described is None:
                continue
            if isinstance(secret.renewal, RenewedByPeople):
                yield from _by_people(client, place.settings, secret, secret.renewal, name, today)
            else:
                yield from _by_rotation(name, described, secret.renewal.days, today)
        yield from _master(place, client, today)


def _described(client: Any, secret: str) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = client.describe_secret(SecretId=secret)
    except ClientError as refusal:
        if aws.error_code(refusal) == "ResourceNotFoundException":
            return None
        raise
    return found


def _by_people(
    client: Any, settings: Environment, secret: SecretSettings, renewal: RenewedByPeople, name: str, today: date
) -> Iterator[Finding]:
    """Whether the current value grows too old. What changes a secret's description does not make its value younger."""
    if secret == USERS:
        remedy = f"an administrator runs `ffp smoke {settings.name} --prepare`"
    elif secret.name == settings.application.playback_secret:
        remedy = f"run `ffp keys new {settings.name}`, and deploy: docs/security.md"
    elif machine := settings.identity.machine_of(secret.name):
        remedy = f"run `ffp clients new {settings.name} {machine.name}`, and deploy: {renewal.because}"
    else:
        remedy = f"renew it, and store the new value: {renewal.because}"
    made = _current_since(client, name)
    if made is None:
        yield Finding(name, "has no value yet", remedy)
        return
    interval = timedelta(days=round(renewal.every_months * _DAYS_A_MONTH))
    due = made + interval
    if is_near(due, today, min(NOTICE, interval / 3)):
        says = f"its value is of {made}, and {renewal.every_months} months is its longest life"
        yield Finding(name, says, remedy, due)


def _current_since(client: Any, secret: str) -> date | None:
    """The day on which the current version was made; None without one.

    Versions without a stage are not listed, and a secret has few stages, so that one page has them all.
    """
    for version in client.list_secret_version_ids(SecretId=secret)["Versions"]:
        if "AWSCURRENT" in version.get("VersionStages", ()):
            made: date = version["CreatedDate"].date()
            return made
    return None


def _by_rotation(
    name: str, described: dict[str, Any], days: int, today: date, remedy: str = _ROTATION
) -> Iterator[Finding]:
    """Whether the platform rotates it in time. That it will rotate soon is no finding."""
    if not described.get("RotationEnabled"):
        yield Finding(name, "does not rotate, although the settings say so", "deploy, which sets its rotation again")
        return
    last: date = (described.get("LastRotatedDate") or described["CreatedDate"]).date()
    due = last + timedelta(days=days)
    if due + _LATE < today:
        yield Finding(name, f"was to rotate every {days} days, and last did on {last}", remedy, due)


def _master(place: Place, client: Any, today: date) -> Iterator[Finding]:
    """The master user's secret, which RDS names."""
    for instance in instances(place):
        if arn := instance.get("MasterUserSecret", {}).get("SecretArn"):
            described = _described(client, arn)
            if described is not None:
                where = f"master's secret of {instance['DBInstanceIdentifier']}"
                days = place.settings.database.master_rotation_days
                yield from _by_rotation(where, described, days, today, "RDS rotates it: look at the instance's events")


def instances(place: Place) -> list[dict[str, Any]]:
    """The environment's database instances, by their names."""
    with aws.as_tool_errors():
        pages = place.client("rds").get_paginator("describe_db_instances").paginate()
        found = [each for page in pages for each in page["DBInstances"]]
    return [each for each in found if each["DBInstanceIdentifier"].startswith(prefix(place.name))]
