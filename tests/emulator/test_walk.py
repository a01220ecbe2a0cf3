"""The walk of `ffp emulator smoke`, case by case, and what a case alone cannot show."""

import json
import re
import time
from typing import Any

import pytest
from typer.testing import CliRunner

from ffp.emulator import commands
from ffp.emulator.launch import Launch
from ffp.emulator.smoke import cases, logs
from ffp.emulator.smoke.kit import Case
from ffp.emulator.smoke.walk import Walk
from ffp.smoke import routes
from ffp.smoke.routes import Routed
from ffp.stacks import SynthesisedStack
from tests.emulator.chosen import APPLICATION, answering, closed_route

TENANCY = APPLICATION.tenancy
CASES = cases.cases_of(APPLICATION)
SENT = "It hurts when she kneels, says Vera Marsh"

# What one row of a query's answer must match after the calls below. FUNCTION and ROUTE are called.
ROWS: dict[str, dict[str, str]] = {
    "what-a-user-did": {"action": "FUNCTION", "status": r"2\d\d"},
    "errors-by-action": {"error": ".", "errors": r"\d"},
    "slowest-actions": {"action": "FUNCTION", "calls": r"\d", "p95": r"\d"},
    "actions-by-tenant": {"action": "FUNCTION", TENANCY.log_field: "TENANT", "calls": r"\d"},
    "memory-headroom": {"@log": "FUNCTION", "used": r"\d", "allocated": r"\d"},
    "cold-starts": {"@log": "FUNCTION", "starts": r"\d"},
    "refused-requests": {"action": "ROUTE", "status": "401"},
    "failed-requests": {"status": "500"},
    "requests-by-tenant": {TENANCY.log_field: "TENANT", "requests": r"\d"},
}
# Why the emulator finds nothing, by what writes the lines that a query is about.
FUNCTIONS, LAMBDA, API = (
    "our functions: its Logs Insights finds no fields in JSON, and has no stats",
    "Lambda: it reports as text, whatever the log format",
    "the HTTP API: it writes no access log",
)
WRITERS = {
    "what-a-user-did": FUNCTIONS,
    "errors-by-action": FUNCTIONS,
    "slowest-actions": FUNCTIONS,
    "actions-by-tenant": FUNCTIONS,
    "memory-headroom": LAMBDA,
    "cold-starts": LAMBDA,
    "refused-requests": API,
    "failed-requests": API,
    "requests-by-tenant": API,
}
# What Lambda's reports hold, some of it in reports of cold starts alone; and what Logs Insights adds to every line.
# Source: https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html#platform-report
OF_REPORTS = {
    "time",
    "type",
    "record.requestId",
    "record.status",
    *(
        f"record.metrics.{name}"
        for name in ("billedDurationMs", "durationMs", "initDurationMs", "maxMemoryUsedMB", "memorySizeMB")
    ),
}
OF_LOGS_INSIGHTS = {"@ingestionTime", "@log", "@logStream", "@message", "@timestamp"}


@pytest.mark.parametrize(
    "case",
    [pytest.param(case, id=f"{case.area}: {case.what}", marks=[pytest.mark.attack] * case.is_attack) for case in CASES],
)
def test_it_is_seen_as_expected(case: Case, walk: Walk) -> None:
    assert case.attempt(walk) == case.expected


@pytest.fixture(scope="module")
def route(walk: Walk) -> Routed:
    """The route to call: one with a request in the application's part, if there is one."""
    return closed_route(walk.part.requests)


@pytest.fixture(scope="module")
def called(walk: Walk, route: Routed) -> Walk:
    """The walk after three kinds of calls: one that succeeded, one without a token, and one that fails.

    Calls fail because their body and parameters have types that the API never sends.
    """
    logs.call(walk, route.function.name)
    walk.follow(route.key, token=None)
    for each in answering():
        token = walk.sign_in(logs.caller(walk, each)).access
        walk.pass_on(each.function.name, token, body=[SENT], pathParameters=[SENT], queryStringParameters=[SENT])
    return walk


@pytest.fixture(scope="module")
def queries(all_stacks: dict[str, SynthesisedStack]) -> dict[str, dict[str, Any]]:
    """The saved queries by name, as dev has them: `local` cannot."""
    found = [dict(block.attributes) for block in all_stacks["dev"].of_type("aws_cloudwatch_query_definition")]
    return {each["name"].rpartition("/")[2]: each for each in found}


def test_every_saved_query_is_tried(queries: dict[str, dict[str, Any]]) -> None:
    assert set(queries) == set(ROWS) == set(WRITERS)


@pytest.mark.parametrize("name", ROWS)
def test_the_emulator_still_cannot_answer_a_saved_query(
    name: str, called: Walk, route: Routed, queries: dict[str, dict[str, Any]]
) -> None:
    user = logs.caller(called, route)
    values = {
        "TENANT": user.tenant_id,
        "USER": logs.id_of(called, user),
        "FUNCTION": route.function.name,
        "ROUTE": route.key,
    }
    expected = {field: values.get(value, value) for field, value in ROWS[name].items()}
    query = re.sub("TENANT|USER", lambda match: values[match[0]], queries[name]["query_string"])
    rows = _run(called, [group.replace("dev-", "local-", 1) for group in queries[name]["log_group_names"]], query)
    finds = any(all(re.search(value, row.get(field, "")) for field, value in expected.items()) for row in rows)
    assert not finds, f"it can now: hold this query to its rows. It could not read {WRITERS[name]}"


@pytest.mark.parametrize("name", ROWS)
def test_a_saved_query_reads_fields_that_the_lines_have(
    name: str, called: Walk, queries: dict[str, dict[str, Any]], all_stacks: dict[str, SynthesisedStack]
) -> None:
    fields = _fields(WRITERS[name], called, all_stacks["dev"])
    assert _read_by(queries[name]["query_string"]) <= fields | OF_LOGS_INSIGHTS


def test_a_query_reads_neither_its_words_nor_its_values_nor_its_own_names() -> None:
    query = 'filter a.b = "c" and ispresent(d) | stats pct(e, 95) as f by @log | filter g like /^5/ | sort f desc'
    assert _read_by(query) == {"a.b", "d", "e", "@log", "g"}


def test_what_somebody_wrote_is_found_wherever_it_stands() -> None:
    assert logs.contained({"Nora", "secret"}, ["all is well", '{"note": "says Nora"}']) == {"Nora"}


def test_the_walk_knows_what_it_sent(walk: Walk) -> None:
    walk.call("POST", routes.unknown_path(APPLICATION), body={"text": SENT})
    sent = logs.personal(walk)
    assert SENT in sent
    assert {user.name for user in walk.users} | {user.password for user in walk.users} <= sent
    assert walk.sign_in(walk.users[0]).access in sent


@pytest.mark.parametrize("form", ["table", "json"])
def test_smoke_fails_on_what_it_did_not_expect_and_on_errors(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def raises(_: Walk) -> str:
        raise TimeoutError("no answer [at all]")

    tried = [Case("one", "as expected", "200", lambda _: "200"), Case("two", "not as expected", "401", raises)]
    monkeypatch.setattr(cases, "cases_of", lambda _: tried)
    monkeypatch.setattr(Launch, "running", True)
    monkeypatch.setattr(Walk, "on", lambda _: None)
    result = CliRunner().invoke(commands.app, ["smoke", "--format", form])
    assert result.exit_code == 1
    assert "TimeoutError: no answer [at all]" in result.stdout
    if form == "json":
        assert [each["seen"] for each in json.loads(result.stdout)] == ["200", "TimeoutError: no answer [at all]"]
    del tried[1]
    assert CliRunner().invoke(commands.app, ["smoke", "--format", form]).exit_code == 0


def test_every_case_has_a_sentence_of_its_own() -> None:
    assert len({(case.area, case.what) for case in CASES}) == len(CASES)


def _run(walk: Walk, groups: list[str], query: str) -> list[dict[str, str]]:
    client = walk.client("logs")
    now = int(time.time())
    started = client.start_query(logGroupNames=groups, startTime=now - 3600, endTime=now + 60, queryString=query)
    for _ in range(50):
        answer = client.get_query_results(queryId=started["queryId"])
        if answer["status"] == "Complete":
            return [{cell["field"]: cell["value"] for cell in row} for row in answer["results"]]
        time.sleep(0.1)
    raise AssertionError(f"the query goes on: {query}")


def _fields(writer: str, walk: Walk, stack: SynthesisedStack) -> set[str]:
    """The fields of what one of them writes: of our functions as seen, of the others as the stack asks for them."""
    if writer == API:
        (stage,) = stack.of_type("aws_apigatewayv2_stage")
        return set(json.loads(stage.attributes["access_log_settings"]["format"]))
    if writer == LAMBDA:
        asked = [each.attributes["logging_config"] for each in stack.of_type("aws_lambda_function")]
        assert {(each["log_format"], each["system_log_level"]) for each in asked} == {("JSON", "INFO")}
        return OF_REPORTS
    groups = {logs.group_of(walk, route.function.name) for route in answering()}
    found = (walk.client("logs").get_log_group_fields(logGroupName=group)["logGroupFields"] for group in groups)
    return {field["name"] for fields in found for field in fields}


def _read_by(query: str) -> set[str]:
    """The fields that a query reads: neither its words, nor its values, nor the names that it gives itself."""
    own = set(re.findall(r"\bas (\w+)", query))
    words = set(re.findall(r"@?[a-zA-Z][\w.]*", re.sub(r'"[^"]*"|/[^/]*/|\w+\(', " ", query)))
    return words - own - {"fields", "filter", "stats", "sort", "by", "as", "asc", "desc", "and", "in", "like"}
