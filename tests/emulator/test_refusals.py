"""The emulator refuses to delete what is in use, as AWS does, and to run what lacks a role."""

import pytest

from ffp.emulator.account import Account
from tests.emulator.calls import WORKS, Client, outcome
from tests.emulator.judging import ALL_FOR_ANYBODY, make_function

VERSION, NEXT_VERSION = "17.5", "18.1"


@pytest.fixture(scope="module")
def subnet(root: Client) -> dict[str, str]:
    vpc = root("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    made: dict[str, str] = root("ec2").create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]
    return made


def _group(root: Client, subnet: dict[str, str], name: str) -> str:
    made = root("ec2").create_security_group(VpcId=subnet["VpcId"], GroupName=name, Description="-")
    return str(made["GroupId"])


def test_a_security_group_goes_after_its_interfaces_and_the_rules_that_name_it(
    root: Client, subnet: dict[str, str]
) -> None:
    ec2, group, other = root("ec2"), _group(root, subnet, "used"), _group(root, subnet, "other")
    interface = ec2.create_network_interface(SubnetId=subnet["SubnetId"], Groups=[group])["NetworkInterface"]
    rule = {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 1, "UserIdGroupPairs": [{"GroupId": group}]}
    ec2.authorize_security_group_ingress(GroupId=other, IpPermissions=[rule])
    seen = []
    for user_goes in (
        lambda: None,
        lambda: ec2.delete_network_interface(NetworkInterfaceId=interface["NetworkInterfaceId"]),
        lambda: ec2.delete_security_group(GroupId=other),
    ):
        user_goes()
        seen.append(outcome(lambda: ec2.delete_security_group(GroupId=group)))
    assert seen == ["DependencyViolation", "DependencyViolation", WORKS]


def test_a_subnet_an_interface_and_an_address_go_after_what_uses_them(root: Client, subnet: dict[str, str]) -> None:
    ec2, place = root("ec2"), {"SubnetId": subnet["SubnetId"]}
    group = _group(root, subnet, "launched")
    interface = ec2.create_network_interface(**place, Groups=[group])["NetworkInterface"]["NetworkInterfaceId"]
    template = {"ImageId": "ami-1", "NetworkInterfaces": [{"DeviceIndex": 0, "NetworkInterfaceId": interface}]}
    ec2.create_launch_template(LaunchTemplateName="judged", LaunchTemplateData=template)
    by_template = {"LaunchTemplate": {"LaunchTemplateName": "judged"}, "MinCount": 1, "MaxCount": 1}
    instance = ec2.run_instances(**by_template)["Instances"][0]["InstanceId"]
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    gateway = ec2.create_nat_gateway(**place, AllocationId=address)["NatGateway"]["NatGatewayId"]

    def deleted() -> dict[str, str]:
        return {
            "address": outcome(lambda: ec2.release_address(AllocationId=address)),
            "interface": outcome(lambda: ec2.delete_network_interface(NetworkInterfaceId=interface)),
            "subnet": outcome(lambda: ec2.delete_subnet(**place)),
        }

    assert deleted() == {
        "address": "InvalidIPAddress.InUse",
        "interface": "InvalidNetworkInterface.InUse",
        "subnet": "DependencyViolation",
    }
    ec2.terminate_instances(InstanceIds=[instance])
    ec2.delete_nat_gateway(NatGatewayId=gateway)
    assert set(deleted().values()) == {WORKS}


def test_an_integration_and_an_authoriser_go_after_their_route(root: Client) -> None:
    apis = root("apigatewayv2")
    api = {"ApiId": apis.create_api(Name="judged", ProtocolType="HTTP")["ApiId"]}
    integration = apis.create_integration(**api, IntegrationType="HTTP_PROXY", IntegrationUri="https://other.example")
    authoriser = apis.create_authorizer(
        **api,
        Name="judged",
        AuthorizerType="JWT",
        IdentitySource=["$request.header.Authorization"],
        JwtConfiguration={"Audience": ["-"], "Issuer": "https://issuer.example"},
    )
    route = apis.create_route(
        **api,
        RouteKey="GET /",
        Target=f"integrations/{integration['IntegrationId']}",
        AuthorizationType="JWT",
        AuthorizerId=authoriser["AuthorizerId"],
    )

    def deleted() -> list[str]:
        return [
            outcome(lambda: apis.delete_integration(**api, IntegrationId=integration["IntegrationId"])),
            outcome(lambda: apis.delete_authorizer(**api, AuthorizerId=authoriser["AuthorizerId"])),
        ]

    assert deleted() == ["ConflictException"] * 2
    apis.delete_route(**api, RouteId=route["RouteId"])
    assert deleted() == [WORKS] * 2


def test_a_parameter_group_goes_after_its_database_whose_major_version_needs_permission(
    bare_account: Account, root: Client
) -> None:
    rds = root("rds")
    for name, family in (("judged", "postgres17"), ("next", "postgres18")):
        rds.create_db_parameter_group(DBParameterGroupName=name, DBParameterGroupFamily=family, Description="-")
    instance = {"DBInstanceIdentifier": "judged"}
    rds.create_db_instance(
        **instance,
        DBInstanceClass="db.t4g.micro",
        DBName="judged",
        DBParameterGroupName="judged",
        Engine="postgres",
        EngineVersion=VERSION,
        ManageMasterUserPassword=True,
        MasterUsername="master",
        Port=bare_account.home.ports.database,
    )

    def deleted() -> str:
        return outcome(lambda: rds.delete_db_parameter_group(DBParameterGroupName="judged"))

    assert deleted() == "InvalidDBParameterGroupState"
    for refused in ({"EngineVersion": NEXT_VERSION}, {"DBParameterGroupName": "next"}):
        assert outcome(lambda given=refused: rds.modify_db_instance(**instance, **given)) == (  # type: ignore[misc]
            "InvalidParameterCombination"
        )
    rds.delete_db_instance(**instance, SkipFinalSnapshot=True)
    assert deleted() == WORKS


def test_a_function_whose_role_has_no_policy_or_is_gone_does_not_run(root: Client) -> None:
    iam = root("iam")
    role = iam.create_role(RoleName="powerless", AssumeRolePolicyDocument=ALL_FOR_ANYBODY)["Role"]["Arn"]
    function = make_function(root, "powerless", role)

    def error() -> str:
        return root("lambda").invoke(FunctionName=function)["Payload"].read().decode()  # type: ignore[no-any-return]

    assert "has no policy" in error()
    iam.delete_role(RoleName="powerless")
    assert "cannot be assumed by Lambda" in error()
