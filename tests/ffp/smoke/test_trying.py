"""What is tried beside the API, what two tenants may have in common, and what is said of a wrong result."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import pytest
import requests
from typer.testing import CliRunner

from ffp import cli
from ffp.project import BadInputError
from ffp.smoke import edge, output, rows, site
from ffp.smoke.case import Case, Try, see
from ffp.smoke.routes import closed, simplest
from ffp.smoke.site import Site
from ffp.smoke.visit import Visit
from settings import Environment, environments

_OUTPUTS = {
    "api-address": "https://api.execute-api.eu-west-2.amazonaws.com",
    "public-address": "https://app.ffp.example",
    "sign-in-address": "https://prod-ffp-sign-in.auth.eu-west-2.amazoncognito.com",
    "user-pool": "eu-west-2_pool",
    "web-client": "client",
}


@pytest.fixture
def prod(loads_sample: None) -> Environment:
    return environments.load()["prod"]


def _answer(status: int, text: str = "") -> requests.Response:
    answer = requests.Response()
    answer.status_code, answer._content = status, text.encode()
    return answer


@dataclass
class _Edge:
    """A site on which each address answers as it is told."""

    answers: Callable[[str], requests.Response]
    outputs: dict[str, str] = field(default_factory=lambda: _OUTPUTS)
    asked: list[str] = field(default_factory=list)

    def fetch(self, url: str) -> requests.Response:
        self.asked.append(url)
        return self.answers(url)


def _seen(settings: Environment, answers: Callable[[str], requests.Response]) -> tuple[list[bool], list[str]]:
    """Whether each case is as expected, and which addresses were asked."""
    made: Any = _Edge(answers)
    return [see(case, made) == case.expected for case in edge.cases(settings)], made.asked


def test_what_is_beside_the_api_is_closed(prod: Environment) -> None:
    def closed_everywhere(url: str) -> requests.Response:
        return _answer(401, '{"message": "Unauthorized"}') if "execute-api" in url else _answer(403)

    right, asked = _seen(prod, closed_everywhere)
    assert all(right)
    assert len(right) == 4
    assert asked[0].startswith(f"{_OUTPUTS['api-address']}/api/")
    assert asked[-1].startswith(f"https://prod-ffp-media-{prod.account_id}.s3.eu-west-2.amazonaws.com/media/")
    right, _ = _seen(prod, lambda _: _answer(200, "<html>"))
    assert not any(right)


def test_an_api_of_its_own_name_must_not_answer(prod: Environment) -> None:
    own: Any = SimpleNamespace(**{**vars(prod), "api": SimpleNamespace(mutual_tls=object())})
    first = next(iter(edge.cases(own)))

    def refuses(_: str) -> requests.Response:
        raise requests.exceptions.SSLError("certificate required")

    made: Any = _Edge(refuses)
    assert see(first, made) == first.expected == edge.CLOSED
    answering: Any = _Edge(lambda _: _answer(401, '{"message": "Unauthorized"}'))
    assert see(first, answering) != first.expected


@pytest.mark.parametrize("text", ["", "[]", "{}", json.dumps({**_OUTPUTS, "web-client": ""})])
def test_addresses_that_are_none_are_refused_with_each(text: str) -> None:
    with pytest.raises(BadInputError, match="`ffp deliver apply` wrote"):
        site.addresses(text)


def test_addresses_are_read_as_deliver_and_as_terraform_write_them() -> None:
    assert site.addresses(json.dumps(_OUTPUTS)) == _OUTPUTS
    of_terraform = {name: {"sensitive": False, "type": "string", "value": value} for name, value in _OUTPUTS.items()}
    assert site.addresses(json.dumps(of_terraform)) == _OUTPUTS


def test_a_site_on_aws_is_asked_at_its_public_address(prod: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[str, str, dict[str, str]]] = []

    def request(_: object, method: str, url: str, *, headers: dict[str, str], **__: object) -> requests.Response:
        sent.append((method, url, headers))
        return _answer(200)

    monkeypatch.setattr(requests.Session, "request", request)
    made: Site = site.on_aws(prod, _OUTPUTS, ())
    made.call("GET", "/api/x", token="token")
    assert sent == [("GET", "https://app.ffp.example/api/x", {"Authorization": "Bearer token"})]
    assert made.pages.address == _OUTPUTS["sign-in-address"]
    assert made.web_client.callback == prod.identity.callback_urls[0]
    assert made.keys_address.endswith("amazonaws.com/eu-west-2_pool/.well-known/jwks.json")


_ROW, _OTHER = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (_ROW, _OTHER, rows.APART),
        (_ROW, f"{_ROW} {_OTHER}", "1 ids of both tenants"),
        (_ROW, "of FIRST", "the other tenant's id"),
        ("", "", rows.APART),
    ],
)
def test_two_tenants_have_no_row_in_common(
    prod: Environment, monkeypatch: pytest.MonkeyPatch, first: str, second: str, expected: str
) -> None:
    assert prod.smoke
    tenants = prod.smoke.tenants
    said = (first, second.replace("FIRST", tenants[0]))
    monkeypatch.setattr(rows, "_listed", lambda _visit, _route, _role, tenant: said[tenant])
    visit: Any = site.on_aws(prod, _OUTPUTS, ())
    case = next(iter(rows.cases(prod.application, {})))
    assert see(case, visit) == expected


def test_what_a_wrong_result_means_and_how_to_go_back_is_said() -> None:
    def case(function: str | None, means: str) -> Case:
        return Try[Visit]("area", "GET /x", "401", lambda _: "", function=function, means=means)

    right, wrong, other = case("a", ""), case("get-x", "it is open"), case(None, "")
    assert [*output.advice("prod", "c" * 40, [(right, "401")])] == []
    lines = [*output.advice("prod", "c" * 40, [(right, "401"), (wrong, "200"), (wrong, "500"), (other, "x")])]
    assert lines[0] == "GET /x: 200, and not 401: it is open"
    assert "    git revert ccccccccc    # if that is the commit to blame; then deploy it as any other" in lines
    assert lines[-1] == "    .venv/bin/ffp rollback prod get-x"
    lines = [*output.advice("prod", "c" * 40, [(other, "x")])]
    assert "No function is to blame" in lines[-1]


def test_an_environment_that_tries_nothing_says_so(prod: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    dev = environments.load()["dev"]
    monkeypatch.setattr(environments, "load", lambda: {"dev": replace(dev, smoke=None)})
    done = CliRunner().invoke(cli.app, ["smoke", "dev"])
    assert (done.exit_code, done.stderr) == (
        0,
        "dev: nothing was tried, because its settings have no `smoke`\n",
    )
    role = CliRunner().invoke(cli.app, ["deliver", "role", "dev", "smoke"])
    assert (role.exit_code, role.stdout) == (0, "")


def test_without_addresses_the_command_says_where_they_come_from(prod: Environment) -> None:
    assert simplest(closed(prod.application))
    done = CliRunner().invoke(cli.app, ["smoke", "prod", "--addresses", "/nowhere/addresses.json"])
    assert isinstance(done.exception, BadInputError)
    assert "deploy first, or name the output of `terraform output -json`" in str(done.exception)
