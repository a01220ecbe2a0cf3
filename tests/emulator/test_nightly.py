"""The nightly look, as the plan role makes it: it reads dates and never values, and says what it may not look at."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from ffp.deliver.expiring import account, secrets
from ffp.deliver.nightly import Look, take
from ffp.emulator.launch import Launch
from ffp.smoke.users import secret_of
from settings import Domain
from settings.names import prefix
from tests.emulator.small_platform import SmallPlatform, make, up
from tests.launches import require_terraform

_TODAY = datetime.now(UTC).date()
_HIDDEN = "a value that nobody may read"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, sample_output: Any) -> Iterator[SmallPlatform]:
    require_terraform()
    platform = make(tmp_path_factory.mktemp("nightly"), sample_output)
    try:
        up(platform)
        yield platform
    finally:
        Launch(platform).stop()


@pytest.fixture(scope="module")
def names(small: SmallPlatform) -> dict[str, str]:
    """The application's secrets, which exist and have a value, by how they are renewed."""
    client = small.account.client(small.account.root, "secretsmanager")
    found = {}
    for secret in small.account.settings.application.secrets:
        found[type(secret.renewal).__name__] = name = f"{prefix(small.name)}{secret.name}"
        client.create_secret(Name=name, SecretString=_HIDDEN)
    return found


def test_the_plan_role_finds_secrets_by_dates_alone(small: SmallPlatform, names: dict[str, str]) -> None:
    place = small.place("plan")
    assert {each.place: each.says for each in secrets.find(place, _TODAY)} == {
        names["DatabaseUsers"]: "does not rotate, although the settings say so",
        secret_of(place.settings): "has no value yet",
    }
    in_a_year = _TODAY + timedelta(days=365)
    assert {each.place for each in secrets.find(place, in_a_year)} == {*names.values(), secret_of(place.settings)}
    with pytest.raises(ClientError, match="AccessDenied"):
        place.client("secretsmanager").get_secret_value(SecretId=names["RenewedByPeople"])


def test_the_plan_role_reads_the_dates_of_no_other_secret(small: SmallPlatform) -> None:
    small.account.client(small.account.root, "secretsmanager").create_secret(Name="others", SecretString=_HIDDEN)
    client = small.place("plan").client("secretsmanager")
    with pytest.raises(ClientError, match="AccessDenied"):
        client.list_secret_version_ids(SecretId="others")
    with pytest.raises(ClientError, match="AccessDenied"):
        small.place("deploy").client("secretsmanager").list_secret_version_ids(SecretId="others")


def test_a_certificate_that_the_role_may_not_read_is_named_and_hides_nothing(
    small: SmallPlatform, names: dict[str, str]
) -> None:
    acm = small.account.client(small.account.root, "acm", region_name="us-east-1")
    arn = acm.request_certificate(DomainName="app.ffp.example", ValidationMethod="DNS")["CertificateArn"]
    place = small.place("plan")
    settings = replace(place.settings, domain=Domain(name="app.ffp.example", certificate_arn=arn))
    named = replace(place, settings=settings)
    seen = take(
        [
            Look("certificates", lambda: account.certificates(named, _TODAY)),
            Look("secrets", lambda: secrets.find(named, _TODAY)),
            Look("database", lambda: account.database(named, _TODAY)),
        ],
        print,
    )
    assert "AWS refuses DescribeCertificate: AccessDenied" in seen[0].failure
    assert [each.place for each in seen[1].findings] == [names["DatabaseUsers"], secret_of(named.settings)]
    assert (seen[2].failure, seen[2].findings) == ("", ())
    as_root = replace(named, client=lambda service, **more: small.account.client(small.account.root, service, **more))
    found = [each.says for each in account.certificates(as_root, _TODAY + timedelta(days=10_000))]
    assert len(found) == 1
