"""What the roles of CI can make of their rights, and what they need: each escalation with its legitimate twin.

The role that deploys writes trusts and the policies of buckets, keys, secrets and functions, so every attack here
begins with one that lets its own session in.
"""

import pytest

from tests.rendered import Policy
from tests.simulation.simulator import ALLOWED, DENIED, Caller, Environment, Simulator


def opened_to(caller: Caller, *actions: str) -> Policy:
    """The policy of a resource, or a role's trust, that lets a session in by its own ARN."""
    statement = {"Effect": "Allow", "Principal": {"AWS": caller.arn}, "Action": list(actions), "Resource": "*"}
    if actions == ("sts:AssumeRole",):
        del statement["Resource"]
    return {"Version": "2012-10-17", "Statement": [statement]}


@pytest.fixture
def deploy(environment: Environment) -> Caller:
    return environment.ci("deploy")


@pytest.fixture
def plan(environment: Environment) -> Caller:
    return environment.ci("plan")


def _boundary(environment: Environment, name: str = "boundary") -> dict[str, str]:
    arn = f"arn:aws:iam::{environment.account}:policy/{environment.name}-ffp-{name}"
    return {"iam:PermissionsBoundary": arn}


def _tag(environment: Environment) -> dict[str, str]:
    return {"aws:ResourceTag/environment": environment.name}


def test_deploy_role_makes_roles_below_the_path_under_the_boundary_alone(
    simulator: Simulator, environment: Environment, deploy: Caller
) -> None:
    ours, persons = environment.role("made"), environment.role("made", path="/")
    assert simulator.judge(deploy, "iam:CreateRole", ours, told=_boundary(environment)) == ALLOWED
    assert simulator.judge(deploy, "iam:CreateRole", ours) == DENIED
    wider = _boundary(environment, "delivery-boundary")
    assert simulator.judge(deploy, "iam:CreateRole", ours, told=wider) == DENIED
    assert simulator.judge(deploy, "iam:CreateRole", persons, told=_boundary(environment)) == DENIED


_PAIR = ("playback", "smoke-users")  # a secret of the platform, and the one that the bootstrap stack creates
ROLE_CHANGES = ("DeleteRole", "DeleteRolePolicy", "PutRolePolicy", "UpdateAssumeRolePolicy", "UpdateRole")


@pytest.mark.parametrize("change", ROLE_CHANGES)
def test_deploy_role_changes_no_role_of_a_person(
    simulator: Simulator, environment: Environment, deploy: Caller, change: str
) -> None:
    """Whether it carries the platform's prefix, or its boundary, or lies below its path without the boundary."""
    action, ours, alice = f"iam:{change}", environment.role("notes"), environment.role("alice", path="/")
    bounded = _boundary(environment)
    assert simulator.judge(deploy, action, ours, told=bounded) == ALLOWED
    assert simulator.judge(deploy, action, ours) == DENIED
    assert simulator.judge(deploy, action, alice) == DENIED
    assert simulator.judge(deploy, action, alice, told=bounded) == DENIED


def test_deploy_role_passes_the_platforms_roles_to_its_services_alone(
    simulator: Simulator, environment: Environment, deploy: Caller
) -> None:
    to_lambda, ours = {"iam:PassedToService": "lambda.amazonaws.com"}, environment.role("notes")
    assert simulator.judge(deploy, "iam:PassRole", ours, told=to_lambda) == ALLOWED
    assert simulator.judge(deploy, "iam:PassRole", ours, told={"iam:PassedToService": "ec2.amazonaws.com"}) == DENIED
    for role in ("alice", "deploy", "plan"):
        assert simulator.judge(deploy, "iam:PassRole", environment.role(role, path="/"), told=to_lambda) == DENIED


def test_deploy_role_gives_backups_roles_to_aws_backup_and_changes_nothing_of_them(
    simulator: Simulator, environment: Environment, deploy: Caller
) -> None:
    if not environment.platform.of_type("aws_backup_plan"):
        pytest.skip("this environment has no vault")
    backup, bounded = environment.role("backup", path="/"), _boundary(environment)
    for change in (*ROLE_CHANGES, "CreateRole", "PutRolePermissionsBoundary"):
        assert simulator.judge(deploy, f"iam:{change}", backup, told=bounded) == DENIED
    for change in ("AttachRolePolicy", "DeleteRolePermissionsBoundary", "TagRole"):
        assert simulator.judge(deploy, f"iam:{change}", backup) == DENIED
    tests = environment.role("restore-tests", path="/")
    for role, service in ((backup, "backup"), (tests, "restore-testing.backup")):
        for passed in ("backup", "restore-testing.backup", "lambda"):
            told = {"iam:PassedToService": f"{passed}.amazonaws.com"}
            expected = ALLOWED if passed == service else DENIED
            assert simulator.judge(deploy, "iam:PassRole", role, told=told) == expected
    wider = _boundary(environment, "backup-boundary")
    assert simulator.judge(deploy, "iam:CreateRole", environment.role("made"), told=wider) == DENIED


def test_deploy_role_leaves_the_test_users_secret_alone(
    simulator: Simulator, environment: Environment, deploy: Caller
) -> None:
    ours, users = (environment.arn("secretsmanager", f"secret:{environment.name}-ffp-{part}-AbCdEf") for part in _PAIR)
    assert simulator.judge(deploy, "secretsmanager:DeleteSecret", ours) == ALLOWED
    for action in ("DeleteSecret", "PutResourcePolicy", "RotateSecret", "UpdateSecret"):
        assert simulator.judge(deploy, f"secretsmanager:{action}", users) == DENIED


@pytest.mark.parametrize("role", ["deploy", "plan"])
def test_no_role_of_ci_takes_on_a_role_that_trusts_it(
    simulator: Simulator, environment: Environment, role: str
) -> None:
    caller = environment.ci(role)
    trust = opened_to(caller, "sts:AssumeRole")
    assert simulator.judge(caller, "sts:AssumeRole", environment.role("made"), opened_by=trust) == DENIED
    alice = environment.role("alice", path="/")
    assert simulator.judge(caller, "sts:AssumeRole", alice, opened_by=trust) == DENIED


@pytest.mark.parametrize("role", ["deploy", "plan"])
def test_no_role_of_ci_reads_a_secret_that_is_open_to_it(
    simulator: Simulator, environment: Environment, role: str
) -> None:
    caller, secret = environment.ci(role), environment.arn("secretsmanager", "secret:x-ffp-database-AbCdEf")
    opened = opened_to(caller, "secretsmanager:*")
    assert simulator.judge(caller, "secretsmanager:GetSecretValue", secret, opened_by=opened) == DENIED


@pytest.mark.parametrize("action", ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", "s3:DeleteObject"])
def test_deploy_role_touches_no_object_in_a_bucket_that_is_open_to_it(
    simulator: Simulator, environment: Environment, deploy: Caller, action: str
) -> None:
    media = f"arn:aws:s3:::{environment.name}-ffp-media-{environment.account}/media/t/v/video.mp4"
    opened = opened_to(deploy, "s3:*")
    emptied = environment.name == "dev" and action == "s3:DeleteObject"  # a disposable environment can be destroyed
    assert simulator.judge(deploy, action, media, opened_by=opened) == (ALLOWED if emptied else DENIED)


def test_deploy_role_works_with_its_state_and_lock(
    simulator: Simulator, environment: Environment, deploy: Caller
) -> None:
    name, bucket = environment.name, f"arn:aws:s3:::{environment.name}-ffp-state-{environment.account}"
    state = f"{bucket}/{name}/terraform.tfstate"
    assert simulator.judge(deploy, "s3:ListBucket", bucket) == ALLOWED
    for action in ("s3:GetObject", "s3:PutObject"):
        assert simulator.judge(deploy, action, state) == ALLOWED
        assert simulator.judge(deploy, action, f"{bucket}/bootstrap-{name}/terraform.tfstate") == DENIED
    assert simulator.judge(deploy, "s3:DeleteObject", state) == DENIED
    for action in ("s3:GetObject", "s3:PutObject", "s3:DeleteObject"):
        assert simulator.judge(deploy, action, f"{state}.tflock") == ALLOWED


def test_plan_role_reads_the_states_and_writes_neither_them_nor_their_locks(
    simulator: Simulator, environment: Environment, plan: Caller
) -> None:
    name, bucket = environment.name, f"arn:aws:s3:::{environment.name}-ffp-state-{environment.account}"
    assert simulator.judge(plan, "s3:ListBucket", bucket) == ALLOWED
    for stack in (name, f"bootstrap-{name}"):
        state = f"{bucket}/{stack}/terraform.tfstate"
        assert simulator.judge(plan, "s3:GetObject", state) == ALLOWED
        for action in ("s3:PutObject", "s3:DeleteObject"):
            assert simulator.judge(plan, action, state) == DENIED
            assert simulator.judge(plan, action, f"{state}.tflock") == DENIED


def test_keys_are_used_through_services_even_where_they_are_open_to_the_deploy_role(
    simulator: Simulator, environment: Environment, deploy: Caller
) -> None:
    key, opened, tagged = environment.arn("kms", "key/shared"), opened_to(deploy, "kms:*"), _tag(environment)
    for service, expected in (("lambda", ALLOWED), ("rds", ALLOWED), ("dynamodb", DENIED)):
        through = {"kms:ViaService": f"{service}.eu-west-2.amazonaws.com"}
        seen = simulator.judge(deploy, "kms:Decrypt", key, opened_by=opened, told={**tagged, **through})
        assert (service, seen) == (service, expected)
    assert simulator.judge(deploy, "kms:Decrypt", key, opened_by=opened, told=tagged) == DENIED
    assert simulator.judge(deploy, "kms:ReEncryptFrom", key, opened_by=opened, told=tagged) == DENIED


def test_keys_are_lent_to_services_alone(simulator: Simulator, environment: Environment, deploy: Caller) -> None:
    key, opened, tagged = environment.arn("kms", "key/shared"), opened_to(deploy, "kms:*"), _tag(environment)
    for for_service, expected in (("true", ALLOWED), ("false", DENIED)):
        told = {**tagged, "kms:GrantIsForAWSResource": for_service}
        assert simulator.judge(deploy, "kms:CreateGrant", key, opened_by=opened, told=told) == expected


def test_functions_are_opened_to_services_alone(simulator: Simulator, environment: Environment, deploy: Caller) -> None:
    function = environment.arn("lambda", f"function:{environment.name}-ffp-list-notes")
    callers = {
        "apigateway.amazonaws.com": ALLOWED,
        "cognito-idp.amazonaws.com": ALLOWED,
        "secretsmanager.amazonaws.com": ALLOWED,
        "*": DENIED,
        "999999999999": DENIED,
        deploy.arn: DENIED,
    }
    seen = {
        each: simulator.judge(deploy, "lambda:AddPermission", function, told={"lambda:Principal": each})
        for each in callers
    }
    assert seen == callers


def test_secrets_are_not_opened_to_everybody(simulator: Simulator, environment: Environment, deploy: Caller) -> None:
    secret = environment.arn("secretsmanager", f"secret:{environment.name}-ffp-a-AbCdEf")
    for blocked, expected in (("true", ALLOWED), ("false", DENIED)):
        told = {"secretsmanager:BlockPublicPolicy": blocked}
        assert simulator.judge(deploy, "secretsmanager:PutResourcePolicy", secret, told=told) == expected
