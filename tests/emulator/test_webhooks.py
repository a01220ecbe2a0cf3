"""Webhooks over HTTP on the emulator, in either language: what partners signed is taken, and nothing else.

The library that the authors of Standard Webhooks publish signs here, and GitHub's own example arrives as documented.
"""

import base64
import hashlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests
from standardwebhooks import Webhook

from ffp.emulator.account import Account
from tests.emulator.changing_platform import ChangingPlatform, settings
from tests.launches import account_in, started
from tests.library.signing import event, github, hexadecimal, stripe, with_headers
from tests.library.test_webhook import GITHUB_VECTOR, GITHUB_VECTORS_SECRET
from tests.sample.partners import APPLICATION, FORMS, RUNTIMES, function_name, path

PATIENCE_SECONDS = 20
WINDOW_SECONDS = 300  # as docs/authentication.md promises
MAXIMUM_BYTES = 256 * 1024
REFUSED = {"message": "the signature is not valid"}
BODY = json.dumps({"patient": "Ada Unmistakable", "amount": 12})

# Each secret was changed once, and its partner may still sign with the value before.
BEFORE = {
    "standard": f"whsec_{base64.b64encode(b'before' * 4).decode()}",
    "stripe": "whsec_stripes-text-is-the-key",
    "github": GITHUB_VECTORS_SECRET,
}
CURRENT = {
    "standard": f"whsec_{base64.b64encode(b'current!' * 3).decode()}",
    "stripe": "whsec_stripes-text-after-a-change",
    "github": "what GitHub's page was told next",
}
WITH_TIME = ("standard", "stripe")
Request = dict[str, Any]  # an event, as the tests of the library write it

each_language = pytest.mark.parametrize("language", RUNTIMES)
each_form = pytest.mark.parametrize("form", FORMS)


@dataclass(frozen=True)
class Partners:
    """The platform that partners call."""

    platform: ChangingPlatform
    host: str

    def send(self, language: str, form: str, request: Request, kind: str = "application/json") -> requests.Response:
        """Sends a request as its partner would."""
        text = request["body"]
        return self.platform.account.browser().post(
            f"{self.platform.account.address}{path(language, form)}",
            headers={**request["headers"], "Host": self.host, "Content-Type": kind},
            data=base64.b64decode(text) if request["isBase64Encoded"] else text.encode(),
            timeout=PATIENCE_SECONDS,
        )

    def lines(self, language: str, form: str) -> list[str]:
        """What the function has logged."""
        group = f"/aws/lambda/{self.platform.account.name(function_name(language, form))}"
        client = self.platform.account.client(self.platform.account.root, "logs")
        pages = client.get_paginator("filter_log_events").paginate(logGroupName=group)
        return [each["message"] for page in pages for each in page["events"]]


@pytest.fixture(scope="module")
def partners(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Partners]:
    folder: Path = tmp_path_factory.mktemp("partners")
    first = settings(application=vars(APPLICATION))
    account = Account(account_in(folder).home, first)
    with started(ChangingPlatform(account, print, folder / "out")) as platform:
        platform.begin(first)
        secrets = account.client(account.root, "secretsmanager")
        for values in (BEFORE, CURRENT):
            for name, value in values.items():
                secrets.put_secret_value(SecretId=account.name(name), SecretString=value)
        yield Partners(platform, platform.host)


def _signed(form: str, body: str = BODY, *, key: str = "", seconds_ago: int = 0) -> Request:
    """A request that a partner has signed, with the secret's current value unless another key is given."""
    key, sent = key or CURRENT[form], int(time.time()) - seconds_ago
    if form == "stripe":
        return stripe(body, key.encode(), sent)
    if form == "github":
        return github(body, key.encode())
    id_ = f"msg_{uuid4()}"
    signature = Webhook(key).sign(id_, datetime.fromtimestamp(sent, UTC), body)
    return event(body, webhook_id=id_, webhook_timestamp=str(sent), webhook_signature=signature)


def _signed_part(form: str, request: Request) -> str:
    """What identifies a delivery: the id that is signed, or else the digest of what is."""
    headers = request["headers"]
    if form == "standard":
        return str(headers["webhook-id"])
    sent = f"{headers['stripe-signature'][2:].partition(',')[0]}." if form == "stripe" else ""
    return hashlib.sha256(f"{sent}{request['body']}".encode()).hexdigest()


@each_language
@each_form
@pytest.mark.parametrize("values", [CURRENT, BEFORE], ids=["current", "before"])
def test_what_a_partner_signs_with_either_value_of_the_secret_is_taken(
    partners: Partners, language: str, form: str, values: dict[str, str]
) -> None:
    request = _signed(form, key=values[form])
    answer = partners.send(language, form, request)
    assert answer.status_code == 202, answer.text
    content = base64.b64encode(BODY.encode()).decode()
    assert answer.json() == {"id": _signed_part(form, request), "secret": form, "content": content}


@each_language
def test_the_example_in_githubs_documents_is_taken(partners: Partners, language: str) -> None:
    assert partners.send(language, "github", GITHUB_VECTOR, "text/plain").status_code == 202


@each_language
def test_bytes_arrive_as_they_were_signed(partners: Partners, language: str) -> None:
    content = bytes(range(256))
    signature = f"sha256={hexadecimal(content, CURRENT['github'].encode())}"
    request = event(content, x_hub_signature_256=signature)
    answer = partners.send(language, "github", request, "application/octet-stream")
    assert (answer.status_code, answer.json()["content"]) == (202, request["body"])


@each_language
@each_form
def test_a_delivery_has_the_same_id_when_it_is_repeated(partners: Partners, language: str, form: str) -> None:
    request = _signed(form)
    ids = {partners.send(language, form, request).json()["id"] for _ in range(2)}
    assert ids == {_signed_part(form, request)}


def _other(form: str) -> str:
    return CURRENT[FORMS[FORMS.index(form) - 1]]


def _with_key_of_another(form: str) -> Request:
    if form != "standard":
        return _signed(form, key=_other(form))
    return _signed(form, key=base64.b64encode(_other(form).encode()).decode())


# Each is what a partner signed, changed by somebody who has no key of this route.
ATTACKS: dict[str, Callable[[str], Request]] = {
    "no signature": lambda form: event(BODY),
    "nothing at all": lambda form: event(""),
    "another body": lambda form: {**_signed(form), "body": BODY.replace("12", "13")},
    "the same JSON in other bytes": lambda form: {**_signed(form), "body": f"{BODY}\n"},
    "no body": lambda form: {**_signed(form), "body": ""},
    "another route's key": _with_key_of_another,
    "a key that anybody knows": lambda form: _signed(form, key=base64.b64encode(b"secret").decode()),
    "another form's signature": lambda form: _signed(FORMS[FORMS.index(form) - 1]),
}
TIMED_ATTACKS: dict[str, Callable[[str], Request]] = {
    "too old": lambda form: _signed(form, seconds_ago=WINDOW_SECONDS + 2),
    "too far ahead": lambda form: _signed(form, seconds_ago=-WINDOW_SECONDS - 60),
}


@pytest.mark.attack
@each_language
@each_form
@pytest.mark.parametrize("attack", ATTACKS)
def test_what_no_partner_signed_is_refused(partners: Partners, language: str, form: str, attack: str) -> None:
    answer = partners.send(language, form, ATTACKS[attack](form))
    assert (answer.status_code, answer.json()) == (401, REFUSED)


@pytest.mark.attack
@each_language
@pytest.mark.parametrize("form", WITH_TIME)
@pytest.mark.parametrize("attack", TIMED_ATTACKS)
def test_what_was_signed_at_another_time_is_refused(partners: Partners, language: str, form: str, attack: str) -> None:
    answer = partners.send(language, form, TIMED_ATTACKS[attack](form))
    assert (answer.status_code, answer.json()) == (401, REFUSED)


@pytest.mark.attack
@each_language
def test_a_signed_id_and_time_belong_to_their_request(partners: Partners, language: str) -> None:
    request = _signed("standard")
    later = str(int(request["headers"]["webhook-timestamp"]) + 1)
    for changed in ({"webhook_id": "msg_other"}, {"webhook_timestamp": later}, {"webhook_signature": None}):
        assert partners.send(language, "standard", with_headers(request, **changed)).status_code == 401


@pytest.mark.attack
@each_language
def test_a_body_that_is_too_large_is_refused_and_the_largest_is_taken(partners: Partners, language: str) -> None:
    statuses = [
        partners.send(language, "standard", _signed("standard", "x" * size)).status_code
        for size in (MAXIMUM_BYTES, MAXIMUM_BYTES + 1)
    ]
    assert statuses == [202, 413]


@pytest.mark.attack
@each_language
@each_form
def test_logs_say_why_and_hold_nothing_of_the_request(partners: Partners, language: str, form: str) -> None:
    request = _signed(form, json.dumps({"patient": str(uuid4())}))
    changed = {**request, "body": f"{request['body']} "}
    assert [partners.send(language, form, each).status_code for each in (request, changed)] == [202, 401]
    lines = partners.lines(language, form)
    told = [json.loads(line) for line in lines if f'"receive-{form}"' in line][-2:]
    assert [(each["status"], each["secret"], each.get("outcome")) for each in told] == [
        (202, form, None),
        (401, form, "a signature that does not match"),
    ]
    text = "\n".join(lines)
    for hidden in (BODY, request["body"], CURRENT[form], BEFORE[form], *request["headers"].values()):
        assert hidden not in text
