"""What a user renames, removes or switches in a deployed platform ends in one apply, under calls that are answered.

The emulator refuses to delete what is in use, as AWS does, and to call what lacks its role, its group or a permission.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from settings import ConnectToDatabase, FunctionGroupSettings, PublishTo
from tests.emulator.changing_platform import ChangingPlatform, function, settings
from tests.launches import account_in, started

IN_VPC = ConnectToDatabase()
BEFORE = settings(
    FunctionGroupSettings(name="health", functions=(function("health", "health"),)),
    FunctionGroupSettings(
        name="people", functions=(function("people", "people"),), bindings=(IN_VPC, PublishTo("news"))
    ),
    FunctionGroupSettings(
        name="notes", functions=(function("notes", "notes"), function("old", "old")), bindings=(IN_VPC,)
    ),
    trigger="token",
    distribution={"waf": True},
    network={"egress": "nat_gateway", "zones": ("a", "b", "c")},
)
# The function behind a route, the token trigger, a group in the VPC and a topic have other names; another group leaves
# the VPC, and a function is gone. So are the web ACL, a zone, and the NAT gateway, for which there are endpoints.
AFTER = settings(
    FunctionGroupSettings(name="status", functions=(function("status", "health"),)),
    FunctionGroupSettings(
        name="persons", functions=(function("people", "people"),), bindings=(IN_VPC, PublishTo("events"))
    ),
    FunctionGroupSettings(name="notes", functions=(function("notes", "notes"),)),
    trigger="claims",
    network={"egress": "none", "endpoints": ("secretsmanager", "sns")},
    database={"engine_version": "18", "upgrade_major_version": True},
)


@dataclass(frozen=True)
class Change:
    """What the plan and the apply of a change said, and what the API answered meanwhile."""

    planned: dict[str, str]
    said: str
    answers: Counter[tuple[str, int]]


@pytest.fixture(scope="module")
def changing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChangingPlatform]:
    folder = tmp_path_factory.mktemp("changes")
    with started(ChangingPlatform(account_in(folder), print, folder / "out")) as platform:
        platform.begin(BEFORE)
        yield platform


@pytest.fixture(scope="module")
def change(changing: ChangingPlatform) -> Change:
    """The one apply."""
    changing.put(AFTER)
    planned = changing.plan()
    with changing.called("health", "people", "notes") as answers:
        said = changing.apply()
    return Change(planned, said, answers)


def test_functions_answer_throughout(change: Change) -> None:
    assert change.answers.keys() == {("health", 204), ("people", 204), ("notes", 204)}


def test_one_apply_is_enough(changing: ChangingPlatform, change: Change) -> None:
    left = changing.plan().items()
    # The emulator does not show the security groups of an interface endpoint.
    assert {address: action for address, action in left if not address.startswith("aws_vpc_endpoint.")} == {}
    assert changing.call("old") == 404


def test_the_database_is_upgraded_in_place_between_two_parameter_groups(change: Change) -> None:
    assert change.planned["aws_db_instance.database_instance"] == "update"
    assert change.planned["aws_db_parameter_group.database_parameters"] == "replace"
    moments = [
        change.said.index(what)
        for what in (
            "aws_db_parameter_group.database_parameters: Creation complete",
            "aws_db_instance.database_instance: Modifying",
            "aws_db_instance.database_instance: Modifications complete",
            "aws_db_parameter_group.database_parameters (deposed object",
        )
    ]
    assert moments == sorted(moments)


@pytest.mark.parametrize(
    ("moved", "gone"),
    [
        ("aws_apigatewayv2_route.api_route-get-health", "aws_lambda_permission.function-health_get-health"),
        ("aws_apigatewayv2_route.api_route-get-health", "aws_apigatewayv2_integration.api_integration-health"),
        ("aws_lambda_alias.function-people_alias", "aws_iam_role.group-people_role"),
        ("aws_lambda_alias.function-people_alias", "aws_route.network_nat_route-a"),
        ("aws_lambda_alias.function-notes_alias", "aws_security_group.group-notes_firewall_group"),
        ("aws_lambda_alias.function-notes_alias", "aws_vpc_security_group_ingress_rule.database_firewall_from-notes"),
        ("aws_cognito_user_pool.identity_pool", "aws_lambda_permission.function-token_user-pool"),
        ("aws_cloudfront_distribution.distribution_distribution", "aws_wafv2_web_acl.distribution_web-acl_acl"),
    ],
)
def test_what_is_in_use_goes_after_its_user_has_moved_on(change: Change, moved: str, gone: str) -> None:
    assert change.said.index(f"{moved}: Modifications complete") < change.said.index(f"{gone}: Destroying")
