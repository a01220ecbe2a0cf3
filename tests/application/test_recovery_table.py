"""The figures of the table in docs/deployment.md "Recovery" are those of the environments that ship."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from environments import dev, prod, staging
from ffp.project import ROOT

_SHIPPED = (prod.SETTINGS, staging.SETTINGS, dev.SETTINGS)
_TABLE = (ROOT / "docs/deployment.md").read_text(encoding="utf-8").split("\n## Recovery\n")[1].split("\n### ")[0]
_FIGURES = re.findall(r"`(\w+)`: (\d+), (\d+), (\d+)", _TABLE)


def _values(settings: Any, name: str) -> Iterator[Any]:
    """The values of every field of this name, wherever it is in the settings."""
    for field in fields(settings):
        value = getattr(settings, field.name)
        if field.name == name:
            yield value
        elif is_dataclass(value):
            yield from _values(value, name)


def test_the_table_has_figures() -> None:
    assert len(_FIGURES) >= 3


@pytest.mark.parametrize("figures", _FIGURES, ids=lambda figures: figures[0])
def test_each_figure_is_what_prod_staging_and_dev_have(figures: tuple[str, ...]) -> None:
    name, *days = figures
    assert [next(_values(each, name)) for each in _SHIPPED] == [int(each) for each in days]


def test_the_vault_is_described_as_it_ships() -> None:
    vaults = [each.recovery.vault for each in _SHIPPED]
    assert [bool(each) for each in vaults] == [True, False, False]
    assert vaults[0]
    assert f"`recovery.vault`: only prod, kept {vaults[0].keep_days} days under a lock" in _TABLE
    assert ("until `recovery.vault.copies` names" in _TABLE) is (not vaults[0].copies)


def test_the_users_are_exported_as_often_and_kept_as_long_as_it_says() -> None:
    exports = [each.recovery.users_export for each in _SHIPPED]
    daily = re.compile(r"cron\(\d+ \d+ \* \* \? \*\)")
    assert all(each and daily.fullmatch(each.schedule.expression) for each in exports)
    assert {each and each.keep_days for each in exports} == {
        int(re.findall(r"its `schedule`, and `keep_days`: (\d+)", _TABLE)[0])
    }
