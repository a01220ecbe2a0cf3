"""Whatever is wrong with the settings is told in one line: field, value, limit, remedy."""

import pytest

from settings import (
    Environment,
    Folder,
    Schedule,
    SendTo,
    WriteBucket,
    problems_of,
    secrecy,
)
from tests.sample.environments import ALL as SAMPLE
from tests.sample.secrets import DATABASE_SECRET
from tests.settings import (
    address_cases,
    allow_cases,
    area_cases,
    binding_cases,
    client_cases,
    code_cases,
    database_cases,
    event_cases,
    foreign_topic_cases,
    function_cases,
    limit_cases,
    machine_cases,
    malware_cases,
    media_cases,
    name_cases,
    patient_cases,
    queue_cases,
    quota_cases,
    reach_cases,
    recovery_cases,
    route_cases,
    silence_cases,
    tenancy_cases,
    topic_cases,
    watch_cases,
    webhook_cases,
)
from tests.settings.case import Case
from tests.settings.changed import PROD, area, function, group, only, without_group, without_secret

PEM = PROD.distribution.playback_keys[0]
FILES = (
    address_cases,
    allow_cases,
    area_cases,
    binding_cases,
    client_cases,
    code_cases,
    database_cases,
    event_cases,
    foreign_topic_cases,
    function_cases,
    limit_cases,
    machine_cases,
    malware_cases,
    media_cases,
    name_cases,
    patient_cases,
    queue_cases,
    quota_cases,
    reach_cases,
    recovery_cases,
    route_cases,
    silence_cases,
    tenancy_cases,
    topic_cases,
    watch_cases,
    webhook_cases,
)
CASES = {name: case for file in FILES for name, case in file.CASES.items()}


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


@pytest.mark.parametrize("name", SAMPLE)
def test_sound_settings_have_no_problem(name: str) -> None:
    assert problems_of(SAMPLE[name]) == []


@pytest.mark.parametrize("name", watch_cases.SOUND)
def test_watches_that_s3_accepts_have_no_problem(name: str) -> None:
    assert problems_of(watch_cases.SOUND[name]) == []


@pytest.mark.parametrize("name", event_cases.SOUND)
def test_rules_whose_events_end_have_no_problem(name: str) -> None:
    assert problems_of(event_cases.SOUND[name]) == []


@pytest.mark.parametrize("name", machine_cases.SOUND)
def test_machines_that_are_sound_have_no_problem(name: str) -> None:
    assert problems_of(machine_cases.SOUND[name]) == []


@pytest.mark.parametrize("key", route_cases.SOUND)
def test_a_route_that_api_gateway_accepts_has_no_problem_of_its_key(key: str) -> None:
    told = problems_of(route_cases.with_route(key))
    assert [each.field for each in told if each.field.endswith(".key")] == []


@pytest.mark.parametrize("name", ["every action of a service", "an ARN with a wildcard", "an ARN of another account"])
def test_what_is_no_action_or_arn_is_told_once(name: str) -> None:
    case = allow_cases.CASES[name]
    assert len([each for each in problems_of(case.settings) if case.value in repr(each.value)]) == 1


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
    broken = only(region="mars-1", web_origin="nowhere", domain=None)
    broken = area("network", area("api", group("health", broken, bindings=("media",)), burst="many"), cidr="nonsense")
    fields = {problem.field for problem in problems_of(broken)}
    assert fields >= {
        "region",
        "domain",
        "api.burst",
        "network.cidr",
        "web_origin",
        "application.groups[health].bindings[0]",
    }


def test_a_wrong_part_of_a_union_is_told_without_its_other_members() -> None:
    (problem,) = problems_of(function("health", code=Folder(path="tests/nowhere")))
    assert problem.field.endswith("code.path")


def test_iam_authentication_needs_secrets_manager_for_the_masters_password_alone() -> None:
    settings = without_group("media-playback", without_group("rotation"))  # playback reads its key there too
    settings = area("application", settings, buses=())  # which only playback emits to
    settings = area("database", settings, authentication="iam", instance_class="db.t4g.small")
    settings = without_secret(DATABASE_SECRET, settings)
    settings = area("network", settings, egress="none", endpoints=("sns", "sqs"))
    (problem,) = problems_of(settings)
    assert "leaves group database-preparation without a path to secretsmanager" in problem.limit


def test_names_as_long_as_aws_allows_are_accepted() -> None:
    settings = function("health", name="h" * (64 - len("prod-ffp-")))
    settings = function("send-reminders", settings, name="r" * (64 - len("prod-ffp-") - len("-schedule")))
    assert problems_of(area("identity", settings, domain_prefix="d" * (63 - len("prod-")))) == []


@pytest.mark.parametrize(
    "settings",
    [
        limit_cases.scopes(47),
        limit_cases.machines(24),
        limit_cases.machines(1, scopes=50),
        limit_cases.route_scopes(10),
        limit_cases.urls("callback_urls", 100),
        limit_cases.urls("logout_urls", 100),
    ],
    ids=[
        "scopes of a client",
        "machines",
        "scopes of a machine",
        "scopes of a route",
        "callback addresses",
        "sign-out addresses",
    ],
)
def test_as_many_as_aws_allows_are_accepted(settings: Environment) -> None:
    assert problems_of(settings) == []


def test_a_group_that_uses_no_database_needs_no_reservation() -> None:
    assert problems_of(function("invite-user", reserved_concurrency=None)) == []


@pytest.mark.parametrize(
    "expression",
    [
        "rate(1 minute)",
        "rate(15 minutes)",
        "cron(0 7 ? * MON-FRI *)",
        "cron(0/15 8-18 * * ? 2027)",
        "cron(0 7 1,15 JAN-MAR ? 2026-2030)",
        "cron(0 0 L * ? *)",
        "cron(0 0 15W * ? *)",
        "cron(0 0 ? * 6#3 *)",
        "cron(*/10 * ? * 2L *)",
    ],
)
def test_every_schedule_that_aws_reads_is_accepted(expression: str) -> None:
    schedule = Schedule(expression=expression, timezone="UTC")
    assert problems_of(function("send-reminders", schedule=schedule)) == []


@pytest.mark.parametrize("kind", ["t4g.nano", "m6gd.medium", "c7gn.xlarge", "r8g.12xlarge"])
def test_every_arm_instance_can_be_the_way_out(kind: str) -> None:
    assert problems_of(area("network", nat_instance_type=kind)) == []


def test_settings_of_every_kind_that_is_sound_are_accepted() -> None:
    settings = function("health", environment={"PAGE_SIZE": "20", "DATABASE_CA_FILE": "/var/task/root.pem"})
    settings = group(
        "media-upload", settings, bindings=(WriteBucket("media", prefix="media/exercises/"), SendTo("entries"))
    )
    settings = area("database", settings, backup_window_utc="23:45-00:45", maintenance_window_utc="mon:00:45-mon:01:15")
    settings = area("database", settings, engine_version="18.1", backup_retention_days=7)
    settings = area("network", settings, cidr="172.31.0.0/16")
    settings = area("identity", settings, callback_urls=("https://web.ffp.example:8443/in?from=ffp",))
    assert problems_of(area("monitoring", settings, email="o'neill+ffp@mail.ffp.example")) == []


def test_where_no_patients_data_is_held_everything_may_be_relaxed() -> None:
    settings = only(holds_patient_data=False, disposable=True)
    settings = area("secrets", settings, recovery_window_days=0)
    settings = area("network", settings, flow_log_retention_days=1)
    settings = area("database", settings, multi_az=False, backup_retention_days=1, performance_insights=False)
    assert problems_of(area("distribution", settings, waf=False)) == []


def test_a_text_in_the_place_of_a_tuple_is_one_problem_of_its_field() -> None:
    told = [str(problem) for problem in problems_of(area("application", topics="reminders"))]
    (line,) = [each for each in told if each.startswith("application.topics")]
    assert "needs a comma for a single item" in line
