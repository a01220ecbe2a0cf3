"""What each environment that ships relaxes, and that none of them has a finding."""

import re

import pytest

from ffp import scan
from ffp.scan import Result
from ffp.stacks import SynthesisedStack
from settings import environments
from tests.test_planted_faults import TODAY


@pytest.fixture(scope="module")
def shipped(all_stacks: dict[str, SynthesisedStack]) -> list[Result]:
    return scan.scan(list(all_stacks.values()), today=TODAY)


def test_nothing_that_ships_has_an_unwaived_finding(shipped: list[Result]) -> None:
    assert [finding for result in shipped for finding in result.failed] == []


def test_production_has_the_fewest_waivers(shipped: list[Result]) -> None:
    waivers = {result.stack.name: len(result.waived) for result in shipped}
    assert waivers["prod"] < min(waivers[name] for name in ("dev", "staging", "local"))


def test_only_production_holds_patients_data() -> None:
    assert {name for name, each in environments.load().items() if each.holds_patient_data} == {"prod"}


def test_every_environment_differs_from_production_as_its_settings_say(all_stacks: dict[str, SynthesisedStack]) -> None:
    """What production has and another has not must be what a setting switches off."""
    vault = r"recovery_.+|monitoring_alarms_(backups|restores)"
    staging = rf"distribution_(web-acl|edge-key)_.+|monitoring_(alarms_)?[\w-]+-(errors|duration|memory)|{vault}"
    by_setting = {"dev": rf"{staging}|database_monitoring-(role|policy)", "staging": staging}
    production = {block.address for block in all_stacks["prod"].resources}
    for name, switched_off in by_setting.items():
        missing = production - {block.address for block in all_stacks[name].resources}
        assert [address for address in missing if not re.fullmatch(switched_off, address.split(".")[1])] == []
