"""What a review says of machines: who they are, for which tenant they call, and with which scopes."""

from dataclasses import replace
from pathlib import Path

import pytest

from ffp import stacks
from ffp.review import front_door
from ffp.review.concern import Grade
from ffp.review.side import Side
from ffp.review.verdict import concerns
from modules.stacks import synthesise
from settings import Environment, MachineClient
from tests.sample.machines import WITH_MACHINES
from tests.settings.changed import area

METERS, WATCH, _ = WITH_MACHINES.identity.machines
OTHER = "9b1d6c7a-2f4e-4b6c-8d3a-7e5f4c3b2a10"


def _said(before: Side, after: Side) -> list[str]:
    return [
        f"{each.title}: {each.after}"
        for each in concerns(before, after)
        if each.grade is Grade.RED and "machine" in each.title
    ]


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Side]:
    """Without machines, with two, and with another tenant for one of them."""

    def side(name: str, *machines: MachineClient) -> Side:
        settings: Environment = area("identity", WITH_MACHINES, machines=machines)
        folder: Path = tmp_path_factory.mktemp(name)
        synthesise({settings.name: settings}, [settings.name], folder)
        (stack,) = stacks.load(folder, with_assets=False)
        return Side(stack)

    return {
        "none": side("none"),
        "two": side("two", METERS, WATCH),
        "other": side("other", replace(METERS, tenant=OTHER), WATCH),
    }


def test_each_new_machine_is_named_with_its_tenant_and_scopes(sides: dict[str, Side]) -> None:
    said = _said(sides["none"], sides["two"])
    assert len(said) == 3  # one has two clients
    for client in METERS.client_ids:
        assert any(
            client in each and f"meters, for the tenant {METERS.tenant}, with ffp/records.read" in each for each in said
        )
    assert any("watch, without a tenant, with ffp/records.read" in each for each in said)


def test_another_tenant_of_a_machine_needs_a_look(sides: dict[str, Side]) -> None:
    said = _said(sides["two"], sides["other"])
    assert len(said) == 2
    assert all(f"for the tenant {OTHER}" in each for each in said)


def test_a_machine_that_goes_needs_none(sides: dict[str, Side]) -> None:
    assert _said(sides["two"], sides["none"]) == []


def test_the_table_lists_each_machine_though_nothing_changed(sides: dict[str, Side]) -> None:
    rows = [row.cells for table in front_door.section(sides["two"], sides["two"]).tables for row in table.rows]
    assert sum("ffp/records.read" in str(row) and "tenant" in str(row) for row in rows) == 3
    assert any("GET /api/records" in row and "a token with ffp/records.read" in row for row in rows)
