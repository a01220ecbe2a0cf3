"""Completes EC2 instances: values from launch templates, and attributes that MiniStack returns as constants."""

import re
from collections.abc import Mapping
from typing import Any

from answers import Answer, run_after
from ec2_questions import template_of
from ministack.services import ec2

_SWITCHES = {"DisableApiTermination": "disableApiTermination", "EbsOptimized": "ebsOptimized"}


def complete() -> None:
    """Replaces MiniStack's operations. Fails if MiniStack now has the operation that is added here."""
    if "ModifyInstanceAttribute" in ec2._ACTION_MAP:
        raise NotImplementedError("MiniStack now has ModifyInstanceAttribute: remove ours")
    ec2._ACTION_MAP["ModifyInstanceAttribute"] = _modify
    run_after("RunInstances", _start_from_template)
    run_after("TerminateInstances", _release_devices)
    _protect_from_termination()
    _refuse_detaching_twice()
    _return_attributes()


def _start_from_template(params: dict[str, Any], answer: Answer) -> None:
    """Applies the launch template.

    The call's parameters take precedence; two tags name the template and its version.
    """
    parameters = {key: ec2._p(params, key) for key in params}
    id_, data = template_of(parameters)
    for instance in _instances_in(answer):
        for key in _SWITCHES:
            instance[key] = parameters[key] == "true" if key in parameters else data.get(key, False)
        if "InstanceType" not in parameters and "InstanceType" in data:
            instance["InstanceType"] = data["InstanceType"]
        for each in data.get("NetworkInterfaces", ()):
            if interface := ec2._network_interfaces.get(each.get("NetworkInterfaceId")):
                _attach(instance, interface, each["DeviceIndex"])
        if id_:
            version = ec2._launch_templates[id_]["LatestVersionNumber"]
            ec2._tags.setdefault(instance["InstanceId"], []).extend(
                {"Key": f"aws:ec2launchtemplate:{key}", "Value": str(value)}
                for key, value in (("id", id_), ("version", version))
            )


def _attach(instance: dict[str, Any], interface: dict[str, Any], index: int) -> None:
    named = {"NetworkInterfaceId": interface["NetworkInterfaceId"], "InstanceId": instance["InstanceId"]}
    ec2._ACTION_MAP["AttachNetworkInterface"]({**named, "DeviceIndex": str(index)})
    if index == 0:
        instance |= {key: interface[key] for key in ("SubnetId", "VpcId", "PrivateIpAddress")}
        instance["SecurityGroups"] = interface["Groups"]


def _release_devices(params: dict[str, Any], _: Answer) -> None:
    """Deletes an instance's disks that end with it, and detaches its interfaces.

    Terraform still tries to detach an interface afterwards. The former attachment is stored, so that IAM can check that
    call.
    """
    for id_ in ec2._parse_member_list(params, "InstanceId"):
        for disk in (ec2._instances.get(id_) or {}).get("BlockDeviceMappings", []):
            if disk["Ebs"].get("DeleteOnTermination"):
                ec2._volumes.pop(disk["Ebs"]["VolumeId"], None)
        for interface in _interfaces_of(id_):
            interface |= {"Status": "available", "Attachment": None, "Released": interface["Attachment"]}


def _refuse_detaching_twice() -> None:
    detach = ec2._ACTION_MAP["DetachNetworkInterface"]

    def detach_attached(params: dict[str, Any]) -> Answer:
        id_ = ec2._p(params, "AttachmentId")
        attachments = (each.get("Attachment") or {} for each in ec2._network_interfaces.values())
        if id_ not in (each.get("AttachmentId") for each in attachments):
            return ec2._error(
                "InvalidAttachmentID.NotFound", f"The networkInterface attachment '{id_}' does not exist", 400
            )
        return detach(params)

    ec2._ACTION_MAP["DetachNetworkInterface"] = detach_attached


def _protect_from_termination() -> None:
    terminate = ec2._ACTION_MAP["TerminateInstances"]

    def terminate_unprotected(params: dict[str, Any]) -> Answer:
        for id_ in ec2._parse_member_list(params, "InstanceId"):
            if (ec2._instances.get(id_) or {}).get("DisableApiTermination"):
                return ec2._error(
                    "OperationNotPermitted",
                    f"The instance '{id_}' may not be terminated. Modify its 'disableApiTermination' instance "
                    "attribute and try again.",
                    400,
                )
        return terminate(params)

    ec2._ACTION_MAP["TerminateInstances"] = terminate_unprotected


def _modify(params: dict[str, Any]) -> Answer:
    """Changes one attribute, as EC2 does. The source/destination check belongs to the primary interface."""
    id_ = ec2._p(params, "InstanceId")
    if id_ not in ec2._instances:
        return ec2._error("InvalidInstanceID.NotFound", f"The instance ID '{id_}' does not exist", 400)
    for key in _SWITCHES:
        if value := ec2._p(params, f"{key}.Value"):
            ec2._instances[id_][key] = value == "true"
    if value := ec2._p(params, "SourceDestCheck.Value"):
        _holder_of_source_check(ec2._instances[id_])["SourceDestCheck"] = value == "true"
    return ec2._xml(200, "ModifyInstanceAttributeResponse", "<return>true</return>")


def _return_attributes() -> None:
    show, describe = ec2._instance_xml, ec2._ACTION_MAP["DescribeInstanceAttribute"]

    def show_instance(instance: Mapping[str, Any]) -> str:
        text: str = show({**instance, "SourceDestCheck": _holder_of_source_check(instance)["SourceDestCheck"]})
        optimised = f"<ebsOptimized>{_xml_boolean(instance.get('EbsOptimized'))}</ebsOptimized>"
        return text.replace("<amiLaunchIndex>", f"{optimised}<amiLaunchIndex>")

    def describe_attribute(params: dict[str, Any]) -> Answer:
        status, headers, body = describe(params)
        instance = ec2._instances.get(ec2._p(params, "InstanceId")) or {}
        values = {element: instance.get(key) for key, element in _SWITCHES.items()}
        if status == 200:
            values["sourceDestCheck"] = _holder_of_source_check(instance)["SourceDestCheck"]
        text = body.decode()
        for element, value in values.items():
            shown = rf"(<{element}><value>)\w+(</value></{element}>)"
            text = re.sub(shown, rf"\g<1>{_xml_boolean(value)}\g<2>", text)
        return status, headers, text.encode()

    ec2._instance_xml = show_instance
    ec2._ACTION_MAP["DescribeInstanceAttribute"] = describe_attribute


def _xml_boolean(value: object) -> str:
    return "true" if value else "false"


def _holder_of_source_check(instance: Mapping[str, Any]) -> Any:
    """The record with an instance's source/destination check: its primary interface, or else the instance."""
    primary = [each for each in _interfaces_of(instance["InstanceId"]) if each["Attachment"]["DeviceIndex"] == 0]
    return primary[0] if primary else instance


def _interfaces_of(id_: str) -> list[dict[str, Any]]:
    return [
        each for each in ec2._network_interfaces.values() if (each.get("Attachment") or {}).get("InstanceId") == id_
    ]


def _instances_in(answer: Answer) -> list[dict[str, Any]]:
    return [record for id_, record in ec2._instances.items() if f"<instanceId>{id_}<" in answer[2].decode()]
