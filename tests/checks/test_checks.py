"""Every check passes what is good and fails what is broken, in both of Checkov's lenses."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from unittest.mock import patch

import pytest
from checkov.common.bridgecrew.check_type import CheckType
from checkov.common.checks_infra.registry import get_graph_checks_registry
from checkov.common.output.report import Report
from checkov.runner_filter import RunnerFilter
from checkov.terraform.checks.data.registry import data_registry
from checkov.terraform.checks.provider.registry import provider_registry
from checkov.terraform.checks.resource.registry import resource_registry
from checkov.terraform.plan_runner import Runner as PlanRunner
from checkov.terraform_json.runner import TerraformJsonRunner

import checks
from tests.checks import (
    api_cases,
    data_cases,
    delivery_cases,
    distribution_cases,
    functions_cases,
    iam_cases,
    identity_cases,
    log_cases,
    network_cases,
    services_cases,
    tags_and_names_cases,
    transport_cases,
    use_cases,
)

CASES = [
    *api_cases.CASES,
    *data_cases.CASES,
    *delivery_cases.CASES,
    *distribution_cases.CASES,
    *functions_cases.CASES,
    *iam_cases.CASES,
    *identity_cases.CASES,
    *log_cases.CASES,
    *network_cases.CASES,
    *services_cases.CASES,
    *tags_and_names_cases.CASES,
    *transport_cases.CASES,
    *use_cases.CASES,
]
VARIANTS = {
    (case.check, f"{number:02}-{case.check}-{variant}"): stack
    for number, case in enumerate(CASES)
    for variant, stack in case.stacks().items()
}

# What only a plan shows; plan.json is its case.
PLAN_ONLY = {"FFP_QUAL_4_3"}

# A plan by Terraform 1.11 and AWS provider 5.100.0 of one good stack, and of broken blocks named `broken`, cut down
# to what Checkov reads.
PLAN = Path(__file__).with_name("plan.json")


def _filter(framework: str) -> RunnerFilter:
    return RunnerFilter(framework=[framework], checks=["FFP_*"], show_progress_bar=False)


def _registrations() -> list[tuple[str, str]]:
    """Each of our checks with each kind of block that it is registered for."""
    by_block = chain(resource_registry.all_checks(), data_registry.all_checks(), provider_registry.all_checks())
    by_stack = get_graph_checks_registry(CheckType.TERRAFORM).checks
    pairs = [(check.id, kind) for kind, check in by_block] + [(check.id, "stack") for check in by_stack]
    return [(id_, kind) for id_, kind in pairs if id_.startswith("FFP_")]


def _findings(report: Report | list[Report]) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """What passed and what failed: (check, folder of the stack)."""
    assert isinstance(report, Report)
    assert not report.parsing_errors
    passed, failed = (
        {(record.check_id, Path(record.file_path).parent.name) for record in records}
        for records in (report.passed_checks, report.failed_checks)
    )
    return passed, failed


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    root = tmp_path_factory.mktemp("stacks")
    for (_, name), stack in VARIANTS.items():
        (root / name).mkdir()
        (root / name / "cdk.tf.json").write_text(json.dumps(stack, indent=2))
    return _findings(TerraformJsonRunner().run(root_folder=str(root), runner_filter=_filter("terraform_json")))


@pytest.mark.parametrize(("check", "name"), VARIANTS, ids=[name for _, name in VARIANTS])
def test_policy_passes_the_good_and_fails_the_broken(
    check: str, name: str, scanned: tuple[set[tuple[str, str]], set[tuple[str, str]]]
) -> None:
    passed, failed = scanned
    broken = "-broken" in name
    assert ((check, name) in failed, (check, name) in passed) == (broken, not broken)


def test_every_policy_has_a_case() -> None:
    assert {id_ for id_, _ in _registrations()} == {case.check for case in CASES} | PLAN_ONLY


def test_every_policy_says_which_requirement_it_enforces_and_what_to_do() -> None:
    for registry in (resource_registry, data_registry, provider_registry):
        for _, check in registry.all_checks():
            if check.id.startswith("FFP_"):
                assert check.name
                assert check.guideline


@pytest.fixture(scope="module")
def planned() -> Report:
    report = PlanRunner().run(files=[str(PLAN)], runner_filter=_filter("terraform_plan"))
    assert isinstance(report, Report)
    return report


def test_plan_lens_passes_what_is_known_only_after_apply(planned: Report) -> None:
    failed = [(record.check_id, record.resource) for record in planned.failed_checks]
    assert [finding for finding in failed if not finding[1].endswith(".broken")] == []


@pytest.mark.parametrize(
    ("check", "address"),
    [
        ("FFP_ENC_1_1", "aws_cloudwatch_log_group.broken"),
        ("FFP_IAM_2_1", "data.aws_iam_policy_document.broken"),
        ("FFP_IAM_2_2", "data.aws_iam_policy_document.broken"),
        ("FFP_MAP_1_1", "aws_apigatewayv2_integration.broken"),
        ("FFP_MAP_2_1", "aws_apigatewayv2_route.broken"),
        ("FFP_NET_1_1", "aws_db_instance.broken"),
        ("FFP_NET_3_1", "aws_security_group.broken"),
        ("FFP_NET_3_3", "aws_vpc_security_group_ingress_rule.broken"),
        ("FFP_NET_4_6", "aws_s3_bucket.broken"),
        ("FFP_QUAL_3_1", "aws_s3_bucket.broken"),
        ("FFP_QUAL_3_2", "aws_kms_key.broken"),
        ("FFP_QUAL_4_3", "aws_sns_topic.broken"),
        ("FFP_SEC_3_1", "aws_lambda_function.broken"),
    ],
)
def test_plan_lens_finds_the_broken(check: str, address: str, planned: Report) -> None:
    assert (check, address) in {(record.check_id, record.resource) for record in planned.failed_checks}


def test_a_finding_says_what_is_wrong(planned: Report) -> None:
    details = [detail for record in planned.failed_checks for detail in record.details]
    assert "0.0.0.0/0 is not a private range" in details


def test_release_5_may_keep_the_viewer_floor_at_tls_1_2(tmp_path: Path) -> None:
    floor = {"viewer_certificate": {"minimum_protocol_version": "TLSv1.2_2021"}}
    for folder, version in (("local", "5.100.0"), ("prod", "6.25.0")):
        stack = {
            "resource": {"aws_cloudfront_distribution": {"app": floor}},
            "terraform": {"required_providers": {"aws": {"source": "hashicorp/aws", "version": version}}},
        }
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "cdk.tf.json").write_text(json.dumps(stack, indent=2))
    passed, failed = _findings(
        TerraformJsonRunner().run(root_folder=str(tmp_path), runner_filter=_filter("terraform_json"))
    )
    assert ("FFP_NET_4_1", "local") in passed
    assert ("FFP_NET_4_1", "prod") in failed


@pytest.fixture
def _unchanged_interpreter() -> Iterator[None]:
    """Checkov's loader puts every file it loads into sys.modules by its bare name."""
    with patch.dict(sys.modules), patch.object(sys, "path", list(sys.path)):
        yield


@pytest.mark.usefixtures("_unchanged_interpreter")
def test_loading_the_folder_as_external_checks_registers_nothing_twice(caplog: pytest.LogCaptureFixture) -> None:
    before = sorted(_registrations())
    with caplog.at_level(logging.ERROR):
        resource_registry.load_external_checks(str(Path(checks.__file__).parent))
    assert caplog.records == []
    assert sorted(_registrations()) == before
    assert len(set(before)) == len(before)


def test_no_policy_hides_a_module_that_others_import() -> None:
    """The loader's bare names would replace, say, the standard library's `secrets`."""
    names = {file.stem for file in Path(checks.__file__).parent.glob("*.py")}
    assert names & sys.stdlib_module_names == set()
