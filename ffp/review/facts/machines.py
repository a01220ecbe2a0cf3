"""What instances and their templates promise: metadata that cannot be stolen, encrypted disks, AWS's own images."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ffp.review.concern import Grade, Topic
from ffp.review.facts import scripts
from ffp.review.facts.common import existing, promise
from ffp.review.facts.fact import Amount, Fact, Finder, Order, Protection, Ranked, Truth
from ffp.review.facts.orders import Unwanted
from ffp.review.facts.scripts import MACHINES, TEMPLATE
from ffp.review.side import Side, at, blocks_in
from ffp.stacks import SynthesisedBlock


@dataclass(frozen=True)
class _Setting:
    """An attribute that an instance has itself or by its template."""

    path: str
    says: str
    topic: Topic
    order: Order
    absent: Any
    why: str
    grade: Grade = Grade.RED


_DEFAULT = "aws_ebs_encryption_by_default"
_STOLEN = "A request that somebody makes the instance send can read its credentials."
_SETTINGS = (
    _Setting(
        "metadata_options.http_tokens",
        "Tokens for the instance's metadata",
        Topic.EXPOSURE,
        Ranked(("optional", "required"), floor="required"),
        "optional",
        _STOLEN,
    ),
    _Setting(
        "metadata_options.http_put_response_hop_limit",
        "Hops to the instance's metadata",
        Topic.EXPOSURE,
        Amount(more_is_worse=True),
        1,
        "Containers and what is behind the instance can read its credentials.",
    ),
    _Setting(
        "metadata_options.http_endpoint",
        "The instance's metadata",
        Topic.EXPOSURE,
        Ranked(("enabled", "disabled")),
        "enabled",
        _STOLEN,
    ),
    _Setting(
        "disable_api_termination",
        "Protection from termination",
        Topic.AVAILABILITY,
        Truth(demanded=False),
        False,
        "A wrong call ends it.",
    ),
    _Setting(
        "disable_api_stop",
        "Protection from stopping",
        Topic.AVAILABILITY,
        Truth(demanded=False),
        False,
        "A wrong call stops it.",
    ),
    _Setting(
        "monitoring",
        "Metrics of each minute",
        Topic.WATCHING,
        Truth(demanded=False),
        False,
        "Its metrics come every five minutes only.",
        Grade.AMBER,
    ),
    _Setting(
        "maintenance_options.auto_recovery",
        "Recovery of the instance",
        Topic.AVAILABILITY,
        Ranked(("disabled", "default")),
        "default",
        "If its host fails, it stays down.",
    ),
    _Setting(
        "key_name",
        "A key to log in",
        Topic.EXPOSURE,
        Unwanted(),
        None,
        "Whoever has the key can log in where a rule admits it.",
    ),
    _Setting(
        "enclave_options.enabled",
        "The enclave",
        Topic.EXPOSURE,
        Truth(demanded=False),
        False,
        "What it isolates is not.",
    ),
)

PROTECTIONS: tuple[Protection, ...] = (
    Protection(
        type="aws_ebs_volume",
        path="encrypted",
        says="Encryption at rest",
        topic=Topic.EXPOSURE,
        order=Truth(),
        absent=False,
        why="Whoever gets a snapshot of the disk can read it.",
    ),
    Protection(
        type=_DEFAULT,
        path="enabled",
        says="Encryption of all new disks",
        topic=Topic.EXPOSURE,
        order=Truth(),
        absent=True,
        why="New disks are stored in clear.",
    ),
    Protection(
        type="aws_ebs_snapshot_block_public_access",
        path="state",
        says="The block of public snapshots",
        topic=Topic.EXPOSURE,
        order=Ranked(("unblocked", "block-new-sharing", "block-all-sharing")),
        absent="unblocked",
        why="Anybody can get a snapshot that somebody shares with all.",
    ),
    Protection(
        type="aws_ec2_image_block_public_access",
        path="state",
        says="The block of public images",
        topic=Topic.EXPOSURE,
        order=Ranked(("unblocked", "block-new-sharing")),
        absent="unblocked",
        why="Anybody can get an image that somebody shares with all.",
    ),
    Protection(
        type="aws_ec2_serial_console_access",
        path="enabled",
        says="The serial console",
        topic=Topic.EXPOSURE,
        order=Truth(wanted=False),
        absent=False,
        why="Instances can be logged in to past all security groups.",
    ),
    Protection(
        type="aws_ec2_instance_metadata_defaults",
        path="http_tokens",
        says="Tokens for instances' metadata",
        topic=Topic.EXPOSURE,
        order=Ranked(("no-preference", "optional", "required")),
        absent="no-preference",
        why=_STOLEN,
    ),
)


def _settings(side: Side) -> Iterator[Fact]:
    for block in side.of_type(*MACHINES):
        for each in _SETTINGS:
            found = _effective(side, block, each.path)
            value = each.absent if found is None else found
            yield promise(
                side,
                block,
                each.path,
                each.says,
                each.topic,
                each.order,
                value,
                each.why,
                absent=each.absent,
                grade=each.grade,
            )
        if version := side.get(block, "launch_template.version"):
            yield promise(
                side,
                block,
                "version of the template",
                "The version of the template",
                Topic.EXPOSURE,
                Ranked(("a fixed one", "the newest")),
                "a fixed one" if str(version).isdigit() else "the newest",
                "An older version may lack what protects the machine, and changes of the template do nothing.",
                absent="the newest",
            )
        yield promise(
            side,
            block,
            "public address",
            "A public address",
            Topic.EXPOSURE,
            Truth(wanted=False, demanded=False),
            any(_is_public(side, given) for given in _interfaces(side, block)),
            "It can be reached from the internet, as far as its security groups admit.",
            absent=False,
        )


def _effective(side: Side, block: SynthesisedBlock, path: str) -> Any:
    """An attribute's value, which an instance has from its template unless it has one itself."""
    found = side.get(block, path)
    found = at(found, "enabled") if path == "monitoring" and isinstance(found, dict | list) else found
    if found is None and (template := _template(side, block)):
        return _effective(side, template, path)
    return found


def _interfaces(side: Side, block: SynthesisedBlock) -> list[Any]:
    return [dict(block.attributes), *blocks_in(side.get(block, "network_interfaces"))]


def _is_public(side: Side, given: Any) -> bool:
    return str(side.resolved(at(given, "associate_public_ip_address"))).lower() == "true"


def _disks(side: Side) -> Iterator[Fact]:
    """Whether all disks of each machine are encrypted, by itself, by its template, or by the account's default."""
    by_default = any(str(side.get(each, "enabled")).lower() != "false" for each in side.of_type(_DEFAULT))
    for block in side.of_type(*MACHINES):
        disks = _disks_of(side, block)
        is_encrypted = by_default or (
            bool(disks) and all(str(each.get("encrypted")).lower() == "true" for each in disks)
        )
        says, why = "Encryption of disks", "Whoever gets a snapshot of the disk can read it."
        yield promise(side, block, "disks", says, Topic.EXPOSURE, Truth(), is_encrypted, why, absent=False)


def _disks_of(side: Side, block: SynthesisedBlock) -> list[dict[str, Any]]:
    mapped = blocks_in(side.get(block, "block_device_mappings"))
    found = [
        *blocks_in(side.get(block, "root_block_device")),
        *blocks_in(side.get(block, "ebs_block_device")),
        *(inner for each in mapped for inner in blocks_in(each.get("ebs"))),
    ]
    template = _template(side, block)
    return [*found, *_disks_of(side, template)] if template else found


def _template(side: Side, block: SynthesisedBlock) -> SynthesisedBlock | None:
    """The template of an instance; None for a template."""
    found = side.blocks_of(at(block.attributes, "launch_template"))
    return next((each for each in found if each.type == TEMPLATE and block.type != TEMPLATE), None)


_SWITCHES = {
    _DEFAULT: "Encryption of all new disks",
    "aws_ebs_snapshot_block_public_access": "The block of public snapshots",
    "aws_ec2_image_block_public_access": "The block of public images",
    "aws_ec2_instance_metadata_defaults": "Tokens for instances' metadata",
    "aws_vpc_block_public_access_options": "The block of the internet",
    "aws_xray_encryption_config": "The encryption of traces",
}

FINDERS: tuple[Finder, ...] = (
    _settings,
    _disks,
    existing(_SWITCHES, Topic.EXPOSURE, "The account goes back to AWS's default, or to what somebody sets by hand."),
    *scripts.FINDERS,
)
