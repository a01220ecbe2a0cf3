"""Sends requests to an environment as its users."""

import re
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

import requests

from ffp.smoke.sign_in import Client, SignInPages, Tokens, User, sign_in
from ffp.smoke.tokens import claims_of
from settings import Application, Tenancy

OPENID = ("email", "openid", "profile")  # the web client's scopes besides the API's
NOTHING = "5b6ff0a4-4f5e-4f2f-8a55-0d0f3f3f0b11"  # an id that does not exist
_SPARE_SECONDS = 120  # the remaining lifetime that a token needs to be used again


class Visit(ABC):
    """A deployed environment, and the users of its test tenants. Keeps the users' tokens."""

    users: tuple[User, ...]
    signed_in: dict[tuple[User, tuple[str, ...]], Tokens]

    @property
    @abstractmethod
    def application(self) -> Application:
        """The application that is tried."""

    @property
    @abstractmethod
    def tenants(self) -> tuple[str, ...]:
        """The ids of the test tenants."""

    @property
    @abstractmethod
    def web_client(self) -> Client:
        """The app client for browsers."""

    @property
    @abstractmethod
    def pages(self) -> SignInPages:
        """The pages on which users sign in."""

    @abstractmethod
    def pool_keys(self) -> list[dict[str, Any]]:
        """The keys with which the user pool signs tokens, as it publishes them."""

    @abstractmethod
    def call(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
        body: object = None,
    ) -> requests.Response:
        """Sends a request to the API, as a user's browser does."""

    @property
    def tenancy(self) -> Tenancy:
        return self.application.tenancy

    def user(self, role: str, tenant: int = 0) -> User:
        """The user with this role, of the first (0) or the second (1) tenant."""
        return next(each for each in self.users if (each.role, each.tenant_id) == (role, self.tenants[tenant]))

    def sign_in(self, user: User, scopes: tuple[str, ...] | None = None) -> Tokens:
        """The user's tokens with these scopes, or with all of the web client's. Several cases share one sign-in."""
        requested = self.web_client.scopes if scopes is None else scopes
        tokens = self.signed_in.get((user, requested))
        if tokens is None or claims_of(tokens.access)["exp"] < time.time() + _SPARE_SECONDS:
            self.signed_in[user, requested] = sign_in(
                self.pages, self.web_client, user, requested, self.session_of(user)
            )
        return self.signed_in[user, requested]

    def session_of(self, _user: User) -> requests.Session | None:
        """The browser in which a user signs in again; None for a new one each time."""
        return None

    def follow(
        self, route: str, *, token: str | None, headers: Mapping[str, str] | None = None, body: object = None
    ) -> requests.Response:
        """Requests a route, such as "GET /api/things/{thingId}", with an id that does not exist."""
        method, path = route.split(" ")
        return self.call(method, re.sub(r"\{\w+\}", NOTHING, path), token=token, headers=headers, body=body)


def status_and_reason(answer: requests.Response) -> str:
    """The status of a response, with the message in its body if it has one."""
    try:
        message = answer.json().get("message", "")
    except (ValueError, AttributeError):
        message = ""  # a page of CloudFront, or a list
    return f"{answer.status_code} {message}".strip()
