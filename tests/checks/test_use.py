"""What a stack makes and must use (SHAPE-2): every type of ours is judged, and every use is missed when it goes."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from checks.use import USES
from ffp import scan, stacks
from ffp.stacks import SynthesisedBlock, SynthesisedStack
from modules.stacks import synthesise
from settings import Environment
from tests.checks import judged
from tests.modules import variants
from tests.sample.environments import ALL as SAMPLE
from tests.sample.machines import WITH_MACHINES
from tests.test_planted_faults import TODAY

CHECK = "FFP_SHAPE_2_1"

# Types that nothing needs to refer to: they act by themselves, or belong to the block that they name.
ACTS = {
    "aws_apigatewayv2_api",
    "aws_appautoscaling_scheduled_action",
    "aws_budgets_budget",
    "aws_cloudfront_distribution",
    "aws_cloudwatch_dashboard",
    "aws_cloudwatch_metric_alarm",
    "aws_cloudwatch_query_definition",
    "aws_db_instance",
    "aws_guardduty_malware_protection_plan",
    "aws_instance",
    "aws_lambda_event_source_mapping",
    "aws_lambda_function",
    "aws_lambda_invocation",
    "aws_route53_record",
    "aws_scheduler_schedule",
    "aws_vpc",
    "aws_vpc_endpoint",
}
BELONGS = {
    "aws_acm_certificate_validation",
    "aws_apigatewayv2_api_mapping",
    "aws_apigatewayv2_route",
    "aws_apigatewayv2_stage",
    "aws_appautoscaling_target",
    "aws_backup_restore_testing_selection",
    "aws_backup_selection",
    "aws_backup_vault_lock_configuration",
    "aws_cloudfront_monitoring_subscription",
    "aws_cloudwatch_event_target",
    "aws_cloudwatch_log_delivery",
    "aws_cognito_user_pool_domain",
    "aws_db_proxy",
    "aws_db_proxy_default_target_group",
    "aws_db_proxy_target",
    "aws_default_security_group",
    "aws_flow_log",
    "aws_iam_role_policy",
    "aws_iam_role_policy_attachment",
    "aws_kms_alias",
    "aws_kms_key_policy",
    "aws_lambda_function_event_invoke_config",
    "aws_lambda_permission",
    "aws_lambda_provisioned_concurrency_config",
    "aws_route",
    "aws_route_table_association",
    "aws_s3_bucket_cors_configuration",
    "aws_s3_bucket_lifecycle_configuration",
    "aws_s3_bucket_logging",
    "aws_s3_bucket_notification",
    "aws_s3_bucket_ownership_controls",
    "aws_s3_bucket_policy",
    "aws_s3_bucket_public_access_block",
    "aws_s3_bucket_server_side_encryption_configuration",
    "aws_s3_bucket_versioning",
    "aws_secretsmanager_secret_policy",
    "aws_secretsmanager_secret_rotation",
    "aws_sns_topic_policy",
    "aws_sns_topic_subscription",
    "aws_sqs_queue_policy",
    "aws_vpc_security_group_egress_rule",
    "aws_vpc_security_group_ingress_rule",
    "aws_wafv2_web_acl_logging_configuration",
    "aws_xray_encryption_config",
}
# What settings that nobody ships leave unused: a key for data that no bucket holds, a secret that no function reads.
UNUSED = {
    "gateway": {"aws_secretsmanager_secret.secrets_webhook-key_secret"},
}
# An address names its interface, and the pipeline's roles are assumed from outside.
IN_USE_BY_THEMSELVES = {"prod": ["aws_eip.network_nat_address"], "bootstrap-prod": []}


def _made(settings: Environment, folder: Path) -> SynthesisedStack:
    synthesise({settings.name: settings}, [settings.name], folder)
    (stack,) = stacks.load(folder)
    return stack


def _types(stack: SynthesisedStack) -> set[str]:
    return {
        f"data.{each.type}" if each.kind == "data" else each.type for each in stack.blocks if each.kind != "provider"
    }


@pytest.mark.parametrize("name", variants.ALL)
def test_settings_that_nobody_ships_have_no_finding_but_what_they_leave_unused(name: str, tmp_path: Path) -> None:
    stack = _made(variants.ALL[name](), tmp_path)
    assert _types(stack) <= USES.keys() | ACTS | BELONGS
    (result,) = scan.scan([stack], today=TODAY)
    assert {each.key for each in result.failed} == {(address, CHECK) for address in UNUSED.get(name, set())}


@pytest.mark.parametrize("settings", [*SAMPLE.values(), WITH_MACHINES], ids=[*SAMPLE, "with machines"])
def test_the_samples_environments_have_no_finding(settings: Environment, tmp_path: Path) -> None:
    for result in scan.scan([_made(settings, tmp_path)], today=TODAY):
        assert [(each.address, each.check) for each in result.failed] == [], result.stack.name


def test_every_type_of_ours_is_judged_or_needs_no_user(any_stack: SynthesisedStack) -> None:
    unknown = _types(any_stack) - (USES.keys() | ACTS | BELONGS)
    assert unknown == set(), (
        "say in USES of checks/use.py what must refer to these, or add them to ACTS or BELONGS here"
    )
    assert not USES.keys() & (ACTS | BELONGS)


@pytest.mark.parametrize("name", ["prod", "bootstrap-prod"])
def test_what_loses_its_last_use_is_found(sample_stacks: dict[str, SynthesisedStack], name: str) -> None:
    """Takes everything that uses the first block of each type, and leaves what only describes it."""
    text = json.loads(sample_stacks[name].path.read_text(encoding="utf-8"))
    first: dict[str, SynthesisedBlock] = {}
    for block in sample_stacks[name].blocks:
        first.setdefault(f"data.{block.type}" if block.kind == "data" else block.type, block)
    missed = []
    for kind in USES.keys() & first.keys():
        block, without = first[kind], copy.deepcopy(text)
        for place, values in _by_type(without):
            _forget(values, place, USES[kind], _named(block))
        if (CHECK, block.address) not in judged.findings(without, CHECK):
            missed.append(block.address)
    assert sorted(missed) == IN_USE_BY_THEMSELVES[name]


def _named(block: SynthesisedBlock) -> re.Pattern[str]:
    """How texts name a block: by its address, or by a name of its own."""
    own = block.attributes
    metric = own.get("metric_transformation", {}).get("name")
    names = [own.get("name"), own.get("bucket"), metric, own.get("url", "").removeprefix("https://")]
    named = "|".join(re.escape(name) for name in (block.address, *filter(None, names)))
    return re.compile(rf"(?<![\w-])({named})(?![\w-])")


def _by_type(text: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Each block with its type, `data.` included; the backend too."""
    yield "terraform.backend", text["terraform"]["backend"]
    for section, prefix in (("resource", ""), ("data", "data.")):
        for type_, blocks in text[section].items():
            yield from ((f"{prefix}{type_}", block) for block in blocks.values())


def _forget(value: Any, place: str, uses: tuple[str, ...], named: re.Pattern[str]) -> None:
    """Takes every text that names the block at a place of use."""
    for key, inner in list(value.items()) if isinstance(value, dict) else [*enumerate(value)][::-1]:
        path = place if isinstance(value, list) else f"{place}.{key}"
        if isinstance(inner, dict | list):
            _forget(inner, path, uses, named)
        elif isinstance(inner, str) and named.search(inner) and any(fnmatchcase(path, use) for use in uses):
            del value[key]
