"""Bad input in functions, their reservations and routes."""

from settings import AccountLimits, Folder, ProvisionedConcurrencySettings, Public, Route, Schedule
from tests.settings.case import Case
from tests.settings.changed import PROD, PUBLIC, area, function, group, only

FUNCTION = "application.groups[{}].functions[{}]"
HEALTH = FUNCTION.format("health", "health")
PROFILE = FUNCTION.format("profile", "get-profile")
RESERVED = sum(each.reserved_concurrency or 0 for each in PROD.deployed.functions)
CONNECTIONS = sum(
    function.reserved_concurrency or 0
    for group in PROD.application.groups
    if group.uses_database
    for function in group.functions
)

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
        function("get-profile", provisioned_concurrency=ProvisionedConcurrencySettings(environments=6)),
        f"{PROFILE}.provisioned_concurrency.environments",
        "6",
        "at most the 5 that are reserved",
        "raise reserved_concurrency",
    ),
    "half a schedule": Case(
        function(
            "get-profile",
            provisioned_concurrency=ProvisionedConcurrencySettings(environments=1, scale_up="cron(0 7 * * ? *)"),
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
        function("health", code=Folder(path="tests/nowhere")),
        f"{HEALTH}.code.path",
        "'tests/nowhere'",
        "folder of this repository",
        "create it, or correct the path",
    ),
    "a folder of somebody else": Case(
        function("health", code=Folder(path="/tmp")), f"{HEALTH}.code.path", "'/tmp'", "this repository", "correct"
    ),
    "missing handler": Case(
        function("health", handler="helth.handler"),
        f"{HEALTH}.handler",
        "'helth.handler'",
        "there is no helth.py",
        "correct the handler",
    ),
    "unknown package": Case(
        function("health", code=Folder(path="tests/sample/functions/health", packages=("requests",))),
        f"{HEALTH}.code.packages[0]",
        "'requests'",
        "pg8000",
        "or name it in a requirements.in in the folder and run `make lock-functions`",
    ),
    "packages of Python for Node": Case(
        function("get-profile", runtime="nodejs22.x"),
        f"{PROFILE}.code.packages",
        "('pg8000',)",
        "packages of Python are nothing for nodejs22.x",
        "package.json",
    ),
    "system log level": Case(
        function("health", system_log_level="WARN"),
        f"{HEALTH}.system_log_level",
        "'WARN'",
        "must be INFO or lower",
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
        function("health", environment={"DEPTH": 3}), f"{HEALTH}.environment[DEPTH]", "3", "valid string", "that type"
    ),
    "empty group": Case(group("health", functions=()), "application.groups[health].functions", "()", "be empty", "add"),
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
    # routes
    "two routes alike": Case(
        function("list-notes", routes=(Route(key="GET /api/media/{id}/playback", scopes=("notes.read",)),)),
        "application.functions[list-notes].routes",
        "'GET /api/media/{id}/playback'",
        "two routes are alike",
        "keep one",
    ),
    "two routes of one address": Case(
        function("list-notes", routes=(Route(key="GET /api/media/asset-id/playback", scopes=("notes.read",)),)),
        "application.functions[list-notes].routes",
        "'GET /api/media/asset-id/playback'",
        "address get-media-asset-id-playback",
        "rename one",
    ),
    "unlisted public route": Case(
        function("list-notes", routes=(Route(key="GET /api/notes", public=PUBLIC),)),
        "application.functions[list-notes].routes[GET /api/notes].public",
        "A partner's servers call it",
        "listed in application.public_routes",
        "drop public",
    ),
    "public route without a reason": Case(
        function("health", routes=(Route(key="GET /api/health", public=True),)),  # type: ignore[arg-type]  # the mistake
        "application.groups[health].functions[health].routes[GET /api/health].public",
        "True",
        "Public",
        "give one of that type",
    ),
    "public route with a reason that is none": Case(
        function("health", routes=(Route(key="GET /api/health", public=Public(because="health")),)),
        "application.groups[health].functions[health].routes[GET /api/health].public.because",
        "'health'",
        "20 to 500 characters",
        "defend before an auditor",
    ),
    "listed route that is not there": Case(
        area("application", public_routes=("GET /api/health", "GET /api/ping")),
        "application.public_routes",
        "'GET /api/ping'",
        "no function has that public route",
        "remove it",
    ),
    "unknown scope": Case(
        function("list-notes", routes=(Route(key="GET /api/notes", scopes=("notes.raed",)),)),
        "application.functions[list-notes].routes[GET /api/notes].scopes",
        "'notes.raed'",
        "notes.read",
        "add it to application.tenancy.scopes",
    ),
    "rate without burst": Case(
        function("list-notes", routes=(Route(key="GET /api/notes", requests_per_second=1),)),
        f"{FUNCTION.format('notes', 'list-notes')}.routes[GET /api/notes].burst",
        "None",
        "a rate and a burst",
        "give both",
    ),
}
