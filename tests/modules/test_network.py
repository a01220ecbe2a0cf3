from ipaddress import ip_network

from tests.modules.template import Template, conditions, plain, principals, synthesised
from tests.settings.changed import PROD, area

ANYWHERE = "0.0.0.0/0"


def _routes(template: Template) -> dict[str, str]:
    """Where each table sends what leaves the VPC."""
    found = {}
    for route in template.all("aws_route").values():
        (target,) = [
            route[k] for k in ("gateway_id", "nat_gateway_id", "network_interface_id") if route.get(k) is not None
        ]
        assert route["destination_cidr_block"] == ANYWHERE
        found[plain(route["route_table_id"]).removeprefix("network_")] = plain(target)
    return found


def test_three_tiers_stand_in_each_zone_on_addresses_of_their_own(prod: Template) -> None:
    subnets = prod.all("aws_subnet")
    assert {name.removeprefix("network_"): each["availability_zone"] for name, each in subnets.items()} == {
        f"{tier}-{zone}": f"eu-west-2{zone}" for tier in ("public", "private", "isolated") for zone in "ab"
    }
    blocks = [ip_network(each["cidr_block"]) for each in subnets.values()]
    assert all(block.subnet_of(ip_network("10.30.0.0/16")) for block in blocks)  # type: ignore[arg-type]
    assert not any(a.overlaps(b) for a in blocks for b in blocks if a is not b)
    assert not any(each["map_public_ip_on_launch"] for each in subnets.values())


def test_a_third_zone_moves_no_subnet(prod: Template, by_iam: Template) -> None:
    for name, subnet in prod.all("aws_subnet").items():
        assert by_iam.one("aws_subnet", name)["cidr_block"] == subnet["cidr_block"]


def test_the_isolated_tier_has_no_route_out_whatever_the_egress(
    prod: Template, closed: Template, gateway: Template, by_iam: Template
) -> None:
    for template in (prod, closed, gateway, by_iam):
        assert "isolated-routes" not in _routes(template)
        endpoint = template.one("aws_vpc_endpoint", "network_s3-endpoint")
        assert all("isolated" not in table for table in endpoint["route_table_ids"])
        associations = template.all("aws_route_table_association")
        isolated = {plain(each["route_table_id"]) for name, each in associations.items() if "isolated" in name}
        assert isolated == {"network_isolated-routes"}


def test_the_internet_gateway_serves_the_public_tier_alone(prod: Template) -> None:
    routes = _routes(prod)
    assert [table for table, target in routes.items() if target == "network_internet-gateway"] == ["public-routes"]


def test_without_egress_the_private_tier_has_no_route_out(closed: Template) -> None:
    assert set(_routes(closed)) == {"public-routes"}
    assert not [rule for rule in closed.rules if rule[2] == ANYWHERE]
    assert closed.all("aws_nat_gateway") == closed.all("aws_instance") == closed.all("aws_eip") == {}


def test_what_is_started_without_a_security_group_reaches_nothing(prod: Template) -> None:
    default = prod.one("aws_default_security_group")
    assert not default.get("ingress")
    assert not default.get("egress")


def test_every_security_group_rule_says_what_it_is_for_in_characters_that_ec2_takes(
    prod: Template, closed: Template, by_iam: Template
) -> None:
    allowed = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ._-:/()#,@[]+=&;{}!$*")
    for template in (prod, closed, by_iam):
        for type_ in (
            "aws_security_group",
            "aws_vpc_security_group_ingress_rule",
            "aws_vpc_security_group_egress_rule",
        ):
            for name, each in template.all(type_).items():
                assert 0 < len(each["description"]) <= 255, name
                assert set(each["description"]) <= allowed, name


def test_no_rule_is_written_inside_a_security_group(prod: Template) -> None:
    for group in prod.all("aws_security_group").values():
        assert not {"ingress", "egress"} & set(group)


def test_buckets_of_ours_alone_are_reached_by_the_gateway_endpoint(prod: Template) -> None:
    endpoint = prod.one("aws_vpc_endpoint", "network_s3-endpoint")
    assert endpoint["vpc_endpoint_type"] == "Gateway"
    (statement,) = prod.document("network_s3-endpoint-access").values()
    assert statement["resources"] == ["arn:aws:s3:::prod-ffp-*"]
    assert set(statement["actions"]) == {"s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"}
    assert conditions(statement) == {
        "aws:PrincipalAccount": ("StringEquals", ["333333333333"]),
        "aws:ResourceAccount": ("StringEquals", ["333333333333"]),
    }


def test_an_interface_endpoint_stands_where_the_settings_say(closed: Template, prod: Template) -> None:
    assert set(prod.all("aws_vpc_endpoint")) == {"network_s3-endpoint"}
    endpoint = closed.one("aws_vpc_endpoint", "network_sns-endpoint")
    assert endpoint["service_name"] == "com.amazonaws.eu-west-2.sns"
    assert endpoint["private_dns_enabled"] is True
    assert [plain(each) for each in endpoint["subnet_ids"]] == ["network_private-a", "network_private-b"]


def test_an_endpoint_that_aws_names_otherwise_than_iam_is_asked_for_by_its_own_name() -> None:
    endpoint = synthesised(area("network", PROD, endpoints=("kinesis",))).one(
        "aws_vpc_endpoint", "network_kinesis-endpoint"
    )
    assert endpoint["service_name"] == "com.amazonaws.eu-west-2.kinesis-streams"


def test_an_endpoint_carries_what_bindings_allow_and_nothing_else(closed: Template) -> None:
    statements = closed.document("network_sns-access")
    assert set(statements) == {"NotesPublishToReminders", "RemindersPublishToReminders"}
    notes = statements["NotesPublishToReminders"]
    assert notes["actions"] == ["sns:Publish"]
    assert notes["resources"] == ["${aws_sns_topic.topic-reminders_topic.arn}"]
    assert principals(notes) == ["*"]
    assert conditions(notes) == {"aws:PrincipalArn": ("ArnEquals", ["${aws_iam_role.group-notes_role.arn}"])}
    secrets = closed.document("network_secretsmanager-access")
    assert {each["resources"][0] for sid, each in secrets.items() if sid.startswith("Profile")} == {
        "${aws_secretsmanager_secret.secrets_database-application-user_secret.arn}"
    }


def test_an_endpoint_lets_in_the_groups_that_call_it(closed: Template) -> None:
    clients = {rule[2] for rule in closed.rules if rule[:2] == ("ingress", "network_sns-firewall_group")}
    assert clients == {"group-notes_firewall_group", "group-reminders_firewall_group"}
    for client in clients:
        assert ("egress", client, "network_sns-firewall_group", 443) in closed.rules
        assert ("egress", client, "network_secretsmanager-firewall_group", 443) in closed.rules


def test_all_traffic_is_logged_into_an_encrypted_group(prod: Template) -> None:
    flow = prod.one("aws_flow_log")
    assert (flow["traffic_type"], flow["vpc_id"]) == ("ALL", "${aws_vpc.network_vpc.id}")
    group = prod.one("aws_cloudwatch_log_group", "network_flow-logs_group")
    assert group["kms_key_id"] == "${aws_kms_key.encryption_shared_key.arn}"
    assert flow["log_destination"].endswith(f"log-group:{group['name']}")
    (write,) = prod.document("network_flow-logs-access").values()
    assert write["resources"] == [f"{flow['log_destination']}:*"]
    trust = prod.document("network_flow-logs-role-trust")["Assume"]
    assert principals(trust) == ["vpc-flow-logs.amazonaws.com"]
    assert conditions(trust)["aws:SourceAccount"] == ("StringEquals", ["333333333333"])
