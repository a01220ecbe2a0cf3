"""The HTTP API: how fast anybody may call, and by which way."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator

from settings.base import Settings, between, matching
from settings.types import DomainName, LogRetentionDays, Origin

# An HTTP API gives up on an integration after 30 seconds; a function that runs on would write unseen.
INTEGRATION_TIMEOUT_SECONDS = 30


def _certificate_of(region: str, remedy: str) -> AfterValidator:
    pattern = rf"arn:aws:acm:{region}:\d{{12}}:certificate/[0-9a-f-]{{36}}"
    return matching(pattern, "must be a certificate's ARN in the region where it is used", remedy)


@dataclass(frozen=True, kw_only=True)
class TrustStore(Settings):
    """The authorities whose client certificates the API takes: one version of one object in S3, in PEM.

    People put it there: who could exchange it would decide who comes in, so that its version is part of the settings.
    """

    bucket: Annotated[
        str,
        matching(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", "must be the name of a bucket", "write it without s3://"),
    ]
    key: Annotated[
        str,
        matching(r"[A-Za-z0-9_./-]{1,1024}", "must be an object's key", "write it like api/authorities.pem"),
    ]
    version: Annotated[
        str,
        matching(
            r"[A-Za-z0-9._-]{8,1024}",
            "must be the version of that object",
            "take it from what `aws s3api put-object` answers; the bucket must be versioned",
        ),
    ]


@dataclass(frozen=True, kw_only=True)
class MutualTls(Settings):
    """A name of the API's own, on which only the distribution can open a connection; execute-api is switched off.

    CloudFront shows a client certificate that people issue, import into ACM and renew there under the same ARN; the API
    takes it because its authority is in the trust store.
    """

    name: DomainName
    certificate_arn: Annotated[
        str, _certificate_of(r"[a-z0-9-]+", "issue one for the API's name in the environment's region")
    ]
    client_certificate_arn: Annotated[
        str, _certificate_of("us-east-1", "import one for TLS client authentication into us-east-1")
    ]
    trust_store: TrustStore


@dataclass(frozen=True, kw_only=True)
class ApiSettings(Settings):
    """Every route wants a token, except those of `application.public_routes`."""

    # besides the web application's
    more_cors_origins: tuple[Origin, ...] = ()
    requests_per_second: Annotated[int, between(1, 10_000)] = 100
    burst: Annotated[int, between(1, 5_000)] = 200
    log_retention_days: LogRetentionDays = 365
    mutual_tls: MutualTls | None = None  # without it, the execute-api address passes the distribution by
