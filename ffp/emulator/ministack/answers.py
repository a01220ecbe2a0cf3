"""Attributes that MiniStack accepts but does not return, or answers with a constant: returned as they were sent.

Otherwise a second plan would change or replace the resource, or not show a change. `tests/emulator/test_answers.py`
finds them.
"""

import re
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import Any

import ministack.app as ministack
from ministack.services import apigateway, cloudfront, cloudwatch, ec2

Answer = tuple[int, dict[str, str], bytes]
_KEPT = "_kept"  # where a record keeps the elements that MiniStack leaves out of its answers
# Parameters of an alarm that MiniStack returns itself.
_RETURNED = re.compile(
    r"(Action|AlarmName|ComparisonOperator|DatapointsToAlarm|EvaluationPeriods|MetricName|Namespace|Threshold|Version)$"
    r"|Tags\."
)


_OF_SUBNETS = {
    "AssignIpv6AddressOnCreation": "assignIpv6AddressOnCreation",
    "EnableDns64": "enableDns64",
    "Ipv6Native": "ipv6Native",
}
_OF_LIFE_CYCLES = "x-amz-transition-default-minimum-object-size"


def complete() -> None:
    """Puts the completed answers in the place of MiniStack's; fails if one of those is not there."""
    _return_parameters(
        "CreateFlowLogs",
        "DescribeFlowLogs",
        ec2._flow_logs,
        "flowLogId",
        DeliverLogsPermissionArn="deliverLogsPermissionArn",
        MaxAggregationInterval="maxAggregationInterval",
    )
    _return_parameters(
        "CreateVpcEndpoint",
        "DescribeVpcEndpoints",
        ec2._vpc_endpoints,
        "vpcEndpointId",
        PolicyDocument="policyDocument",
    )
    _return_parameters(
        "AssociateAddress",
        "DescribeAddresses",
        ec2._addresses,
        "allocationId",
        NetworkInterfaceId="networkInterfaceId",
    )
    _keep_tags("CreateNetworkInterface", "network-interface", "eni")
    _keep_tags("CreateFlowLogs", "vpc-flow-log", "fl")
    after("CreateRoute", _route_to_interface)
    _complete_templates()
    _complete_alarms()
    _complete_others()
    _answer_subnets()
    _answer_life_cycles()


def after(action: str, then: Callable[[dict[str, Any], Answer], None]) -> None:
    """Does one thing more after an operation of EC2."""
    do = ec2._ACTION_MAP[action]

    def do_more(params: dict[str, Any]) -> Answer:
        answer: Answer = do(params)
        if answer[0] == 200:
            then(params, answer)
        return answer

    ec2._ACTION_MAP[action] = do_more


def _return_parameters(make: str, describe: str, store: MutableMapping[str, Any], element: str, **names: str) -> None:
    """Keeps parameters of a call, and returns them after the element that holds the resource's id."""
    show = ec2._ACTION_MAP[describe]

    def keep(params: dict[str, Any], answer: Answer) -> None:
        text = answer[2].decode() + ec2._p(params, "AllocationId")
        for id_, record in store.items():
            if id_ in text:
                record[_KEPT] = {names[key]: ec2._p(params, key) for key in names if ec2._p(params, key)}

    def show_kept(params: dict[str, Any]) -> Answer:
        status, headers, body = show(params)
        text = body.decode()
        for id_, record in store.items():
            identity = f"<{element}>{id_}</{element}>"
            kept = "".join(f"<{key}>{ec2._esc(value)}</{key}>" for key, value in record.get(_KEPT, {}).items())
            text = text.replace(identity, identity + kept)
        return status, headers, text.encode()

    after(make, keep)
    ec2._ACTION_MAP[describe] = show_kept


def _keep_tags(action: str, kind: str, beginning: str) -> None:
    """Keeps the tags that a call gives to what it makes, as EC2 does for other kinds."""

    def keep(params: dict[str, Any], answer: Answer) -> None:
        for id_ in re.findall(rf">({beginning}-[0-9a-f]+)<", answer[2].decode()):
            ec2._parse_tag_specs(params, kind, id_)

    after(action, keep)


def _route_to_interface(params: dict[str, Any], _: Answer) -> None:
    if interface := ec2._p(params, "NetworkInterfaceId"):
        route = ec2._route_tables[ec2._p(params, "RouteTableId")]["Routes"][-1]
        del route["GatewayId"]
        route["NetworkInterfaceId"] = interface


def _complete_templates() -> None:
    parse, show = ec2._parse_lt_data, ec2._lt_data_xml

    def parse_all(params: dict[str, Any], prefix: str = "LaunchTemplateData") -> dict[str, Any]:
        data: dict[str, Any] = parse(params, prefix)
        for number, disk in enumerate(data.get("BlockDeviceMappings", []), 1):
            disk["Ebs"]["KmsKeyId"] = ec2._p(params, f"{prefix}.BlockDeviceMapping.{number}.Ebs.KmsKeyId")
        for number, interface in enumerate(data.get("NetworkInterfaces", []), 1):
            key = f"{prefix}.NetworkInterface.{number}.NetworkInterfaceId"
            interface["NetworkInterfaceId"] = ec2._p(params, key)
        return data

    def show_all(data: Mapping[str, Any]) -> str:
        text: str = show(data)
        for disk in data.get("BlockDeviceMappings", []):
            text = text.replace("<ebs>", f"<ebs><kmsKeyId>{disk['Ebs']['KmsKeyId']}</kmsKeyId>")
        for interface in data.get("NetworkInterfaces", []):
            id_ = f"<networkInterfaceId>{interface['NetworkInterfaceId']}</networkInterfaceId>"
            text = text.replace("<deviceIndex>", f"{id_}<deviceIndex>")
        return text

    ec2._parse_lt_data, ec2._lt_data_xml = parse_all, show_all


def _complete_alarms() -> None:
    put, describe = cloudwatch._put_metric_alarm, cloudwatch._describe_alarms

    def put_all(params: dict[str, Any], *rest: Any) -> Answer:
        answer: Answer = put(params, *rest)
        if name := cloudwatch._p(params, "AlarmName"):
            given = {key: cloudwatch._p(params, key) for key in params if not _RETURNED.match(key)}
            cloudwatch._alarms[name][_KEPT] = "".join(_nested(given))
        return answer

    def describe_all(params: dict[str, Any], *rest: Any) -> Answer:
        status, headers, body = describe(params, *rest)
        text = body.decode()
        for name, alarm in cloudwatch._alarms.items():
            identity = f"<AlarmName>{name}</AlarmName>"
            text = text.replace(identity, identity + alarm.get(_KEPT, ""))
        return status, headers, text.encode()

    cloudwatch._put_metric_alarm, cloudwatch._describe_alarms = put_all, describe_all


def _nested(given: Mapping[str, str]) -> Iterator[str]:
    """The parameters of a call as its answer shows them: `A.member.1.B` is an element B in a member of A."""
    parts: dict[str, dict[str, str]] = {}
    for key, value in given.items():
        first, _, rest = key.partition(".")
        parts.setdefault(first, {})[rest] = value
    for first, inner in parts.items():
        element = "member" if first.isdigit() else first
        if first == "member":
            yield from _nested(inner)
        else:
            yield f"<{element}>{ec2._esc(inner['']) if '' in inner else ''.join(_nested(inner))}</{element}>"


def _complete_others() -> None:
    authorise, show_policy = apigateway._create_authorizer, cloudfront._build_rhp_config_xml

    def create_authoriser(api: str, data: dict[str, Any]) -> Answer:
        """A JWT authoriser calls no function, so that it has no format for one."""
        answer: Answer = authorise(api, data)
        for authoriser in apigateway._authorizers.get(api, {}).values():
            if authoriser["authorizerType"] == "JWT":
                authoriser.pop("authorizerPayloadFormatVersion", None)
        return answer

    def show_headers(parent: Any, config: Mapping[str, Any]) -> None:
        """CloudFront shows no empty list of headers."""
        show_policy(parent, config)
        for empty in ("CustomHeaders", "RemoveHeaders"):
            if not config[empty]:
                parent.remove(parent.find(f"{empty}Config"))

    apigateway._create_authorizer, cloudfront._build_rhp_config_xml = create_authoriser, show_headers


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
