"""The review for other programs: JSON with everything, and SARIF for code hosts."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from ffp.review.concern import Concern, Grade, Topic
from ffp.review.report import Review
from ffp.review.shown import clipped, shown

SCHEMA = "ffp.review/1"  # the number grows when a field is removed or changes its meaning
_SARIF = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Grade.RED: "error", Grade.AMBER: "warning"}
_LONGEST = 2_000  # characters of a message in SARIF


def as_json(review: Review) -> str:
    """JSON with everything that the review contains, under the versioned name of its shape."""
    numbers = {
        "red": len(review.red),
        "amber": len(review.concerns) - len(review.red),
        "silenced": len(review.silenced),
        "unknown": len(review.unknowns),
        "changed_rows": sum(section.changed_rows for section in review.sections),
    }
    everything = {
        "schema": SCHEMA,
        "passed": not review.red,
        "numbers": numbers,
        **asdict(review),
        "concerns": [_with_source(each, review) for each in review.concerns],
        "silenced": [
            {"concern": _with_source(each.concern, review), "because": each.because, "until": each.until}
            for each in review.silenced
        ],
    }
    return json.dumps(everything, indent=2)


def as_sarif(review: Review, stack_file: str, lines: Mapping[str, tuple[int, int]] | None = None) -> str:
    """SARIF 2.1.0: a result for each concern, at the Python that makes its resource, or else in the stack's file.

    Silenced concerns are suppressed results with the reason and the last day. `lines` are those of each block in the
    stack's file, by address.
    """
    results = [_result(each, review, stack_file, lines or {}) for each in review.concerns]
    for each in review.silenced:
        suppression = {
            "kind": "external",
            "status": "accepted",
            "justification": _text(f"{each.because} (until {each.until})"),
        }
        results.append(_result(each.concern, review, stack_file, lines or {}) | {"suppressions": [suppression]})
    driver = {"name": "ffp review", "rules": [_rule(topic) for topic in Topic]}
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"ffp-review/{quote(review.environment, safe='')}/"},
        "results": results,
    }
    return json.dumps({"$schema": _SARIF, "version": "2.1.0", "runs": [run]}, indent=2)


def _with_source(concern: Concern, review: Review) -> dict[str, Any]:
    return {**asdict(concern), "source": review.sources.get(concern.address)}


def _rule(topic: Topic) -> dict[str, Any]:
    return {"id": _rule_id(topic), "shortDescription": {"text": f"Review: {topic.value}"}}


def _rule_id(topic: Topic) -> str:
    return f"FFP_REVIEW_{topic.name}"


def _result(concern: Concern, review: Review, stack_file: str, lines: Mapping[str, tuple[int, int]]) -> dict[str, Any]:
    values = (
        f": {concern.before or 'nothing'} → {concern.after or 'nothing'}" if concern.before or concern.after else ""
    )
    why = f". {concern.why}" if concern.why else ""
    # Lines change with every new resource; environment, address and title identify the concern.
    identity = " ".join((review.environment, concern.address, concern.title))
    return {
        "ruleId": _rule_id(concern.topic),
        "ruleIndex": list(Topic).index(concern.topic),
        "level": _LEVELS[concern.grade],
        "message": {"text": _text(f"{concern.title}{values}{why}")},
        "locations": [
            {
                "physicalLocation": _location(concern, review, stack_file, lines),
                "logicalLocations": [{"fullyQualifiedName": _text(f"{review.environment}/{concern.address}")}],
            }
        ],
        "partialFingerprints": {
            "environmentAddressTitle/v1": hashlib.sha256(identity.encode("utf-8", "replace")).hexdigest()
        },
    }


def _location(
    concern: Concern, review: Review, stack_file: str, lines: Mapping[str, tuple[int, int]]
) -> dict[str, Any]:
    file, _, line = review.sources.get(concern.address, "").rpartition(":")
    if file and line.isdigit() and int(line):
        return {"artifactLocation": {"uri": _uri(file)}, "region": {"startLine": int(line)}}
    first, last = lines.get(concern.address, (1, 1))
    return {"artifactLocation": {"uri": _uri(stack_file)}, "region": {"startLine": first, "endLine": last}}


def _uri(file: str) -> str:
    return quote(PurePath(file).as_posix(), errors="replace")


def _text(text: str) -> str:
    return shown(clipped(text, _LONGEST))
