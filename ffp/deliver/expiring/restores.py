"""Whether backups are restored to test them: AWS tells nobody that a test did not take place."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from ffp import aws
from ffp.deliver.nightly import Finding
from ffp.deliver.place import Place
from settings.names import restore_tests

_INTERVAL = timedelta(days=35)  # at most, from a month's first Monday to the next one
_LISTED = timedelta(days=28)
_LATE = timedelta(days=2)  # a test may begin later, and restoring takes hours
_LOOK_AT = "`aws backup list-restore-jobs` has AWS's reasons; without a job, see whether the vault has a recent backup"


def find(place: Place, today: date) -> Iterator[Finding]:
    """Tests of restores that are late. What is not deployed yet is left out, as are settings without such tests."""
    if not place.settings.tests_restores:
        return
    client = place.client("backup")
    with aws.as_tool_errors():
        plans = client.get_paginator("list_restore_testing_plans").paginate()
        wanted = restore_tests(place.name)
        named = [each for page in plans for each in page["RestoreTestingPlans"]]
        plan = next((each for each in named if each["RestoreTestingPlanName"] == wanted), None)
        if plan is None:
            return
        jobs = client.get_paginator("list_restore_jobs").paginate(
            ByRestoreTestingPlanArn=plan["RestoreTestingPlanArn"], ByStatus="COMPLETED"
        )
        done = [each["CompletionDate"].date() for page in jobs for each in page["RestoreJobs"]]
    last = max(done, default=None) or _executed_long_ago(plan, today)
    due = (last or plan["CreationTime"].date()) + _INTERVAL
    if due + _LATE < today:
        says = f"the last one was on {last}" if last else "AWS lists none that completed"
        yield Finding("restore test of the database", f"it takes place each month, and {says}", _LOOK_AT, due)


def _executed_long_ago(plan: dict[str, Any], today: date) -> date | None:
    """The day of the last test, if its job may be too old to be listed: of other jobs AWS promises to list 30 days."""
    executed = plan.get("LastExecutionTime")
    return executed.date() if executed and executed.date() + _LISTED < today else None
