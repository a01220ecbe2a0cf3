"""What is asked of GitHub, against a server that speaks its interface."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from ffp.deliver import comments, github
from ffp.project import BadInputError, ToolError
from tests.ffp.deliver.hub import BOT, MOST_CHARACTERS, PERSON, Hub, serving

_ENVIRONMENT = "prod"
_MARKER = comments.marker_of(_ENVIRONMENT)


@pytest.fixture
def hub() -> Iterator[Hub]:
    with serving() as hub:
        yield hub


def _keep(hub: Hub, text: str | None, environment: str = _ENVIRONMENT) -> str:
    return comments.keep_one(hub.github, 7, environment, text)


def test_a_review_has_one_comment_that_is_always_the_newest(hub: Hub) -> None:
    assert _keep(hub, "first") == "written"
    assert _keep(hub, "second") == "replaced"
    assert _keep(hub, "second") == "unchanged"
    assert hub.bodies() == [f"{_MARKER}\nsecond"]


def test_every_environment_has_a_comment_of_its_own(hub: Hub) -> None:
    _keep(hub, "of prod")
    _keep(hub, "of staging", "staging")
    _keep(hub, None)
    assert hub.bodies() == [f"{comments.marker_of('staging')}\nof staging"]


def test_a_review_without_changes_leaves_no_comment(hub: Hub) -> None:
    assert _keep(hub, None) == "nothing to say"
    _keep(hub, "something")
    assert _keep(hub, None) == "removed"
    assert hub.comments == []


def test_a_comment_is_found_behind_hundreds_of_others_and_its_copies_go(hub: Hub) -> None:
    for number in range(230):
        hub.comment(f"comment {number}", PERSON)
    for _ in range(3):
        hub.comment(f"{_MARKER}\nolder", BOT)
    assert _keep(hub, "newest") == "replaced"
    assert hub.bodies() == [f"{_MARKER}\nnewest"]
    assert len(hub.comments) == 231
    assert sum(each.startswith("GET") for each in hub.asked) == 3  # of a hundred each


def test_a_comment_of_a_person_is_left_alone_whatever_it_says(hub: Hub) -> None:
    hub.comment(f"{_MARKER}\nmine", PERSON)
    _keep(hub, "the review")
    _keep(hub, None)
    assert hub.bodies(PERSON) == [f"{_MARKER}\nmine"]


def test_a_text_that_github_would_refuse_is_refused_before(hub: Hub) -> None:
    fitting = MOST_CHARACTERS - len(_MARKER) - 1
    assert _keep(hub, "x" * fitting) == "written"
    with pytest.raises(BadInputError, match="65,537 characters, and GitHub takes 65,536"):
        _keep(hub, "x" * (fitting + 1))
    assert hub.bodies() == [f"{_MARKER}\n{'x' * fitting}"]


def test_a_list_is_not_followed_to_another_host(hub: Hub) -> None:
    for number in range(101):
        hub.comment(str(number), PERSON)
    hub.next_host = "http://127.0.0.1:1"
    with pytest.raises(ToolError, match="at another host; nothing was sent there"):
        _keep(hub, "review")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"token": "another-token"}, "401 Bad credentials; the token is not valid"),
        ({"repository": "ffp-example/other"}, "404 Not Found; it does not exist"),
        ({"address": "http://127.0.0.1:1"}, "ConnectionError; check the network"),
    ],
)
def test_a_refusal_says_why_and_never_the_token(hub: Hub, change: dict[str, str], message: str) -> None:
    asked = replace(hub.github, **change)
    with pytest.raises(ToolError) as refused:
        list(asked.all("issues/7/comments"))
    assert message in str(refused.value)
    assert asked.token not in str(refused.value) + repr(asked)


def test_a_job_has_all_that_is_needed_to_ask(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_API_URL", "GITHUB_REPOSITORY", "GITHUB_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(BadInputError) as missing:
        github.of_job()
    assert len(missing.value.problems) == 3
    monkeypatch.setenv("GITHUB_API_URL", f"{hub.address}/")
    monkeypatch.setenv("GITHUB_REPOSITORY", hub.github.repository)
    monkeypatch.setenv("GITHUB_TOKEN", hub.github.token)
    assert github.of_job() == hub.github


def _approval(state: str, comment: str, *names: str) -> dict[str, object]:
    return {"state": state, "comment": comment, "environments": [{"name": name} for name in names]}


def test_only_approvals_of_this_environment_count(hub: Hub) -> None:
    assert github.approval_of_run(hub.github, "5", _ENVIRONMENT) is None
    hub.approvals += [
        _approval("rejected", "0123456789", _ENVIRONMENT),
        _approval("approved", "0123456789", "staging"),
    ]
    assert github.approval_of_run(hub.github, "5", _ENVIRONMENT) is None
    hub.approvals += [_approval("approved", "", _ENVIRONMENT), _approval("approved", "ok abc", _ENVIRONMENT, "staging")]
    assert github.approval_of_run(hub.github, "5", _ENVIRONMENT) == " ok abc"
