"""CloudFront: domain, certificate, playback keys, WAF."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from settings.base import Problem, Settings, between, matching, must
from settings.playback_keys import fingerprint
from settings.types import DomainName, LogRetentionDays, PublicKey


@dataclass(frozen=True, kw_only=True)
class Domain(Settings):
    """The public name, with a certificate (DNS is managed elsewhere) or a hosted zone (everything is made here)."""

    name: DomainName
    """The public host name of media and API. Two environments cannot share one."""

    certificate_arn: (
        Annotated[
            str,
            matching(
                r"arn:aws:acm:us-east-1:\d{12}:certificate/[0-9a-f-]{36}",
                "must be a certificate of us-east-1",
                "CloudFront reads certificates there: issue it in that region",
            ),
        ]
        | None
    ) = None
    """An existing ACM certificate for that name in us-east-1, when DNS is managed elsewhere. Give either this or
    `hosted_zone_id`."""

    hosted_zone_id: (
        Annotated[
            str,
            matching(r"Z[A-Z0-9]{5,31}", "must be a hosted zone's id", "write it like Z0123456789ABCDEFGHIJ"),
        ]
        | None
    ) = None
    """The Route 53 zone in which certificate and records are then made. Give either this or `certificate_arn`."""

    def rules(self) -> Iterator[Problem]:
        if (self.certificate_arn is None) == (self.hosted_zone_id is None):
            yield Problem(
                "certificate_arn",
                self.certificate_arn,
                "a domain has a certificate or a hosted zone",
                "give exactly one of certificate_arn and hosted_zone_id",
            )


@dataclass(frozen=True, kw_only=True)
class DistributionSettings(Settings):
    """One CloudFront distribution for media and API."""

    playback_keys: Annotated[
        tuple[PublicKey, ...],
        must(lambda keys: len(keys) in (0, 2), "must be two, or none", "give both that `public_halves` reads"),
    ] = ()
    """Public halves of the two keys that may sign playback, which an application with media needs. One can be replaced
    while addresses signed by the other still open; the private half in Secrets Manager decides which one signs."""

    price_class: Literal["PriceClass_100", "PriceClass_200", "PriceClass_All"] = "PriceClass_100"
    """Where CloudFront has edge locations: `PriceClass_100` is Europe and North America, the cheapest; `PriceClass_All`
    is the whole world."""

    waf: bool = True
    """Puts a web ACL in front of the distribution, about 9 dollars a month and 0.60 dollars per million requests.
    Patient data demands it."""

    waf_requests_in_five_minutes: Annotated[int, between(100, 1_000_000)] = 2000
    """Requests from one address in five minutes, above which the web ACL blocks it. Users behind one office address
    share this number."""

    media_cache_days: Annotated[int, between(1, 365, "days")] = 30
    """Days for which CloudFront caches media. A deleted or replaced file may be served for that long."""

    log_retention_days: LogRetentionDays = 365
    """Days for which the logs of distribution and web ACL are kept. Patient data demands 365."""

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """Identifies each key, whatever its text's line endings. Raises ValueError for a text that is no key."""
        return tuple(map(fingerprint, self.playback_keys))

    def rules(self) -> Iterator[Problem]:
        if len(set(self.fingerprints)) < len(self.playback_keys):
            yield Problem("playback_keys", "(two alike)", "must differ", "generate a second key pair")
