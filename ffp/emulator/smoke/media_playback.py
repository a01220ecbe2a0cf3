"""Playback: what a signed address opens. The emulator's CloudFront checks no signature: it is verified here instead."""

import base64
import json
from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import requests
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from environments.application import PLAYBACK_SECRET
from ffp.emulator.data import TENANTS
from ffp.emulator.smoke.media_form import uploaded, versions
from ffp.emulator.smoke.walk import Case, Walk

AREA = "playback"
LONGEST = timedelta(hours=4)


def _play(walk: Walk, role: str, tenant: int, video: str) -> requests.Response:
    token = walk.sign_in(walk.user(role, tenant)).access
    return walk.call("GET", f"/api/videos/{video}/playback", token=token)


def _own_video(role: str, tenant: int, walk: Walk) -> str:
    video = str(uuid4())
    answer = _play(walk, role, tenant, video)
    if not answer.ok:
        return str(answer.status_code)
    url = urlsplit(answer.json()["url"])
    asked = {name: values[0] for name, values in parse_qs(url.query).items()}
    policy, signature = _decode(asked["Policy"]), _decode(asked["Signature"])
    (statement,) = json.loads(policy)["Statement"]
    folder = f"{walk.outputs['public-address']}/media/{TENANTS[tenant]}/{video}/"
    end = datetime.fromtimestamp(statement["Condition"]["DateLessThan"]["AWS:EpochTime"], UTC)
    return ", ".join(
        (
            "signed by our key" if _is_signed(walk, policy, signature) else "signed by another key",
            "a trusted one" if asked["Key-Pair-Id"] in _trusted(walk) else "one that CloudFront does not trust",
            "for this video alone" if statement["Resource"] == f"{folder}*" else f"for {statement['Resource']}",
            "not for long" if end - datetime.now(UTC) <= LONGEST else f"until {end}",
            "its film" if url._replace(query="").geturl().startswith(folder) else url.path,
        )
    )


def _decode(text: str) -> bytes:
    """CloudFront's own base64, which can stand in an address."""
    return base64.b64decode(text.translate(str.maketrans("-_~", "+=/")))


def _trusted(walk: Walk) -> set[str]:
    """The ids of the public keys by which CloudFront judges signatures."""
    groups = walk.client("cloudfront").list_key_groups()["KeyGroupList"].get("Items", [])
    return {key for group in groups for key in group["KeyGroup"]["KeyGroupConfig"]["Items"]}


def _is_signed(walk: Walk, policy: bytes, signature: bytes) -> bool:
    name = walk.account.name(PLAYBACK_SECRET)
    pem = walk.client("secretsmanager").get_secret_value(SecretId=name)["SecretString"]
    key = load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, RSAPrivateKey):
        return False
    try:
        key.public_key().verify(signature, policy, PKCS1v15(), SHA1())  # noqa: S303 - CloudFront accepts no other
    except InvalidSignature:
        return False
    return True


def _other_tenants_video(walk: Walk) -> str:
    """The function keeps no list of videos: whatever is asked for lies below the caller's own prefix."""
    with uploaded(walk) as form:
        answer = _play(walk, "administrator", 1, form.video)
        if not answer.ok:
            return "no film"
        key = urlsplit(answer.json()["url"]).path.removeprefix("/")
        own = key.startswith(f"media/{TENANTS[1]}/")
        return "no film" if own and not versions(walk, key) else key


def _no_video(walk: Walk) -> str:
    return str(_play(walk, "patient", 0, "no-video").status_code)


CASES: tuple[Case, ...] = (
    *(
        Case(
            AREA,
            f"a video of tenant {tenant + 1}, by its {role}",
            "signed by our key, a trusted one, for this video alone, not for long, its film",
            partial(_own_video, role, tenant),
        )
        for role, tenant in (("patient", 0), ("clinician", 1))
    ),
    Case(AREA, "a video of the other tenant", "no film", _other_tenants_video),
    Case(AREA, "what is no video", "400", _no_video),
)
