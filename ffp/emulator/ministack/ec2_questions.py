"""The questions for EC2: the action on each resource that a call creates or names.

They follow AWS's service authorisation reference. A question about a new resource has only the tags in the call; one
about an existing resource has the tags of that resource.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from calls import Call, Question, keys_of_tags
from ministack.services import ec2

# The kinds of resources by the beginning of their ids, and the kind that each action creates.
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
# Actions that are checked on only one kind, whatever else the call names.
_CHECKED_KIND = {
    "CreateRoute": "route-table",
    "DeleteRoute": "route-table",
    "ReplaceRoute": "route-table",
    "RevokeSecurityGroupEgress": "security-group",
    "RevokeSecurityGroupIngress": "security-group",
}
# The only Describe actions with a resource.
_DESCRIBE_WITH_RESOURCE = ("DescribeInstanceAttribute", "DescribeVolumeAttribute", "DescribeVpcAttribute")
_ID = re.compile(r"\b([a-z]+)-[0-9a-f]{8,17}\b")
_ASSOCIATION = re.compile(r"(?:eipassoc|eni-attach|rtbassoc)-[0-9a-f]+")
_NO_RESOURCE = re.compile(r"Tag|LaunchTemplate(Data)?\.|ImageId|UserData")
_PARAMETER = "resolve:ssm:"  # the beginning of a parameter that names an image in place of its id
_PUBLIC = "/aws/service/"  # AWS's parameters; those for Amazon's images continue with ami-


def questions(call: Call) -> Iterator[Question]:
    """Yields the action on each resource, and `ec2:CreateTags` for a resource that is created with tags."""
    if call.name == "RunInstances":
        yield from _launch_questions(call)
    elif not call.name.startswith("Describe") or call.name in _DESCRIBE_WITH_RESOURCE:
        if kind := _CREATED.get(call.name):
            yield from _creation_questions(call, kind, _tags_by_kind(call).get(kind, {}), {})
        tag_keys = keys_of_tags(call.tags("Tag.")) if call.name.endswith("Tags") else {}
        text = " ".join(_parameters(call))
        for id_, kind in _kinds_by_id(text + _ids_with_association(text)).items():
            if kind == _CHECKED_KIND.get(call.name, kind):
                yield Question(call.action, call.arn(f"{kind}/{id_}"), {**_tags_of(id_), **tag_keys})


def _launch_questions(call: Call) -> Iterator[Question]:
    """Yields the questions for RunInstances.

    Resources and tags in the call take precedence over the launch template's.
    """
    template, data = template_of(call.query)
    in_call = _kinds_by_id(_with_interfaces(" ".join(_parameters(call))))
    inherited = _kinds_by_id(_with_interfaces(repr({key: data[key] for key in data.keys() - {"TagSpecifications"}})))
    inherited = {id_: kind for id_, kind in inherited.items() if kind not in in_call.values()}
    if template:
        inherited[template] = "launch-template"
    template_keys = {"ec2:launchtemplate": call.arn(f"launch-template/{template}")} if template else {}
    for ids, is_inherited in ((in_call, "false"), (inherited, "true")):
        for id_, kind in ids.items():
            # Only RunInstances has no condition keys for the tags of an existing interface.
            tags = {} if kind == "network-interface" else _tags_of(id_)
            yield Question(
                call.action,
                call.arn(f"{kind}/{id_}"),
                {**tags, **template_keys, "ec2:islaunchtemplateresource": is_inherited},
            )
    tags_by_kind = _tags_by_kind(call, data.get("TagSpecifications", ()))
    network_in_call = {"security-group", "subnet"} & set(in_call.values())
    created = {"instance": bool(template), "volume": bool(template)}
    if "network-interface" not in {*in_call.values(), *inherited.values()}:
        created["network-interface"] = bool(template) and not network_in_call
    for kind, inherits in created.items():
        keys = {**template_keys, "ec2:islaunchtemplateresource": str(inherits).lower()}
        yield from _creation_questions(call, kind, tags_by_kind.get(kind, {}), keys)
    image = call.query.get("ImageId") or data.get("ImageId", "")
    is_inherited = str("ImageId" not in call.query).lower()
    yield from _image_questions(call, image, {**template_keys, "ec2:islaunchtemplateresource": is_inherited})


def _creation_questions(call: Call, kind: str, tags: Mapping[str, str], keys: Mapping[str, str]) -> Iterator[Question]:
    arn, tag_keys = call.arn(f"{kind}/*"), keys_of_tags(tags)
    yield Question(call.action, arn, {**keys, **tag_keys})
    if tags:
        yield Question("ec2:CreateTags", arn, {**tag_keys, "ec2:createaction": call.name})


def _image_questions(call: Call, image: str, keys: Mapping[str, str]) -> Iterator[Question]:
    """Yields the questions for an image.

    Its ARN has no account, and its id is unknown if a parameter names the image.
    """
    owners = {id_: alias or owner for id_, *_, owner, alias in ec2._STUB_AMIS}
    owners |= {id_: record.get("OwnerId") or call.account for id_, record in ec2._images.items()}
    parameter = image.removeprefix(_PARAMETER)
    if parameter == image:
        owner = owners.get(image)
    else:
        image, owner = "*", "amazon" if parameter.startswith(f"{_PUBLIC}ami-") else None
        account = "" if parameter.startswith(_PUBLIC) else call.account
        yield Question("ssm:GetParameters", f"arn:aws:ssm:{call.region}:{account}:parameter{parameter}")
    owner_keys = {"ec2:owner": owner} if owner else {}
    yield Question(call.action, f"arn:aws:ec2:{call.region}::image/{image}", {**keys, **owner_keys})


def _parameters(call: Call) -> Iterator[str]:
    """The call's parameters, without tags and without the content of a launch template."""
    return (value for key, value in call.query.items() if not _NO_RESOURCE.search(key))


def _kinds_by_id(text: str) -> dict[str, str]:
    """The ids of resources in a text, with their kinds."""
    return {match[0]: _KINDS[match[1]] for match in _ID.finditer(text) if match[1] in _KINDS}


def _ids_with_association(text: str) -> str:
    """The ids of the resources to which the associations in a text belong."""
    stores = (ec2._addresses, ec2._network_interfaces, ec2._route_tables)
    return "".join(
        f" {id_}"
        for association in _ASSOCIATION.findall(text)
        for store in stores
        for id_, record in store.items()
        if association in repr(record)
    )


def _with_interfaces(text: str) -> str:
    """Adds the subnets and security groups of the interfaces in a text."""
    records = (
        ec2._network_interfaces.get(id_) for id_, kind in _kinds_by_id(text).items() if kind == "network-interface"
    )
    return " ".join([text, *(f"{record['SubnetId']} {record['Groups']}" for record in records if record)])


def template_of(query: Mapping[str, str]) -> tuple[str, Mapping[str, Any]]:
    """The id of the launch template in a call and the data of the selected version; both empty if there is none."""
    requested = {query.get(f"LaunchTemplate.LaunchTemplate{key}") for key in ("Id", "Name")} - {None}
    for id_, template in ec2._launch_templates.items():
        if requested & {id_, template["LaunchTemplateName"]}:
            numbers = {"$Latest": template["LatestVersionNumber"], "$Default": template["DefaultVersionNumber"]}
            version = query.get("LaunchTemplate.Version", "$Default")
            for each in template["Versions"]:
                if str(each["VersionNumber"]) == str(numbers.get(version, version)):
                    return id_, each["LaunchTemplateData"]
    return "", {}


def _tags_by_kind(call: Call, inherited: Any = ()) -> dict[str, dict[str, str]]:
    """The tags for new resources, by kind."""
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
