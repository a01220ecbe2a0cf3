"""Operations and settings that the platform needs and that MiniStack lacks, or handles differently from AWS.

RDS: the master's secret, and settings that MiniStack does not store. EC2 and Secrets Manager: one operation each.
Lambda: the event settings of an alias. API Gateway: settings of a route, and the user pool's keys over TLS. Cognito:
temporary passwords that are long enough.
"""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

import ministack.app as ministack
from answers import Answer
from database import create_database
from ministack.core.responses import error_response_json, json_response, new_uuid
from ministack.services import apigateway, cognito, ec2, lambda_svc, rds, secretsmanager


def complete() -> None:
    """Adds or replaces operations. Fails if MiniStack no longer has a replaced one, or now has an added one."""
    _keep_master_secrets()
    if "ModifyNetworkInterfaceAttribute" in ec2._ACTION_MAP:
        raise NotImplementedError("MiniStack now has ModifyNetworkInterfaceAttribute: remove ours")
    ec2._ACTION_MAP["ModifyNetworkInterfaceAttribute"] = _modify_interface
    handle = ministack.SERVICE_HANDLERS["secretsmanager"]

    async def handle_secret(method: str, path: str, headers: Mapping[str, str], body: bytes, query: Any) -> Answer:
        if headers.get("x-amz-target", "").endswith(".CancelRotateSecret"):
            return _cancel_rotation(json.loads(body))
        return await handle(method, path, headers, body, query)

    ministack.SERVICE_HANDLERS["secretsmanager"] = handle_secret
    _use_event_settings_of_aliases()
    _delete_route_settings()
    _fetch_keys_by_tls()
    _make_longer_passwords()


def _keep_master_secrets() -> None:
    """Lets RDS generate the master's password and store it in a secret, as MiniStack does only for clusters.

    RDS deletes the secret with the instance.
    """
    create, delete, show = rds._ACTION_MAP["CreateDBInstance"], rds._ACTION_MAP["DeleteDBInstance"], rds._instance_xml

    def create_instance(params: dict[str, Any]) -> Answer:
        password = rds._generate_master_user_password()
        managed = rds._p(params, "ManageMasterUserPassword") == "true"
        answer: Answer = create({**params, "MasterUserPassword": [password]} if managed else params)
        if answer[0] == 200:
            instance = rds._instances[rds._p(params, "DBInstanceIdentifier")]
            _keep_settings(instance, params)
            authority = f"<CACertificateIdentifier>{instance['CACertificateIdentifier']}<"
            shown = re.sub("<CACertificateIdentifier>[^<]*<", authority, answer[2].decode())
            answer = (*answer[:2], shown.encode())
            if managed:
                keep_secret(instance, rds._p(params, "MasterUserSecretKmsKeyId"), password)
                create_database(instance, password)
        return answer

    def delete_instance(params: dict[str, Any]) -> Answer:
        instance = rds._instances.get(rds._p(params, "DBInstanceIdentifier")) or {}
        answer: Answer = delete(params)
        if answer[0] == 200 and "MasterUserSecret" in instance:
            secretsmanager.delete_secret_in_process(instance["MasterUserSecret"]["SecretArn"])
        return answer

    def show_instance(instance: Mapping[str, Any]) -> str:
        exports = "".join(f"<member>{each}</member>" for each in instance["EnabledCloudwatchLogsExports"])
        text: str = show(instance).replace(
            "<EnabledCloudwatchLogsExports/>", f"<EnabledCloudwatchLogsExports>{exports}</EnabledCloudwatchLogsExports>"
        )
        secret = "".join(f"<{key}>{value}</{key}>" for key, value in instance.get("MasterUserSecret", {}).items())
        support = instance.get("EngineLifecycleSupport", "")
        return (
            f"{text}<EngineLifecycleSupport>{support}</EngineLifecycleSupport>"
            f"<DedicatedLogVolume>{instance.get('DedicatedLogVolume', 'false')}</DedicatedLogVolume>"
            f"{f'<MasterUserSecret>{secret}</MasterUserSecret>' if secret else ''}"
        )

    rds._ACTION_MAP |= {"CreateDBInstance": create_instance, "DeleteDBInstance": delete_instance}
    rds._instance_xml = show_instance


def _keep_settings(instance: dict[str, Any], params: Mapping[str, Any]) -> None:
    """Stores settings of an instance that MiniStack accepts but does not store."""
    instance["EnabledCloudwatchLogsExports"] = rds._parse_member_list(params, "EnableCloudwatchLogsExports")
    for key in ("CACertificateIdentifier", "EngineLifecycleSupport", "PreferredBackupWindow"):
        instance[key] = rds._p(params, key) or instance.get(key, "")
    instance["DedicatedLogVolume"] = rds._p(params, "DedicatedLogVolume") or "false"


def keep_secret(instance: dict[str, Any], key: str, password: str) -> None:
    """Stores the master's password in a secret, as RDS does when it manages the password."""
    name = f"rds!db-{new_uuid()}"
    value = json.dumps({"username": instance["MasterUsername"], "password": password})
    arn = secretsmanager.create_secret_in_process(name, value, description="Secret managed by RDS")
    # Policies identify the secret by this tag, which RDS sets.
    secretsmanager._secrets[name] |= {
        "KmsKeyId": key,
        "Tags": [{"Key": "aws:rds:primaryDBInstanceArn", "Value": instance["DBInstanceArn"]}],
    }
    instance["MasterUserSecret"] = {"SecretArn": arn, "SecretStatus": "active", "KmsKeyId": key}


def _modify_interface(params: dict[str, Any]) -> Answer:
    interface = ec2._network_interfaces.get(ec2._p(params, "NetworkInterfaceId"))
    if interface is None:
        return ec2._error("InvalidNetworkInterfaceID.NotFound", "There is no such interface", 400)
    if check := ec2._p(params, "SourceDestCheck.Value"):
        interface["SourceDestCheck"] = check == "true"
    return ec2._xml(200, "ModifyNetworkInterfaceAttributeResponse", "<return>true</return>")


def _cancel_rotation(data: Mapping[str, Any]) -> Answer:
    """Ends the rotation schedule. The secret's values stay."""
    _, secret = secretsmanager._resolve(data["SecretId"])
    if secret is None:
        return error_response_json("ResourceNotFoundException", "Secrets Manager can't find the secret.", 400)
    secret["RotationEnabled"] = False
    for key in ("RotationLambdaARN", "RotationRules"):
        secret.pop(key, None)
    return json_response({"ARN": secret["ARN"], "Name": secret["Name"]})


def _use_event_settings_of_aliases() -> None:
    """Uses the event settings of the alias in an asynchronous call; MiniStack uses the function's."""
    call = lambda_svc.invoke_async_with_retry

    def call_by_alias(function: Mapping[str, Any], event: dict[str, Any]) -> None:
        name, *qualifier = function["config"]["FunctionArn"].split(":")[6:]
        settings = lambda_svc._event_invoke_config(lambda_svc._functions[name], *(qualifier or [None]))
        call({**function, "event_invoke_config": settings}, event)

    lambda_svc.invoke_async_with_retry = call_by_alias


def _delete_route_settings() -> None:
    """Deletes a route's settings from its stage; MiniStack would delete the stage."""
    handle = ministack.SERVICE_HANDLERS["apigateway"]

    async def handle_settings(method: str, path: str, headers: Mapping[str, str], body: bytes, query: Any) -> Answer:
        match = re.fullmatch(r"/v2/apis/([^/]+)/stages/([^/]+)/routesettings/(.+)", path)
        if not match or method != "DELETE":
            return await handle(method, path, headers, body, query)
        api, stage, route = map(unquote, match.groups())
        settings = apigateway._stages[api][stage].get("routeSettings", {})
        if settings.pop(route, None) is None:
            return error_response_json("NotFoundException", f"Unable to find Route by key {route}", 404)
        return 204, {}, b""

    ministack.SERVICE_HANDLERS["apigateway"] = handle_settings


def _fetch_keys_by_tls() -> None:
    """Fetches the pool's keys from this server over TLS; MiniStack's authoriser always uses plain HTTP."""
    resolve = apigateway._resolve_jwks_url

    async def resolve_by_tls(authorizer: dict[str, Any]) -> str | None:
        url: str | None = await resolve(authorizer)
        return url.replace("http://", "https://") if url else url

    apigateway._resolve_jwks_url = resolve_by_tls


def _make_longer_passwords() -> None:
    """Generates temporary passwords of 24 characters, because MiniStack's twelve are too short for strict policies."""
    generate = cognito._generate_temp_password
    cognito._generate_temp_password = lambda: generate() + generate()
