"""Changes of loss of what is stored."""

from tests.review.corpus.edit import Document
from tests.review.opinion.cases import dangerous
from tests.review.opinion.editing import delete, remove, without
from tests.review.opinion.finding import pick
from tests.review.opinion.parts import database, logs, media, state

dangerous("bucket-of-media-removed", "loss", "The bucket of patients' media is destroyed.")(
    lambda document: remove(document, "aws_s3_bucket", media(document))
)
dangerous("bucket-of-access-logs-removed", "loss", "The audit trail of S3 is destroyed.")(
    lambda document: remove(document, "aws_s3_bucket", logs(document))
)
dangerous("bucket-of-front-door-logs-removed", "loss", "The only log with viewers' addresses is destroyed.")(
    delete("aws_s3_bucket", "front-door-logs")
)
dangerous("database-removed", "loss", "All tenants' rows are destroyed.")(delete("aws_db_instance"))
dangerous("user-pool-removed", "loss", "All users are destroyed.")(delete("aws_cognito_user_pool"))
dangerous("key-of-media-removed", "loss", "What the key encrypted becomes unreadable.")(delete("aws_kms_key", "edia"))
dangerous("shared-key-removed", "loss", "Database, secrets and logs become unreadable.")(
    delete("aws_kms_key", "database")
)
dangerous("key-of-the-edge-removed", "loss", "The web ACL's logs become unreadable.")(
    delete("aws_kms_key", lambda block: "provider" in block)
)
dangerous("secret-of-the-database-user-removed", "loss", "The application loses its password.")(
    delete("aws_secretsmanager_secret", "database")
)
dangerous("secret-of-the-signing-key-removed", "loss", "The private half of the playback key is nowhere else.")(
    delete("aws_secretsmanager_secret", "playback")
)
dangerous("log-group-of-the-api-removed", "loss", "A year of access logs is destroyed.")(
    without("aws_cloudwatch_log_group", "/aws/apigateway/")
)
dangerous("log-group-of-a-function-removed", "loss", "A year of who did what is destroyed.")(
    without("aws_cloudwatch_log_group", "/aws/lambda/")
)
dangerous("log-group-of-the-database-removed", "loss", "The server's log is destroyed.")(
    without("aws_cloudwatch_log_group", "/postgresql")
)
dangerous("log-group-of-flow-logs-removed", "loss", "The record of all traffic is destroyed.")(
    without("aws_cloudwatch_log_group", "/aws/vpc/")
)
dangerous("log-group-of-the-web-acl-removed", "loss", "The firewall's record is destroyed.")(
    without("aws_cloudwatch_log_group", "aws-waf-logs")
)
dangerous("web-client-removed", "loss", "Nobody can sign in: another client would have another id.")(
    delete("aws_cognito_user_pool_client")
)
dangerous("queue-of-failures-removed", "loss", "Failed events that wait in it are destroyed, later ones lost.")(
    delete("aws_sqs_queue")
)
dangerous("resource-server-removed", "loss", "All scopes are gone, every route refuses everybody.")(
    delete("aws_cognito_resource_server")
)
dangerous("distribution-removed", "loss", "The public address is gone.")(delete("aws_cloudfront_distribution"))
dangerous("sign-in-domain-removed", "loss", "The sign-in pages are gone, and anybody may take the name.")(
    without("aws_cognito_user_pool_domain")
)
dangerous("state-bucket-removed", "loss", "The Terraform states are destroyed.", stack="bootstrap")(
    lambda document: remove(document, "aws_s3_bucket", state(document))
)
dangerous("state-logs-bucket-removed", "loss", "The record of who read the states is destroyed.", stack="bootstrap")(
    lambda document: remove(document, "aws_s3_bucket", logs(document))
)
dangerous("state-key-removed", "loss", "No state can be decrypted any more.", stack="bootstrap")(delete("aws_kms_key"))


@dangerous(
    "database-forgotten-by-removed-block",
    "loss",
    ("Terraform forgets the database: nothing protects or backs it up any more."),
    doubt="not destroyed, yet unmanaged",
)
def database_forgotten_by_removed_block(document: Document) -> None:
    name, _ = database(document)
    remove(document, "aws_db_instance", name)
    document["removed"] = [{"from": f"aws_db_instance.{name}", "lifecycle": {"destroy": False}}]


@dangerous("database-counted-to-zero", "loss", "A count of zero destroys the database as surely as removing its block.")
def database_counted_to_zero(document: Document) -> None:
    database(document)[1]["count"] = 0


@dangerous("media-bucket-counted-to-zero", "loss", "A count of zero destroys the bucket.")
def media_bucket_counted_to_zero(document: Document) -> None:
    document["resource"]["aws_s3_bucket"][media(document)]["count"] = "${0}"


@dangerous("user-pool-for-each-of-nothing", "loss", "An empty for_each destroys the pool of users.")
def user_pool_for_each_of_nothing(document: Document) -> None:
    pick(document, "aws_cognito_user_pool")[1]["for_each"] = {}
