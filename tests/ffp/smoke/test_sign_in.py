"""Signing in with a second factor, on pages like Cognito's, which the emulator does not have; and the codes for it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from ffp.smoke import totp
from ffp.smoke.sign_in import Client, RefusedError, User, sign_in

# RFC 6238, appendix B: its vectors for SHA-1 have eight digits, of which six remain. The seed is its ASCII secret.
_SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
_VECTORS = {59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037"}
_CLIENT = Client("client", "https://web.example/signed-in", ("openid", "api/read"))
_USER = User("patient-1@smoke.invalid", "right", "tenant", "patient", _SEED)
_NOW = 1111111109.0
# As Cognito's page has them: each form twice, with a hidden token, and buttons.
_PASSWORD = """<html><div class="small"><form action="/login?client_id=client" method="post">
<input type="hidden" name="_csrf" value="t&amp;1"/><input name="username" type="text"/>
<input name="password" type="password"/><input type="submit" name="signInSubmitButton" value="Sign in"/></form></div>
<div class="large"><form action="/login?client_id=client" method="post"><input type="hidden" name="_csrf" value="t"/>
<input name="username" type="text"/><input name="password" type="password"/></form></div></html>"""
_CODE = """<form action="/mfa?client_id=client" method="post"><input type="hidden" name="_csrf" value="t&amp;2"/>
<input type="tel" name="authentication_code"/><button type="submit">Sign in</button></form>"""


@pytest.mark.parametrize(("moment", "code"), _VECTORS.items())
def test_a_code_is_the_one_of_the_standard(moment: int, code: str) -> None:
    assert totp.code(_SEED, moment) == code
    assert totp.code(_SEED.lower().rstrip("="), moment) == code


@dataclass
class _Pages:
    """A pool's pages on loopback. `asked` has what was sent to each."""

    address: str
    asked: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    def browser(self) -> requests.Session:
        session = requests.Session()
        session.trust_env = False
        return session


@contextmanager
def _serving(clock: list[float], used: list[list[str]]) -> Iterator[_Pages]:
    """The pages at a moment, with the codes that were used before, none of which they accept again."""

    class Requests(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Nothing."""

        def _answer(self, status: int, body: str = "", **headers: str) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def do_GET(self) -> None:
            path, query = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
            if path == "/oauth2/authorize":
                served.asked[path] = query
                if "cognito=remembered" in self.headers.get("Cookie", ""):
                    self._answer(302, Location=f"{_CLIENT.callback}?code=2&state={query['state'][0]}")
                    return
                self._answer(302, Location="/login?client_id=client", Set_Cookie="XSRF-TOKEN=t; Path=/")
            else:
                self._answer(200, {"/login": _PASSWORD, "/mfa": _CODE}[path])

        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            path = urlsplit(self.path).path
            served.asked[path] = form
            state = served.asked["/oauth2/authorize"]["state"][0]
            if path == "/oauth2/token":
                self._answer(200, '{"access_token": "access", "id_token": "id"}')
            elif "XSRF-TOKEN=t" not in self.headers.get("Cookie", ""):
                self._answer(403)
            elif path == "/login" and form["password"] == ["right"]:
                self._answer(302, Location="/mfa?client_id=client")
            elif (
                path == "/mfa"
                and form["authentication_code"] == [totp.code(_SEED, clock[0])]
                and form["authentication_code"] not in used
            ):
                used.append(form["authentication_code"])
                location = f"{_CLIENT.callback}?code=1&state={state}"
                self._answer(302, Location=location, Set_Cookie="cognito=remembered; Path=/")
            else:
                self._answer(200, _PASSWORD if path == "/login" else _CODE)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Requests)
    served = _Pages(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def used() -> list[list[str]]:
    return []


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch, used: list[list[str]]) -> Iterator[_Pages]:
    clock = [_NOW]

    def sleep(seconds: float) -> None:
        clock[0] += seconds

    monkeypatch.setattr("ffp.smoke.sign_in.time.time", lambda: clock[0])
    monkeypatch.setattr("ffp.smoke.sign_in.time.sleep", sleep)
    with _serving(clock, used) as served:
        yield served


def test_a_user_signs_in_with_password_and_second_factor(pages: _Pages) -> None:
    tokens = sign_in(pages, _CLIENT, _USER, _CLIENT.scopes)
    assert (tokens.access, tokens.id) == ("access", "id")
    assert pages.asked["/login"] == {"_csrf": ["t&1"], "username": [_USER.name], "password": ["right"]}
    assert pages.asked["/mfa"] == {"_csrf": ["t&2"], "authentication_code": ["081804"]}
    assert pages.asked["/oauth2/authorize"]["scope"] == ["openid api/read"]


@pytest.mark.parametrize(
    ("user", "reason"),
    [
        (replace(_USER, password="wrong"), "wrong name or password"),
        (replace(_USER, totp_seed="GEZDGNBV"), "wrong code, or none"),
        (replace(_USER, totp_seed=""), "wrong code, or none"),
    ],
    ids=["another password", "another seed", "no seed"],
)
def test_a_user_without_both_gets_no_tokens_and_learns_which(pages: _Pages, user: User, reason: str) -> None:
    with pytest.raises(RefusedError) as refused:
        sign_in(pages, _CLIENT, user, _CLIENT.scopes)
    assert str(refused.value) == reason
    assert "/oauth2/token" not in pages.asked


def test_a_user_who_signs_in_again_in_the_same_browser_needs_no_other_code(pages: _Pages) -> None:
    session = pages.browser()
    sign_in(pages, _CLIENT, _USER, _CLIENT.scopes, session)
    pages.asked.clear()
    sign_in(pages, _CLIENT, _USER, ("openid",), session)
    assert set(pages.asked) == {"/oauth2/authorize", "/oauth2/token"}


def test_a_code_that_another_run_has_used_is_replaced_by_the_next_one(pages: _Pages, used: list[list[str]]) -> None:
    used.append([totp.code(_SEED, _NOW)])
    assert sign_in(pages, _CLIENT, _USER, _CLIENT.scopes).access == "access"
    assert used[1:] == [[totp.code(_SEED, _NOW + totp.PERIOD_SECONDS)]]


def test_a_user_is_shown_without_secrets() -> None:
    assert "right" not in repr(_USER)
    assert _SEED not in repr(_USER)
