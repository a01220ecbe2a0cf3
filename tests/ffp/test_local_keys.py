"""The local platform signs with its own keys, and the repository's files stay unchanged."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ffp.emulator import signing
from ffp.emulator.account import Account
from ffp.emulator.home import Home
from ffp.keys import Renewed
from ffp.stacks import SynthesisedStack
from settings.playback_keys import FOLDER, fingerprint, public_half
from tests.ffp.fake_account import FakeAccount
from tests.sample.environments import LOCAL


@pytest.fixture
def cloud(tmp_path: Path) -> FakeAccount:
    return FakeAccount(tmp_path, environment="local")


@pytest.fixture
def account(tmp_path: Path, cloud: FakeAccount, monkeypatch: pytest.MonkeyPatch) -> Account:
    monkeypatch.setattr(Account, "client", lambda *_: cloud)
    (tmp_path / "home").mkdir()
    return Account(Home(tmp_path / "home"), LOCAL)


@pytest.fixture
def stack(sample_stacks: dict[str, SynthesisedStack]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(sample_stacks["local"].path.read_text(encoding="utf-8"))
    return found


def _repository() -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in FOLDER.glob("*") if file.is_file()}


def test_stack_stays_as_synthesised_without_a_pair(account: Account, stack: dict[str, Any]) -> None:
    assert not any(signing.override(account, stack).values())


def test_new_platform_trusts_the_key_that_will_sign(account: Account, stack: dict[str, Any]) -> None:
    before = _repository()
    pair = signing.prepare(account)
    assert pair is not None
    found, mark = signing.override(account, stack), fingerprint(pair.public)
    assert found["aws_cloudfront_public_key"] == {
        "playback_key-a": {"encoded_key": pair.public, "name": f"local-ffp-playback-a-{mark}"}
    }
    (name,) = found["aws_lambda_function"]
    assert name == "function-get-playback_function"
    variables = found["aws_lambda_function"][name]["environment"]["variables"]
    shipped = stack["resource"]["aws_lambda_function"][name]["environment"]["variables"]
    assert {key for key in variables if variables[key] != shipped[key]} == {"PLAYBACK_KEY_IDS"}
    assert json.loads(variables["PLAYBACK_KEY_IDS"]) == {
        mark: "${aws_cloudfront_public_key.playback_key-a.id}",
        fingerprint(account.settings.distribution.playback_keys[1]): "${aws_cloudfront_public_key.playback_key-b.id}",
    }
    assert _repository() == before


def test_platform_that_has_a_key_keeps_it(account: Account, cloud: FakeAccount) -> None:
    pair = signing.prepare(account)
    assert pair is not None
    cloud.stages["AWSCURRENT"] = pair.private
    assert signing.prepare(account) is None


def test_pair_that_was_not_stored_is_replaced(account: Account) -> None:
    first, second = signing.prepare(account), signing.prepare(account)
    assert first is not None
    assert second is not None
    assert first.public != second.public


def test_renewal_on_the_local_platform_uses_its_own_files(account: Account, cloud: FakeAccount) -> None:
    before, pair = _repository(), signing.prepare(account)
    assert pair is not None
    cloud.stages["AWSCURRENT"] = pair.private
    cloud.trusted = {"K1": pair.public, "K2": account.settings.distribution.playback_keys[1]}
    renewed = signing.keys(account).renew()
    assert renewed == Renewed(public_half(account.home.keys, "local", "b"), is_new=True)
    assert _repository() == before


def test_application_without_playback_has_no_key_and_stays_as_synthesised(
    account: Account, stack: dict[str, Any]
) -> None:
    settings = account.settings
    silent = replace(
        settings,
        application=replace(settings.application, groups=()),
        distribution=replace(settings.distribution, playback_keys=()),
    )
    assert signing.prepare(replace(account, settings=silent)) is None
    assert signing.override(replace(account, settings=silent), stack) == {}
    assert not account.home.keys.exists()
