"""What is replaced or removed while something uses it: `replaced` of each type in the catalogue."""

import pytest

from catalogue import TYPES
from ffp import verify
from ffp.stacks import SynthesisedStack
from settings import DataDomain
from tests.modules import variants
from tests.modules.template import Template, synthesised
from tests.settings.changed import PROD, area


def test_what_is_classed_is_what_the_sample_makes(
    sample_stacks: dict[str, SynthesisedStack], request: pytest.FixtureRequest
) -> None:
    made = [*sample_stacks.values(), *(request.getfixturevalue(name).stack for name in variants.ALL)]
    types = {block.type for stack in made for block in stack.resources}
    assert types - TYPES.keys() == set(), "name these types in catalogue/"
    assert TYPES.keys() - types == set(), (
        "use these types in tests/sample/application.py, or take them out of catalogue/"
    )


@pytest.mark.parametrize("name", variants.ALL)
def test_whatever_the_settings_choose_is_destroyed_after_its_use(request: pytest.FixtureRequest, name: str) -> None:
    template: Template = request.getfixturevalue(name)
    assert verify.removals(template.stack, verify.graph_of(template.stack)) == []


def test_an_own_life_cycle_stays(prod: Template) -> None:
    both = {"create_before_destroy": True, "prevent_destroy": True}
    assert prod.one("aws_db_instance")["lifecycle"] == both
    described = {name for name, type_ in TYPES.items() if getattr(type_.replaced, "keeps_description", False)}
    for type_ in described - {"aws_iam_policy"}:
        for each in prod.all(type_).values():
            assert each["lifecycle"] == {"create_before_destroy": True, "ignore_changes": ["description"]}


def test_what_another_setting_replaces_has_another_name_then(prod: Template, by_iam: Template) -> None:
    own = synthesised(area("encryption", PROD, own_key=(DataDomain.DATABASE,)))
    for template, names in ((prod, "prod-ffp-database"), (own, "prod-ffp-database-own-key")):
        assert template.one("aws_db_instance")["identifier"] == names
        assert template.one("aws_db_subnet_group")["name"] == names
    two_zones = synthesised(area("network", variants.by_iam(), zones=("a", "b")))
    assert by_iam.one("aws_db_proxy")["name"] == "prod-ffp-database-abc"
    assert two_zones.one("aws_db_proxy")["name"] == "prod-ffp-database-ab"
    permissions = [*prod.all("aws_lambda_permission").values()]
    assert all("statement_id" not in each and each["statement_id_prefix"] for each in permissions)


def test_a_route_leads_nowhere_before_it_may_call(prod: Template) -> None:
    for id_, route in prod.all("aws_apigatewayv2_route").items():
        (permission,) = route["depends_on"]
        assert permission.startswith("aws_lambda_permission.function-")
        assert permission.endswith(f"_{id_.removeprefix('api_route-')}")


def test_a_function_outlives_neither_its_ways_nor_the_other_sides_rules(prod: Template, by_iam: Template) -> None:
    for template, entrance in ((prod, "database_firewall"), (by_iam, "database_proxy_firewall")):
        label = entrance.removesuffix("_firewall").replace("_", "-")
        assert {
            "aws_iam_role_policy.group-profile_policy",
            "aws_route.network_nat_route-a",
            "aws_route_table_association.network_private-a-association",
            "aws_vpc_endpoint.network_s3-endpoint",
            f"aws_vpc_security_group_egress_rule.group-profile_firewall_to-{label}",
            f"aws_vpc_security_group_ingress_rule.{entrance}_from-profile",
        } <= set(template.function("get-profile")["depends_on"])
    assert {
        "aws_db_proxy_target.database_proxy_target",
        "aws_vpc_security_group_egress_rule.database_proxy_firewall_to-database",
        "aws_vpc_security_group_ingress_rule.database_firewall_from-database-proxy",
    } <= set(by_iam.function("get-profile")["depends_on"])


def test_nothing_waits_twice_for_the_same(any_stack: SynthesisedStack) -> None:
    for block in any_stack.resources:
        awaited = block.attributes.get("depends_on", [])
        assert len(awaited) == len(set(awaited)), block.address


def test_sign_in_keeps_a_trigger_that_it_may_call(prod: Template) -> None:
    client = prod.one("aws_cognito_user_pool_client")
    assert client["depends_on"] == ["aws_lambda_permission.function-add-claims_user-pool"]
