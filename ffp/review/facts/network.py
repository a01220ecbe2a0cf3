"""What the VPC promises: flow logs of all traffic, names that resolve, ways out in each zone."""

import re
from collections.abc import Iterator
from functools import partial

from ffp.review.concern import Topic
from ffp.review.facts import machines
from ffp.review.facts.common import Receivers, name_of, promise
from ffp.review.facts.fact import STACK, Amount, Fact, Finder, Members, Protection, Ranked, Truth
from ffp.review.facts.orders import Kept, Letting
from ffp.review.side import Side, blocks_in
from ffp.stacks import SynthesisedBlock

_vpc = partial(Protection, type="aws_vpc", topic=Topic.AVAILABILITY)
_endpoint = partial(Protection, type="aws_vpc_endpoint")
_TRAFFIC = {"ALL": ("ACCEPT", "REJECT")}
_WHOSE = ("vpc_id", "subnet_id", "eni_id", "transit_gateway_id", "transit_gateway_attachment_id")
_EXITS = ("nat_gateway_id", "network_interface_id", "instance_id")
_DESTINATIONS = ("destination_cidr_block", "destination_ipv6_cidr_block", "cidr_block", "ipv6_cidr_block")
# What AWS records where no format is given, without what only counts or repeats.
_DEFAULT_FIELDS = (
    *("interface-id", "srcaddr", "dstaddr", "srcport", "dstport", "protocol"),
    *("bytes", "start", "end", "action"),
)
_EVERYWHERE = frozenset({"0.0.0.0/0", "::/0"})

PROTECTIONS: tuple[Protection, ...] = (
    _vpc(
        path="enable_dns_support",
        says="Resolving names",
        order=Truth(),
        absent=True,
        why="Nothing in the VPC finds the database, AWS or anything else by its name.",
    ),
    _vpc(
        path="enable_dns_hostnames",
        says="Names of private addresses",
        order=Truth(demanded=False),
        absent=False,
        why="Private endpoints of services are found no longer: calls go to the public addresses, or fail.",
    ),
    _endpoint(
        path="private_dns_enabled",
        says="The service's usual name",
        topic=Topic.EXPOSURE,
        order=Truth(demanded=False),
        absent=False,
        why="Calls leave the VPC to the service's public address, past the endpoint and its policy.",
    ),
    _endpoint(
        path="subnet_ids",
        says="The subnets with the endpoint",
        topic=Topic.AVAILABILITY,
        order=Members("shrink", wild=()),
        absent=(),
        why="If the zone of the remaining ones fails, the service cannot be reached.",
    ),
    _endpoint(
        path="service_name",
        says="The service",
        topic=Topic.EXPOSURE,
        order=Kept(),
        why="What was sent to one service goes to another one.",
    ),
    Protection(
        type="aws_vpc_endpoint_service",
        path="acceptance_required",
        says="Accepting who connects",
        topic=Topic.EXPOSURE,
        order=Truth(),
        absent=False,
        why="Each allowed account connects by itself.",
    ),
    Protection(
        type="aws_vpc_endpoint_service",
        path="allowed_principals",
        says="Who may connect",
        topic=Topic.EXPOSURE,
        order=Letting(refused=lambda each: each == "*"),
        absent=(),
        why="They can open connections into the VPC.",
    ),
    Protection(
        type="aws_vpc_block_public_access_options",
        path="internet_gateway_block_mode",
        says="The block of the internet",
        topic=Topic.EXPOSURE,
        order=Ranked(("off", "block-ingress", "block-bidirectional")),
        absent="off",
        why="A route or a security group is enough to open the VPC to the internet.",
    ),
    Protection(
        type="aws_subnet",
        path="map_public_ip_on_launch",
        says="Public addresses for whatever starts",
        topic=Topic.EXPOSURE,
        order=Truth(wanted=False),
        absent=False,
        why="An instance that starts there can be reached from the internet, as far as its security groups admit.",
    ),
    Protection(
        type="aws_subnet",
        path="assign_ipv6_address_on_creation",
        says="Public addresses of version 6 for whatever starts",
        topic=Topic.EXPOSURE,
        order=Truth(wanted=False, demanded=False),
        absent=False,
        why="Each address of version 6 is public.",
    ),
    Protection(
        type="aws_eip",
        path="network_interface",
        says="What has the public address",
        topic=Topic.AVAILABILITY,
        order=Kept(),
        why="What had it can no longer be reached, or reaches nothing, and something else can.",
    ),
    Protection(
        type="aws_eip",
        path="instance",
        says="What has the public address",
        topic=Topic.AVAILABILITY,
        order=Kept(),
        why="What had it can no longer be reached, or reaches nothing, and something else can.",
    ),
)


def _flow_logs(side: Side) -> Iterator[Fact]:
    """What of each VPC's traffic is recorded, and where. A new VPC needs a record of all."""
    found: dict[str, list[SynthesisedBlock]] = {side.address(block): [] for block in side.of_type("aws_vpc")}
    for block in side.of_type("aws_flow_log"):
        owners = [side.named(value) for path in _WHOSE if (value := block.attributes.get(path))]
        found.setdefault(side.address(owners[0]) if owners and owners[0] else STACK, []).append(block)
    vpcs = {side.address(block): block for block in side.of_type("aws_vpc")}
    for subject, logs in found.items():
        traffic = [kind for log in logs for kind in _traffic(side, log)]
        places = [place for log in logs if (place := _place(side, log))]
        block = logs[0] if logs else vpcs[subject]
        yield promise(
            side,
            block,
            "flow logs",
            "The record of traffic",
            Topic.WATCHING,
            Members("shrink", wild=(), needed=2 if subject in vpcs else 0),
            traffic,
            "Nobody can later tell who connected to whom, or tried to.",
            absent=(),
            subject=subject,
        )
        yield promise(
            side,
            block,
            "places of flow logs",
            "Where the record of traffic is kept",
            Topic.WATCHING,
            Receivers(may_join=True),
            places,
            "What reads it there gets it no longer, and its retention and key are others.",
            absent=(),
            subject=subject,
        )
        yield promise(
            side,
            block,
            "readers of flow logs",
            "Who else gets the record of traffic",
            Topic.EXPOSURE,
            Receivers(may_leave=True),
            places,
            "Whoever owns the place reads who connects to whom.",
            absent=(),
            subject=subject,
        )


def _traffic(side: Side, log: SynthesisedBlock) -> tuple[str, ...]:
    kind = str(side.get(log, "traffic_type") or "ALL").upper()
    return _TRAFFIC.get(kind, (kind,))


def _place(side: Side, log: SynthesisedBlock) -> str | None:
    given = log.attributes.get("log_destination") or log.attributes.get("log_group_name")
    groups = side.owners(given, "aws_cloudwatch_log_group")
    return side.address(groups[0]) if groups else name_of(side, given)


def _fields(side: Side) -> Iterator[Fact]:
    """The fields of each record."""
    for block in side.of_type("aws_flow_log"):
        given = side.get(block, "log_format")
        why = "Who connected to whom cannot be told from what is left."
        fields = re.findall(r"[\w-]+", str(given)) if given else _DEFAULT_FIELDS
        order = Members("shrink", wild=())
        yield promise(side, block, "fields", "The recorded fields", Topic.WATCHING, order, fields, why, absent=fields)


def _ways_out(side: Side) -> Iterator[Fact]:
    """How many ways out there are: with only one for several zones, the failure of its zone stops all of them."""
    routes = [dict(block.attributes) for block in side.of_type("aws_route")]
    routes += [route for block in side.of_type("aws_route_table") for route in blocks_in(block.attributes.get("route"))]
    exits = {
        name
        for route in routes
        if any(str(route.get(path)) in _EVERYWHERE for path in _DESTINATIONS)
        for path in _EXITS
        if (name := name_of(side, route.get(path)))
    }
    for block in side.of_type("aws_vpc"):
        why = "If the zone of a remaining one fails, the other zones have no way out."
        says, number = "Ways out by NAT", len(exits)
        yield promise(side, block, "ways out", says, Topic.AVAILABILITY, Amount(), number, why, absent=0)


FINDERS: tuple[Finder, ...] = (_flow_logs, _fields, _ways_out, *machines.FINDERS)
PROTECTIONS += machines.PROTECTIONS
