"""Bad input in functions, their reservations, bindings and routes."""

from environments.application import ROTATION
from environments.settings import (
    AccountLimits,
    ConnectToDatabase,
    Folder,
    GeneratedKey,
    PrepareDatabase,
    ProvisionedConcurrency,
    PublishTo,
    ReadBucket,
    ReadSecret,
    RotateDatabaseUsers,
    RotateKey,
    Route,
    Schedule,
    SignPlayback,
)
from tests.environments.case import Case
from tests.environments.changed import PROD, area, function, group, only, secret, without_group

GROUP = "application.groups[{}]"
FUNCTION = "application.groups[{}].functions[{}]"
HEALTH = FUNCTION.format("health", "health")
PROFILE = FUNCTION.format("profile", "get-profile")
RESERVED = sum(each.reserved_concurrency or 0 for each in PROD.application.functions)
CONNECTIONS = sum(
    function.reserved_concurrency or 0
    for group in PROD.application.groups
    if group.uses_database
    for function in group.functions
)
WITH_KEY = secret(name="webhook-key", renewal=GeneratedKey(days=30))

CASES = {
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
        "ReadBucket('meda'",
        "known are media",
        "bind to one of these",
    ),
    "unknown topic": Case(
        group("health", bindings=(PublishTo("remainders"),)),
        f"{GROUP.format('health')}.bindings",
        "PublishTo('remainders'",
        "known are reminders",
        "add what is missing",
    ),
    "unknown secret": Case(
        group("health", bindings=(ReadSecret("nothing"),)),
        f"{GROUP.format('health')}.bindings",
        "ReadSecret('nothing')",
        "playback-signing-key",
        "bind to one",
    ),
    "bound token trigger": Case(
        group("token", bindings=(SignPlayback("playback-signing-key"),)),
        f"{GROUP.format('token')}.bindings",
        "SignPlayback('playback-signing-key')",
        "bound to nothing",
        "reads the event alone",
    ),
    "database prepared by another group": Case(
        group("profile", bindings=(ConnectToDatabase(), PrepareDatabase())),
        f"{GROUP.format('profile')}.bindings",
        "ConnectToDatabase(), PrepareDatabase()",
        "group database-preparation alone prepares",
        "take PrepareDatabase away",
    ),
    "database that nobody prepares": Case(
        group("database-preparation", bindings=()),
        f"{GROUP.format('database-preparation')}.bindings",
        "None",
        "alone prepares the database",
        "bind it with PrepareDatabase",
    ),
    "no preparation group": Case(
        without_group("database-preparation"),
        "database.preparation_group",
        "'database-preparation'",
        "the groups are admin",
        "name one of these",
    ),
    "rotation by another group": Case(
        group("profile", bindings=(ConnectToDatabase(), RotateDatabaseUsers("database-application-user"))),
        f"{GROUP.format('profile')}.bindings",
        "RotateDatabaseUsers('database-application-user')",
        "group rotation alone rotates",
        "take the binding away",
    ),
    "rotation of a key by another group": Case(
        group("health", WITH_KEY, bindings=(RotateKey("webhook-key"),)),
        f"{GROUP.format('health')}.bindings",
        "RotateKey('webhook-key')",
        "group rotation alone rotates",
        "take the binding away",
    ),
    "database users that nobody rotates": Case(
        group("rotation", bindings=()),
        "secrets.secrets[database-application-user].renewal",
        "DatabaseUsers(days=30)",
        "not bound to rotate it",
        "bind the group with RotateDatabaseUsers",
    ),
    "a key that nobody rotates": Case(
        WITH_KEY,
        "secrets.secrets[webhook-key].renewal",
        "GeneratedKey(days=30",
        "not bound to rotate it",
        "bind the group with RotateKey",
    ),
    "database users rotated like a key": Case(
        group("rotation", bindings=(*ROTATION.bindings, RotateKey("database-application-user"))),
        f"{GROUP.format('rotation')}.bindings",
        "RotateKey('database-application-user')",
        "renewed by DatabaseUsers",
        "change the secret's renewal, or the binding",
    ),
    "rotation of what people renew": Case(
        group("rotation", bindings=(*ROTATION.bindings, RotateKey("playback-signing-key"))),
        f"{GROUP.format('rotation')}.bindings",
        "RotateKey('playback-signing-key')",
        "renewed by RenewedByPeople",
        "change the secret's renewal, or the binding",
    ),
    "rotation of an unknown secret": Case(
        group("rotation", bindings=(*ROTATION.bindings, RotateKey("nothing"))),
        f"{GROUP.format('rotation')}.bindings",
        "RotateKey('nothing')",
        "playback-signing-key",
        "bind to one",
    ),
    "a generated key that signs playback": Case(
        group("media-playback", WITH_KEY, bindings=(SignPlayback("webhook-key"),)),
        f"{GROUP.format('media-playback')}.bindings",
        "SignPlayback('webhook-key')",
        "renewed by GeneratedKey, and this needs RenewedByPeople",
        "change the secret's renewal, or the binding",
    ),
    "a rotation group without work": Case(
        area("secrets", secrets=PROD.secrets.secrets[1:], database_user=None),
        "secrets.rotation_group",
        "'rotation'",
        "no secret rotates",
        "set it to None",
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
}
