"""An application that has nothing in common with what ships, nor with the sample, is as sound and as well watched.

What is asked of any application (`platform` and `any_stack` in conftest.py) is asked of these too, in many files.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ffp import scan, verify
from ffp.scan import Result
from ffp.stacks import SynthesisedStack
from settings import (
    AccountLimits,
    ConnectToDatabase,
    Environment,
    Public,
    ReadBucket,
    Route,
    UploadMedia,
    problems_of,
)
from tests.sample.other import ALL as OTHERS
from tests.settings.changed import area, function, group
from tests.test_planted_faults import TODAY


@pytest.mark.parametrize("name", OTHERS)
def test_settings_have_no_problem(name: str) -> None:
    assert problems_of(OTHERS[name]) == []


@pytest.fixture(scope="module")
def scanned(other_stacks: dict[str, SynthesisedStack]) -> dict[str, Result]:
    return {result.stack.name: result for result in scan.scan(list(other_stacks.values()), today=TODAY)}


@pytest.mark.parametrize("name", [*OTHERS, *(f"bootstrap-{name}" for name in OTHERS)])
def test_nothing_has_an_unwaived_finding(scanned: dict[str, Result], name: str) -> None:
    assert scanned[name].waived
    assert scanned[name].failed == []


def test_the_checks_after_synthesis_find_nothing(other_output: Path) -> None:
    assert verify.problems(other_output) == []


OF_MEDIA = {"aws_cloudfront_key_group", "aws_cloudfront_public_key", "aws_cloudfront_origin_access_control"}
OF_DATABASE = {"aws_db_instance", "aws_db_parameter_group", "aws_db_subnet_group", "aws_lambda_invocation"}
OF_SECRETS = {"aws_secretsmanager_secret", "aws_secretsmanager_secret_rotation"}


@pytest.mark.parametrize(
    ("name", "missing"),
    [("radiology", set()), ("surgery", OF_MEDIA), ("calculator", OF_MEDIA | OF_DATABASE | OF_SECRETS)],
)
def test_what_an_application_does_not_use_is_not_made(
    other_stacks: dict[str, SynthesisedStack], name: str, missing: set[str]
) -> None:
    made = {block.type for block in other_stacks[name].resources}
    assert (OF_MEDIA | OF_DATABASE | OF_SECRETS) - made == missing


def _first(settings: Environment) -> str:
    return settings.application.functions[0].name


def _first_group(settings: Environment) -> str:
    return settings.application.groups[0].name


_ROUTE = "GET /api/something-new"
REFUSALS: dict[str, tuple[Callable[[Environment], Environment], str]] = {
    "a token group that is not there": (
        lambda settings: area("application", settings, token_group="nobody"),
        "the groups are",
    ),
    "a scope that is not there": (
        lambda settings: function(_first(settings), settings, routes=(Route(key=_ROUTE, scopes=("no.scope",)),)),
        "the scopes are",
    ),
    "a public route that is not listed": (
        lambda settings: function(
            _first(settings), settings, routes=(Route(key=_ROUTE, public=Public(because="Whoever reads it may.")),)
        ),
        "listed in application.public_routes",
    ),
    "a handler that is not there": (
        lambda settings: function(_first(settings), settings, handler="gone.handler"),
        "there is no gone.py",
    ),
    "a bucket that is not there": (
        lambda settings: group(_first_group(settings), settings, bindings=(ReadBucket("nowhere"),)),
        "name",
    ),
    "more reservations than the account has": (
        lambda settings: replace(settings, limits=AccountLimits(concurrent_executions=100, unreserved_minimum=100)),
        "the account has 0 to reserve",
    ),
    "no web ACL before patients' data": (
        lambda settings: area("distribution", settings, waf=False),
        "behind a web ACL",
    ),
}


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("mistake", REFUSALS)
def test_a_mistake_is_refused(name: str, mistake: str) -> None:
    change, limit = REFUSALS[mistake]
    assert [problem for problem in problems_of(change(OTHERS[name])) if limit in problem.limit]


def test_a_binding_to_what_the_application_does_not_have_is_refused() -> None:
    without_media = group("bookings", OTHERS["surgery"], bindings=(ConnectToDatabase(), UploadMedia()))
    assert ["media" in str(problem) for problem in problems_of(without_media)] == [True]
    without_tables = group("sums", OTHERS["calculator"], bindings=(ConnectToDatabase(),))
    assert [each for each in problems_of(without_tables) if "no group creates the database's roles" in each.limit]
