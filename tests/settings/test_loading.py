"""All environments are judged together, and what is wrong ends the program with code 2."""

import importlib
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

import main
from settings import AccountLimits, Domain, Environment, ProviderRelease, environments
from settings.base import InvalidSettings
from tests.modules import variants
from tests.sample.environments import ALL as SAMPLE
from tests.settings.changed import function
from tests.settings.project import load_in, run_in


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> dict[str, Environment]:
    """The settings that the environments' files will be found to hold."""
    given = dict(SAMPLE)

    def module(name: str) -> ModuleType:
        made = ModuleType(name)
        made.__dict__["SETTINGS"] = given[name.removeprefix("environments.")]
        return made

    monkeypatch.setattr(environments, "NAMES", tuple(SAMPLE))
    monkeypatch.setattr(importlib, "import_module", module)
    return given


def _told() -> list[str]:
    with pytest.raises(InvalidSettings) as refused:
        environments.load()
    return str(refused.value).splitlines()


def test_every_problem_of_every_environment_is_told_in_one_run(settings: dict[str, Environment]) -> None:
    settings["dev"] = replace(settings["dev"], region="mars-1", cost_centre="?")
    settings["prod"] = replace(settings["prod"], budget=replace(settings["prod"].budget, monthly_usd=0, email="?"))
    assert [line.split(" = ")[0] for line in _told()] == [
        "dev.region",
        "dev.cost_centre",
        "prod.budget.monthly_usd",
        "prod.budget.email",
    ]


def test_networks_of_two_environments_must_not_overlap(settings: dict[str, Environment]) -> None:
    network = replace(settings["staging"].network, cidr="10.10.128.0/17")
    settings["staging"] = replace(settings["staging"], network=network)
    (line,) = _told()
    assert line.startswith("staging.network.cidr = '10.10.128.0/17': overlaps dev's 10.10.0.0/16; choose another")


def test_a_malformed_network_does_not_hide_an_overlap_of_others(settings: dict[str, Environment]) -> None:
    settings["dev"] = replace(settings["dev"], network=replace(settings["dev"].network, cidr="nonsense"))
    settings["prod"] = replace(settings["prod"], network=settings["staging"].network)
    assert [line.split(" = ")[0] for line in _told()] == ["dev.network.cidr", "staging.network.cidr"]


def test_two_environments_must_not_share_a_playback_key(settings: dict[str, Environment]) -> None:
    first, second = settings["staging"].distribution.playback_keys
    keys = (second.rstrip(), first)  # the same in another text
    settings["prod"] = replace(
        settings["prod"], distribution=replace(settings["prod"].distribution, playback_keys=keys)
    )
    (line,) = _told()
    assert line == (
        "staging.distribution.playback_keys = '(a public key)': is also prod's; make a key pair for each environment"
    )


def test_two_environments_must_not_share_a_domain(settings: dict[str, Environment]) -> None:
    domain = Domain(name="app.dev.ffp.example", hosted_zone_id="Z0123456789ABC")
    settings["prod"] = replace(settings["prod"], domain=domain)
    assert _told() == [
        "prod.domain.name = 'app.dev.ffp.example': is also dev's; give each environment a domain of its own"
    ]


def test_production_cannot_say_that_it_holds_no_patients_data(settings: dict[str, Environment]) -> None:
    settings["prod"] = replace(settings["prod"], holds_patient_data=False)
    assert _told() == ["prod.holds_patient_data = False: production holds patients' data; leave it out"]


def test_what_is_wrong_in_several_environments_alike_is_told_once_with_their_names(
    settings: dict[str, Environment],
) -> None:
    for name, each in settings.items():
        settings[name] = function("health", each, memory_mb=64)
    settings["dev"] = replace(settings["dev"], limits=AccountLimits(unreserved_minimum=-1))
    settings["prod"] = replace(settings["prod"], limits=AccountLimits(unreserved_minimum=-1))
    assert [line.split(" = ")[0] for line in _told()] == [
        "dev, prod: limits.unreserved_minimum",
        f"{', '.join(SAMPLE)}: application.groups[health].functions[health].memory_mb",
    ]


def test_environments_of_one_account_name_who_owns_its_oidc_provider(settings: dict[str, Environment]) -> None:
    account = settings["dev"].account_id
    domain = Domain(name="app.staging.ffp.example", hosted_zone_id="Z0123456789ABC")
    settings["staging"] = replace(settings["staging"], account_id=account, domain=domain)
    (line,) = _told()
    assert line.startswith("staging.state.oidc_provider_owner = None: shares dev's account")
    for name in ("dev", "staging"):
        settings[name] = replace(settings[name], state=replace(settings[name].state, oidc_provider_owner="dev"))
    assert environments.load()["staging"].account_id == account


@pytest.mark.parametrize("owner", ["local", "prod", "nobody"])
def test_the_owner_of_an_oidc_provider_is_an_environment_of_the_same_account(
    settings: dict[str, Environment], owner: str
) -> None:
    settings["dev"] = replace(settings["dev"], state=replace(settings["dev"].state, oidc_provider_owner=owner))
    assert _told() == [
        f"dev.state.oidc_provider_owner = '{owner}': must be one of dev: account 111111111111 is theirs; "
        "name one of these, or leave it out where no other environment has the account"
    ]


def test_a_file_describes_the_environment_that_it_is_named_after(settings: dict[str, Environment]) -> None:
    settings["dev"] = SAMPLE["staging"]
    assert _told() == ["dev.name = 'staging': dev.py describes dev; give it that name"]


@pytest.mark.parametrize("release", ["5.100.0", "6.25.0", "6.63.1"])
def test_a_release_that_is_asked_for_holds_for_every_environment(release: ProviderRelease) -> None:
    assert {each.provider_release for each in environments.load(release).values()} == {release}


def test_a_release_that_is_asked_for_is_judged_with_what_needs_a_newer_one(settings: dict[str, Environment]) -> None:
    settings["prod"] = variants.mutual_tls()
    assert environments.load("6.51.0")["prod"].provider_release == "6.51.0"
    refused = r"^prod\.provider_release = '6\.30\.0': api\.mutual_tls needs"
    with pytest.raises(InvalidSettings, match=refused):
        environments.load("6.30.0")


def test_a_public_half_that_is_missing_is_told_once_with_its_file_and_what_to_do(project: Path) -> None:
    (project / "environments/keys/dev-a.pem").unlink()  # local's settings are made of dev's
    assert load_in(project) == [
        "environments/keys/dev-a.pem = None: is missing; "
        "restore it from version control; README.md describes how a new environment gets its first two"
    ]


def test_bad_settings_end_with_code_2_and_leave_the_output_as_it_was(project: Path) -> None:
    old = project / "cdktf.out" / "stacks" / "dev" / "cdk.tf.json"
    old.parent.mkdir(parents=True)
    old.write_text("{}")
    for name, before, after in (
        ("dev", 'cidr="10.10.0.0/16"', 'cidr="10.10.0.0/30"'),
        ("prod", 'email="platform@ffp.example"', 'email="nobody"'),
    ):
        file = project / "environments" / f"{name}.py"
        file.write_text(file.read_text().replace(before, after, 1))
    done = run_in(project, "main.py")
    assert (done.returncode, done.stdout) == (2, "")
    assert [line.split(" = ")[0] for line in done.stderr.splitlines()] == ["dev.network.cidr", "prod.monitoring.email"]
    assert old.read_text() == "{}"
    assert [each.name for each in (project / "cdktf.out").rglob("*")] == ["stacks", "dev", "cdk.tf.json"]


def test_an_unknown_stack_ends_with_code_2_and_names_those_that_exist(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["main.py", "--stack", "production", "--out", str(tmp_path / "out")])
    assert main.main() == 2
    assert (
        capsys.readouterr().err == f"stack: production is unknown; choose one of {', '.join(environments.stacks())}\n"
    )
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("release", ["4.0", "6.24", "7.0.0", "newest"])
def test_an_unusable_release_ends_with_code_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], release: str
) -> None:
    monkeypatch.setattr(sys, "argv", ["main.py", "--provider-release", release, "--out", str(tmp_path / "out")])
    assert main.main() == 2
    assert "must be 5.100.0, or 6.25.0 or newer of the same major" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
