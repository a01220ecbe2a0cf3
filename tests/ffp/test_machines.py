"""What `ffp synth` says of machines whose app client was not made yet."""

from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from ffp import calls, cli, synth, unchanged
from ffp.machines import without_client
from settings import environments
from tests.sample.environments import ALL, PROD
from tests.sample.machines import WITH_MACHINES


def test_each_machine_without_a_client_gets_a_line_with_the_command_that_makes_it() -> None:
    (line,) = without_client(WITH_MACHINES)
    assert line.startswith("staging: the machine archive has no app client yet")
    assert "`ffp clients new staging archive`" in line
    assert without_client(PROD) == []


@pytest.mark.parametrize(("stack", "said"), [("staging", True), ("prod", False)])
def test_a_synthesis_says_it_of_the_environments_that_it_makes_and_ends_well(
    monkeypatch: pytest.MonkeyPatch, stack: str, said: bool
) -> None:
    monkeypatch.setattr(environments, "load", lambda: {**ALL, "staging": WITH_MACHINES})
    monkeypatch.setattr(synth, "start", lambda *_, **__: SimpleNamespace(finish=lambda: (0, 1.0)))
    monkeypatch.setattr(calls, "missing", lambda *_: [])
    monkeypatch.setattr(unchanged, "keep", lambda *_: None)
    ended = CliRunner().invoke(cli.app, ["synth", "--stack", stack, "--force"])
    assert ended.exit_code == 0, ended.output
    assert ("`ffp clients new staging archive`" in ended.stdout) == said
