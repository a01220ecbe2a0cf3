"""Rotates secrets as Secrets Manager does. MiniStack only moves labels and copies the value, but calls no function."""

import contextvars
import json
import logging
import threading
import time
from collections.abc import Mapping
from typing import Any

from answers import Answer
from ministack.core.responses import error_response_json, json_response, new_uuid
from ministack.services import lambda_svc, secretsmanager

_CURRENT, _PENDING = "AWSCURRENT", "AWSPENDING"
_STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")
_LOG = logging.getLogger("secretsmanager")


def complete() -> None:
    """Replaces MiniStack's operations with the completed ones. Fails if MiniStack no longer has one of them."""
    store, read, rotate = (
        secretsmanager._store_new_secret,
        secretsmanager._get_secret_value,
        secretsmanager._rotate_secret,
    )

    def store_secret(name: str, **parameters: Any) -> Any:
        """Creates no version for a secret without a value."""
        result = store(name, **parameters)
        if parameters.get("secret_string") is None and parameters.get("secret_binary") is None:
            secretsmanager._secrets[name]["Versions"].clear()
        return result

    def read_value(data: Mapping[str, Any]) -> Answer:
        """Returns an error for a version without a value."""
        answer: Answer = read(data)
        if answer[0] == 200 and not {"SecretString", "SecretBinary"} & json.loads(answer[2]).keys():
            answer = error_response_json("ResourceNotFoundException", "The version has no value.", 400)
        return answer

    def rotate_secret(data: Mapping[str, Any]) -> Answer:
        _, secret = secretsmanager._resolve(data.get("SecretId"))
        if secret is None or secret.get("DeletedDate"):
            return rotate(data)
        return _rotate(secret, data)

    secretsmanager._store_new_secret = store_secret
    secretsmanager._get_secret_value = read_value
    secretsmanager._rotate_secret = rotate_secret


def _rotate(secret: dict[str, Any], data: Mapping[str, Any]) -> Answer:
    function = data.get("RotationLambdaARN") or secret.get("RotationLambdaARN")
    if function and not _may_call(function, secret["ARN"]):
        message = "Secrets Manager cannot invoke the specified Lambda function."
        return error_response_json("AccessDeniedException", message, 400)
    secret |= {"RotationEnabled": True, "RotationLambdaARN": function}
    secret["RotationRules"] = data.get("RotationRules") or secret.get("RotationRules")
    identity = {"ARN": secret["ARN"], "Name": secret["Name"]}
    if not function or data.get("RotateImmediately") is False:  # sets only the schedule; RDS's secrets have no function
        return json_response(identity)
    pending, _ = secretsmanager._find_stage_version(secret, _PENDING)
    if pending and _CURRENT not in secret["Versions"][pending]["Stages"]:
        _start(function, secret["ARN"], pending)
        message = "A previous rotation isn't complete. That rotation will be reattempted."
        return error_response_json("InvalidRequestException", message, 400)
    token = data.get("ClientRequestToken") or new_uuid()
    secretsmanager._remove_stage_everywhere(secret, _PENDING)
    secret["Versions"][token] = {
        "SecretString": None,
        "SecretBinary": None,
        "CreatedDate": int(time.time()),
        "Stages": [_PENDING],
    }
    _start(function, secret["ARN"], token)
    return json_response({**identity, "VersionId": token})


def _may_call(function: str, secret: str) -> bool:
    """Whether the function's policy permits Secrets Manager to invoke it for this secret."""
    target, _, _ = lambda_svc._get_base_func_record_for_ref(function)
    condition = {
        "ArnLike": {"AWS:SourceArn": secret},
        "StringEquals": {"AWS:SourceAccount": secret.split(":")[4]},
    }
    return any(
        each["Principal"] == {"Service": "secretsmanager.amazonaws.com"}
        and each["Resource"] == function
        and each.get("Condition") == condition
        for each in (target or {}).get("policy", {}).get("Statement", ())
    )


def _start(function: str, secret: str, token: str) -> None:
    """Invokes the function for each step, in a thread. Stops at the first step that fails; the version stays."""

    def run() -> None:
        record, config, _ = lambda_svc._get_func_record_for_ref(function)
        target = lambda_svc._execution_record_for_config(record, config)
        for step in _STEPS:
            event = {"Step": step, "SecretId": secret, "ClientRequestToken": token}
            if lambda_svc._execute_function_with_config_scope(target, event).get("error"):
                _LOG.warning("The rotation of %s ended with %s", secret, step)
                return

    # The thread needs the request's context, which has account and region.
    threading.Thread(target=contextvars.copy_context().run, args=(run,), daemon=True).start()
