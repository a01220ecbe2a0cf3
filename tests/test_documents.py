"""What documents name is there, and stands where they say."""

import re
from pathlib import Path, PurePath

import pytest

import environments
from environments.settings.bindings import OnDatabase
from ffp.project import ROOT

DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
OURS = ("docs", "environments", "ffp", "functions", "modules", "policies", "tests")
FILES = [PurePath(file) for folder in OURS for file in ROOT.joinpath(folder).rglob("*.*")]
SECURITY = ROOT / "docs/security.md"


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def _anchors(file: Path, level: str = "#+") -> list[str]:
    """The names by which a document's headings are linked."""
    prose = re.sub(r"```.*?```", "", _text(file), flags=re.DOTALL)
    headings = re.findall(rf"^{level} (.+)$", prose, re.MULTILINE)
    return [re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: file.name)
def test_every_link_within_the_documents_leads_somewhere(document: Path) -> None:
    for file, anchor in re.findall(r"\]\(([^)#:\s]*)(?:#([^)\s]+))?\)", _text(document)):
        target = document.parent / file if file else document
        assert target.exists(), file
        assert not anchor or anchor in _anchors(target), anchor


@pytest.mark.parametrize("name", ["architecture.md", "security.md", "deployment.md"])
def test_a_list_of_contents_has_every_chapter(name: str) -> None:
    contents = _text(ROOT / "docs" / name).split("\n## ", 1)[0]
    assert [each for each in _anchors(ROOT / "docs" / name, "##") if f"(#{each})" not in contents] == []


def test_every_proof_that_the_security_document_names_is_there() -> None:
    named = re.findall(r"`([^`\n]+)`", _text(SECURITY))
    files = [each for each in named if re.fullmatch(r"[\w/-]+\.(py|sql|txt|pem)", each)]
    assert [each for each in files if not any(file.match(each) for file in FILES)] == []
    tests = "\n".join(_text(file) for file in ROOT.glob("tests/**/*.py"))
    assert [each for each in named if re.fullmatch(r"test_\w+", each) and f"def {each}(" not in tests] == []


def test_every_check_of_ours_that_the_security_document_names_is_there() -> None:
    ours = "\n".join(_text(file) for file in ROOT.glob("policies/*.py"))
    family = ""
    for first, last in re.findall(r"`((?:FFP_[A-Z]+_)?\d+_\d+)`(?: to `(\d+_\d+)`)?", _text(SECURITY)):
        family = first.rpartition("_")[0].rpartition("_")[0] or family
        area, start = first.split("_")[-2:]
        for number in range(int(start), int((last or first).split("_")[-1]) + 1):
            assert f'"{family}_{area}_{number}"' in ours


def test_the_documents_place_every_group_inside_or_outside_the_vpc() -> None:
    groups = environments.load()["prod"].application.groups
    inside = {group.name for group in groups if any(isinstance(each, OnDatabase) for each in group.bindings)}
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
