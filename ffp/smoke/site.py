"""A deployed environment, as its users reach it: by its public addresses."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import requests

from ffp.project import BadInputError
from ffp.smoke.sign_in import TIMEOUT_SECONDS, Client, SignInPages, Tokens, User
from ffp.smoke.visit import OPENID, Visit
from settings import Application, Environment
from settings.tenancy import full_name

# The outputs of a platform's stack that are needed. `ffp deliver apply` passes them on.
_NEEDED = ("api-address", "public-address", "sign-in-address", "user-pool", "web-client")
_AGAIN = "give what `ffp deliver apply` wrote, or the output of `terraform output -json`"


def addresses(text: str) -> dict[str, str]:
    """The addresses in a text of JSON. Raises BadInputError with each that is missing."""
    try:
        raw = json.loads(text)
    except ValueError:
        raw = None
    if not isinstance(raw, dict):
        raise BadInputError(f"addresses: no JSON object; {_AGAIN}")
    found = {name: each["value"] if isinstance(each, dict) and "value" in each else each for name, each in raw.items()}
    problems = [f"addresses: {name} is missing, or no text; {_AGAIN}" for name in _NEEDED if not _is_text(found, name)]
    if problems:
        raise BadInputError(*problems)
    return {name: str(each) for name, each in found.items()}


def _is_text(found: Mapping[str, object], name: str) -> bool:
    return isinstance(found.get(name), str) and bool(found[name])


@dataclass(frozen=True)
class HostedPages:
    """A user pool's hosted pages on AWS."""

    address: str

    def browser(self) -> requests.Session:
        return requests.Session()


@dataclass(frozen=True)
class Site(Visit):
    """One environment with the users of its test tenants."""

    settings: Environment
    outputs: Mapping[str, str]
    users: tuple[User, ...] = field(repr=False)
    sign_in_pages: SignInPages
    front: str  # the address to which requests go
    front_headers: Mapping[str, str]  # that each request carries besides its own
    keys_address: str  # of the keys that the pool publishes
    browser: Callable[[], requests.Session]
    signed_in: dict[tuple[User, tuple[str, ...]], Tokens] = field(default_factory=dict, init=False, repr=False)
    _sessions: dict[User, requests.Session] = field(default_factory=dict, init=False, repr=False)

    @property
    def application(self) -> Application:
        return self.settings.application

    @property
    def tenants(self) -> tuple[str, ...]:
        return self.settings.smoke.tenants if self.settings.smoke else ()

    @property
    def pages(self) -> SignInPages:
        return self.sign_in_pages

    @property
    def web_client(self) -> Client:
        scopes = (*OPENID, *map(full_name, self.tenancy.scopes_of_people))
        return Client(self.outputs["web-client"], self.settings.identity.callback_urls[0], scopes)

    def session_of(self, user: User) -> requests.Session:
        return self._sessions.setdefault(user, self.sign_in_pages.browser())

    def pool_keys(self) -> list[dict[str, Any]]:
        keys: list[dict[str, Any]] = self.fetch(self.keys_address).json()["keys"]
        return keys

    def call(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
        body: object = None,
    ) -> requests.Response:
        authorised = {"Authorization": f"Bearer {token}"} if token else {}
        return self.browser().request(
            method,
            f"{self.front}{path}",
            headers={**self.front_headers, **authorised, **(headers or {})},
            json=body,
            allow_redirects=False,
            timeout=TIMEOUT_SECONDS,
        )

    def fetch(self, url: str) -> requests.Response:
        """Requests any address without a token."""
        return self.browser().get(url, allow_redirects=False, timeout=TIMEOUT_SECONDS)


def on_aws(settings: Environment, outputs: Mapping[str, str], users: tuple[User, ...]) -> Site:
    """The environment behind its public address."""
    return Site(
        settings,
        outputs,
        users,
        HostedPages(outputs["sign-in-address"]),
        outputs["public-address"],
        {},
        f"https://cognito-idp.{settings.region}.amazonaws.com/{outputs['user-pool']}/.well-known/jwks.json",
        requests.Session,
    )
