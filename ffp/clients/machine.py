"""The app clients of one machine, which calls the API with client credentials.

Terraform does not make them, because its provider would write their secrets into the state. A machine has one client,
and two while it changes from one to the next: the first stays until nobody uses it. A client is stored before its id is
written, so that an interrupted run can be completed.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from ffp.aws import as_tool_errors, error_code
from ffp.files import put_in_place
from ffp.project import BadInputError, ToolError
from ffp.recover.users import pool_of
from settings import Environment, MachineClient
from settings.machine_clients import client_secret, file_of, ids_of
from settings.names import prefix
from settings.tenancy import RESOURCE_SERVER

_MOST = 2  # clients of a machine, which the settings demand, too


@dataclass(frozen=True)
class Made:
    """A client that is ready to be deployed: its id, the file that lists it, and whether this run created it."""

    client_id: str
    file: Path
    is_new: bool


@dataclass(frozen=True)
class Machine:
    """A machine of an environment's settings, and its clients in that environment's pool."""

    settings: Environment
    machine: MachineClient
    folder: Path
    client: Callable[[str], Any]  # creates a client for a service of that account
    sign_in_address: str = ""  # of an emulator; AWS's follows from the pool

    @property
    def name(self) -> str:
        return f"{prefix(self.settings.name)}{self.machine.name}"

    @property
    def box(self) -> str:
        """The name of the secret that holds the newest client's credentials."""
        return f"{prefix(self.settings.name)}{client_secret(self.machine.name)}"

    @property
    def file(self) -> Path:
        return file_of(self.settings.name, self.machine.name, self.folder)

    def new(self) -> Made:
        """Creates a client, or completes one of an interrupted run: stores its credentials, and writes its id.

        Raises BadInputError if the platform is not deployed or the machine has two clients, and ToolError if AWS
        refuses a call.
        """
        cognito, listed = self.client("cognito-idp"), self._listed()
        pool = pool_of(self.settings, cognito)
        self._require_box()
        with as_tool_errors():
            existing = self._existing(cognito, pool)
            unknown = [each for each in existing if each not in listed]
            if not unknown and len(listed) >= _MOST:
                raise BadInputError(
                    f"{self.file}: {self.machine.name} has {len(listed)} clients; when nobody uses the first any "
                    f"more, run: .venv/bin/ffp clients retire {self.settings.name} {self.machine.name}"
                )
            if unknown:
                made = cognito.describe_user_pool_client(UserPoolId=pool, ClientId=unknown[0])["UserPoolClient"]
            else:
                made = cognito.create_user_pool_client(
                    UserPoolId=pool, ClientName=self.name, GenerateSecret=True, **self._rules()
                )["UserPoolClient"]
            self.folder.mkdir(exist_ok=True)
            with put_in_place(self.file, "".join(f"{each}\n" for each in (*listed, made["ClientId"]))):
                self._store(made, self._token_address(cognito, pool))
        return Made(str(made["ClientId"]), self.file, is_new=not unknown)

    def retire(self) -> str:
        """Deletes the first of two clients, and returns its id. Tokens that it was given end with their time.

        Raises BadInputError unless there are two.
        """
        listed = self._listed()
        if len(listed) != _MOST:
            raise BadInputError(
                f"{self.file}: {self.machine.name} has {len(listed) or 'no'} client{'s' * (len(listed) != 1)}, and "
                f"only the first of {_MOST} is retired; create the next with: "
                f".venv/bin/ffp clients new {self.settings.name} {self.machine.name}"
            )
        cognito = self.client("cognito-idp")
        pool = pool_of(self.settings, cognito)
        first, *rest = listed
        with as_tool_errors(), put_in_place(self.file, "".join(f"{each}\n" for each in rest)):
            try:
                cognito.delete_user_pool_client(UserPoolId=pool, ClientId=first)
            except ClientError as refusal:
                if error_code(refusal) != "ResourceNotFoundException":  # a run before was interrupted
                    raise
        return first

    def update(self) -> list[str]:
        """Gives the machine's clients the scopes and times of the settings, and returns the ids of those it changed."""
        cognito = self.client("cognito-idp")
        pool = pool_of(self.settings, cognito)
        changed = []
        with as_tool_errors():
            for client_id in self._listed():
                present = cognito.describe_user_pool_client(UserPoolId=pool, ClientId=client_id)["UserPoolClient"]
                rules = self._rules()
                if {key: _plain(present.get(key)) for key in rules} != {key: _plain(rules[key]) for key in rules}:
                    cognito.update_user_pool_client(UserPoolId=pool, ClientId=client_id, ClientName=self.name, **rules)
                    changed.append(client_id)
        return changed

    def _rules(self) -> dict[str, Any]:
        """What a client may do: it gets tokens for itself, never for a user."""
        return {
            "AllowedOAuthFlowsUserPoolClient": True,
            "AllowedOAuthFlows": ["client_credentials"],
            "AllowedOAuthScopes": [f"{RESOURCE_SERVER}/{scope}" for scope in self.machine.scopes],
            "ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH"],  # without it Cognito allows users to sign in
            "AccessTokenValidity": self.machine.access_token_minutes,
            "TokenValidityUnits": {"AccessToken": "minutes"},
            "EnableTokenRevocation": True,
            "PreventUserExistenceErrors": "ENABLED",
        }

    def _listed(self) -> tuple[str, ...]:
        return ids_of(self.settings.name, self.machine.name, self.folder)

    def _existing(self, cognito: Any, pool: str) -> list[str]:
        pages = cognito.get_paginator("list_user_pool_clients").paginate(UserPoolId=pool)
        return [
            str(each["ClientId"])
            for page in pages
            for each in page["UserPoolClients"]
            if each["ClientName"] == self.name
        ]

    def _require_box(self) -> None:
        with as_tool_errors():
            try:
                self.client("secretsmanager").describe_secret(SecretId=self.box)
            except ClientError as refusal:
                if error_code(refusal) != "ResourceNotFoundException":
                    raise
                raise BadInputError(
                    f"{self.settings.name}: the secret {self.box} does not exist; deploy the platform with "
                    f"{self.machine.name} in identity.machines first"
                ) from None

    def _token_address(self, cognito: Any, pool: str) -> str:
        """Where the machine gets its tokens."""
        if self.sign_in_address:
            return f"{self.sign_in_address}/oauth2/token"
        domain = cognito.describe_user_pool(UserPoolId=pool)["UserPool"].get("Domain")
        if not domain:
            raise ToolError(f"{pool}: the pool has no domain, at which clients get tokens; deploy the platform again")
        return f"https://{domain}.auth.{self.settings.region}.amazoncognito.com/oauth2/token"

    def _store(self, made: dict[str, Any], token_address: str) -> None:
        """Stores the credentials as the secret's current value; those before stay as its previous one."""
        credentials = {
            "client_id": made["ClientId"],
            "client_secret": made["ClientSecret"],
            "token_address": token_address,
            "scope": " ".join(f"{RESOURCE_SERVER}/{scope}" for scope in self.machine.scopes),
        }
        self.client("secretsmanager").put_secret_value(SecretId=self.box, SecretString=json.dumps(credentials))


def _plain(value: Any) -> Any:
    """A value for a comparison: AWS returns lists in an order of its own, and units that nobody set."""
    if isinstance(value, list):
        return sorted(map(str, value))
    return value.get("AccessToken") if isinstance(value, dict) else value
