"""Signs in as a browser does, by the code flow with PKCE and the hosted sign-in page."""

import hashlib
import html
import re
import secrets
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import requests

from ffp.emulator import data
from ffp.emulator.account import Account, base64url
from ffp.emulator.servers import TIMEOUT_SECONDS, browser

_FIELD = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')


class RefusedError(Exception):
    """The sign-in failed. The message is the reason from the response."""


@dataclass(frozen=True)
class Client:
    """An app client of the user pool: its id, its callback address, and the scopes that it may request."""

    id: str
    callback: str
    scopes: tuple[str, ...]


@dataclass(frozen=True)
class Code:
    """An authorisation code, and the PKCE verifier that is needed to exchange it."""

    value: str
    verifier: str


@dataclass(frozen=True)
class Tokens:
    """The tokens of a user."""

    access: str
    id: str


def sign_in(account: Account, client: Client, user: data.User, scopes: tuple[str, ...]) -> Tokens:
    """Signs a user in with these scopes. Raises RefusedError if the user receives no tokens."""
    return exchange(account, client, ask_for_code(account, client, user, scopes))


def ask_for_code(account: Account, client: Client, user: data.User, scopes: tuple[str, ...]) -> Code:
    """Submits the sign-in page and returns the code. Raises RefusedError if there is none."""
    verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
    session = browser(account.home)
    parameters = {
        "response_type": "code",
        "client_id": client.id,
        "redirect_uri": client.callback,
        "scope": " ".join(scopes),
        "state": state,
        "code_challenge": base64url(hashlib.sha256(verifier.encode()).digest()),
        "code_challenge_method": "S256",
    }
    address = f"{account.address}/oauth2/authorize"
    page = session.get(address, params=parameters, allow_redirects=False, timeout=TIMEOUT_SECONDS)
    form = {html.unescape(name): html.unescape(value) for name, value in _FIELD.findall(page.text)}
    if not form:
        raise RefusedError(_error_in(page))
    form |= {"username": user.name, "password": user.password}
    redirect = session.post(f"{account.address}/login", data=form, allow_redirects=False, timeout=TIMEOUT_SECONDS)
    address, _, query = redirect.headers.get("Location", "").partition("?")
    answer = parse_qs(query)
    if "code" not in answer:
        raise RefusedError(_error_in(redirect))
    if address != client.callback or answer["state"] != [state]:
        raise RefusedError("the code came back to another address or with another state")
    return Code(answer["code"][0], verifier)


def exchange(account: Account, client: Client, code: Code) -> Tokens:
    """Exchanges a code for tokens. Raises RefusedError with OAuth's error code."""
    form = {
        "grant_type": "authorization_code",
        "client_id": client.id,
        "redirect_uri": client.callback,
        "code": code.value,
        "code_verifier": code.verifier,
    }
    answer = browser(account.home).post(f"{account.address}/oauth2/token", data=form, timeout=TIMEOUT_SECONDS)
    if not answer.ok:
        raise RefusedError(_error_in(answer))
    tokens = answer.json()
    return Tokens(access=tokens["access_token"], id=tokens["id_token"])


def _error_in(answer: requests.Response) -> str:
    """OAuth's error from the redirect or the body, or else the status."""
    redirected = parse_qs(urlsplit(answer.headers.get("Location", "")).query)
    if error := redirected.get("error_description") or redirected.get("error"):
        return error[0]
    try:
        return str(answer.json()["error"])
    except (ValueError, KeyError):
        return "wrong name or password" if "Incorrect username or password" in answer.text else str(answer.status_code)
