"""What stands at a network's border: access lists, endpoints, other networks, filters."""

from typing import Any

import pytest

from ffp.review.network import borders
from ffp.review.network.model import Network
from ffp.review.side import Side
from tests.review.corpus.edit import Document, stack_of
from tests.review.small_network import ANY, changed, document, judged, ref, titles


def _with_list(*rules: dict[str, Any]) -> Document:
    usual = {"from_port": 0, "to_port": 0, "protocol": "-1", "cidr_block": ANY}
    ingress = [*rules, {**usual, "rule_no": 900, "action": "allow"}]
    subnets = [ref("aws_subnet.private")]
    return changed(document(), aws_network_acl={"main": {"ingress": ingress, "egress": [], "subnet_ids": subnets}})


_DENIED = {"rule_no": 10, "action": "deny", "protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_block": ANY}


def test_a_denial_that_is_removed_from_an_access_list_is_a_concern() -> None:
    assert "lets more pass from anywhere" in titles(_with_list(), _with_list(_DENIED))
    assert titles(_with_list(_DENIED), _with_list()) == ""


def test_a_denial_counts_only_before_what_allows() -> None:
    late = {**_DENIED, "rule_no": "950"}
    assert "lets more pass from" in titles(_with_list(late), _with_list(_DENIED))


def test_a_subnet_without_its_access_list_is_a_concern() -> None:
    lost = changed(_with_list(_DENIED), aws_network_acl={"main": {"subnet_ids": []}})
    assert "aws_subnet.private lets more pass" in titles(lost, _with_list(_DENIED))


def test_a_separate_rule_of_an_access_list_counts() -> None:
    rule = {"network_acl_id": ref("aws_network_acl.main"), "rule_number": 5, "rule_action": "allow"}
    rule |= {"protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_block": "192.0.2.0/24", "egress": False}
    after = changed(_with_list(_DENIED), aws_network_acl_rule={"ssh": rule})
    assert "lets more pass from 192.0.2.0/24" in titles(after, _with_list(_DENIED))


def test_an_access_list_forbids_a_connection_that_groups_allow() -> None:
    def ports(document: Document) -> list[str]:
        network = Network(Side(stack_of(document)))
        return [source.name for source, target, _ in network.connections() if target.name == "aws_instance.web"]

    assert ports(document()) == ["aws_ecs_service.service"]
    assert ports(_with_list(_DENIED)) == []  # its list lets nothing out


@pytest.mark.parametrize("type_", borders._BRIDGES)
def test_a_new_connection_with_another_network_is_a_concern(type_: str) -> None:
    made = changed(document(), **{type_: {"new": {"description": "x"}}})
    assert [each.address for each in judged(document(), made)] == [f"{type_}.new"]
    again = changed(document(), **{type_: {"other": {"description": "x"}}})
    assert judged(made, again) == []  # a new address of the same


@pytest.mark.parametrize(
    ("type_", "attribute"), [(type_, key) for type_, (_, keys) in borders._BRIDGES.items() for key in keys]
)
def test_a_connection_that_leads_elsewhere_is_a_concern(type_: str, attribute: str) -> None:
    before = changed(document(), **{type_: {"one": {attribute: "a"}}})
    after = changed(document(), **{type_: {"one": {attribute: "b"}}})
    assert [each.address for each in judged(before, after)] == [f"{type_}.one"]


@pytest.mark.parametrize("type_", borders._GUARDS)
def test_a_filter_that_is_removed_is_a_concern(type_: str) -> None:
    assert [each.address for each in judged(changed(document(), **{type_: {"one": {}}}), document())] == [
        f"{type_}.one"
    ]


@pytest.mark.parametrize(("type_", "attribute"), borders._STRENGTHS)
def test_a_filter_that_becomes_weaker_is_a_concern(type_: str, attribute: str) -> None:
    ranks = borders._STRENGTHS[type_, attribute]
    before = changed(document(), **{type_: {"one": {attribute: ranks[-1]}}})
    after = changed(document(), **{type_: {"one": {attribute: ranks[0]}}})
    assert judged(before, after)
    assert judged(after, before) == []


def test_an_endpoint_without_private_names_is_a_concern() -> None:
    own = {
        "vpc_id": ref("aws_vpc.main"),
        "vpc_endpoint_type": "Interface",
        "service_name": "com.amazonaws.eu-west-2.kms",
        "security_group_ids": ref("aws_security_group.cache"),
    }
    before = changed(document(), aws_vpc_endpoint={"kms": {**own, "private_dns_enabled": True}})
    after = changed(document(), aws_vpc_endpoint={"kms": {**own, "private_dns_enabled": False}})
    assert "to kms no longer takes a private endpoint" in titles(after, before)
