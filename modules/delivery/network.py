"""What a deployment does to the network. EC2 invents every id, so tags say what is the environment's own."""

from modules.delivery.scope import Scope, actions
from modules.policy import Condition, Statement

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
_CREATE = actions(
    "ec2",
    """AllocateAddress AuthorizeSecurityGroupEgress AuthorizeSecurityGroupIngress CreateFlowLogs CreateInternetGateway
    CreateLaunchTemplate CreateNatGateway CreateNetworkInterface CreateRouteTable CreateSecurityGroup CreateSubnet
    CreateVpc CreateVpcEndpoint RunInstances""",
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


def network(scope: Scope) -> list[Statement]:
    """Makes what carries the environment's tag, and changes what carries it already."""
    context = scope.context
    every = scope.all("ec2", *_KINDS)
    names = tuple(action.removeprefix("ec2:") for action in _CREATE)
    return [
        Statement("MakeTagged", _CREATE, every, conditions=(scope.being_tagged,)),
        Statement("ChangeOwn", (*_CREATE, *_CHANGE), every, conditions=(scope.tagged,)),
        Statement(
            "TagAtBirth",
            ("ec2:CreateTags",),
            every,
            conditions=(scope.being_tagged, Condition("StringEquals", "ec2:CreateAction", *names)),
        ),
        # The VPC's default group and new rules stand before the provider tags them.
        Statement(
            "TagWhatStands",
            ("ec2:CreateTags",),
            scope.all("ec2", "security-group", "security-group-rule"),
            conditions=(scope.being_tagged, scope.untagged),
        ),
        # Lambda leaves its interfaces behind for a while; Terraform takes them away with their security group.
        Statement(
            "RemoveInterfacesOfLambda",
            actions("ec2", "DeleteNetworkInterface DetachNetworkInterface"),
            scope.all("ec2", "network-interface"),
            conditions=(scope.untagged, scope.in_regions),
        ),
        Statement(
            "StartFromAmazonsImages",
            ("ec2:RunInstances",),
            (f"arn:aws:ec2:{context.region}::image/*",),
            conditions=(scope.in_regions, Condition("StringEquals", "ec2:Owner", "amazon")),
        ),
        Statement(
            "ReadImageParameter",
            ("ssm:GetParameters",),
            (f"arn:aws:ssm:{context.region}::parameter/{_IMAGE_PARAMETER}",),
        ),
        # Private names of interface endpoints: EC2 asks for it on behalf of the caller.
        Statement(
            "NameEndpoints",
            ("route53:AssociateVPCWithHostedZone",),
            ("arn:aws:route53:::hostedzone/*", *scope.all("ec2", "vpc")),
            conditions=(scope.in_regions,),
        ),
    ]
