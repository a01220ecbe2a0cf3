"""Changes of exposure of other stores, part 2 of 2."""

import json

from tests.review.corpus.edit import Document
from tests.review.opinion.cases import dangerous
from tests.review.opinion.editing import add, without
from tests.review.opinion.finding import account, allows, pick, prefix, reference
from tests.review.opinion.kinds import DATABASE, EVERYBODY, STRANGER
from tests.review.opinion.parts import database, media
from tests.review.opinion.policies import allow, edit_statement, grant, policy_document

dangerous("topic-for-alarms-of-any-account", "exposure", "CloudWatch of any account publishes.")(
    edit_statement(
        "aws_sns_topic_policy", allows("sns:Publish"), lambda document, policy, statement: statement.pop("condition")
    )
)
dangerous("queue-readable-by-everybody", "exposure", "Anybody reads failed events.")(
    grant("aws_sqs_queue_policy", allow(["sqs:ReceiveMessage", "sqs:DeleteMessage"], ["*"], principals=EVERYBODY))
)
dangerous("queue-writable-by-a-service-of-any-account", "exposure", "SNS of any account fills it.")(
    grant("aws_sqs_queue_policy", allow(["sqs:SendMessage"], ["*"], principals=[("Service", ["sns.amazonaws.com"])]))
)
dangerous("queue-plain-http", "exposure", "The denial of plain HTTP is gone.")(without("aws_sqs_queue_policy"))
dangerous("queue-readable-by-an-account", "exposure", "A stranger's account reads failed events.")(
    grant("aws_sqs_queue_policy", allow(["sqs:*"], ["*"], principals=[("AWS", [STRANGER])]), nth=1)
)


@dangerous("media-replicated-to-a-stranger", "exposure", "Every object is copied into a stranger's bucket.")
def media_replicated_to_a_stranger(document: Document) -> None:
    role, _ = pick(document, "aws_iam_role")
    add(
        document,
        "aws_s3_bucket_replication_configuration",
        "media",
        {
            "bucket": reference("aws_s3_bucket", media(document)),
            "role": reference("aws_iam_role", role, "arn"),
            "rule": [
                {
                    "id": "all",
                    "status": "Enabled",
                    "destination": {"bucket": "arn:aws:s3:::analytics-partner-drop", "account": STRANGER},
                }
            ],
        },
    )


@dangerous(
    "access-point-for-a-stranger",
    "exposure",
    ("A door of its own into the bucket, from the internet, for a stranger's account."),
)
def access_point_for_a_stranger(document: Document) -> None:
    bucket = media(document)
    add(
        document,
        "aws_s3_access_point",
        "partner",
        {
            "bucket": reference("aws_s3_bucket", bucket),
            "name": "partner",
            "public_access_block_configuration": {
                "block_public_acls": False,
                "block_public_policy": False,
                "ignore_public_acls": False,
                "restrict_public_buckets": False,
            },
            "policy": json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"AWS": f"arn:aws:iam::{STRANGER}:root"},
                            "Action": "s3:GetObject",
                            "Resource": "*",
                        }
                    ],
                }
            ),
        },
    )


@dangerous("snapshot-shared", "exposure", "A snapshot of the database shared with everybody.")
def snapshot_shared(document: Document) -> None:
    name, _ = database(document)
    add(
        document,
        "aws_db_snapshot",
        "export",
        {
            "db_instance_identifier": reference(DATABASE, name, "identifier"),
            "db_snapshot_identifier": prefix(document) + "-export",
            "shared_accounts": ["all"],
        },
    )


@dangerous("public-read-replica", "exposure", "A public copy of the database, readable with the same passwords.")
def public_read_replica(document: Document) -> None:
    name, block = database(document)
    add(
        document,
        DATABASE,
        "reporting",
        {
            "identifier": prefix(document) + "-reporting",
            "replicate_source_db": reference(DATABASE, name, "identifier"),
            "instance_class": block["instance_class"],
            "publicly_accessible": True,
            "skip_final_snapshot": True,
            "vpc_security_group_ids": list(block["vpc_security_group_ids"]),
        },
    )


@dangerous("account-public-access", "exposure", "Public access of all buckets of the account is permitted.")
def account_public_access(document: Document) -> None:
    add(
        document,
        "aws_s3_account_public_access_block",
        "account",
        {
            "block_public_acls": False,
            "block_public_policy": False,
            "ignore_public_acls": False,
            "restrict_public_buckets": False,
        },
    )


@dangerous("unencrypted-file-system", "exposure", "A file system without encryption for patients' exports.")
def unencrypted_file_system(document: Document) -> None:
    add(document, "aws_efs_file_system", "exports", {"creation_token": "exports", "encrypted": False})


@dangerous("public-search-domain", "exposure", "A search domain that everybody may ask.")
def public_search_domain(document: Document) -> None:
    add(
        document,
        "aws_opensearch_domain",
        "search",
        {
            "domain_name": "search",
            "engine_version": "OpenSearch_2.13",
            "access_policies": json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "es:*", "Resource": "*"}],
                }
            ),
        },
    )


@dangerous("new-public-bucket", "exposure", "A bucket with all its parts but a policy for everybody.")
def new_public_bucket(document: Document) -> None:
    name = f"{prefix(document)}-downloads-{account(document)}"
    add(
        document,
        "aws_s3_bucket",
        "downloads",
        {"bucket": name, "force_destroy": False, "lifecycle": {"prevent_destroy": True}},
    )
    add(
        document,
        "aws_s3_bucket_policy",
        "downloads",
        {
            "bucket": "${aws_s3_bucket.downloads.id}",
            "policy": policy_document(
                document, "downloads", allow(["s3:GetObject"], [f"arn:aws:s3:::{name}/*"], principals=EVERYBODY)
            ),
        },
    )


@dangerous("new-open-queue", "exposure", "A queue without key and policy that takes messages from everybody.")
def new_open_queue(document: Document) -> None:
    add(
        document,
        "aws_sqs_queue",
        "intake",
        {
            "name": prefix(document) + "-intake",
            "policy": json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"},
                }
            ),
        },
    )


@dangerous("new-open-topic", "exposure", "A topic without key that everybody may subscribe to.")
def new_open_topic(document: Document) -> None:
    add(
        document,
        "aws_sns_topic",
        "events",
        {
            "name": prefix(document) + "-events",
            "policy": json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": ["sns:Subscribe"], "Resource": "*"}],
                }
            ),
        },
    )
