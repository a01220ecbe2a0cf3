import base64

from ffp.stacks import SynthesisedStack
from tests.every import settings_of
from tests.modules.template import Template, plain


def _targets(template: Template, key: str) -> dict[str, str]:
    return {
        plain(route["route_table_id"]): plain(route[key])
        for route in template.all("aws_route").values()
        if route.get(key) is not None
    }


def test_the_private_tier_leaves_by_an_interface_that_outlives_the_instance(prod: Template) -> None:
    interface = prod.one("aws_network_interface")
    assert interface["source_dest_check"] is False
    assert plain(interface["subnet_id"]) == "network_public-a"
    assert _targets(prod, "network_interface_id") == {
        f"network_private-{zone}-routes": "network_nat_interface" for zone in "ab"
    }
    assert plain(prod.one("aws_eip")["network_interface"]) == "network_nat_interface"


def test_the_launch_template_hardens_the_instance(prod: Template) -> None:
    template = prod.one("aws_launch_template")
    assert template["instance_type"] == "t4g.nano"
    assert template["image_id"].endswith("-arm64")
    assert template["metadata_options"] == {
        "http_endpoint": "enabled",
        "http_tokens": "required",
        "http_put_response_hop_limit": 1,
    }
    (device,) = template["block_device_mappings"]
    assert device["ebs"]["encrypted"] == "true"
    assert device["ebs"]["kms_key_id"] == "${aws_kms_key.encryption_shared_key.arn}"
    assert template["network_interfaces"] == [
        {"device_index": 0, "network_interface_id": "${aws_network_interface.network_nat_interface.id}"}
    ]
    assert "iam_instance_profile" not in template
    assert "key_name" not in template


def test_the_instance_is_what_the_launch_template_says_and_what_only_the_instance_can_say(prod: Template) -> None:
    instance = prod.one("aws_instance")
    assert set(instance) == {
        "depends_on",
        "disable_api_termination",
        "ebs_optimized",
        "force_destroy",
        "launch_template",
        "source_dest_check",
        "tags",
    }
    assert instance["launch_template"]["id"] == "${aws_launch_template.network_nat_template.id}"
    assert instance["ebs_optimized"] is True


def test_instance_and_interface_agree_on_the_check_of_source_and_destination(platform: SynthesisedStack) -> None:
    """EC2 keeps one value for both: where they differ, each deploy changes what the one before made."""
    checks = {
        block.attributes.get("source_dest_check", True)  # the default of both
        for type_ in ("aws_instance", "aws_network_interface")
        for block in platform.of_type(type_)
    }
    assert checks <= {False}


def test_only_a_disposable_environments_instance_can_be_terminated_by_a_call(platform: SynthesisedStack) -> None:
    for instance in platform.of_type("aws_instance"):
        disposable = settings_of(platform).disposable
        assert instance.attributes["disable_api_termination"] is not disposable


def test_terraform_may_replace_a_protected_instance(prod: Template, local: Template) -> None:
    """By an argument that release 5.100 lacks, which `local` is made for: it lifts the protection unasked."""
    assert prod.one("aws_instance")["force_destroy"] is True
    assert "force_destroy" not in local.one("aws_instance")


def test_a_new_version_of_the_template_replaces_the_instance_in_the_plan_that_makes_it(prod: Template) -> None:
    version = prod.one("aws_instance")["launch_template"]["version"]
    assert version == "${aws_launch_template.network_nat_template.latest_version}"


def test_the_instance_finds_its_way_out_ready_at_its_first_boot(prod: Template) -> None:
    assert set(prod.one("aws_instance")["depends_on"]) == {
        "aws_eip.network_nat_address",
        "aws_route.network_public-route",
        "aws_route_table_association.network_public-a-association",
        "aws_route_table_association.network_public-b-association",
        "aws_vpc_security_group_egress_rule.network_nat_firewall_to-internet",
    }


def test_a_nat_gateway_and_its_address_wait_for_the_internet_gateway(gateway: Template) -> None:
    for type_ in ("aws_eip", "aws_nat_gateway"):
        for each in gateway.all(type_).values():
            assert "aws_route.network_public-route" in each["depends_on"]


def test_what_the_template_starts_carries_every_tag(prod: Template) -> None:
    specifications = prod.one("aws_launch_template")["tag_specifications"]
    assert {each["resource_type"] for each in specifications} == {"instance", "volume"}
    for each in specifications:
        assert {"environment", "project", "cost-centre"} <= set(each["tags"])


def test_the_private_tier_alone_comes_in_and_https_alone_goes_out(prod: Template) -> None:
    nat = "network_nat_firewall_group"
    assert {rule for rule in prod.rules if rule[1] == nat} == {
        ("egress", nat, "0.0.0.0/0", 443),
        *(("ingress", nat, f"network_private-{zone}", 443) for zone in "ab"),
    }


def test_the_instance_forwards_and_masquerades(prod: Template) -> None:
    script = base64.b64decode(prod.one("aws_launch_template")["user_data"]).decode()
    assert script.startswith("#!/bin/bash\nset -euo pipefail\n")
    assert "net.ipv4.ip_forward = 1" in script
    assert "masquerade" in script


def test_failing_hardware_recovers_the_instance(prod: Template) -> None:
    alarm = prod.one("aws_cloudwatch_metric_alarm", "network_nat_recovery")
    assert alarm["metric_name"] == "StatusCheckFailed_System"
    assert alarm["dimensions"] == {"InstanceId": "${aws_instance.network_nat_instance.id}"}
    assert "arn:aws:automate:eu-west-2:ec2:recover" in alarm["alarm_actions"]
    assert alarm["treat_missing_data"] == "notBreaching"


def test_no_alarm_rests_on_what_detailed_monitoring_refines(platform: SynthesisedStack) -> None:
    """EC2 reports status checks every minute for all instances, anything else every five minutes without it."""
    alarms = [
        each.attributes
        for each in platform.of_type("aws_cloudwatch_metric_alarm")
        if each.attributes.get("namespace") == "AWS/EC2"
    ]
    assert {alarm["metric_name"] for alarm in alarms} <= {"StatusCheckFailed_System"}
    assert {alarm["period"] for alarm in alarms} <= {60}


def test_one_gateway_serves_every_zone(gateway: Template) -> None:
    assert plain(gateway.one("aws_nat_gateway")["subnet_id"]) == "network_public-a"
    assert _targets(gateway, "nat_gateway_id") == {
        f"network_private-{zone}-routes": "network_nat_gateway-a" for zone in "ab"
    }
    assert gateway.all("aws_instance") == {}


def test_a_gateway_for_each_zone_keeps_a_zones_failure_in_it(by_iam: Template) -> None:
    assert _targets(by_iam, "nat_gateway_id") == {
        f"network_private-{zone}-routes": f"network_nat_gateway-{zone}" for zone in "abc"
    }
    assert {name: plain(each["subnet_id"]) for name, each in by_iam.all("aws_nat_gateway").items()} == {
        f"network_nat_gateway-{zone}": f"network_public-{zone}" for zone in "abc"
    }
