"""What ends by the settings and the synthesised stacks, and by the registry."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from ffp.deliver import expiring
from ffp.deliver.expiring import declared, registry
from ffp.deliver.nightly import Finding
from ffp.project import ToolError
from ffp.stacks import SynthesisedStack
from settings import AllowedDrift, Environment, Silence
from settings.lifecycles import POSTGRESQL, RUNTIMES, TERRAFORM
from tests.review.corpus.edit import stack_of
from tests.sample.environments import ALL as SAMPLE

_TODAY = date(2026, 11, 30)
_DAY = timedelta(days=1)


def _stack(**resources: Any) -> SynthesisedStack:
    return stack_of({"resource": resources})


def _found(
    look: str, *stacks: SynthesisedStack, settings: Environment = SAMPLE["prod"], today: date = _TODAY
) -> list[Finding]:
    (wanted,) = [each for each in declared.looks(settings, stacks, today) if each.name == look]
    return list(wanted.find())


def _waived(**days: str) -> SynthesisedStack:
    buckets = {
        name: {"//": {"waivers": {f"CKV_{name.upper()}": {"reason": "agreed", "expires": day}}}}
        for name, day in days.items()
    }
    return _stack(aws_s3_bucket=buckets)


def test_waivers_of_one_day_are_one_finding_from_sixty_days_before() -> None:
    assert _found("waivers", _waived(a="2027-01-30", b="2027-01-30")) == []
    (found,) = _found("waivers", _waived(a="2027-01-29", b="2027-01-29", c="2027-06-30"))
    assert (found.place, found.day) == ("waivers until 2027-01-29", date(2027, 1, 29))
    assert found.says == "2 waivers end, and the scan then finds CKV_A (1), CKV_B (1)"
    assert [each.day for each in _found("waivers", _waived(a="2026-11-29"))] == [date(2026, 11, 29)]


def test_a_waiver_without_a_day_is_left_to_the_scan() -> None:
    broken = _stack(aws_s3_bucket={"a": {"//": {"waivers": {"CKV_A": "agreed", "CKV_B": {"expires": "soon"}}}}})
    assert _found("waivers", broken) == []


def test_silences_and_allowed_drift_are_found_by_their_last_day() -> None:
    because = "Agreed with the owner on Monday"
    near, far = (str(_TODAY + timedelta(days=days)) for days in (60, 61))
    settings = replace(
        SAMPLE["prod"],
        silenced=(
            Silence(address="aws_kms_key.a", because=because, until=near),
            Silence(address="aws_kms_key.b", because=because, until=far),
        ),
        allowed_drift=(
            AllowedDrift(address="aws_kms_key.a", attribute="tags", because=because, until=near),
            AllowedDrift(address="aws_kms_key.b", attribute="tags", because=because, until=far),
        ),
    )
    found = _found("silences", settings=settings)
    assert [each.place for each in found] == ["silenced[aws_kms_key.a]", "allowed_drift[aws_kms_key.a.tags]"]
    assert all(because in each.says for each in found)


@pytest.mark.parametrize(("runtime", "ends"), RUNTIMES.items())
def test_a_runtime_is_found_sixty_days_before_its_end(runtime: str, ends: date) -> None:
    stack = _stack(aws_lambda_function={"a": {"runtime": runtime}, "b": {"runtime": runtime}, "image": {}})
    assert _found("runtimes", stack, today=ends - 61 * _DAY) == []
    (found,) = _found("runtimes", stack, today=ends - 60 * _DAY)
    assert (found.place, found.day) == (f"runtime {runtime}", ends)
    assert "2 functions, such as aws_lambda_function.a" in found.says


@pytest.mark.parametrize(("major", "ends"), POSTGRESQL.items())
def test_a_version_of_postgresql_is_found_sixty_days_before_its_end(major: str, ends: date) -> None:
    stack = _stack(aws_db_instance={"database": {"engine_version": f"{major}.4"}})
    assert _found("PostgreSQL", stack, today=ends - 61 * _DAY) == []
    assert [each.day for each in _found("PostgreSQL", stack, today=ends - 60 * _DAY)] == [ends]


def test_what_no_table_knows_is_a_finding() -> None:
    (runtime,) = _found("runtimes", _stack(aws_lambda_function={"a": {"runtime": "python3.99"}}))
    assert (runtime.place, runtime.day) == ("runtime python3.99", None)
    assert "add it to settings/lifecycles.py" in runtime.remedy
    assert _found("PostgreSQL", _stack(aws_db_instance={"a": {"engine_version": "99"}}))[0].day is None


def test_the_release_of_terraform_is_found_before_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ffp.terraform.require_program", lambda: Path("terraform"))

    def found(version: str, today: date) -> list[Finding]:
        monkeypatch.setattr("ffp.terraform.version", lambda _program: version)
        return _found("Terraform", today=today)

    ends = TERRAFORM["1.11"]
    assert found("1.11.4", ends - 61 * _DAY) == []
    assert [each.day for each in found("1.11.4", ends - 60 * _DAY)] == [ends]
    assert "nobody knows how long the release 1.99.0 is supported" in found("1.99.0", _TODAY)[0].says


def test_the_pinned_release_of_terraform_is_in_the_table() -> None:
    action = Path(".github/actions/set-up/action.yml").read_text(encoding="utf-8")
    pinned = action.split("terraform_version: ")[1].split()[0]
    assert pinned.rpartition(".")[0] in TERRAFORM


def test_root_certificates_are_found_before_they_end() -> None:
    assert _found("root certificates") == []
    (found,) = _found("root certificates", today=date(2061, 4, 1))
    assert (found.place, found.day) == ("Amazon RDS eu-west-2 Root CA RSA2048 G1", date(2061, 5, 21))


def test_nothing_that_ships_ends_soon(sample_output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expiring, "OUTPUT", sample_output)
    seen = expiring.find(SAMPLE["prod"], None, _TODAY, print)
    assert [each.name for each in seen] == [
        "waivers",
        "silences",
        "runtimes",
        "PostgreSQL",
        "root certificates",
        "Terraform",
    ]
    assert {each.name: each.findings for each in seen if each.findings} == {}
    later = {each.name for each in expiring.find(SAMPLE["prod"], None, date(2031, 1, 1), print) if each.findings}
    assert later >= {"waivers", "runtimes", "PostgreSQL"}


@contextmanager
def _registry(body: bytes, status: int = 200) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/versions"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _versions(*versions: str) -> bytes:
    return json.dumps({"id": "hashicorp/aws", "versions": [{"version": each} for each in versions]}).encode()


def test_a_newer_major_version_of_the_provider_is_a_finding() -> None:
    with _registry(_versions("6.57.1", "6.9.0", "7.0.0-beta1")) as address:
        assert list(registry.find("6.25.0", address)) == []
    with _registry(_versions("6.57.1", "10.0.0", "7.1.0")) as address:
        (found,) = registry.find("6.25.0", address)
    assert (found.place, found.day) == ("AWS provider 6", None)
    assert found.says.startswith("version 10 is out")


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"versions": []}', b'{"versions": [{}]}'])
def test_an_answer_that_lists_no_versions_is_no_silence(body: bytes) -> None:
    with _registry(body) as address, pytest.raises(ToolError, match=r"lists no versions|JSONDecodeError"):
        list(registry.find("6.25.0", address))


def test_a_registry_that_refuses_is_named() -> None:
    with _registry(b"", 503) as address, pytest.raises(ToolError, match="HTTPError; look again tomorrow"):
        list(registry.find("6.25.0", address))
