"""Our detection of secrets against the library that Checkov brings; `pytest -s` on this file shows the figures."""

from pathlib import Path

import pytest

from ffp.project import ROOT
from ffp.stacks import SynthesisedStack
from settings.secrecy import secrets_in_source
from tests.secrecy import harmless
from tests.secrecy.judges import THEIRS, Score, checkov, detect_secrets, ours, score
from tests.secrecy.made_secrets import secrets

SECRETS = [each for seed in range(5) for each in secrets(seed)]
NAMED = [(each.name, each.value) for each in SECRETS]


@pytest.fixture(scope="module")
def scores(all_stacks: dict[str, SynthesisedStack], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Score]:
    folder = tmp_path_factory.mktemp("values")
    variables = harmless.variables(all_stacks.values())
    texts = [*harmless.strings(all_stacks.values()), *harmless.settings()]
    assert len({each.form for each in SECRETS}) >= 60
    assert len(variables) + len(texts) >= 150
    judged = {name: score(judge, NAMED, variables, texts, folder) for name, judge in {"ours": ours, **THEIRS}.items()}
    print(f"\n{len(SECRETS)} secrets, {len(variables) + len(texts)} harmless values")
    for name, each in judged.items():
        print(f"{name:32} found {each.found:4}  false alarms {each.false_alarms:4}  {each.seconds:5.2f} s")
    return judged


def test_ours_finds_nearly_all_and_raises_no_false_alarm(scores: dict[str, Score]) -> None:
    assert scores["ours"].found >= 0.97 * len(SECRETS)
    assert scores["ours"].false_alarms == 0


def test_ours_finds_nearly_all_in_source_and_raises_no_false_alarm_in_what_is_packed() -> None:
    found = [each.form for each in SECRETS if [*secrets_in_source(f"{each.name.lower()} = {each.value!r}")]]
    assert len(found) >= 0.97 * len(SECRETS)
    assert [line for line in harmless.lines() if [*secrets_in_source(line)]] == []


@pytest.mark.parametrize("name", THEIRS)
def test_no_setting_of_the_library_does_as_well(name: str, scores: dict[str, Score]) -> None:
    """Once one does, let it replace `settings/secrecy.py`."""
    mine, theirs = scores["ours"], scores[name]
    assert theirs.found <= 0.9 * mine.found or theirs.false_alarms > 100, f"{name}: {theirs}; ours: {mine}"


@pytest.mark.parametrize("path", sorted((ROOT / "tests" / "secrecy").glob("*.py")), ids=lambda path: path.stem)
def test_no_scanner_takes_the_corpus_for_secrets(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / path.name
    copy.write_text(path.read_text())
    assert [*secrets_in_source(path.read_text())] == []
    assert detect_secrets()(copy) == set()
    assert checkov(copy) == set()
