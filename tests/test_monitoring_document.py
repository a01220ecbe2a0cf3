"""docs/monitoring.md describes every alarm and saved query, and says of each what the stacks have."""

import json
import os
import re
import shutil
import subprocess
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from ffp import stacks
from ffp.stacks import SynthesisedStack
from modules.stacks import synthesise
from settings import BudgetSettings, Environment, MonitoringSettings, VaultSettings
from tests.changed_stack import Change, changed_stack
from tests.modules import variants
from tests.modules.template import synthesised
from tests.monitoring_document import DOCUMENT, FILE, alarms, kind, problems, sections, wrong_thresholds
from tests.sample.environments import PROD
from tests.settings.changed import area, function
from tests.support import require

TEXT = FILE.read_text(encoding="utf-8")
KINDS = sections(TEXT, "alarms")
Stacks = dict[str, SynthesisedStack]

# Another value of each setting to which a section links.
CHANGED: dict[str, Environment] = {
    "monitoring.error_rate_percent": area("monitoring", error_rate_percent=7.0),
    "monitoring.error_rate_least_calls": area("monitoring", error_rate_least_calls=30),
    "monitoring.duration_percent_of_timeout": area("monitoring", duration_percent_of_timeout=70),
    "monitoring.memory_percent_of_allocation": area("monitoring", memory_percent_of_allocation=70),
    "monitoring.connections_percent": area("monitoring", connections_percent=70),
    "monitoring.api_latency_ms": area("monitoring", api_latency_ms=2000),
    "monitoring.client_error_rate_percent": area("monitoring", client_error_rate_percent=30.0),
    "monitoring.refused_invitations": area("monitoring", refused_invitations=3),
    "monitoring.throttled_requests": area("monitoring", throttled_requests=30),
    "limits.concurrent_executions": area("limits", concurrent_executions=2000),
    "database.max_connections": area("database", max_connections=80),
    "database.storage_gb": area("database", storage_gb=40),
    "database.instance_class": area("database", instance_class="db.t4g.small"),
    "recovery.vault": area("recovery", vault=None),
    "recovery.vault.restore_tests": area("recovery", vault=VaultSettings(restore_tests=False)),
    "network.egress": area("network", egress="nat_gateway"),
    "timeout_seconds": function("get-profile", timeout_seconds=20),
    "oldest_minutes": area(
        "application", queues=tuple(replace(each, oldest_minutes=30) for each in PROD.application.queues)
    ),
    "memory_mb": function("get-profile", memory_mb=1024),
}


@pytest.fixture(scope="session")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> SynthesisedStack:
    """The sample's production with scans of its buckets, which no environment of the sample has."""
    folder = tmp_path_factory.mktemp("scanned")
    synthesise({"prod": variants.scanned()}, ["prod"], folder)
    (stack,) = stacks.load(folder)
    return stack


@pytest.fixture(scope="session")
def every_stack(
    sample_stacks: Stacks, all_stacks: Stacks, other_stacks: Stacks, scanned: SynthesisedStack
) -> list[SynthesisedStack]:
    """The stacks of the sample, of what ships, and of the other applications."""
    return [scanned, *(stack for several in (sample_stacks, all_stacks, other_stacks) for stack in several.values())]


def test_every_alarm_is_of_a_kind_whose_section_says_when_it_fires(every_stack: list[SynthesisedStack]) -> None:
    found = list(problems(TEXT, every_stack))
    assert not found, "\n".join(found)


def _set(address: str, **values: Any) -> Change:
    """Sets arguments of one alarm."""
    type_, name = address.split(".")
    return lambda text: text["resource"][type_][name].update(values)


def _add(name: str, description: str) -> Change:
    """Adds an alarm that somebody makes without `Alarms`."""
    alarm = {
        "alarm_name": f"prod-ffp-{name}",
        "alarm_description": description,
        "alarm_actions": ["${aws_sns_topic.monitoring_topic_topic.arn}"],
        "namespace": "AWS/S3",
        "metric_name": "4xxErrors",
        "statistic": "Sum",
        "comparison_operator": "GreaterThanThreshold",
        "threshold": 1,
        "period": 300,
        "evaluation_periods": 1,
    }
    return lambda text: text["resource"]["aws_cloudwatch_metric_alarm"].update({name: alarm})


_LATENCY = "aws_cloudwatch_metric_alarm.monitoring_alarms_api-latency"
_FAILURES = "aws_cloudwatch_metric_alarm.monitoring_alarms_send-reminders-failures"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (_add("bucket", "The bucket refuses"), r"bucket is of the kind '', .*write a section of that name"),
        (
            _add("bucket", f"It refuses: {DOCUMENT}#bucket"),
            r"bucket is of the kind 'bucket', .*with: Alarm, Fires when",
        ),
        (_add("bucket", f"It refuses: {DOCUMENT}#throttles"), r"bucket: \S+#throttles does not have its name bucket"),
        (_set(_LATENCY, extended_statistic="p99"), r"#api-latency: .*statistics \['p95'\], .*\['p99'\]"),
        (_set(_LATENCY, evaluation_periods=4), r"#api-latency: .*periods \[\(3, 300\)\], .*\[\(4, 300\)\]"),
        (_set(_LATENCY, metric_name="IntegrationLatency"), r"#api-latency: .*metrics .*AWS/ApiGateway Integration"),
        (_set(_LATENCY, comparison_operator="LessThanThreshold"), r"#api-latency: .*\['above'\], .*\['below'\]"),
        (_set(_LATENCY, alarm_actions=["arn:aws:automate:eu-west-2:ec2:recover"]), "#api-latency: .*'sends no mail'"),
        (_set(_FAILURES, period=60), r"#failed-events: .*periods \[\(1, 300\)\], .*\[\(1, 60\), \(1, 300\)\]"),
    ],
)
def test_an_alarm_that_the_document_does_not_describe_is_found(
    sample_stacks: Stacks, tmp_path: Path, change: Change, says: str
) -> None:
    found = list(problems(TEXT, [changed_stack(sample_stacks["prod"], tmp_path, change)]))
    assert any(re.search(says, each) for each in found), found


def _with(words: str, others: str) -> str:
    """The document with other words in place of these, wherever its lines break."""
    text, count = re.subn(r"\s+".join(map(re.escape, words.split())), others, TEXT)
    assert count == 1, words
    return text


@pytest.mark.parametrize(
    ("words", "others", "says"),
    [
        ("- **Means** Users see errors.", "", "#api-5xx: write its parts in this order"),
        ("### API latency", "### Slowness", "api-latency is of the kind 'api-latency', which has no section"),
        ("### API latency", "### Slowness", "#slowness: no stack has such an alarm"),
        ("2 consecutive periods of 1 minute", "2 consecutive periods of 5 minutes", "#nat-recovery: .*periods"),
        ("It sends no mail: EC2", "EC2", "#nat-recovery: say after 'Alarm' that it 'sends no mail'"),
        ("with at least 1 call.", "with at least 2 calls.", "#function-errors: .*least_calls"),
    ],
)
def test_a_document_that_says_something_else_is_found(
    sample_stacks: Stacks, words: str, others: str, says: str
) -> None:
    found = list(problems(_with(words, others), [sample_stacks["prod"]]))
    assert any(re.search(says, each) for each in found), found


def test_the_thresholds_are_those_that_the_defaults_give(sample_stacks: Stacks) -> None:
    assert MonitoringSettings(email=PROD.monitoring.email) == PROD.monitoring
    found = list(wrong_thresholds(TEXT, sample_stacks["prod"], PROD))
    assert not found, "\n".join(found)


@pytest.mark.parametrize("anchor", KINDS)
def test_another_threshold_is_found(scanned: SynthesisedStack, tmp_path: Path, anchor: str) -> None:
    (address, *_) = (each.address for each in alarms(scanned) if kind(each.attributes) == anchor)
    changed = changed_stack(scanned, tmp_path, _set(address, threshold=4711))
    found = list(wrong_thresholds(TEXT, changed, PROD))
    assert any(re.search(rf"#{anchor}: .*{address}.* 4711", each) for each in found), found


def test_a_threshold_in_words_that_the_test_does_not_know_is_found(sample_stacks: Stacks) -> None:
    text = _with("is above 3000 ms in", "is above some seconds in")
    found = list(wrong_thresholds(text, sample_stacks["prod"], PROD))
    assert any("#api-latency: THRESHOLDS in tests/monitoring_document.py has no words" in each for each in found), found


def _fires(environment: Environment) -> dict[str, tuple[str, dict[str, Any]]]:
    """The kind of each alarm, and when it fires."""
    told = {"alarm_description", "tags"}
    return {
        block.address: (
            kind(block.attributes) or "",
            {name: value for name, value in block.attributes.items() if name not in told},
        )
        for block in alarms(synthesised(environment).stack)
    }


def test_every_setting_that_a_section_names_is_tried() -> None:
    assert {setting for section in KINDS.values() for setting in section.settings} == CHANGED.keys()


@pytest.mark.parametrize("setting", CHANGED)
def test_a_setting_moves_the_alarms_whose_section_names_it_and_no_others(setting: str) -> None:
    before, after = _fires(PROD), _fires(CHANGED[setting])
    moved = {(before | after)[each][0] for each in before | after if before.get(each) != after.get(each)}
    assert moved == {anchor for anchor, section in KINDS.items() if setting in section.settings}


@pytest.mark.parametrize(("name", "model"), [("monitoring", MonitoringSettings), ("budget", BudgetSettings)])
def test_every_setting_of_alarms_and_budget_is_in_the_document(name: str, model: type) -> None:
    assert [each.name for each in fields(model) if f"[`{name}.{each.name}`]" not in TEXT] == []


def test_every_saved_query_has_its_section(every_stack: list[SynthesisedStack]) -> None:
    queries = {
        query.attributes["name"].rpartition("/")[2]
        for stack in every_stack
        for query in stack.of_type("aws_cloudwatch_query_definition")
    }
    assert sections(TEXT, "saved-queries").keys() == queries
    named = re.findall(r"`saved ([a-z-]+)", TEXT) + re.findall(
        r"^ *(?:MINUTES=\d+ )?saved ([a-z-]+)", TEXT, re.MULTILINE
    )
    assert set(named) <= queries


def test_every_widget_of_the_dashboard_is_explained(every_stack: list[SynthesisedStack]) -> None:
    boards = [board for stack in every_stack for board in stack.of_type("aws_cloudwatch_dashboard")]
    widgets = [each for board in boards for each in json.loads(board.attributes["dashboard_body"])["widgets"]]
    (_, *rows) = re.findall(r"^\| ([^|]+) \|", sections(TEXT)["the-dashboard"].text, re.MULTILINE)
    assert set(rows) - {"---"} == {each["properties"]["title"] for each in widgets}


def test_every_metric_from_a_log_is_named_where_its_alarm_is(every_stack: list[SynthesisedStack]) -> None:
    for stack in every_stack:
        names = [each.attributes["function_name"] for each in stack.of_type("aws_lambda_function")]
        for each in stack.of_type("aws_cloudwatch_log_metric_filter"):
            metric = each.attributes["metric_transformation"]
            (reader,) = (
                block.attributes for block in alarms(stack) if block.attributes.get("metric_name") == metric["name"]
            )
            filter_ = each.attributes["name"]
            general = {filter_, *(filter_.replace(f"{name}-", "<function>-") for name in names)}
            wanted = {f"`{name.removeprefix(f'{stack.name}-ffp-')}`" for name in general}
            assert any(name in KINDS[kind(reader) or ""].parts["Means"] for name in wanted), filter_


def test_the_budgets_section_says_when_it_warns(sample_stacks: Stacks) -> None:
    section = sections(TEXT, "other-mails")["budget"]
    (budget,) = sample_stacks["prod"].of_type("aws_budgets_budget")
    said = re.findall(r"more than (\d+) % .*?\(`([A-Z]+)`\)", section.parts["Fires when"])
    assert {(int(percent), type_) for percent, type_ in said} == {
        (each["threshold"], each["notification_type"]) for each in budget.attributes["notification"]
    }


def test_every_other_mail_has_its_section(every_stack: list[SynthesisedStack]) -> None:
    reminders = {
        each.attributes["target"]["input"].split(f" {stack.name}-")[0].replace(" ", "-")
        for stack in every_stack
        for each in stack.of_type("aws_scheduler_schedule")
        if "monitoring_topic" in each.attributes["target"]["arn"]
    }
    assert sections(TEXT, "other-mails").keys() == {"budget", *reminders}


def test_the_contents_lead_to_every_section_of_alarms_and_mails() -> None:
    contents = TEXT.split("\n## ", 1)[0]
    assert [each for each in [*KINDS, *sections(TEXT, "other-mails")] if f"(#{each})" not in contents] == []


_AWS = """\
#!/bin/sh
echo "$@" >> "$CALLS"
case "$*" in
  *describe-query-definitions*) cat "$DEFINITIONS" ;;
  *start-query*) echo 4711 ;;
  *"--query status"*) grep -c "query status" "$CALLS" | sed 's/^1$/Running/; s/^2$/Complete/' ;;
  *) echo '{"status": "Complete", "results": [[{"field": "a", "value": "x y"}, {"field": "@ptr", "value": "p"}]]}' ;;
esac
"""


def test_the_commands_of_the_document_run_a_saved_query_and_print_its_result(tmp_path: Path) -> None:
    require(shutil.which("bash"), "bash")
    require(shutil.which("jq"), "jq")
    (commands, *_) = re.findall(r"^```\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)
    calls, definitions = tmp_path / "calls", tmp_path / "definitions"
    query = {"queryString": 'filter a = "USER"\n| limit 5', "logGroupNames": ["/one", "/two"]}
    definitions.write_text(json.dumps(query), encoding="utf-8")
    for name, content in (("aws", _AWS), ("sleep", "#!/bin/sh\n")):
        (tmp_path / name).write_text(content, encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    environment = {"CALLS": str(calls), "DEFINITIONS": str(definitions), "PATH": f"{tmp_path}:{os.environ['PATH']}"}

    def run(command: str) -> subprocess.CompletedProcess[str]:
        script = ["bash", "-eu", "-c", f"{commands}\n{command}"]
        return subprocess.run(script, env=environment, capture_output=True, text=True, check=False)

    done = run("MINUTES=5 saved what-a-user-did 's/USER/somebody/'")
    assert (done.stdout, done.stderr) == ("Complete\na=x y\n", "")
    asked, started, *_ = re.split(r"^logs ", calls.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    assert "--query-definition-name-prefix prod-ffp-platform/what-a-user-did" in asked
    assert 'filter a = "somebody"\n| limit 5' in started
    assert "--log-group-names /one /two" in started
    start, end = map(int, re.findall(r"-time (\d+)", started))
    assert end - start == 5 * 60
    definitions.write_text("null", encoding="utf-8")
    unknown = run("saved everything")
    assert (unknown.returncode, unknown.stderr) == (1, "no saved query is called everything\n")
