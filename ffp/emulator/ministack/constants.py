"""Attributes that MiniStack answers with a constant, answered with what was sent, so that a plan shows a difference.

`tests/emulator/test_answers.py` finds them.
"""

import re
from collections.abc import Mapping
from typing import Any

import ministack.app as ministack
from answers import Answer, after
from ministack.services import ec2

_OF_SUBNETS = {
    "AssignIpv6AddressOnCreation": "assignIpv6AddressOnCreation",
    "EnableDns64": "enableDns64",
    "Ipv6Native": "ipv6Native",
}
_OF_LIFE_CYCLES = "x-amz-transition-default-minimum-object-size"


def complete() -> None:
    """Puts the completed answers in the place of MiniStack's; fails if one of those is not there."""
    _answer_subnets()
    _answer_life_cycles()


def _answer_subnets() -> None:
    show = ec2._subnet_fields_xml

    def keep(params: dict[str, Any], answer: Answer) -> None:
        (id_,) = re.findall(r"<subnetId>([^<]+)<", answer[2].decode()) or [ec2._p(params, "SubnetId")]
        for key in _OF_SUBNETS:
            if value := ec2._p(params, key) or ec2._p(params, f"{key}.Value"):
                ec2._subnets[id_][key] = value

    def show_subnet(subnet: Mapping[str, Any], tag: str = "item") -> str:
        text: str = show(subnet, tag)
        for key, element in _OF_SUBNETS.items():
            text = re.sub(rf"(<{element}>)\w+", rf"\g<1>{subnet.get(key, 'false')}", text)
        return text

    ec2._subnet_fields_xml = show_subnet
    after("CreateSubnet", keep)
    after("ModifySubnetAttribute", keep)


def _answer_life_cycles() -> None:
    handle = ministack.SERVICE_HANDLERS["s3"]
    sizes: dict[str, str] = {}

    async def handle_life_cycle(
        method: str, path: str, headers: Mapping[str, str], body: bytes, query: Any, *rest: Any, **more: Any
    ) -> Answer:
        status, answered, content = await handle(method, path, headers, body, query, *rest, **more)
        if "lifecycle" in query:
            if method == "PUT" and status == 200:
                sizes[path] = headers.get(_OF_LIFE_CYCLES, "all_storage_classes_128K")
            if _OF_LIFE_CYCLES in answered:
                answered = {**answered, _OF_LIFE_CYCLES: sizes[path]}
        return status, answered, content

    ministack.SERVICE_HANDLERS["s3"] = handle_life_cycle
