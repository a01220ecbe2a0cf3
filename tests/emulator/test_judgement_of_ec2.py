"""What EC2 asks for is judged as AWS's service authorisation reference says, tags and launch templates included."""

import itertools
from collections.abc import Callable

import pytest

from tests.emulator.calls import REFUSED, WORKS, Client, outcome
from tests.emulator.judging import BEING_TAGGED, LOCAL, Become, Json, allow, arn

TAGGED = {"StringEquals": {"aws:ResourceTag/environment": "local"}}
BY_TEMPLATE = {"Bool": {"ec2:IsLaunchTemplateResource": "true"}}
PARAMETER = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64"
OTHERS_IMAGE = "ami-0123456789abcdef0"  # the emulator's one public image that is not Amazon's
ONE = {"MinCount": 1, "MaxCount": 1}


def _tags(kind: str, environment: str = "local") -> Json:
    return {"ResourceType": kind, "Tags": [{"Key": "environment", "Value": environment}]}


INSTANCE_AND_DISK = (_tags("instance"), _tags("volume"))
LAUNCH = (
    allow("ec2:RunInstances", on=[arn("instance"), arn("volume")], if_=BEING_TAGGED),
    allow(
        "ec2:RunInstances",
        on=[arn(kind) for kind in ("launch-template", "network-interface", "security-group", "subnet")],
        if_=TAGGED,
    ),
    allow("ec2:CreateTags", if_={"StringEquals": {"ec2:CreateAction": "RunInstances"}}),
    allow(
        "ec2:RunInstances",
        on=f"arn:aws:ec2:{LOCAL.region}::image/*",
        if_={"StringEquals": {"ec2:Owner": "amazon"}},
    ),
    allow("ssm:GetParameters", on=f"arn:aws:ssm:{LOCAL.region}::parameter{PARAMETER}"),
)
ON_INTERFACES = allow("ec2:RunInstances", on=arn("network-interface"), if_=BY_TEMPLATE)


@pytest.fixture(scope="module")
def vpc(root: Client) -> str:
    made = root("ec2").create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=[_tags("vpc")])
    return str(made["Vpc"]["VpcId"])


@pytest.fixture(scope="module")
def interface(root: Client, vpc: str) -> Callable[..., str]:
    """An interface of ours, in a subnet and a security group of these environments."""
    numbers = itertools.count()

    def interface(subnet: str = "local", group: str = "local") -> str:
        ec2, number = root("ec2"), next(numbers)
        made = ec2.create_subnet(
            VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", TagSpecifications=[_tags("subnet", subnet)]
        )
        guard = ec2.create_security_group(
            GroupName=f"judged-{number}",
            Description="-",
            VpcId=vpc,
            TagSpecifications=[_tags("security-group", group)],
        )
        answer = ec2.create_network_interface(
            SubnetId=made["Subnet"]["SubnetId"],
            Groups=[guard["GroupId"]],
            TagSpecifications=[_tags("network-interface")],
        )
        return str(answer["NetworkInterface"]["NetworkInterfaceId"])

    return interface


@pytest.fixture(scope="module")
def template(root: Client, interface: Callable[..., str]) -> Callable[..., Json]:
    """What makes RunInstances start from a template: its parameter."""
    numbers = itertools.count()

    def template(*tags: Json, on: str | None = None, image: str = f"resolve:ssm:{PARAMETER}") -> Json:
        answer = root("ec2").create_launch_template(
            LaunchTemplateName=f"judged-{next(numbers)}",
            LaunchTemplateData={
                "ImageId": image,
                "TagSpecifications": tags or INSTANCE_AND_DISK,
                "NetworkInterfaces": [{"DeviceIndex": 0, "NetworkInterfaceId": on or interface()}],
            },
            TagSpecifications=[_tags("launch-template")],
        )
        return {"LaunchTemplate": {"LaunchTemplateId": answer["LaunchTemplate"]["LaunchTemplateId"]}, **ONE}

    return template


def test_an_instance_starts_with_the_tags_of_its_template(become: Become, template: Callable[..., Json]) -> None:
    ec2 = become(*LAUNCH, ON_INTERFACES)("ec2")
    assert outcome(lambda: ec2.run_instances(**template())) == WORKS
    volume = template(_tags("volume"))
    assert outcome(lambda: ec2.run_instances(**volume, TagSpecifications=[_tags("instance")])) == WORKS


@pytest.mark.parametrize(
    ("by_template", "by_call"),
    [
        ([_tags("instance")], []),
        ([_tags("instance"), _tags("volume", "prod")], []),
        (INSTANCE_AND_DISK, [_tags("volume", "prod")]),
        ([_tags("volume")], [_tags("volume")]),
    ],
    ids=["none", "another environment's", "another environment's in the call", "another kind's"],
)
def test_an_instance_does_not_start_with_wrong_tags(
    become: Become, template: Callable[..., Json], by_template: list[Json], by_call: list[Json]
) -> None:
    ec2 = become(*LAUNCH, ON_INTERFACES)("ec2")
    assert outcome(lambda: ec2.run_instances(**template(*by_template), TagSpecifications=by_call)) == REFUSED


def test_only_a_templates_interface_is_one_of_the_template(
    become: Become, template: Callable[..., Json], interface: Callable[..., str]
) -> None:
    given = {"NetworkInterfaces": [{"DeviceIndex": 0, "NetworkInterfaceId": interface()}]}
    ec2 = become(*LAUNCH, ON_INTERFACES)("ec2")
    assert outcome(lambda: ec2.run_instances(**template(), **given)) == REFUSED
    # A standing interface tells RunInstances no tag: being tagged as ours opens nothing.
    assert outcome(lambda: become(*LAUNCH)("ec2").run_instances(**template())) == REFUSED


@pytest.mark.parametrize("foreign", ["subnet", "group"])
def test_an_interface_brings_its_subnet_and_its_groups(
    become: Become, template: Callable[..., Json], interface: Callable[..., str], foreign: str
) -> None:
    ec2 = become(*LAUNCH, ON_INTERFACES)("ec2")
    start = template(on=interface(**{foreign: "prod"}))
    assert outcome(lambda: ec2.run_instances(**start)) == REFUSED


def test_an_image_has_an_owner(become: Become, template: Callable[..., Json]) -> None:
    ec2 = become(*LAUNCH, ON_INTERFACES, allow("ssm:GetParameters"))("ec2")
    assert outcome(lambda: ec2.run_instances(**template(image=OTHERS_IMAGE))) == REFUSED
    assert outcome(lambda: ec2.run_instances(**template(), ImageId=OTHERS_IMAGE)) == REFUSED
    assert outcome(lambda: ec2.run_instances(**template(image="resolve:ssm:/ours"))) == REFUSED


@pytest.mark.parametrize(("kind", "expected"), [("subnet", WORKS), ("vpc", REFUSED)])
def test_a_tag_counts_for_its_own_kind_alone(become: Become, vpc: str, kind: str, expected: str) -> None:
    ec2 = become(
        allow("ec2:CreateSubnet", on=arn("subnet"), if_=BEING_TAGGED),
        allow("ec2:CreateSubnet", on=arn("vpc"), if_={"StringEquals": {"ec2:ResourceTag/environment": "local"}}),
        allow("ec2:CreateTags", on=arn("subnet")),
    )("ec2")
    make = {"VpcId": vpc, "CidrBlock": "10.0.255.0/24", "TagSpecifications": [_tags(kind)]}
    assert outcome(lambda: ec2.create_subnet(**make)) == expected
