"""The emulator judges as AWS's service authorisation reference says, where our policies rest on it.

An emulator of its own, bare of any platform, with roles made for one question each.
"""

import itertools
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import botocore
import pytest

import environments
from environments.settings.names import role_path
from ffp.emulator.account import Account
from ffp.emulator.home import ENVIRONMENT, Home
from ffp.emulator.launch import Launch
from ffp.emulator.platform import Platform
from modules.context import Context
from modules.delivery.scope import Scope
from modules.policy import no_service_of_aws
from tests.emulator.calls import REFUSED, WORKS, outcome
from tests.support import require

Json = dict[str, Any]
Caller = Callable[[str], Any]  # a client by the name of its service
Become = Callable[..., Caller]

LOCAL = environments.load()["local"]
ANYBODY = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Principal": "*"}})
TAGGED = {"StringEquals": {"aws:ResourceTag/environment": "local"}}
BEING_TAGGED = {"StringEquals": {"aws:RequestTag/environment": "local"}}
BY_TEMPLATE = {"Bool": {"ec2:IsLaunchTemplateResource": "true"}}
PARAMETER = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64"
OTHERS_IMAGE = "ami-0123456789abcdef0"  # the emulator's one public image that is not Amazon's
PATH = role_path("local")
ONE = {"MinCount": 1, "MaxCount": 1}


def _arn(kind: str, service: str = "ec2") -> str:
    return f"arn:aws:{service}:{LOCAL.region}:{LOCAL.account_id}:{kind}/*"


def _allow(*actions: str, on: str | list[str] = "*", if_: Json | None = None) -> Json:
    return {"Effect": "Allow", "Action": actions, "Resource": on, "Condition": if_ or {}}


def _policy(*statements: Json) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def _tags(kind: str, environment: str = "local") -> Json:
    return {"ResourceType": kind, "Tags": [{"Key": "environment", "Value": environment}]}


INSTANCE_AND_DISK = (_tags("instance"), _tags("volume"))
LAUNCH = (
    _allow("ec2:RunInstances", on=[_arn("instance"), _arn("volume")], if_=BEING_TAGGED),
    _allow(
        "ec2:RunInstances",
        on=[_arn(kind) for kind in ("launch-template", "network-interface", "security-group", "subnet")],
        if_=TAGGED,
    ),
    _allow("ec2:CreateTags", if_={"StringEquals": {"ec2:CreateAction": "RunInstances"}}),
    _allow(
        "ec2:RunInstances",
        on=f"arn:aws:ec2:{LOCAL.region}::image/*",
        if_={"StringEquals": {"ec2:Owner": "amazon"}},
    ),
    _allow("ssm:GetParameters", on=f"arn:aws:ssm:{LOCAL.region}::parameter{PARAMETER}"),
)
ON_INTERFACES = _allow("ec2:RunInstances", on=_arn("network-interface"), if_=BY_TEMPLATE)


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    require((ENVIRONMENT / ".venv/.ready").exists() or None, "the emulator's environment")
    folder = tmp_path_factory.mktemp("judgement")
    account = Account(Home(folder / "home"), LOCAL)
    launch = Launch(Platform(account, logging.info, folder / "out"))
    try:
        launch.start()
        yield account
    finally:
        launch.stop()


@pytest.fixture(scope="module")
def root(account: Account) -> Caller:
    return lambda service: account.client(account.root, service)


@pytest.fixture(scope="module")
def become(account: Account, root: Caller) -> Become:
    """Who may do what is stated, and nothing else."""
    names = (f"local-ffp-judged-{number}" for number in itertools.count())

    def become(*statements: Json) -> Caller:
        name = next(names)
        root("iam").create_role(RoleName=name, Path=PATH, AssumeRolePolicyDocument=ANYBODY)
        root("iam").put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=_policy(*statements))
        session = account.as_function(name.removeprefix("local-ffp-"))
        return lambda service: account.client(session, service)

    return become


@pytest.fixture(scope="module")
def vpc(root: Caller) -> str:
    made = root("ec2").create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=[_tags("vpc")])
    return str(made["Vpc"]["VpcId"])


@pytest.fixture(scope="module")
def interface(root: Caller, vpc: str) -> Callable[..., str]:
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
def template(root: Caller, interface: Callable[..., str]) -> Callable[..., Json]:
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


@pytest.mark.parametrize(
    ("service", "action", "kind", "given"),
    [
        ("kms", "CreateKey", "key", {"Tags": [{"TagKey": "environment", "TagValue": "local"}]}),
        ("cognito-idp", "CreateUserPool", "userpool", {"PoolName": "-", "UserPoolTags": {"environment": "local"}}),
    ],
)
def test_a_key_and_a_user_pool_are_made_on_no_resource(
    become: Become, service: str, action: str, kind: str, given: Json
) -> None:
    create = _allow(f"{service}:{action}", if_=BEING_TAGGED)
    create_on_its_kind = _allow(f"{service}:{action}", on=_arn(kind, service))
    tag = _allow(f"{service}:TagResource", on=_arn(kind, service), if_=BEING_TAGGED)

    def made_by(*rights: Json) -> str:
        client = become(*rights)(service)
        return outcome(lambda: client._make_api_call(action, given))

    assert made_by(create, tag) == WORKS
    assert made_by(create) == REFUSED
    assert made_by(create_on_its_kind, tag) == REFUSED


@pytest.mark.parametrize(
    ("tag", "alias", "expected"),
    [
        (None, None, WORKS),  # as a new key looks to AWS for some minutes
        ("local", None, WORKS),
        ("local", "local-ffp-judged", WORKS),
        (None, "local-ffp-unknown", WORKS),
        ("prod", None, REFUSED),
        ("prod", "local-ffp-taken", REFUSED),
        (None, "payroll", REFUSED),
        ("local", "prod-ffp-judged", REFUSED),
    ],
)
def test_a_key_is_ours_unless_its_tag_or_a_name_of_it_is_anothers(
    become: Become, root: Caller, tag: str | None, alias: str | None, expected: str
) -> None:
    own: Json = {}
    for each in Scope(Context.of(LOCAL)).own_keys:
        own[each.test] = {each.key: list(each.values)}
    tags = [{"TagKey": "environment", "TagValue": tag}] if tag else []
    key = root("kms").create_key(Tags=tags)["KeyMetadata"]["Arn"]
    if alias:
        root("kms").create_alias(AliasName=f"alias/{alias}", TargetKeyId=key)
    kms = become(_allow("kms:DescribeKey", on=_arn("key", "kms"), if_=own))("kms")
    assert outcome(lambda: kms.describe_key(KeyId=key)) == expected


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
    ec2 = become(*LAUNCH, ON_INTERFACES, _allow("ssm:GetParameters"))("ec2")
    assert outcome(lambda: ec2.run_instances(**template(image=OTHERS_IMAGE))) == REFUSED
    assert outcome(lambda: ec2.run_instances(**template(), ImageId=OTHERS_IMAGE)) == REFUSED
    assert outcome(lambda: ec2.run_instances(**template(image="resolve:ssm:/ours"))) == REFUSED


@pytest.mark.parametrize(("kind", "expected"), [("subnet", WORKS), ("vpc", REFUSED)])
def test_a_tag_counts_for_its_own_kind_alone(become: Become, vpc: str, kind: str, expected: str) -> None:
    ec2 = become(
        _allow("ec2:CreateSubnet", on=_arn("subnet"), if_=BEING_TAGGED),
        _allow("ec2:CreateSubnet", on=_arn("vpc"), if_={"StringEquals": {"ec2:ResourceTag/environment": "local"}}),
        _allow("ec2:CreateTags", on=_arn("subnet")),
    )("ec2")
    make = {"VpcId": vpc, "CidrBlock": "10.0.255.0/24", "TagSpecifications": [_tags(kind)]}
    assert outcome(lambda: ec2.create_subnet(**make)) == expected


def test_a_boundary_is_told_to_the_actions_that_change_what_is_bounded(become: Become, root: Caller) -> None:
    boundary = root("iam").create_policy(PolicyName="judged", PolicyDocument=_policy(_allow("*")))["Policy"]["Arn"]
    iam = become(_allow("iam:*", if_={"StringEquals": {"iam:PermissionsBoundary": boundary}}))("iam")
    role, policy = {"RoleName": "bounded"}, {"PolicyName": "own", "PolicyDocument": _policy(_allow("s3:ListBucket"))}
    create = {**role, "AssumeRolePolicyDocument": ANYBODY}
    assert outcome(lambda: iam.create_role(**create)) == REFUSED
    assert outcome(lambda: iam.create_role(**create, PermissionsBoundary=boundary)) == WORKS
    assert outcome(lambda: iam.create_role(**create)) == REFUSED  # what stands says nothing of what is to be made
    assert outcome(lambda: iam.put_role_policy(**role, **policy)) == WORKS
    assert outcome(lambda: iam.tag_role(**role, Tags=[{"Key": "a", "Value": "b"}])) == REFUSED
    assert outcome(lambda: iam.list_role_policies(**role)) == REFUSED
    assert outcome(lambda: iam.update_role(**role, Description="-")) == WORKS
    assert outcome(lambda: iam.update_assume_role_policy(**role, PolicyDocument=ANYBODY)) == WORKS
    root("iam").create_role(RoleName="unbounded", AssumeRolePolicyDocument=ANYBODY)
    unbounded = {"RoleName": "unbounded", "PolicyDocument": ANYBODY}
    assert outcome(lambda: iam.update_assume_role_policy(**unbounded)) == REFUSED
    assert outcome(lambda: iam.delete_role(RoleName="unbounded")) == REFUSED
    iam.delete_role_policy(**role, PolicyName="own")
    assert outcome(lambda: iam.delete_role(**role)) == WORKS


def test_a_role_is_asked_for_under_its_path(become: Become, root: Caller) -> None:
    below = become(_allow("iam:*", on=f"arn:aws:iam::{LOCAL.account_id}:role/below/*"))("iam")
    trust = {"AssumeRolePolicyDocument": ANYBODY}
    assert outcome(lambda: below.create_role(RoleName="below-path", Path="/below/", **trust)) == WORKS
    assert outcome(lambda: below.create_role(RoleName="below-root", **trust)) == REFUSED
    root("iam").create_role(RoleName="below-person", **trust)
    for role, expected in (("below-path", WORKS), ("below-person", REFUSED)):
        assert outcome(lambda role=role: below.update_role(RoleName=role, Description="-")) == expected  # type: ignore[misc]


def test_whom_a_function_or_a_secret_is_opened_to_is_told(become: Become, root: Caller) -> None:
    role = root("iam").create_role(RoleName="opened", AssumeRolePolicyDocument=ANYBODY)["Role"]["Arn"]
    root("lambda").create_function(
        FunctionName="opened",
        Runtime="python3.13",
        Handler="opened.handler",
        Role=role,
        Code={"ZipFile": b"PK\5\6" + bytes(18)},
    )
    secret = {"SecretId": root("secretsmanager").create_secret(Name="opened")["ARN"], "ResourcePolicy": ANYBODY}
    caller = become(
        _allow("lambda:AddPermission", if_={"StringEquals": {"lambda:Principal": "apigateway.amazonaws.com"}}),
        _allow("secretsmanager:PutResourcePolicy", if_={"Bool": {"secretsmanager:BlockPublicPolicy": "true"}}),
    )
    opening = {"FunctionName": "opened", "StatementId": "one", "Action": "lambda:InvokeFunction"}
    add, put = caller("lambda").add_permission, caller("secretsmanager").put_resource_policy
    assert outcome(lambda: add(**opening, Principal="*")) == REFUSED
    assert outcome(lambda: add(**opening, Principal="apigateway.amazonaws.com")) == WORKS
    assert outcome(lambda: put(**secret)) == REFUSED
    assert outcome(lambda: put(**secret, BlockPublicPolicy=False)) == REFUSED
    assert outcome(lambda: put(**secret, BlockPublicPolicy=True)) != REFUSED


@pytest.mark.parametrize(("source", "expected"), [(LOCAL.account_id, WORKS), ("999999999999", REFUSED)])
def test_root_takes_on_a_role_in_a_services_stead_for_its_own_account(
    account: Account, root: Caller, source: str, expected: str
) -> None:
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
    for_one = {**trust, "Condition": {"StringEquals": {"aws:SourceAccount": source}}}
    root("iam").create_role(RoleName=f"local-ffp-for-{source}", Path=PATH, AssumeRolePolicyDocument=_policy(for_one))
    assert outcome(lambda: account.as_role(f"for-{source}", "somebody")) == expected


def test_calls_of_a_function_tell_which_it_is(account: Account, root: Caller) -> None:
    """By the session that Lambda makes; neither a session of the same name under another role nor any other one."""
    alias = {"Null": {"lambda:SourceFunctionArn": "false"}}
    arn = f"arn:aws:lambda:{LOCAL.region}:{LOCAL.account_id}:function:local-ffp-told"
    for role in ("local-ffp-told", "local-ffp-untold"):
        root("iam").create_role(RoleName=role, Path=PATH, AssumeRolePolicyDocument=ANYBODY)
        told = _policy(
            _allow("sqs:ListQueues", if_=alias),
            _allow("sns:ListTopics", if_={"ArnEquals": {"lambda:SourceFunctionArn": arn}}),
        )
        root("iam").put_role_policy(RoleName=role, PolicyName="all", PolicyDocument=told)
    root("lambda").create_function(
        FunctionName="local-ffp-told",
        Runtime="python3.13",
        Handler="told.handler",
        Role=account.role("told"),
        Code={"ZipFile": b"PK\5\6" + bytes(18)},
    )
    sessions = {
        "the function": account.as_role("told", "local-ffp-told"),
        "somebody": account.as_role("told", "somebody"),
        "another role": account.as_role("untold", "local-ffp-told"),
    }
    seen = {
        who: {outcome(account.client(session, "sqs").list_queues), outcome(account.client(session, "sns").list_topics)}
        for who, session in sessions.items()
    }
    assert seen == {"the function": {WORKS}, "somebody": {REFUSED}, "another role": {REFUSED}}


@pytest.fixture(scope="module")
def rotated(root: Caller) -> Json:
    """What makes a secret rotate, on a day to come, by a function that Secrets Manager may call for it."""
    secret = root("secretsmanager").create_secret(Name="judged")["ARN"]
    role = root("iam").create_role(RoleName="judged", AssumeRolePolicyDocument=ANYBODY)["Role"]["Arn"]
    function = root("lambda").create_function(
        FunctionName="judged",
        Runtime="python3.13",
        Handler="judged.handler",
        Role=role,
        Code={"ZipFile": b"PK\5\6" + bytes(18)},  # an archive of nothing
    )["FunctionArn"]
    root("lambda").add_permission(
        FunctionName="judged",
        StatementId="rotation",
        Action="lambda:InvokeFunction",
        Principal="secretsmanager.amazonaws.com",
        SourceArn=secret,
        SourceAccount=LOCAL.account_id,
    )
    by = {"RotationLambdaARN": function, "RotationRules": {"AutomaticallyAfterDays": 30}}
    return {"SecretId": secret, **by, "RotateImmediately": False}


def test_who_lets_a_secret_rotate_may_call_the_function(become: Become, rotated: Json) -> None:
    rotate = _allow("secretsmanager:RotateSecret")
    outsider = become(rotate, _allow("lambda:InvokeFunction", on=_arn("function:other", "lambda")))("secretsmanager")
    insider = become(rotate, _allow("lambda:InvokeFunction", on=rotated["RotationLambdaARN"]))("secretsmanager")
    later = {"SecretId": rotated["SecretId"], "RotateImmediately": False}
    assert outcome(lambda: outsider.rotate_secret(**rotated)) == REFUSED
    assert outcome(lambda: outsider.rotate_secret(**later)) == WORKS  # no function is known yet
    assert outcome(lambda: insider.rotate_secret(**rotated)) == WORKS
    assert outcome(lambda: outsider.rotate_secret(**later)) == REFUSED
    assert outcome(lambda: insider.rotate_secret(**later)) == WORKS


@pytest.mark.parametrize(
    ("condition", "signed", "anonymous"),
    [
        ({"Bool": {"aws:PrincipalIsAWSService": "false"}}, WORKS, REFUSED),
        ({"Null": {"aws:PrincipalIsAWSService": "true"}}, REFUSED, WORKS),
    ],
    ids=["false", "absent"],
)
def test_a_signed_call_alone_says_that_no_service_makes_it(
    account: Account, become: Become, root: Caller, condition: Json, signed: str, anonymous: str
) -> None:
    bucket = f"judged-{signed}"
    region = {"LocationConstraint": LOCAL.region}
    root("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration=region)
    root("s3").put_object(Bucket=bucket, Key="open")
    root("s3").delete_public_access_block(Bucket=bucket)
    opened = {**_allow("s3:GetObject", on=f"arn:aws:s3:::{bucket}/*", if_=condition), "Principal": "*"}
    root("s3").put_bucket_policy(Bucket=bucket, Policy=_policy(opened))
    nobody = account.client(account.root, "s3", signature_version=botocore.UNSIGNED)
    somebody = become(_allow("sns:Publish"))("s3")
    assert outcome(lambda: somebody.get_object(Bucket=bucket, Key="open")) == signed
    assert outcome(lambda: nobody.get_object(Bucket=bucket, Key="open")) == anonymous


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/", REFUSED), ("/aws-service-role-of-ours/", REFUSED), ("/aws-service-role/backup.amazonaws.com/", WORKS)],
)
def test_roles_that_aws_takes_on_are_spared_by_their_path(
    account: Account, root: Caller, path: str, expected: str
) -> None:
    but_services: Json = {}
    for each in no_service_of_aws(Context.of(LOCAL)):
        but_services.setdefault(each.test, {})[each.key] = list(each.values)
    name = f"spared-{len(path)}"
    role = f"local-ffp-{name}"
    root("iam").create_role(RoleName=role, Path=path, AssumeRolePolicyDocument=ANYBODY)
    root("iam").put_role_policy(RoleName=role, PolicyName="all", PolicyDocument=_policy(_allow("s3:*")))
    root("s3").create_bucket(Bucket=role, CreateBucketConfiguration={"LocationConstraint": LOCAL.region})
    root("s3").put_object(Bucket=role, Key="one")
    denied = {**_allow("s3:*", on=f"arn:aws:s3:::{role}/*", if_=but_services), "Effect": "Deny", "Principal": "*"}
    root("s3").put_bucket_policy(Bucket=role, Policy=_policy(denied))
    arn = root("iam").get_role(RoleName=role)["Role"]["Arn"]
    given = root("sts").assume_role(RoleArn=arn, RoleSessionName="judged")["Credentials"]
    session = boto3.Session(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
    assert outcome(lambda: account.client(session, "s3").get_object(Bucket=role, Key="one")) == expected


def test_an_operation_without_a_known_action_is_refused_even_to_an_administrator(
    account: Account, become: Become
) -> None:
    administrator = become(_allow("*"))
    assert outcome(lambda: administrator("lambda").list_functions()) == WORKS
    autoscaling, s3 = administrator("application-autoscaling"), administrator("s3")
    assert outcome(lambda: autoscaling.describe_scalable_targets(ServiceNamespace="lambda")) == REFUSED
    assert outcome(lambda: s3.create_session(Bucket="judged")) == REFUSED
    log = (account.home.logs / "cloud.txt").read_text(encoding="utf-8")
    assert "application-autoscaling:unknown operation DescribeScalableTargets" in log
    assert "s3:unknown operation GET /judged?session" in log
