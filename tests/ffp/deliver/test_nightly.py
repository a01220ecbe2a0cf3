"""Findings become one issue each, and a look that fails hides nothing."""

import io
from collections.abc import Iterator
from datetime import date

import pytest
from rich.console import Console

from ffp.deliver import nightly
from ffp.deliver.nightly import Finding, Look, Seen
from ffp.project import BadInputError, ToolError
from tests.ffp.deliver.hub import Hub, serving

_TODAY = date(2026, 11, 30)
_A = Finding("runtime a", "its makers no longer support it", "choose another", date(2026, 12, 31))
_B = Finding("a [secret]", "has no value yet", "store one")


@pytest.fixture
def hub() -> Iterator[Hub]:
    with serving() as hub:
        yield hub


def _open(hub: Hub) -> list[str]:
    return [each["title"] for each in hub.issues if each["state"] == "open"]


def test_each_finding_is_opened_once_and_closed_when_it_is_gone(hub: Hub) -> None:
    seen = [Seen("runtimes", (_A,)), Seen("secrets", (_B,))]
    assert len(nightly.keep_issues(hub.github, "prod", "expiring", seen).opened) == 2
    assert _open(hub) == ["prod: runtime a ends on 2026-12-31", "prod: a [secret]"]
    again = nightly.keep_issues(hub.github, "prod", "expiring", seen)
    assert (again.opened, again.changed, again.closed) == ((), (), ())
    nightly.keep_issues(hub.github, "dev", "expiring", [Seen("runtimes"), Seen("secrets")])
    nightly.keep_issues(hub.github, "prod", "spending", [Seen("runtimes")])
    assert len(_open(hub)) == 2
    assert len(nightly.keep_issues(hub.github, "prod", "expiring", [Seen("runtimes"), seen[1]]).closed) == 1
    assert _open(hub) == ["prod: a [secret]"]


def test_what_could_not_be_looked_at_keeps_its_issues(hub: Hub) -> None:
    nightly.keep_issues(hub.github, "prod", "expiring", [Seen("runtimes", (_A,)), Seen("secrets", (_B,))])
    nightly.keep_issues(hub.github, "prod", "expiring", [Seen("runtimes"), Seen("secrets", failure="AccessDenied")])
    assert _open(hub) == ["prod: a [secret]"]


def _fails(error: Exception) -> Iterator[Finding]:
    yield _A
    raise error


def test_a_look_that_fails_hides_no_other() -> None:
    looks = [
        Look("one", lambda: _fails(ToolError("AWS refuses"))),
        Look("two", lambda: iter([_B])),
        Look("three", lambda: _fails(BadInputError("settings: wrong"))),
        Look("four", lambda: ()),
    ]
    seen = nightly.take(looks, print)
    assert [(each.findings, each.failure) for each in seen] == [
        ((), "AWS refuses"),
        ((_B,), ""),
        ((), "settings: wrong"),
        ((), ""),
    ]
    assert not nightly.is_clean(seen)
    assert not nightly.is_clean(seen[:1])
    assert not nightly.is_clean(seen[1:2])
    assert nightly.is_clean(seen[3:])


def _shown(*seen: Seen) -> str:
    file = io.StringIO()
    nightly.show(Console(file=file, width=200, emoji=False), seen, _TODAY)
    return file.getvalue()


def test_the_table_names_place_day_days_left_and_remedy() -> None:
    shown = _shown(Seen("runtimes", (_A,)), Seen("secrets", (_B,)), Seen("certificates", failure="AccessDenied"))
    lines = [" ".join(line.split()) for line in shown.splitlines()]
    assert "runtimes runtime a 2026-12-31 31 its makers no longer support it; choose another" in lines
    assert "secrets a [secret] has no value yet; store one" in lines
    assert "certificates: not looked at: AccessDenied" in lines
    assert _shown(Seen("runtimes")) == ""
