"""Names that AWS would refuse, and names that would stand twice."""

from dataclasses import replace

from settings import (
    BucketSettings,
    GeneratedKey,
    RenewedByPeople,
    Route,
)
from tests.settings.case import Case
from tests.settings.changed import PROD, PUBLIC, area, function, group, secret

LONG = "a-name-that-goes-on-and-on-and-on-and-on-and-on-and-on-and-on-and-on"

CASES = {
    "name of a function": Case(
        function("health", name=LONG), "application.functions", LONG, "64 characters in the name of a function", "shor"
    ),
    "name of a group": Case(
        group("health", name=LONG), "application.groups", LONG, "64 characters in the name of a role", "shorten it"
    ),
    "name of a schedule's role": Case(
        function("send-reminders", name="send-the-reminders-that-are-due-to-everybody-who"),
        "application.functions[send-the-reminders-that-are-due-to-everybody-who].name",
        "-schedule'",
        "64 characters in the name of a role, this has 66",
        "shorten it",
    ),
    "name of a queue": Case(
        function("rotate-secret", name=LONG),
        f"application.functions[{LONG}].name",
        "-failures'",
        "80 characters in the name of a queue, this has 86",
        "shorten it",
    ),
    "name of a bucket": Case(
        area("application", buckets=(*PROD.application.buckets, BucketSettings(name=LONG))),
        f"application.buckets[{LONG}].name",
        "-333333333333'",
        "63 characters in the name of a bucket",
        "shorten it",
    ),
    "name of a secret": Case(
        secret(name="s" * 510, renewal=GeneratedKey(days=30)),
        f"application.secrets[{'s' * 510}].name",
        "prod-ffp-sss",
        "512 characters in the name of a secret",
        "shorten it",
    ),
    "name of a reminder": Case(
        secret(name="s" * 60, renewal=RenewedByPeople(because="the provider has no interface", every_months=3)),
        f"application.secrets[{'s' * 60}].name",
        "prod-ffp-renew-sss",
        "64 characters in the name of a schedule",
        "shorten it",
    ),
    "a schedule called like a reminder": Case(
        function("send-reminders", name="renew-playback-signing-key"),
        "application.secrets[playback-signing-key].name",
        "prod-ffp-renew-playback-signing-key",
        "another schedule has that name",
        "rename one",
    ),
    "name of a topic": Case(
        area("application", topics=(replace(PROD.application.topics[0], name="t" * 92),)),
        f"application.topics[{'t' * 92}].name",
        "prod-ffp-ttt",
        "100 characters in the name of a topic",
        "shorten it",
    ),
    "prefix of the sign-in pages": Case(
        area("identity", domain_prefix=LONG),
        "identity.domain_prefix",
        f"'prod-{LONG}'",
        "63 characters in the name of a domain prefix",
        "shorten it",
    ),
    "route of many words": Case(
        function("health", routes=(Route(key="GET /api/" + "a" * 100, public=PUBLIC),)),
        "application.functions[health].routes[GET /api/" + "a" * 100 + "].key",
        "get-aaa",
        "100 characters in the name of a permission",
        "shorten it",
    ),
    "camel case": Case(
        group("health", name="createPDFReport"),
        "application.groups[createPDFReport].name",
        "'createPDFReport'",
        "lower-case words",
        "write it like create-pdf-report",
    ),
    "capitals": Case(
        group("health", name="Health"),
        "application.groups[Health].name",
        "'Health'",
        "lower-case words",
        "write it like health",
    ),
    "a group twice": Case(
        group("health", name="profile"),
        "application.groups[profile].name",
        "'prod-ffp-profile'",
        "another role has that name",
        "rename one",
    ),
    "a group named like a role of CI": Case(
        group("health", name="deploy"), "application.groups[deploy].name", "'prod-ffp-deploy'", "another role", "rename"
    ),
    "a function twice": Case(
        function("list-notes", name="create-note"),
        "application.functions[create-note].name",
        "'prod-ffp-create-note'",
        "another function has that name",
        "rename one",
    ),
    "a secret twice": Case(
        area("application", secrets=(*PROD.application.secrets, PROD.application.secrets[1])),
        "application.secrets[playback-signing-key].name",
        "'prod-ffp-playback-signing-key'",
        "another secret has that name",
        "rename one",
    ),
    "a bucket named like the log bucket": Case(
        area("application", buckets=(*PROD.application.buckets, BucketSettings(name="logs"))),
        "application.buckets[logs].name",
        "'prod-ffp-logs-333333333333'",
        "another bucket has that name",
        "rename one",
    ),
    "no media bucket": Case(
        area("application", buckets=()),
        "application.buckets",
        "[]",
        "no bucket holds the media",
        "add a BucketSettings with data=DataDomain.MEDIA",
    ),
}
