"""Tries what lies beside the API: the API's own address, media without a signature, and the bucket itself."""

from collections.abc import Iterator
from functools import partial

import requests

from ffp.smoke.case import Try
from ffp.smoke.front_door import UNAUTHORISED
from ffp.smoke.routes import closed, simplest
from ffp.smoke.site import Site
from ffp.smoke.visit import NOTHING, status_and_reason
from settings import Environment
from settings.names import prefix

AREA = "beside the front door"
CLOSED = "no connection"
_case = partial(Try[Site], AREA)


def _fetch(site: Site, url: str) -> str:
    try:
        return status_and_reason(site.fetch(url))
    except (requests.exceptions.SSLError, requests.exceptions.ConnectionError):
        return CLOSED


def _own_address(site: Site, path: str) -> str:
    return _fetch(site, f"{site.outputs['api-address']}{path}")


def _status(site: Site, url: str) -> str:
    return _fetch(site, url).partition(" ")[0]


def _of_distribution(site: Site, path: str) -> str:
    return _status(site, f"{site.outputs['public-address']}{path}")


def cases(settings: Environment) -> Iterator[Try[Site]]:
    """The cases for an environment on AWS: an emulator has neither the addresses nor CloudFront's refusals."""
    application = settings.application
    if route := simplest(closed(application)):
        yield _case(
            "the API's own address, without a token",
            CLOSED if settings.api.mutual_tls else UNAUTHORISED,
            partial(_own_address, path=route.path),
            attack=True,
            means="the API can be reached past the distribution in another way than the settings say",
        )
    yield _case(
        "a page that the distribution does not have",
        "403",
        partial(_of_distribution, path=f"/{NOTHING}"),
        means="the distribution serves something besides the API and media",
    )
    if (media := application.media_bucket) is None or settings.smoke is None:
        return
    path = f"/{application.tenancy.media_prefix}/{settings.smoke.first_tenant}/{NOTHING}/{application.media[0].file}"
    yield _case(
        "media without a signature",
        "403",
        partial(_of_distribution, path=path),
        means="media opens without a signed address: everybody can see it",
    )
    bucket = f"{prefix(settings.name)}{media.name}-{settings.account_id}"
    yield _case(
        "the media bucket itself",
        "403",
        partial(_status, url=f"https://{bucket}.s3.{settings.region}.amazonaws.com{path}"),
        means="the bucket answers without the distribution: its policy or its public access block has changed",
    )
