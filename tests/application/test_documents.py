"""What the documents say of the application that ships."""

import re
from pathlib import Path

from ffp.project import ROOT
from settings import environments
from tests.test_documents import files_named, missing


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def test_every_file_of_what_ships_that_the_security_document_names_is_there() -> None:
    assert files_named(of_what_ships=True)
    assert missing(files_named(of_what_ships=True)) == []


def test_the_documents_place_every_group_inside_or_outside_the_vpc() -> None:
    groups = environments.load()["prod"].application.groups
    inside = {group.name for group in groups if group.in_vpc}
    (row,) = re.findall(
        r"^\| private \| .*?, in the groups (.*?) \|", _text(ROOT / "docs/architecture.md"), re.MULTILINE
    )
    assert set(row.split(", ")) == inside
    picture = _text(ROOT / "docs/architecture.svg")
    places = [_lines_after(picture, title) for title in ("Lambda, outside the VPC", "Lambda, with the database")]
    outside = {group.name for group in groups} - inside - {"token"} | {"token trigger"}
    assert places == [outside, inside]


def _lines_after(picture: str, title: str) -> set[str]:
    """What stands under a box's name."""
    (lines,) = re.findall(rf">{title}</text>((?:\s*<text class=\"line\".*?</text>)+)", picture)
    return {name for line in re.findall(r">([^<>]+)</text>", lines) for name in line.split(" · ")}
