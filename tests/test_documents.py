"""What documents name is there, and stands where they say."""

import re
import subprocess
from pathlib import Path, PurePath

import pytest

from ffp.project import ROOT
from ffp.review.requirements import checks_in
from ffp.stacks import SynthesisedStack

DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
OURS = ("application", "catalogue", "checks", "docs", "environments", "ffp", "library", "modules", "settings", "tests")
FILES = [PurePath(file) for folder in OURS for file in ROOT.joinpath(folder).rglob("*.*")]
OF_WHAT_SHIPS = ("application/", "environments/", "tests/application/")
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


@pytest.mark.parametrize("name", ["architecture.md", "security.md", "deployment.md", "monitoring.md"])
def test_a_list_of_contents_has_every_chapter(name: str) -> None:
    contents = _text(ROOT / "docs" / name).split("\n## ", 1)[0]
    assert [each for each in _anchors(ROOT / "docs" / name, "##") if f"(#{each})" not in contents] == []


def _commands(file: Path) -> list[tuple[str, str]]:
    """The command lines of a document, continued ones joined, each with those of its block before it."""
    found = []
    for block in re.findall(r"^ *```\w*\n(.*?)^ *```", _text(file), re.DOTALL | re.MULTILINE):
        lines = re.sub(r"(\\|&&|\|)( *#.*)?\n\s*", r"\1 ", block).splitlines()
        found += [(line, "\n".join(lines[:index])) for index, line in enumerate(lines)]
    return found


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: file.name)
def test_every_documented_init_is_held_to_the_lock(document: Path) -> None:
    inline = re.findall(r"`(terraform [^`]+)`", _text(document))
    lines = [line for line, _ in _commands(document)] + [each for each in inline if each != "terraform init"]
    inits = [run for line in lines for run in re.findall(r"terraform (?:-\S+ )*init\b[^&|;#]*", line)]
    assert inits or document.name != "deployment.md"
    assert [run for run in inits if "-lockfile=readonly" not in run] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: file.name)
def test_every_documented_command_lets_terraform_run_the_aws_provider_alone(document: Path) -> None:
    """By the configuration that its block exports or, in the guide of deployment, the lines that begin every block."""
    begins = "\n".join(line for line, _ in _commands(document)[:2]) if document.name == "deployment.md" else ""
    bare, seen = [], 0
    for line, before in _commands(document):
        runs = re.search(r"\bterraform -|\bcdktf (?:diff|deploy|destroy)\b", line.split(" #")[0])
        seen += bool(runs)
        exported = f"{begins}\n{before}"
        needed = ["TF_CLI_CONFIG_FILE=$PWD/"] + ["TF_CLI_ARGS_init=-lockfile=readonly"] * ("cdktf" in line)
        bare += [line for need in needed if runs and need not in exported]
    assert seen or document.name != "deployment.md"
    assert bare == []


def files_named(*, of_what_ships: bool) -> list[str]:
    """The files that the security document names: of application and environments, or all others."""
    files, folder = [], ""
    for name in re.findall(r"`([\w/-]+\.(?:py|sql|txt|pem))`", _text(SECURITY)):
        folder = name.rpartition("/")[0] if "/" in name else folder
        files.append(f"{folder}/{name}" if name.startswith("test_") else name)
    return [each for each in files if each.startswith(OF_WHAT_SHIPS) is of_what_ships]


def missing(files: list[str]) -> list[str]:
    return [each for each in files if not any(file.match(each) for file in FILES)]


def functions_named(*, of_what_ships: bool) -> list[str]:
    """The tests that the security document names by their function: each belongs to the file named before it."""
    named, folder, of_file = [], "", ""
    for word in re.findall(r"`([^`\n]+)`", _text(SECURITY)):
        if word.endswith(".py"):
            folder = word.rpartition("/")[0] if "/" in word else folder
            of_file = folder
        elif re.fullmatch(r"test_\w+", word) and f"{of_file}/".startswith(OF_WHAT_SHIPS) is of_what_ships:
            named.append(word)
    return named


def undefined(tests: list[str]) -> list[str]:
    text = "\n".join(_text(file) for file in ROOT.glob("tests/**/*.py"))
    return [each for each in tests if f"def {each}(" not in text]


def test_every_proof_that_the_security_document_names_is_there() -> None:
    assert missing(files_named(of_what_ships=False)) == []
    assert undefined(functions_named(of_what_ships=False)) == []


def test_every_check_of_ours_that_the_security_document_names_is_there() -> None:
    ours = "\n".join(_text(file) for file in ROOT.glob("checks/*.py"))
    named = [check for check in checks_in(_text(SECURITY)) if check.startswith("FFP_")]
    assert [check for check in named if f'"{check}"' not in ours] == []


def test_a_requirement_says_which_of_its_proofs_production_waives(sample_stacks: dict[str, SynthesisedStack]) -> None:
    waived = {
        check for name in ("prod", "bootstrap-prod") for block in sample_stacks[name].blocks for check in block.waivers
    }
    rows = re.findall(r"^\| (?:API\d|[A-Z]+-\d).*$", _text(SECURITY), re.MULTILINE)
    silent = {row.split(" |")[0]: sorted(waived & set(checks_in(row))) for row in rows if "waived" not in row}
    assert {row: checks for row, checks in silent.items() if checks} == {}


def _tree() -> dict[str, str]:
    """The README's tree: each path with its description."""
    (block,) = re.findall(r"## Where everything is\n\n```\n(.*?)```", _text(ROOT / "README.md"), re.DOTALL)
    lines: list[str] = re.sub(r"\n {10,}", " ", block).splitlines()
    tree, folder = {}, ""
    for line in lines:
        name, text = line.strip().split(maxsplit=1)
        path = f"{folder}{name}" if line.startswith("  ") else name
        folder = folder if line.startswith("  ") else name
        tree[path] = text
    return tree


def test_the_tree_in_the_readme_matches_the_repository() -> None:
    """Every path exists, every folder at the top is there, and a folder whose sub-folders are named has them all."""
    tree = _tree()
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    tracked = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    folders = {f"{parent}/" for file in tracked for parent in PurePath(file).parents if parent != PurePath()}
    named = {
        path: {f"{path.split('/')[0]}/{name}" for name in re.findall(r"(?<![\w/])([a-z_]+/)(?!\w)", text)} & folders
        for path, text in tree.items()
    }
    expanded = {*(path for path in tree if "/" in path.rstrip("/")), *set[str]().union(*named.values())}
    ours = [path for path in tree if not path.startswith(OF_WHAT_SHIPS)]
    assert [path for path in ours if path not in folders and path not in tracked] == []
    assert {path for path in folders if path.count("/") == 1} <= tree.keys()
    for parent in {path.split("/")[0] for path in expanded}:
        assert {path for path in folders if path.startswith(f"{parent}/") and path.count("/") == 2} <= expanded, parent
