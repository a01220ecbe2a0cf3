"""The resources that a call names or makes, by the ARNs that AWS's service authorisation reference gives them."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import cloudfront, cloudwatch_logs, cognito, ec2, kms, rds

_NEW = "new"  # stands for the id that a resource will get
# EC2's kinds by the beginning of their ids, and what each action makes.
_KINDS = {
    "ami": "image",
    "eipalloc": "elastic-ip",
    "eni": "network-interface",
    "fl": "vpc-flow-log",
    "i": "instance",
    "igw": "internet-gateway",
    "lt": "launch-template",
    "nat": "natgateway",
    "rtb": "route-table",
    "sg": "security-group",
    "sgr": "security-group-rule",
    "subnet": "subnet",
    "vol": "volume",
    "vpc": "vpc",
    "vpce": "vpc-endpoint",
}
_MADE = {
    "AllocateAddress": ("elastic-ip",),
    "AuthorizeSecurityGroupEgress": ("security-group-rule",),
    "AuthorizeSecurityGroupIngress": ("security-group-rule",),
    "CreateFlowLogs": ("vpc-flow-log",),
    "CreateInternetGateway": ("internet-gateway",),
    "CreateLaunchTemplate": ("launch-template",),
    "CreateNatGateway": ("natgateway",),
    "CreateNetworkInterface": ("network-interface",),
    "CreateRouteTable": ("route-table",),
    "CreateSecurityGroup": ("security-group",),
    "CreateSubnet": ("subnet",),
    "CreateVpc": ("vpc",),
    "CreateVpcEndpoint": ("vpc-endpoint",),
    "RunInstances": ("instance", "volume"),
}
_ID = re.compile(r"\b([a-z]+)-[0-9a-f]{8,17}\b")
_ASSOCIATION = re.compile(r"(?:eipassoc|eni-attach|rtbassoc)-[0-9a-f]+")
_NAMING = ("ResourceArn", "ResourceARN", "ResourceName", "resourceArn", "OpenIDConnectProviderArn", "Resource")
_RDS = {
    "DBInstanceIdentifier": "db",
    "DBParameterGroupName": "pg",
    "DBSubnetGroupName": "subgrp",
    "DBSnapshotIdentifier": "snapshot",
}


def is_new(resource: str) -> bool:
    """Whether the call makes this resource."""
    return re.split("[:/]", resource)[-1] == _NEW


def parsed(body: bytes) -> dict[str, Any]:
    """The members of a body that is a JSON object; none of any other."""
    try:
        return dict(json.loads(body)) if body[:1] == b"{" else {}
    except ValueError:
        return {}


def named_by(
    service: str, action: str, path: str, body: bytes, params: Mapping[str, Any], region: str, account: str
) -> tuple[str, ...]:
    """What the call names and makes, of the services that MiniStack knows too little of; nothing for the others."""
    name = action.partition(":")[2]
    data = parsed(body)
    query = {key: value[0] if isinstance(value, list) else value for key, value in params.items()}
    arn = f"arn:aws:{action.partition(':')[0]}:{region}:{account}:"
    for member in _NAMING if "Tag" in name or service == "iam" else ():
        if given := data.get(member) or query.get(member):
            return (str(given),)
    match service:
        case "ec2":
            return tuple(_of_ec2(name, query, arn))
        case "rds":
            return tuple(f"{arn}{kind}:{query[key]}" for key, kind in _RDS.items() if key in query)
        case "budgets":
            given = data.get("Budget") or data.get("NewBudget") or data
            return (f"arn:aws:budgets::{account}:budget/{given.get('BudgetName', '')}",)
        case "cloudfront":
            kind, _, id_ = path.strip("/").partition("/")[2].partition("/")
            return (f"arn:aws:cloudfront::{account}:{kind}/{id_.split('/')[0] or _NEW}",)
        case "cognito-idp" if name == "CreateUserPool":
            return (f"{arn}userpool/{_NEW}",)
        case "kms" if name == "CreateKey":
            return (f"{arn}key/{_NEW}",)
        case "kms" if name.endswith("Alias"):
            return tuple(_of_alias(data, arn))
        case "lambda" if name == "CreateFunction":
            return (f"{arn}function:{data.get('FunctionName')}",)
        case "logs" if "logStreamName" in data:
            return (f"{arn}log-group:{data['logGroupName']}:log-stream:{data['logStreamName']}",)
        case "logs":
            return tuple(_of_log_delivery(name, data, arn))
        case "monitoring":
            return tuple(_of_alarms({**query, **data}, arn, account))
    return ()


def tags_of() -> dict[str, Callable[[], Iterator[tuple[str, list[dict[str, str]]]]]]:
    """For services that MiniStack leaves out: what gives the ARNs of their resources, each with its tags."""
    return {
        "cloudfront": lambda: cloudfront._tags.items(),
        "cognito-idp": lambda: (
            (f"arn:aws:cognito-idp:{get_region()}:{get_account_id()}:userpool/{id_}", _listed(pool.get("UserPoolTags")))
            for id_, pool in cognito._user_pools.items()
        ),
        "ec2": lambda: (
            (f"arn:aws:ec2:{get_region()}:{get_account_id()}:{_KINDS.get(id_.partition('-')[0])}/{id_}", tags)
            for id_, tags in ec2._tags.items()
        ),
        "logs": lambda: ((each["arn"], _listed(each.get("tags"))) for each in cloudwatch_logs._deliveries.values()),
        "rds": lambda: rds._tags.items(),
    }


def _listed(tags: Mapping[str, str] | None) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in (tags or {}).items()]


def _of_ec2(name: str, query: Mapping[str, str], arn: str) -> Iterator[str]:
    yield from (f"{arn}{kind}/{_NEW}" for kind in _MADE.get(name, ()))
    text = " ".join(value for key, value in query.items() if not re.search("Tag|LaunchTemplateData", key))
    if template := ec2._launch_templates.get(query.get("LaunchTemplate.LaunchTemplateId", "")):
        text += repr(template)
    # An association stands for the resources that keep it.
    for association in _ASSOCIATION.findall(text):
        for store in (ec2._addresses, ec2._network_interfaces, ec2._route_tables):
            text += "".join(f" {id_}" for id_, record in store.items() if association in repr(record))
    for id_, beginning in dict.fromkeys((match[0], match[1]) for match in _ID.finditer(text)):
        # A rule is a resource where it is made, tagged or changed; revoking asks for its group alone.
        if beginning in _KINDS and not (beginning == "sgr" and name.startswith("Revoke")):
            owned = re.sub(r":\d{12}:", "::", arn) if beginning == "ami" else arn
            yield f"{owned}{_KINDS[beginning]}/{id_}"


def _of_alias(data: Mapping[str, Any], arn: str) -> Iterator[str]:
    alias = f"{arn}{data.get('AliasName')}"
    key = str(data.get("TargetKeyId") or kms._aliases.get(alias))
    yield alias
    yield f"{arn}key/{key.rpartition('/')[2]}"


def _of_log_delivery(name: str, data: Mapping[str, Any], arn: str) -> Iterator[str]:
    if "DeliverySource" in name and "name" in data:
        yield f"{arn}delivery-source:{data['name']}"
    elif "DeliveryDestination" in name:
        yield f"{arn}delivery-destination:{data.get('name') or data.get('deliveryDestinationName')}"
    elif name == "CreateDelivery":
        yield f"{arn}delivery:{_NEW}"
        yield f"{arn}delivery-source:{data.get('deliverySourceName')}"
        yield str(data.get("deliveryDestinationArn"))
    elif name.endswith(("Delivery", "DeliveryConfiguration")) and "id" in data:
        yield f"{arn}delivery:{data['id']}"


def _of_alarms(data: Mapping[str, Any], arn: str, account: str) -> Iterator[str]:
    if dashboard := data.get("DashboardName") or data.get("DashboardNames.member.1"):
        yield f"arn:aws:cloudwatch::{account}:dashboard/{dashboard}"
    for key, value in data.items():
        if re.fullmatch(r"AlarmNames?(\.member\.\d+)?", key):
            yield from (f"{arn}alarm:{each}" for each in (value if isinstance(value, list) else [value]))
