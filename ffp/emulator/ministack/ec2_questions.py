"""What EC2 asks: its action on each resource that a call makes or names, by AWS's service authorisation reference.

The questions about a new resource carry only the tags that it gets, those about an existing one the tags that it has.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from calls import Call, Question, keys_of_tags
from ministack.services import ec2

# EC2's kinds by the beginning of their ids, and what each action makes.
_KINDS = {
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
_CREATED = {
    "AllocateAddress": "elastic-ip",
    "AuthorizeSecurityGroupEgress": "security-group-rule",
    "AuthorizeSecurityGroupIngress": "security-group-rule",
    "CreateFlowLogs": "vpc-flow-log",
    "CreateInternetGateway": "internet-gateway",
    "CreateLaunchTemplate": "launch-template",
    "CreateNatGateway": "natgateway",
    "CreateNetworkInterface": "network-interface",
    "CreateRouteTable": "route-table",
    "CreateSecurityGroup": "security-group",
    "CreateSubnet": "subnet",
    "CreateVpc": "vpc",
    "CreateVpcEndpoint": "vpc-endpoint",
}
# Actions that are asked for on one kind only, whatever else the call names.
_ONLY_KIND = {
    "CreateRoute": "route-table",
    "DeleteRoute": "route-table",
    "ReplaceRoute": "route-table",
    "RevokeSecurityGroupEgress": "security-group",
    "RevokeSecurityGroupIngress": "security-group",
}
# All others that describe have no resource.
_DESCRIBING_ONE = ("DescribeInstanceAttribute", "DescribeVolumeAttribute", "DescribeVpcAttribute")
_ID = re.compile(r"\b([a-z]+)-[0-9a-f]{8,17}\b")
_ASSOCIATION = re.compile(r"(?:eipassoc|eni-attach|rtbassoc)-[0-9a-f]+")
_NO_RESOURCE = re.compile(r"Tag|LaunchTemplate(Data)?\.|ImageId|UserData")
_PARAMETER = "resolve:ssm:"  # what an image may be named by, instead of its id
_PUBLIC = "/aws/service/"  # parameters of AWS's own; of these, those of Amazon's own images go on with ami-


def questions(call: Call) -> Iterator[Question]:
    """The action on each resource, and `ec2:CreateTags` on what is made with tags; none where it has no resource."""
    if call.name == "RunInstances":
        yield from _launch(call)
    elif not call.name.startswith("Describe") or call.name in _DESCRIBING_ONE:
        if kind := _CREATED.get(call.name):
            yield from _creation(call, kind, _specified(call).get(kind, {}), {})
        given = keys_of_tags(call.tags("Tag.")) if call.name.endswith("Tags") else {}
        text = " ".join(_named(call))
        for id_, kind in _kinds_by_id(text + _ids_with_association(text)).items():
            if kind == _ONLY_KIND.get(call.name, kind):
                yield Question(call.action, call.arn(f"{kind}/{id_}"), {**_tags_of(id_), **given})


def _launch(call: Call) -> Iterator[Question]:
    """RunInstances: what the call names or tags goes before what its launch template does."""
    template, data = template_of(call.query)
    named = _kinds_by_id(_with_interfaces(" ".join(_named(call))))
    inherited = _kinds_by_id(_with_interfaces(repr({key: data[key] for key in data.keys() - {"TagSpecifications"}})))
    inherited = {id_: kind for id_, kind in inherited.items() if kind not in named.values()}
    if template:
        inherited[template] = "launch-template"
    used = {"ec2:launchtemplate": call.arn(f"launch-template/{template}")} if template else {}
    for ids, whose in ((named, "false"), (inherited, "true")):
        for id_, kind in ids.items():
            # Of an existing interface, only RunInstances has no tag as a key.
            tags = {} if kind == "network-interface" else _tags_of(id_)
            yield Question(
                call.action, call.arn(f"{kind}/{id_}"), {**tags, **used, "ec2:islaunchtemplateresource": whose}
            )
    tags_by_kind = _specified(call, data.get("TagSpecifications", ()))
    placed = {"security-group", "subnet"} & set(named.values())
    made = {"instance": bool(template), "volume": bool(template)}
    if "network-interface" not in {*named.values(), *inherited.values()}:
        made["network-interface"] = bool(template) and not placed
    for kind, inherits in made.items():
        keys = {**used, "ec2:islaunchtemplateresource": str(inherits).lower()}
        yield from _creation(call, kind, tags_by_kind.get(kind, {}), keys)
    image = call.query.get("ImageId") or data.get("ImageId", "")
    whose = str("ImageId" not in call.query).lower()
    yield from _image(call, image, {**used, "ec2:islaunchtemplateresource": whose})


def _creation(call: Call, kind: str, tags: Mapping[str, str], keys: Mapping[str, str]) -> Iterator[Question]:
    arn, given = call.arn(f"{kind}/*"), keys_of_tags(tags)
    yield Question(call.action, arn, {**keys, **given})
    if tags:
        yield Question("ec2:CreateTags", arn, {**given, "ec2:createaction": call.name})


def _image(call: Call, image: str, keys: Mapping[str, str]) -> Iterator[Question]:
    """An image has no account in its ARN, and what a parameter names has no known id: MiniStack has few of AWS's."""
    owners = {id_: alias or owner for id_, *_, owner, alias in ec2._STUB_AMIS}
    owners |= {id_: record.get("OwnerId") or call.account for id_, record in ec2._images.items()}
    parameter = image.removeprefix(_PARAMETER)
    if parameter == image:
        owner = owners.get(image)
    else:
        image, owner = "*", "amazon" if parameter.startswith(f"{_PUBLIC}ami-") else None
        account = "" if parameter.startswith(_PUBLIC) else call.account
        yield Question("ssm:GetParameters", f"arn:aws:ssm:{call.region}:{account}:parameter{parameter}")
    owned = {"ec2:owner": owner} if owner else {}
    yield Question(call.action, f"arn:aws:ec2:{call.region}::image/{image}", {**keys, **owned})


def _named(call: Call) -> Iterator[str]:
    """What the call gives, but for tags and for what a launch template will give."""
    return (value for key, value in call.query.items() if not _NO_RESOURCE.search(key))


def _kinds_by_id(text: str) -> dict[str, str]:
    """The kinds of the ids in a text."""
    return {match[0]: _KINDS[match[1]] for match in _ID.finditer(text) if match[1] in _KINDS}


def _ids_with_association(text: str) -> str:
    """The ids of the resources that hold the associations in a text."""
    stores = (ec2._addresses, ec2._network_interfaces, ec2._route_tables)
    return "".join(
        f" {id_}"
        for association in _ASSOCIATION.findall(text)
        for store in stores
        for id_, record in store.items()
        if association in repr(record)
    )


def _with_interfaces(text: str) -> str:
    """An interface brings its subnet and its security groups."""
    records = (
        ec2._network_interfaces.get(id_) for id_, kind in _kinds_by_id(text).items() if kind == "network-interface"
    )
    return " ".join([text, *(f"{record['SubnetId']} {record['Groups']}" for record in records if record)])


def template_of(query: Mapping[str, str]) -> tuple[str, Mapping[str, Any]]:
    """The launch template that a call names, and what the version in question gives; nothing without one."""
    asked = {query.get(f"LaunchTemplate.LaunchTemplate{key}") for key in ("Id", "Name")} - {None}
    for id_, template in ec2._launch_templates.items():
        if asked & {id_, template["LaunchTemplateName"]}:
            numbers = {"$Latest": template["LatestVersionNumber"], "$Default": template["DefaultVersionNumber"]}
            version = query.get("LaunchTemplate.Version", "$Default")
            for each in template["Versions"]:
                if str(each["VersionNumber"]) == str(numbers.get(version, version)):
                    return id_, each["LaunchTemplateData"]
    return "", {}


def _specified(call: Call, inherited: Any = ()) -> dict[str, dict[str, str]]:
    """The tags for what is made, by its kind."""
    tags: dict[str, dict[str, str]] = {
        each["ResourceType"]: {tag["Key"]: tag["Value"] for tag in each["Tags"]} for each in inherited
    }
    for key, kind in call.query.items():
        if match := re.fullmatch(r"(TagSpecification\.\d+\.)ResourceType", key):
            tags[kind] = {**tags.get(kind, {}), **call.tags(match[1])}
    return tags


def _tags_of(id_: str) -> dict[str, str]:
    tags = {tag["Key"]: tag["Value"] for tag in ec2._tags.get(id_, ())}
    return {f"{service}:resourcetag/{key}".lower(): value for service in ("aws", "ec2") for key, value in tags.items()}
