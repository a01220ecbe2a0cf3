"""Who has an address in a network: each with its security groups, its subnets, and whether the internet can see it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from ffp.review.facts.fact import truth
from ffp.review.network.areas import EVERY_V4, EVERY_V6, port_span
from ffp.review.network.firewalls import IN, OUT, Firewalls, Rule
from ffp.review.network.names import Names, default_of
from ffp.review.side import Side
from ffp.stacks import SynthesisedBlock

_NOT_HELD_BY = (  # they define or attach groups
    "aws_default_security_group",
    "aws_network_interface_sg_attachment",
    "aws_security_group",
    "aws_security_group_rule",
    "aws_vpc_endpoint_security_group_association",
    "aws_vpc_security_group_egress_rule",
    "aws_vpc_security_group_ingress_rule",
)
# Without a group these get their VPC's default one.
_DEFAULT_GROUP = (
    "aws_alb",
    "aws_db_instance",
    "aws_db_proxy",
    "aws_docdb_cluster",
    "aws_efs_mount_target",
    "aws_elasticache_cluster",
    "aws_elasticache_replication_group",
    "aws_instance",
    "aws_lb",
    "aws_neptune_cluster",
    "aws_network_interface",
    "aws_rds_cluster",
    "aws_redshift_cluster",
    "aws_vpc_endpoint",
)
_BALANCERS = ("aws_lb", "aws_alb", "aws_elb")
_MACHINES = ("aws_instance", "aws_launch_template", "aws_spot_instance_request")
_PUBLIC = ("publicly_accessible", "associate_public_ip_address", "assign_public_ip")
_MEMBERS = {  # those whose exposure is their cluster's, and the attribute that names it
    "aws_docdb_cluster_instance": "cluster_identifier",
    "aws_neptune_cluster_instance": "cluster_identifier",
    "aws_rds_cluster_instance": "cluster_identifier",
}
_ATTACHED = (  # the attribute with the group, and the one with its holder
    ("aws_network_interface_sg_attachment", "security_group_id", "network_interface_id"),
    ("aws_vpc_endpoint_security_group_association", "security_group_id", "vpc_endpoint_id"),
)


@dataclass(frozen=True)
class Holder:
    """Something with an address in the network, or (`is_group`) a group that nothing holds yet."""

    name: str
    type: str
    groups: frozenset[str]
    subnets: frozenset[str]
    public: bool = False
    is_group: bool = False
    own_rules: tuple[Rule, ...] = ()  # of what has no group at all


@dataclass(frozen=True)
class Holders:
    """All holders of one side, by name."""

    firewalls: Firewalls

    @property
    def names(self) -> Names:
        return self.firewalls.names

    @property
    def side(self) -> Side:
        return self.firewalls.side

    @cached_property
    def all(self) -> Mapping[str, Holder]:
        """Every holder, and every group without one."""
        found = {holder.name: holder for block in self.side.stack.resources if (holder := self._holder(block))}
        held = {group for holder in found.values() for group in holder.groups}
        for name in self.firewalls.rules:
            if name not in held:
                found[name] = Holder(name, "aws_security_group", frozenset({name}), frozenset(), is_group=True)
        return found

    @cached_property
    def of_group(self) -> Mapping[str, list[Holder]]:
        """The holders of each group."""
        found: dict[str, list[Holder]] = {}
        for holder in self.all.values():
            for group in holder.groups:
                found.setdefault(group, []).append(holder)
        return found

    def rules(self, holder: Holder) -> tuple[Rule, ...]:
        """Everything that a holder's groups allow."""
        rules = self.firewalls.rules
        return (*holder.own_rules, *(rule for group in sorted(holder.groups) for rule in rules.get(group, ())))

    def _holder(self, block: SynthesisedBlock) -> Holder | None:
        if block.type in _NOT_HELD_BY:
            return None
        name = self.side.address(block)
        groups = frozenset([*self._groups(block), *self._attached.get(name, ())])
        subnets = self.names.subnets(block) if groups or block.type in _DEFAULT_GROUP else frozenset()
        own: tuple[Rule, ...] = ()
        if not groups and block.type in _BALANCERS and block.attributes.get("load_balancer_type") == "network":
            own = tuple(self._listeners(block))
        elif not groups and block.type in _DEFAULT_GROUP and self._gets_default(block, subnets):
            groups = frozenset({self._default_group(subnets)})
        if not groups and not own:
            return None
        if block.type == "aws_launch_template":
            subnets |= self._subnets_of_template(block)
        return Holder(name, block.type, groups, subnets, self._is_public(block, subnets), own_rules=own)

    def _groups(self, block: SynthesisedBlock) -> Iterator[str]:
        for path, value in block.values:
            if "security_group" not in path or not isinstance(value, str | list):
                continue
            key = path.rsplit(".", 1)[-1]
            if "security_group" in key and "[" not in key and not key.startswith(("source_", "replacement_")):
                yield from filter(self._is_group, self.firewalls.groups(value))

    def _is_group(self, name: str) -> bool:
        return name in self.names.blocks or any(sign in name for sign in ("security group", "sg-", "${"))

    @cached_property
    def _attached(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for type_, group, holder in _ATTACHED:
            for block in self.side.of_type(type_):
                for name in self.names.of(block.attributes.get(holder)):
                    found.setdefault(name, []).extend(self.firewalls.groups(block.attributes.get(group)))
        return found

    def _gets_default(self, block: SynthesisedBlock, subnets: frozenset[str]) -> bool:
        """Whether a block without groups is in a VPC by itself, rather than through an interface or a template."""
        referred = {each.type for each in self.side.blocks_of(dict(block.attributes))}
        elsewhere = {"aws_launch_template", "aws_network_interface"} & referred
        gateway = block.type == "aws_vpc_endpoint" and block.attributes.get("vpc_endpoint_type") != "Interface"
        return bool(subnets) and not elsewhere and not gateway

    def _default_group(self, subnets: frozenset[str]) -> str:
        vpcs = [self.vpc_of(subnet) for subnet in sorted(subnets)]
        return default_of("default_security_group_id", next(filter(None, vpcs), ""))

    def vpc_of(self, subnet: str) -> str:
        """The name of a subnet's VPC; empty if it is unknown."""
        block = self.names.blocks.get(subnet)
        return self.names.first(block.attributes.get("vpc_id")) if block else ""

    def _listeners(self, balancer: SynthesisedBlock) -> Iterator[Rule]:
        name = self.side.address(balancer)
        spans = [
            port_span(
                "tcp" if each.attributes.get("protocol", "TCP") in ("TCP", "TLS") else "-1",
                port := self.side.get(each, "port"),
                port,
            )
            for each in self.side.of_type("aws_lb_listener", "aws_alb_listener")
            if name in self.names.of(each.attributes.get("load_balancer_arn"))
        ]
        for span in spans:
            yield from (Rule(IN, span, name, addresses=every) for every in (EVERY_V4, EVERY_V6))
        yield from (Rule(OUT, span, name, addresses=EVERY_V4) for span in spans[:1])

    def _subnets_of_template(self, template: SynthesisedBlock) -> frozenset[str]:
        users = (
            block
            for type_ in ("aws_autoscaling_group", "aws_instance", "aws_ec2_fleet", "aws_eks_node_group")
            for block in self.side.of_type(type_)
            if template in self.side.blocks_of(block.attributes.get("launch_template"))
            or template in self.side.blocks_of(block.attributes.get("mixed_instances_policy"))
        )
        return frozenset(subnet for user in users for subnet in self.names.subnets(user))

    def _is_public(self, block: SynthesisedBlock, subnets: frozenset[str]) -> bool:
        name = self.side.address(block)
        if block.type in _BALANCERS:
            return truth(self.side.get(block, "internal")) is not True
        if name in self._with_address:
            return True
        given = [truth(self.side.resolved(value)) for path, value in block.values if path.rsplit(".", 1)[-1] in _PUBLIC]
        if True in given or block.attributes.get("ipv6_addresses") or block.attributes.get("ipv6_address_count"):
            return True
        return block.type in _MACHINES and False not in given and any(map(self._maps_public, subnets))

    def _maps_public(self, subnet: str) -> bool:
        block = self.names.blocks.get(subnet)
        return block is not None and (
            truth(self.side.get(block, "map_public_ip_on_launch")) is True
            or truth(self.side.get(block, "assign_ipv6_address_on_creation")) is True
        )

    @cached_property
    def _with_address(self) -> frozenset[str]:
        """Whatever has an Elastic IP, and each cluster with a member that is publicly accessible."""
        found: set[str] = set()
        for block in self.side.of_type("aws_eip", "aws_eip_association"):
            for key in ("instance", "instance_id", "network_interface", "network_interface_id"):
                found.update(self.names.of(block.attributes.get(key)))
        for type_, key in _MEMBERS.items():
            for block in self.side.of_type(type_):
                if truth(self.side.get(block, "publicly_accessible")):
                    found.update(self.names.of(block.attributes.get(key)))
        return frozenset(found)
