"""Faults that somebody might plant: each must make the scan, or the checks after synthesis, fail."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ffp import scan, verify
from ffp.scan import Result
from ffp.stacks import SynthesisedStack
from settings import environments
from tests.changed_stack import changed_stack

TODAY = date(2026, 11, 22)
Resources = dict[str, dict[str, dict[str, Any]]]


def _open_ingress(resource: Resources, _: Resources) -> None:
    rule = resource["aws_vpc_security_group_ingress_rule"]["network_nat_firewall_from-private-a"]
    rule["cidr_ipv4"] = "0.0.0.0/0"


def _public_bucket(resource: Resources, _: Resources) -> None:
    resource["aws_s3_bucket_public_access_block"]["storage_media_public-access"]["block_public_policy"] = False


def _unencrypted_queue(resource: Resources, _: Resources) -> None:
    del resource["aws_sqs_queue"]["function-send-reminders_failures_queue"]["kms_master_key_id"]


def _wildcard_resource(_: Resources, data: Resources) -> None:
    document = data["aws_iam_policy_document"]["group-health_access_document"]
    document["statement"].append({"effect": "Allow", "actions": ["s3:GetObject"], "resources": ["*"]})


def _route_without_authoriser(resource: Resources, _: Resources) -> None:
    route = resource["aws_apigatewayv2_route"]["api_route-get-notes"]
    route["authorization_type"] = "NONE"
    del route["authorizer_id"]


def _secret_in_variable(resource: Resources, _: Resources) -> None:
    function = resource["aws_lambda_function"]["function-list-notes_function"]
    function["environment"]["variables"]["DATABASE_PASSWORD"] = "hunter2-hunter2"


def _expired_waiver(resource: Resources, _: Resources) -> None:
    waivers = resource["aws_lambda_function"]["function-health_function"]["//"]["waivers"]
    waivers["CKV_AWS_272"]["expires"] = "2026-11-21"


PLANTED: dict[str, tuple[Callable[[Resources, Resources], None], str, str]] = {
    "an open ingress rule": (
        _open_ingress,
        "FFP_NET_3_3",
        "aws_vpc_security_group_ingress_rule.network_nat_firewall_from-private-a",
    ),
    "a public bucket": (_public_bucket, "CKV_AWS_54", "aws_s3_bucket_public_access_block.storage_media_public-access"),
    "an unencrypted queue": (
        _unencrypted_queue,
        "FFP_ENC_1_1",
        "aws_sqs_queue.function-send-reminders_failures_queue",
    ),
    "a wildcard resource": (
        _wildcard_resource,
        "FFP_IAM_2_1",
        "data.aws_iam_policy_document.group-health_access_document",
    ),
    "a route without authoriser": (
        _route_without_authoriser,
        "FFP_MAP_2_1",
        "aws_apigatewayv2_route.api_route-get-notes",
    ),
    "a secret in a variable": (
        _secret_in_variable,
        "FFP_SEC_3_1",
        "aws_lambda_function.function-list-notes_function",
    ),
    "an expired waiver": (_expired_waiver, "WAIVER_EXPIRED", "aws_lambda_function.function-health_function"),
}


@pytest.fixture(scope="module")
def planted(sample_stacks: dict[str, SynthesisedStack], tmp_path_factory: pytest.TempPathFactory) -> Result:
    def plant(text: dict[str, Any]) -> None:
        for fault, _, _ in PLANTED.values():
            fault(text["resource"], text["data"])

    stack = changed_stack(sample_stacks["prod"], tmp_path_factory.mktemp("planted"), plant)
    return scan.scan([stack], today=TODAY)[0]


@pytest.fixture(scope="module")
def sound(sample_stacks: dict[str, SynthesisedStack]) -> Result:
    return scan.scan([sample_stacks["prod"]], today=TODAY)[0]


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_fails_the_scan(planted: Result, sound: Result, fault: str) -> None:
    _, check, address = PLANTED[fault]
    assert (address, check) in {finding.key for finding in planted.failed}
    assert (address, check) not in {finding.key for finding in sound.failed}


def test_a_missing_tag_fails_the_scan(sample_stacks: dict[str, SynthesisedStack], tmp_path: Path) -> None:
    def plant(text: dict[str, Any]) -> None:
        for provider in text["provider"]["aws"]:
            del provider["default_tags"][0]["tags"]["cost-centre"]

    (result,) = scan.scan([changed_stack(sample_stacks["bootstrap-dev"], tmp_path, plant)], today=TODAY)
    assert "FFP_QUAL_4_1" in {finding.check for finding in result.failed}


def test_a_plain_secret_is_found_after_synthesis_too(
    sample_stacks: dict[str, SynthesisedStack], tmp_path: Path
) -> None:
    stack = changed_stack(sample_stacks["prod"], tmp_path, lambda text: _secret_in_variable(text["resource"], {}))
    assert any("DATABASE_PASSWORD" in problem for problem in verify.secrets(stack))


def test_a_lost_struct_is_found_after_synthesis(sample_stacks: dict[str, SynthesisedStack], tmp_path: Path) -> None:
    def plant(text: dict[str, Any]) -> None:
        encryption = text["resource"]["aws_s3_bucket_server_side_encryption_configuration"]
        encryption["storage_media_encryption"]["rule"] = [{}]

    assert verify.empty_blocks(changed_stack(sample_stacks["prod"], tmp_path, plant))


def test_a_cycle_is_found_after_synthesis(sample_stacks: dict[str, SynthesisedStack], tmp_path: Path) -> None:
    def plant(text: dict[str, Any]) -> None:
        text["resource"]["aws_vpc"]["network_vpc"]["tags"]["Name"] = "${aws_subnet.network_private-a.id}"

    assert verify.cycles(verify.graph_of(changed_stack(sample_stacks["prod"], tmp_path, plant)))


def test_the_checks_after_synthesis_find_nothing_in_what_ships(output: Path) -> None:
    disposable = {name for name, each in environments.load().items() if each.disposable}
    assert verify.problems(output, disposable) == []
