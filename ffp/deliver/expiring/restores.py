"""Whether backups are restored to test them: AWS tells nobody that a test did not take place."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from botocore.exceptions import ClientError

from ffp import aws
from ffp.deliver.nightly import Finding
from ffp.deliver.place import Place
from settings.names import restore_tests

_INTERVAL = timedelta(days=35)  # at most, from a month's first Monday to the next one
_LATE = timedelta(days=2)  # a test may begin later, and restoring takes hours
_LOOK_AT = "`aws backup list-restore-jobs` has AWS's reasons; without a job, see whether the vault has a recent backup"


def find(place: Place, today: date) -> Iterator[Finding]:
    """Tests of restores that are late. What is not deployed yet is left out, as are settings without such tests."""
    if not place.settings.tests_restores:
        return
    client = place.client("backup")
    with aws.as_tool_errors():
        plan = _plan(client, restore_tests(place.name))
        if plan is None:
            return
        pages = client.get_paginator("list_restore_jobs").paginate(
            ByRestoreTestingPlanArn=plan["RestoreTestingPlanArn"], ByStatus="COMPLETED"
        )
        done = [each["CompletionDate"].date() for page in pages for each in page["RestoreJobs"]]
    last = max(done, default=None)
    due = (last or plan["CreationTime"].date()) + _INTERVAL
    if due + _LATE < today:
        says = f"the last one that completed was on {last}" if last else "none has ever completed"
        yield Finding("restore test of the database", f"it takes place each month, and {says}", _LOOK_AT, due)


def _plan(client: Any, name: str) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = client.get_restore_testing_plan(RestoreTestingPlanName=name)["RestoreTestingPlan"]
    except ClientError as refusal:
        if aws.error_code(refusal) == "ResourceNotFoundException":
            return None
        raise
    return found
