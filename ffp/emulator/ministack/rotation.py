"""Rotation as Secrets Manager does it: MiniStack moves labels, copies the value, and calls no function."""

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
    """Puts the completed operations in the place of MiniStack's; fails if one of those is not there."""
    store, read, rotate = (
        secretsmanager._store_new_secret,
        secretsmanager._get_secret_value,
        secretsmanager._rotate_secret,
    )

    def store_secret(name: str, **given: Any) -> Any:
        """A secret that is made without a value has no version."""
        made = store(name, **given)
        if given.get("secret_string") is None and given.get("secret_binary") is None:
            secretsmanager._secrets[name]["Versions"].clear()
        return made

    def read_value(data: Mapping[str, Any]) -> Answer:
        """A version that has no value yet cannot be read."""
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
    named = {"ARN": secret["ARN"], "Name": secret["Name"]}
    if not function or data.get("RotateImmediately") is False:  # only a schedule; without a function it is RDS's
        return json_response(named)
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
    return json_response({**named, "VersionId": token})


def _may_call(function: str, secret: str) -> bool:
    """Whether the policy of what is called lets Secrets Manager call it for this secret."""
    called, _, _ = lambda_svc._get_base_func_record_for_ref(function)
    condition = {
        "ArnLike": {"AWS:SourceArn": secret},
        "StringEquals": {"AWS:SourceAccount": secret.split(":")[4]},
    }
    return any(
        each["Principal"] == {"Service": "secretsmanager.amazonaws.com"}
        and each["Resource"] == function
        and each.get("Condition") == condition
        for each in (called or {}).get("policy", {}).get("Statement", ())
    )


def _start(function: str, secret: str, token: str) -> None:
    """Calls the function step by step, beside the request; a step that fails is the last, and the version stays."""

    def run() -> None:
        record, config, _ = lambda_svc._get_func_record_for_ref(function)
        called = lambda_svc._execution_record_for_config(record, config)
        for step in _STEPS:
            event = {"Step": step, "SecretId": secret, "ClientRequestToken": token}
            if lambda_svc._execute_function_with_config_scope(called, event).get("error"):
                _LOG.warning("The rotation of %s ended with %s", secret, step)
                return

    # The thread knows account and region by the request's context.
    threading.Thread(target=contextvars.copy_context().run, args=(run,), daemon=True).start()
