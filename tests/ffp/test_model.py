"""The model of a stack has a link exactly where the stack's JSON has a cause for it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalogue import SERVICES, TYPES, service_of
from ffp.model import model_of
from ffp.project import ROOT
from ffp.stacks import SynthesisedStack
from tests.ffp.small_platform import DATA, DOCUMENT, ENDPOINT, ROUTE, RULE_IN, RULE_OUT, Small, links_of, ref

Link = tuple[str, str, str]
READER, JOBS = "function group reader", "function group jobs"
DISTRIBUTION, BUCKET, API = "distribution door", "bucket media", "HTTP API api"


def _without(type_: str, name: str) -> Callable[[Small], object]:
    return lambda small: small.resource[type_].pop(name)


def _with(type_: str, name: str, **attributes: Any) -> Callable[[Small], object]:
    return lambda small: small.resource[type_][name].update(attributes)


def _without_statement(group: str, position: int) -> Callable[[Small], object]:
    return lambda small: small.data[DOCUMENT][group]["statement"].pop(position)


LINKS: dict[Link, tuple[Callable[[Small], object], ...]] = {
    ("viewers", "HTTPS", DISTRIBUTION): (_without("aws_cloudfront_distribution", "cdn"),),
    ("viewers", "sign in", "user pool users"): (_without("aws_cognito_user_pool_domain", "pages"),),
    ("viewers", "uploads", BUCKET): (
        _without("aws_s3_bucket_cors_configuration", "media"),
        _with("aws_s3_bucket_cors_configuration", "media", cors_rule=[{"allowed_methods": ["GET"]}]),
    ),
    (DISTRIBUTION, "/api/*", API): (_with("aws_cloudfront_distribution", "cdn", ordered_cache_behavior=[]),),
    (DISTRIBUTION, "other paths", BUCKET): (_with("aws_cloudfront_distribution", "cdn", default_cache_behavior={}),),
    (DISTRIBUTION, "signed", BUCKET): (
        _with("aws_cloudfront_distribution", "cdn", default_cache_behavior={"target_origin_id": "media"}),
    ),
    (API, "requests", READER): (_without("aws_apigatewayv2_integration", "read"),),
    (API, "checks tokens", "user pool users"): (_without("aws_apigatewayv2_authorizer", "tokens"),),
    ("user pool users", "before a token", JOBS): (_with("aws_cognito_user_pool", "pool", lambda_config={}),),
    (READER, "port 5432", "database database"): (
        _without(RULE_OUT, "database"),
        _without(RULE_IN, "reader"),
        _with(RULE_IN, "reader", from_port=5433, to_port=5433),
        _with(RULE_IN, "reader", referenced_security_group_id=ref("aws_security_group.database")),
        _with("aws_db_instance", "database", vpc_security_group_ids=[]),
    ),
    (READER, "port 443", "NAT gateway"): (
        _without(RULE_OUT, "anywhere"),
        _with(RULE_OUT, "anywhere", cidr_ipv4="10.0.0.0/8"),
        _without("aws_route_table_association", "private"),
        _with(ROUTE, "out", destination_cidr_block="10.0.0.0/8"),
    ),
    (READER, "port 443", "VPC endpoint s3"): (
        _without(RULE_OUT, "anywhere"),
        _with(ENDPOINT, "s3", route_table_ids=[]),
    ),
    (READER, "reads", "secret key"): (_without_statement("reader", 0), _without("aws_iam_role_policy", "reader")),
    (READER, "writes", BUCKET): (
        _without_statement("reader", 1),
        _with("aws_s3_bucket", "media", bucket="dev-ffp-other-111111111111"),
    ),
    (READER, "reads", "secret database-master"): (_without_statement("reader", 2),),
    (JOBS, "publishes", "topic news"): (_without_statement("jobs", 0),),
    (JOBS, "manages users", "user pool users"): (_without_statement("jobs", 1),),
    ("secret key", "rotates by", JOBS): (_without("aws_secretsmanager_secret_rotation", "key"),),
    (JOBS, "on failure", "queue failures"): (_without("aws_lambda_function_event_invoke_config", "jobs"),),
    ("queue failures", "events", JOBS): (_without("aws_lambda_event_source_mapping", "again"),),
    ("schedule hourly", "starts", JOBS): (_with("aws_scheduler_schedule", "hourly", target={}),),
    ("schedule hourly", "on failure", "queue failures"): (
        _with("aws_scheduler_schedule", "hourly", target={"arn": ref("aws_lambda_alias.jobs", "arn")}),
    ),
    ("schedule yearly", "sends", "topic alarms"): (_without("aws_scheduler_schedule", "yearly"),),
    ("deployment", "each deploy", JOBS): (_without("aws_lambda_invocation", "jobs"),),
    ("identity provider ci.example", "acts as", "role deploy"): (
        _with("aws_iam_role", "deploy", assume_role_policy="{}"),
        lambda small: small.data[DOCUMENT]["trust"]["statement"][0].update(effect="Deny"),
    ),
    ("budget month", "costs", "people by e-mail"): (_with("aws_budgets_budget", "month", notification=[]),),
    (BUCKET, "access logs", "bucket logs"): (_without("aws_s3_bucket_logging", "media"),),
    ("alarms", "alarms", "topic alarms"): (_with("aws_cloudwatch_metric_alarm", "errors", alarm_actions=[]),),
    ("topic alarms", "messages", "people by e-mail"): (_without("aws_sns_topic_subscription", "mail"),),
}
CASES = [(link, change) for link, changes in LINKS.items() for change in changes]


def test_the_model_has_these_links_and_no_other(tmp_path: Path) -> None:
    assert links_of(Small().model(tmp_path)) == set(LINKS)


@pytest.mark.parametrize(("link", "change"), CASES, ids=lambda each: " ".join(each) if isinstance(each, tuple) else "")
def test_a_link_disappears_with_its_cause(tmp_path: Path, link: Link, change: Callable[[Small], object]) -> None:
    small = Small()
    change(small)
    assert link not in links_of(small.model(tmp_path))


def test_a_denied_action_is_no_link(tmp_path: Path) -> None:
    small = Small()
    small.data[DOCUMENT]["jobs"]["statement"] = [
        {**each, "effect": "Deny"} for each in DATA[DOCUMENT]["jobs"]["statement"]
    ]
    assert set(LINKS) - links_of(small.model(tmp_path)) == {
        (JOBS, "publishes", "topic news"),
        (JOBS, "manages users", "user pool users"),
    }


def test_a_gateway_with_a_security_group_must_admit_its_users(tmp_path: Path) -> None:
    small = Small()
    small.resource["aws_security_group"]["nat"] = {}
    small.resource["aws_network_interface"] = {
        "nat": {"subnet_id": ref("aws_subnet.public"), "security_groups": [ref("aws_security_group.nat")]}
    }
    small.resource[ROUTE]["out"].pop("nat_gateway_id")
    small.resource[ROUTE]["out"]["network_interface_id"] = ref("aws_network_interface.nat")
    way_out = (READER, "port 443", "NAT instance")
    assert way_out not in links_of(small.model(tmp_path))
    small.resource[RULE_IN]["nat"] = {
        "security_group_id": ref("aws_security_group.nat"),
        "cidr_ipv4": ref("aws_subnet.private", "cidr_block"),
        "from_port": 443,
        "to_port": 443,
    }
    assert way_out in links_of(small.model(tmp_path))


def test_parts_are_placed_by_their_subnets(tmp_path: Path) -> None:
    places = {part.id: (part.in_vpc, part.tier) for part in Small().model(tmp_path).parts.values()}
    assert places["aws_iam_role.reader"] == (True, "private")
    assert places["aws_iam_role.jobs"] == (False, None)
    assert places["aws_db_instance.database"] == (True, "isolated")
    assert places["aws_nat_gateway.nat"] == (True, "public")


def test_a_tier_has_a_way_out_only_with_a_default_route(tmp_path: Path) -> None:
    small = Small()
    assert {tier.name for tier in small.model(tmp_path).tiers if tier.has_way_out} == {"private"}
    small.resource.pop(ROUTE)
    assert not any(tier.has_way_out for tier in small.model(tmp_path).tiers)


def test_a_type_without_a_service_is_counted_and_a_part(tmp_path: Path) -> None:
    small = Small()
    small.resource["aws_dynamodb_table"] = {"one": {"name": "one"}, "two": {"name": "two"}}
    model = small.model(tmp_path)
    assert model.unknown == {"aws_dynamodb_table": 2}
    assert [part.name for part in model.parts.values() if part.kind == "aws_dynamodb_table"] == ["one", "two"]


def test_every_type_that_a_stack_may_have_belongs_to_a_service() -> None:
    assert [type_ for type_ in TYPES if service_of(type_) is None] == []


def test_every_resource_of_what_ships_belongs_to_a_service(any_stack: SynthesisedStack) -> None:
    assert model_of(any_stack).unknown == {}


def test_the_services_are_those_of_the_service_map() -> None:
    services = {service.row: service for service in SERVICES if service.row}
    rows = [line.split(" | ") for line in (ROOT / "docs/architecture.md").read_text(encoding="utf-8").splitlines()]
    mapped = {row[0].removeprefix("| "): row[1] for row in rows if row[0].startswith("| MAP-")}
    assert set(services) == set(mapped)
    assert {id_: name for id_, name in mapped.items() if not name.startswith(services[id_].name)} == {}
