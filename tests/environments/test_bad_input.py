"""Whatever is wrong with the settings is told in one line: field, value, limit, remedy."""

from dataclasses import dataclass

import pytest

from environments import secrecy
from environments.application import ROTATION
from environments.settings import (
    AccountLimits,
    Bucket,
    ConnectToDatabase,
    Domain,
    Environment,
    Folder,
    ProvisionedConcurrency,
    PublishTo,
    ReadBucket,
    ReadSecret,
    RotateDatabaseUsers,
    Route,
    Schedule,
    Scope,
    Secret,
    SignPlayback,
    State,
    Storage,
    problems_of,
)
from tests.environments.changed import PROD, area, function, group, only, without_group

GROUP = "application.groups[{}]"
FUNCTION = "application.groups[{}].functions[{}]"
HEALTH = FUNCTION.format("health", "health")
PROFILE = FUNCTION.format("profile", "get-profile")
PEM = PROD.distribution.playback_keys[0]
RESERVED = sum(each.reserved_concurrency or 0 for each in PROD.application.functions)
CONNECTIONS = sum(
    function.reserved_concurrency or 0
    for group in PROD.application.groups
    if group.uses_database
    for function in group.functions
)
LONG = "a-name-that-goes-on-and-on-and-on-and-on-and-on-and-on-and-on-and-on"


@dataclass(frozen=True)
class Case:
    """One bad input, and what its line must hold."""

    settings: Environment
    field: str
    value: str
    limit: str
    remedy: str


CASES = {
    # the environment
    "unknown region": Case(only(region="mars-1"), "region", "'mars-1'", "eu-west-2", "choose one of these"),
    "account id": Case(only(account_id="42"), "account_id", "'42'", "twelve digits", "leading zeros"),
    "unknown release": Case(only(provider_release="4.0.0"), "provider_release", "'4.0.0'", "'6.25.0'", "choose one"),
    "no domain": Case(only(domain=None), "domain", "None", "has a domain", "give a Domain"),
    # addresses
    "domain with a scheme": Case(
        area("domain", name="https://app.ffp.example"), "domain.name", "'https://app", "domain name", "without https://"
    ),
    "domain of one word": Case(area("domain", name="ffp"), "domain.name", "'ffp'", "domain name", "app.example.org"),
    "certificate elsewhere": Case(
        area("domain", certificate_arn=str(PROD.domain and PROD.domain.certificate_arn).replace("us-east", "eu-west")),
        "domain.certificate_arn",
        "eu-west-1",
        "us-east-1",
        "issue it in that region",
    ),
    "certificate and zone": Case(
        area("domain", hosted_zone_id="Z0123456789ABC"),
        "domain.certificate_arn",
        "arn:aws:acm",
        "a certificate or a hosted zone",
        "exactly one",
    ),
    "neither certificate nor zone": Case(
        only(domain=Domain(name="app.ffp.example")), "domain.certificate_arn", "None", "hosted zone", "exactly one"
    ),
    "malformed zone": Case(
        only(domain=Domain(name="app.ffp.example", hosted_zone_id="zone")),
        "domain.hosted_zone_id",
        "'zone'",
        "hosted zone's id",
        "Z0123",
    ),
    "e-mail of alarms": Case(
        area("monitoring", email="platform"), "monitoring.email", "'platform'", "e-mail address", "team@example.org"
    ),
    "e-mail of the budget": Case(
        area("budget", email="a@b@c.example"), "budget.email", "'a@b@c.example'", "e-mail", "team@example.org"
    ),
    "malformed key": Case(
        area("distribution", playback_keys=("ssh-rsa AAAA", PEM)),
        "distribution.playback_keys[0]",
        "'ssh-rsa AAAA'",
        "public key in PEM form",
        "openssl rsa -pubout",
    ),
    "the same key twice": Case(
        area("distribution", playback_keys=(PEM, PEM)),
        "distribution.playback_keys",
        "two alike",
        "must differ",
        "second key pair",
    ),
    "call-back by http": Case(
        area("identity", callback_urls=("http://app.ffp.example/signed-in",)),
        "identity.callback_urls[0]",
        "'http://app",
        "exact https address",
        "localhost alone",
    ),
    "call-back with a wildcard": Case(
        area("identity", logout_urls=("https://*.ffp.example",)),
        "identity.logout_urls[0]",
        "'https://*",
        "exact https address",
        "whole address",
    ),
    "origin with a path": Case(
        area("api", more_cors_origins=("https://a.example/b",)),
        "api.more_cors_origins[0]",
        "'https://a.example/b'",
        "exact https origin",
        "without a path",
    ),
    "repository": Case(
        only(state=State(repository="ffp")), "state.repository", "'ffp'", "owner/name", "ffp/infrastructure"
    ),
    # the network
    "network too small": Case(
        area("network", cidr="10.30.0.0/28"), "network.cidr", "'10.30.0.0/28'", "/16 to /24", "sixteen subnets"
    ),
    "network too large": Case(area("network", cidr="10.0.0.0/8"), "network.cidr", "10.0.0.0/8", "/16", "that size"),
    "host bits": Case(
        area("network", cidr="10.30.0.1/16"), "network.cidr", "'10.30.0.1/16'", "CIDR notation", "host bits zero"
    ),
    "public network": Case(
        area("network", cidr="8.8.0.0/16"), "network.cidr", "'8.8.0.0/16'", "private network", "10.0.0.0/8"
    ),
    "zone outside the region": Case(
        area("network", zones=("a", "d")), "network.zones", "'d'", "eu-west-2 has the zones a, b, c", "among these"
    ),
    "one zone": Case(area("network", zones=("a",)), "network.zones", "('a',)", "2 to 4 zones", "subnet group"),
    "a zone twice": Case(area("network", zones=("a", "a")), "network.zones", "'a'", "must differ", "remove"),
    "more endpoint zones than zones": Case(
        area("network", endpoint_zones=3), "network.endpoint_zones", "3", "at most the 2 zones", "add a zone"
    ),
    "no way out": Case(
        area("network", egress="none"),
        "network.endpoints",
        "()",
        "leaves group profile without a path to secretsmanager",
        'add "secretsmanager" or choose another egress',
    ),
    "no way to the topic": Case(
        area("network", egress="none", endpoints=("secretsmanager",)),
        "network.endpoints",
        "('secretsmanager',)",
        "leaves group reminders without a path to sns",
        'add "sns"',
    ),
    "an endpoint for nobody": Case(
        area("network", endpoints=("cognito-idp",)), "network.endpoints", "'cognito-idp'", "no group", "remove it"
    ),
    "unknown egress": Case(area("network", egress="vpn"), "network.egress", "'vpn'", "'nat_gateway'", "choose one"),
    "NAT on another architecture": Case(
        area("network", nat_instance_type="t3.nano"), "network.nat_instance_type", "'t3.nano'", "arm64", "t4g.nano"
    ),
    # functions
    "memory": Case(function("health", memory_mb=64), f"{HEALTH}.memory_mb", "64", "128 to 10240 MB", "choose a value"),
    "timeout": Case(
        function("send-reminders", timeout_seconds=901),
        f"{FUNCTION.format('reminders', 'send-reminders')}.timeout_seconds",
        "901",
        "1 to 900 seconds",
        "choose a value",
    ),
    "timeout of a route": Case(
        function("health", timeout_seconds=30),
        "application.functions[health].timeout_seconds",
        "30",
        "below the API's 30 seconds",
        "asynchronous",
    ),
    "no concurrency": Case(
        function("health", reserved_concurrency=0), f"{HEALTH}.reserved_concurrency", "0", "1 to 1000", "choose"
    ),
    "more warm than reserved": Case(
        function("get-profile", provisioned_concurrency=ProvisionedConcurrency(environments=6)),
        f"{PROFILE}.provisioned_concurrency.environments",
        "6",
        "at most the 5 that are reserved",
        "raise reserved_concurrency",
    ),
    "half a schedule": Case(
        function(
            "get-profile",
            provisioned_concurrency=ProvisionedConcurrency(environments=1, scale_up="cron(0 7 * * ? *)"),
        ),
        f"{PROFILE}.provisioned_concurrency.scale_down",
        "None",
        "both ends",
        "give scale_up and scale_down",
    ),
    "malformed schedule": Case(
        function("send-reminders", schedule=Schedule(expression="hourly")),
        f"{FUNCTION.format('reminders', 'send-reminders')}.schedule.expression",
        "'hourly'",
        "rate(…) or cron(…)",
        "rate(15 minutes)",
    ),
    "missing folder": Case(
        function("health", code=Folder(path="functions/nowhere")),
        f"{HEALTH}.code.path",
        "'functions/nowhere'",
        "folder of this repository",
        "make it, or mend the path",
    ),
    "a folder of somebody else": Case(
        function("health", code=Folder(path="/tmp")), f"{HEALTH}.code.path", "'/tmp'", "this repository", "mend"
    ),
    "missing handler": Case(
        function("health", handler="helth.handler"),
        f"{HEALTH}.handler",
        "'helth.handler'",
        "there is no functions/health/helth.py",
        "mend the handler",
    ),
    "unknown package": Case(
        function("health", code=Folder(path="functions/health", packages=("requests",))),
        f"{HEALTH}.code.packages[0]",
        "'requests'",
        "pg8000",
        "choose one of these",
    ),
    "packages for another platform": Case(
        function("get-profile", architecture="x86_64"),
        f"{PROFILE}.code.packages",
        "('pg8000',)",
        "fetched for python3.13 on arm64 alone",
        "S3Object",
    ),
    "system log level": Case(
        function("health", system_log_level="WARN"),
        f"{HEALTH}.system_log_level",
        "'WARN'",
        "INFO at the highest",
        "memory metric is lost",
    ),
    "unknown runtime": Case(
        function("health", runtime="python2.7"), f"{HEALTH}.runtime", "'python2.7'", "python3.13", "choose one"
    ),
    "secret in a variable": Case(
        function("health", environment={"STRIPE_API_KEY": "sk_live_1234567890abcdefgh"}),
        f"{HEALTH}.environment[STRIPE_API_KEY]",
        "(not shown)",
        "carry no secret",
        "bind the group with ReadSecret",
    ),
    "variable of another type": Case(
        function("health", environment={"DEPTH": 3}), f"{HEALTH}.environment[DEPTH]", "3", "valid string", "that kind"
    ),
    "empty group": Case(group("health", functions=()), "application.groups[health].functions", "()", "has func", "add"),
    # reservations
    "more than the account has": Case(
        only(limits=AccountLimits(concurrent_executions=RESERVED + 99)),
        "application.functions.reserved_concurrency",
        str(RESERVED),
        f"the account has {RESERVED - 1} to reserve: {RESERVED + 99} less",
        "limits.concurrent_executions",
    ),
    "more than the database has": Case(
        area("database", max_connections=CONNECTIONS + 9),
        "application.functions.reserved_concurrency",
        str(CONNECTIONS),
        f"the database has {CONNECTIONS - 1} connections for functions",
        "raise database.max_connections",
    ),
    "database without a reservation": Case(
        function("get-profile", reserved_concurrency=None),
        "application.groups[profile].functions[get-profile].reserved_concurrency",
        "None",
        "needs a reservation",
        "connections to spare",
    ),
    # bindings
    "repeated binding": Case(
        group("profile", bindings=(ConnectToDatabase(), ConnectToDatabase())),
        f"{GROUP.format('profile')}.bindings",
        "ConnectToDatabase()",
        "stands twice",
        "remove one",
    ),
    "unknown binding": Case(
        group("health", bindings=("media",)),
        f"{GROUP.format('health')}.bindings[0]",
        "'media'",
        "must be ConnectToDatabase or",
        "give one of that kind",
    ),
    "unknown bucket": Case(
        group("health", bindings=(ReadBucket("meda"),)),
        f"{GROUP.format('health')}.bindings",
        "ReadBucket(bucket='meda'",
        "known are media",
        "bind to one of these",
    ),
    "unknown topic": Case(
        group("health", bindings=(PublishTo("remainders"),)),
        f"{GROUP.format('health')}.bindings",
        "PublishTo(topic='remainders'",
        "known are reminders",
        "add what is missing",
    ),
    "unknown secret": Case(
        group("health", bindings=(ReadSecret("nothing"),)),
        f"{GROUP.format('health')}.bindings",
        "ReadSecret(secret='nothing'",
        "playback-signing-key",
        "bind to one",
    ),
    "bound token trigger": Case(
        group("token", bindings=(SignPlayback("playback-signing-key"),)),
        f"{GROUP.format('token')}.bindings",
        "SignPlayback",
        "bound to nothing",
        "reads the event alone",
    ),
    "rotation by another group": Case(
        group("profile", bindings=(ConnectToDatabase(), RotateDatabaseUsers("database-application-user"))),
        f"{GROUP.format('profile')}.bindings",
        "database-application-user",
        "group rotation alone rotates",
        "take RotateDatabaseUsers away",
    ),
    "a secret that nobody rotates": Case(
        group("rotation", bindings=()),
        "secrets.secrets[database-application-user].rotation_days",
        "a schedule",
        "not bound to rotate it",
        "RotateDatabaseUsers",
    ),
    "no rotation group": Case(
        without_group("rotation"), "secrets.rotation_group", "'rotation'", "the groups are admin", "name one of these"
    ),
    "unknown token group": Case(
        area("identity", token_group="tokn"), "identity.token_group", "'tokn'", "the groups are", "name one of these"
    ),
    "two functions rotate": Case(
        group("rotation", functions=(*ROTATION.functions, *PROD.application.groups[0].functions)),
        "secrets.rotation_group",
        "'rotation'",
        "has 2 functions, and one is called",
        "leave one",
    ),
    "secret renewed by nobody": Case(
        area("secrets", secrets=(*PROD.secrets.secrets, Secret(name="idle", description="Idle"))),
        "secrets.secrets[idle].rotation_days",
        "None",
        "rotates, or gives the reason",
        "exactly one",
    ),
    # routes
    "two routes alike": Case(
        function("list-notes", routes=(Route(key="GET /api/exercises/{id}", scopes=("notes.read",)),)),
        "application.functions[list-notes].routes",
        "'GET /api/exercises/{id}'",
        "two routes are alike",
        "keep one",
    ),
    "two routes of one address": Case(
        function("list-notes", routes=(Route(key="GET /api/exercises/exercise-id", scopes=("notes.read",)),)),
        "application.functions[list-notes].routes",
        "'GET /api/exercises/exercise-id'",
        "address get-exercises-exercise-id",
        "rename one",
    ),
    "unlisted public route": Case(
        function("list-notes", routes=(Route(key="GET /api/notes", public=True),)),
        "application.functions[list-notes].routes[GET /api/notes].public",
        "True",
        "listed in api.public_routes",
        "drop public",
    ),
    "listed route that is not there": Case(
        area("api", public_routes=("GET /api/health", "GET /api/ping")),
        "api.public_routes",
        "'GET /api/ping'",
        "no function has that public route",
        "remove it",
    ),
    "route outside /api/": Case(
        function("health", routes=(Route(key="GET /health"),)),
        f"{HEALTH}.routes[GET /health].key",
        "'GET /health'",
        "a path below /api/",
        "forwards /api/* alone",
    ),
    "unknown scope": Case(
        function("list-notes", routes=(Route(key="GET /api/notes", scopes=("notes.raed",)),)),
        "application.functions[list-notes].routes[GET /api/notes].scopes",
        "'notes.raed'",
        "notes.read",
        "add it to identity.scopes",
    ),
    "rate without burst": Case(
        function("list-notes", routes=(Route(key="GET /api/notes", requests_per_second=1),)),
        f"{FUNCTION.format('notes', 'list-notes')}.routes[GET /api/notes].burst",
        "None",
        "a rate and a burst",
        "give both",
    ),
    # identity
    "LITE with the token trigger": Case(
        area("identity", tier="LITE"), "identity.tier", "'LITE'", "ESSENTIALS tier upwards", "choose ESSENTIALS"
    ),
    "a word of Cognito's": Case(
        area("identity", domain_prefix="ffp-cognito"),
        "identity.domain_prefix",
        "'ffp-cognito'",
        "must not hold cognito",
        "Cognito keeps that word",
    ),
    "malformed scope": Case(
        area("identity", scopes=(*PROD.identity.scopes, Scope(name="Notes", description="All notes"))),
        "identity.scopes[Notes].name",
        "'Notes'",
        "area.verb",
        "notes.write",
    ),
    "a scope twice": Case(
        area("identity", scopes=(*PROD.identity.scopes, PROD.identity.scopes[0])),
        "identity.scopes",
        "'profile.read'",
        "stands twice",
        "remove one",
    ),
    # the database
    "IAM on a micro class": Case(
        area("database", authentication="iam"), "database.authentication", "'iam'", "2 GiB", "db.t4g.small"
    ),
    "a secret beside IAM": Case(
        area("database", authentication="iam", instance_class="db.t4g.small"),
        "secrets.database_user",
        "'database-application-user'",
        "no password exists",
        "set it to None",
    ),
    "proxy with a secret": Case(
        area("database", proxy=True), "database.proxy", "True", "two alternating users", 'authentication = "iam"'
    ),
    "old PostgreSQL": Case(
        area("database", engine_version="15"), "database.engine_version", "'15'", "16 or newer", "major version"
    ),
    "class of another kind": Case(
        area("database", instance_class="db.m5.large"), "database.instance_class", "'db.m5.large'", "burst", "db.t4g."
    ),
    "more connections than memory": Case(
        area("database", max_connections=500),
        "database.max_connections",
        "500",
        "db.t4g.micro carries at most 102",
        "larger class",
    ),
    "storage that cannot grow": Case(
        area("database", storage_limit_gb=20), "database.storage_limit_gb", "20", "a tenth above", "raise it to 23"
    ),
    "window that is no time": Case(
        area("database", backup_window_utc="25:00-26:00"), "database.backup_window_utc", "25:00", "span", "02:00-03:00"
    ),
    # names
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
        function("rotate-database-user", name=LONG),
        f"application.functions[{LONG}].name",
        "-failures'",
        "80 characters in the name of a queue, this has 86",
        "shorten it",
    ),
    "name of a bucket": Case(
        only(storage=Storage(buckets=(*PROD.storage.buckets, Bucket(name=LONG)))),
        f"storage.buckets[{LONG}].name",
        "-333333333333'",
        "63 characters in the name of a bucket",
        "shorten it",
    ),
    "name of a secret": Case(
        area("secrets", secrets=(*PROD.secrets.secrets, Secret(name="s" * 510, description="S", rotation_days=1))),
        f"secrets.secrets[{'s' * 510}].name",
        "prod-ffp-sss",
        "512 characters in the name of a secret",
        "shorten it",
    ),
    "name of a topic": Case(
        area("application", topics=("reminders", "t" * 92)),
        "application.topics[1]",
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
        function("health", routes=(Route(key="GET /api/" + "a" * 100, public=True),)),
        "application.functions[health].routes[GET /api/" + "a" * 100 + "].key",
        "get-aaa",
        "100 characters in the name of a permission",
        "shorten it",
    ),
    "capitals": Case(
        group("health", name="Health"), "application.groups[Health].name", "'Health'", "lower-case words", "list-exer"
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
        area("secrets", secrets=(*PROD.secrets.secrets, PROD.secrets.secrets[1])),
        "secrets.secrets[playback-signing-key].name",
        "'prod-ffp-playback-signing-key'",
        "another secret has that name",
        "rename one",
    ),
    "a bucket named like the log bucket": Case(
        only(storage=Storage(buckets=(*PROD.storage.buckets, Bucket(name="logs")))),
        "storage.buckets[logs].name",
        "'prod-ffp-logs-333333333333'",
        "another bucket has that name",
        "rename one",
    ),
    "no media bucket": Case(
        only(storage=Storage(buckets=())), "storage.buckets", "[]", "must hold media", "serves /media/*"
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_bad_input_is_told_with_field_value_limit_and_remedy(case: Case) -> None:
    told = [str(problem) for problem in problems_of(case.settings)]
    matching = [line for line in told if line.startswith(case.field) and case.limit in line]
    assert matching, told
    field, _, rest = matching[0].partition(" = ")
    value, _, rest = rest.partition(": ")
    assert field.startswith(case.field)
    assert case.value in f"{value}: {rest}"
    assert case.limit in rest.rpartition("; ")[0] or case.limit in rest
    assert case.remedy in rest


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_problem_is_one_line_of_a_readable_length(case: Case) -> None:
    for problem in problems_of(case.settings):
        assert "\n" not in str(problem)
        assert len(str(problem)) < 800


def test_shipped_settings_have_no_problem() -> None:
    assert problems_of(PROD) == []


def test_a_private_key_given_by_mistake_is_never_shown() -> None:
    pem = PEM.replace("PUBLIC", "PRIVATE")
    (problem,) = problems_of(area("distribution", playback_keys=(pem, PEM)))
    assert str(problem).startswith("distribution.playback_keys[0] = (not shown): ")


def test_the_value_of_a_secret_variable_is_never_shown() -> None:
    value = "sk_live_1234567890abcdefgh"
    assert secrecy.secret_variable("SETTING", value) == "a Stripe key"
    (problem,) = problems_of(function("health", environment={"SETTING": value}))
    assert value not in str(problem)


def test_a_value_of_a_wrong_kind_hides_no_other_problem() -> None:
    broken = only(region="mars-1", storage=Storage(buckets=()), domain=None)
    broken = area("network", area("api", group("health", broken, bindings=("media",)), burst="many"), cidr="nonsense")
    fields = {problem.field for problem in problems_of(broken)}
    assert fields >= {
        "region",
        "domain",
        "api.burst",
        "network.cidr",
        "storage.buckets",
        "application.groups[health].bindings[0]",
        "application.groups[video-upload].bindings",
    }


def test_a_wrong_part_of_a_union_is_told_without_its_other_members() -> None:
    (problem,) = problems_of(function("health", code=Folder(path="functions/nowhere")))
    assert problem.field.endswith("code.path")


def test_iam_authentication_needs_no_path_to_secrets_manager() -> None:
    settings = area("database", without_group("rotation"), authentication="iam", instance_class="db.t4g.small")
    settings = area("secrets", settings, secrets=PROD.secrets.secrets[1:], database_user=None, rotation_group=None)
    settings = area("network", settings, egress="none", endpoints=("sns",))
    assert problems_of(settings) == []


def test_names_as_long_as_aws_allows_are_accepted() -> None:
    settings = function("health", name="h" * (64 - len("prod-ffp-")))
    settings = function("send-reminders", settings, name="r" * (64 - len("prod-ffp-") - len("-schedule")))
    assert problems_of(area("identity", settings, domain_prefix="d" * (63 - len("prod-")))) == []


def test_a_group_that_uses_no_database_needs_no_reservation() -> None:
    assert problems_of(function("list-users", reserved_concurrency=None)) == []
