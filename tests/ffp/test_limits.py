"""Each of AWS's limits is met by a stack that uses all of it, and refused to one that uses one more."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from typer.testing import CliRunner

from catalogue.limits import LIMITS, Limit, callers, network, operations, permissions
from ffp import cli, limits, stacks, terraform, verify
from ffp.limits.measures import MEASURES, Stack
from ffp.limits.values import Values
from ffp.project import BadInputError
from ffp.stacks import SynthesisedStack
from settings import AccountLimits
from settings.rules.limits import SIGN_IN_SCOPES
from tests.ffp import samples
from tests.ffp.limit_cases import CASES, policy
from tests.support import require

RAISED = [limit for limit in LIMITS if limit.setting]


def _problems(folder: Path, resource: dict[str, Any], account: AccountLimits | None = None) -> list[str]:
    samples.write(folder, resource=resource)
    return list(limits.problems(stacks.load(folder), {"dev": account} if account else {}))


def test_every_limit_is_measured_and_has_a_case() -> None:
    assert set(MEASURES) == set(LIMITS)
    assert set(CASES) == set(LIMITS) - {callers.FUNCTION_PACKAGE}  # whose case is a file


@pytest.mark.parametrize("limit", CASES, ids=lambda limit: limit.name)
def test_all_of_a_limit_may_be_used_and_one_more_is_refused(tmp_path: Path, limit: Limit) -> None:
    assert _problems(tmp_path, CASES[limit](limit.value)) == []
    (problem,) = _problems(tmp_path, CASES[limit](limit.value + 1))
    assert problem.startswith("dev: ")
    assert f"{limit.value + 1:,} {limit.unit} exceed AWS's limit of {limit.value:,} for the {limit.name}; " in problem
    assert limit.remedy in problem
    assert problem.endswith(f"({limit.source})")


@pytest.mark.parametrize("limit", RAISED, ids=lambda limit: limit.name)
def test_a_quota_that_aws_raised_is_a_setting(tmp_path: Path, limit: Limit) -> None:
    (problem,) = _problems(tmp_path, CASES[limit](limit.value + 1))
    assert f"set limits.{limit.setting}" in problem
    account = replace(AccountLimits(), **{str(limit.setting): limit.value + 1})
    assert _problems(tmp_path, CASES[limit](limit.value + 1), account) == []


def test_the_defaults_are_awss_and_each_value_has_its_source() -> None:
    assert {limit.name: AccountLimits().allowed(limit) for limit in LIMITS} == {
        each.name: each.value for each in LIMITS
    }
    assert all(limit.source.startswith("https://docs.aws.amazon.com/") for limit in LIMITS)
    assert len({limit.name for limit in LIMITS}) == len(LIMITS)


@pytest.mark.usefixtures("loads_sample")
def test_the_command_shows_the_fullest_use_of_each_limit_first(sample_output: Path) -> None:
    shown = CliRunner().invoke(cli.app, ["limits", "--stack", "prod", "--out", str(sample_output)]).stdout
    percents = [int(each) for each in re.findall(r" (\d+)% ", shown)]
    assert percents == sorted(percents, reverse=True)
    assert len(percents) > 25
    assert "routes of an" in shown


def test_the_largest_package_may_be_uploaded_and_no_larger_one(tmp_path: Path) -> None:
    path = samples.write(tmp_path, resource={"aws_lambda_function": {"x": {"filename": "assets/code.zip"}}})
    asset = path.parent / "assets" / "code.zip"
    asset.parent.mkdir()
    for more, expected in ((0, 0), (1, 1)):
        with asset.open("wb") as file:
            file.truncate(callers.FUNCTION_PACKAGE.value + more)  # takes no room on the disk
        found = list(limits.problems(stacks.load(tmp_path, with_assets=False), {}))
        assert len(found) == expected
        assert all("as an S3Object" in each and "as an Image" in each for each in found)


def test_an_account_is_shared_by_the_stacks_of_its_environment_only(tmp_path: Path) -> None:
    for name in ("dev", "bootstrap-dev", "prod"):
        samples.write(tmp_path, name, resource=CASES[permissions.ROLES](permissions.ROLES.value - 1))
    (problem,) = limits.problems(stacks.load(tmp_path), {})
    assert problem.startswith("dev: the account: 1,998 roles exceed")


def test_a_stack_beyond_a_limit_is_not_published(tmp_path: Path) -> None:
    samples.write(tmp_path, resource=CASES[callers.API_ROUTES](301))
    with pytest.raises(BadInputError, match="301 routes exceed AWS's limit of 300"):
        verify.require(tmp_path, disposable={"dev"})
    accounts = {"dev": AccountLimits(routes_per_api=301)}
    assert not any("routes" in each for each in verify.problems(tmp_path, {"dev"}, accounts))


def test_a_policy_of_several_roles_does_not_add_up(tmp_path: Path) -> None:
    half = permissions.ROLE_INLINE_POLICIES.value
    resource = {"aws_iam_role_policy": {each: {"role": each, "policy": policy(half)} for each in ("one", "two")}}
    assert _problems(tmp_path, resource) == []


@pytest.mark.parametrize(
    ("limit", "service", "operation", "member"),
    [
        (callers.POOL_SCOPES, "cognito-idp", "CreateResourceServer", "Scopes"),
        (callers.CLIENT_SCOPES, "cognito-idp", "CreateUserPoolClient", "AllowedOAuthScopes"),
        (callers.CALLBACK_URLS, "cognito-idp", "CreateUserPoolClient", "CallbackURLs"),
        (callers.LOGOUT_URLS, "cognito-idp", "CreateUserPoolClient", "LogoutURLs"),
        (network.FUNCTION_SECURITY_GROUPS, "lambda", "CreateFunction", "VpcConfig.SecurityGroupIds"),
        (operations.QUERY_TEXT, "logs", "PutQueryDefinition", "queryString"),
        (permissions.SECRET_POLICY, "secretsmanager", "PutResourcePolicy", "ResourcePolicy"),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_a_value_is_the_one_of_awss_own_model(limit: Limit, service: str, operation: str, member: str) -> None:
    shape: Any = botocore.session.get_session().get_service_model(service).operation_model(operation).input_shape
    for step in member.split("."):
        shape = shape.members[step]
    assert shape.metadata["max"] == limit.value


@pytest.mark.parametrize(
    ("limit", "service", "shape", "member"),
    [
        (operations.QUERY_LOG_GROUPS, "logs", "StartQueryRequest", "logGroupNames"),
        (operations.BACKUP_RESOURCES, "backup", "BackupSelection", "Resources"),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_a_value_is_the_one_that_awss_own_model_says(limit: Limit, service: str, shape: str, member: str) -> None:
    model: Any = botocore.session.get_session().get_service_model(service).shape_for(shape)
    assert f" {limit.value} " in model.members[member].documentation


def test_the_form_of_every_reference_that_is_measured_is_known(any_stack: SynthesisedStack) -> None:
    values = Values(any_stack)
    for measure in MEASURES.values():
        list(measure(Stack(any_stack, values)))
    assert values.unknown == set()


def test_a_size_is_that_of_what_the_provider_writes(tmp_path: Path, sample_stacks: dict[str, SynthesisedStack]) -> None:
    """The real provider renders all documents of two stacks, with the stand-ins in the place of references."""
    program = require(terraform.find(), "Terraform with its provider")
    documents, ours = {}, {}
    for name in ("prod", "bootstrap-prod"):
        values = Values(sample_stacks[name])
        for block in sample_stacks[name].blocks:
            if block.type == "aws_iam_policy_document":
                key = f"{name}-{block.address.rpartition('.')[2]}"
                documents[key] = json.loads(values.of(json.dumps(block.attributes)))
                ours[key] = len(values.of(f"${{{block.address}.json}}"))
    path = samples.write(
        tmp_path, resource={"terraform_data": {"none": {}}}, data={"aws_iam_policy_document": documents}
    )
    outputs = {each: {"value": f"${{data.aws_iam_policy_document.{each}.minified_json}}"} for each in documents}
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), "output": outputs}))
    plan = json.loads(program.plan_json(path.parent, tmp_path / "plans").read_text(encoding="utf-8"))
    assert len(ours) > 40
    assert {each: len(output["value"]) for each, output in plan["planned_values"]["outputs"].items()} == ours


def test_the_settings_count_the_scopes_that_the_client_has(sample_stacks: dict[str, SynthesisedStack]) -> None:
    (client,) = sample_stacks["prod"].of_type("aws_cognito_user_pool_client")
    of_sign_in = [scope for scope in client.attributes["allowed_oauth_scopes"] if "/" not in scope]
    assert len(of_sign_in) == SIGN_IN_SCOPES
