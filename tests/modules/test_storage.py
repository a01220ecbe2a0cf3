from typing import Any

import pytest

from tests.modules.template import Template, conditions, principals

BUCKETS = ["storage_media", "storage_logs", "distribution_logs_bucket"]
KEY_HEADER = "s3:x-amz-server-side-encryption-aws-kms-key-id"


def _life_cycle(template: Template, bucket: str) -> dict[str, object]:
    (rule,) = template.one("aws_s3_bucket_lifecycle_configuration", f"{bucket}_life-cycle")["rule"]
    found: dict[str, object] = rule
    return found


@pytest.mark.parametrize("bucket", BUCKETS)
def test_a_bucket_is_closed_to_the_public_four_times_and_its_owner_owns_everything(prod: Template, bucket: str) -> None:
    block = prod.one("aws_s3_bucket_public_access_block", f"{bucket}_public-access")
    switches = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
    assert [block[switch] for switch in switches] == [True] * 4
    ownership = prod.one("aws_s3_bucket_ownership_controls", f"{bucket}_ownership")
    assert ownership["rule"] == {"object_ownership": "BucketOwnerEnforced"}


@pytest.mark.parametrize("bucket", BUCKETS)
def test_a_bucket_is_versioned_and_kept_tidy(prod: Template, bucket: str) -> None:
    versioning = prod.one("aws_s3_bucket_versioning", f"{bucket}_versioning")
    assert versioning["versioning_configuration"] == {"status": "Enabled"}
    rule = _life_cycle(prod, bucket)
    assert rule["status"] == "Enabled"
    assert rule["abort_incomplete_multipart_upload"] == [{"days_after_initiation": 3}]
    assert rule["noncurrent_version_expiration"]


@pytest.mark.parametrize("bucket", BUCKETS)
def test_a_bucket_denies_plain_http_and_old_tls(prod: Template, bucket: str) -> None:
    statements, roles = prod.document(f"{bucket}_access"), "arn:aws:iam::333333333333:role"
    # AWS Backup reads and restores what is stored, with roles that no deploy can make or change.
    backup = [f"{roles}/prod-ffp-backup", f"{roles}/prod-ffp-restore-objects", f"{roles}/prod-ffp-malware-scans"]
    floors = {
        "DenyPlainHttp": {"aws:SecureTransport": ("Bool", ["false"])},
        "DenyOldTls": {
            "s3:TlsVersion": ("NumericLessThan", ["1.3"]),
            "aws:PrincipalIsAWSService": ("Bool", ["false"]),
            "aws:ViaAWSService": ("BoolIfExists", ["false"]),
            "aws:PrincipalArn": ("ArnNotLike", [f"{roles}/aws-service-role/*", *backup]),
        },
        "DenyTlsBelow12ToServices": {"s3:TlsVersion": ("NumericLessThan", ["1.2"])},
    }
    for sid, expected in floors.items():
        statement = statements[sid]
        assert statement["effect"] == "Deny"
        assert statement["actions"] == ["s3:*"]
        assert principals(statement) == ["*"]
        assert len(statement["resources"]) == 2
        assert conditions(statement) == expected


@pytest.mark.parametrize("bucket", ["storage_media", "distribution_logs_bucket"])
def test_a_bucket_denies_a_key_that_is_not_its_own(prod: Template, bucket: str) -> None:
    statement = prod.document(f"{bucket}_access")["DenyForeignKeys"]
    found = {(each["test"], each["variable"]): each["values"] for each in statement["condition"]}
    # A header that is left out is fine: the bucket's default is our key.
    assert found[("Null", KEY_HEADER)] == ["false"]
    encryption = prod.one("aws_s3_bucket_server_side_encryption_configuration", f"{bucket}_encryption")
    (rule,) = encryption["rule"]
    default = rule["apply_server_side_encryption_by_default"]
    assert default["sse_algorithm"] == "aws:kms"
    assert rule["bucket_key_enabled"] is True
    assert default["kms_master_key_id"] in found[("StringNotEquals", KEY_HEADER)]
    assert len(found[("StringNotEquals", KEY_HEADER)]) == 2
    assert statement["effect"] == "Deny"


@pytest.mark.parametrize("bucket", ["storage_media", "distribution_logs_bucket"])
def test_a_bucket_denies_other_algorithms_and_keys_that_callers_bring(prod: Template, bucket: str) -> None:
    document = prod.document(f"{bucket}_access")
    algorithm = "s3:x-amz-server-side-encryption"
    assert ("StringNotEquals", algorithm, ["aws:kms"]) in _tests(document["DenyOtherAlgorithms"])
    assert ("Null", algorithm, ["false"]) in _tests(document["DenyOtherAlgorithms"])
    assert ("Null", f"{algorithm}-customer-algorithm", ["false"]) in _tests(document["DenyCallersOwnKeys"])


def _tests(statement: dict[str, Any]) -> list[tuple[str, str, list[str]]]:
    assert statement["effect"] == "Deny"
    return [(each["test"], each["variable"], each["values"]) for each in statement["condition"]]


def test_media_is_under_the_media_key_and_nothing_else_is(prod: Template) -> None:
    configurations = prod.all("aws_s3_bucket_server_side_encryption_configuration")
    keys = {
        id_: each["rule"][0]["apply_server_side_encryption_by_default"].get("kms_master_key_id")
        for id_, each in configurations.items()
    }
    media = "${aws_kms_key.encryption_media_key.arn}"
    assert [id_ for id_, key in keys.items() if key == media] == ["storage_media_encryption"]
    assert [id_ for id_, key in keys.items() if key is None] == ["storage_logs_encryption"]
    assert set(keys.values()) == {media, None, "${aws_kms_key.encryption_shared_key.arn}"}


def test_the_distribution_alone_reads_media_and_only_below_its_prefix(prod: Template) -> None:
    statements = prod.document("storage_media_access")
    allowed = {sid: each for sid, each in statements.items() if each["effect"] == "Allow"}
    assert set(allowed) == {"ServeThroughTheDistribution"}
    serve = allowed["ServeThroughTheDistribution"]
    assert principals(serve) == ["cloudfront.amazonaws.com"]
    assert serve["actions"] == ["s3:GetObject"]
    assert serve["resources"] == ["arn:aws:s3:::prod-ffp-media-333333333333/media/*"]
    distribution = "${aws_cloudfront_distribution.distribution_distribution.arn}"
    assert conditions(serve) == {"aws:SourceArn": ("StringEquals", [distribution])}


def test_s3_delivers_access_logs_of_this_account_into_sse_s3(prod: Template) -> None:
    accept = prod.document("storage_logs_access")["AcceptAccessLogs"]
    assert principals(accept) == ["logging.s3.amazonaws.com"]
    assert accept["resources"] == ["arn:aws:s3:::prod-ffp-logs-333333333333/s3/*"]
    assert conditions(accept)["aws:SourceAccount"] == ("StringEquals", ["333333333333"])
    (rule,) = prod.one("aws_s3_bucket_server_side_encryption_configuration", "storage_logs_encryption")["rule"]
    assert rule["apply_server_side_encryption_by_default"] == {"sse_algorithm": "AES256"}
    for id_, prefix in (("storage_media", "s3/media/"), ("distribution_logs_bucket", "s3/front-door-logs/")):
        logging = prod.one("aws_s3_bucket_logging", f"{id_}_access-logs")
        assert logging["target_bucket"] == "${aws_s3_bucket.storage_logs_bucket.id}"
        assert logging["target_prefix"] == prefix


def test_logs_expire_and_media_moves_to_cheaper_storage(prod: Template) -> None:
    assert _life_cycle(prod, "storage_logs")["expiration"] == [{"days": 365}]
    media = _life_cycle(prod, "storage_media")
    assert "expiration" not in media
    assert media["transition"] == [{"days": 60, "storage_class": "STANDARD_IA"}]


def test_browsers_upload_from_our_own_origin_alone(prod: Template) -> None:
    (rule,) = prod.one("aws_s3_bucket_cors_configuration")["cors_rule"]
    assert rule["allowed_methods"] == ["POST"]
    assert rule["allowed_origins"] == ["https://web.ffp.example"]
    assert rule["allowed_headers"] == ["content-type"]


def test_without_browser_uploads_nothing_crosses_origins(one_binding_each: Template) -> None:
    assert one_binding_each.all("aws_s3_bucket_cors_configuration") == {}


def test_a_bucket_is_kept_unless_the_environment_is_disposable(prod: Template, gateway: Template) -> None:
    kept, disposable = (each.one("aws_s3_bucket", "storage_media_bucket") for each in (prod, gateway))
    assert (kept["force_destroy"], kept["lifecycle"]["prevent_destroy"]) == (False, True)
    assert disposable["force_destroy"] is True
    assert "prevent_destroy" not in disposable["lifecycle"]
