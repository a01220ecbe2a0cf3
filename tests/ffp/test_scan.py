import json
import logging
import socket
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from ffp import metrics, stacks, terraform
from ffp import scan as scanner
from ffp.project import ToolError
from ffp.scan import Result, engine, formats
from tests.ffp import samples
from tests.support import require

TODAY = date(2026, 11, 30)
WAIVER = {
    "reason": "The queue holds public timetable entries only, reviewed with the data map.",
    "expires": "2027-11-30",
}


def _scan(output: Path, *names: str) -> list[Result]:
    return scanner.scan(stacks.load(output, names), today=TODAY)


def _checks(result: Result) -> set[tuple[str, str]]:
    return {finding.key for finding in result.failed}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Sequence[Result]:
    """A stack with a finding, and one in which the same finding is waived."""
    output = tmp_path_factory.mktemp("results")
    samples.write(output, "dev", resource=samples.queue())
    samples.write(output, "prod", resource=samples.queue(**{samples.QUEUE_CHECK: WAIVER}))
    return _scan(output)


def test_an_unencrypted_queue_is_found_at_its_place(results: Sequence[Result]) -> None:
    finding = {finding.key: finding for finding in results[0].failed}[samples.QUEUE_ADDRESS, samples.QUEUE_CHECK]
    assert finding.lenses == {"json"}
    lines = results[0].stack.path.read_text(encoding="utf-8").splitlines()
    assert lines[finding.first_line - 1].strip() == '"work": {'


def test_every_finding_has_an_address_of_the_stack(results: Sequence[Result]) -> None:
    for result in results:
        known = {*result.stack.by_address, "terraform.backend"}
        assert {finding.address for finding in result.findings} <= known
        assert {address for address, _ in result.passed} <= known


def test_a_waived_finding_is_no_failure(results: Sequence[Result]) -> None:
    dev, prod = results
    assert _checks(dev) - _checks(prod) == {(samples.QUEUE_ADDRESS, samples.QUEUE_CHECK)}
    assert [finding.check for finding in prod.waived] == [samples.QUEUE_CHECK]


def test_a_stack_is_scanned_without_resources_of_others(tmp_path: Path) -> None:
    bucket = {"aws_s3_bucket": {"b": {"bucket": "b"}}}
    blocked = {
        "bucket": "${aws_s3_bucket.b.id}",
        **dict.fromkeys(
            ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"), True
        ),
    }
    samples.write(tmp_path, "dev", resource=bucket)
    samples.write(tmp_path, "prod", resource=bucket | {"aws_s3_bucket_public_access_block": {"b": blocked}})
    dev, prod = _scan(tmp_path)
    assert ("aws_s3_bucket.b", "CKV2_AWS_6") in _checks(dev)
    assert ("aws_s3_bucket.b", "CKV2_AWS_6") not in _checks(prod)


@pytest.mark.parametrize(
    "change",
    [
        {"moved": [{"from": "aws_sqs_queue.former", "to": samples.QUEUE_ADDRESS}]},
        {"removed": [{"from": "aws_sqs_queue.former", "lifecycle": [{"destroy": False}]}]},
        {"import": [{"id": "sample", "to": samples.QUEUE_ADDRESS}]},
    ],
    ids=lambda change: next(iter(change)),
)
def test_state_changes_in_the_json_hide_no_finding(tmp_path: Path, change: dict[str, Any]) -> None:
    samples.write(tmp_path, "dev", resource=samples.queue())
    samples.write(tmp_path, "prod", resource=samples.queue(), **change)
    dev, prod = _scan(tmp_path)
    assert (samples.QUEUE_ADDRESS, samples.QUEUE_CHECK) in _checks(prod) == _checks(dev)
    found = {finding.key: finding for finding in prod.failed}[samples.QUEUE_ADDRESS, samples.QUEUE_CHECK]
    lines = prod.stack.path.read_text(encoding="utf-8").splitlines()
    assert lines[found.first_line - 1].strip() == '"work": {'


@pytest.mark.parametrize("registry", ["graph", "resource"])
def test_a_check_that_breaks_ends_the_scan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, registry: str) -> None:
    """One of Checkov's own, of each kind: it would otherwise find nothing, and nobody would know."""
    engine.prepare()
    from checkov.common.checks_infra.registry import get_graph_checks_registry
    from checkov.terraform.checks.resource.registry import resource_registry

    def breaks(*_: object, **__: object) -> None:
        raise KeyError("planted")

    samples.write(tmp_path, resource=samples.queue())
    if registry == "graph":
        checks = get_graph_checks_registry("terraform")
        checks.load_checks()
        monkeypatch.setattr(checks.checks[0], "run", breaks)
    else:
        check = resource_registry.get_checks("aws_sqs_queue")[0]
        monkeypatch.setattr(check, "scan_entity_conf", breaks)
    with pytest.raises(ToolError, match=r"failed \(KeyError: 'planted'\)"):
        _scan(tmp_path)


def test_a_scan_opens_no_connection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the scan went to the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    samples.write(tmp_path)
    assert _scan(tmp_path)


def test_a_scan_leaves_logging_as_it_was(tmp_path: Path) -> None:
    level = logging.getLogger().level
    samples.write(tmp_path)
    _scan(tmp_path)
    assert logging.getLogger().level == level
    assert logging.getLogger().isEnabledFor(logging.ERROR)


def test_sarif_has_a_rule_for_each_result_and_suppresses_what_is_waived(results: Sequence[Result]) -> None:
    report = json.loads(formats.as_sarif(results))
    assert report["version"] == "2.1.0"
    (run,) = report["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len(run["results"]) == sum(len(result.findings) for result in results)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        region = result["locations"][0]["physicalLocation"]["region"]
        assert 1 <= region["startLine"] <= region["endLine"]
    suppressed = [result for result in run["results"] if "suppressions" in result]
    assert [result["suppressions"][0]["justification"] for result in suppressed] == [WAIVER["reason"]]
    fingerprints = [result["partialFingerprints"]["stackAddressCheck/v1"] for result in run["results"]]
    assert len(set(fingerprints)) == len(fingerprints)


def test_junit_counts_what_it_lists(results: Sequence[Result]) -> None:
    root = ElementTree.fromstring(formats.as_junit(results))
    assert [suite.get("name") for suite in root] == ["dev", "prod"]
    for suite in root:
        assert len(suite.findall("testcase")) == int(suite.attrib["tests"])
        assert len(suite.findall("testcase/failure")) == int(suite.attrib["failures"])
        assert len(suite.findall("testcase/skipped")) == int(suite.attrib["skipped"])
    assert root.find(f"testsuite[@name='prod']/testcase[@name='{samples.QUEUE_CHECK}']/skipped") is not None


def test_json_totals_agree_with_its_findings(results: Sequence[Result]) -> None:
    for stack in json.loads(formats.as_json(results))["stacks"]:
        waived = [finding for finding in stack["findings"] if finding["waived"]]
        assert (stack["waived"], stack["failed"]) == (len(waived), len(stack["findings"]) - len(waived))
        assert stack["passed"] > 0


def test_custom_metrics_are_those_of_filters_and_of_detailed_routes(tmp_path: Path) -> None:
    resource = {
        "aws_cloudwatch_log_metric_filter": {
            "a": {"metric_transformation": {"name": "a"}},
            "b": {"metric_transformation": [{"name": "b"}, {"name": "c"}]},
            "of the same metric": {"metric_transformation": {"name": "a"}},
        },
        "aws_apigatewayv2_route": {"r": {"route_key": "GET /a"}, "s": {"route_key": "GET /b"}},
        "aws_apigatewayv2_stage": {"s": {"default_route_settings": {"detailed_metrics_enabled": True}}},
    }
    assert metrics.custom_metrics(stacks.read(samples.write(tmp_path, resource=resource))) == 3 + 2 * 6


def test_the_plan_lens_sees_what_the_json_does_not_and_both_are_merged(tmp_path: Path) -> None:
    found = require(terraform.find(), f"Terraform with AWS provider {terraform.PROVIDER_VERSION}")
    data = {
        "aws_iam_policy_document": {
            "trust": samples.TRUST,
            "wide": {"statement": [{"actions": ["s3:PutObject"], "resources": ["*"]}]},
        }
    }
    policy = {"role": "${aws_iam_role.sample.id}", "policy": "${data.aws_iam_policy_document.wide.json}"}
    resource = {
        "aws_iam_role": {"sample": samples.ROLE},
        "aws_iam_role_policy": {"wide": policy},
        **samples.queue(),
    }
    # A unique name, so that its plan does not replace that of a real stack.
    path = samples.write(tmp_path, "sample", resource=resource, data=data)
    plan = found.plan_json(path.parent)
    (result,) = scanner.scan(stacks.load(tmp_path), today=TODAY, plans={"sample": plan})
    findings = {finding.key: finding for finding in result.failed}
    assert findings["aws_iam_role_policy.wide", "CKV_AWS_355"].lenses == {"plan"}
    assert findings["data.aws_iam_policy_document.wide", "CKV_AWS_356"].lenses == {"json"}
    assert findings[samples.QUEUE_ADDRESS, samples.QUEUE_CHECK].lenses == {"json", "plan"}
    assert {finding.address for finding in result.findings} <= {*result.stack.by_address, "terraform.backend"}
