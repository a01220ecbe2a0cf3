"""Where the platform and its web application are found: two hosts, each said once."""

from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

from environments.settings.base import Problem
from environments.settings.distribution import Domain
from environments.settings.identity import Identity


def domain_problems(domain: Domain | None, account_id: str, *, emulated: bool) -> Iterator[Problem]:
    """An environment on AWS has a domain, with a certificate of its own account."""
    if domain is None:
        if not emulated:
            yield Problem("domain", None, "an environment on AWS has a domain", "give a Domain with its certificate")
    elif domain.certificate_arn is not None and domain.certificate_arn.split(":")[4] != account_id:
        yield Problem(
            "domain.certificate_arn",
            domain.certificate_arn,
            f"CloudFront takes a certificate of its own account alone, which is {account_id}",
            "issue one in that account",
        )


def origin_problems(
    web_origin: str, more_origins: tuple[str, ...], identity: Identity, domain: Domain | None
) -> Iterator[Problem]:
    """The distribution serves media and API alone: a browser that is sent there for a page meets a 403."""
    for origin, times in Counter((web_origin, *more_origins)).items():
        if times > 1:
            yield Problem(
                "api.more_cors_origins", origin, "stands twice", "remove one; web_origin is always among them"
            )
    if domain is None:
        return
    for field, address in (
        ("web_origin", web_origin),
        *((f"api.more_cors_origins[{i}]", each) for i, each in enumerate(more_origins)),
        *((f"identity.callback_urls[{i}]", each) for i, each in enumerate(identity.callback_urls)),
        *((f"identity.logout_urls[{i}]", each) for i, each in enumerate(identity.logout_urls)),
    ):
        if urlsplit(address).hostname == domain.name:
            yield Problem(
                field,
                address,
                f"{domain.name} is the distribution's, which serves media and API and no page",
                "name the host of the web application",
            )
