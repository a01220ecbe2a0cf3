"""What ends by an account's answers: secrets, certificates, the database's certificate."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from botocore.stub import ANY

from ffp.deliver.expiring import account, secrets
from ffp.deliver.nightly import Finding
from ffp.project import ToolError
from tests.ffp.deliver.answers import Answers
from tests.modules.variants import mutual_tls
from tests.sample.environments import ALL as SAMPLE
from tests.sample.machines import WITH_MACHINES

_TODAY = date(2026, 11, 30)
_USERS, _PLAYBACK = "prod-ffp-database-application-user", "prod-ffp-playback-signing-key"
_TEST_USERS = "prod-ffp-smoke-users"
_MASTER = "arn:aws:secretsmanager:eu-west-2:333333333333:secret:rds!db-1-abcdef"
_CERTIFICATE = str(SAMPLE["prod"].domain and SAMPLE["prod"].domain.certificate_arn)


def _ago(days: int) -> datetime:
    return datetime(2026, 11, 30, 12, tzinfo=UTC) - timedelta(days=days)


def _described(days: int, *, rotates: bool = True) -> dict[str, Any]:
    return {"RotationEnabled": rotates, "LastRotatedDate": _ago(days), "CreatedDate": _ago(900)}


def _secrets(
    users: dict[str, Any] | None,
    versions: list[dict[str, Any]],
    master: dict[str, Any] | None = None,
    test_users: list[dict[str, Any]] | None = None,
) -> list[Finding]:
    """What is found of the sample's secrets, the partner's aside, of the test users' and of the master's."""
    answers = Answers()
    if users is None:
        answers.refuse("secretsmanager", "describe_secret", "ResourceNotFoundException")
    else:
        answers.add("secretsmanager", "describe_secret", users, SecretId=_USERS)
    answers.add("secretsmanager", "describe_secret", {}, SecretId=_PLAYBACK)
    answers.add("secretsmanager", "list_secret_version_ids", {"Versions": versions}, SecretId=_PLAYBACK)
    answers.refuse("secretsmanager", "describe_secret", "ResourceNotFoundException")  # the partner's
    if test_users is None:
        answers.refuse("secretsmanager", "describe_secret", "ResourceNotFoundException")
    else:
        answers.add("secretsmanager", "describe_secret", {}, SecretId=_TEST_USERS)
        answers.add("secretsmanager", "list_secret_version_ids", {"Versions": test_users}, SecretId=_TEST_USERS)
    instance: dict[str, Any] = {"DBInstanceIdentifier": "prod-ffp-database"}
    if master:
        instance["MasterUserSecret"] = {"SecretArn": _MASTER}
    answers.add("rds", "describe_db_instances", {"DBInstances": [instance, {"DBInstanceIdentifier": "others"}]})
    if master:
        answers.add("secretsmanager", "describe_secret", master, SecretId=_MASTER)
    found = list(secrets.find(answers.place(), _TODAY))
    answers.require_used()
    return found


def _version(days: int, *stages: str) -> dict[str, Any]:
    return {"VersionId": "v" * 32, "VersionStages": list(stages), "CreatedDate": _ago(days)}


_YOUNG = [_version(100, "AWSCURRENT"), _version(400, "AWSPREVIOUS")]


def test_secrets_that_rotate_in_time_and_are_young_are_no_finding() -> None:
    assert _secrets(_described(29), _YOUNG, _described(31)) == []


def test_a_rotation_that_is_late_is_found_and_one_that_is_off() -> None:
    (late,) = _secrets(_described(33), _YOUNG)
    assert (late.place, late.day) == (_USERS, date(2026, 11, 27))
    assert late.says == "was to rotate every 30 days, and last did on 2026-10-28"
    (off,) = _secrets(_described(1, rotates=False), _YOUNG)
    assert "does not rotate" in off.says
    (master,) = _secrets(_described(1), _YOUNG, _described(60))
    assert master.place == "master's secret of prod-ffp-database"
    assert master.remedy.startswith("RDS rotates it")


def test_test_users_grow_old_too() -> None:
    assert _secrets(_described(1), _YOUNG, test_users=[_version(300, "AWSCURRENT")]) == []
    (old,) = _secrets(_described(1), _YOUNG, test_users=[_version(310, "AWSCURRENT")])
    assert old.place == _TEST_USERS
    assert old.remedy == "an administrator runs `ffp smoke prod --prepare`"


def test_a_value_that_people_renew_is_found_by_the_age_of_the_current_version() -> None:
    assert _secrets(_described(1), [_version(121, "AWSCURRENT")]) == []
    (found,) = _secrets(_described(1), [_version(1, "AWSPENDING"), _version(122, "AWSCURRENT")])
    assert (found.place, found.day) == (_PLAYBACK, date(2027, 1, 29))
    assert "`ffp keys new prod`" in found.remedy
    assert [each.day for each in _secrets(_described(1), [_version(400, "AWSCURRENT")])] == [date(2026, 4, 26)]


def test_a_machines_secret_grows_old_and_one_without_a_client_does_not() -> None:
    answers = Answers()
    for name in ("database-application-user", "playback-signing-key", "partner-webhook"):
        answers.refuse("secretsmanager", "describe_secret", "ResourceNotFoundException")  # of these the rest is tried
        assert name in {each.name for each in SAMPLE["staging"].application.secrets}
    for name, days in (("meters", 400), ("watch", 1)):
        whole = f"prod-ffp-client-{name}"
        answers.add("secretsmanager", "describe_secret", {}, SecretId=whole)
        versions = {"Versions": [_version(days, "AWSCURRENT")]}
        answers.add("secretsmanager", "list_secret_version_ids", versions, SecretId=whole)
    answers.add("rds", "describe_db_instances", {"DBInstances": []})
    (found,) = secrets.find(answers.place(identity=WITH_MACHINES.identity, smoke=None), _TODAY)
    answers.require_used()
    assert found.place == "prod-ffp-client-meters"
    assert "`ffp clients new prod meters`" in found.remedy


def test_a_secret_without_a_value_is_found_and_one_that_is_not_deployed_is_not() -> None:
    (found,) = _secrets(None, [])
    assert (found.place, found.says, found.day) == (_PLAYBACK, "has no value yet", None)


def test_a_refusal_is_no_silence() -> None:
    answers = Answers().refuse("secretsmanager", "describe_secret", "AccessDeniedException")
    with pytest.raises(ToolError, match="DescribeSecret: AccessDeniedException"):
        list(secrets.find(answers.place(), _TODAY))


def _certificate(days: int, **details: Any) -> dict[str, Any]:
    base = {"Status": "ISSUED", "Type": "AMAZON_ISSUED", "RenewalEligibility": "ELIGIBLE", "NotAfter": _ago(-days)}
    return {"Certificate": base | details}


def _renewal(status: str, **more: str) -> dict[str, Any]:
    return {
        "RenewalStatus": status,
        "DomainValidationOptions": [{"DomainName": "a.example"}],
        "UpdatedAt": _ago(1),
    } | more


def _of_certificate(days: int, **details: Any) -> list[str]:
    answers = Answers().add(
        "acm", "describe_certificate", _certificate(days, **details), "us-east-1", CertificateArn=_CERTIFICATE
    )
    return [each.says for each in account.certificates(answers.place(), _TODAY)]


def test_a_certificate_that_acm_renews_in_time_is_no_finding() -> None:
    assert _of_certificate(31) == []
    assert _of_certificate(59, RenewalSummary=_renewal("PENDING_AUTO_RENEWAL")) == []
    assert _of_certificate(200, RenewalSummary=_renewal("SUCCESS")) == []


@pytest.mark.parametrize(
    ("days", "details", "says"),
    [
        (30, {}, "should have renewed it by now; its renewal is not begun"),
        (30, {"RenewalSummary": _renewal("PENDING_AUTO_RENEWAL")}, "its renewal is PENDING_AUTO_RENEWAL"),
        (59, {"RenewalSummary": _renewal("PENDING_VALIDATION")}, "cannot renew it: PENDING_VALIDATION"),
        (59, {"RenewalSummary": _renewal("FAILED", RenewalStatusReason="CAA_ERROR")}, "FAILED, CAA_ERROR"),
        (60, {"RenewalEligibility": "INELIGIBLE"}, "nothing uses it"),
        (60, {"Type": "IMPORTED"}, "does not renew it"),
        (-1, {"Status": "EXPIRED"}, "its status is EXPIRED"),
        (90, {"Status": "REVOKED"}, "its status is REVOKED"),
    ],
)
def test_a_certificate_that_somebody_must_help_is_found(days: int, details: dict[str, Any], says: str) -> None:
    (found,) = _of_certificate(days, **details)
    assert says in found


def test_an_imported_certificate_is_found_by_its_day_alone() -> None:
    assert _of_certificate(61, Type="IMPORTED", RenewalEligibility="INELIGIBLE") == []


def test_the_certificates_of_mutual_tls_and_of_a_zone_are_looked_at_where_they_are() -> None:
    settings = mutual_tls()
    tls = settings.api.mutual_tls
    assert tls
    made = f"{_CERTIFICATE[:-1]}4"
    answers = Answers()
    answers.add(
        "acm",
        "list_certificates",
        {
            "CertificateSummaryList": [
                {"CertificateArn": made, "DomainName": "app.ffp.example", "InUse": True},
                {"CertificateArn": f"{made[:-1]}5", "DomainName": "app.ffp.example", "InUse": False},
                {"CertificateArn": f"{made[:-1]}6", "DomainName": "other.example", "InUse": True},
            ]
        },
        "us-east-1",
        Includes={"keyTypes": ANY},  # without it ACM leaves out the very key that is made here
    )
    answers.add("acm", "describe_certificate", _certificate(200), "us-east-1", CertificateArn=made)
    imported = _certificate(20, Type="IMPORTED")
    answers.add("acm", "describe_certificate", imported, "eu-west-2", CertificateArn=tls.certificate_arn)
    answers.add("acm", "describe_certificate", imported, "us-east-1", CertificateArn=tls.client_certificate_arn)
    place = answers.place(domain=settings.domain, api=settings.api, provider_release="6.51.0")
    names = [each.place.split(" (")[0] for each in account.certificates(place, _TODAY)]
    assert names == ["certificate api.app.ffp.example", "certificate client of api.app.ffp.example"]
    answers.require_used()


def _database(days: int) -> list[Finding]:
    details = {"CAIdentifier": "rds-ca-rsa2048-g1", "ValidTill": _ago(-days)}
    instance = {"DBInstanceIdentifier": "prod-ffp-database", "CertificateDetails": details}
    others = {"DBInstanceIdentifier": "others", "CertificateDetails": {**details, "ValidTill": _ago(1)}}
    answers = Answers().add("rds", "describe_db_instances", {"DBInstances": [others, instance]})
    return list(account.database(answers.place(), _TODAY))


def test_the_certificate_of_the_database_is_found_before_it_ends() -> None:
    assert _database(61) == []
    (found,) = _database(60)
    assert (found.place, found.day) == ("prod-ffp-database", date(2027, 1, 29))
