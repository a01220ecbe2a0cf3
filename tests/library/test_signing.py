"""Signed addresses: how long one of a kind opens its asset, and which key signs it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.stub import Stubber
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from ffp_lambda import signing
from ffp_lambda.errors import FailedCallError

from ffp.emulator.cloudfront import OPENS, SignedAddress, judge
from ffp.keys import Pair
from settings.playback_keys import fingerprint
from tests.library import playing
from tests.library.fakes import CONTEXT, TENANT, body_of, request_event
from tests.library.playing import ADDRESS, secret_of, trust
from tests.library.sample.functions import sign_address

ASSET = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"
OLD, NEW = Pair.generate(), Pair.generate()
TRUSTED = {"K1": OLD.public, "K2": NEW.public}
ELLIPTIC = (
    ec.generate_private_key(ec.SECP256R1())
    .private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    .decode()
)
LOCKED = (
    rsa.generate_private_key(65537, 2048)
    .private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.BestAvailableEncryption(b"lock")
    )
    .decode()
)
UNUSABLE = ("no version", "blank", "malformed", "elliptic", "locked")
MOMENT = timedelta(seconds=1)
Play = Callable[..., dict[str, Any]]


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with playing.surroundings(monkeypatch, TRUSTED):
        yield


@pytest.fixture
def play() -> Play:
    """Asks for the address of an asset of this kind and length."""

    def ask(kind: str = "talk", length: int | None = 1800) -> dict[str, Any]:
        event = request_event({"kind": kind, "lengthSeconds": length}, path={"assetId": ASSET}, role="member")
        answer: dict[str, Any] = body_of(sign_address.handler(event, CONTEXT))
        return answer

    return ask


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def test_an_address_is_below_the_tenants_folder_and_the_assets(play: Play) -> None:
    with secret_of(NEW):
        assert play()["url"].startswith(f"{ADDRESS}/media/{TENANT}/{ASSET}/talk.mp3?")


@pytest.mark.parametrize("minutes", [1, 30, 69])
def test_what_plays_is_open_for_its_length_and_the_kinds_time_beyond(play: Play, minutes: int) -> None:
    with secret_of(NEW):
        url = play(length=minutes * 60)["url"]
    end = _now() + timedelta(minutes=minutes + 20)
    assert judge(url, TRUSTED, end - 2 * MOMENT) == OPENS  # the clock may have gone on since it was signed
    assert judge(url, TRUSTED, end + MOMENT) == "expired"


@pytest.mark.parametrize("minutes", [71, 90, 100_000])
def test_no_address_lasts_longer_than_its_kind_allows(play: Play, minutes: int) -> None:
    with secret_of(NEW):
        url = play(length=minutes * 60)["url"]
    limit = _now() + timedelta(minutes=90)
    assert judge(url, TRUSTED, limit - 2 * MOMENT) == OPENS
    assert judge(url, TRUSTED, limit + MOMENT) == "expired"


def test_what_does_not_play_is_open_for_its_kinds_time(play: Play) -> None:
    with secret_of(NEW):
        url = play("picture")["url"]
    limit = _now() + timedelta(minutes=7)
    assert judge(url, TRUSTED, limit - 2 * MOMENT) == OPENS
    assert judge(url, TRUSTED, limit + MOMENT) == "expired"


def test_key_is_read_once(play: Play) -> None:
    with secret_of(NEW):
        play()
        play()


def test_new_key_signs_from_the_deploy_that_makes_it_trusted(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {"K1": OLD.public, "K0": Pair.generate().public}
    trust(monkeypatch, before)
    with secret_of(NEW, OLD):
        url = play()["url"]
    assert SignedAddress.read(url).key_id == "K1"
    assert judge(url, before, _now()) == OPENS

    signing.signing_key.cache_clear()  # as the deploy's new execution environments are
    trust(monkeypatch, TRUSTED)
    with secret_of(NEW):
        renewed = play()["url"]
    assert SignedAddress.read(renewed).key_id == "K2"
    assert judge(renewed, TRUSTED, _now()) == OPENS
    assert judge(url, TRUSTED, _now()) == OPENS, "what the key before signed stays good"


@pytest.mark.parametrize("unusable", [None, " ", "-----BEGIN nothing", ELLIPTIC, LOCKED], ids=UNUSABLE)
def test_unusable_key_is_passed_over_and_the_one_before_signs(play: Play, unusable: str | None) -> None:
    with secret_of(unusable, OLD):
        assert SignedAddress.read(play()["url"]).key_id == "K1"


@pytest.mark.parametrize(
    "values",
    [(NEW, Pair.generate()), (NEW, None), (None, None), (NEW, "-----BEGIN nothing"), (ELLIPTIC, None)],
)
def test_without_a_key_that_is_trusted_the_error_holds_no_text_of_any(
    play: Play, monkeypatch: pytest.MonkeyPatch, values: tuple[Pair | str | None, ...]
) -> None:
    trust(monkeypatch, {"K1": OLD.public})
    with secret_of(*values), pytest.raises(FailedCallError, match=r"^LookupError$"):
        play()


def test_refusal_by_secrets_manager_is_not_taken_for_a_missing_key(play: Play) -> None:
    with Stubber(signing.SECRETS) as stub:
        stub.add_client_error("get_secret_value", "AccessDeniedException")
        with pytest.raises(FailedCallError, match=r"^AccessDeniedException$"):
            play()


def test_both_sides_name_a_key_alike() -> None:
    key: Any = serialization.load_pem_private_key(NEW.private.encode(), password=None)
    assert signing.fingerprint_of(key) == fingerprint(NEW.public)
