"""ENC-1: data at rest is encrypted with keys of ours."""

from __future__ import annotations

from collections.abc import Iterator

from checks.block import Block
from checks.check import ScannedStack, resource_check, stack_check

# Type: the attribute that names the key, and the attribute without which there is nothing to encrypt.
_STORES: dict[str, list[tuple[str, str | None]]] = {
    "aws_cloudwatch_log_group": [("kms_key_id", None)],
    "aws_db_instance": [
        ("kms_key_id", None),
        ("master_user_secret_kms_key_id", "manage_master_user_password"),
        ("performance_insights_kms_key_id", "performance_insights_enabled"),
    ],
    "aws_ebs_volume": [("kms_key_id", None)],
    "aws_lambda_function": [("kms_key_arn", "environment")],
    "aws_launch_template": [("block_device_mappings.ebs.kms_key_id", "block_device_mappings.ebs")],
    "aws_secretsmanager_secret": [("kms_key_id", None)],
    "aws_sns_topic": [("kms_master_key_id", None)],
    "aws_sqs_queue": [("kms_master_key_id", None)],
}


def _is_ours(key: object) -> bool:
    return isinstance(key, str) and key != "" and "alias/aws/" not in key


@resource_check("FFP_ENC_1_1", "Every store is encrypted with a key of ours", *_STORES)
def store_has_our_key(store: Block) -> Iterator[str]:
    """Name a customer-managed key: a key of AWS's can be neither restricted nor withdrawn."""
    for attribute, switch in _STORES[store.kind]:
        needed = 1 if switch is None else sum(map(bool, store.values(switch)))
        if sum(map(_is_ours, store.values(attribute))) < needed:
            yield f"{attribute} names no key of ours"


_ENCRYPTED = {
    "aws_db_instance": "storage_encrypted",
    "aws_ebs_volume": "encrypted",
}


@resource_check("FFP_ENC_1_2", "Databases and volumes are encrypted", *_ENCRYPTED, "aws_launch_template")
def storage_is_encrypted(store: Block) -> Iterator[str]:
    """Encryption cannot be switched on later without replacing the store; a launch template names its root volume."""
    if store.kind != "aws_launch_template":
        yield from store.lacks({_ENCRYPTED[store.kind]: True})
    elif not store.blocks("block_device_mappings.ebs"):
        yield "block_device_mappings names no volume"
    else:
        for volume in store.blocks("block_device_mappings.ebs"):
            yield from volume.lacks({"encrypted": frozenset({True, "true"})})


@resource_check(
    "FFP_ENC_1_3",
    "Buckets encrypt with a key of ours, through a bucket key",
    "aws_s3_bucket_server_side_encryption_configuration",
)
def bucket_has_our_key(configuration: Block) -> Iterator[str]:
    """aws:kms with kms_master_key_id; the bucket key spares a KMS call for each object."""
    default = "rule.apply_server_side_encryption_by_default"
    yield from configuration.lacks({f"{default}.sse_algorithm": "aws:kms", "rule.bucket_key_enabled": True})
    if not _is_ours(configuration.value(f"{default}.kms_master_key_id")):
        yield "kms_master_key_id names no key of ours"


@resource_check("FFP_ENC_1_4", "Encryption keys rotate every year", "aws_kms_key")
def key_rotates(key: Block) -> Iterator[str]:
    """Set enable_key_rotation; KMS cannot rotate asymmetric keys, so those are not judged."""
    if key.value("customer_master_key_spec") in (None, "SYMMETRIC_DEFAULT"):
        yield from key.lacks({"enable_key_rotation": True})


@stack_check("FFP_ENC_1_5", "Code packages are encrypted with a key of ours", "aws_lambda_function")
def package_has_our_key(function: Block, stack: ScannedStack) -> Iterator[str]:
    """Name source_kms_key_arn, which release 5 of the provider has not: kms_key_arn covers the variables only."""
    if not stack.planned and not stack.release.startswith("5.") and not _is_ours(function.value("source_kms_key_arn")):
        yield "source_kms_key_arn names no key of ours"
