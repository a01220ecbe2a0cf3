"""Applications that other people deploy, in settings as their owners would write them, are as sound as what ships."""

from dataclasses import replace
from pathlib import Path

import pytest

from ffp import scan, stacks, verify
from modules.stacks import synthesise
from settings import Application, Environment, SesIdentity, problems_of
from tests.sample import clinic, marketplace, partners
from tests.sample.environments import PROD
from tests.test_planted_faults import TODAY


def _in_production(name: str, application: Application) -> Environment:
    verified = f"arn:aws:ses:{PROD.region}:{PROD.account_id}:identity/ffp.example"
    return replace(
        PROD,
        name=name,
        application=application,
        distribution=replace(PROD.distribution, playback_keys=()),
        identity=replace(PROD.identity, mail=SesIdentity(arn=verified, sender="no-reply@ffp.example")),
    )


APPLICATIONS = {
    "clinic": _in_production("clinic", clinic.APPLICATION),
    "market": _in_production("market", marketplace.APPLICATION),
    "partners": _in_production("partners", partners.APPLICATION),
}


@pytest.mark.parametrize("name", APPLICATIONS)
def test_settings_have_no_problem(name: str) -> None:
    assert list(map(str, problems_of(APPLICATIONS[name]))) == []


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("real")
    synthesise(APPLICATIONS, [*APPLICATIONS, *(f"bootstrap-{name}" for name in APPLICATIONS)], folder)
    return folder


def test_nothing_has_an_unwaived_finding(output: Path) -> None:
    for result in scan.scan(list(stacks.load(output)), today=TODAY):
        assert [(each.address, each.check) for each in result.failed] == [], result.stack.name


def test_the_checks_after_synthesis_find_nothing(output: Path) -> None:
    assert verify.problems(output) == []
