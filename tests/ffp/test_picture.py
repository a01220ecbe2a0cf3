"""A picture shows every part and every informative link of the model."""

import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from ffp import node
from ffp.model import model_of
from ffp.picture import FILE, draw, graphviz
from ffp.picture.boxes import Diagram, diagram_of
from ffp.project import ROOT, ToolError
from ffp.stacks import SynthesisedStack
from tests.ffp.small_platform import DOCUMENT, Small, ref
from tests.support import require

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def installed() -> None:
    require(node.package(graphviz.PACKAGE), "Graphviz for Node")


def _arrows(diagram: Diagram) -> set[tuple[str, str, str]]:
    names = {frame.id: frame.title for frame in diagram.frames}
    names |= {box.id: " ".join((box.title, *box.lines)) for box in diagram.boxes}
    return {(names[arrow.source], arrow.label, names[arrow.target]) for arrow in diagram.arrows}


def _twins(tmp_path: Path) -> Small:
    """The small platform with a second group that has the permissions of the first."""
    small = Small()
    for type_ in ("aws_lambda_function", "aws_lambda_alias", "aws_iam_role", "aws_iam_role_policy"):
        own = small.resource[type_]["reader"]
        small.resource[type_]["twin"] = {
            key: value.replace(".reader", ".twin").replace("-reader", "-twin") if isinstance(value, str) else value
            for key, value in own.items()
        }
    small.data[DOCUMENT]["twin"] = small.data[DOCUMENT]["reader"]
    small.resource["aws_apigatewayv2_integration"]["twin"] = {
        "api_id": ref("aws_apigatewayv2_api.api"),
        "integration_uri": ref("aws_lambda_alias.twin", "invoke_arn"),
    }
    return small


def test_groups_with_the_same_links_share_a_box(tmp_path: Path) -> None:
    boxes = {box.title: box.lines for box in diagram_of(_twins(tmp_path).model(tmp_path)).boxes}
    assert boxes["Lambda: 2 functions"] == ("reader", "twin")


def test_a_group_with_fewer_links_has_its_own_box(tmp_path: Path) -> None:
    small = _twins(tmp_path)
    small.data[DOCUMENT]["twin"] = {"statement": small.data[DOCUMENT]["reader"]["statement"][:1]}
    titles = [(box.title, box.lines) for box in diagram_of(small.model(tmp_path)).boxes]
    assert ("Lambda: 1 function", ("reader",)) in titles
    assert ("Lambda: 1 function", ("twin",)) in titles


def test_a_link_of_all_boxes_of_a_tier_is_one_arrow_from_the_tier(tmp_path: Path) -> None:
    small = _twins(tmp_path)
    small.data[DOCUMENT]["twin"] = {"statement": small.data[DOCUMENT]["reader"]["statement"][:1]}
    arrows = _arrows(diagram_of(small.model(tmp_path)))
    assert ("private tier", "port 5432", "RDS for PostgreSQL database") in arrows
    assert ("Lambda: 1 function reader", "writes", "S3 bucket media") in arrows
    assert [source for source, _, target in arrows if target.startswith("RDS")] == ["private tier"]


def test_an_unknown_type_is_drawn_with_its_number(tmp_path: Path) -> None:
    small = Small()
    small.resource["aws_dynamodb_table"] = {"one": {}, "two": {}}
    (box,) = [box for box in diagram_of(small.model(tmp_path)).boxes if box.look == "unknown"]
    assert (box.title, box.lines) == ("2 aws_dynamodb_table", ("one", "two"))


def test_every_group_of_functions_that_ships_is_in_a_box(platform: SynthesisedStack) -> None:
    model = model_of(platform)
    groups = [part.name for part in model.parts.values() if part.members]
    drawn = [line for box in diagram_of(model).boxes if box.look == "compute" for line in box.lines]
    assert sorted(drawn) == sorted(groups)


@pytest.mark.usefixtures("installed")
def test_a_picture_of_the_same_model_is_the_same(tmp_path: Path) -> None:
    model = _twins(tmp_path).model(tmp_path)
    assert draw(model) == draw(model)


@pytest.mark.usefixtures("installed")
def test_a_picture_has_a_description_in_words(tmp_path: Path) -> None:
    root = ET.fromstring(draw(Small().model(tmp_path)))
    assert root.attrib["role"] == "img"
    named = {element.attrib["id"]: element.text or "" for element in root if "id" in element.attrib and element.text}
    assert root.attrib["aria-labelledby"].split() == list(named)[:2]
    assert named["title"] == "The architecture of the stack dev"
    assert "API Gateway (HTTP API) to Lambda: 1 function (reader): requests." in named["description"]
    shown = {text.text for text in root.iter(f"{SVG}text")}
    assert {"reader", "jobs", "RDS for PostgreSQL", "port 5432", "isolated tier, no route out"} <= shown


@pytest.mark.usefixtures("installed")
def test_names_cannot_break_a_picture(tmp_path: Path) -> None:
    small = Small()
    small.resource["aws_iam_role"]["jobs"]["name"] = 'dev-ffp-<b>"&amp;'
    assert '<b>"&amp;' in {text.text for text in ET.fromstring(draw(small.model(tmp_path))).iter(f"{SVG}text")}


def test_drawing_without_graphviz_names_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node, "PACKAGES", tmp_path)
    with pytest.raises(ToolError, match="@viz-js/viz is not installed; run `make cdktf`"):
        draw(Small().model(tmp_path))


def _ffp_draw(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ffp.cli", "draw", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.usefixtures("installed")
def test_draw_writes_the_picture_and_names_unknown_types(tmp_path: Path) -> None:
    small = Small()
    small.resource["aws_dynamodb_table"] = {"one": {}}
    picture = draw(small.model(tmp_path))
    done = _ffp_draw("dev", "--from", str(tmp_path), "--out", str(tmp_path / "dev.svg"))
    assert done.returncode == 0
    assert "aws_dynamodb_table: 1 of a service that the catalogue does not know" in done.stderr
    assert (tmp_path / "dev.svg").read_text(encoding="utf-8") == picture


def test_another_stack_does_not_overwrite_the_picture_in_the_documents(tmp_path: Path) -> None:
    before = FILE.read_bytes()
    Small().model(tmp_path)
    done = _ffp_draw("dev", "--from", str(tmp_path))
    assert (done.returncode, FILE.read_bytes()) == (2, before)
    assert done.stderr == "out: architecture.svg is the picture of prod; name another file for dev with --out\n"
