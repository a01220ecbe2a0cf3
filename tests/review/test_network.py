"""The model of a network: who can open a connection to whom, and what a change of it is a concern."""

import copy
import time
from typing import Any

import pytest

from ffp.review.network import areas, concerns, section
from ffp.review.network.areas import Area, port_span
from ffp.review.network.model import Network
from ffp.review.report import Mark
from ffp.review.side import Side
from ffp.stacks import SynthesisedStack
from tests.review.corpus.edit import Document, stack_of
from tests.review.small_network import CIDR, changed, document, judged, ref, titles


def test_a_connection_needs_both_groups() -> None:
    network = Network(Side(stack_of(document())))
    found = {
        (source.name, target.name): areas.words_for_ports(ports) for source, target, ports in network.connections()
    }
    cache = "aws_elasticache_replication_group.cache"
    assert found["aws_ecs_service.service", cache] == "tcp 6379"
    assert ("aws_instance.web", cache) not in found
    assert found["aws_ecs_service.service", "aws_instance.web"] == "tcp 443"


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        (("tcp", 400, 500), ("tcp", 443, 443), "tcp 443"),
        (("-1", None, None), ("tcp", "80", "90"), "tcp 80-90"),
        (("all", 0, 0), (-1, 0, 0), "any port"),
        (("6", -1, -1), ("tcp", 1, 2), "tcp 1-2"),
        (("tcp", 1, 10), ("udp", 1, 10), "none"),
        (("icmp", -1, -1), ("icmp", 8, 0), "icmp"),
        (("tcp", "${var.port}", "${var.port}"), ("tcp", 5432, 5432), "tcp 5432"),
    ],
)
def test_ports_overlap_as_ranges(first: Any, second: Any, words: str) -> None:
    assert areas.words_for_ports(areas.common([port_span(*first)], [port_span(*second)])) == words


def test_areas_are_subtracted_exactly() -> None:
    whole, part = areas.addresses("10.0.0.0/8"), areas.addresses("10.64.0.0/10")
    assert whole
    assert part
    left = areas.without([Area(whole, (1, 100))], [Area(part, (50, 60))])
    assert areas.without([Area(part, (50, 60))], left) == [Area(part, (50, 60))]
    assert areas.without([Area(whole, (1, 100))], [*left, Area(part, (50, 60))]) == []
    assert areas.words_for_addresses([whole]) == "10.0.0.0/8"


def test_a_public_address_opens_what_the_group_allows() -> None:
    public = changed(document(), aws_eip={"web": {"instance": ref("aws_instance.web")}})
    assert "aws_instance.web can be reached from anywhere" in titles(public)
    private = changed(document(), aws_eip={"other": {"domain": "vpc"}})
    assert titles(private) == ""


def test_a_subnet_that_gives_public_addresses_opens_its_instances() -> None:
    assert "aws_instance.web can be reached" in titles(
        changed(document(), aws_subnet={"public": {"map_public_ip_on_launch": "true"}})
    )


def test_an_internal_load_balancer_that_becomes_public_is_a_concern() -> None:
    own = {"subnets": [ref("aws_subnet.public")], "security_groups": [ref("aws_security_group.web")]}
    before = changed(document(), aws_lb={"web": {**own, "internal": True}})
    after = changed(before, aws_lb={"web": {"internal": False}})
    assert "aws_lb.web can be reached from anywhere" in titles(after, before)
    assert titles(before, after) == ""


def test_a_machine_without_a_group_gets_the_default_one() -> None:
    before = changed(document(), aws_instance={"bare": {"subnet_id": ref("aws_subnet.private")}})
    opened = changed(before, aws_default_security_group={"main": None})
    assert "aws_instance.bare can connect to anywhere" in titles(opened, before)


def test_something_other_than_a_program_may_not_reach_a_cache() -> None:
    web = {"protocol": "tcp", "from_port": 6379, "to_port": 6379, "security_groups": [ref("aws_security_group.web")]}
    cache = document()["resource"]["aws_security_group"]["cache"]
    after = changed(document(), aws_security_group={"cache": {"ingress": [cache["ingress"], web]}})
    assert "can be reached from aws_instance.web" in titles(after)


def _rule(peer: str, first: int, last: int, direction: str = "ingress", of: str = "web") -> Document:
    """The network with one more rule of a group, whose peer is another group, a list, or addresses."""
    rule: dict[str, Any] = {"security_group_id": ref(f"aws_security_group.{of}"), "ip_protocol": "tcp"}
    rule |= {"from_port": first, "to_port": last}
    key = "prefix_list_id" if peer.startswith("pl-") else "cidr_ipv4" if "/" in peer else "cidr_ipv6"
    given = {key: peer} if ":" in peer or "/" in peer or peer.startswith("pl-") else None
    rule |= given or {"referenced_security_group_id": ref(f"aws_security_group.{peer}")}
    return changed(document(), **{f"aws_vpc_security_group_{direction}_rule": {"more": rule}})


def _closed(given: Document) -> Document:
    return changed(given, aws_security_group={"web": {"ingress": []}})


def test_a_new_way_between_groups_is_a_concern_if_it_is_wide_or_administers() -> None:
    before = _closed(document())
    assert titles(_closed(_rule("service", 8080, 8080)), before) == ""
    assert "can be reached from aws_ecs_service.service" in titles(_closed(_rule("service", 22, 22)), before)
    assert "can be reached from aws_ecs_service.service" in titles(_closed(_rule("service", 1, 20000)), before)


def test_more_ports_of_a_way_that_exists_are_a_concern() -> None:
    before, after = _closed(_rule("service", 8080, 8080)), _closed(_rule("service", 8080, 8090))
    assert "can be reached from aws_ecs_service.service" in titles(after, before)
    assert titles(before, after) == ""


def test_a_list_of_unknown_addresses_is_a_concern_in_both_directions() -> None:
    assert "can be reached from pl-1" in titles(_rule("pl-1", 80, 80))
    assert "can connect to pl-1" in titles(_rule("pl-1", 25, 25, "egress", "cache"))


def test_the_internet_is_the_same_in_both_versions_of_addresses() -> None:
    assert titles(_rule("::/0", 443, 443)) == ""  # anybody could do so by version 4
    assert titles(_rule("::/0", 8443, 8443)) != ""


def test_a_new_machine_to_which_the_network_may_log_in_is_a_concern() -> None:
    own = {"subnet_id": ref("aws_subnet.private"), "vpc_security_group_ids": [ref("aws_security_group.new")]}
    for port, is_grave in ((22, True), (8080, False)):
        rule = {"protocol": "tcp", "from_port": port, "to_port": port, "cidr_blocks": [CIDR]}
        after = changed(document(), aws_instance={"new": own}, aws_security_group={"new": {"ingress": rule}})
        assert ("aws_instance.new can be reached" in titles(after)) is is_grave


def test_a_new_database_in_a_public_subnet_is_a_concern() -> None:
    for subnet in ("public", "private"):
        group = {"subnet_ids": [ref(f"aws_subnet.{subnet}")]}
        database = {"db_subnet_group_name": ref("aws_db_subnet_group.new", "name"), "vpc_security_group_ids": []}
        after = changed(document(), aws_db_subnet_group={"new": group}, aws_db_instance={"new": database})
        assert ("aws_db_instance.new is made in a subnet with a route" in titles(after)) is (subnet == "public")


def test_a_known_id_is_the_same_as_the_reference() -> None:
    known = {"aws_security_group.service": {"id": "sg-0aa"}, "aws_security_group.cache": {"id": "sg-0bb"}}
    literal = document()
    literal["resource"]["aws_security_group"]["cache"]["ingress"]["security_groups"] = ["sg-0aa"]
    before, after = Side(stack_of(document()), known=known), Side(stack_of(literal), known=known)
    assert list(concerns(before, after)) == []


def test_a_renamed_group_is_the_same_group() -> None:
    after = document()
    groups = after["resource"]["aws_security_group"]
    groups["asking"] = groups.pop("service")
    groups["cache"]["ingress"]["security_groups"] = [ref("aws_security_group.asking")]
    after["resource"]["aws_ecs_service"]["service"]["network_configuration"]["security_groups"] = ref(
        "aws_security_group.asking"
    )
    renamed = {"aws_security_group.service": "aws_security_group.asking"}
    assert list(concerns(Side(stack_of(document()), renamed), Side(stack_of(after)))) == []
    assert judged(document(), after) == []


def test_the_section_shows_what_changed_first() -> None:
    after = changed(document(), aws_eip={"web": {"instance": ref("aws_instance.web")}})
    found = section(Side(stack_of(document())), Side(stack_of(after)))
    inner, outwards, inwards = found.tables
    assert found.id == "network"
    assert ("aws_ecs_service.service", "aws_elasticache_replication_group.cache", "tcp 6379", "") in [
        row.cells for row in inner.rows
    ]
    assert [(row.mark, row.cells[0]) for row in outwards.rows] == [(Mark.ADDED, "aws_instance.web")]
    assert [(row.mark, row.cells[2]) for row in inwards.rows] == [
        (Mark.ADDED, "open"),
        (Mark.REMOVED, "allowed, but no route leads there"),
    ]
    assert "1 ways in" in found.summary or "1 way in" in found.summary


def test_a_table_without_rows_says_so() -> None:
    empty = Side(stack_of({"resource": {}}))
    assert all(table.if_empty and not table.rows for table in section(empty, empty).tables)


def test_an_unchanged_network_is_no_concern(any_stack: SynthesisedStack) -> None:
    assert list(concerns(Side(any_stack), Side(any_stack))) == []
    assert section(Side(any_stack), Side(any_stack)).changed_rows == 0


@pytest.mark.parametrize("odd", [None, 7, "x", "${aws_nothing.x.id}", [], {}, [None], [[["x"]]], {"a": [1]}, True])
def test_odd_values_do_not_stop_the_judgement(odd: Any) -> None:
    before = document()
    for named in before["resource"].values():
        for block in named.values():
            for key in block:
                after = copy.deepcopy(before)
                for type_ in after["resource"]:
                    for each in after["resource"][type_].values():
                        if key in each:
                            each[key] = odd
                judged(before, after)
                judged(after, before)


def test_a_thousand_resources_take_no_time() -> None:
    """Three hundred services with a group of their own, each with a way to the cache."""
    made = document()
    resources = made["resource"]
    for place in range(300):
        group = f"aws_security_group.group{place}"
        resources["aws_security_group"][f"group{place}"] = copy.deepcopy(resources["aws_security_group"]["service"])
        service = copy.deepcopy(resources["aws_ecs_service"]["service"])
        service["network_configuration"]["security_groups"] = [ref(group)]
        resources["aws_ecs_service"][f"service{place}"] = service
        resources.setdefault("aws_vpc_security_group_ingress_rule", {})[f"rule{place}"] = {
            "security_group_id": ref("aws_security_group.cache"),
            "referenced_security_group_id": ref(group),
            "ip_protocol": "tcp",
            "from_port": 6379,
            "to_port": 6379,
        }
    after_it = changed(made, aws_eip={"web": {"instance": ref("aws_instance.web")}})
    before, after = Side(stack_of(made)), Side(stack_of(after_it))
    started = time.process_time()
    assert list(concerns(before, after))
    section(before, after)
    assert time.process_time() - started < 1.5
