"""A walk over a running platform: who signs in, and how a request reaches it."""

import contextlib
import json
import re
import time
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
from ffp.emulator.servers import TIMEOUT_SECONDS, browser
from ffp.emulator.smoke import kit
from ffp.emulator.smoke.sign_in import Client, Tokens, sign_in
from ffp.emulator.smoke.tokens import claims_of
from settings import Application, Tenancy

NOTHING = "5b6ff0a4-4f5e-4f2f-8a55-0d0f3f3f0b11"  # an id that nothing has
_EDGE_REQUEST = f"{'walk':-<54}=="  # as CloudFront names a request, and says so to the API
_SPARE_SECONDS = 120  # what a token that is used once more must still have


@dataclass(frozen=True)
class Walk:
    """The platform's own words for its parts, and those who may try them."""

    account: Account
    outputs: Mapping[str, str]
    users: tuple[data.User, ...]
    stack: stacks.SynthesisedStack
    signed_in: dict[tuple[data.User, tuple[str, ...]], Tokens] = field(default_factory=dict, init=False, repr=False)
    wrote: set[str] = field(default_factory=set, init=False, repr=False)  # every text that a request's body carried

    @classmethod
    def on(cls, platform: Platform) -> "Walk":
        """A walk over this platform, which is up."""
        stack = stacks.read(platform.folder / stacks.FILE_NAME)
        return cls(platform.account, platform.outputs(), tuple(data.read_users(platform.account)), stack)

    @property
    def application(self) -> Application:
        return self.account.settings.application

    @property
    def tenancy(self) -> Tenancy:
        return self.application.tenancy

    @cached_property
    def part(self) -> kit.Part:
        """The application's own part of the walk."""
        return kit.load(self.application)

    def user(self, role: str, tenant: int = 0) -> data.User:
        """The user with this role, of the first or the second tenant."""
        return next(each for each in self.users if (each.role, each.tenant_id) == (role, kit.TENANTS[tenant]))

    @contextlib.contextmanager
    def rows_of(self, tenant_id: str) -> Iterator[Connection]:
        """A session of the tables' owner that sees this tenant's rows and no others, as long as this lasts."""
        with contextlib.closing(data.as_owner(self.account)) as session:
            data.name_tenant(self.account, session, tenant_id, for_good=True)
            yield session

    def client(self, service: str) -> Any:
        """A client of the account's root user, to look at what a request left."""
        return self.account.client(self.account.root, service)

    @cached_property
    def web_client(self) -> Client:
        """The app client with which browsers sign in."""
        found = self.client("cognito-idp").describe_user_pool_client(
            UserPoolId=self.outputs["user-pool"], ClientId=self.outputs["web-client"]
        )["UserPoolClient"]
        return Client(found["ClientId"], found["CallbackURLs"][0], tuple(found["AllowedOAuthScopes"]))

    def sign_in(self, user: data.User, scopes: tuple[str, ...] | None = None) -> Tokens:
        """The user's tokens with these scopes, or with all that the web client has; signed in once for all cases."""
        asked = self.web_client.scopes if scopes is None else scopes
        known = self.signed_in.get((user, asked))
        if known is None or claims_of(known.access)["exp"] < time.time() + _SPARE_SECONDS:
            self.signed_in[user, asked] = sign_in(self.account, self.web_client, user, asked)
        return self.signed_in[user, asked]

    def call(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
        body: object = None,
    ) -> requests.Response:
        """One request to the API, at its own address, as the front door would pass it on."""
        host = self.account.api_address(self.outputs).removeprefix("https://")
        sent = {
            "Host": host,
            "X-Amz-Cf-Id": _EDGE_REQUEST,
            **({"Authorization": f"Bearer {token}"} if token else {}),
            **(headers or {}),
        }
        if body is not None:
            sent["Content-Type"] = "application/json"
            self.wrote.update(_texts(body))
        return browser(self.account.home).request(
            method,
            f"{self.account.address}{path}",
            headers=sent,
            data=None if body is None else json.dumps(body),
            allow_redirects=False,
            timeout=TIMEOUT_SECONDS,
        )

    def fetch(self, url: str) -> requests.Response:
        """What any address of the platform answers to whoever has no token."""
        return browser(self.account.home).get(url, timeout=TIMEOUT_SECONDS)

    def follow(
        self, route: str, *, token: str | None, headers: Mapping[str, str] | None = None, body: object = None
    ) -> requests.Response:
        """One request on a route of the API, such as "GET /api/things/{thingId}", to what does not exist."""
        method, path = route.split(" ")
        return self.call(method, re.sub(r"\{\w+\}", NOTHING, path), token=token, headers=headers, body=body)

    def pass_on(self, function: str, token: str, **event: object) -> dict[str, Any]:
        """What a function answers to whoever has this token, as if the API had let it through."""
        claims = {name: str(value) for name, value in claims_of(token).items()}
        return self.invoke(function, {"requestContext": {"authorizer": {"jwt": {"claims": claims}}}, **event})

    def invoke(self, function: str, event: object) -> dict[str, Any]:
        """What a function answers to an event, or, with `FunctionError`, why it does not."""
        answer = self.client("lambda").invoke(
            FunctionName=self.account.name(function), Qualifier="live", Payload=json.dumps(event)
        )
        given: dict[str, Any] = json.loads(answer["Payload"].read()) or {}
        return given | {key: answer[key] for key in ("FunctionError",) if key in answer}


def told(answer: requests.Response) -> str:
    """An answer's status, with the reason that it gives where there is one."""
    return f"{answer.status_code} {answer.json().get('message', '')}".strip()


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for each in value.values():
                yield from _texts(each)
