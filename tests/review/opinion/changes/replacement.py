"""Changes of replacement of what holds data."""

from tests.review.corpus.edit import Document
from tests.review.opinion.cases import dangerous
from tests.review.opinion.editing import put
from tests.review.opinion.finding import of_type, pick, reference, target
from tests.review.opinion.kinds import DATABASE, NOTHING, STRANGER
from tests.review.opinion.parts import database, media, state

for name, kind, path, value, where, why in (
    ("database-username-changed", DATABASE, "username", "master", None, "The instance is replaced: a new, empty one."),
    ("database-name-changed", DATABASE, "db_name", "app", None, "The instance is replaced."),
    ("database-engine-changed", DATABASE, "engine", "mysql", None, "The instance is replaced."),
    ("database-not-encrypted", DATABASE, "storage_encrypted", False, None, "The instance is replaced, in clear."),
    (
        "database-encryption-unsaid",
        DATABASE,
        "storage_encrypted",
        NOTHING,
        None,
        "Its default is false: replaced, in clear.",
    ),
    ("database-key-unsaid", DATABASE, "kms_key_id", NOTHING, None, "The customer-managed key is no longer asked for."),
    (
        "database-identifier-changed",
        DATABASE,
        "identifier",
        "main-database",
        None,
        "Another address; alarms, logs and trust watch the old name.",
    ),
    (
        "database-identifier-case",
        DATABASE,
        "identifier",
        lambda value: value + "-2",
        None,
        "Another address; alarms, logs and trust watch the old name.",
    ),
    (
        "media-bucket-name-changed",
        "aws_s3_bucket",
        "bucket",
        lambda value: value.replace("media", "videos"),
        "media",
        "The bucket is replaced: its objects stay behind or are lost.",
    ),
    (
        "log-bucket-name-changed",
        "aws_s3_bucket",
        "bucket",
        lambda value: "x-" + value,
        "front-door",
        "The bucket is replaced.",
    ),
    (
        "pool-usernames-changed",
        "aws_cognito_user_pool",
        "username_attributes",
        ["email", "phone_number"],
        None,
        "The pool is replaced: all users are lost.",
    ),
    (
        "pool-usernames-unsaid",
        "aws_cognito_user_pool",
        "username_attributes",
        NOTHING,
        None,
        "The pool is replaced: all users are lost.",
    ),
    (
        "pool-usernames-case-sensitive",
        "aws_cognito_user_pool",
        "username_configuration.case_sensitive",
        True,
        None,
        "The pool is replaced: all users are lost.",
    ),
    ("key-multi-region", "aws_kms_key", "multi_region", True, None, "The key is replaced."),
    ("key-for-signing", "aws_kms_key", "key_usage", "SIGN_VERIFY", None, "The key is replaced."),
    ("key-spec-changed", "aws_kms_key", "customer_master_key_spec", "RSA_4096", None, "The key is replaced."),
    (
        "secret-name-changed",
        "aws_secretsmanager_secret",
        "name",
        lambda value: value + "-v2",
        None,
        "The secret is replaced, without its value.",
    ),
    (
        "log-group-name-changed",
        "aws_cloudwatch_log_group",
        "name",
        lambda value: value + "-v2",
        "/aws/lambda/",
        ("The group is replaced: a year of logs is lost, the function writes nowhere."),
    ),
    (
        "queue-name-changed",
        "aws_sqs_queue",
        "name",
        lambda value: value + "-v2",
        None,
        ("The queue is replaced; its policy, alarm and permission name the old one."),
    ),
    (
        "topic-name-changed",
        "aws_sns_topic",
        "name",
        lambda value: value + "-v2",
        None,
        "Replaced: nobody has confirmed a subscription, so alarms reach nobody.",
    ),
    (
        "sign-in-domain-changed",
        "aws_cognito_user_pool_domain",
        "domain",
        lambda value: value + "-2",
        None,
        "The sign-in address is replaced and the old name free for anybody.",
    ),
    (
        "scopes-renamed",
        "aws_cognito_resource_server",
        "identifier",
        "platform",
        None,
        ("Replaced: all tokens lose their scopes, and the token trigger names the old ones."),
    ),
    (
        "vpc-addresses-changed",
        "aws_vpc",
        "cidr_block",
        "10.99.0.0/16",
        None,
        "The network is replaced with all that is in it.",
    ),
    (
        "subnet-addresses-changed",
        "aws_subnet",
        "cidr_block",
        "10.30.160.0/20",
        "isolated",
        "The database's subnet is replaced.",
    ),
    (
        "subnet-zone-changed",
        "aws_subnet",
        "availability_zone",
        "eu-west-2c",
        "isolated",
        "The database's subnet is replaced.",
    ),
    (
        "web-client-with-secret",
        "aws_cognito_user_pool_client",
        "generate_secret",
        True,
        None,
        ("Replaced: another client id, which no page and no authoriser knows, and a secret in the state."),
    ),
    ("api-protocol-changed", "aws_apigatewayv2_api", "protocol_type", "WEBSOCKET", None, "The API is replaced."),
    (
        "role-path-changed",
        "aws_iam_role",
        "path",
        "/",
        None,
        "Replaced, outside the path that limits what a deploy may change.",
    ),
):
    if name.startswith("key-"):
        dangerous(name, "replacement", why)(put(kind, path, value, where, new=True))
    else:
        dangerous(name, "replacement", why)(put(kind, path, value, where))


@dangerous("database-under-another-key", "replacement", "The key of the database changes: the instance is replaced.")
def database_under_another_key(document: Document) -> None:
    block = database(document)[1]
    current = target(block["kms_key_id"])[1]
    other = next((n for n in of_type(document, "aws_kms_key") if n != current), "")
    block["kms_key_id"] = reference("aws_kms_key", other, "arn")


dangerous("database-restored-from-a-snapshot", "replacement", "The instance is replaced by an older copy.")(
    put(DATABASE, "snapshot_identifier", "rds:prod-2026-01-01-02-10", new=True)
)
dangerous("database-replica-of-another", "replacement", "The instance is replaced by a copy of another.")(
    put(DATABASE, "replicate_source_db", f"arn:aws:rds:eu-west-2:{STRANGER}:db:other", new=True)
)
dangerous(
    "database-replaced-with-another", "replacement", "Every change of the parameter group replaces the database."
)(
    lambda document: database(document)[1]["lifecycle"].update(
        replace_triggered_by=[f"aws_db_parameter_group.{pick(document, 'aws_db_parameter_group')[0]}"]
    )
)
dangerous(
    "pool-schema-loses-tenant",
    "replacement",
    ("An attribute cannot be removed: the pool is replaced, or tenants are lost."),
)(lambda document: pick(document, "aws_cognito_user_pool")[1]["schema"].pop(0))
dangerous("pool-in-another-region", "replacement", "Another provider: destroyed here and made there.")(
    put("aws_cognito_user_pool", "provider", "aws.global", new=True)
)
dangerous(
    "database-in-another-region", "replacement", "Another provider: destroyed here and made there, outside the UK."
)(put(DATABASE, "provider", "aws.global", new=True))
dangerous(
    "bucket-in-another-region", "replacement", "Another provider: destroyed here and made there, outside the UK."
)(lambda document: document["resource"]["aws_s3_bucket"][media(document)].update(provider="aws.global"))
dangerous("bucket-with-region-argument", "replacement", "With provider 6 the argument moves the bucket out of the UK.")(
    lambda document: document["resource"]["aws_s3_bucket"][media(document)].update(region="us-east-1")
)
dangerous("state-bucket-name-changed", "replacement", "The states' bucket is replaced.", stack="bootstrap")(
    lambda document: document["resource"]["aws_s3_bucket"][state(document)].update(bucket="states-v2")
)
dangerous(
    "database-downgraded",
    "replacement",
    "An engine cannot go back: the apply fails, or the instance is replaced.",
    doubt="the provider only fails",
)(lambda document: database(document)[1].update(engine_version="16"))
