"""Changes of functions: where they run, what calls them, what their variables say."""

import json
from collections.abc import Callable
from typing import Any

from ffp.review.concern import Topic
from tests.review.corpus.edit import Document, DoesNotApply, Edit, blocks, drop, first, make, put

Change = Callable[[Document], None]
_FUNCTION, _ALIAS, _EVENTS = "aws_lambda_function", "aws_lambda_alias", "aws_lambda_function_event_invoke_config"
_FILES = {"arn": "arn:aws:elasticfilesystem:eu-west-2:999999999999:access-point/x", "local_mount_path": "/mnt/x"}
_STRANGER = "arn:aws:{}:eu-west-2:999999999999:{}"


def _inside(block: Document) -> bool:
    return "vpc_config" in block


def _variables(block: Document) -> dict[str, Any]:
    found: dict[str, Any] = block.get("environment", {}).get("variables", {})
    return found


def variable(where: Callable[[str, str], bool], value: Any) -> Change:
    """Sets the first variable that fulfils a condition; None removes it."""

    def change(document: Document) -> None:
        for block in blocks(document, _FUNCTION).values():
            for name, given in _variables(block).items():
                if where(name, str(given)):
                    if value is None:
                        del _variables(block)[name]
                    else:
                        _variables(block)[name] = value
                    return
        raise DoesNotApply("variable")

    return change


def new_variable(name: str, value: str) -> Change:
    """Adds a variable to the first function that has some."""
    return lambda document: _variables(first(document, _FUNCTION, lambda block: bool(_variables(block)))).update(
        {name: value}
    )


def _within(where: Callable[[str, Any], bool], change: Callable[[Any], Any]) -> Change:
    """Changes the first value inside a variable that holds JSON."""

    def inner(value: Any) -> bool:
        for key, each in value.items() if isinstance(value, dict) else ():
            if where(str(key), each):
                value[key] = change(each)
                return True
            if inner(each):
                return True
        return False

    def edit(document: Document) -> None:
        for block in blocks(document, _FUNCTION).values():
            for name, given in _variables(block).items():
                found = json.loads(given) if given.startswith("{") else None
                if found and inner(found):
                    _variables(block)[name] = json.dumps(found)
                    return
        raise DoesNotApply("JSON")

    return edit


def _refers_to(type_: str) -> Callable[[str, str], bool]:
    return lambda _, value: f"${{{type_}." in value


def _names_bucket(name: str, value: str) -> bool:
    return name.endswith("BUCKET") and "${" not in value


def _past_the_alias(type_: str, path: str) -> Change:
    def change(document: Document) -> None:
        aliases = blocks(document, _ALIAS)
        for block in blocks(document, type_).values():
            name, _, attribute = str(block.get(path)).removeprefix(f"${{{_ALIAS}.").partition(".")
            if name in aliases:
                function = str(aliases[name]["function_name"]).removesuffix(".function_name}")
                block[path] = f"{function}.{attribute}"
                return
        raise DoesNotApply(type_)

    return change


def _another_secret(document: Document) -> None:
    names = list(blocks(document, "aws_secretsmanager_secret"))
    for block in blocks(document, _FUNCTION).values():
        for key, value in _variables(block).items():
            others = [name for name in names if f"aws_secretsmanager_secret.{name}." not in value]
            if "${aws_secretsmanager_secret." in value and others:
                _variables(block)[key] = f"${{aws_secretsmanager_secret.{others[0]}.arn}}"
                return
    raise DoesNotApply("two secrets")


def _public_subnets(document: Document) -> None:
    names = [name for name, each in blocks(document, "aws_subnet").items() if "public" in str(each["tags"])]
    if not names:
        raise DoesNotApply("public subnets")
    first(document, _FUNCTION, _inside)["vpc_config"]["subnet_ids"] = [f"${{aws_subnet.{name}.id}}" for name in names]


def _secret_by_its_arn(document: Document) -> None:
    """A secret by its ARN as AWS shows it, with the six characters that it appends."""
    for block in blocks(document, _FUNCTION).values():
        for key, value in _variables(block).items():
            for name, secret in blocks(document, "aws_secretsmanager_secret").items():
                if f"aws_secretsmanager_secret.{name}.arn" in value:
                    arn = f"arn:aws:secretsmanager:eu-west-2:333333333333:secret:{secret['name']}-abcdef"
                    _variables(block)[key] = arn
                    return
    raise DoesNotApply("secret")


def _one_zone(document: Document) -> None:
    subnets = first(document, _FUNCTION, _inside)["vpc_config"]["subnet_ids"]
    if len(subnets) < 2:
        raise DoesNotApply("two zones")
    del subnets[1:]


def _new_caller(document: Document) -> None:
    function = str(first(document, _ALIAS)["function_name"]).removesuffix(".function_name}")
    make("aws_scheduler_schedule", target={"arn": f"{function}.arn}}"}, schedule_expression="rate(1 day)")(document)


def _as_list(document: Document, key: str, type_: str = _FUNCTION) -> None:
    block = first(document, type_, lambda each: isinstance(each.get(key), dict))
    block[key] = [block[key]]


DANGEROUS = (
    Edit("a function leaves the VPC", put(_FUNCTION, "vpc_config", None, _inside), Topic.EXPOSURE),
    Edit("a function is in public subnets", _public_subnets, Topic.EXPOSURE),
    Edit(
        "a function is in another network",
        put(_FUNCTION, "vpc_config.subnet_ids", ["subnet-1"], _inside),
        Topic.EXPOSURE,
    ),
    Edit("a file system of another account", put(_FUNCTION, "file_system_config", _FILES), Topic.EXPOSURE),
    Edit("a function has one zone", _one_zone, Topic.AVAILABILITY),
    Edit("a function never runs", put(_FUNCTION, "reserved_concurrent_executions", 0), Topic.AVAILABILITY),
    Edit("a function has no reservation", put(_FUNCTION, "reserved_concurrent_executions", None), Topic.AVAILABILITY),
    Edit("a function is not limited", put(_FUNCTION, "reserved_concurrent_executions", "-1"), Topic.AVAILABILITY),
    Edit("a function is not traced", put(_FUNCTION, "tracing_config", None), Topic.WATCHING),
    Edit("a function passes traces on", put(_FUNCTION, "tracing_config", [{"mode": "PassThrough"}]), Topic.WATCHING),
    Edit("the variables have no key", put(_FUNCTION, "kms_key_arn", None), Topic.EXPOSURE),
    Edit(
        "the variables have another's key",
        put(_FUNCTION, "kms_key_arn", _STRANGER.format("kms", "key/1")),
        Topic.EXPOSURE,
    ),
    Edit("the code package has no key", put(_FUNCTION, "source_kms_key_arn", None), Topic.EXPOSURE),
    Edit("an older runtime", put(_FUNCTION, "runtime", "python3.11"), Topic.EXPOSURE),
    Edit("a runtime that ended", put(_FUNCTION, "runtime", "nodejs16.x"), Topic.EXPOSURE),
    Edit(
        "another's layer",
        put(_FUNCTION, "layers", [_STRANGER.format("lambda", "layer:x:1")]),
        Topic.EXPOSURE,
    ),
    Edit("code from a bucket", put(_FUNCTION, "s3_bucket", "somebodys-bucket"), Topic.EXPOSURE),
    Edit("an image", put(_FUNCTION, "image_uri", "999999999999.dkr.ecr.eu-west-2.amazonaws.com/x:1"), Topic.EXPOSURE),
    Edit("no version is published", put(_FUNCTION, "publish", False), Topic.RECOVERY),
    Edit("lines are plain text", put(_FUNCTION, "logging_config.log_format", "Text"), Topic.WATCHING),
    Edit("only errors are logged", put(_FUNCTION, "logging_config.application_log_level", "ERROR"), Topic.WATCHING),
    Edit("reports are not logged", put(_FUNCTION, "logging_config.system_log_level", "WARN"), Topic.WATCHING),
    Edit("lines go to another group", put(_FUNCTION, "logging_config.log_group", "elsewhere"), Topic.WATCHING),
    Edit("a function has Lambda's own log settings", put(_FUNCTION, "logging_config", None), Topic.WATCHING),
    Edit("failed events are dropped", put(_EVENTS, "destination_config", None), Topic.RECOVERY),
    Edit("what becomes of failed events is not said", drop(_EVENTS), Topic.RECOVERY),
    Edit(
        "failed events go to somebody else",
        put(_EVENTS, "destination_config.on_failure.destination", _STRANGER.format("sqs", "x")),
        Topic.RECOVERY,
    ),
    Edit("events are not retried", put(_EVENTS, "maximum_retry_attempts", 0), Topic.RECOVERY),
    Edit("events are dropped after a minute", put(_EVENTS, "maximum_event_age_in_seconds", 60), Topic.RECOVERY),
    Edit("an alias leads to the newest code", put(_ALIAS, "function_version", "$LATEST"), Topic.EXPOSURE),
    Edit("an alias leads to an old version", put(_ALIAS, "function_version", "1"), Topic.EXPOSURE),
    Edit(
        "an alias gives some calls to another version",
        put(_ALIAS, "routing_config", {"additional_version_weights": {"7": 0.1}}),
        Topic.EXPOSURE,
    ),
    Edit(
        "a route calls a function past its alias",
        _past_the_alias("aws_apigatewayv2_integration", "integration_uri"),
        Topic.EXPOSURE,
    ),
    Edit(
        "a rotation calls a function past its alias",
        _past_the_alias("aws_secretsmanager_secret_rotation", "rotation_lambda_arn"),
        Topic.EXPOSURE,
    ),
    Edit("a new caller past the alias", _new_caller, Topic.EXPOSURE),
    Edit("the deploy calls nothing", drop("aws_lambda_invocation"), Topic.AVAILABILITY),
    Edit("a bucket of somebody's", variable(_names_bucket, "somebodys-bucket"), Topic.EXPOSURE),
    Edit(
        "a secret of somebody's",
        variable(_refers_to("aws_secretsmanager_secret"), _STRANGER.format("secretsmanager", "secret:x")),
        Topic.EXPOSURE,
    ),
    Edit("another secret of the stack", _another_secret, Topic.EXPOSURE),
    Edit("a database of somebody's", variable(_refers_to("aws_db_instance"), "db.evil.example"), Topic.EXPOSURE),
    Edit("another database", variable(lambda name, _: name == "DATABASE_NAME", "postgres"), Topic.EXPOSURE),
    Edit("a key of somebody's", variable(_refers_to("aws_kms_key"), _STRANGER.format("kms", "key/1")), Topic.EXPOSURE),
    Edit("a topic of another account", new_variable("COPY_TO", _STRANGER.format("sns", "x")), Topic.EXPOSURE),
    Edit("calls of AWS go elsewhere", new_variable("AWS_ENDPOINT_URL_S3", "https://s3.evil.example"), Topic.EXPOSURE),
    Edit("all calls go by a proxy", new_variable("HTTPS_PROXY", "http://10.0.0.9:3128"), Topic.EXPOSURE),
    Edit("certificates are not checked", new_variable("NODE_TLS_REJECT_UNAUTHORIZED", "0"), Topic.EXPOSURE),
    Edit("the database is called without TLS", new_variable("PGSSLMODE", "disable"), Topic.EXPOSURE),
    Edit("tokens are not verified", new_variable("VERIFY_TOKENS", "false"), Topic.EXPOSURE),
    Edit("a check is skipped", new_variable("SKIP_TENANT_CHECK", "1"), Topic.ACCESS),
    Edit("callers need not sign in", new_variable("ALLOW_ANONYMOUS", "true"), Topic.ACCESS),
    Edit("other code runs first", new_variable("NODE_OPTIONS", "--require /opt/x.js"), Topic.EXPOSURE),
    Edit(
        "the code thinks it is not in production",
        variable(lambda name, _: name == "ENVIRONMENT", "dev"),
        Topic.EXPOSURE,
    ),
    Edit(
        "the database asks for no secret",
        variable(lambda name, _: "AUTHENTICATION" in name, "none"),
        Topic.EXPOSURE,
    ),
    Edit(
        "the tenant is read from another attribute",
        _within(lambda key, value: key == "tenant" and isinstance(value, str), lambda _: "email"),
        Topic.ACCESS,
    ),
    Edit(
        "a role has one more scope",
        _within(lambda _, value: isinstance(value, list), lambda value: [*value, "planted"]),
        Topic.ACCESS,
    ),
    Edit(
        "signed links last a week", _within(lambda key, _: key == "at_most_seconds", lambda _: 604800), Topic.EXPOSURE
    ),
    Edit("a quota is no quota", _within(lambda key, _: key.startswith("per_"), lambda _: 10**9), Topic.EXPOSURE),
    Edit(
        "uploads may be web pages",
        _within(lambda key, _: key == "content_type", lambda _: "text/html"),
        Topic.EXPOSURE,
    ),
    Edit("tenancy is not set", variable(lambda name, _: name == "TENANCY", None), Topic.ACCESS),
)
HARMLESS = (
    Edit("more memory", put(_FUNCTION, "memory_size", 1024)),
    Edit("a longer timeout", put(_FUNCTION, "timeout", 29)),
    Edit("a newer runtime", put(_FUNCTION, "runtime", "python3.14")),
    Edit("other code", put(_FUNCTION, "source_code_hash", "b3RoZXI=")),
    Edit("another package", put(_FUNCTION, "filename", "assets/other.zip")),
    Edit("another handler", put(_FUNCTION, "handler", "other.handler")),
    Edit("another description of a function", put(_FUNCTION, "description", "Does something")),
    Edit("another processor", put(_FUNCTION, "architectures", ["x86_64"])),
    Edit("more disk", put(_FUNCTION, "ephemeral_storage", [{"size": 2048}])),
    Edit("a higher reservation", put(_FUNCTION, "reserved_concurrent_executions", 50)),
    Edit("a reservation as text", put(_FUNCTION, "reserved_concurrent_executions", "20")),
    Edit("more is logged", put(_FUNCTION, "logging_config.application_log_level", "DEBUG")),
    Edit("a snapshot starts it", put(_FUNCTION, "snap_start", [{"apply_on": "PublishedVersions"}])),
    Edit("the VPC as a list", lambda document: _as_list(document, "vpc_config")),
    Edit("the log settings as a list", lambda document: _as_list(document, "logging_config")),
    Edit("events are retried once more", put(_EVENTS, "maximum_retry_attempts", 3)),
    Edit("failed events as a list", lambda document: _as_list(document, "destination_config", _EVENTS)),
    Edit("a variable of the feature", new_variable("PAGE_SIZE", "50")),
    Edit("a variable with a link", new_variable("HELP_URL", "https://help.example/start")),
    Edit("a cache lasts longer", new_variable("CACHE_TTL_SECONDS", "3600")),
    Edit("source maps", new_variable("NODE_OPTIONS", "--enable-source-maps")),
    Edit("certificates are checked, as they are anyway", new_variable("TLS_VERIFY", "true")),
    Edit("a role has one scope less", _within(lambda _, value: isinstance(value, list), lambda value: value[1:])),
    Edit("a quota is smaller", _within(lambda key, _: key.startswith("per_"), lambda _: 1)),
    Edit("a quota is twice as high", _within(lambda key, _: key.startswith("per_"), lambda value: value * 2)),
    Edit("shorter links", _within(lambda key, _: key == "at_most_seconds", lambda _: 60)),
    Edit("scopes in another order", _within(lambda _, value: isinstance(value, list), lambda value: value[::-1])),
    Edit(
        "the database by its port's number",
        variable(lambda _, value: value.endswith(".port}"), "5432"),
    ),
    Edit("a secret by its whole ARN", _secret_by_its_arn),
    Edit("another description of an alias", put(_ALIAS, "description", "Live")),
    Edit("the call by the deploy says more", put("aws_lambda_invocation", "input", '{"again": true}')),
)
