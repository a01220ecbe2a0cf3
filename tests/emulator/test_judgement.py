"""The emulator judges as AWS's service authorisation reference says, where our policies rest on it.

An emulator of its own, bare of any platform, with roles made for one question each.
"""

import boto3
import botocore
import pytest

from ffp.emulator.account import Account
from modules.common import Context, no_service_of_aws
from modules.delivery.scope import Scope
from tests.emulator.calls import REFUSED, WORKS, Client, outcome
from tests.emulator.judging import (
    ALL_FOR_ANYBODY,
    BEING_TAGGED,
    LOCAL,
    PATH,
    Become,
    Json,
    allow,
    arn,
    conditions,
    make_function,
    policy,
)


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
    create = allow(f"{service}:{action}", if_=BEING_TAGGED)
    create_on_its_kind = allow(f"{service}:{action}", on=arn(kind, service))
    tag = allow(f"{service}:TagResource", on=arn(kind, service), if_=BEING_TAGGED)

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
    become: Become, root: Client, tag: str | None, alias: str | None, expected: str
) -> None:
    own = conditions(*Scope(Context.of(LOCAL)).own_keys)
    tags = [{"TagKey": "environment", "TagValue": tag}] if tag else []
    key = root("kms").create_key(Tags=tags)["KeyMetadata"]["Arn"]
    if alias:
        root("kms").create_alias(AliasName=f"alias/{alias}", TargetKeyId=key)
    kms = become(allow("kms:DescribeKey", on=arn("key", "kms"), if_=own))("kms")
    assert outcome(lambda: kms.describe_key(KeyId=key)) == expected


def test_a_boundary_is_a_condition_key_of_the_actions_that_change_what_is_bounded(become: Become, root: Client) -> None:
    boundary = root("iam").create_policy(PolicyName="judged", PolicyDocument=policy(allow("*")))["Policy"]["Arn"]
    iam = become(allow("iam:*", if_={"StringEquals": {"iam:PermissionsBoundary": boundary}}))("iam")
    role, own = {"RoleName": "bounded"}, {"PolicyName": "own", "PolicyDocument": policy(allow("s3:ListBucket"))}
    create = {**role, "AssumeRolePolicyDocument": ALL_FOR_ANYBODY}
    assert outcome(lambda: iam.create_role(**create)) == REFUSED
    assert outcome(lambda: iam.create_role(**create, PermissionsBoundary=boundary)) == WORKS
    assert outcome(lambda: iam.create_role(**create)) == REFUSED  # what stands says nothing of what is to be made
    assert outcome(lambda: iam.put_role_policy(**role, **own)) == WORKS
    assert outcome(lambda: iam.tag_role(**role, Tags=[{"Key": "a", "Value": "b"}])) == REFUSED
    assert outcome(lambda: iam.list_role_policies(**role)) == REFUSED
    assert outcome(lambda: iam.update_role(**role, Description="-")) == WORKS
    assert outcome(lambda: iam.update_assume_role_policy(**role, PolicyDocument=ALL_FOR_ANYBODY)) == WORKS
    root("iam").create_role(RoleName="unbounded", AssumeRolePolicyDocument=ALL_FOR_ANYBODY)
    unbounded = {"RoleName": "unbounded", "PolicyDocument": ALL_FOR_ANYBODY}
    assert outcome(lambda: iam.update_assume_role_policy(**unbounded)) == REFUSED
    assert outcome(lambda: iam.delete_role(RoleName="unbounded")) == REFUSED
    iam.delete_role_policy(**role, PolicyName="own")
    assert outcome(lambda: iam.delete_role(**role)) == WORKS


def test_a_role_is_asked_for_under_its_path(become: Become, root: Client) -> None:
    below = become(allow("iam:*", on=f"arn:aws:iam::{LOCAL.account_id}:role/below/*"))("iam")
    trust = {"AssumeRolePolicyDocument": ALL_FOR_ANYBODY}
    assert outcome(lambda: below.create_role(RoleName="below-path", Path="/below/", **trust)) == WORKS
    assert outcome(lambda: below.create_role(RoleName="below-root", **trust)) == REFUSED
    root("iam").create_role(RoleName="below-person", **trust)
    for role, expected in (("below-path", WORKS), ("below-person", REFUSED)):
        assert outcome(lambda role=role: below.update_role(RoleName=role, Description="-")) == expected  # type: ignore[misc]


def test_whom_a_function_or_a_secret_is_opened_to_is_a_condition_key(become: Become, root: Client) -> None:
    role = root("iam").create_role(RoleName="opened", AssumeRolePolicyDocument=ALL_FOR_ANYBODY)["Role"]["Arn"]
    make_function(root, "opened", role)
    secret = {"SecretId": root("secretsmanager").create_secret(Name="opened")["ARN"], "ResourcePolicy": ALL_FOR_ANYBODY}
    caller = become(
        allow("lambda:AddPermission", if_={"StringEquals": {"lambda:Principal": "apigateway.amazonaws.com"}}),
        allow("secretsmanager:PutResourcePolicy", if_={"Bool": {"secretsmanager:BlockPublicPolicy": "true"}}),
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
    bare_account: Account, root: Client, source: str, expected: str
) -> None:
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
    for_one = {**trust, "Condition": {"StringEquals": {"aws:SourceAccount": source}}}
    root("iam").create_role(RoleName=f"local-ffp-for-{source}", Path=PATH, AssumeRolePolicyDocument=policy(for_one))
    assert outcome(lambda: bare_account.as_role(f"for-{source}", "somebody")) == expected


def test_calls_of_a_function_carry_its_arn(bare_account: Account, root: Client) -> None:
    """By the session that Lambda makes; neither a session of the same name under another role nor any other one."""
    alias = {"Null": {"lambda:SourceFunctionArn": "false"}}
    itself = f"arn:aws:lambda:{LOCAL.region}:{LOCAL.account_id}:function:local-ffp-caller"
    for role in ("local-ffp-caller", "local-ffp-other"):
        root("iam").create_role(RoleName=role, Path=PATH, AssumeRolePolicyDocument=ALL_FOR_ANYBODY)
        by_function = policy(
            allow("sqs:ListQueues", if_=alias),
            allow("sns:ListTopics", if_={"ArnEquals": {"lambda:SourceFunctionArn": itself}}),
        )
        root("iam").put_role_policy(RoleName=role, PolicyName="all", PolicyDocument=by_function)
    make_function(root, "local-ffp-caller", bare_account.role("caller"))
    sessions = {
        "the function": bare_account.as_role("caller", "local-ffp-caller"),
        "somebody": bare_account.as_role("caller", "somebody"),
        "another role": bare_account.as_role("other", "local-ffp-caller"),
    }
    seen = {
        who: {
            outcome(bare_account.client(session, "sqs").list_queues),
            outcome(bare_account.client(session, "sns").list_topics),
        }
        for who, session in sessions.items()
    }
    assert seen == {"the function": {WORKS}, "somebody": {REFUSED}, "another role": {REFUSED}}


@pytest.fixture(scope="module")
def rotated(root: Client) -> Json:
    """What makes a secret rotate, on a day to come, by a function that Secrets Manager may call for it."""
    secret = root("secretsmanager").create_secret(Name="judged")["ARN"]
    role = root("iam").create_role(RoleName="judged", AssumeRolePolicyDocument=ALL_FOR_ANYBODY)["Role"]["Arn"]
    function = make_function(root, "judged", role)
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
    rotate = allow("secretsmanager:RotateSecret")
    outsider = become(rotate, allow("lambda:InvokeFunction", on=arn("function:other", "lambda")))("secretsmanager")
    insider = become(rotate, allow("lambda:InvokeFunction", on=rotated["RotationLambdaARN"]))("secretsmanager")
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
    bare_account: Account, become: Become, root: Client, condition: Json, signed: str, anonymous: str
) -> None:
    bucket = f"judged-{signed}"
    region = {"LocationConstraint": LOCAL.region}
    root("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration=region)
    root("s3").put_object(Bucket=bucket, Key="open")
    root("s3").delete_public_access_block(Bucket=bucket)
    opened = {**allow("s3:GetObject", on=f"arn:aws:s3:::{bucket}/*", if_=condition), "Principal": "*"}
    root("s3").put_bucket_policy(Bucket=bucket, Policy=policy(opened))
    nobody = bare_account.client(bare_account.root, "s3", signature_version=botocore.UNSIGNED)
    somebody = become(allow("sns:Publish"))("s3")
    assert outcome(lambda: somebody.get_object(Bucket=bucket, Key="open")) == signed
    assert outcome(lambda: nobody.get_object(Bucket=bucket, Key="open")) == anonymous


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/", REFUSED), ("/aws-service-role-of-ours/", REFUSED), ("/aws-service-role/backup.amazonaws.com/", WORKS)],
)
def test_roles_that_aws_takes_on_are_spared_by_their_path(
    bare_account: Account, root: Client, path: str, expected: str
) -> None:
    but_services = conditions(*no_service_of_aws(Context.of(LOCAL)))
    name = f"spared-{len(path)}"
    role = f"local-ffp-{name}"
    root("iam").create_role(RoleName=role, Path=path, AssumeRolePolicyDocument=ALL_FOR_ANYBODY)
    root("iam").put_role_policy(RoleName=role, PolicyName="all", PolicyDocument=policy(allow("s3:*")))
    root("s3").create_bucket(Bucket=role, CreateBucketConfiguration={"LocationConstraint": LOCAL.region})
    root("s3").put_object(Bucket=role, Key="one")
    denied = {**allow("s3:*", on=f"arn:aws:s3:::{role}/*", if_=but_services), "Effect": "Deny", "Principal": "*"}
    root("s3").put_bucket_policy(Bucket=role, Policy=policy(denied))
    taken = root("iam").get_role(RoleName=role)["Role"]["Arn"]
    given = root("sts").assume_role(RoleArn=taken, RoleSessionName="judged")["Credentials"]
    session = boto3.Session(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
    assert outcome(lambda: bare_account.client(session, "s3").get_object(Bucket=role, Key="one")) == expected


def test_an_operation_without_a_known_action_is_refused_even_to_an_administrator(
    bare_account: Account, become: Become
) -> None:
    administrator = become(allow("*"))
    assert outcome(lambda: administrator("lambda").list_functions()) == WORKS
    autoscaling, s3 = administrator("application-autoscaling"), administrator("s3")
    assert outcome(lambda: autoscaling.describe_scalable_targets(ServiceNamespace="lambda")) == REFUSED
    assert outcome(lambda: s3.create_session(Bucket="judged")) == REFUSED
    log = (bare_account.home.logs / "cloud.txt").read_text(encoding="utf-8")
    assert "application-autoscaling:unknown operation DescribeScalableTargets" in log
    assert "s3:unknown operation GET /judged?session" in log
