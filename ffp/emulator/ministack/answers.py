"""Returns attributes that MiniStack accepts but does not return, or returns with a constant value.

Without them, a second plan would change or replace the resource, or would not show a change.
`tests/emulator/test_answers.py` finds such attributes.
"""

import itertools
import re
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import Any

import ministack.app as ministack
from ministack.services import apigateway, cloudfront, cloudwatch, ec2

Answer = tuple[int, dict[str, str], bytes]
_STORED = "_kept"  # the key under which a record stores what MiniStack does not return
# The parameters of an alarm that MiniStack returns.
_RETURNED = re.compile(
    r"(Action|AlarmName|ComparisonOperator|DatapointsToAlarm|EvaluationPeriods|MetricName|Namespace|Threshold|Version)$"
    r"|Tags\."
)


_SUBNET_ATTRIBUTES = {
    "AssignIpv6AddressOnCreation": "assignIpv6AddressOnCreation",
    "EnableDns64": "enableDns64",
    "Ipv6Native": "ipv6Native",
}
_LIFE_CYCLE_HEADER = "x-amz-transition-default-minimum-object-size"


def complete() -> None:
    """Replaces MiniStack's operations with the completed ones. Fails if MiniStack no longer has one of them."""
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
    run_after("CreateRoute", _route_to_interface)
    _keep_prefix_lists()
    _complete_templates()
    _complete_alarms()
    _complete_others()
    _answer_subnets()
    _answer_life_cycles()


def run_after(action: str, action_after: Callable[[dict[str, Any], Answer], None]) -> None:
    """Calls a function after each successful call of an EC2 operation, with its parameters and response."""
    operation = ec2._ACTION_MAP[action]

    def operation_and_action(params: dict[str, Any]) -> Answer:
        answer: Answer = operation(params)
        if answer[0] == 200:
            action_after(params, answer)
        return answer

    ec2._ACTION_MAP[action] = operation_and_action


def _return_parameters(
    create_action: str, describe: str, store: MutableMapping[str, Any], element: str, **names: str
) -> None:
    """Stores parameters of a call, and returns them after the element with the resource's id."""
    show = ec2._ACTION_MAP[describe]

    def keep(params: dict[str, Any], answer: Answer) -> None:
        text = answer[2].decode() + ec2._p(params, "AllocationId")
        for id_, record in store.items():
            if id_ in text:
                record[_STORED] = {names[key]: ec2._p(params, key) for key in names if ec2._p(params, key)}

    def show_kept(params: dict[str, Any]) -> Answer:
        status, headers, body = show(params)
        text = body.decode()
        for id_, record in store.items():
            identity = f"<{element}>{id_}</{element}>"
            kept = "".join(f"<{key}>{ec2._esc(value)}</{key}>" for key, value in record.get(_STORED, {}).items())
            text = text.replace(identity, identity + kept)
        return status, headers, text.encode()

    run_after(create_action, keep)
    ec2._ACTION_MAP[describe] = show_kept


def _keep_tags(action: str, kind: str, beginning: str) -> None:
    """Stores the tags that a call sets on the resource that it creates, as EC2 does for other kinds."""

    def keep(params: dict[str, Any], answer: Answer) -> None:
        for id_ in re.findall(rf">({beginning}-[0-9a-f]+)<", answer[2].decode()):
            ec2._parse_tag_specs(params, kind, id_)

    run_after(action, keep)


def _route_to_interface(params: dict[str, Any], _: Answer) -> None:
    if interface := ec2._p(params, "NetworkInterfaceId"):
        route = ec2._route_tables[ec2._p(params, "RouteTableId")]["Routes"][-1]
        del route["GatewayId"]
        route["NetworkInterfaceId"] = interface


def _keep_prefix_lists() -> None:
    """Stores the prefix lists that a rule of a security group names, and describes the rule with them."""
    parse, show = ec2._parse_ip_permissions, ec2._sg_rule_xml

    def parse_all(params: dict[str, Any], prefix: str) -> list[dict[str, Any]]:
        rules: list[dict[str, Any]] = parse(params, prefix)
        for number, rule in enumerate(rules, 1):
            lists = f"{prefix}.{number}.PrefixListIds"
            for place in itertools.count(1):
                if not (id_ := ec2._p(params, f"{lists}.{place}.PrefixListId")):
                    break
                described = ec2._p(params, f"{lists}.{place}.Description")
                rule["PrefixListIds"].append({"PrefixListId": id_} | ({"Description": described} if described else {}))
        return rules

    def show_all(group: str, rule: Mapping[str, Any], is_egress: bool = False) -> str:
        text: str = show(group, rule, is_egress=is_egress)
        for each in rule.get("PrefixListIds", []):
            text = text.replace("</toPort>", f"</toPort><prefixListId>{each['PrefixListId']}</prefixListId>")
        return text

    ec2._parse_ip_permissions, ec2._sg_rule_xml = parse_all, show_all


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
            parameters = {key: cloudwatch._p(params, key) for key in params if not _RETURNED.match(key)}
            cloudwatch._alarms[name][_STORED] = "".join(_nested(parameters))
        return answer

    def describe_all(params: dict[str, Any], *rest: Any) -> Answer:
        status, headers, body = describe(params, *rest)
        text = body.decode()
        for name, alarm in cloudwatch._alarms.items():
            identity = f"<AlarmName>{name}</AlarmName>"
            text = text.replace(identity, identity + alarm.get(_STORED, ""))
        return status, headers, text.encode()

    cloudwatch._put_metric_alarm, cloudwatch._describe_alarms = put_all, describe_all


def _nested(parameters: Mapping[str, str]) -> Iterator[str]:
    """Yields a call's parameters as XML elements: `A.member.1.B` is an element B in a member of A."""
    parts: dict[str, dict[str, str]] = {}
    for key, value in parameters.items():
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
        """Removes the payload format of JWT authorisers, which call no function."""
        answer: Answer = authorise(api, data)
        for authoriser in apigateway._authorizers.get(api, {}).values():
            if authoriser["authorizerType"] == "JWT":
                authoriser.pop("authorizerPayloadFormatVersion", None)
        return answer

    def show_headers(parent: Any, config: Mapping[str, Any]) -> None:
        """Omits empty lists of headers, as CloudFront does."""
        show_policy(parent, config)
        for empty in ("CustomHeaders", "RemoveHeaders"):
            if not config[empty]:
                parent.remove(parent.find(f"{empty}Config"))

    apigateway._create_authorizer, cloudfront._build_rhp_config_xml = create_authoriser, show_headers


def _answer_subnets() -> None:
    show = ec2._subnet_fields_xml

    def keep(params: dict[str, Any], answer: Answer) -> None:
        (id_,) = re.findall(r"<subnetId>([^<]+)<", answer[2].decode()) or [ec2._p(params, "SubnetId")]
        for key in _SUBNET_ATTRIBUTES:
            if value := ec2._p(params, key) or ec2._p(params, f"{key}.Value"):
                ec2._subnets[id_][key] = value

    def show_subnet(subnet: Mapping[str, Any], tag: str = "item") -> str:
        text: str = show(subnet, tag)
        for key, element in _SUBNET_ATTRIBUTES.items():
            text = re.sub(rf"(<{element}>)\w+", rf"\g<1>{subnet.get(key, 'false')}", text)
        return text

    ec2._subnet_fields_xml = show_subnet
    run_after("CreateSubnet", keep)
    run_after("ModifySubnetAttribute", keep)


def _answer_life_cycles() -> None:
    handle = ministack.SERVICE_HANDLERS["s3"]
    sizes: dict[str, str] = {}

    async def handle_life_cycle(
        method: str, path: str, headers: Mapping[str, str], body: bytes, query: Any, *rest: Any, **more: Any
    ) -> Answer:
        status, answered, content = await handle(method, path, headers, body, query, *rest, **more)
        if "lifecycle" in query:
            if method == "PUT" and status == 200:
                sizes[path] = headers.get(_LIFE_CYCLE_HEADER, "all_storage_classes_128K")
            if _LIFE_CYCLE_HEADER in answered:
                answered = {**answered, _LIFE_CYCLE_HEADER: sizes[path]}
        return status, answered, content

    ministack.SERVICE_HANDLERS["s3"] = handle_life_cycle
