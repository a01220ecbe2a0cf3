"""Restore tests that did not take place, by an account's answers."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from ffp.deliver.expiring import restores
from ffp.deliver.nightly import Finding
from ffp.project import ToolError
from settings import RecoverySettings, VaultSettings
from tests.ffp.deliver.answers import Answers

_TODAY = date(2026, 11, 30)
_ARN = "arn:aws:backup:eu-west-2:333333333333:restore-testing-plan:prod_ffp_restores-1"


def _ago(days: int) -> datetime:
    return datetime(2026, 11, 30, 12, tzinfo=UTC) - timedelta(days=days)


def _plans(made: int, executed: int | None) -> dict[str, Any]:
    plan = {
        "CreationTime": _ago(made),
        "RestoreTestingPlanArn": _ARN,
        "RestoreTestingPlanName": "prod_ffp_restores",
        "ScheduleExpression": "cron(0 9 ? * 2#1 *)",
        **({"LastExecutionTime": _ago(executed)} if executed else {}),
    }
    other = {**plan, "RestoreTestingPlanArn": f"{_ARN}2", "RestoreTestingPlanName": "dev_ffp_restores"}
    return {"RestoreTestingPlans": [other, plan]}


def _found(made: int, *pages: list[int], executed: int | None = None) -> list[Finding]:
    """What is found of a plan that was made so many days ago, with restores that completed so many days ago."""
    answers = Answers().add("backup", "list_restore_testing_plans", _plans(made, executed))
    asked = {"ByRestoreTestingPlanArn": _ARN, "ByStatus": "COMPLETED"}
    for number, page in enumerate(pages):
        jobs = {"RestoreJobs": [{"RestoreJobId": str(days), "CompletionDate": _ago(days)} for days in page]}
        is_last = number + 1 == len(pages)
        token = {"NextToken": str(number)} if number else {}
        further = {} if is_last else {"NextToken": str(number + 1)}
        answers.add("backup", "list_restore_jobs", jobs | further, **asked, **token)
    found = list(restores.find(answers.place(), _TODAY))
    answers.require_used()
    return found


def test_a_restore_in_the_last_month_is_no_finding() -> None:
    assert _found(400, [98, 67, 37]) == []
    assert _found(400, [98], [3, 67]) == []


def test_a_restore_that_did_not_take_place_is_found_with_the_day_on_which_it_was_due() -> None:
    (late,) = _found(400, [98, 67, 38])
    assert late.place == "restore test of the database"
    assert late.day == date(2026, 11, 27)
    assert late.says == "it takes place each month, and the last one was on 2026-10-23"


def test_a_new_plan_has_a_month_to_test_for_the_first_time() -> None:
    assert _found(37, []) == []
    (never,) = _found(38, [])
    assert never.says.endswith("AWS lists none that completed")


def test_a_job_that_is_too_old_to_be_listed_is_known_from_its_plan() -> None:
    assert _found(400, [], executed=33) == []
    (failed,) = _found(400, [], executed=5)  # its job is listed, and did not complete
    assert failed.says.endswith("AWS lists none that completed")
    (late,) = _found(400, [], executed=38)
    assert late.day == date(2026, 11, 27)


def test_nothing_is_asked_without_restore_tests_and_nothing_found_before_the_deploy() -> None:
    untested = RecoverySettings(vault=VaultSettings(restore_tests=False))
    assert list(restores.find(Answers().place(recovery=untested), _TODAY)) == []
    answers = Answers().add("backup", "list_restore_testing_plans", {"RestoreTestingPlans": []})
    assert list(restores.find(answers.place(), _TODAY)) == []


def test_a_refusal_is_told() -> None:
    answers = Answers().refuse("backup", "list_restore_testing_plans", "AccessDeniedException")
    with pytest.raises(ToolError, match="AccessDeniedException"):
        list(restores.find(answers.place(), _TODAY))
