"""One open issue for each finding, against a server that speaks GitHub's interface."""

from collections.abc import Iterator

import pytest

from ffp.deliver import issues
from ffp.deliver.issues import Finding, Kept
from tests.ffp.deliver.hub import PERSON, Hub, serving

_TOPIC = "drift of prod"


@pytest.fixture
def hub() -> Iterator[Hub]:
    with serving() as hub:
        yield hub


def _keep(hub: Hub, *keys: str, text: str = "look", topic: str = _TOPIC) -> Kept:
    return issues.keep(hub.github, topic, {key: Finding(f"{key} changed", text) for key in keys})


def _open(hub: Hub) -> list[str]:
    return [each["title"] for each in hub.issues if each["state"] == "open"]


def test_each_finding_is_opened_once_and_closed_when_it_is_gone(hub: Hub) -> None:
    assert len(_keep(hub, "a", "b").opened) == 2
    assert _keep(hub, "a", "b") == Kept((), (), ())
    assert len(_keep(hub, "b", "c").closed) == 1
    assert _open(hub) == ["b changed", "c changed"]
    assert len(_keep(hub, "b", "c", text="look again").changed) == 2
    assert len(_keep(hub).closed) == 2
    assert _open(hub) == []
    assert len(_keep(hub, "a").opened) == 1  # it came back


def test_what_people_and_other_topics_opened_is_left_alone(hub: Hub) -> None:
    _keep(hub, "a", topic="drift of dev")
    (body,) = [each["body"] for each in hub.issues]
    hub.issues.append({"id": 9, "number": 9, "state": "open", "user": PERSON, "title": "mine", "body": body})
    _keep(hub)
    assert _keep(hub, "a", topic="drift of dev") == Kept((), (), ())
    assert _open(hub) == ["a changed", "mine"]


def test_issues_behind_hundreds_of_others_are_found_and_pull_requests_are_none(hub: Hub) -> None:
    _keep(hub, "a")
    old = hub.issues.pop()
    for number in range(100, 330):
        hub.issues.append({"id": number, "number": number, "state": "open", "user": PERSON, "title": "x", "body": None})
    pull = {**old, "id": 998, "number": 998, "pull_request": {}}
    hub.issues += [{**old, "id": 999, "number": 999}, pull]
    assert _keep(hub, "a") == Kept((), (), ())
    assert _keep(hub) == Kept((), (), (999,))
