"""The references in `docs/` that are written from the code: complete, current, and held to the rules."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, is_dataclass
from pathlib import Path
from typing import Annotated
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from ffp import cli, node, reference
from ffp.model import model_of
from ffp.picture import FILE, STACK, draw, graphviz
from ffp.project import ROOT, BadInputError
from ffp.reference import charts, checks_page, settings_page
from ffp.reference.markdown import table
from ffp.stacks import SynthesisedStack
from settings import (
    ApiSettings,
    Application,
    DatabaseSettings,
    DistributionSettings,
    FunctionGroupSettings,
    IdentitySettings,
    MonitoringSettings,
    NetworkSettings,
    RecoverySettings,
    Settings,
    StateSettings,
    StorageSettings,
    Tenancy,
)
from settings.base import between, matching
from settings.rules.patient_data import patient_data_problems
from tests.support import require

MODELS = [model for area in settings_page.areas() for model in settings_page.models(area)]


def _dataclasses_below(base: type[Settings]) -> Iterator[type[Settings]]:
    for each in base.__subclasses__():
        yield from _dataclasses_below(each)
        if is_dataclass(each) and each.__module__.startswith("settings."):
            yield each


def test_every_settings_model_has_a_section() -> None:
    assert set(MODELS) == set(_dataclasses_below(Settings))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_field_has_a_description(model: type[Settings]) -> None:
    assert [name for name, _, _, description in settings_page.rows(model) if not description.endswith(".")] == []


@dataclass(frozen=True, kw_only=True)
class _Sample(Settings):
    size_gb: Annotated[int, between(2, 5, "GB")] | None = None
    """How large | how long; see docs/deployment.md."""

    words: tuple[Annotated[str, matching("[a-z]+", "must be lower-case", "write it so")], ...]
    undescribed: bool = True
    # This is a comment.


def test_a_row_shows_the_limit_that_the_validator_enforces() -> None:
    assert list(settings_page.rows(_Sample)) == [
        (
            "`size_gb`",
            "`int` (2 to 5 GB) or `None`",
            "`None`",
            "How large | how long; see [deployment.md](deployment.md).",
        ),
        ("`words`", "tuple of `str` (lower-case)", "required", ""),
        ("`undescribed`", "`bool`", "`True`", ""),
    ]


def test_a_cell_stays_one_cell_whatever_it_holds() -> None:
    assert table(("a",), [("one | two\nthree",)]).splitlines()[-1] == r"| one \| two three |"


def test_what_patient_data_demands_is_said_of_each_field_that_the_rules_refuse() -> None:
    relaxed = patient_data_problems(
        disposable=True,
        application=Application(
            tenancy=Tenancy(roles=(), scopes=()),
            groups=(FunctionGroupSettings(name="any", functions=(), log_retention_days=1),),
            token_group="any",
        ),
        network=NetworkSettings(cidr="10.0.0.0/16", flow_log_retention_days=1),
        database=DatabaseSettings(
            multi_az=False,
            performance_insights=False,
            enhanced_monitoring_seconds=0,
            log_retention_days=1,
            backup_retention_days=1,
        ),
        identity=IdentitySettings(mfa="OPTIONAL", callback_urls=()),
        recovery=RecoverySettings(vault=None, users_export=None),
        smoke=None,
        storage=StorageSettings(access_log_retention_days=1),
        api=ApiSettings(log_retention_days=1),
        distribution=DistributionSettings(waf=False, log_retention_days=1),
        monitoring=MonitoringSettings(email="", function_alarms=False, database_alarms=False, api_alarms=False),
        state=StateSettings(log_retention_days=1),
    )
    limits = {each.field: each.limit for each in relaxed}
    assert len(limits) == 20
    for field, limit in limits.items():
        demand = re.search(r"Patient data (?:forbids|demands)([^.]*)", _description(field))
        assert demand, field
        assert re.findall(r"\d+", demand[1]) == re.findall(r"\d+", limit), field


def _description(field: str) -> str:
    """What the models say of a setting, by its path from the environment."""
    area, _, rest = field.rpartition(".")
    area = {"": "environment", "application.groups[any]": "functions"}.get(area, area)
    (found,) = [
        description
        for model in settings_page.models(area)
        for name, _, _, description in settings_page.rows(model)
        if name == f"`{rest}`"
    ]
    return found


def test_every_check_is_listed_with_its_requirement_and_its_reason() -> None:
    found = checks_page.checks()
    written = re.findall(r'"(FFP_\w+)"', "".join(file.read_text("utf-8") for file in ROOT.glob("checks/*.py")))
    assert {each.id for each in found} == set(written)
    assert [each.id for each in found if not each.reason] == []
    assert {each.requirement for each in found if each.id == "FFP_NET_1_2"} == {"NET-1"}
    assert {each.lens for each in found} == {"both", "JSON only", "plan only"}


def test_the_references_are_current(output: Path) -> None:
    assert reference.outdated(ROOT / "docs", output) == []


def test_docs_writes_what_is_missing_and_check_names_what_is_not_current(tmp_path: Path, output: Path) -> None:
    def docs(*more: str) -> int:
        return CliRunner().invoke(cli.app, ["docs", "--folder", str(tmp_path), "--from", str(output), *more]).exit_code

    assert docs("--check") == 1
    assert list(tmp_path.iterdir()) == []
    assert docs() == 0
    assert docs("--check") == 0
    for name, found, written in (
        ("settings.md", "eu-west-2", "eu-west-9"),
        ("cost.md", "**dollars**", "**pounds sterling**"),
        ("cost-growth.svg", "CloudFront", "Cloudback"),
    ):
        changed = tmp_path / name
        changed.write_text(changed.read_text("utf-8").replace(found, written), "utf-8")
        assert reference.outdated(tmp_path, output) == [changed]
        assert docs("--check") == 1
        assert written in changed.read_text("utf-8")
        docs()


def test_without_synthesised_stacks_docs_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="run `ffp synth` first"):
        reference.outdated(ROOT / "docs", tmp_path)


def test_a_chart_is_the_same_each_time_and_has_no_script_and_no_date() -> None:
    def drawn() -> str:
        return charts.lines_by_powers(
            "A title", "across", "up", {"a": [(1, 2), (1000, 30)], "b": [(1, 0), (10, 1 / 3)]}
        )

    root = ElementTree.fromstring(drawn())
    assert drawn() == drawn()
    assert [each.tag for each in root.iter() if each.tag.endswith("script")] == []
    assert not re.search(r"20\d\d-\d\d|pygal \d|<!--", drawn())
    assert not re.search(r"\d\.\d\d", drawn())
    assert "prefers-color-scheme: dark" in drawn()
    assert {"A title", "across", "up", "a", "b", "1", "10", "100", "1,000"} <= {each.text for each in root.iter()}


def test_bars_stand_in_the_order_of_their_labels() -> None:
    root = ElementTree.fromstring(charts.bars("Bars", "up", ["first", "second"], {"a": [1, 2]}))
    places = {each.text: float(each.get("y", "0")) for each in root.iter() if each.text in ("first", "second")}
    assert places["first"] < places["second"]


def test_the_picture_in_the_documents_is_what_draw_makes(all_stacks: dict[str, SynthesisedStack]) -> None:
    require(node.package(graphviz.PACKAGE), "Graphviz for Node")
    drawn = draw(model_of(all_stacks[STACK]))
    assert drawn == FILE.read_text(encoding="utf-8"), "run `make update`, and look at the picture"
