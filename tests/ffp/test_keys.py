"""`ffp keys new` stores both keys of a pair in the right place, and no run replaces the key that signs."""

import logging
import os
import traceback
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

import boto3
import pytest
from botocore.exceptions import NoCredentialsError
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from typer.testing import CliRunner

from ffp import cli, keys, keys_commands
from ffp.keys import Pair, PlaybackKeys
from ffp.project import BadInputError, ToolError
from settings import environments
from settings.playback_keys import fingerprint
from tests.ffp.fake_account import FakeAccount, refused
from tests.sample.environments import DEV


def _pem(content: str) -> str:
    """A private key's text, assembled here so that no scanner reports this sample as a secret."""
    begin, end = (f"-----{word} PRIVATE KEY-----" for word in ("BEGIN", "END"))
    return f"{begin}\n{content}\n{end}"


SAMPLES = {"a": Pair.generate().public, "b": Pair.generate().public}
UNREADABLE: dict[str, str | bytes] = {
    "no key": "to be filled",
    "binary": b"to be filled",
    "locked": rsa.generate_private_key(65537, 2048)
    .private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"lock"))
    .decode(),
    "unknown algorithm": _pem("MBQCAQAwBQYDKgMEBAgAAAAAAAAAAA=="),
}


@pytest.fixture
def account(tmp_path: Path) -> FakeAccount:
    """A platform that is deployed with the samples and whose secret has no value yet."""
    account = FakeAccount(tmp_path)
    account.check_out(SAMPLES)
    account.deploy()
    return account


def _public_key_of(private: str) -> str:
    key: Any = load_pem_private_key(private.encode(), password=None)
    return keys._public_key(key)


def test_pair_is_one_of_2048_bits() -> None:
    pair = Pair.generate()
    assert _public_key_of(pair.private) == pair.public
    public: Any = load_pem_public_key(pair.public.encode())
    assert (public.key_size, public.public_numbers().e) == (2048, 65537)


def test_first_pair_takes_the_first_place(account: FakeAccount) -> None:
    renewed = account.keys.renew()
    assert (renewed.file.name, renewed.is_new) == ("dev-a.pem", True)
    assert account.files() == {"a": _public_key_of(account.stages["AWSCURRENT"]), "b": SAMPLES["b"]}


def test_each_pair_replaces_the_key_that_does_not_sign(account: FakeAccount) -> None:
    places = []
    for _ in range(4):
        before = account.files()
        places.append(account.keys.renew().file.name)
        account.deploy()
        assert len(set(before.values()) & set(account.files().values())) == 1
    assert places == ["dev-a.pem", "dev-b.pem", "dev-a.pem", "dev-b.pem"]


def test_second_run_before_the_deploy_creates_no_second_pair(account: FakeAccount) -> None:
    account.keys.renew()
    account.deploy()
    account.keys.renew()
    before = (dict(account.stages), account.files())
    again = account.keys.renew()
    assert (again.file.name, again.is_new) == ("dev-b.pem", False)
    assert (account.stages, account.files()) == before


def test_lost_public_key_is_written_again(account: FakeAccount) -> None:
    account.keys.renew()
    account.deploy()
    deployed = account.files()
    account.keys.renew()
    new_files = account.files()
    account.check_out(deployed)
    assert not account.keys.renew().is_new
    assert account.files() == new_files


def test_outdated_checkout_is_refused(account: FakeAccount) -> None:
    account.keys.renew()
    account.deploy()
    account.check_out(SAMPLES)
    before = dict(account.stages)
    with pytest.raises(BadInputError, match="neither of dev's keys is the one that signs now; update this checkout"):
        account.keys.renew()
    assert (account.stages, account.files()) == (before, SAMPLES)


def test_platform_that_is_not_deployed_is_refused(account: FakeAccount) -> None:
    account.exists = False
    with pytest.raises(
        BadInputError, match=r"^dev: the secret dev-ffp-playback-signing-key does not exist; deploy the platform"
    ):
        account.keys.renew()
    assert account.files() == SAMPLES


def test_key_in_another_platforms_group_does_not_count(account: FakeAccount) -> None:
    account.keys.renew()
    account.trusted = {"KX": account.files()["a"]}
    account.list_key_groups = lambda: {  # type: ignore[method-assign]
        "KeyGroupList": {"Items": [{"KeyGroup": {"KeyGroupConfig": {"Name": "other", "Items": ["KX"]}}}]}
    }
    assert account.keys._trusted_fingerprints() == set()


@pytest.mark.parametrize("value", UNREADABLE.values(), ids=UNREADABLE)
def test_value_that_is_not_a_key_is_replaced(account: FakeAccount, value: str | bytes) -> None:
    account.stages["AWSCURRENT"] = value
    assert account.keys.renew().is_new


def _refuse() -> NoReturn:
    raise refused("PutSecretValue", "AccessDeniedException")


def test_nothing_changes_if_the_private_key_is_not_stored(account: FakeAccount) -> None:
    account.on_put = _refuse
    with pytest.raises(ToolError, match=r"^AWS refuses PutSecretValue: AccessDeniedException$"):
        account.keys.renew()
    assert account.files() == SAMPLES
    assert sorted(each.name for each in account.folder.iterdir()) == ["dev-a.pem", "dev-b.pem"]


def test_next_run_writes_the_public_key_if_the_first_one_failed_to(
    account: FakeAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError("disk")))
        with pytest.raises(OSError, match="disk"):
            account.keys.renew()
    assert account.files() == SAMPLES
    assert not account.keys.renew().is_new
    assert account.files()["a"] == _public_key_of(account.stages["AWSCURRENT"])


@pytest.mark.usefixtures("loads_sample")
@pytest.mark.parametrize("fails", [False, True])
def test_private_key_is_only_in_the_secret(
    account: FakeAccount,
    fails: bool,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    pair, error_text = Pair.generate(), ""
    monkeypatch.setattr(Pair, "generate", lambda: pair)
    monkeypatch.setattr(PlaybackKeys, "on_aws", lambda _: account.keys)
    account.on_put = _refuse if fails else account.on_put
    with caplog.at_level(logging.DEBUG):
        try:
            keys_commands.new_command("dev")
        except ToolError as error:
            error_text = "".join(traceback.format_exception(error))
    assert bool(error_text) == fails
    streams = capfd.readouterr()
    files = "".join(file.read_text() for file in account.folder.iterdir())
    everything = "".join((error_text, streams.out, streams.err, caplog.text, files, repr(pair), repr(account.keys)))
    assert [line for line in pair.private.splitlines()[1:-1] if line in everything] == []
    assert "PRIVATE" not in everything
    assert (account.stages.get("AWSCURRENT") == pair.private) != fails


@pytest.mark.usefixtures("loads_sample")
def test_command_names_the_next_step(account: FakeAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PlaybackKeys, "on_aws", lambda _: account.keys)
    messages = [CliRunner().invoke(cli.app, ["keys", "new", "dev"]).stderr for _ in range(2)]
    assert "dev-a.pem: this key is new; review it, commit it, deploy it." in messages[0]
    assert "dev-a.pem: this key from an earlier run is not deployed yet, so no other key was created" in messages[1]


def test_unknown_environment_is_bad_input() -> None:
    names = ", ".join(environments.NAMES)
    with pytest.raises(BadInputError, match=f"environment: nowhere is unknown; choose one of {names}"):
        keys_commands.new_command("nowhere")


@pytest.mark.parametrize(
    ("identity", "error", "message"),
    [
        (
            {"Account": "999999999999"},
            BadInputError,
            "they belong to account 999999999999, but dev is account 111111111111",
        ),
        (NoCredentialsError(), ToolError, "cannot reach AWS: NoCredentialsError"),
    ],
)
def test_missing_credentials_and_those_of_another_account_are_refused(
    monkeypatch: pytest.MonkeyPatch, identity: object, error: type[Exception], message: str
) -> None:
    def ask() -> object:
        if isinstance(identity, Exception):
            raise identity
        return identity

    client = SimpleNamespace(get_caller_identity=ask)
    monkeypatch.setattr(boto3, "Session", lambda **_: SimpleNamespace(client=lambda _: client))
    with pytest.raises(error, match=message):
        PlaybackKeys.on_aws(DEV)


def test_fingerprint_depends_on_the_key_and_not_on_its_text() -> None:
    assert fingerprint(SAMPLES["a"]) == fingerprint(SAMPLES["a"].strip())
    assert fingerprint(SAMPLES["a"]) != fingerprint(SAMPLES["b"])
