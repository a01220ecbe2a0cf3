"""Secrets Manager's secrets, versions and labels, behind the real client, which checks every call's parameters."""

import json
import threading
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders

STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")
CURRENT, PENDING, PREVIOUS = "AWSCURRENT", "AWSPENDING", "AWSPREVIOUS"


class RefusedError(Exception):
    """What Secrets Manager answers with an error's code."""


class KilledError(BaseException):
    """The function's end in mid-course: no handler catches it."""


@dataclass
class StoredSecret:
    """One secret: a version may have no value yet, and a label stands on one version at most."""

    tags: dict[str, str] = field(default_factory=dict)
    rotates: bool = True
    values: dict[str, str | None] = field(default_factory=dict, repr=False)
    labels: dict[str, str] = field(default_factory=dict)

    def begin(self, token: str | None = None) -> str:
        """RotateSecret: a version without a value gets the label; a person took it from one that never ended."""
        token = token or str(uuid4())
        self.values.setdefault(token, None)
        self.labels[PENDING] = token
        return token

    @property
    def current(self) -> str | None:
        """The value that readers get."""
        return self.values[self.labels[CURRENT]] if CURRENT in self.labels else None

    def put(self, value: str, *labels: str, token: str | None = None) -> str:
        """A version with a value."""
        token = token or str(uuid4())
        if self.values.get(token, value) not in (None, value):
            raise RefusedError("ResourceExistsException")
        self.values[token] = value
        for label in labels or (CURRENT,):
            self.move(label, token)
        return token

    def move(self, label: str, token: str) -> None:
        """A label moves to a version; where it is the current one's, the version before keeps another."""
        if label == CURRENT and self.labels.get(CURRENT, token) != token:
            self.labels[PREVIOUS] = self.labels[CURRENT]
        self.labels[label] = token


class SecretStore:
    """All secrets, by ARN."""

    def __init__(self) -> None:
        self.secrets: dict[str, StoredSecret] = {}
        self.refusal: str | None = None  # the code of the error that every call is answered with
        self.killed_after = ""  # the operation after which whoever called ends
        self._lock = threading.Lock()

    def serve(self, client: Any) -> None:
        """Answers the client's calls from now on."""
        client.meta.events.register("before-call.secretsmanager", self._answer, unique_id="secret-store")

    def leave(self, client: Any) -> None:
        client.meta.events.unregister("before-call.secretsmanager", unique_id="secret-store")

    def _answer(self, model: Any, params: Any, **_: object) -> tuple[AWSResponse, dict[str, Any]]:
        asked = json.loads(params["body"])
        try:
            with self._lock:
                if self.refusal:
                    raise RefusedError(self.refusal)
                if asked["SecretId"] not in self.secrets:
                    raise RefusedError("ResourceNotFoundException")
                operation = {
                    "DescribeSecret": _describe,
                    "GetSecretValue": _get,
                    "PutSecretValue": _put,
                    "UpdateSecretVersionStage": _move,
                }[model.name]
                answer = operation(self.secrets[asked["SecretId"]], asked)
        except RefusedError as refused:
            error = {"Code": str(refused), "Message": "refused"}
            return AWSResponse("", 400, HTTPHeaders(), None), {"Error": error, "ResponseMetadata": {}}
        if self.killed_after == model.name:
            self.killed_after = ""
            raise KilledError
        return AWSResponse("", 200, HTTPHeaders(), None), answer


def _describe(secret: StoredSecret, asked: dict[str, Any]) -> dict[str, Any]:
    stages: dict[str, list[str]] = {}
    for label, token in secret.labels.items():
        stages.setdefault(token, []).append(label)
    tags = [{"Key": key, "Value": value} for key, value in secret.tags.items()]
    name = asked["SecretId"].rpartition(":")[2]
    return {"Name": name, "RotationEnabled": secret.rotates, "VersionIdsToStages": stages, "Tags": tags}


def _get(secret: StoredSecret, asked: dict[str, Any]) -> dict[str, Any]:
    label = asked.get("VersionStage", CURRENT)
    token = asked.get("VersionId", secret.labels.get(label, ""))
    value = secret.values.get(token)
    if value is None or ("VersionStage" in asked and secret.labels.get(label) != token):
        raise RefusedError("ResourceNotFoundException")
    return {"SecretString": value, "VersionId": token}


def _put(secret: StoredSecret, asked: dict[str, Any]) -> dict[str, Any]:
    token = secret.put(asked["SecretString"], *asked.get("VersionStages", ()), token=asked["ClientRequestToken"])
    return {"VersionId": token}


def _move(secret: StoredSecret, asked: dict[str, Any]) -> dict[str, Any]:
    label, token = asked["VersionStage"], asked["MoveToVersionId"]
    if token not in secret.values:
        raise RefusedError("ResourceNotFoundException")
    if secret.labels.get(label, token) != token and asked.get("RemoveFromVersionId") != secret.labels[label]:
        raise RefusedError("InvalidParameterException")
    secret.move(label, token)
    return {}
