"""Sends requests to a running platform as its users."""

import contextlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import requests
from pg8000.native import Connection

from ffp import stacks
from ffp.emulator import data
from ffp.emulator.account import Account
from ffp.emulator.platform import Platform
from ffp.emulator.smoke import kit
from ffp.smoke.sign_in import TIMEOUT_SECONDS, Client, Tokens, User
from ffp.smoke.tokens import claims_of
from ffp.smoke.visit import NOTHING, Visit, status_and_reason
from settings import Application
from settings.names import ALIAS

__all__ = ["NOTHING", "Walk", "status_and_reason"]
_EDGE_REQUEST = f"{'walk':-<54}=="  # a request id in CloudFront's format, which CloudFront sends to the API


@dataclass(frozen=True)
class Walk(Visit):
    """A running platform with its outputs, its users and its stack.

    Keeps the users' tokens and the texts that it sent.
    """

    account: Account
    outputs: Mapping[str, str]
    users: tuple[User, ...]
    stack: stacks.SynthesisedStack
    signed_in: dict[tuple[User, tuple[str, ...]], Tokens] = field(default_factory=dict, init=False, repr=False)
    sent_texts: set[str] = field(default_factory=set, init=False, repr=False)  # all texts in the bodies of requests

    @classmethod
    def on(cls, platform: Platform) -> "Walk":
        """Creates the walk for a running platform."""
        stack = stacks.read(platform.folder / stacks.FILE_NAME)
        return cls(platform.account, platform.outputs(), tuple(data.read_users(platform.account)), stack)

    @property
    def application(self) -> Application:
        return self.account.settings.application

    @property
    def tenants(self) -> tuple[str, ...]:
        return kit.TENANTS

    @property
    def pages(self) -> Account:
        return self.account

    def pool_keys(self) -> list[dict[str, Any]]:
        address = f"{self.account.address}/{self.outputs['user-pool']}/.well-known/jwks.json"
        keys: list[dict[str, Any]] = self.account.browser().get(address, timeout=TIMEOUT_SECONDS).json()["keys"]
        return keys

    @cached_property
    def part(self) -> kit.Part:
        """The application's own part of the smoke test."""
        return kit.load(self.application)

    @contextlib.contextmanager
    def rows_of(self, tenant_id: str) -> Iterator[Connection]:
        """A database session of the tables' owner that sees only this tenant's rows, for the duration of the block."""
        with contextlib.closing(data.as_owner(self.account)) as session:
            data.set_tenant(self.account, session, tenant_id, for_good=True)
            yield session

    def client(self, service: str) -> Any:
        """A client of the account's root user, to inspect the effects of requests."""
        return self.account.client(self.account.root, service)

    @cached_property
    def web_client(self) -> Client:
        """The app client for browsers."""
        client = self.client("cognito-idp").describe_user_pool_client(
            UserPoolId=self.outputs["user-pool"], ClientId=self.outputs["web-client"]
        )["UserPoolClient"]
        return Client(client["ClientId"], client["CallbackURLs"][0], tuple(client["AllowedOAuthScopes"]))

    def call(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
        body: object = None,
    ) -> requests.Response:
        """Sends a request to the API's own address, with the headers that CloudFront would add."""
        host = self.account.api_address(self.outputs).removeprefix("https://")
        all_headers = {
            "Host": host,
            "X-Amz-Cf-Id": _EDGE_REQUEST,
            **({"Authorization": f"Bearer {token}"} if token else {}),
            **(headers or {}),
        }
        if body is not None:
            all_headers["Content-Type"] = "application/json"
            self.sent_texts.update(_texts(body))
        return self.account.browser().request(
            method,
            f"{self.account.address}{path}",
            headers=all_headers,
            data=None if body is None else json.dumps(body),
            allow_redirects=False,
            timeout=TIMEOUT_SECONDS,
        )

    def fetch(self, url: str) -> requests.Response:
        """Requests any URL of the platform without a token."""
        return self.account.browser().get(url, timeout=TIMEOUT_SECONDS)

    def pass_on(self, function: str, token: str, **event: object) -> dict[str, Any]:
        """Invokes a function as if the API had accepted this token, and returns its response."""
        claims = {name: str(value) for name, value in claims_of(token).items()}
        return self.invoke(function, {"requestContext": {"authorizer": {"jwt": {"claims": claims}}}, **event})

    def invoke(self, function: str, event: object) -> dict[str, Any]:
        """Invokes a function with an event. Returns its response; with the key `FunctionError`, it is the error."""
        answer = self.client("lambda").invoke(
            FunctionName=self.account.name(function), Qualifier=ALIAS, Payload=json.dumps(event)
        )
        result: dict[str, Any] = json.loads(answer["Payload"].read()) or {}
        return result | {key: answer[key] for key in ("FunctionError",) if key in answer}


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for each in value.values():
                yield from _texts(each)
