"""Prices of the ways out of the VPC, and of public addresses."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from ffp.cost import assumptions as assumed
from ffp.cost.book import HOURS
from ffp.cost.month import Month, gb, number
from ffp.cost.use import Rule, Use, fixed
from ffp.cost.view import Block, View, blocks_in, share

_DEFAULT_VOLUME_GB = 8  # of Amazon Linux's images


def egress_gb(view: View, month: Month) -> Decimal:
    """What functions in the VPC exchange with AWS's APIs and the internet."""
    return gb(month.requests * view.vpc_share * assumed.EGRESS_KB.value)


def _address(_block: Block, _view: View, _month: Month) -> Iterator[Use]:
    """Since 2024 an address costs the same whether it is attached to something or not."""
    yield fixed("ipv4.hour", HOURS, "public address")


def instance_type(block: Block, view: View) -> str:
    """The type of an instance, which its launch template may give."""
    template = view.references.first(block.attributes.get("launch_template"), "aws_launch_template")
    own: Any = block.attributes.get("instance_type")
    return str(own or (template.attributes.get("instance_type") if template else None))


def _instance(block: Block, view: View, _month: Month) -> Iterator[Use]:
    template = view.references.first(block.attributes.get("launch_template"), "aws_launch_template")
    yield fixed(f"ec2.hour.{instance_type(block, view)}", HOURS, "instance")
    mapped = blocks_in(template.attributes.get("block_device_mappings")) if template else []
    volumes = [volume for each in mapped for volume in blocks_in(each.get("ebs"))]
    volumes += blocks_in(block.attributes.get("root_block_device")) + blocks_in(
        block.attributes.get("ebs_block_device")
    )
    for volume in volumes or [{}]:
        kind, size = volume.get("volume_type", "gp3"), volume.get("volume_size", _DEFAULT_VOLUME_GB)
        yield fixed(f"ebs.{kind}_gb", number(size), "volume")
    if block.attributes.get("associate_public_ip_address"):
        yield fixed("ipv4.hour", HOURS, "public address of the instance")


def _gateway(block: Block, view: View, month: Month) -> Iterator[Use]:
    yield fixed("nat.hour", HOURS, "NAT gateway")
    yield Use("nat.gb", egress_gb(view, month) * share(len(view.of_type(block.type))), "traffic through it")


def _endpoint(block: Block, view: View, month: Month) -> Iterator[Use]:
    """Only interface endpoints cost: by the hour in each zone, and by gigabyte."""
    if block.attributes.get("vpc_endpoint_type", "Gateway") != "Interface":
        return
    interfaces = [each for each in view.of_type(block.type) if each.attributes.get("vpc_endpoint_type") == "Interface"]
    yield fixed("endpoint.hour", HOURS * len(block.attributes.get("subnet_ids") or [None]), "endpoint, in each zone")
    yield Use("endpoint.gb", egress_gb(view, month) * share(len(interfaces)), "traffic through it")


def _flow_log(block: Block, view: View, month: Month) -> Iterator[Use]:
    """To a log group, flow logs are paid for where the group is; to a bucket, their delivery is paid for here."""
    if block.attributes.get("log_destination_type") == "s3":
        part = share(len(view.of_type(block.type)))
        yield Use("logs.delivered_gb", month.other_logs_gb * part, "flow logs, written to a bucket")


RULES: Mapping[str, Rule] = {
    "aws_eip": _address,
    "aws_flow_log": _flow_log,
    "aws_instance": _instance,
    "aws_nat_gateway": _gateway,
    "aws_vpc_endpoint": _endpoint,
}
