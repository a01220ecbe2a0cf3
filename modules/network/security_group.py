"""Security groups that open the minimum in both directions (NET-3); every rule is a resource with a description."""

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_aws.security_group import SecurityGroup as AwsSecurityGroup
from cdktf_cdktf_provider_aws.vpc_security_group_egress_rule import VpcSecurityGroupEgressRule
from cdktf_cdktf_provider_aws.vpc_security_group_ingress_rule import VpcSecurityGroupIngressRule
from constructs import Construct

from modules.common import Context, waive

ANYWHERE = "0.0.0.0/0"
HTTPS = 443
_RULES = (VpcSecurityGroupEgressRule, VpcSecurityGroupIngressRule)


class SecurityGroup(Construct):
    """A group that starts closed. `allow_from` writes both sides of a rule, so that neither can be forgotten."""

    def __init__(self, scope: Construct, id_: str, *, context: Context, vpc_id: str, label: str, purpose: str) -> None:
        super().__init__(scope, id_)
        self.label = label
        self._group = AwsSecurityGroup(
            self,
            "group",
            name=context.name(label),
            description=purpose,
            vpc_id=vpc_id,
            tags={"Name": context.name(label)},
        )

    @property
    def id(self) -> str:
        return self._group.id

    @property
    def rules(self) -> list[ITerraformDependable]:
        """What lets connections in and out so far."""
        return [each for each in self.node.find_all() if isinstance(each, _RULES)]

    def waive(self, check: str, reason: str) -> None:
        """Records why a finding on the group stands."""
        waive(self._group, check, reason)

    def allow_from(self, client: "SecurityGroup", port: int) -> list[ITerraformDependable]:
        """Lets `client` open TCP connections to this group on one port, and nobody else; returns both rules."""
        way_in = VpcSecurityGroupIngressRule(
            self,
            f"from-{client.label}",
            security_group_id=self.id,
            referenced_security_group_id=client.id,
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            description=f"{client.label} to {self.label}",
        )
        way_out = VpcSecurityGroupEgressRule(
            client,
            f"to-{self.label}",
            security_group_id=client.id,
            referenced_security_group_id=self.id,
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            description=f"{client.label} to {self.label}",
        )
        return [way_in, way_out]

    def allow_out_to_internet(self, reason: str) -> ITerraformDependable:
        """HTTPS to any address: AWS's public endpoints have no list of addresses that stays true."""
        return VpcSecurityGroupEgressRule(
            self,
            "to-internet",
            security_group_id=self.id,
            cidr_ipv4=ANYWHERE,
            ip_protocol="tcp",
            from_port=HTTPS,
            to_port=HTTPS,
            description=reason,
        )

    def allow_out_to_prefix_list(self, label: str, prefix_list_id: str) -> ITerraformDependable:
        """HTTPS to the addresses of a gateway endpoint."""
        return VpcSecurityGroupEgressRule(
            self,
            f"to-{label}",
            security_group_id=self.id,
            prefix_list_id=prefix_list_id,
            ip_protocol="tcp",
            from_port=HTTPS,
            to_port=HTTPS,
            description=f"{self.label} to {label} by its gateway endpoint",
        )

    def allow_in_from_network(self, label: str, cidr: str, reason: str) -> None:
        """HTTPS from one subnet, where the clients are more than one security group."""
        VpcSecurityGroupIngressRule(
            self,
            f"from-{label}",
            security_group_id=self.id,
            cidr_ipv4=cidr,
            ip_protocol="tcp",
            from_port=HTTPS,
            to_port=HTTPS,
            description=reason,
        )
