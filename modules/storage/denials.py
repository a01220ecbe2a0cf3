"""What a bucket refuses, whoever asks: plain HTTP, old TLS, and encryption by another key (NET-4, MAP-5)."""

from collections.abc import Iterator

from modules.common import Condition, Context, Statement, no_service_of_aws
from modules.encryption import Key


def denials(arn: str, *, context: Context, key: Key | None) -> Iterator[Statement]:
    """The statements for the bucket of this ARN; None stands for a bucket without a key of ours."""
    yield _deny(arn, "DenyPlainHttp", Condition("Bool", "aws:SecureTransport", "false"))
    yield _deny(arn, "DenyOldTls", Condition("NumericLessThan", "s3:TlsVersion", "1.3"), *no_service_of_aws(context))
    yield _deny(arn, "DenyTlsBelow12ToServices", Condition("NumericLessThan", "s3:TlsVersion", "1.2"))
    if key is not None:
        yield from _deny_other_encryption(arn, key)


def _deny_other_encryption(arn: str, key: Key) -> Iterator[Statement]:
    """Only headers that are present: an upload without them gets the bucket's default, which is our key."""
    header = "s3:x-amz-server-side-encryption"
    by_people = Condition("Bool", "aws:PrincipalIsAWSService", "false")
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
        by_people,
        actions=put,
    )
    yield _deny(
        arn,
        "DenyAwsManagedKey",  # which S3 takes when the header asks for KMS and names no key
        Condition("StringEquals", header, "aws:kms"),
        Condition("Null", f"{header}-aws-kms-key-id", "true"),
        by_people,
        actions=put,
    )
    yield _deny(
        arn, "DenyCallersOwnKeys", Condition("Null", f"{header}-customer-algorithm", "false"), by_people, actions=put
    )


def _deny(arn: str, sid: str, *conditions: Condition, actions: tuple[str, ...] = ("s3:*",)) -> Statement:
    return Statement(sid, actions, (arn, f"{arn}/*"), effect="Deny", accounts=("*",), conditions=conditions)
