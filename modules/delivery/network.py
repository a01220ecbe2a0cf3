"""What a deployment does to the network. EC2 invents every id, so tags say what is the environment's own."""

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
_MADE_ALONE = (
    actions("ec2", "AllocateAddress CreateInternetGateway CreateLaunchTemplate CreateVpc"),
    ("elastic-ip", "internet-gateway", "launch-template", "vpc"),
)
# AWS asks for an action on what it makes and on what that is made in, such as a subnet and its VPC. Of each group here
# no action makes anything in what another one makes, so that the tag of a call opens nothing that stands.
_MADE_IN = {
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
_HOLDING = (
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
    """Makes what the call gives the environment's tag, in what carries it already."""
    region = scope.context.region
    groups = {"Network": _MADE_ALONE, **{f"PartsOf{what}": made for what, made in _MADE_IN.items()}}
    creating = tuple(action for made, _ in groups.values() for action in made)
    inside = tuple(action for made, _ in _MADE_IN.values() for action in made)
    return [
        *(
            Statement(f"Make{what}", made, scope.all("ec2", *kinds), conditions=(scope.being_tagged,))
            for what, (made, kinds) in groups.items()
        ),
        Statement("MakeInOwn", inside, scope.all("ec2", *_HOLDING), conditions=(scope.tagged,)),
        Statement(
            "TagAtBirth",
            ("ec2:CreateTags",),
            scope.all("ec2", *_KINDS),
            conditions=(
                scope.being_tagged,
                Condition("StringEquals", "ec2:CreateAction", *(name.removeprefix("ec2:") for name in creating)),
            ),
        ),
        # The VPC's default group and new rules stand before the provider tags them.
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
        # An interface that stands tells RunInstances no tag: it must be one that a launch template names.
        Statement(
            "StartOnInterfaces",
            ("ec2:RunInstances",),
            scope.all("ec2", "network-interface"),
            conditions=(scope.in_regions, Condition("Bool", "ec2:IsLaunchTemplateResource", "true")),
        ),
        Statement(
            "ReadImageParameter", ("ssm:GetParameters",), (f"arn:aws:ssm:{region}::parameter/{_IMAGE_PARAMETER}",)
        ),
        # Private names of interface endpoints: EC2 asks for it on behalf of the caller.
        Statement(
            "NameEndpoints",
            ("route53:AssociateVPCWithHostedZone",),
            ("arn:aws:route53:::hostedzone/*", *scope.all("ec2", "vpc")),
            conditions=(scope.in_regions,),
        ),
    ]


def changing(scope: Scope) -> list[Statement]:
    """Changes what carries the environment's tag."""
    return [
        Statement("ChangeOwn", _CHANGE, scope.all("ec2", *_KINDS), conditions=(scope.tagged,)),
        # Lambda leaves its interfaces behind for a while; Terraform takes them away with their security group. It waits
        # until Lambda has let go of them: nobody else can detach them, and AWS asks for the instance as well, which is
        # Lambda's own.
        Statement(
            "RemoveInterfacesOfLambda",
            actions("ec2", "DeleteNetworkInterface"),
            scope.all("ec2", "network-interface"),
            conditions=(scope.untagged, scope.in_regions),
        ),
    ]
