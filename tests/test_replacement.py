"""Another application takes the place of what ships, as docs/replace-the-application.md says, and the suite passes."""

import re

import pytest

from ffp import node
from ffp.picture import graphviz
from ffp.project import ROOT
from tests import copied_project
from tests.copied_project import Project
from tests.support import require

DOCUMENT = (ROOT / "docs/replace-the-application.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", DOCUMENT, re.DOTALL | re.MULTILINE)
COMMANDS = [text for language, text in BLOCKS if not language]
FILES = [re.split(r"\A(?:#|--) (\S+)\n", text)[1:] for language, text in BLOCKS if language]


@pytest.fixture(scope="module")
def replaced(tmp_path_factory: pytest.TempPathFactory) -> Project:
    require(node.package(graphviz.PACKAGE), "Graphviz for Node")
    project = copied_project.copy_to(tmp_path_factory.mktemp("project"))
    removal, proof = COMMANDS
    project.carry_out(removal)
    for name, text in FILES:
        path = project.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    project.carry_out(proof[: proof.index("make test")])
    return project


def test_nothing_is_left_of_what_shipped(replaced: Project) -> None:
    """The lists have the new application's groups and no others."""
    access = (replaced.folder / "tests/reviewed/platform/access.txt").read_text(encoding="utf-8")
    groups = set(re.findall(r"\{environment\}-ffp-([\w-]+) \| ", access))
    assert {"goals", "token", "database-preparation", "rotation"} <= groups
    shipped = (ROOT / "tests/reviewed/platform/access.txt").read_text(encoding="utf-8")
    assert set(re.findall(r"group-([\w-]+)_", access)) & set(re.findall(r"group-([\w-]+)_", shipped)) <= groups


def test_the_suite_passes_on_it(replaced: Project) -> None:
    assert re.fullmatch(r"[\d]+ passed(?:, \d+ skipped)? in .*", replaced.static_suite().strip("= "))
