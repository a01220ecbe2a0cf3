"""Refuses calls that AWS refuses but MiniStack allows: deletions of resources in use, and calls without permission.

A published version of a function uses its role, security groups and subnets as the function itself does.
"""

import fnmatch
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from answers import Answer
from ministack.core.responses import error_response_json
from ministack.services import apigateway, cloudfront, ec2, iam, lambda_svc, rds, waf

_TERMINATED = ("terminated", "shutting-down")


def complete() -> None:
    """Adds the checks before MiniStack's operations. Fails if MiniStack no longer has one of them."""
    _refuse_in_ec2()
    _refuse_in_rds()
    _refuse_in_api_gateway()
    _refuse_in_cloudfront()
    _refuse_calls()


def _refuse_in_ec2() -> None:
    def refuse(action: str, parameter: str, code: str, users: Callable[[str], Iterator[str]]) -> None:
        operation = ec2._ACTION_MAP[action]

        def do_unless_used(params: dict[str, Any]) -> Answer:
            id_ = ec2._p(params, parameter)
            if users_found := sorted(set(users(id_))):
                return ec2._error(code, f"{id_} has a dependent object: {', '.join(users_found)}", 400)
            return operation(params)

        ec2._ACTION_MAP[action] = do_unless_used

    refuse("DeleteSecurityGroup", "GroupId", "DependencyViolation", _users_of_group)
    refuse("DeleteSubnet", "SubnetId", "DependencyViolation", _users_of_subnet)
    refuse("DeleteNetworkInterface", "NetworkInterfaceId", "InvalidNetworkInterface.InUse", _users_of_interface)
    refuse("ReleaseAddress", "AllocationId", "InvalidIPAddress.InUse", _users_of_address)


def _users_of_group(id_: str) -> Iterator[str]:
    yield from (name for name, config in _versions() if id_ in _vpc(config, "SecurityGroupIds"))
    yield from (each for each, interface in ec2._network_interfaces.items() if id_ in json.dumps(interface))
    yield from (each for each, endpoint in ec2._vpc_endpoints.items() if id_ in json.dumps(endpoint, default=str))
    for name, instance in rds._instances.items():
        if any(id_ == each["VpcSecurityGroupId"] for each in instance.get("VpcSecurityGroups", [])):
            yield name
    for other, group in ec2._security_groups.items():
        rules = [group.get("IpPermissions"), group.get("IpPermissionsEgress")]
        if other != id_ and id_ in json.dumps(rules, default=str):
            yield other


def _users_of_subnet(id_: str) -> Iterator[str]:
    yield from (name for name, config in _versions() if id_ in _vpc(config, "SubnetIds"))
    yield from (each for each, interface in ec2._network_interfaces.items() if id_ == interface.get("SubnetId"))
    yield from (each for each, endpoint in ec2._vpc_endpoints.items() if id_ in json.dumps(endpoint, default=str))
    for each, gateway in ec2._nat_gateways.items():
        if id_ == gateway.get("SubnetId") and gateway["State"] != "deleted":
            yield each
    for name, instance in ec2._instances.items():
        if id_ == instance.get("SubnetId") and instance["State"]["Name"] not in _TERMINATED:
            yield name


def _users_of_interface(id_: str) -> Iterator[str]:
    if attachment := (ec2._network_interfaces.get(id_) or {}).get("Attachment"):
        yield attachment["InstanceId"]


def _users_of_address(id_: str) -> Iterator[str]:
    for each, gateway in ec2._nat_gateways.items():
        if id_ in json.dumps(gateway, default=str) and gateway["State"] != "deleted":
            yield each


def _refuse_in_rds() -> None:
    def refuse(action: str, parameter: str, code: str, shown: str) -> None:
        operation = rds._ACTION_MAP[action]

        def do_unless_used(params: dict[str, Any]) -> Answer:
            name = rds._p(params, parameter)
            if any(f'"{name}"' in json.dumps(each.get(shown), default=str) for each in rds._instances.values()):
                return rds._error(code, f"One or more database instances are still members of {name}.", 400)
            return operation(params)

        rds._ACTION_MAP[action] = do_unless_used

    refuse("DeleteDBParameterGroup", "DBParameterGroupName", "InvalidDBParameterGroupState", "DBParameterGroups")
    refuse("DeleteDBSubnetGroup", "DBSubnetGroupName", "InvalidDBSubnetGroupStateFault", "DBSubnetGroup")
    modify = rds._ACTION_MAP["ModifyDBInstance"]

    def modify_instance(params: dict[str, Any]) -> Answer:
        """Upgrades to a major version only with the flag for it. The old parameter group stays while it is pending."""
        instance = rds._instances.get(rds._p(params, "DBInstanceIdentifier")) or {}
        version, group = rds._p(params, "EngineVersion"), rds._p(params, "DBParameterGroupName")
        current = _major(instance.get("EngineVersion", ""))
        is_major_upgrade = bool(version) and _major(version) != current
        applies_immediately = rds._p(params, "ApplyImmediately") == "true"
        if is_major_upgrade and rds._p(params, "AllowMajorVersionUpgrade") != "true":
            message = "The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version."
            return rds._error("InvalidParameterCombination", message, 400)
        if (
            group
            and not is_major_upgrade
            and rds._param_groups[group]["DBParameterGroupFamily"] != f"postgres{current}"
        ):
            return rds._error("InvalidParameterCombination", f"{group} is not for the version {current}", 400)
        previous_groups = instance.get("DBParameterGroups")
        answer = modify(params)
        if is_major_upgrade and not applies_immediately:
            instance["DBParameterGroups"] = previous_groups
        return answer

    rds._ACTION_MAP["ModifyDBInstance"] = modify_instance


def _major(version: str) -> str:
    return version.split(".")[0]


def _refuse_in_api_gateway() -> None:
    delete_integration, delete_authoriser = apigateway._delete_integration, apigateway._delete_authorizer

    def refuse(what: str, api: str, used: Callable[[Mapping[str, Any]], bool]) -> Answer | None:
        routes = [each["routeKey"] for each in apigateway._routes.get(api, {}).values() if used(each)]
        if not routes:
            return None
        message = f"Cannot delete {what} because it is referenced by the following Routes: {', '.join(routes)}"
        return error_response_json("ConflictException", message, 409)

    def integration(api: str, id_: str) -> Answer:
        refused = refuse("Integration", api, lambda route: route.get("target") == f"integrations/{id_}")
        return refused or delete_integration(api, id_)

    def authoriser(api: str, id_: str) -> Answer:
        refused = refuse("Authorizer", api, lambda route: route.get("authorizerId") == id_)
        return refused or delete_authoriser(api, id_)

    apigateway._delete_integration, apigateway._delete_authorizer = integration, authoriser


def _refuse_in_cloudfront() -> None:
    """Refuses to delete origin access controls and web ACLs in use; MiniStack checks policies, keys and key groups."""
    delete_control, delete_acl = cloudfront._delete_oac, waf._delete_web_acl

    def control(id_: str, headers: Mapping[str, str]) -> Answer:
        if any(cloudfront._value_contains(each, id_) for each in cloudfront._distributions.values()):
            return cloudfront._error("OriginAccessControlInUse", f"{id_} is in use by a distribution", 409)
        return delete_control(id_, headers)

    def acl(data: Mapping[str, Any]) -> Answer:
        arn = f"/{data.get('Id')}"
        if any(cloudfront._value_contains(each, arn) for each in cloudfront._distributions.values()):
            return error_response_json("WAFAssociatedItemException", "A distribution uses the web ACL.", 400)
        return delete_acl(data)

    cloudfront._delete_oac, waf._delete_web_acl = control, acl


def _refuse_calls() -> None:
    """Refuses calls if the function's role or network is missing, or if API Gateway has no permission for the route."""
    execute, call = lambda_svc._execute_function_with_config_scope, apigateway._invoke_lambda_proxy

    def run(function: dict[str, Any], event: dict[str, Any]) -> dict[str, Any]:
        config = function.get("config") or function
        if missing := _missing(config):
            return {"error": True, "body": {"errorType": "AccessDeniedException", "errorMessage": missing}}
        return execute(function, event)

    async def call_by_permission(integration: Any, api_id: Any, stage: Any, *arguments: Any, **keywords: Any) -> Answer:
        target = apigateway._extract_lambda_ref_from_integration_uri(integration.get("integrationUri", ""))
        route = str(keywords.get("route_key") or arguments[5])
        if not _may_call(target, api_id, route):
            return error_response_json("InternalServerError", f"{route} has no permission to call {target}", 500)
        return await call(integration, api_id, stage, *arguments, **keywords)

    lambda_svc._execute_function_with_config_scope, apigateway._invoke_lambda_proxy = run, call_by_permission


def _missing(config: Mapping[str, Any]) -> str:
    """The reason why a function or version cannot run; empty if it can."""
    role = iam._roles.get(str(config["Role"]).rpartition("/")[2])
    if role is None:
        return f"The role {config['Role']} cannot be assumed by Lambda"
    if not role.get("InlinePolicies") and not role.get("AttachedPolicies"):
        return f"The role {config['Role']} has no policy"
    for key, existing in (("SecurityGroupIds", ec2._security_groups), ("SubnetIds", ec2._subnets)):
        if missing_ids := [each for each in _vpc(config, key) if each not in existing]:
            return f"{', '.join(missing_ids)} does not exist"
    return ""


def _may_call(target: str, api: str, route: str) -> bool:
    function, _, _ = lambda_svc._get_base_func_record_for_ref(target)
    method, _, path = route.partition(" ")
    source = f":{api}/*/{method}{path}"
    return any(
        each["Principal"] == {"Service": "apigateway.amazonaws.com"}
        and each["Resource"] == target
        and fnmatch.fnmatchcase(source, "*" + _from_api(each["Condition"]["ArnLike"]["AWS:SourceArn"]))
        for each in (function or {}).get("policy", {}).get("Statement", ())
    )


def _from_api(arn: str) -> str:
    """The part of an execution ARN from the API's id on."""
    return ":" + arn.rpartition(":")[2]


def _versions() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yields every function and published version with its configuration."""
    for name, function in lambda_svc._functions.items():
        yield name, function["config"]
        yield from ((f"{name}:{number}", each["config"]) for number, each in function["versions"].items())


def _vpc(config: Mapping[str, Any], key: str) -> list[str]:
    return (config.get("VpcConfig") or {}).get(key) or []
