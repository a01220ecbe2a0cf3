"""ENC-1: data at rest is encrypted with customer-managed keys."""

from __future__ import annotations

from collections.abc import Iterator

from checks.block import Block
from checks.check import ScannedStack, resource_check, stack_check

# For each type, the attributes that name a key, each with the attribute without which there is nothing to encrypt.
_STORES: dict[str, list[tuple[str, str | None]]] = {
    "aws_cloudwatch_event_bus": [("kms_key_identifier", None)],
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


def _is_customer_managed(key: object) -> bool:
    return isinstance(key, str) and key != "" and "alias/aws/" not in key


@resource_check("FFP_ENC_1_1", "Every store is encrypted with a customer-managed key", *_STORES)
def store_has_our_key(store: Block) -> Iterator[str]:
    """Name a customer-managed key: AWS-managed keys can be neither restricted nor disabled."""
    for attribute, switch in _STORES[store.kind]:
        needed = 1 if switch is None else sum(map(bool, store.values(switch)))
        if sum(map(_is_customer_managed, store.values(attribute))) < needed:
            yield f"{attribute} names no customer-managed key"


_ENCRYPTED = {
    "aws_db_instance": "storage_encrypted",
    "aws_ebs_volume": "encrypted",
}


@resource_check("FFP_ENC_1_2", "Databases and volumes are encrypted", *_ENCRYPTED, "aws_launch_template")
def storage_is_encrypted(store: Block) -> Iterator[str]:
    """Enable encryption now: doing so later replaces the store. A launch template must name its root volume."""
    if store.kind != "aws_launch_template":
        yield from store.mismatches({_ENCRYPTED[store.kind]: True})
    elif not store.blocks("block_device_mappings.ebs"):
        yield "block_device_mappings names no volume"
    else:
        for volume in store.blocks("block_device_mappings.ebs"):
            yield from volume.mismatches({"encrypted": frozenset({True, "true"})})


@resource_check(
    "FFP_ENC_1_3",
    "Buckets encrypt with a customer-managed key and a bucket key",
    "aws_s3_bucket_server_side_encryption_configuration",
)
def bucket_has_our_key(configuration: Block) -> Iterator[str]:
    """Set aws:kms, kms_master_key_id and bucket_key_enabled, which saves a KMS call for each object."""
    default = "rule.apply_server_side_encryption_by_default"
    yield from configuration.mismatches({f"{default}.sse_algorithm": "aws:kms", "rule.bucket_key_enabled": True})
    if not _is_customer_managed(configuration.value(f"{default}.kms_master_key_id")):
        yield "kms_master_key_id names no customer-managed key"


@resource_check("FFP_ENC_1_4", "Encryption keys rotate every year", "aws_kms_key")
def key_rotates(key: Block) -> Iterator[str]:
    """Set enable_key_rotation. KMS cannot rotate asymmetric keys, so these are not checked."""
    if key.value("customer_master_key_spec") in (None, "SYMMETRIC_DEFAULT"):
        yield from key.mismatches({"enable_key_rotation": True})


@stack_check("FFP_ENC_1_5", "Code packages are encrypted with a customer-managed key", "aws_lambda_function")
def package_has_our_key(function: Block, stack: ScannedStack) -> Iterator[str]:
    """Set source_kms_key_arn: kms_key_arn encrypts only variables. Release 5 of the provider does not have it.

    A container image is no package: its repository encrypts it, and kms_key_arn what Lambda makes of it.
    """
    if stack.planned or stack.release.startswith("5.") or function.value("package_type") == "Image":
        return
    if not _is_customer_managed(function.value("source_kms_key_arn")):
        yield "source_kms_key_arn names no customer-managed key"
