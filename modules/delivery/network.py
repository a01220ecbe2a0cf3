"""Permissions to deploy the network. EC2 generates all ids, so tags identify the environment's resources."""

from modules.common import Condition, Statement
from modules.delivery.scope import Scope, actions

_KINDS = (
    "elastic-ip",
    "instance",
    "internet-gateway",
    "launch-template",
    "natgateway",
    "network-interface",
    "route-table",
    "security-group",
    "security-group-rule",
    "subnet",
    "volume",
    "vpc",
    "vpc-endpoint",
    "vpc-flow-log",
)
# Actions that create a resource of its own, and the kinds that they create.
_CREATED_ALONE = (
    actions("ec2", "AllocateAddress CreateInternetGateway CreateLaunchTemplate CreateVpc"),
    ("elastic-ip", "internet-gateway", "launch-template", "vpc"),
)
# Actions that create a resource inside another. AWS authorises them for both, for example for a subnet and its VPC. In
# each group, no action creates something inside what another action of the group creates. The request's tag therefore
# never gives access to an existing resource.
_CREATED_INSIDE = {
    "Vpcs": (
        actions("ec2", "CreateRouteTable CreateSecurityGroup CreateSubnet"),
        ("route-table", "security-group", "subnet"),
    ),
    "Interfaces": (actions("ec2", "CreateNetworkInterface"), ("network-interface",)),
    "Subnets": (
        actions(
            "ec2",
            """AuthorizeSecurityGroupEgress AuthorizeSecurityGroupIngress CreateFlowLogs CreateNatGateway
            CreateVpcEndpoint RunInstances""",
        ),
        ("instance", "natgateway", "security-group-rule", "volume", "vpc-endpoint", "vpc-flow-log"),
    ),
}
_CONTAINERS = (
    "elastic-ip",
    "launch-template",
    "network-interface",
    "route-table",
    "security-group",
    "subnet",
    "vpc",
)
_CHANGE = actions(
    "ec2",
    """AssociateAddress AssociateRouteTable AttachInternetGateway AttachNetworkInterface CreateLaunchTemplateVersion
    CreateRoute CreateTags DeleteFlowLogs DeleteInternetGateway DeleteLaunchTemplate DeleteLaunchTemplateVersions
    DeleteNatGateway DeleteNetworkInterface DeleteRoute DeleteRouteTable DeleteSecurityGroup DeleteSubnet DeleteTags
    DeleteVpc DeleteVpcEndpoints DetachInternetGateway DetachNetworkInterface DisassociateAddress
    DisassociateRouteTable ModifyInstanceAttribute ModifyInstanceCreditSpecification ModifyInstanceMetadataOptions
    ModifyLaunchTemplate ModifyNetworkInterfaceAttribute ModifySecurityGroupRules ModifySubnetAttribute
    ModifyVpcAttribute ModifyVpcEndpoint ReleaseAddress ReplaceRoute ReplaceRouteTableAssociation
    RevokeSecurityGroupEgress RevokeSecurityGroupIngress StartInstances StopInstances TerminateInstances""",
)
# The image that the NAT instance's launch template names.
_IMAGE_PARAMETER = "aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64"


def making(scope: Scope) -> list[Statement]:
    """Statements for creating resources with the environment's tag, only inside resources that have that tag."""
    region = scope.context.region
    groups = {"Network": _CREATED_ALONE, **{f"PartsOf{what}": group for what, group in _CREATED_INSIDE.items()}}
    creating = tuple(action for create, _ in groups.values() for action in create)
    inside = tuple(action for create, _ in _CREATED_INSIDE.values() for action in create)
    return [
        *(
            Statement(f"Make{what}", create, scope.all("ec2", *kinds), conditions=(scope.being_tagged,))
            for what, (create, kinds) in groups.items()
        ),
        Statement("MakeInOwn", inside, scope.all("ec2", *_CONTAINERS), conditions=(scope.tagged,)),
        Statement(
            "TagAtBirth",
            ("ec2:CreateTags",),
            scope.all("ec2", *_KINDS),
            conditions=(
                scope.being_tagged,
                Condition("StringEquals", "ec2:CreateAction", *(name.removeprefix("ec2:") for name in creating)),
            ),
        ),
        # The VPC's default security group and new rules exist before the provider tags them.
        Statement(
            "TagWhatStands",
            ("ec2:CreateTags",),
            scope.all("ec2", "security-group", "security-group-rule"),
            conditions=(scope.being_tagged, scope.untagged),
        ),
        Statement(
            "StartFromAmazonsImages",
            ("ec2:RunInstances",),
            (f"arn:aws:ec2:{region}::image/*",),
            conditions=(scope.in_regions, Condition("StringEquals", "ec2:Owner", "amazon")),
        ),
        # RunInstances does not offer the tag of an existing interface as a condition key. Instead, a launch template
        # must name the interface.
        Statement(
            "StartOnInterfaces",
            ("ec2:RunInstances",),
            scope.all("ec2", "network-interface"),
            conditions=(scope.in_regions, Condition("Bool", "ec2:IsLaunchTemplateResource", "true")),
        ),
        Statement(
            "ReadImageParameter", ("ssm:GetParameters",), (f"arn:aws:ssm:{region}::parameter/{_IMAGE_PARAMETER}",)
        ),
        # For the private DNS names of interface endpoints, EC2 calls this with the caller's permissions.
        Statement(
            "NameEndpoints",
            ("route53:AssociateVPCWithHostedZone",),
            ("arn:aws:route53:::hostedzone/*", *scope.all("ec2", "vpc")),
            conditions=(scope.in_regions,),
        ),
    ]


def changing(scope: Scope) -> list[Statement]:
    """Statements for changing resources that have the environment's tag."""
    return [
        Statement("ChangeOwn", _CHANGE, scope.all("ec2", *_KINDS), conditions=(scope.tagged,)),
        # Lambda's network interfaces remain for a while after a function is deleted. Terraform deletes them together
        # with their security group, once Lambda has detached them. Only Lambda can detach them: the action also needs
        # permission on the instance, which belongs to Lambda.
        Statement(
            "RemoveInterfacesOfLambda",
            actions("ec2", "DeleteNetworkInterface"),
            scope.all("ec2", "network-interface"),
            conditions=(scope.untagged, scope.in_regions),
        ),
    ]
