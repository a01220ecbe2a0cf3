"""An application of a thousand functions meets AWS's limits by design, or is refused with each limit named."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from ffp import stacks, verify
from modules.stacks import synthesise
from settings import (
    Binding,
    ConnectToDatabase,
    Environment,
    FunctionGroupSettings,
    FunctionSettings,
    GeneratedKey,
    RotateKey,
    Route,
    S3Object,
    SecretSettings,
    problems_of,
)
from tests.modules.template import Template, conditions
from tests.sample.other import ALL as OTHERS

SURGERY = OTHERS["surgery"]
ROUTED = sum(bool(function.routes) for function in SURGERY.deployed.functions)
CODE = S3Object(bucket="builds", key="handlers.zip", sha256_base64=f"{'A' * 43}=")


def _functions(part: str, number: int, routes: int = 0, **more: Any) -> Iterator[FunctionSettings]:
    """Functions of which the first so many have a route."""
    for index in range(number):
        name = f"{part}-{index:04}"
        route = (Route(key=f"GET /api/{name}/{{thingId}}", scopes=("bookings.read",)),) if index < routes else ()
        yield FunctionSettings(
            name=name, description=f"Does {name}", handler="work.handler", code=CODE, routes=route, **more
        )


def _group(name: str, functions: Iterator[FunctionSettings], *bindings: Binding) -> FunctionGroupSettings:
    return FunctionGroupSettings(name=name, functions=tuple(functions), bindings=bindings)


def _with(*groups: FunctionGroupSettings, connections: int = 70, secrets: int = 0) -> Environment:
    """The surgery with more groups and secrets that rotate, and with test data, which needs no alarms of functions."""
    application = SURGERY.application
    more = tuple(
        SecretSettings(name=f"partner-key-{index:02}", description="Signs", renewal=GeneratedKey(days=60))
        for index in range(secrets)
    )
    of_surgery = (
        replace(each, bindings=(*each.bindings, *(RotateKey(secret.name) for secret in more)))
        if each.name == "renewal"
        else each
        for each in application.groups
    )
    return replace(
        SURGERY,
        holds_patient_data=False,
        application=replace(application, secrets=(*application.secrets, *more), groups=(*of_surgery, *groups)),
        database=replace(SURGERY.database, max_connections=connections, instance_class="db.t4g.large"),
        monitoring=replace(SURGERY.monitoring, function_alarms=False),
    )


def _thousand(routes: int) -> Environment:
    functions = list(_functions("work", 1000 - len(SURGERY.deployed.functions), routes))
    groups = (functions[first : first + 5] for first in range(0, len(functions), 5))
    return _with(*(_group(f"group-{index:03}", iter(some)) for index, some in enumerate(groups)))


def _synthesised(settings: Environment, folder: Path) -> Template:
    synthesise({settings.name: settings}, [settings.name], folder)
    return Template(stacks.load(folder)[0])


@pytest.fixture(scope="module")
def thousand(tmp_path_factory: pytest.TempPathFactory) -> tuple[Template, Path]:
    folder = tmp_path_factory.mktemp("thousand")
    settings = _thousand(routes=300 - ROUTED)
    assert problems_of(settings) == []
    return _synthesised(settings, folder), folder


def test_a_thousand_functions_of_which_as_many_have_routes_as_aws_allows_are_accepted(
    thousand: tuple[Template, Path],
) -> None:
    template, folder = thousand
    assert len(template.all("aws_lambda_function")) == 1000
    assert len(template.all("aws_apigatewayv2_integration")) == 300
    assert verify.problems(folder) == []


def test_one_more_route_is_refused_before_synthesis() -> None:
    told = [str(problem) for problem in problems_of(_thousand(routes=301 - ROUTED))]
    assert len(told) == 2
    assert told[0].startswith(
        "application.functions.routes = 301: AWS's limit for the routes of an API is 300 routes; "
    )
    assert told[0].endswith("have AWS raise the quota and set limits.routes_per_api")
    assert (
        "limit for the integrations of an API is 300 integrations; give one function the routes of several" in told[1]
    )


def test_every_function_is_read_by_each_saved_query_once(thousand: tuple[Template, Path]) -> None:
    template, _ = thousand
    names = {f"/aws/lambda/{each['function_name']}" for each in template.all("aws_lambda_function").values()}
    read: dict[str, Counter[str]] = {}
    for query in template.all("aws_cloudwatch_query_definition").values():
        read.setdefault(query["query_string"], Counter()).update(query["log_group_names"])
    over_functions = [each for each in read.values() if any(name in names for name in each)]
    assert len(over_functions) == 6
    assert all(each == Counter(names) for each in over_functions)


def test_every_function_is_on_one_dashboard(thousand: tuple[Template, Path]) -> None:
    template, _ = thousand
    shown: Counter[str] = Counter()
    dashboards = template.all("aws_cloudwatch_dashboard")
    assert [each["dashboard_name"] for each in dashboards.values()] == [
        "surgery-ffp-platform",
        "surgery-ffp-platform-2",
    ]
    for dashboard in dashboards.values():
        for widget in json.loads(dashboard["dashboard_body"])["widgets"]:
            if widget["properties"]["title"] == "Functions: errors":
                shown.update(metric[-1] for metric in widget["properties"]["metrics"])
    assert shown == Counter(each["function_name"] for each in template.all("aws_lambda_function").values())


def test_a_key_admits_the_environments_log_groups_and_no_others(thousand: tuple[Template, Path]) -> None:
    template, _ = thousand
    statement = template.document("encryption_shared_access")["EncryptLogGroups"]
    _, patterns = conditions(statement)["kms:EncryptionContext:aws:logs:arn"]
    assert all(pattern.endswith("/surgery-ffp-*") for pattern in patterns)
    assert len(patterns) < 10
    for group in template.all("aws_cloudwatch_log_group").values():
        if not group["name"].startswith("aws-waf-logs-"):  # in us-east-1, with a key of its own
            arn = f"arn:aws:logs:eu-west-2:{SURGERY.account_id}:log-group:{group['name']}"
            assert any(fnmatchcase(arn, pattern) for pattern in patterns)
    other = f"arn:aws:logs:eu-west-2:{SURGERY.account_id}:log-group:/aws/lambda/dev-ffp-work"
    assert not any(fnmatchcase(other, pattern) for pattern in patterns)


GROWN = {  # what docs/limits.md says of each, as what is accepted and what is not
    "resource policy of a function": (50, 60),
    "inline policies of a role, of many functions": (100, 125),
    "inline policies of a role, in the VPC": (50, 60),
    "inline policies of a role, of asynchronous functions": (50, 60),
    "resource policy of the rotation function": (45, 60),
    "inbound rules of a security group": (60, 61),
}


def _grown(routes: int, functions: int, in_vpc: int, asynchronous: int, secrets: int, rules: int) -> Environment:
    keys = tuple(
        Route(key=f"GET /api/many-{index:02}/{{thingId}}", scopes=("bookings.read",)) for index in range(routes)
    )
    using = sum(each.uses_database for each in SURGERY.deployed.groups)
    database = (
        _group(f"records-{index:02}", _functions(f"record-{index:02}", 1, reserved_concurrency=1), ConnectToDatabase())
        for index in range(rules - using - 1)
    )
    return _with(
        _group("routed", (replace(each, routes=keys) for each in _functions("routed", 1))),
        _group("many", _functions("handle-thing", functions)),
        _group("inside", _functions("handle-record", in_vpc, reserved_concurrency=1), ConnectToDatabase()),
        _group("later", _functions("handle-event", asynchronous, asynchronous=True)),
        *database,
        connections=200,
        secrets=secrets,
    )


def test_what_stays_below_each_limit_is_accepted_at_once(tmp_path: Path) -> None:
    settings = _grown(*(below for below, _ in GROWN.values()))
    assert problems_of(settings) == []
    _synthesised(settings, tmp_path)
    assert verify.problems(tmp_path) == []


def test_everything_beyond_a_limit_is_refused_at_once_with_its_place(tmp_path: Path) -> None:
    settings = _grown(*(beyond for _, beyond in GROWN.values()))
    assert problems_of(settings) == []
    _synthesised(settings, tmp_path)
    found = verify.problems(tmp_path)
    places = [
        ("aws_lambda_function.function-routed-0000_function", "resource policy of a function"),
        ("aws_iam_role.group-many_role", "inline policies of a role"),
        ("aws_iam_role.group-inside_role", "inline policies of a role"),
        ("aws_iam_role.group-later_role", "inline policies of a role"),
        ("aws_lambda_function.function-renew_function", "resource policy of a function"),
        ("aws_security_group.database_firewall_group", "inbound rules of a security group"),
    ]
    for place, name in places:
        assert [each for each in found if f"surgery: {place}: " in each and name in each], (place, found)
    assert len(found) == len(places)
