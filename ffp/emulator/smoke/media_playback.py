"""Playback: what a signed address opens. The emulator's CloudFront checks no signature: it is judged here instead."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import urlsplit
from uuid import uuid4

import requests

from application.tenancy import TENANCY
from ffp.emulator.cloudfront import OPENS, judge
from ffp.emulator.data import TENANTS
from ffp.emulator.smoke.media_form import IMAGE, VIDEO, receive, uploaded, versions
from ffp.emulator.smoke.walk import Case, Walk, told

AREA = "playback"
_NOT_FOUND = "404 there is no such asset"


def _play(walk: Walk, role: str, tenant: int, asset: str) -> requests.Response:
    token = walk.sign_in(walk.user(role, tenant)).access
    return walk.call("GET", f"/api/media/{asset}/playback", token=token)


def _trusted(walk: Walk) -> dict[str, str]:
    """The public keys by which CloudFront judges signatures, by their ids."""
    cloudfront = walk.client("cloudfront")
    groups = cloudfront.list_key_groups()["KeyGroupList"].get("Items", [])
    ids = {key for group in groups for key in group["KeyGroup"]["KeyGroupConfig"]["Items"]}
    keys = cloudfront.list_public_keys()["PublicKeyList"].get("Items", [])
    return {key["Id"]: key["EncodedKey"] for key in keys if key["Id"] in ids}


def _own(role: str, tenant: int, asset: Mapping[str, object], minutes: int, walk: Walk) -> str:
    """Whether the address of one's own asset opens for that long, and nothing but this asset."""
    id_ = receive(walk, "clinician", tenant, asset).asset
    answer = _play(walk, role, tenant, id_)
    if not answer.ok:
        return told(answer)
    url, query = answer.json()["url"], answer.json()["query"]
    folder = f"{walk.outputs['public-address']}/{TENANCY.media_prefix}/{TENANTS[tenant]}/{id_}/"
    now, trusted = datetime.now(UTC), _trusted(walk)
    end = now + timedelta(minutes=minutes)
    others = (folder.replace(id_, str(uuid4())), folder.replace(TENANTS[tenant], TENANTS[1 - tenant]))
    return ", ".join(
        (
            judge(url, trusted, now),
            f"{judge(url, trusted, end - timedelta(minutes=1))} a minute before its end",
            f"{judge(url, trusted, end + timedelta(seconds=1))} after it",
            f"{judge(f'{folder}part-1.ts?{query}', trusted, now)} its parts",
            f"for others: {' and '.join({judge(f'{other}video.mp4?{query}', trusted, now) for other in others})}",
        )
    )


def _forged(walk: Walk) -> str:
    """The address of one's own asset, rewritten for the other tenant's; or under the other trusted key's name."""
    id_ = receive(walk).asset
    url, trusted, now = _play(walk, "patient", 0, id_).json()["url"], _trusted(walk), datetime.now(UTC)
    (other,) = (key for key in trusted if key not in url)
    (own,) = trusted.keys() - {other}
    return ", ".join((judge(url.replace(*TENANTS), trusted, now), judge(url.replace(own, other), trusted, now)))


def _other_tenants(walk: Walk) -> str:
    with uploaded(walk) as form:
        there = f"{len(versions(walk, form.key))} there"
        return f"{there}, {told(_play(walk, 'administrator', 1, form.asset))}"


def _without_a_row(walk: Walk) -> str:
    return told(_play(walk, "patient", 0, str(uuid4())))


def _no_id(walk: Walk) -> str:
    return str(_play(walk, "patient", 0, "no-asset").status_code)


def _film(walk: Walk) -> str:
    """Whether the address leads to what was uploaded."""
    with uploaded(walk) as form:
        path = urlsplit(_play(walk, "patient", 0, form.asset).json()["url"]).path
        return "the film" if path == f"/{form.key}" else path


_OPENS = f"{OPENS}, {OPENS} a minute before its end, expired after it, {OPENS} its parts, for others: another resource"

CASES: tuple[Case, ...] = (
    *(
        Case(AREA, f"{what} of tenant {tenant + 1}, by its {role}", _OPENS, partial(_own, role, tenant, asset, minutes))
        for what, role, tenant, asset, minutes in (
            ("a film of half an hour", "patient", 0, VIDEO, 90),
            ("a film of half an hour", "clinician", 1, VIDEO, 90),
            ("a film of four hours", "patient", 0, {"kind": "video", "lengthSeconds": 14400}, 240),
            ("an image", "patient", 0, IMAGE, 5),
        )
    ),
    Case(AREA, "where an address leads", "the film", _film),
    Case(AREA, "an address that somebody rewrote", "another resource, a wrong signature", _forged),
    Case(AREA, "an asset of the other tenant", f"1 there, {_NOT_FOUND}", _other_tenants),
    Case(AREA, "an asset that nobody has", _NOT_FOUND, _without_a_row),
    Case(AREA, "what is no asset", "400", _no_id),
)
