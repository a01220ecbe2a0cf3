"""Tries the media bucket's policy, as a user whose IAM policy permits every write."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from uuid import uuid4

import boto3

from ffp.emulator.smoke.kit import TENANTS, Case
from ffp.emulator.smoke.media_form import (
    ENCRYPTION,
    KEY,
    PLAIN_HTTP,
    Form,
    bucket,
    deleted_afterwards,
    is_under_media_key,
    key_arn,
    send,
    status_and_error,
    versions,
)
from ffp.emulator.smoke.walk import Walk
from settings import Application, DataDomain

AREA = "media bucket"
_CUSTOMER = f"{ENCRYPTION}-customer"
_ALLOW_ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["kms:*", "s3:*"], "Resource": "*"}]}


@contextmanager
def _writer(walk: Walk) -> Iterator[boto3.Session]:
    """Creates an IAM user for the duration of the block, because the emulator exempts root from bucket policies."""
    iam, name = walk.client("iam"), walk.account.name(f"writer-{uuid4()}")
    iam.create_user(UserName=name)
    try:
        iam.put_user_policy(UserName=name, PolicyName="all", PolicyDocument=json.dumps(_ALLOW_ALL))
        key = iam.create_access_key(UserName=name)["AccessKey"]
        yield walk.account.session(key["AccessKeyId"], key["SecretAccessKey"])
    finally:
        for each in iam.list_access_keys(UserName=name)["AccessKeyMetadata"]:
            iam.delete_access_key(UserName=name, AccessKeyId=each["AccessKeyId"])
        for policy in iam.list_user_policies(UserName=name)["PolicyNames"]:
            iam.delete_user_policy(UserName=name, PolicyName=policy)
        iam.delete_user(UserName=name)


def _write(fields: Mapping[str, str], headers: Mapping[str, str], walk: Walk) -> str:
    """Uploads with a signed form, as browsers do."""
    asset = str(uuid4())
    key = f"{walk.tenancy.media_prefix}/{TENANTS[0]}/{asset}/{walk.application.media[0].file}"
    keys = {"key": key_arn(walk, DataDomain.MEDIA), "other": key_arn(walk, "shared")}
    form_fields = {name: value.format(**keys) for name, value in fields.items()}
    with _writer(walk) as session, deleted_afterwards(walk, key):
        signed = walk.account.client(session, "s3", signature_version="s3v4").generate_presigned_post(
            bucket(walk), key, form_fields, [{name: value} for name, value in form_fields.items()]
        )
        answer = send(walk, Form(asset, signed["url"], signed["fields"], 0), headers=headers)
        if not versions(walk, key):
            return f"{status_and_error(answer)}, nothing stored"
        stored = walk.client("s3").head_object(Bucket=bucket(walk), Key=key)
    return f"stored under {'the media key' if is_under_media_key(walk, stored) else 'something else'}"


def _case(what: str, expected: str, fields: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Case:
    return Case(AREA, what, expected, partial(_write, fields, headers or {}))


_STORED, _REFUSED = "stored under the media key", "403 AccessDenied, nothing stored"

_CASES = (
    _case("a write that names no encryption", _STORED, {}),
    _case("a write under the media key", _STORED, {ENCRYPTION: "aws:kms", KEY: "{key}"}),
    _case("a write under another key", _REFUSED, {ENCRYPTION: "aws:kms", KEY: "{other}"}),
    _case("a write under AWS's own key", _REFUSED, {ENCRYPTION: "aws:kms"}),
    _case("a write without KMS", _REFUSED, {ENCRYPTION: "AES256"}),
    _case("a write under the writer's key", _REFUSED, {f"{_CUSTOMER}-algorithm": "AES256", f"{_CUSTOMER}-key": "00"}),
    _case("a write over plain HTTP, as a proxy reports it", _REFUSED, {}, PLAIN_HTTP),
)


def cases(application: Application) -> tuple[Case, ...]:
    """The cases, if the application has media."""
    return _CASES if application.media_bucket else ()
