"""Differences between state and AWS, told apart, in plans of the shape that Terraform prints."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from ffp import stacks
from ffp.deliver import drift
from ffp.deliver.drift import Cause
from ffp.deliver.place import Place
from ffp.project import BadInputError
from settings import AllowedDrift, Environment
from tests.review.corpus.edit import stack_of
from tests.review.planning import BUCKET, KEY, ROLE, change, document, program, state
from tests.sample.environments import ALL as SAMPLE

_TODAY = date(2026, 11, 30)
_COMPUTED = {"arn": {"computed": True}, "description": {"optional": True, "computed": True}}
_SCHEMAS = {type_: {"block": {"attributes": _COMPUTED}} for type_ in ("aws_kms_key", "aws_s3_bucket", "aws_iam_role")}


@dataclass
class _Place:
    """Answers as Terraform would."""

    settings: Environment
    folder: Path
    drifting: list[Any]
    changes: list[Any]
    name: str = "prod"
    is_refresh_only: bool = False

    @property
    def output(self) -> Path:
        return self.folder

    @contextmanager
    def working(self) -> Iterator[Path]:
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            yield Path(folder)

    def init(self) -> None:
        """Needs nothing."""

    def run(self, *arguments: str) -> str:
        if arguments[0] == "providers":
            return json.dumps({"provider_schemas": {"aws": {"resource_schemas": _SCHEMAS}}})
        if arguments[0] == "plan":
            assert "-lock=false" in arguments
            self.is_refresh_only = "-refresh-only" in arguments
            assert self.is_refresh_only != ("-refresh=false" in arguments)  # the second plan does not ask AWS again
            return ""
        made = (), self.drifting
        if not self.is_refresh_only:
            made = tuple(self.changes), []
        raw = document(program(), state(), *made[0], drift=made[1])
        if self.is_refresh_only:
            del raw["resource_changes"]
        return json.dumps(raw)


@pytest.fixture
def found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(stacks, "load", lambda _folder: [stack_of(program())])

    def find(
        *drifting: Any, changes: tuple[Any, ...] = (), allowed: tuple[AllowedDrift, ...] = ()
    ) -> tuple[dict[str, tuple[Cause, str]], tuple[str, ...]]:
        settings = replace(SAMPLE["prod"], allowed_drift=allowed)
        place = _Place(settings, tmp_path, list(drifting), list(changes))
        made = drift.find(cast(Place, place), _TODAY, print)
        assert not any(tmp_path.iterdir())
        return {each.address: (each.cause, each.says) for each in made.differences}, made.remarks

    return find


def _with(address: str, **values: Any) -> dict[str, Any]:
    return {**state()[address], **values}


def test_what_only_aws_sets_no_hand_has_changed(found: Any) -> None:
    differences, _ = found(change(KEY, state()[KEY], _with(KEY, arn="arn:aws:kms:eu-west-2:000000000000:key/b")))
    assert differences == {KEY: (Cause.AWS, "arn changed, which only AWS sets")}


def test_what_could_be_configured_may_have_been_changed_by_hand(found: Any) -> None:
    differences, _ = found(change(KEY, state()[KEY], _with(KEY, description="Other", arn="arn:aws:kms:x")))
    assert differences == {KEY: (Cause.HAND, "description changed")}


def test_what_reads_differently_and_means_the_same_is_noise(found: Any) -> None:
    differences, _ = found(change(KEY, _with(KEY, tags=None), _with(KEY, tags={})))
    assert differences == {KEY: (Cause.NOISE, "reads differently, and means the same")}


def test_what_is_gone_and_what_is_not_applied_yet_are_named(found: Any) -> None:
    differences, _ = found(
        change(BUCKET, state()[BUCKET], None), changes=(change(ROLE, state()[ROLE], _with(ROLE, description="New")),)
    )
    assert differences == {BUCKET: (Cause.HAND, "is gone"), ROLE: (Cause.CODE, "would be changed")}


def _allowed(address: str, attribute: str, days: int = 30) -> AllowedDrift:
    until = (_TODAY + timedelta(days=days)).isoformat()
    return AllowedDrift(address=address, attribute=attribute, because="Agreed with the owner", until=until)


def test_an_allowed_drift_is_of_one_attribute_until_a_day(found: Any) -> None:
    changed = change(KEY, state()[KEY], _with(KEY, description="Other"))
    more = change(KEY, state()[KEY], _with(KEY, description="Other", enable_key_rotation=False))
    allowed = (_allowed(KEY, "description"),)
    assert found(changed, allowed=allowed) == ({KEY: (Cause.ALLOWED, "description changed")}, ())
    assert found(more, allowed=allowed)[0][KEY][0] is Cause.HAND
    differences, remarks = found(changed, allowed=(_allowed(KEY, "description", days=-1),))
    assert differences[KEY][0] is Cause.HAND
    assert "which is over; remove it" in remarks[0]
    assert "does not drift; remove it" in found(allowed=allowed)[1][0]


def test_a_drift_is_allowed_for_90_days_at_most(found: Any) -> None:
    with pytest.raises(BadInputError, match="must be at most 90 days ahead; write 2027-02-28"):
        found(allowed=(_allowed(KEY, "description", days=91),))


def test_no_value_of_a_drift_is_shown(found: Any) -> None:
    differences, _ = found(change(KEY, state()[KEY], _with(KEY, description="hunter2-hunter2")))
    assert "hunter2" not in str(differences)
