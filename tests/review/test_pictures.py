"""A review's pictures show what a change touches, say the same in words, and are legible at any size."""

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from ffp import node
from ffp.model import Changes, both, model_of, touched
from ffp.picture import graphviz
from ffp.picture.boxes import Box, Diagram, diagram_of
from ffp.review import pictures
from ffp.review.inline_svg import Drawings
from ffp.review.report import Mark
from ffp.review.side import Side
from ffp.stacks import SynthesisedStack
from tests.ffp.small_platform import DOCUMENT, RULE_IN, Small, ref
from tests.review.corpus.edit import stack_of
from tests.support import require


@pytest.fixture
def installed() -> None:
    require(node.package(graphviz.PACKAGE), "Graphviz for Node")


def _stack(small: Small) -> SynthesisedStack:
    return stack_of({"resource": small.resource, "data": small.data}, "dev")


def _side(small: Small) -> Side:
    return Side(_stack(small))


def _diagram(before: Small, after: Small, marks: dict[str, str] | None = None) -> Diagram:
    one, other = _side(before), _side(after)
    found = pictures.changed(one, other) if marks is None else marks
    model, changes = both(model_of(one.stack), model_of(other.stack), {}, touched(other.stack, found))
    return diagram_of(model, changes)


def _marked(diagram: Diagram) -> dict[str, str]:
    return {line: box.mark for box in diagram.boxes if box.mark for line in (box.title, *box.lines)}


def _box(diagram: Diagram, line: str) -> Box:
    (box,) = [box for box in diagram.boxes if any(line in each for each in (box.title, *box.lines))]
    return box


def test_what_does_not_change_has_no_mark() -> None:
    diagram = _diagram(Small(), Small())
    assert not [box for box in diagram.boxes if box.mark]
    assert not [arrow for arrow in diagram.arrows if arrow.mark]


def test_a_new_bucket_is_added_and_a_lost_one_removed() -> None:
    more = Small()
    more.resource["aws_s3_bucket"]["exports"] = {"bucket": "dev-ffp-exports-111111111111"}
    assert _box(_diagram(Small(), more), "exports").mark == Mark.ADDED
    assert "+ bucket exports" in _box(_diagram(Small(), more), "exports").lines
    assert _box(_diagram(more, Small()), "exports").mark == Mark.REMOVED


@pytest.mark.parametrize(
    ("type_", "name", "line"),
    [
        ("aws_lambda_function", "reader", "reader"),
        ("aws_lambda_alias", "reader", "reader"),
        ("aws_iam_role_policy", "reader", "reader"),
        ("aws_s3_bucket_cors_configuration", "media", "media"),
        (f"data.{DOCUMENT}", "reader", "reader"),
    ],
)
def test_a_change_marks_the_box_to_which_its_resource_belongs(type_: str, name: str, line: str) -> None:
    small = Small()
    blocks: dict[str, Any] = small.data if type_.startswith("data.") else small.resource
    kind = type_.removeprefix("data.")
    name = name if name in blocks[kind] else next(iter(blocks[kind]))
    marks = touched(_stack(small), {f"{type_}.{name}": Mark.CHANGED})
    diagram = _diagram(small, small, {f"{type_}.{name}": Mark.CHANGED})
    assert marks
    assert _box(diagram, line).mark == Mark.CHANGED


def test_a_change_of_something_that_is_only_counted_marks_its_service() -> None:
    small = Small()
    small.resource["aws_kms_key"] = {"key": {"description": "media"}}
    box = _box(_diagram(small, small, {"aws_kms_key.key": Mark.CHANGED}), "KMS")
    assert (box.mark, box.title) == (Mark.CHANGED, "~ KMS")


def test_a_connection_that_ends_is_a_removed_arrow() -> None:
    closed = Small()
    name = next(name for name, rule in closed.resource[RULE_IN].items() if rule.get("from_port") == 5432)
    del closed.resource[RULE_IN][name]
    assert {arrow.mark for arrow in _diagram(Small(), closed).arrows if "5432" in arrow.label} == {Mark.REMOVED}
    assert {arrow.mark for arrow in _diagram(closed, Small()).arrows if "5432" in arrow.label} == {Mark.ADDED}


def _many(number: int) -> Small:
    """A platform with so many more groups, each with an access of its own."""
    small = Small()
    for place in range(number):
        for type_ in ("aws_lambda_function", "aws_lambda_alias", "aws_iam_role", "aws_iam_role_policy"):
            own = json.dumps(small.resource[type_]["reader"])
            text = re.sub(r"(\.|dev-ffp-)reader", rf"\1reader{place}", own)
            small.resource[type_][f"reader{place}"] = json.loads(text)
        queue = small.resource.setdefault("aws_sqs_queue", {})
        queue[f"q{place % 9}"] = {"name": f"dev-ffp-q{place % 9}"}
        statement = {"actions": ["sqs:SendMessage"], "resources": [ref(f"aws_sqs_queue.q{place % 9}", "arn")]}
        bucket = {"actions": ["s3:PutObject"], "resources": [ref(f"aws_s3_bucket.b{place}", "arn")]}
        small.resource["aws_s3_bucket"][f"b{place}"] = {"bucket": f"dev-ffp-b{place}-111111111111"}
        small.data[DOCUMENT][f"reader{place}"] = {"statement": [statement, bucket]}
    return small


@pytest.mark.parametrize("number", [12, 100])
def test_a_picture_of_a_change_has_few_boxes_and_shows_all_that_changes(number: int) -> None:
    before, after = _many(number), _many(number)
    after.resource["aws_lambda_function"]["reader3"]["memory_size"] = 512
    del after.resource["aws_s3_bucket"]["b5"]
    diagram = _diagram(before, after)
    assert len(diagram.boxes) <= 48
    assert max(len(box.lines) for box in diagram.boxes) <= 13
    assert {"~ reader3", "- bucket b5"} <= set(_marked(diagram))
    assert {"~ reader3"} <= {line for box in diagram.boxes if box.look == "compute" for line in box.lines}


@pytest.mark.usefixtures("installed")
def test_the_pictures_have_a_legend_colours_and_words() -> None:
    after = Small()
    after.resource["aws_s3_bucket"]["exports"] = {"bucket": "dev-ffp-exports-111111111111"}
    found, missing = pictures.drawn(_side(Small()), _side(after))
    assert (list(found), missing) == (["architecture", "network"], ())
    picture = found["architecture"]
    texts = {"".join(each.itertext()) for each in ET.fromstring(picture.svg).iter() if each.tag.endswith("text")}
    assert {"+ added", "~ changed", "- removed", "unchanged", "+ bucket exports"} <= texts
    assert "prefers-color-scheme: dark" in picture.svg
    assert "S3 (+ bucket exports) is added." in picture.description


@pytest.mark.usefixtures("installed")
def test_a_picture_without_a_change_has_the_colours_of_the_documents() -> None:
    found, _ = pictures.drawn(_side(Small()), _side(Small()))
    assert "legend" not in found["architecture"].svg
    assert found["network"].title.startswith("The network of dev")


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    "name",
    ['<script>"&amp;', "München 東京", "nul\x00\x1b", "\u202eevil", "x" * 100_000],
    ids=["markup", "not ASCII", "control characters", "turned", "long"],
)
def test_names_cannot_break_a_picture(name: str) -> None:
    small = Small()
    small.resource["aws_s3_bucket"]["odd"] = {"bucket": f"dev-ffp-{name}"}
    found, missing = pictures.drawn(_side(Small()), _side(small))
    assert missing == ()
    drawn = Drawings().inline(found["architecture"])
    assert "<script" not in drawn
    assert len(drawn) < 200_000


def test_without_graphviz_a_review_says_so_and_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node, "PACKAGES", tmp_path)
    found, missing = pictures.drawn(_side(Small()), _side(Small()))
    assert found == {}
    assert "run `make cdktf`" in missing[0]


def test_cost_by_service_shows_what_a_change_adds_and_saves() -> None:
    picture = pictures.cost({"RDS": 30, "KMS": 3, "SQS": 0}, {"RDS": 55.5, "KMS": 2, "Lambda": 0.5})
    assert picture
    assert picture.description.splitlines() == [
        "RDS: 55.50 dollars a month, before 30.00.",
        "KMS: 2.00 dollars a month, before 3.00.",
        "Lambda: 0.50 dollars a month, before 0.00.",
    ]
    assert all(each in picture.svg for each in ("added by this change", "saved by this change", "unchanged"))
    same = pictures.cost({"RDS": 30}, {"RDS": 30})
    assert same
    assert "added by this change" not in same.svg
    assert pictures.cost({}, {"SQS": 0}) is None


def test_marks_of_unknown_addresses_are_ignored() -> None:
    assert touched(_stack(Small()), {"aws_s3_bucket.nowhere": Mark.CHANGED}) == Changes()
