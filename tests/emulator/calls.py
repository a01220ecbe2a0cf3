"""One harmless call for each action on contents, on any resource of its service, and what came of it."""

import contextlib
import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import boto3
from botocore.exceptions import ClientError

from ffp.emulator.account import Account

Client = Callable[[str], Any]  # a client by the name of its service
Case = tuple[str, str]  # an action, and the ARN of what it is tried on

PROBE = "ffp-probe"
WORKS, REFUSED = "works", "refused"

_REFUSALS = {"AccessDenied", "AccessDeniedException", "AuthorizationError", "UnauthorizedOperation"}


@dataclass(frozen=True)
class Call:
    """How to try an action on a resource, what root makes for it first, and how root takes back what is left."""

    do: Callable[..., object]  # with what `prepare` gives, by name
    prepare: Callable[[Client, str], Mapping[str, Any] | None] | None = None
    undo: Callable[[Client, str], object] | None = None


def clients(account: Account, session: boto3.Session) -> Client:
    """This session's clients, each made once."""
    return cache(lambda service: account.client(session, service))


def outcome(attempt: Callable[[], object]) -> str:
    """Whether the call works, is refused by IAM, or fails otherwise: then the error's code."""
    try:
        attempt()
    except ClientError as error:
        code = error.response["Error"]["Code"]
        return REFUSED if code in _REFUSALS else code
    return WORKS


def outcomes(account: Account, session: boto3.Session, cases: Iterable[Case]) -> Mapping[Case, str]:
    """What came of each case, nothing of which stays."""
    own, root = clients(account, session), clients(account, account.root)
    found = {}
    for action, arn in cases:
        call = CALLS[action]
        given = call.prepare(root, arn) if call.prepare else None
        found[action, arn] = outcome(partial(call.do, own, arn, **(given or {})))
        if call.undo and (call.prepare or found[action, arn] == WORKS):
            call.undo(root, arn)
    return found


def fits(action: str, arn: str) -> bool:
    """Whether the action is one on such a resource: a bucket is listed, and all else is done to what lies in it."""
    service = action.split(":")[0]
    if arn.split(":")[2] != service:
        return False
    match service:
        case "logs":
            return ":log-stream:" in arn
        case "s3":
            return ("/" in arn) != (action == "s3:ListBucket")
    return True


def _object(arn: str) -> dict[str, str]:
    bucket, _, key = arn.removeprefix("arn:aws:s3:::").partition("/")
    return {"Bucket": bucket, "Key": key}


def _abort_upload(client: Client, arn: str) -> None:
    with contextlib.suppress(client("s3").exceptions.NoSuchUpload):
        client("s3").abort_multipart_upload(**_object(arn), UploadId=PROBE)


def _remove_object(root: Client, arn: str) -> None:
    target = _object(arn)
    found = root("s3").list_object_versions(Bucket=target["Bucket"], Prefix=target["Key"])
    for version in found.get("Versions", []) + found.get("DeleteMarkers", []):
        root("s3").delete_object(**target, VersionId=version["VersionId"])


def _queue(arn: str) -> dict[str, str]:
    account_id, name = arn.split(":")[4:]
    return {"QueueUrl": f"https://sqs/{account_id}/{name}"}


def _receive(client: Client, arn: str) -> list[dict[str, Any]]:
    # Without hiding it from anybody else.
    answer = client("sqs").receive_message(**_queue(arn), MaxNumberOfMessages=10, VisibilityTimeout=0)
    messages: list[dict[str, Any]] = answer.get("Messages", [])
    return messages


def _delete(client: Client, arn: str, receipt: str = PROBE) -> None:
    sqs = client("sqs")
    # Once IAM lets the call through: of no message, or of one that the queue's consumer has received since.
    with contextlib.suppress(sqs.exceptions.ReceiptHandleIsInvalid):
        sqs.delete_message(**_queue(arn), ReceiptHandle=receipt)


def _remove_messages(root: Client, arn: str) -> None:
    for message in _receive(root, arn):
        if message["Body"] == PROBE:
            _delete(root, arn, message["ReceiptHandle"])


def _stream(arn: str) -> dict[str, str]:
    group, stream = arn.split(":log-group:")[1].split(":log-stream:")
    return {"logGroupName": group, "logStreamName": stream}


def _create_stream(client: Client, arn: str) -> None:
    client("logs").create_log_stream(**_stream(arn))


def _delete_stream(root: Client, arn: str) -> None:
    root("logs").delete_log_stream(**_stream(arn))


def _write_log(client: Client, arn: str) -> None:
    event = {"timestamp": int(time.time() * 1000), "message": PROBE}
    client("logs").put_log_events(**_stream(arn), logEvents=[event])


def _pool(arn: str) -> dict[str, str]:
    return {"UserPoolId": arn.rpartition("/")[2]}


def _user(arn: str) -> dict[str, str]:
    return {**_pool(arn), "Username": f"{PROBE}@tenant.example"}


def _create_user(client: Client, arn: str) -> None:
    client("cognito-idp").admin_create_user(**_user(arn), MessageAction="SUPPRESS")


def _delete_user(root: Client, arn: str) -> None:
    with contextlib.suppress(root("cognito-idp").exceptions.UserNotFoundException):
        root("cognito-idp").admin_delete_user(**_user(arn))


def _tenants_group(arn: str) -> dict[str, str]:
    return {**_pool(arn), "GroupName": PROBE}


def _create_group(client: Client, arn: str) -> None:
    client("cognito-idp").create_group(**_tenants_group(arn))


def _delete_group(root: Client, arn: str) -> None:
    root("cognito-idp").delete_group(**_tenants_group(arn))


def _create_both(client: Client, arn: str) -> None:
    _create_user(client, arn)
    _create_group(client, arn)


def _delete_both(root: Client, arn: str) -> None:
    _delete_group(root, arn)
    _delete_user(root, arn)


def _encrypt(client: Client, arn: str) -> dict[str, Any]:
    return {"ciphertext": client("kms").encrypt(KeyId=arn, Plaintext=PROBE)["CiphertextBlob"]}


def _put_object(client: Client, arn: str) -> None:
    client("s3").put_object(**_object(arn), Body=PROBE)


def _put_secret(client: Client, arn: str) -> dict[str, str]:
    """A version under a label of ours alone, so that nobody who reads the secret notices."""
    made = client("secretsmanager").put_secret_value(
        SecretId=arn, SecretString=secrets.token_urlsafe(), VersionStages=[PROBE]
    )
    return {"version": made["VersionId"]}


def _unlabel(client: Client, arn: str, version: str) -> None:
    client("secretsmanager").update_secret_version_stage(SecretId=arn, VersionStage=PROBE, RemoveFromVersionId=version)


def _unlabel_all(root: Client, arn: str) -> None:
    labels = root("secretsmanager").describe_secret(SecretId=arn)["VersionIdsToStages"]
    for version in [version for version, names in labels.items() if PROBE in names]:
        _unlabel(root, arn, version)


CALLS: Mapping[str, Call] = {
    "cognito-idp:AdminAddUserToGroup": Call(
        lambda client, arn: client("cognito-idp").admin_add_user_to_group(
            **_tenants_group(arn), Username=_user(arn)["Username"]
        ),
        _create_both,
        _delete_both,
    ),
    "cognito-idp:AdminCreateUser": Call(_create_user, undo=_delete_user),
    "cognito-idp:AdminDeleteUser": Call(
        lambda client, arn: client("cognito-idp").admin_delete_user(**_user(arn)), _create_user, _delete_user
    ),
    "cognito-idp:AdminGetUser": Call(
        lambda client, arn: client("cognito-idp").admin_get_user(**_user(arn)), _create_user, _delete_user
    ),
    "cognito-idp:CreateGroup": Call(_create_group, undo=_delete_group),
    "cognito-idp:ListGroups": Call(lambda client, arn: client("cognito-idp").list_groups(**_pool(arn))),
    "cognito-idp:ListUsersInGroup": Call(
        lambda client, arn: client("cognito-idp").list_users_in_group(**_tenants_group(arn)),
        _create_group,
        _delete_group,
    ),
    "cognito-idp:ListUsers": Call(lambda client, arn: client("cognito-idp").list_users(**_pool(arn))),
    "events:PutEvents": Call(
        lambda client, arn: client("events").put_events(
            Entries=[{"EventBusName": arn, "Source": PROBE, "DetailType": PROBE, "Detail": "{}"}]
        )
    ),
    "kms:Decrypt": Call(
        lambda client, arn, ciphertext: client("kms").decrypt(KeyId=arn, CiphertextBlob=ciphertext), _encrypt
    ),
    "kms:Encrypt": Call(_encrypt),
    "kms:GenerateDataKey": Call(
        lambda client, arn: client("kms").generate_data_key(KeyId=arn, KeySpec="AES_256"),
    ),
    "lambda:InvokeFunction": Call(
        lambda client, arn: client("lambda").invoke(FunctionName=arn, InvocationType="DryRun")
    ),
    "logs:CreateLogStream": Call(_create_stream, undo=_delete_stream),
    "logs:GetLogEvents": Call(
        lambda client, arn: client("logs").get_log_events(**_stream(arn)), _create_stream, _delete_stream
    ),
    "logs:PutLogEvents": Call(_write_log, _create_stream, _delete_stream),
    "s3:AbortMultipartUpload": Call(_abort_upload),
    "s3:DeleteObject": Call(
        lambda client, arn: client("s3").delete_object(**_object(arn)), _put_object, _remove_object
    ),
    "s3:GetObject": Call(lambda client, arn: client("s3").get_object(**_object(arn)), _put_object, _remove_object),
    "s3:ListBucket": Call(
        lambda client, arn: client("s3").list_objects_v2(Bucket=arn.removeprefix("arn:aws:s3:::"), MaxKeys=1)
    ),
    "s3:PutObject": Call(_put_object, undo=_remove_object),
    "secretsmanager:DescribeSecret": Call(lambda client, arn: client("secretsmanager").describe_secret(SecretId=arn)),
    "secretsmanager:GetSecretValue": Call(
        lambda client, arn, version: client("secretsmanager").get_secret_value(SecretId=arn, VersionId=version),
        _put_secret,
        _unlabel_all,
    ),
    "secretsmanager:PutSecretValue": Call(_put_secret, undo=_unlabel_all),
    "secretsmanager:UpdateSecretVersionStage": Call(_unlabel, _put_secret, _unlabel_all),
    "sns:Publish": Call(lambda client, arn: client("sns").publish(TopicArn=arn, Message=PROBE)),
    "sqs:DeleteMessage": Call(_delete),
    "sqs:GetQueueAttributes": Call(
        lambda client, arn: client("sqs").get_queue_attributes(**_queue(arn), AttributeNames=["QueueArn"])
    ),
    "sqs:ReceiveMessage": Call(_receive),
    "sqs:SendMessage": Call(
        lambda client, arn: client("sqs").send_message(**_queue(arn), MessageBody=PROBE), undo=_remove_messages
    ),
}
