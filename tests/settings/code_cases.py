"""Bad input in what a function runs, when it runs, and in its own variables."""

from settings import (
    Image,
    ProvisionedConcurrencySettings,
    ReadBucket,
    Route,
    S3Object,
    Schedule,
    WriteBucket,
)
from tests.settings.case import Case
from tests.settings.changed import function, group

HEALTH = "application.groups[health].functions[health]"
REMINDERS = "application.groups[reminders].functions[send-reminders].schedule"
SHA = "A" * 43 + "="


def _schedule(expression: str) -> Case:
    return Case(
        function("send-reminders", schedule=Schedule(expression=expression)),
        f"{REMINDERS}.expression",
        expression[:20],
        "rate(…) or cron(…) of six fields",
        "rate(1 hour), rate(15 minutes) or cron(0 7 ? * MON-FRI *)",
    )


def _variables(variables: dict[str, str], name: str, limit: str, remedy: str) -> Case:
    return Case(function("health", environment=variables), f"{HEALTH}.environment[{name}]", f"'{name}'", limit, remedy)


def _object(field: str, **changes: str) -> Case:
    code = S3Object(**{"bucket": "builds", "key": "health.zip", "sha256_base64": SHA, **changes})
    limit = {"bucket": "the name of a bucket", "key": "the key of one object"}[field]
    return Case(function("health", code=code), f"{HEALTH}.code.{field}", changes[field], limit, "write")


_DIGEST = f"sha256:{'ab' * 32}"
_BECAUSE = "Its program is delivered as an image only."


def _image(field: str, value: object, limit: str, remedy: str, **more: str) -> Case:
    given = {"repository": "letters/printer", "digest": _DIGEST, "because": _BECAUSE, field: value}
    code = Image(**given)  # type: ignore[arg-type]
    settings = function("health", code=code, handler="", **more)
    return Case(settings, f"{HEALTH}.code.{field}", repr(value)[:20], limit, remedy)


def _beside_image(field: str, value: str, limit: str, remedy: str) -> Case:
    code = Image(repository="letters", digest=_DIGEST, because=_BECAUSE)
    changed = {"handler": "", field: value}
    return Case(function("health", code=code, **changed), f"{HEALTH}.{field}", repr(value), limit, remedy)


def _prefix(prefix: str) -> Case:
    return Case(
        group("health", bindings=(ReadBucket("media", prefix=prefix),)),
        "application.groups[health].bindings[0].prefix",
        repr(prefix),
        "folders that end in /",
        "write it like reports/",
    )


CASES = {
    # when it runs
    **{
        f"schedule {expression}": _schedule(expression)
        for expression in (
            "rate(1 minutes)",
            "rate(2 day)",
            "rate(0 hours)",
            "cron(99 99 x y z w)",
            "cron(60 7 * * ? *)",
            "cron(0 24 * * ? *)",
            "cron(0 7 32 * ? *)",
            "cron(0 7 ? 13 MON *)",
            "cron(0 7 ? * MOON *)",
            "cron(0 7 ? * FRI-MON *)",
            "cron(0 7 * * ? 1969)",
            "cron(0/0 7 * * ? *)",
            "cron(0 7 * * * *)",
            "cron(0 7 ? * ? *)",
            "cron(0 7 * *)",
        )
    },
    "zone on another planet": Case(
        function("send-reminders", schedule=Schedule(expression="rate(1 hour)", timezone="Mars/Base")),
        f"{REMINDERS}.timezone",
        "'Mars/Base'",
        "IANA database",
        "Europe/London",
    ),
    "warm at no time": Case(
        function(
            "health",
            provisioned_concurrency=ProvisionedConcurrencySettings(
                environments=1, scale_up="cron(0 7 * * * *)", scale_down="cron(0 19 * * ? *)"
            ),
        ),
        f"{HEALTH}.provisioned_concurrency.scale_up",
        "'cron(0 7 * * * *)'",
        "six fields as AWS reads them",
        "with ? for one of the two days",
    ),
    # what it runs
    "empty description": Case(
        function("health", description=" "), f"{HEALTH}.description", "' '", "1 to 256 characters", "in a sentence"
    ),
    "long description": Case(
        function("health", description="x" * 257), f"{HEALTH}.description", "xxx", "1 to 256", "in a sentence"
    ),
    "missing function": Case(
        function("health", handler="health.handel"),
        f"{HEALTH}.handler",
        "'health.handel'",
        "python3.13 does not find it in tests/sample/functions/health: health.py has no handel",
        "correct the handler",
    ),
    "Python for Node": Case(
        function("health", runtime="nodejs22.x"),
        f"{HEALTH}.handler",
        "'health.handler'",
        "nodejs22.x does not find it in tests/sample/functions/health: there is no health.ts, .mts, .js, .mjs or .cjs",
        "correct the handler",
    ),
    "slow token trigger": Case(
        function("add-claims", timeout_seconds=6),
        "application.functions[add-claims].timeout_seconds",
        "6",
        "Cognito waits 5 seconds",
        "lower it",
    ),
    "no token trigger": Case(
        group("token", name="tokens"), "application.token_group", "'token'", "the groups are", "name one of these"
    ),
    "image by a tag": _image("digest", "latest", "a tag may become another image", "describe-images"),
    "image by a short digest": _image("digest", "sha256:abab", "must be a digest", "64 hexadecimal digits"),
    **{
        f"repository {name}": _image("repository", name, "the name of a repository", "without a registry, a tag or")
        for name in (
            "letters:latest",
            f"letters@{_DIGEST}",
            "333333333333.dkr.ecr.eu-west-2.amazonaws.com/letters",
            "public.ecr.aws/Letters",
            "Letters",
            "letters/",
            "*",
        )
    },
    "image without a reason": _image("because", "Needed.", "reason of 20 to 500 characters", "before an auditor"),
    "image of an account by its name": _image("account_id", "tools", "twelve digits", "account's page"),
    "image with an empty word": _image("command", ("",), "no empty word", "letters.handler"),
    "handler of an image": _beside_image("handler", "health.handler", "an image has no handler", "`command`"),
    "runtime of an image": _beside_image("runtime", "python3.12", "an image brings its own", "remove it"),
    "no handler": Case(
        function("health", handler=""), f"{HEALTH}.handler", "''", "only an image has none", "list_things.handler"
    ),
    "bucket of an object by its address": _object("bucket", bucket="s3://builds"),
    "bucket of an object in capitals": _object("bucket", bucket="Builds"),
    "object from the root": _object("key", key="/health.zip"),
    "any object": _object("key", key="*.zip"),
    # its variables
    "variable of Lambda's": _variables({"AWS_REGION": "eu-west-1"}, "AWS_REGION", "Lambda's own", "another name"),
    "variable in small letters": _variables({"my-var": "1"}, "my-var", "must be capitals", "PAGE_SIZE"),
    "variable of a binding": _variables({"DATABASE_HOST": "db"}, "DATABASE_HOST", "a binding gives", "another name"),
    "variable of a bucket": _variables({"MEDIA_BUCKET": "media"}, "MEDIA_BUCKET", "a binding gives", "another name"),
    "variable of the platform": _variables({"TENANCY": "{}"}, "TENANCY", "the platform", "another name"),
    "variable of the token trigger": _variables({"MACHINES": "{}"}, "MACHINES", "the platform", "another name"),
    "variables without end": Case(
        function("health", environment={f"LINE_{i}": "word " * 20 for i in range(40)}),
        f"{HEALTH}.environment",
        "bytes'",
        "at most 3072 bytes",
        "in the code's folder",
    ),
    # its routes
    "route without a scope": Case(
        function("list-notes", routes=(Route(key="GET /api/notes"),)),
        "application.groups[notes].functions[list-notes].routes[GET /api/notes].scopes",
        "()",
        "needs a scope",
        "application.tenancy.scopes",
    ),
    "a scope of a route twice": Case(
        function("list-notes", routes=(Route(key="GET /api/notes", scopes=("notes.read", "notes.read")),)),
        "application.groups[notes].functions[list-notes].routes[GET /api/notes].scopes",
        "'notes.read'",
        "is listed twice",
        "remove one",
    ),
    # its bindings
    **{f"prefix {prefix}": _prefix(prefix) for prefix in ("*", "/media/", "${aws:userid}/", "media", "media/?/")},
    "prefix of writing": Case(
        group("media-upload", bindings=(WriteBucket("media", prefix="media/*"),)),
        "application.groups[media-upload].bindings[0].prefix",
        "'media/*'",
        "without wildcards",
        "media/",
    ),
}
