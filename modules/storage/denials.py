"""What every bucket denies to all callers: plain HTTP, old TLS, and encryption with another key (NET-4, MAP-5)."""

from collections.abc import Iterator

from modules.common import Condition, Context, Statement, no_service_of_aws
from modules.encryption import Key


def denials(arn: str, *, context: Context, key: Key | None) -> Iterator[Statement]:
    """The Deny statements of the bucket with this ARN; `key` is None for a bucket under SSE-S3."""
    yield _deny(arn, "DenyPlainHttp", Condition("Bool", "aws:SecureTransport", "false"))
    yield _deny(arn, "DenyOldTls", Condition("NumericLessThan", "s3:TlsVersion", "1.3"), *no_service_of_aws(context))
    yield _deny(arn, "DenyTlsBelow12ToServices", Condition("NumericLessThan", "s3:TlsVersion", "1.2"))
    if key is not None:
        yield from _deny_other_encryption(arn, key)


def _deny_other_encryption(arn: str, key: Key) -> Iterator[Statement]:
    """Denies uploads whose headers ask for other encryption than the bucket's key.

    Uploads without these headers are allowed, because S3 encrypts them with the bucket's default, which is that key.
    """
    header = "s3:x-amz-server-side-encryption"
    not_a_service = Condition("Bool", "aws:PrincipalIsAWSService", "false")
    put = ("s3:PutObject",)
    yield _deny(
        arn,
        "DenyForeignKeys",
        Condition("Null", f"{header}-aws-kms-key-id", "false"),
        Condition("StringNotEquals", f"{header}-aws-kms-key-id", key.arn, key.alias_arn),
        actions=put,
    )
    yield _deny(
        arn,
        "DenyOtherAlgorithms",
        Condition("Null", header, "false"),
        Condition("StringNotEquals", header, "aws:kms"),
        not_a_service,
        actions=put,
    )
    yield _deny(
        arn,
        "DenyAwsManagedKey",  # S3 uses that key when the headers ask for KMS without naming a key
        Condition("StringEquals", header, "aws:kms"),
        Condition("Null", f"{header}-aws-kms-key-id", "true"),
        not_a_service,
        actions=put,
    )
    yield _deny(
        arn,
        "DenyCallersOwnKeys",
        Condition("Null", f"{header}-customer-algorithm", "false"),
        not_a_service,
        actions=put,
    )


def _deny(arn: str, sid: str, *conditions: Condition, actions: tuple[str, ...] = ("s3:*",)) -> Statement:
    return Statement(sid, actions, (arn, f"{arn}/*"), effect="Deny", accounts=("*",), conditions=conditions)
