"""What the boundary leaves of the platform's roles: all that they are made for, and nothing to who else has one."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from ffp.stacks import SynthesisedStack
from tests.simulation.simulator import ALLOWED, ANYTHING, DENIED, Caller, Environment, Simulator
from tests.simulation.test_delivery import opened_to

SAY_NO_ACCOUNT = {"rds.amazonaws.com"}  # for proxies, by modules/common/iam.py
# What nobody does by a role of the platform but the code of a function.
CONTENTS = {
    "secretsmanager:GetSecretValue": "arn:aws:secretsmanager:eu-west-2:{account}:secret:{name}-ffp-a-AbCdEf",
    "secretsmanager:PutSecretValue": "arn:aws:secretsmanager:eu-west-2:{account}:secret:{name}-ffp-a-AbCdEf",
    "cognito-idp:AdminCreateUser": "arn:aws:cognito-idp:eu-west-2:{account}:userpool/eu-west-2_Abcdefghi",
    "cognito-idp:ListUsersInGroup": "arn:aws:cognito-idp:eu-west-2:{account}:userpool/eu-west-2_Abcdefghi",
    "rds-db:connect": "arn:aws:rds-db:eu-west-2:{account}:dbuser:db-ABCDEFGHIJKL/app_a",
    "s3:GetObject": "arn:aws:s3:::{name}-ffp-media-{account}/media/t/v/video.mp4",
}


@pytest.mark.parametrize("action", CONTENTS)
def test_a_role_made_by_a_deploy_reads_nothing_for_whom_it_trusts(
    simulator: Simulator, environment: Environment, action: str
) -> None:
    made = environment.made_by_deploy()
    resource = CONTENTS[action].format(account=environment.account, name=environment.name)
    tagged = {"aws:ResourceTag/environment": environment.name} if action.startswith("cognito-idp:") else {}
    assert simulator.judge(made, action, resource, told=tagged) == DENIED
    if not action.startswith(("cognito-idp:", "rds-db:")):  # which have no policies of their own
        opened = opened_to(made, f"{action.split(':')[0]}:*")
        assert simulator.judge(made, action, resource, opened_by=opened, told=tagged) == DENIED
    in_a_function = {"lambda:SourceFunctionArn": environment.arn("lambda", f"function:{environment.name}-ffp-x")}
    assert simulator.judge(made, action, resource, told={**tagged, **in_a_function}) == ALLOWED


def test_no_role_of_the_platform_takes_on_another(simulator: Simulator, environment: Environment) -> None:
    made = environment.made_by_deploy()
    trust = opened_to(made, "sts:AssumeRole")
    for role in (environment.role("notes"), environment.role("alice", path="/")):
        assert simulator.judge(made, "sts:AssumeRole", role, opened_by=trust) == DENIED


def test_the_boundary_takes_nothing_away_from_what_a_role_is_for(
    simulator: Simulator, environment: Environment
) -> None:
    """Each action of each role: from a function's code where Lambda runs it, from another service where not."""
    groups = {str(each.attributes["role"]) for each in environment.platform.of_type("aws_lambda_function")}
    functions = {_name(environment.platform, reference) for reference in groups}
    lost = {}
    for role, statements in environment.roles().items():
        runs = f"{environment.name}-ffp-{role}" in functions
        service = environment.of_role(role, policies=(ANYTHING,))  # the boundary is what is judged
        code = environment.of_role(role, policies=(ANYTHING,), function=f"{environment.name}-ffp-x" if runs else None)
        for action, resource, told in _requests(environment, statements):
            caller = service if action.startswith("ec2:") else code  # Lambda itself makes the interfaces
            key = environment.key_policy() if action.startswith("kms:") else None
            if simulator.judge(caller, action, resource, opened_by=key, told=told) != ALLOWED:
                lost[role, action] = (resource, told)
    assert functions
    assert lost == {}


def test_objects_without_a_function_are_read_by_the_role_that_backs_up_and_by_no_other(
    simulator: Simulator, environment: Environment
) -> None:
    if not environment.platform.of_type("aws_backup_plan"):
        pytest.skip("this environment has no vault")
    media = CONTENTS["s3:GetObject"].format(account=environment.account, name=environment.name)
    state = f"arn:aws:s3:::{environment.name}-ffp-state-{environment.account}/x"
    backup = environment.of_backup("backup")
    assert simulator.judge(backup, "s3:GetObjectVersion", media) == ALLOWED
    assert simulator.judge(backup, "s3:GetObjectVersion", state) == DENIED
    for action, resource in {
        "s3:DeleteObject": media,
        "s3:PutObject": media,
        "backup:DeleteRecoveryPoint": environment.arn("backup", "recovery-point:0a1b"),
        "rds:DeleteDBInstance": environment.arn("rds", f"db:{environment.name}-ffp-database"),
    }.items():
        assert simulator.judge(backup, action, resource) == DENIED, action
    others = environment.of_backup("restore-tests")
    opened = opened_to(others, "s3:*")
    assert simulator.judge(others, "s3:GetObjectVersion", media, opened_by=opened) == DENIED
    opened = opened_to(backup, "s3:*")
    assert simulator.judge(backup, "s3:PutObject", media, opened_by=opened) == DENIED


def test_no_key_can_be_destroyed_by_whom_its_policy_admits(simulator: Simulator, environment: Environment) -> None:
    """A deploy writes the policies of keys, and ships code whose session such a policy can name."""
    key, made = environment.arn("kms", "key/shared"), environment.made_by_deploy()
    in_a_function = {"lambda:SourceFunctionArn": environment.arn("lambda", f"function:{environment.name}-ffp-x")}
    for action in ("kms:DisableKey", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"):
        for caller in (made, environment.ci("smoke", boundary="smoke-boundary")):
            opened = opened_to(caller, "kms:*")
            assert simulator.judge(caller, action, key, opened_by=opened, told=in_a_function) == DENIED


def test_the_role_that_tries_a_deploy_reads_nothing_that_is_opened_to_it(
    simulator: Simulator, environment: Environment
) -> None:
    smoke = environment.ci("smoke", boundary="smoke-boundary")
    media = CONTENTS["s3:GetObject"].format(account=environment.account, name=environment.name)
    secret = environment.arn("secretsmanager", f"secret:{environment.name}-ffp-playback-AbCdEf")
    for action, resource in (
        ("s3:GetObject", media),
        ("secretsmanager:GetSecretValue", secret),
        ("lambda:InvokeFunction", environment.arn("lambda", f"function:{environment.name}-ffp-x")),
        ("sts:AssumeRole", environment.role("made")),
    ):
        opened = opened_to(smoke, "sts:AssumeRole" if action.startswith("sts") else f"{action.split(':')[0]}:*")
        assert simulator.judge(smoke, action, resource, opened_by=opened) == DENIED, action


def test_the_proxy_connects_without_a_function_and_nobody_else(simulator: Simulator, environment: Environment) -> None:
    user = CONTENTS["rds-db:connect"].format(account=environment.account, name=environment.name)
    made = environment.made_by_deploy()
    proxy = Caller(
        made.arn, made.account, boundary=made.boundary, told={"aws:PrincipalArn": environment.role("database-proxy")}
    )
    assert simulator.judge(proxy, "rds-db:connect", user) == ALLOWED
    assert simulator.judge(made, "rds-db:connect", user) == DENIED


def test_a_browser_uploads_by_the_form_that_a_function_signed(simulator: Simulator, environment: Environment) -> None:
    """Whether such a request still tells the function is not documented, so nothing may depend on it."""
    media = f"arn:aws:s3:::{environment.name}-ffp-media-{environment.account}/media/t/v/video.mp4"
    assert simulator.judge(environment.of_role("media-upload"), "s3:PutObject", media) == ALLOWED


def _name(stack: SynthesisedStack, reference: str) -> str:
    address = reference.removeprefix("${").rpartition(".")[0]
    return str(stack.by_address[address].attributes["name"])


def _requests(environment: Environment, statements: list[dict[str, Any]]) -> Iterator[tuple[str, str, dict[str, str]]]:
    """One request for each action and resource of each statement that allows, which tells what it asks for.

    But for KMS's encryption contexts, which the simulator does not know and the boundary does not ask for.
    """
    for statement in statements:
        asked = {each["variable"]: each["values"][0] for each in statement.get("condition", [])}
        told = {key: value for key, value in asked.items() if not key.startswith("kms:EncryptionContext:")}
        for pattern in statement["resources"] if statement["effect"] == "Allow" else ():
            for action in statement["actions"]:
                resource = _one_of(environment, pattern, action)
                yield action, resource, {**told, **_tags(environment, resource)}


def _tags(environment: Environment, resource: str) -> dict[str, str]:
    """What the resource is tagged with, where the boundary asks for it."""
    if ":secret:rds!" in resource:
        return {"aws:ResourceTag/aws:rds:primaryDBInstanceArn": environment.arn("rds", f"db:{environment.name}-ffp-a")}
    return (
        {"aws:ResourceTag/environment": environment.name}
        if resource.startswith(("arn:aws:kms:", "arn:aws:cognito-idp:"))
        else {}
    )


def _one_of(environment: Environment, pattern: str, action: str) -> str:
    """A resource that the pattern stands for."""
    text = pattern
    if pattern.startswith("${") and pattern.endswith("}"):
        text = environment.arn_of(environment.platform, pattern[2:-1])
    elif "${" in pattern:
        head, _, tail = pattern[2:].partition("}")
        text = environment.arn_of(environment.platform, head) + tail
    if ":logs:" in text:
        return (
            text.replace(":*", ":log-stream:one")
            if "Stream" in action or "Events" in action
            else text.removesuffix(":*")
        )
    if text == "*" and action.startswith("ec2:"):
        return "*" if "Describe" in action else environment.arn("ec2", "network-interface/eni-0123456789abcdef0")
    return text.replace("*", "one") if text != "*" else "*"


@pytest.mark.attack
def test_only_the_export_writes_exports_and_no_role_reads_them(simulator: Simulator, environment: Environment) -> None:
    exported = f"arn:aws:s3:::{environment.name}-ffp-user-exports-{environment.account}/users/2027.jsonl.gz"
    pool = CONTENTS["cognito-idp:ListUsersInGroup"].format(account=environment.account, name=environment.name)
    tagged = {"aws:ResourceTag/environment": environment.name}
    for role, may in (("user-exports", ALLOWED), ("administration", DENIED), ("made", DENIED)):
        source = f"{environment.name}-ffp-x"
        caller = (
            replace(environment.made_by_deploy(), told={"lambda:SourceFunctionArn": environment.arn("lambda", source)})
            if role == "made"
            else environment.of_role(role, policies=(ANYTHING,), function=source)
        )
        assert simulator.judge(caller, "s3:PutObject", exported) == may
        assert simulator.judge(caller, "cognito-idp:ListUsers", pool, told=tagged) == may
        for reading in ("s3:GetObject", "s3:GetObjectVersion"):
            opened = opened_to(caller, "s3:*")
            assert simulator.judge(caller, reading, exported, opened_by=opened) == DENIED


def test_services_take_on_their_roles_for_this_account_alone(simulator: Simulator, environment: Environment) -> None:
    for role in environment.platform.of_type("aws_iam_role"):
        trust = environment.document(str(role.attributes["assume_role_policy"]).split(".")[2])
        (statement,) = trust["Statement"]
        (service,) = statement["Principal"]["Service"]
        conditions = statement.get("Condition", {})
        sources = conditions.get("ArnLike", {}).get("aws:SourceArn", [environment.arn("lambda", "function:one")])
        arn = f"arn:aws:iam::{environment.account}:role{role.attributes['path']}{role.attributes['name']}"
        elsewhere = ALLOWED if service in SAY_NO_ACCOUNT else DENIED
        for account, expected in ((environment.account, ALLOWED), ("999999999999", elsewhere)):
            told = {"aws:SourceArn": sources[0].replace("*", "one"), "aws:SourceAccount": account}
            caller = Caller(service, environment.account)
            seen = simulator.judge(caller, "sts:AssumeRole", arn, opened_by=trust, told=told)
            assert (arn, account, seen) == (arn, account, expected)
