"""The review's JSON contains everything, and its SARIF is what a code host expects."""

import json
from typing import Any

from ffp.review.machine import SCHEMA, as_json, as_sarif
from tests.review.made_review import ALARM, EXPOSED, PRODUCTION, ROUTE, SMALL, hostile

FILE = "cdktf.out/stacks/prod/cdk.tf.json"


def _results(**more: Any) -> list[dict[str, Any]]:
    (run,) = json.loads(as_sarif(PRODUCTION, FILE, **more))["runs"]
    results: list[dict[str, Any]] = run["results"]
    return results


def test_json_contains_everything_under_a_versioned_name() -> None:
    found = json.loads(as_json(PRODUCTION))
    assert found["schema"] == SCHEMA == "ffp.review/1"
    assert found["passed"] is False
    assert found["numbers"] == {"red": 3, "amber": 2, "silenced": 1, "unknown": 2, "changed_rows": 7}
    assert [each["title"] for each in found["concerns"]] == [each.title for each in PRODUCTION.concerns]
    assert found["concerns"][1]["source"] == PRODUCTION.sources[ROUTE]
    assert found["silenced"][0]["until"] == "2027-01-31"
    assert found["unknowns"] == list(PRODUCTION.unknowns)
    assert [each["id"] for each in found["sections"]] == [each.id for each in PRODUCTION.sections]
    rows = [row["cells"] for each in found["sections"] for table in each["tables"] for row in table["rows"]]
    assert rows == [list(row.cells) for row in PRODUCTION.rows()]
    assert json.loads(as_json(SMALL))["passed"] is True


def test_json_keeps_hostile_values_as_they_are() -> None:
    found = json.loads(as_json(hostile()))
    assert [each["after"] for each in found["concerns"]] == [each.after for each in hostile().concerns]
    as_json(hostile()).encode()


def test_sarif_has_a_result_for_each_concern_with_its_level() -> None:
    results = _results()
    assert len(results) == len(PRODUCTION.concerns) + len(PRODUCTION.silenced)
    assert [each["level"] for each in results] == ["error"] * 3 + ["warning"] * 2 + ["error"]
    assert EXPOSED.title in results[1]["message"]["text"]
    (run,) = json.loads(as_sarif(PRODUCTION, FILE))["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert all(rules[each["ruleIndex"]] == each["ruleId"] for each in results)


def test_a_silenced_concern_is_a_suppressed_result() -> None:
    assert ["suppressions" in each for each in _results()] == [False] * 5 + [True]
    assert _results()[-1]["suppressions"][0]["justification"].endswith("it is gone (until 2027-01-31)")


def test_a_result_is_at_the_line_of_python_or_else_in_the_stack() -> None:
    places = {
        each["locations"][0]["logicalLocations"][0]["fullyQualifiedName"]: each["locations"][0]["physicalLocation"]
        for each in _results(lines={ALARM: (70, 92)})
    }
    assert places[f"prod/{ROUTE}"] == {
        "artifactLocation": {"uri": "modules/api/routes.py"},
        "region": {"startLine": 61},
    }
    assert places[f"prod/{ALARM}"] == {"artifactLocation": {"uri": FILE}, "region": {"startLine": 70, "endLine": 92}}


def test_the_identity_of_a_result_does_not_change_with_lines() -> None:
    first, second = (
        [each["partialFingerprints"] for each in _results(lines={ALARM: lines})] for lines in ((1, 2), (30, 40))
    )
    assert first == second
    assert len({str(each) for each in first}) == len(first)


def test_sarif_of_hostile_values_is_sound() -> None:
    text = as_sarif(hostile(), FILE)
    text.encode()
    for result in json.loads(text)["runs"][0]["results"]:
        assert len(result["message"]["text"]) < 3_000
        assert result["locations"][0]["physicalLocation"]["region"]["startLine"] >= 1
        assert " " not in result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
