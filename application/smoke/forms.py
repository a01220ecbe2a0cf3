"""The API's signed form for one asset, and an asset that was uploaded by it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import requests

from ffp.emulator.smoke.media_form import Form, cleared, send
from ffp.emulator.smoke.walk import Walk

VIDEO: Mapping[str, object] = {"kind": "video", "lengthSeconds": 1800}
IMAGE: Mapping[str, object] = {"kind": "image"}


def ask(walk: Walk, role: str, tenant: int, asset: Mapping[str, object] = VIDEO) -> requests.Response:
    """The API's answer to whoever wants to upload an asset."""
    return walk.call("POST", "/api/media", token=walk.sign_in(walk.user(role, tenant)).access, body=asset)


def receive(walk: Walk, role: str = "clinician", tenant: int = 0, asset: Mapping[str, object] = VIDEO) -> Form:
    """The form that the API gives."""
    given = ask(walk, role, tenant, asset).json()
    return Form(given["assetId"], given["url"], given["fields"], given["maximumBytes"])


@contextmanager
def uploaded(walk: Walk) -> Iterator[Form]:
    """A film of the first tenant, for as long as this lasts; the database knows it ever after."""
    form = receive(walk)
    with cleared(walk, form.key):
        send(walk, form).raise_for_status()
        yield form
