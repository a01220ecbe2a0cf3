"""Uploads: what a signed form allows into the media bucket, and what the form and the bucket refuse."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import uuid4

from application.smoke.forms import IMAGE, VIDEO, ask, receive, uploaded
from application.tenancy import TENANCY
from ffp.emulator.smoke.kit import TENANTS, Case
from ffp.emulator.smoke.media_form import (
    CONTENT,
    ENCRYPTION,
    KEY,
    PLAIN_HTTP,
    Form,
    bucket,
    deleted_afterwards,
    is_under_media_key,
    send,
    status_and_error,
    versions,
)
from ffp.emulator.smoke.walk import Walk, status_and_reason

AREA = "media"
LONGEST = timedelta(minutes=5)
_FOLDER = f"{TENANCY.media_prefix}/"
_LENGTH = "lengthSeconds must be a whole number from 1 to 14400"

Change = Callable[[Walk, Form], Form]


def _of_root(maximum_bytes: int, valid_seconds: int) -> Change:
    """Another form for the same object, with lower limits: exceeding the API's own takes a gigabyte or five minutes."""

    def change(walk: Walk, form: Form) -> Form:
        signed = walk.account.client(walk.account.root, "s3", signature_version="s3v4").generate_presigned_post(
            bucket(walk), form.key, None, [["content-length-range", 1, maximum_bytes]], valid_seconds
        )
        return replace(form, fields=signed["fields"])

    return change


def _unsigned(_: Walk, form: Form) -> Form:
    kept = {"key", "Content-Type", ENCRYPTION, KEY}
    return form.with_fields({name: None for name in form.fields if name not in kept})


def _prolonged(_: Walk, form: Form) -> Form:
    policy = json.dumps({**form.policy, "expiration": "2099-01-01T00:00:00Z"})
    return form.with_fields({"policy": base64.b64encode(policy.encode()).decode()})


def _upload(role: str, tenant: int, asset: Mapping[str, object], walk: Walk) -> str:
    form = receive(walk, role, tenant, asset)
    with deleted_afterwards(walk, form.key):
        answer = send(walk, form)
        if not answer.ok:
            return status_and_error(answer)
        stored = walk.client("s3").get_object(Bucket=bucket(walk), Key=form.key)
        whole = stored["Body"].read() == CONTENT
    return ", ".join(
        (
            f"{stored['ContentType']} as sent" if whole else "not what was sent",
            "under the media key" if is_under_media_key(walk, stored) else "not under the media key",
            "below the tenant's prefix" if form.key.startswith(f"{_FOLDER}{TENANTS[tenant]}/") else f"as {form.key}",
        )
    )


def _ask(asset: Mapping[str, object], walk: Walk) -> str:
    return status_and_reason(ask(walk, "clinician", 0, asset))


def _limits(walk: Walk) -> str:
    form = receive(walk)
    bounded = ["content-length-range", 1, form.maximum_bytes] in form.policy["conditions"]
    end = datetime.fromisoformat(form.policy["expiration"])
    return ", ".join(
        (
            "in size" if bounded else "not in size",
            "in time" if end - datetime.now(UTC) <= LONGEST else f"until {end}",
        )
    )


def _read_unsigned(walk: Walk) -> str:
    with uploaded(walk) as form:
        return status_and_error(walk.fetch(f"{form.address}/{form.key}"))


def _refused(
    what: str,
    expected: str,
    change: Change = lambda _, form: form,
    *,
    content: bytes = CONTENT,
    headers: Mapping[str, str] | None = None,
) -> Case:
    def attempt(walk: Walk) -> str:
        form = change(walk, receive(walk))
        with deleted_afterwards(walk, form.key):
            answer = send(walk, form, content, headers)
            return f"{status_and_error(answer)}, {'stored' if versions(walk, form.key) else 'nothing stored'}"

    return Case(AREA, f"upload {what}", f"{expected}, nothing stored", attempt)


def _having(**fields: str | None) -> Change:
    return lambda _, form: form.with_fields(fields)


def _moved(change: Callable[[Form], str]) -> Change:
    return lambda _, form: form.with_fields({"key": change(form)})


CASES: tuple[Case, ...] = (
    *(
        Case(
            AREA,
            f"upload of a film by the {role} of tenant {tenant + 1}",
            "video/mp4 as sent, under the media key, below the tenant's prefix",
            partial(_upload, role, tenant, VIDEO),
        )
        for tenant in range(len(TENANTS))
        for role in ("administrator", "clinician")
    ),
    Case(
        AREA,
        "upload of an image",
        "image/jpeg as sent, under the media key, below the tenant's prefix",
        partial(_upload, "clinician", 0, IMAGE),
    ),
    *(
        Case(AREA, f"ask for a form for {what}", f"400 {message}", partial(_ask, asset))
        for what, message, asset in (
            ("an unknown kind", "kind must be one of image, video", {"kind": "page"}),
            ("a film of no length", _LENGTH, {"kind": "video"}),
            ("a film of a negative length", _LENGTH, {"kind": "video", "lengthSeconds": -1}),
            ("a film longer than any address lasts", _LENGTH, {"kind": "video", "lengthSeconds": 14401}),
        )
    ),
    Case(AREA, "what a form is bounded in", "in size, in time", _limits),
    _refused("without a signature", "403 AccessDenied", _unsigned),
    _refused("with a forged signature", "403 SignatureDoesNotMatch", _having(**{"x-amz-signature": "0" * 64})),
    _refused("with a prolonged form", "403 SignatureDoesNotMatch", _prolonged),
    _refused("with an expired form", "403 AccessDenied (expired)", _of_root(len(CONTENT), valid_seconds=-1)),
    _refused("over plain HTTP, by a proxy's word", "403 AccessDenied", headers=PLAIN_HTTP),
    _refused("of one byte too many", "400 EntityTooLarge", _of_root(len(CONTENT) - 1, valid_seconds=60)),
    _refused("of nothing", "400 EntityTooSmall", content=b""),
    _refused("of another type", "403 AccessDenied ($Content-Type)", _having(**{"Content-Type": "text/html"})),
    _refused("for the other tenant", "403 AccessDenied ($key)", _moved(lambda form: form.key.replace(*TENANTS))),
    _refused(
        "over another asset", "403 AccessDenied ($key)", _moved(lambda form: form.key.replace(form.asset, str(uuid4())))
    ),
    _refused(
        "outside the media prefix", "403 AccessDenied ($key)", _moved(lambda form: form.key.removeprefix(_FOLDER))
    ),
    _refused("without a key", f"403 AccessDenied (${KEY})", _having(**{KEY: None})),
    _refused("under another key", f"403 AccessDenied (${KEY})", _having(**{KEY: "alias/aws/s3"})),
    _refused("without KMS", f"403 AccessDenied (${ENCRYPTION})", _having(**{ENCRYPTION: "AES256"})),
    _refused("for all to read", "403 AccessDenied (Extra input fields: acl)", _having(acl="public-read")),
    Case(AREA, "read a film without a signature", "403 AccessDenied", _read_unsigned),
)
