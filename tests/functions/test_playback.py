"""Playback: what a signed address opens, for how long, and with which key it is signed."""

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.stub import Stubber
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from ffp_lambda import signing
from ffp_lambda.errors import FailedCallError

from application.functions.media import get_playback
from ffp.emulator.cloudfront import OPENS, SignedAddress, judge
from ffp.keys import Pair
from settings.playback_keys import fingerprint
from tests.functions.fakes import CONTEXT, OTHER_TENANT, TENANT, FakeConnection, body_of, request_event

ASSET = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"
SIBLING = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4e"
SECRET_ARN = "arn:aws:secretsmanager:eu-west-2:111122223333:secret:playback"
FOLDER = f"https://app.example.org/media/{TENANT}/{ASSET}/"
OLD, NEW = Pair.made(), Pair.made()
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


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch, database: FakeConnection) -> Iterator[None]:
    monkeypatch.setenv("PLAYBACK_SECRET_ARN", SECRET_ARN)
    monkeypatch.setenv("PUBLIC_ADDRESS", "https://app.example.org")
    _trust(monkeypatch, TRUSTED)
    signing.signing_key.cache_clear()
    yield
    signing.signing_key.cache_clear()


def _trust(monkeypatch: pytest.MonkeyPatch, trusted: dict[str, str]) -> None:
    monkeypatch.setenv("PLAYBACK_KEY_IDS", json.dumps({fingerprint(pem): id_ for id_, pem in trusted.items()}))


@contextmanager
def _secret(*values: Pair | str | None) -> Iterator[None]:
    """Secrets Manager, which is asked for AWSCURRENT, then for AWSPREVIOUS, no more often than there are values."""
    with Stubber(signing.SECRETS) as stub:
        for stage, value in zip(("AWSCURRENT", "AWSPREVIOUS"), values, strict=False):
            asked = {"SecretId": SECRET_ARN, "VersionStage": stage}
            if value is None:
                stub.add_client_error("get_secret_value", "ResourceNotFoundException", expected_params=asked)
            else:
                text = value.private if isinstance(value, Pair) else value
                stub.add_response("get_secret_value", {"SecretString": text}, asked)
        yield
        stub.assert_no_pending_responses()


@pytest.fixture
def play(database: FakeConnection) -> Callable[..., dict[str, Any]]:
    """Asks for the playback of an asset that the database has."""

    def ask(kind: str = "video", length: int | None = 1800, tenant: str = TENANT) -> dict[str, Any]:
        database.answers["from media"] = [{"kind": kind, "length_seconds": length}]
        event = request_event(path={"assetId": ASSET}, role="patient", tenantId=tenant)
        answer: dict[str, Any] = body_of(get_playback.handler(event, CONTEXT))
        return answer

    return ask


Play = Callable[..., dict[str, Any]]


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def test_address_opens_every_file_of_the_asset(play: Play) -> None:
    with _secret(NEW):
        answer = play()
    assert answer["url"] == f"{FOLDER}video.mp4?{answer['query']}"
    assert answer["address"] == FOLDER
    for path in ("video.mp4", "720p/part-3.ts", ""):
        assert judge(f"{FOLDER}{path}?{answer['query']}", TRUSTED, _now()) == OPENS


@pytest.mark.attack
@pytest.mark.parametrize(
    "address",
    [
        FOLDER.replace(ASSET, SIBLING) + "video.mp4",
        FOLDER.replace(TENANT, OTHER_TENANT) + "video.mp4",
        FOLDER.rstrip("/"),
        FOLDER.rstrip("/") + "-more/video.mp4",
        "https://app.example.org/media/video.mp4",
        FOLDER.replace("https", "http") + "video.mp4",
        FOLDER.replace("app.example", "appzexample") + "video.mp4",
        "https://elsewhere.example.org/" + FOLDER + "video.mp4",
    ],
)
def test_address_of_one_asset_opens_nothing_else(play: Play, address: str) -> None:
    with _secret(NEW):
        query = play()["query"]
    assert judge(f"{address}?{query}", TRUSTED, _now()) == "another resource"


@pytest.mark.attack
def test_policy_that_somebody_changed_opens_nothing(play: Play) -> None:
    with _secret(NEW):
        url = play()["url"]
    signed = SignedAddress.read(url)
    longer = {**signed.statement, "Condition": {"DateLessThan": {"AWS:EpochTime": 4102444800}}}
    forged = base64.b64encode(json.dumps({"Statement": [longer]}).encode()).decode()
    policy = base64.b64encode(signed.policy).decode().translate(str.maketrans("+=/", "-_~"))
    assert policy in url
    changed = url.replace(policy, forged.translate(str.maketrans("+=/", "-_~")))
    assert judge(changed, TRUSTED, _now()) == "a wrong signature"


@pytest.mark.attack
def test_signature_under_another_keys_id_opens_nothing(play: Play) -> None:
    with _secret(NEW):
        url = play()["url"]
    assert judge(url.replace("K2", "K1"), TRUSTED, _now()) == "a wrong signature"
    assert judge(url.replace("K2", "K3"), TRUSTED, _now()) == "a key that is not trusted"


@pytest.mark.parametrize("minutes", [1, 30, 120, 179])
def test_film_plays_to_its_end_with_an_hour_of_pauses_and_then_no_more(play: Play, minutes: int) -> None:
    with _secret(NEW):
        url = play(length=minutes * 60)["url"]
    start, length, hour = _now(), timedelta(minutes=minutes), timedelta(hours=1)
    range_requests = {
        "the first": start,
        "late in the play": start + length - MOMENT,
        "late after pauses": start + length + hour - 2 * MOMENT,  # the clock may have gone on since it was signed
    }
    assert {judge(url, TRUSTED, at) for at in range_requests.values()} == {OPENS}
    assert judge(url, TRUSTED, start + length + hour + MOMENT) == "expired"


@pytest.mark.parametrize("minutes", [181, 240, 100_000])
def test_no_address_of_a_film_lasts_longer_than_four_hours(play: Play, minutes: int) -> None:
    with _secret(NEW):
        url = play(length=minutes * 60)["url"]
    limit = _now() + timedelta(hours=4)
    assert judge(url, TRUSTED, limit - 2 * MOMENT) == OPENS
    assert judge(url, TRUSTED, limit + MOMENT) == "expired"


def test_address_of_an_image_lasts_five_minutes(play: Play) -> None:
    with _secret(NEW):
        answer = play("image", None)
    limit = _now() + timedelta(minutes=5)
    assert answer["url"].startswith(f"{FOLDER}image.jpg?")
    assert judge(answer["url"], TRUSTED, limit - 2 * MOMENT) == OPENS
    assert judge(answer["url"], TRUSTED, limit + MOMENT) == "expired"


def test_answer_says_when_the_address_ends(play: Play) -> None:
    with _secret(NEW):
        answer = play()
    assert datetime.fromisoformat(answer["expiresAt"]) == SignedAddress.read(answer["url"]).expires_at


def test_asset_is_looked_for_in_the_callers_tenant(play: Play, database: FakeConnection) -> None:
    with _secret(NEW):
        answer = play(tenant=OTHER_TENANT)
    assert database.parameters_of("set_config")["tenant"] == OTHER_TENANT
    assert answer["address"] == FOLDER.replace(TENANT, OTHER_TENANT)


@pytest.mark.attack
def test_asset_that_the_tenant_does_not_have_is_404_and_nothing_is_signed() -> None:
    with _secret():
        answer = get_playback.handler(request_event(path={"assetId": ASSET}), CONTEXT)
    assert (answer["statusCode"], body_of(answer)) == (404, {"message": "there is no such asset"})


def test_asset_of_a_kind_that_is_no_longer_declared_is_404_and_nothing_is_signed(database: FakeConnection) -> None:
    database.answers["from media"] = [{"kind": "hologram", "length_seconds": None}]
    with _secret():
        answer = get_playback.handler(request_event(path={"assetId": ASSET}), CONTEXT)
    assert (answer["statusCode"], body_of(answer)) == (404, {"message": "there is no such asset"})


@pytest.mark.attack
def test_playback_of_a_malformed_id_is_refused_before_any_question(database: FakeConnection) -> None:
    with _secret():
        answer = get_playback.handler(request_event(path={"assetId": "../" + ASSET}), CONTEXT)
    assert answer["statusCode"] == 400
    assert database.statements == []


def test_key_is_read_once(play: Play) -> None:
    with _secret(NEW):
        play()
        play()


def test_new_key_signs_from_the_deploy_that_makes_it_trusted(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {"K1": OLD.public, "K0": Pair.made().public}
    _trust(monkeypatch, before)
    with _secret(NEW, OLD):
        url = play()["url"]
    assert SignedAddress.read(url).key_id == "K1"
    assert judge(url, before, _now()) == OPENS

    signing.signing_key.cache_clear()  # as the deploy's new execution environments are
    _trust(monkeypatch, TRUSTED)
    with _secret(NEW):
        renewed = play()["url"]
    assert SignedAddress.read(renewed).key_id == "K2"
    assert judge(renewed, TRUSTED, _now()) == OPENS
    assert judge(url, TRUSTED, _now()) == OPENS, "what the key before signed stays good"


@pytest.mark.parametrize("unusable", [None, " ", "-----BEGIN nothing", ELLIPTIC, LOCKED], ids=UNUSABLE)
def test_unusable_key_is_passed_over_and_the_one_before_signs(play: Play, unusable: str | None) -> None:
    with _secret(unusable, OLD):
        assert SignedAddress.read(play()["url"]).key_id == "K1"


@pytest.mark.parametrize(
    "values",
    [(NEW, Pair.made()), (NEW, None), (None, None), (NEW, "-----BEGIN nothing"), (ELLIPTIC, None)],
)
def test_without_a_key_that_is_trusted_the_error_holds_no_text_of_any(
    play: Play, monkeypatch: pytest.MonkeyPatch, values: tuple[Pair | str | None, ...]
) -> None:
    _trust(monkeypatch, {"K1": OLD.public})
    with _secret(*values), pytest.raises(FailedCallError, match=r"^LookupError$"):
        play()


def test_refusal_by_secrets_manager_is_not_taken_for_a_missing_key(play: Play) -> None:
    with Stubber(signing.SECRETS) as stub:
        stub.add_client_error("get_secret_value", "AccessDeniedException")
        with pytest.raises(FailedCallError, match=r"^AccessDeniedException$"):
            play()


def test_both_sides_name_a_key_alike() -> None:
    key: Any = serialization.load_pem_private_key(NEW.private.encode(), password=None)
    assert signing.fingerprint_of(key) == fingerprint(NEW.public)
