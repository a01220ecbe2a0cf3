"""Playback: what a signed address opens, and for how long."""

import base64
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from application.functions.media import get_playback
from ffp.emulator.cloudfront import OPENS, SignedAddress, judge
from ffp.keys import Pair
from tests.application.functions.shipped import request_event
from tests.library import playing
from tests.library.fakes import CONTEXT, OTHER_TENANT, TENANT, FakeConnection, body_of
from tests.library.playing import secret_of

ASSET = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"
SIBLING = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4e"
FOLDER = f"https://app.example.org/media/{TENANT}/{ASSET}/"
OLD, NEW = Pair.generate(), Pair.generate()
TRUSTED = {"K1": OLD.public, "K2": NEW.public}
MOMENT = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch, database: FakeConnection) -> Iterator[None]:
    with playing.surroundings(monkeypatch, TRUSTED):
        yield


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
    with secret_of(NEW):
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
    with secret_of(NEW):
        query = play()["query"]
    assert judge(f"{address}?{query}", TRUSTED, _now()) == "another resource"


@pytest.mark.attack
def test_policy_that_somebody_changed_opens_nothing(play: Play) -> None:
    with secret_of(NEW):
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
    with secret_of(NEW):
        url = play()["url"]
    assert judge(url.replace("K2", "K1"), TRUSTED, _now()) == "a wrong signature"
    assert judge(url.replace("K2", "K3"), TRUSTED, _now()) == "a key that is not trusted"


@pytest.mark.parametrize("minutes", [1, 30, 120, 179])
def test_film_plays_to_its_end_with_an_hour_of_pauses_and_then_no_more(play: Play, minutes: int) -> None:
    with secret_of(NEW):
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
    with secret_of(NEW):
        url = play(length=minutes * 60)["url"]
    limit = _now() + timedelta(hours=4)
    assert judge(url, TRUSTED, limit - 2 * MOMENT) == OPENS
    assert judge(url, TRUSTED, limit + MOMENT) == "expired"


def test_address_of_an_image_lasts_five_minutes(play: Play) -> None:
    with secret_of(NEW):
        answer = play("image", None)
    limit = _now() + timedelta(minutes=5)
    assert answer["url"].startswith(f"{FOLDER}image.jpg?")
    assert judge(answer["url"], TRUSTED, limit - 2 * MOMENT) == OPENS
    assert judge(answer["url"], TRUSTED, limit + MOMENT) == "expired"


def test_answer_says_when_the_address_ends(play: Play) -> None:
    with secret_of(NEW):
        answer = play()
    assert datetime.fromisoformat(answer["expiresAt"]) == SignedAddress.read(answer["url"]).expires_at


def test_asset_is_looked_for_in_the_callers_tenant(play: Play, database: FakeConnection) -> None:
    with secret_of(NEW):
        answer = play(tenant=OTHER_TENANT)
    assert database.parameters_of("set_config")["tenant"] == OTHER_TENANT
    assert answer["address"] == FOLDER.replace(TENANT, OTHER_TENANT)


@pytest.mark.attack
def test_asset_that_the_tenant_does_not_have_is_404_and_nothing_is_signed() -> None:
    with secret_of():
        answer = get_playback.handler(request_event(path={"assetId": ASSET}), CONTEXT)
    assert (answer["statusCode"], body_of(answer)) == (404, {"message": "there is no such asset"})


def test_asset_of_a_kind_that_is_no_longer_declared_is_404_and_nothing_is_signed(database: FakeConnection) -> None:
    database.answers["from media"] = [{"kind": "hologram", "length_seconds": None}]
    with secret_of():
        answer = get_playback.handler(request_event(path={"assetId": ASSET}), CONTEXT)
    assert (answer["statusCode"], body_of(answer)) == (404, {"message": "there is no such asset"})


@pytest.mark.attack
def test_playback_of_a_malformed_id_is_refused_before_any_question(database: FakeConnection) -> None:
    with secret_of():
        answer = get_playback.handler(request_event(path={"assetId": "../" + ASSET}), CONTEXT)
    assert answer["statusCode"] == 400
    assert database.statements == []
