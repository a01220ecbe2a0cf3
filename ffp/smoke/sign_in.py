"""Signs in as a browser does: by the code flow with PKCE and Cognito's hosted pages, with a second factor if asked."""

import base64
import hashlib
import secrets
import time
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import parse_qs, urljoin, urlsplit

import requests

from ffp.smoke import totp
from ffp.smoke.pages import Form, code_form, password_form

TIMEOUT_SECONDS = 40  # for a request; a function's first call takes seconds
_MOST_PAGES = 6  # from the first page to the callback
_ATTEMPTS = 2  # with codes of an authenticator app


class RefusedError(Exception):
    """The sign-in failed. The message is the reason from the response."""


@dataclass(frozen=True)
class User:
    """A user to try things as."""

    name: str
    password: str = field(repr=False)
    tenant_id: str
    role: str
    totp_seed: str = field(default="", repr=False)  # empty where no second factor is asked for


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


class SignInPages(Protocol):
    """Where a user pool's hosted pages are."""

    @property
    def address(self) -> str:
        """The address, without a path."""

    def browser(self) -> requests.Session:
        """A new session, without cookies."""


def sign_in(
    pages: SignInPages, client: Client, user: User, scopes: tuple[str, ...], session: requests.Session | None = None
) -> Tokens:
    """Signs a user in with these scopes. Raises RefusedError if the user receives no tokens.

    A session in which the user signed in before needs neither password nor code again: Cognito's pages remember the
    user for an hour, and accept each code of an authenticator app only once.
    """
    return exchange(pages, client, ask_for_code(pages, client, user, scopes, session))


def ask_for_code(
    pages: SignInPages, client: Client, user: User, scopes: tuple[str, ...], session: requests.Session | None = None
) -> Code:
    """Submits the sign-in pages and returns the code. Raises RefusedError if there is none."""
    verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
    session = session or pages.browser()
    parameters = {
        "response_type": "code",
        "client_id": client.id,
        "redirect_uri": client.callback,
        "scope": " ".join(scopes),
        "state": state,
        "code_challenge": base64url(hashlib.sha256(verifier.encode()).digest()),
        "code_challenge_method": "S256",
    }
    asked = session.get(
        f"{pages.address}/oauth2/authorize", params=parameters, allow_redirects=False, timeout=TIMEOUT_SECONDS
    )
    page = _arrived(session, pages, asked)
    if form := password_form(page.text):
        typed = {form.typed[0]: user.name, form.passwords[0]: user.password}
        page = _arrived(session, pages, _submitted(session, page, form, typed))
    for attempt in range(_ATTEMPTS):
        if not (user.totp_seed and (form := code_form(page.text))) or password_form(page.text):
            break
        if attempt:  # somebody else has used this code, so wait for the next one
            time.sleep(totp.PERIOD_SECONDS - time.time() % totp.PERIOD_SECONDS)
        typed = {form.typed[0]: totp.code(user.totp_seed, time.time())}
        page = _arrived(session, pages, _submitted(session, page, form, typed))
    address, _, query = page.headers.get("Location", "").partition("?")
    answer = parse_qs(query)
    if "code" not in answer:
        raise RefusedError(_error_in(page))
    if address != client.callback or answer["state"] != [state]:
        raise RefusedError("the code came back to another address or with another state")
    return Code(answer["code"][0], verifier)


def exchange(pages: SignInPages, client: Client, code: Code) -> Tokens:
    """Exchanges a code for tokens. Raises RefusedError with OAuth's error code."""
    form = {
        "grant_type": "authorization_code",
        "client_id": client.id,
        "redirect_uri": client.callback,
        "code": code.value,
        "code_verifier": code.verifier,
    }
    answer = pages.browser().post(f"{pages.address}/oauth2/token", data=form, timeout=TIMEOUT_SECONDS)
    if not answer.ok:
        raise RefusedError(_error_in(answer))
    tokens = answer.json()
    return Tokens(access=tokens["access_token"], id=tokens["id_token"])


def base64url(content: bytes) -> str:
    """URL-safe base64 without padding, as tokens and PKCE use it."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _submitted(
    session: requests.Session, page: requests.Response, form: Form, typed: dict[str, str]
) -> requests.Response:
    return session.post(
        urljoin(page.url, form.action), data=form.hidden | typed, allow_redirects=False, timeout=TIMEOUT_SECONDS
    )


def _arrived(session: requests.Session, pages: SignInPages, answer: requests.Response) -> requests.Response:
    """The page to which redirects between the pool's own pages lead, or the redirect to anywhere else."""
    for _ in range(_MOST_PAGES):
        if not answer.is_redirect:
            break
        target = urljoin(answer.url, answer.headers["Location"])
        if not target.startswith(f"{pages.address}/"):
            break
        answer = session.get(target, allow_redirects=False, timeout=TIMEOUT_SECONDS)
    return answer


def _error_in(answer: requests.Response) -> str:
    """OAuth's error from the redirect or the body, or else the status."""
    redirected = parse_qs(urlsplit(answer.headers.get("Location", "")).query)
    if error := redirected.get("error_description") or redirected.get("error"):
        return error[0]
    try:
        return str(answer.json()["error"])
    except (ValueError, KeyError):
        if password_form(answer.text):
            return "wrong name or password"
        return "wrong code, or none" if code_form(answer.text) else str(answer.status_code)
