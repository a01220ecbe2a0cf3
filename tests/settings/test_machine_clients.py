"""The reviewed files with the ids of machines' app clients."""

from dataclasses import replace
from pathlib import Path

import pytest

from settings import problems_of
from settings.machine_clients import FOLDER, file_of, ids_of
from tests.settings.machine_cases import MACHINE, machines


def test_the_files_stand_with_the_environments() -> None:
    assert file_of("prod", "meters") == FOLDER / "prod-meters.txt"
    assert FOLDER.parent.name == "environments"


def test_without_a_file_no_client_is_made_yet(tmp_path: Path) -> None:
    assert ids_of("prod", "meters", tmp_path) == ()


@pytest.mark.parametrize("text", ["{0}", "{0}\n", "{0}\n{1}\n", "{0}\r\n{1}\r\n"])
def test_each_line_is_an_id(tmp_path: Path, text: str) -> None:
    ids = ("1" * 26, "2" * 26)
    file_of("prod", "meters", tmp_path).write_text(text.format(*ids), encoding="ascii")
    read = ids_of("prod", "meters", tmp_path)
    assert read == ids[: text.count("{")]
    assert problems_of(machines(replace(MACHINE, client_ids=read))) == []


@pytest.mark.parametrize(
    "text", ["\n", "an id\n", "{0}\n\n", " {0}\n", "{0} # of the meters\n", "\u00e9{0}\n", "{0}\n{0}\n"]
)
def test_what_else_a_file_holds_is_a_problem(tmp_path: Path, text: str) -> None:
    file_of("prod", "meters", tmp_path).write_text(text.format("1" * 26), encoding="utf-8")
    problems = problems_of(machines(replace(MACHINE, client_ids=ids_of("prod", "meters", tmp_path))))
    assert problems
    assert all(problem.field.startswith("identity.machines") for problem in problems)
