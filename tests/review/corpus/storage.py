"""Changes of buckets."""

from typing import Any

from ffp.review.concern import Topic
from tests.review.corpus.edit import Document, Edit, blocks, drop, first, first_named, put

_ACCESS, _LIFE = "aws_s3_bucket_public_access_block", "aws_s3_bucket_lifecycle_configuration"
_ENCRYPTION, _VERSIONS = "aws_s3_bucket_server_side_encryption_configuration", "aws_s3_bucket_versioning"
_DEFAULT = "rule.0.apply_server_side_encryption_by_default"
_STRANGER = "arn:aws:s3:::somebody-elses-bucket"


def _name(document: Document) -> str:
    return first_named(document, "aws_s3_bucket")[0]


def _bucket(**parts: dict[str, Any]) -> Any:
    """Makes a bucket of whatever parts are given, each a type without `aws_s3_bucket_`."""

    def change(document: Document) -> None:
        like: str = first(document, "aws_s3_bucket")["bucket"]
        blocks(document, "aws_s3_bucket")["planted"] = {"bucket": f"{like}-planted"}
        for part, arguments in parts.items():
            block = {"bucket": "${aws_s3_bucket.planted.id}", **arguments}
            blocks(document, f"aws_s3_bucket_{part}")["planted"] = block

    return change


def _part(part: str, **arguments: Any) -> Any:
    """Adds a part to the first bucket."""

    def change(document: Document) -> None:
        bucket = f"${{aws_s3_bucket.{_name(document)}.id}}"
        blocks(document, f"aws_s3_bucket_{part}")["planted"] = {"bucket": bucket, **arguments}

    return change


def _keeps_versions(block: Document) -> bool:
    """Whether this is the life cycle of a bucket with data, whose old versions are kept for a while."""
    ends = block["rule"][0].get("noncurrent_version_expiration") or [{}]
    return bool(ends[0].get("noncurrent_days", 0) > 1)


def _keeps_everything(block: dict[str, Any]) -> bool:
    return _keeps_versions(block) and not any("expiration" in each for each in block["rule"])


def _rule(**rule: Any) -> Any:
    """Adds a rule to the life cycle of a bucket with data."""

    def change(document: Document) -> None:
        first(document, _LIFE, _keeps_everything)["rule"].append({"id": "planted", "status": "Enabled", **rule})

    return change


def _logs_move(document: Document) -> None:
    """Logs go to another bucket of ours, which nobody watches or keeps."""
    logging = first(document, "aws_s3_bucket_logging")
    logging["target_bucket"] = logging["bucket"]


def _as_list(document: Document) -> None:
    block = first(document, _VERSIONS)
    block["versioning_configuration"] = [block["versioning_configuration"]]


_GOOD: dict[str, dict[str, Any]] = {
    "public_access_block": dict.fromkeys(
        ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"), True
    ),
    "versioning": {"versioning_configuration": {"status": "Enabled"}},
    "ownership_controls": {"rule": {"object_ownership": "BucketOwnerEnforced"}},
}

DANGEROUS = (
    *(
        Edit(f"a bucket loses {each}", put(_ACCESS, each, False), Topic.EXPOSURE)
        for each in ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
    ),
    Edit("a bucket loses its block of public access", drop(_ACCESS), Topic.EXPOSURE),
    Edit("versioning is suspended", put(_VERSIONS, "versioning_configuration.status", "Suspended"), Topic.RECOVERY),
    Edit("versioning is no longer configured", drop(_VERSIONS), Topic.RECOVERY),
    Edit(
        "access control lists apply again",
        put("aws_s3_bucket_ownership_controls", "rule.object_ownership", "BucketOwnerPreferred"),
        Topic.EXPOSURE,
    ),
    Edit("ownership is no longer enforced", drop("aws_s3_bucket_ownership_controls"), Topic.EXPOSURE),
    Edit("access is no longer logged", drop("aws_s3_bucket_logging"), Topic.WATCHING),
    Edit(
        "access is logged to a stranger's bucket",
        put("aws_s3_bucket_logging", "target_bucket", "somebody-elses-bucket"),
        Topic.WATCHING,
    ),
    Edit("access is logged elsewhere", _logs_move, Topic.WATCHING),
    Edit(
        "access logs can no longer be delivered",
        put(_ENCRYPTION, f"{_DEFAULT}.sse_algorithm", "aws:kms", lambda block: "kms_master_key_id" not in str(block)),
        Topic.WATCHING,
    ),
    Edit("the bucket goes with its objects", put("aws_s3_bucket", "force_destroy", True), Topic.RECOVERY),
    Edit(
        "objects are encrypted with Amazon's key",
        put(_ENCRYPTION, f"{_DEFAULT}.sse_algorithm", "AES256", lambda block: "kms_master_key_id" in str(block)),
        Topic.EXPOSURE,
    ),
    Edit(
        "objects are encrypted with a stranger's key",
        put(
            _ENCRYPTION,
            f"{_DEFAULT}.kms_master_key_id",
            "arn:aws:kms:eu-west-2:999999999999:key/11111111-1111-4111-8111-111111111111",
            lambda block: "kms_master_key_id" in str(block),
        ),
        Topic.EXPOSURE,
    ),
    Edit(
        "objects are encrypted with AWS's key for S3",
        put(_ENCRYPTION, f"{_DEFAULT}.kms_master_key_id", None, lambda block: "kms_master_key_id" in str(block)),
        Topic.EXPOSURE,
    ),
    Edit(
        "encryption is no longer configured",
        drop(_ENCRYPTION, lambda block: "kms_master_key_id" in str(block)),
        Topic.EXPOSURE,
    ),
    Edit(
        "old versions are kept for a day",
        put(
            _LIFE,
            "rule.0.noncurrent_version_expiration.0.noncurrent_days",
            1,
            _keeps_versions,
        ),
        Topic.RECOVERY,
    ),
    Edit(
        "another rule deletes old versions",
        _rule(noncurrent_version_expiration=[{"noncurrent_days": 7}]),
        Topic.RECOVERY,
    ),
    Edit("objects expire after thirty days", _rule(expiration=[{"days": 30}]), Topic.RECOVERY),
    Edit("some objects expire", _rule(filter=[{"prefix": "a/"}], expiration={"days": "400"}), Topic.RECOVERY),
    Edit("objects expire on a day", _rule(expiration=[{"date": "2027-01-01T00:00:00Z"}]), Topic.RECOVERY),
    Edit(
        "objects move to deep archive",
        _rule(transition=[{"days": 1, "storage_class": "DEEP_ARCHIVE"}]),
        Topic.AVAILABILITY,
    ),
    Edit(
        "logs are kept for a month",
        put(_LIFE, "rule.0.expiration.0.days", 30, lambda block: "expiration" in block["rule"][0]),
        Topic.RECOVERY,
    ),
    Edit(
        "the newest versions of the state expire, too",
        put(
            _LIFE,
            "rule.0.noncurrent_version_expiration.0.newer_noncurrent_versions",
            1,
            lambda block: "newer_noncurrent_versions" in str(block),
        ),
        Topic.RECOVERY,
        stack="bootstrap",
    ),
    *(
        Edit(f"the bucket of the state: {name}", change, topic, stack="bootstrap")
        for name, change, topic in (
            ("no versions", put(_VERSIONS, "versioning_configuration.status", "Suspended"), Topic.RECOVERY),
            ("Amazon's key", put(_ENCRYPTION, f"{_DEFAULT}.sse_algorithm", "AES256"), Topic.EXPOSURE),
            ("no log", drop("aws_s3_bucket_logging"), Topic.WATCHING),
            ("public", drop(_ACCESS), Topic.EXPOSURE),
            ("goes with what is in it", put("aws_s3_bucket", "force_destroy", "true"), Topic.RECOVERY),
            (
                "old states for a month",
                put(_LIFE, "rule.0.noncurrent_version_expiration.0.noncurrent_days", 30),
                Topic.RECOVERY,
            ),
        )
    ),
    Edit(
        "every page may call the bucket",
        put("aws_s3_bucket_cors_configuration", "cors_rule.0.allowed_origins", ["*"]),
        Topic.EXPOSURE,
    ),
    Edit(
        "pages may delete objects",
        put("aws_s3_bucket_cors_configuration", "cors_rule.0.allowed_methods", ["POST", "DELETE"]),
        Topic.EXPOSURE,
    ),
    Edit(
        "pages may read a header",
        put("aws_s3_bucket_cors_configuration", "cors_rule.0.expose_headers", ["x-amz-meta-patient"]),
        Topic.EXPOSURE,
    ),
    Edit(
        "a bucket becomes a website",
        _part("website_configuration", index_document={"suffix": "index.html"}),
        Topic.EXPOSURE,
    ),
    Edit("a bucket gets a public list", _part("acl", acl="public-read"), Topic.EXPOSURE),
    Edit(
        "objects are copied to a stranger",
        _part(
            "replication_configuration",
            role="arn:aws:iam::333333333333:role/replication",
            rule=[{"status": "Enabled", "destination": [{"bucket": _STRANGER}]}],
        ),
        Topic.EXPOSURE,
    ),
    Edit("a new bucket has nothing", _bucket(), Topic.EXPOSURE),
    Edit(
        "a new bucket has no versions",
        _bucket(**{key: value for key, value in _GOOD.items() if key != "versioning"}),
        Topic.RECOVERY,
    ),
)
HARMLESS = (
    Edit(
        "old versions are kept for longer",
        put(_LIFE, "rule.0.noncurrent_version_expiration.0.noncurrent_days", 700),
    ),
    Edit("old versions are kept for ever", put(_LIFE, "rule.0.noncurrent_version_expiration", None)),
    Edit(
        "unfinished uploads go sooner",
        put(_LIFE, "rule.0.abort_incomplete_multipart_upload.0.days_after_initiation", 1),
    ),
    Edit("nothing expires any more", drop(_LIFE)),
    Edit("objects become cheaper", _rule(transition=[{"days": 90, "storage_class": "GLACIER_IR"}])),
    Edit("a rule for fewer objects", put(_LIFE, "rule.0.filter", [{"prefix": "a/"}])),
    Edit("S3 asks KMS more often", put(_ENCRYPTION, "rule.0.bucket_key_enabled", False)),
    Edit("logs have another prefix", put("aws_s3_bucket_logging", "target_prefix", "access/")),
    Edit("a rule that does nothing is added", _rule(status="Disabled", expiration=[{"days": 1}])),
    Edit("a block is written as a list", _as_list),
    Edit("a new bucket has everything", _bucket(**_GOOD)),
    Edit(
        "a new bucket's logs go where others' do",
        lambda document: (
            _bucket(**_GOOD)(document),
            blocks(document, "aws_s3_bucket_logging").update(
                planted={**first(document, "aws_s3_bucket_logging"), "bucket": "${aws_s3_bucket.planted.id}"}
            ),
        ),
    ),
    Edit("a bucket has a tag", put("aws_s3_bucket", "tags", {"owner": "platform"})),
)
