"""What stands at a network's border: access lists, endpoints, connections to others, and what filters traffic."""

from collections.abc import Iterator, Mapping
from typing import Any

from ffp.review.concern import Concern, Grade, Topic
from ffp.review.facts.fact import truth
from ffp.review.network import areas
from ffp.review.network.exits import listed
from ffp.review.network.firewalls import IN, OUT
from ffp.review.network.model import Network
from ffp.review.side import Side, values_in
from ffp.stacks import SynthesisedBlock

# A new one connects the VPC with somebody else. Each with what it does in words, and the attributes that say with whom.
_BRIDGES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "aws_dx_gateway_association": ("connects the VPC with a data centre", ("dx_gateway_id", "allowed_prefixes")),
    "aws_dx_private_virtual_interface": ("connects the VPC with a data centre", ("connection_id", "vpn_gateway_id")),
    "aws_ec2_client_vpn_authorization_rule": (
        "lets users of a VPN in",
        ("target_network_cidr", "authorize_all_groups", "access_group_id"),
    ),
    "aws_ec2_client_vpn_endpoint": ("lets users of a VPN in", ("authentication_options", "client_cidr_block")),
    "aws_ec2_client_vpn_network_association": ("lets users of a VPN in", ("subnet_id",)),
    "aws_ec2_instance_connect_endpoint": ("lets people log in to private machines", ("subnet_id",)),
    "aws_ec2_transit_gateway_peering_attachment": (
        "connects the VPC with other networks",
        ("peer_transit_gateway_id",),
    ),
    "aws_ec2_transit_gateway_vpc_attachment": ("connects the VPC with other networks", ("transit_gateway_id",)),
    "aws_ec2_transit_gateway_vpc_attachment_accepter": (
        "connects the VPC with other networks",
        ("transit_gateway_attachment_id",),
    ),
    "aws_globalaccelerator_endpoint_group": ("gives private endpoints a public address", ("endpoint_configuration",)),
    "aws_networkmanager_vpc_attachment": ("connects the VPC with other networks", ("core_network_id", "vpc_arn")),
    "aws_verifiedaccess_endpoint": ("lets users outside reach something in the VPC", ("load_balancer_options",)),
    "aws_vpc_block_public_access_exclusion": ("exempts from the block of public access", ("subnet_id", "vpc_id")),
    "aws_vpc_endpoint_connection_accepter": ("lets another account connect", ("vpc_endpoint_id",)),
    "aws_vpc_endpoint_service": ("lets other accounts connect", ("allowed_principals",)),
    "aws_vpc_endpoint_service_allowed_principal": ("lets another account connect", ("principal_arn",)),
    "aws_vpc_peering_connection": ("connects the VPC with another one", ("peer_vpc_id", "peer_owner_id", "vpc_id")),
    "aws_vpc_peering_connection_accepter": ("connects the VPC with another one", ("vpc_peering_connection_id",)),
    "aws_vpclattice_service_network_vpc_association": (
        "connects the VPC with other services",
        ("service_network_identifier",),
    ),
    "aws_vpn_connection": ("connects the VPC with another network", ("customer_gateway_id", "transit_gateway_id")),
    "aws_vpn_connection_route": ("connects the VPC with another network", ("destination_cidr_block",)),
    "aws_vpn_gateway": ("connects the VPC with another network", ()),
    "aws_vpn_gateway_attachment": ("connects the VPC with another network", ("vpn_gateway_id", "vpc_id")),
}
# What filters traffic, with what is lost without it.
_GUARDS = {
    "aws_networkfirewall_firewall": "inspects traffic",
    "aws_networkfirewall_firewall_policy": "says how traffic is inspected",
    "aws_networkfirewall_rule_group": "says which traffic is dropped",
    "aws_route53_resolver_firewall_rule": "filters the names that programs may look up",
    "aws_route53_resolver_firewall_rule_group_association": "filters the names that programs may look up",
    "aws_vpc_block_public_access_options": "blocks public access to every VPC",
}
# Their attributes, with the values from the weakest to the strongest.
_STRENGTHS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("aws_route53_resolver_firewall_config", "firewall_fail_open"): ("ENABLED", "DISABLED"),
    ("aws_route53_resolver_firewall_rule", "action"): ("ALLOW", "ALERT", "BLOCK"),
    ("aws_route53_resolver_firewall_rule_group_association", "mutation_protection"): ("DISABLED", "ENABLED"),
    ("aws_vpc_block_public_access_options", "internet_gateway_block_mode"): (
        "off",
        "block-ingress",
        "block-bidirectional",
    ),
    ("aws_vpc_endpoint_service", "acceptance_required"): ("False", "True"),
}
_SOMEBODYS_SERVICE = "com.amazonaws.vpce."


def _red(address: str, title: str, before: str = "", after: str = "", why: str = "") -> Concern:
    return Concern(Grade.RED, Topic.EXPOSURE, address, title, before, after, why)


def bridges(before: Side, after: Side) -> Iterator[Concern]:
    """A concern for each new connection with another network, and for each that now leads to another one."""
    for type_, (says, attributes) in _BRIDGES.items():
        old = {before.address(block): block for block in before.of_type(type_)}
        present = {after.address(block) for block in after.of_type(type_)}
        gone = [_comparable(before, block) for address, block in old.items() if address not in present]
        for block in after.of_type(type_):
            address = after.address(block)
            if address not in old:
                if _comparable(after, block) not in gone:
                    yield _red(address, f"{address} {says}", why="Whoever is there can try every port that is open.")
                continue
            for key in attributes:
                was, now = before.get(old[address], key), after.get(block, key)
                if _differs(was, now):
                    yield _red(address, f"{address} {says}: {key.replace('_', ' ')} changed", str(was), str(now))
    yield from _services(before, after)


def _services(before: Side, after: Side) -> Iterator[Concern]:
    known = {str(before.get(block, "service_name")) for block in before.of_type("aws_vpc_endpoint")}
    for block in after.of_type("aws_vpc_endpoint"):
        name = str(after.get(block, "service_name"))
        if name.startswith(_SOMEBODYS_SERVICE) and name not in known:
            address = after.address(block)
            yield _red(address, f"{address} connects the VPC with a service that is not AWS's", "", name)


def _differs(was: Any, now: Any) -> bool:
    if isinstance(was, list) or isinstance(now, list):
        return bool({str(each) for each in values_in(now)} - {str(each) for each in values_in(was)})
    return now is not None and str(was) != str(now)


def _comparable(side: Side, block: SynthesisedBlock) -> str:
    ignored = ("tags", "lifecycle", "depends_on")
    return str(side.resolved({key: value for key, value in block.attributes.items() if key not in ignored}))


def guards(before: Side, after: Side) -> Iterator[Concern]:
    """A concern for each filter of traffic that is removed or made weaker."""
    for type_, says in _GUARDS.items():
        present = {after.address(block) for block in after.of_type(type_)}
        made = [_comparable(after, block) for block in after.of_type(type_)]
        for block in before.of_type(type_):
            address = before.address(block)
            if address not in present and _comparable(before, block) not in made:
                yield _red(address, f"{address}, which {says}, is removed")
    for (type_, key), ranks in _STRENGTHS.items():
        old = {before.address(block): _rank(before.get(block, key), ranks) for block in before.of_type(type_)}
        for block in after.of_type(type_):
            address, rank = after.address(block), _rank(after.get(block, key), ranks)
            if rank < old.get(address, 0):
                says = key.replace("_", " ")
                yield _red(address, f"{address}: {says} is weaker", ranks[old[address]], ranks[max(rank, 0)])


def _rank(value: Any, ranks: tuple[str, ...]) -> int:
    text = str(truth(value)) if ranks[0] == "False" else str(value)
    return ranks.index(text) if text in ranks else 0


def access_lists(before: Network, after: Network) -> Iterator[Concern]:
    """A concern for each subnet whose access list lets more pass than before."""
    grown: dict[tuple[str, str], tuple[list[str], list[areas.Area]]] = {}
    listless = [subnet for subnet in before.routes.of_subnet if not before.lists.list_of(subnet)]
    for subnet in after.routes.of_subnet:
        is_new = subnet not in before.routes.of_subnet
        if is_new and (listless or not before.routes.of_subnet or after.lists.list_of(subnet)):
            continue  # a new subnet is judged only if it alone has no list
        for direction in (IN, OUT):
            was = [] if is_new else before.lists.allowed(subnet, direction)
            if more := areas.without(after.lists.allowed(subnet, direction), was):
                cause = after.lists.list_of(subnet) or before.lists.list_of(subnet) or subnet
                names, parts = grown.setdefault((cause, direction), ([], []))
                names.append(subnet)
                parts.extend(more)
    for (cause, direction), (names, parts) in grown.items():
        way = "from" if direction == IN else "to"
        yield _red(
            cause,
            f"The access list of {listed(names)} lets more pass {way} {_addresses(parts)}",
            after=areas.words_for_ports(each.ports for each in parts),
            why="What the list denied is allowed now; only security groups remain.",
        )


def _addresses(parts: list[areas.Area]) -> str:
    return areas.words_for_addresses(each.addresses for each in parts)


def endpoints(before: Network, after: Network) -> Iterator[Concern]:
    """A concern for each subnet whose traffic to a service of AWS no longer takes a private endpoint."""
    old, new = _covered(before), _covered(after)
    kept = set(new)
    lost: dict[tuple[str, str], list[str]] = {}
    for (place, service), address in old.items():
        block = after.names.blocks.get(place)
        vpc = after.names.first(block.attributes.get("vpc_id")) if block else ""
        if block and not {(place, service), (vpc, service)} & kept:
            lost.setdefault((address, service), []).append(place)
    for (address, service), places in lost.items():
        yield _red(
            address,
            f"Traffic of {listed(sorted(places))} to {service} no longer takes a private endpoint",
            why="It leaves by the ordinary way out, and the endpoint's policy no longer limits it.",
        )


def _covered(network: Network) -> dict[tuple[str, str], str]:
    """The endpoint of each subnet (or, with private names, each VPC) and service."""
    found: dict[tuple[str, str], str] = {}
    side, names = network.side, network.names
    for block in side.of_type("aws_vpc_endpoint"):
        service = str(side.get(block, "service_name")).rpartition(".")[2]
        address = side.address(block)
        if str(side.get(block, "vpc_endpoint_type") or "Gateway") == "Gateway":
            tables = set(names.of(block.attributes.get("route_table_ids")))
            for more in side.of_type("aws_vpc_endpoint_route_table_association"):
                if address in names.of(more.attributes.get("vpc_endpoint_id")):
                    tables.update(names.of(more.attributes.get("route_table_id")))
            for subnet in network.routes.of_subnet:
                if network.routes.table(subnet) in tables:
                    found[subnet, service] = address
        elif truth(side.get(block, "private_dns_enabled")):
            found[names.first(block.attributes.get("vpc_id")), service] = address
    return found
