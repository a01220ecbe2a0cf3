"""`ffp secret`: only what people renew, never shown, and the value before can be restored."""

import os
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ffp import cli
from settings import DatabaseUsers, Environment, GeneratedKey, RenewedByPeople, SecretSettings, environments
from tests.ffp.develop.commands import put_in, run
from tests.ffp.fake_account import refused
from tests.sample.environments import ALL as SAMPLE
from tests.sample.machines import MACHINES

VALUE = "s3cr3t-of-the-tests"
NAME = "mail-key"
_PEOPLE = RenewedByPeople(because="the mail service issues it", every_months=6)


@dataclass
class FakeSecrets:
    """One secret with its versions, which moves labels as Secrets Manager does."""

    name: str = f"dev-ffp-{NAME}"
    labels: dict[str, str] = field(default_factory=dict)  # label to version
    values: dict[str, str] = field(default_factory=dict, repr=False)
    details: dict[str, Any] = field(default_factory=dict)
    refusal: str = ""

    def _require(self, operation: str, secret: str) -> None:
        if self.refusal or secret != self.name:
            raise refused(operation, self.refusal or "ResourceNotFoundException")

    def describe_secret(self, *, SecretId: str) -> dict[str, Any]:  # noqa: N803 - AWS's names, here and below
        self._require("DescribeSecret", SecretId)
        versions = {
            version: [label for label, each in self.labels.items() if each == version] for version in self.values
        }
        return {"VersionIdsToStages": {version: all_ for version, all_ in versions.items() if all_}} | self.details

    def put_secret_value(self, *, SecretId: str, SecretString: str, VersionStages: list[str]) -> None:  # noqa: N803
        self._require("PutSecretValue", SecretId)
        assert VersionStages == ["AWSCURRENT"]
        version = f"v{len(self.values) + 1}"
        self.values[version] = SecretString
        self._make_current(version)

    def update_secret_version_stage(
        self,
        *,
        SecretId: str,  # noqa: N803
        VersionStage: str,  # noqa: N803
        MoveToVersionId: str,  # noqa: N803
        RemoveFromVersionId: str,  # noqa: N803
    ) -> None:
        self._require("UpdateSecretVersionStage", SecretId)
        if VersionStage != "AWSCURRENT" or RemoveFromVersionId != self.labels["AWSCURRENT"]:
            raise refused("UpdateSecretVersionStage", "InvalidParameterException")
        self._make_current(MoveToVersionId)

    def _make_current(self, version: str) -> None:
        if "AWSCURRENT" in self.labels:
            self.labels["AWSPREVIOUS"] = self.labels["AWSCURRENT"]
        self.labels["AWSCURRENT"] = version

    @property
    def current(self) -> str:
        return self.values[self.labels["AWSCURRENT"]]


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> Environment:
    """The sample's dev, with a secret of each kind and some machines more."""
    application = SAMPLE["dev"].application
    renewals: dict[str, DatabaseUsers | GeneratedKey | RenewedByPeople] = {
        NAME: _PEOPLE,
        "users": DatabaseUsers(days=7),
        "key": GeneratedKey(days=9),
    }
    more = tuple(SecretSettings(name=name, description="Of the tests", renewal=each) for name, each in renewals.items())
    changed = replace(
        SAMPLE["dev"],
        application=replace(application, secrets=(*application.secrets, *more)),
        identity=replace(SAMPLE["dev"].identity, machines=MACHINES),
    )
    monkeypatch.setattr(environments, "load", lambda: {**SAMPLE, "dev": changed})
    return changed


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, settings: Environment) -> FakeSecrets:
    secrets = FakeSecrets()
    put_in(monkeypatch, {"secretsmanager": secrets})
    return secrets


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "value"
    file.touch(0o600)
    file.write_text(f"{VALUE}\n")
    return file


def _set(monkeypatch: pytest.MonkeyPatch, file: Path, name: str = NAME, *options: str) -> int:
    return run(monkeypatch, "secret", "set", "dev", name, "--file", str(file), *(options or ("--yes",)))


def test_a_value_from_a_file_becomes_the_current_one_and_is_not_shown(
    fake: FakeSecrets, file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _set(monkeypatch, file) == 0
    assert fake.current == VALUE
    seen = capsys.readouterr()
    assert seen.out == "dev-ffp-mail-key: it has no value yet\ndev-ffp-mail-key: version v1 is current\n"
    assert seen.err == ""


def test_the_value_before_is_kept_and_a_command_goes_back_to_it(
    fake: FakeSecrets, file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fake.details = {"LastChangedDate": datetime(2026, 1, 2, 3, 4, tzinfo=UTC)}
    for value in ("one", "two", "three"):
        file.write_text(value)
        assert _set(monkeypatch, file) == 0
    said = capsys.readouterr().out
    assert (
        "version v2, last changed 2026-01-02 03:04 UTC becomes the previous one; v1, which was that, is given" in said
    )
    assert said.endswith("to go back to v2: .venv/bin/ffp secret restore dev mail-key\n")
    assert run(monkeypatch, "secret", "restore", "dev", NAME, "--yes") == 0
    assert fake.current == "two"
    assert run(monkeypatch, "secret", "restore", "dev", NAME, "--yes") == 0
    assert fake.current == "three"


def test_nothing_to_go_back_to_is_said(
    fake: FakeSecrets, file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _set(monkeypatch, file) == 0
    assert run(monkeypatch, "secret", "restore", "dev", NAME, "--yes") == cli.BAD_INPUT
    assert "there is no value before the current one" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["set", "restore"])
def test_it_asks_first(fake: FakeSecrets, file: Path, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    for value in ("one", "two"):
        file.write_text(value)
        assert _set(monkeypatch, file) == 0
    monkeypatch.setattr("typer.confirm", lambda _: False)
    options = ["--file", str(file)] if command == "set" else []
    assert run(monkeypatch, "secret", command, "dev", NAME, *options) == cli.FAILURE
    assert (fake.current, len(fake.values)) == ("two", 2)


def test_somebody_who_was_quicker_is_not_undone(
    fake: FakeSecrets, file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for value in ("one", "two"):
        file.write_text(value)
        assert _set(monkeypatch, file) == 0

    def confirm(_: str) -> bool:
        fake.put_secret_value(SecretId=fake.name, SecretString="theirs", VersionStages=["AWSCURRENT"])
        return True

    monkeypatch.setattr("typer.confirm", confirm)
    assert run(monkeypatch, "secret", "restore", "dev", NAME) == cli.FAILURE
    assert "somebody has changed it meanwhile" in capsys.readouterr().err
    assert fake.current == "theirs"


@pytest.mark.attack
@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("users", "rotates by itself every 7 days, and its password is set in the database, too"),
        ("key", "rotates by itself every 9 days, and its value is generated"),
        ("playback-signing-key", "run `ffp keys new dev`"),
        ("smoke-users", "is written by `ffp smoke dev --prepare`"),
        ("client-meters", "is written by `ffp clients new dev meters`"),
        ("mail-kye", "is unknown; did you mean mail-key"),
    ],
)
def test_what_something_else_renews_is_refused_with_the_reason(
    fake: FakeSecrets,
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    why: str,
) -> None:
    fake.name = f"dev-ffp-{name}"
    assert _set(monkeypatch, file, name) == cli.BAD_INPUT
    assert why in capsys.readouterr().err
    assert run(monkeypatch, "secret", "restore", "dev", name, "--yes") == cli.BAD_INPUT
    assert why in capsys.readouterr().err
    assert fake.values == {}


@pytest.mark.parametrize(
    ("details", "why"),
    [
        ({"RotationEnabled": True}, "it rotates in the account, although the settings say that people renew it"),
        ({"DeletedDate": datetime(2026, 1, 2, tzinfo=UTC)}, "it is about to be deleted"),
    ],
)
def test_what_the_account_says_of_the_secret_counts_too(
    fake: FakeSecrets,
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    details: dict[str, Any],
    why: str,
) -> None:
    fake.details = details
    assert _set(monkeypatch, file) == cli.BAD_INPUT
    assert why in capsys.readouterr().err
    assert fake.values == {}


@pytest.mark.parametrize(
    ("refusal", "code", "said"),
    [
        ("", cli.BAD_INPUT, "dev-ffp-mail-key: it does not exist; deploy dev first\n"),
        ("AccessDeniedException", cli.FAILURE, "AWS refuses DescribeSecret: AccessDeniedException\n"),
    ],
)
def test_a_refusal_says_what_to_do_and_nothing_of_the_value(
    fake: FakeSecrets,
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    refusal: str,
    code: int,
    said: str,
) -> None:
    fake.name, fake.refusal = "another", refusal
    assert _set(monkeypatch, file) == code
    assert capsys.readouterr().err == said


def test_every_problem_is_reported_at_once(
    fake: FakeSecrets, file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file.chmod(0o644)
    file.write_text("")
    assert run(monkeypatch, "secret", "set", "dve", NAME, "--file", str(file)) == cli.BAD_INPUT
    seen = capsys.readouterr().err
    assert [line.split(":")[0] for line in seen.splitlines()] == ["file", "file", "environment"]


def test_without_a_terminal_and_without_a_file_nobody_is_asked(
    fake: FakeSecrets, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", open(os.devnull))  # noqa: SIM115 - it ends with the test
    assert run(monkeypatch, "secret", "set", "dev", NAME) == cli.BAD_INPUT
    assert capsys.readouterr().err == "value: there is no terminal to ask at; name a file with --file\n"
    assert fake.values == {}
