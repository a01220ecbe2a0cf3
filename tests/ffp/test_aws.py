"""A problem with a person's credentials is reported in one line."""

import pytest

from ffp.aws import clients_of
from ffp.project import ToolError
from tests.sample.environments import DEV


def test_a_missing_profile_is_reported_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    with pytest.raises(ToolError, match=r"^cannot reach AWS: ProfileNotFound$"):
        clients_of(DEV)
