"""What runs on instances: whose image, what the script at the start does, and whose traffic they pass on."""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ffp.review.concern import Topic
from ffp.review.facts.common import promise
from ffp.review.facts.fact import Fact, Finder, Truth, in_words
from ffp.review.facts.orders import Letting
from ffp.review.side import Side, values_in
from ffp.stacks import SynthesisedBlock

TEMPLATE = "aws_launch_template"
MACHINES = ("aws_instance", TEMPLATE, "aws_launch_configuration", "aws_spot_instance_request")
# What a script contains that takes code or commands from elsewhere, lets somebody in, or switches protection off.
_SIGNS = {
    "runs what it loads": re.compile(
        r"(curl|wget)[^\n|;]*\|\s*(sudo\s+)?\w*sh\b|(eval|source|\bsh -c)\b[^\n]*(curl|wget)"
    ),
    "opens a connection for commands": re.compile(r"/dev/tcp/|\b(nc|ncat|socat)\b[^\n]*(-e|exec)|\bssh\s+-[^\n]*R\b"),
    "lets somebody log in": re.compile(
        r"authorized_keys|\buseradd\b|\badduser\b|\bchpasswd\b|sudoers|PasswordAuthentication"
    ),
    "runs encoded commands": re.compile(r"base64\s+(-d|--decode|-D)"),
    "switches protection off": re.compile(
        r"setenforce\s+0|iptables\s+(-F|--flush)|nft\s+flush|ufw\s+disable|(disable|stop)\s+(--now\s+)?"
        r"(amazon-ssm-agent|amazon-cloudwatch-agent|auditd|firewalld|falcon\S*|guardduty\S*)"
    ),
}
_HOST = re.compile(r"\b[a-z][a-z0-9+.-]*://(?:[^/@\s\"']*@)?([^/:\s\"'?#$]+)", re.IGNORECASE)
_METADATA = "169.254.169.254"


@dataclass(frozen=True)
class _Image:
    """Where an image comes from. An id says nothing, so that another id is no change."""

    def is_worse(self, before: Any, after: Any) -> bool:
        return before != after and str(before).startswith("AWS's") and after is not None

    def is_unfit(self, value: Any) -> bool:
        return False

    def shown(self, value: Any) -> str:
        return in_words(value)


def _images(side: Side) -> Iterator[Fact]:
    for block in side.of_type(*MACHINES):
        given = side.get(block, "image_id") or side.get(block, "ami")
        if given is None:
            continue
        text = str(given)
        is_own = re.search(r"resolve:ssm:/aws/service/|data\.aws_ssm_parameter\.", text)
        value = "AWS's own parameter" if is_own else re.sub(r"^ami-\w+$", "an id that is written out", text)
        why = "Whoever owns the image decides what runs on the instance."
        yield promise(side, block, "image", "The image", Topic.EXPOSURE, _Image(), value, why)
    for block in side.stack.blocks:
        if block.type == "aws_ami" and block.kind == "data":
            owners = [str(side.resolved(each)) for each in values_in(block.attributes.get("owners"))] or ["anybody"]
            order = Letting(refused=lambda each: each == "anybody")
            why = "Whoever owns an image with a fitting name decides what runs."
            for user in side.stack.resources:
                if block in side.blocks_of(dict(user.attributes)):
                    yield promise(
                        side, user, "owners of images", "Owners of the image", Topic.EXPOSURE, order, owners, why
                    )


def _scripts(side: Side) -> Iterator[Fact]:
    """What scripts at the start of an instance do that needs a look. Their other lines are code, as functions' are."""
    for block in side.of_type(*MACHINES):
        script = _script(side, block)
        signs = [name for name, pattern in _SIGNS.items() if pattern.search(script)]
        hosts = [f"uses {host.lower()}" for host in _HOST.findall(script) if host != _METADATA]
        why = "The script runs as root."
        order = Letting(refused=lambda each: not each.startswith("uses "))
        yield promise(
            side, block, "script", "The script at the start", Topic.EXPOSURE, order, [*signs, *hosts], why, absent=()
        )
        yield promise(
            side,
            block,
            "has a script",
            "The script at the start",
            Topic.AVAILABILITY,
            Truth(demanded=False, words=("none", "there")),
            bool(script.strip()),
            "What it sets up, such as passing on traffic, is missing when the machine starts anew.",
            absent=False,
        )


def _script(side: Side, block: SynthesisedBlock) -> str:
    text = str(side.get(block, "user_data") or "")
    is_encoded = re.fullmatch(r"[A-Za-z0-9+/=\s]{16,}", text)
    encoded = str(side.get(block, "user_data_base64") or (text if is_encoded else ""))
    try:
        decoded = base64.b64decode(encoded, validate=False).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        decoded = ""
    return f"{text}\n{decoded}"


def _forwarding(side: Side) -> Iterator[Fact]:
    """Whether only the ways out forward the traffic of others, and those do."""
    ways_out = {
        block.address
        for route in side.of_type("aws_route", "aws_route_table")
        for block in side.blocks_of({key: value for key, value in route.attributes.items() if key != "route_table_id"})
    }
    attached = {
        block.address
        for machine in side.of_type("aws_instance")
        if any(each.address in ways_out for each in _reached(side, machine))
        for block in (machine, *_reached(side, machine))
    }
    for block in side.of_type("aws_instance", "aws_network_interface"):
        is_way_out = block.address in ways_out | attached
        value = str(side.get(block, "source_dest_check")).lower() != "false"
        topic = Topic.AVAILABILITY if is_way_out else Topic.EXPOSURE
        why = (
            "It drops the traffic of others, who lose their way out."
            if is_way_out
            else "It can pass on others' traffic."
        )
        order = Truth(wanted=not is_way_out, demanded=False, words=("off", "on"))
        yield promise(
            side, block, "forwarding", "The check of source and destination", topic, order, value, why, absent=True
        )


def _reached(side: Side, machine: SynthesisedBlock) -> list[SynthesisedBlock]:
    """The interfaces of an instance, by itself or by its template."""
    found = side.blocks_of({key: value for key, value in machine.attributes.items() if key != "depends_on"})
    templates = [each for each in found if each.type == TEMPLATE]
    found += [each for template in templates for each in side.blocks_of(template.attributes.get("network_interfaces"))]
    return [each for each in found if each.type == "aws_network_interface"]


FINDERS: tuple[Finder, ...] = (_images, _scripts, _forwarding)
