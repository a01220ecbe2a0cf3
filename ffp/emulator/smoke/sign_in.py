"""Signs in as a browser does: the code flow with PKCE through the hosted sign-in page."""

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
    """There are no tokens; the message is what was said instead."""


@dataclass(frozen=True)
class Client:
    """An app client of the user pool: its id, where it wants its users back, and the scopes that it may ask for."""

    id: str
    callback: str
    scopes: tuple[str, ...]


@dataclass(frozen=True)
class Code:
    """What a sign-in page sends back, and the verifier that it is worth nothing without."""

    value: str
    verifier: str


@dataclass(frozen=True)
class Tokens:
    """What a code is exchanged for."""

    access: str
    id: str


def sign_in(account: Account, client: Client, user: data.User, scopes: tuple[str, ...]) -> Tokens:
    """The user's tokens with these scopes; RefusedError without them."""
    return exchange(account, client, ask_for_code(account, client, user, scopes))


def ask_for_code(account: Account, client: Client, user: data.User, scopes: tuple[str, ...]) -> Code:
    """Fills in the sign-in page; RefusedError where it sends the user back without a code."""
    verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
    page_by_page = browser(account.home)
    asked = {
        "response_type": "code",
        "client_id": client.id,
        "redirect_uri": client.callback,
        "scope": " ".join(scopes),
        "state": state,
        "code_challenge": base64url(hashlib.sha256(verifier.encode()).digest()),
        "code_challenge_method": "S256",
    }
    address = f"{account.address}/oauth2/authorize"
    page = page_by_page.get(address, params=asked, allow_redirects=False, timeout=TIMEOUT_SECONDS)
    form = {html.unescape(name): html.unescape(value) for name, value in _FIELD.findall(page.text)}
    if not form:
        raise RefusedError(_refusal(page))
    form |= {"username": user.name, "password": user.password}
    back = page_by_page.post(f"{account.address}/login", data=form, allow_redirects=False, timeout=TIMEOUT_SECONDS)
    address, _, query = back.headers.get("Location", "").partition("?")
    answer = parse_qs(query)
    if "code" not in answer:
        raise RefusedError(_refusal(back))
    if address != client.callback or answer["state"] != [state]:
        raise RefusedError("the code came back to another address or with another state")
    return Code(answer["code"][0], verifier)


def exchange(account: Account, client: Client, code: Code) -> Tokens:
    """Exchanges a code for tokens; RefusedError with OAuth's own word for why not."""
    form = {
        "grant_type": "authorization_code",
        "client_id": client.id,
        "redirect_uri": client.callback,
        "code": code.value,
        "code_verifier": code.verifier,
    }
    answer = browser(account.home).post(f"{account.address}/oauth2/token", data=form, timeout=TIMEOUT_SECONDS)
    if not answer.ok:
        raise RefusedError(_refusal(answer))
    given = answer.json()
    return Tokens(access=given["access_token"], id=given["id_token"])


def _refusal(answer: requests.Response) -> str:
    """OAuth's error, from the redirect or the body; the status where there is none."""
    redirected = parse_qs(urlsplit(answer.headers.get("Location", "")).query)
    if told := redirected.get("error_description") or redirected.get("error"):
        return told[0]
    try:
        return str(answer.json()["error"])
    except (ValueError, KeyError):
        return "wrong name or password" if "Incorrect username or password" in answer.text else str(answer.status_code)
