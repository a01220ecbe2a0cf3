from datetime import date, timedelta
from pathlib import Path

import pytest

from ffp import stacks
from ffp.scan import waivers
from ffp.scan.finding import Finding, Key, Lens, in_stack
from tests.ffp import samples

TODAY = date(2026, 11, 30)
REASON = "The queue holds public timetable entries only, reviewed with the data map."
WAIVER = {"reason": REASON, "expires": "2027-11-30"}


def _apply(
    tmp_path: Path,
    waiver: object = None,
    *,
    check: str = samples.QUEUE_CHECK,
    seen_in: frozenset[Lens] = frozenset({"json"}),
    plan: bool = False,
) -> dict[str, Finding]:
    """The findings by check, for a queue that fails one check and has this waiver, if any."""
    given = {check: waiver} if waiver is not None else {}
    stack = stacks.read(samples.write(tmp_path, resource=samples.queue(**given)))
    block = stack.by_address[samples.QUEUE_ADDRESS]
    found: dict[Key, Finding] = {}
    if seen_in:
        finding = in_stack(stack, block.address, block.lines, check=samples.QUEUE_CHECK, name="encrypt", lenses=seen_in)
        found[finding.key] = finding
    lenses: frozenset[Lens] = frozenset({"json", "plan"} if plan else {"json"})
    return {finding.check: finding for finding in waivers.apply(stack, found, today=TODAY, lenses=lenses)}


def test_a_waiver_marks_its_finding_with_its_reason(tmp_path: Path) -> None:
    findings = _apply(tmp_path, WAIVER)
    assert list(findings) == [samples.QUEUE_CHECK]
    assert findings[samples.QUEUE_CHECK].waived == REASON


def test_without_a_waiver_the_finding_stands(tmp_path: Path) -> None:
    assert _apply(tmp_path)[samples.QUEUE_CHECK].waived is None


def test_a_waiver_of_another_check_waives_nothing_and_is_unused(tmp_path: Path) -> None:
    findings = _apply(tmp_path, WAIVER, check="CKV_AWS_1")
    assert findings[samples.QUEUE_CHECK].waived is None
    assert findings["WAIVER_UNUSED"].waived is None
    assert "CKV_AWS_1 does not fail here" in findings["WAIVER_UNUSED"].name


def test_an_unused_waiver_fails_the_scan(tmp_path: Path) -> None:
    assert list(_apply(tmp_path, WAIVER, seen_in=frozenset())) == ["WAIVER_UNUSED"]


def test_an_expired_waiver_fails_the_scan_and_waives_nothing(tmp_path: Path) -> None:
    findings = _apply(tmp_path, WAIVER | {"expires": "2026-11-29"})
    assert findings[samples.QUEUE_CHECK].waived is None
    assert "expired on 2026-11-29" in findings["WAIVER_EXPIRED"].name


def test_a_waiver_may_last_as_long_as_the_limit(tmp_path: Path) -> None:
    latest = (TODAY + waivers.LONGEST).isoformat()
    assert list(_apply(tmp_path, WAIVER | {"expires": latest})) == [samples.QUEUE_CHECK]


@pytest.mark.parametrize("expires", [(TODAY + waivers.LONGEST + timedelta(days=1)).isoformat(), "2099-12-31"])
def test_a_waiver_for_longer_fails_the_scan_and_waives_nothing(tmp_path: Path, expires: str) -> None:
    findings = _apply(tmp_path, WAIVER | {"expires": expires})
    assert findings[samples.QUEUE_CHECK].waived is None
    assert "or an earlier date" in findings["WAIVER_TOO_LONG"].name


def test_a_waiver_holds_on_its_last_day(tmp_path: Path) -> None:
    assert list(_apply(tmp_path, WAIVER | {"expires": "2026-11-30"})) == [samples.QUEUE_CHECK]


@pytest.mark.parametrize(
    "reason",
    ["", "   ", "short", "not needed", "Not needed in this environment at all", "N/A for the time being, really"],
)
def test_a_waiver_without_a_reason_fails_the_scan_and_waives_nothing(tmp_path: Path, reason: str) -> None:
    findings = _apply(tmp_path, WAIVER | {"reason": reason})
    assert findings[samples.QUEUE_CHECK].waived is None
    assert "does not explain the exception" in findings["WAIVER_REASON"].name


@pytest.mark.parametrize(
    "broken",
    [
        "CKV_AWS_27",
        {"reason": REASON},
        WAIVER | {"expires": "next year"},
        WAIVER | {"expires": None},
        WAIVER | {"lens": "json"},
        WAIVER | {"until": "2027-11-30"},
    ],
)
def test_a_malformed_waiver_fails_the_scan_and_waives_nothing(tmp_path: Path, broken: object) -> None:
    findings = _apply(tmp_path, broken)
    assert findings[samples.QUEUE_CHECK].waived is None
    assert findings["WAIVER_FORM"].waived is None


def test_a_waiver_for_the_plan_is_not_called_unused_when_no_plan_was_seen(tmp_path: Path) -> None:
    assert _apply(tmp_path, WAIVER | {"lens": "plan"}, seen_in=frozenset()) == {}


def test_a_waiver_for_the_plan_is_unused_when_the_plan_shows_no_finding(tmp_path: Path) -> None:
    assert list(_apply(tmp_path, WAIVER | {"lens": "plan"}, seen_in=frozenset(), plan=True)) == ["WAIVER_UNUSED"]


def test_a_waiver_for_the_plan_covers_what_only_the_plan_shows(tmp_path: Path) -> None:
    findings = _apply(tmp_path, WAIVER | {"lens": "plan"}, seen_in=frozenset({"plan"}), plan=True)
    assert findings[samples.QUEUE_CHECK].waived == REASON


def test_a_waiver_for_the_plan_does_not_cover_what_the_json_shows(tmp_path: Path) -> None:
    findings = _apply(tmp_path, WAIVER | {"lens": "plan"}, seen_in=frozenset({"json", "plan"}), plan=True)
    assert findings[samples.QUEUE_CHECK].waived is None
    assert "WAIVER_UNUSED" in findings


def test_a_fault_of_a_waiver_points_at_its_construct(tmp_path: Path) -> None:
    fault = _apply(tmp_path, WAIVER, seen_in=frozenset())["WAIVER_UNUSED"]
    assert fault.address == samples.QUEUE_ADDRESS
    lines = (tmp_path / "stacks/dev/cdk.tf.json").read_text(encoding="utf-8").splitlines()
    assert lines[fault.first_line - 1].strip() == '"work": {'
