"""The way into an account: what is wrong with a person's credentials is said in one line."""

import pytest

from ffp.aws import clients_of
from ffp.project import ToolError
from tests.sample.environments import DEV


def test_a_profile_that_is_not_there_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    with pytest.raises(ToolError, match=r"^cannot reach AWS: ProfileNotFound$"):
        clients_of(DEV)
