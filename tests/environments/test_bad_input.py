"""Whatever is wrong with the settings is told in one line: field, value, limit, remedy."""

import pytest

from environments import secrecy
from environments.settings import (
    Folder,
    Storage,
    problems_of,
)
from tests.environments import area_cases, function_cases, name_cases
from tests.environments.case import Case
from tests.environments.changed import PROD, area, function, group, only, without_group

PEM = PROD.distribution.playback_keys[0]
CASES = area_cases.CASES | function_cases.CASES | name_cases.CASES


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_bad_input_is_told_with_field_value_limit_and_remedy(case: Case) -> None:
    told = [str(problem) for problem in problems_of(case.settings)]
    lines = [line for line in told if line.startswith(case.field) and case.limit in line]
    assert lines, told
    _, _, rest = lines[0].partition(" = ")
    assert case.value in rest
    assert case.remedy in rest


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_problem_is_one_line_of_a_readable_length(case: Case) -> None:
    for problem in problems_of(case.settings):
        assert "\n" not in str(problem)
        assert len(str(problem)) < 800


def test_shipped_settings_have_no_problem() -> None:
    assert problems_of(PROD) == []


def test_a_private_key_given_by_mistake_is_never_shown() -> None:
    pem = PEM.replace("PUBLIC", "PRIVATE")
    (problem,) = problems_of(area("distribution", playback_keys=(pem, PEM)))
    assert str(problem).startswith("distribution.playback_keys[0] = (not shown): ")


def test_the_value_of_a_secret_variable_is_never_shown() -> None:
    value = "sk_live_1234567890abcdefgh"
    assert secrecy.secret_variable("SETTING", value) == "a Stripe key"
    (problem,) = problems_of(function("health", environment={"SETTING": value}))
    assert value not in str(problem)


def test_a_value_of_a_wrong_kind_hides_no_other_problem() -> None:
    broken = only(region="mars-1", storage=Storage(buckets=()), domain=None)
    broken = area("network", area("api", group("health", broken, bindings=("media",)), burst="many"), cidr="nonsense")
    fields = {problem.field for problem in problems_of(broken)}
    assert fields >= {
        "region",
        "domain",
        "api.burst",
        "network.cidr",
        "storage.buckets",
        "application.groups[health].bindings[0]",
        "application.groups[video-upload].bindings",
    }


def test_a_wrong_part_of_a_union_is_told_without_its_other_members() -> None:
    (problem,) = problems_of(function("health", code=Folder(path="functions/nowhere")))
    assert problem.field.endswith("code.path")


def test_iam_authentication_needs_no_path_to_secrets_manager() -> None:
    settings = area("database", without_group("rotation"), authentication="iam", instance_class="db.t4g.small")
    settings = area("secrets", settings, secrets=PROD.secrets.secrets[1:], database_user=None, rotation_group=None)
    settings = area("network", settings, egress="none", endpoints=("sns",))
    assert problems_of(settings) == []


def test_names_as_long_as_aws_allows_are_accepted() -> None:
    settings = function("health", name="h" * (64 - len("prod-ffp-")))
    settings = function("send-reminders", settings, name="r" * (64 - len("prod-ffp-") - len("-schedule")))
    assert problems_of(area("identity", settings, domain_prefix="d" * (63 - len("prod-")))) == []


def test_a_group_that_uses_no_database_needs_no_reservation() -> None:
    assert problems_of(function("list-users", reserved_concurrency=None)) == []
