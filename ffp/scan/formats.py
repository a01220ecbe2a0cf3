"""Machine-readable results of a scan: SARIF for code hosts, JUnit for CI, JSON for other programs."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from xml.etree import ElementTree

from ffp.scan import Result
from ffp.scan.finding import Finding


def as_json(results: Sequence[Result]) -> str:
    """JSON with the totals and findings of each stack; a waived finding has the waiver's reason."""
    stacks = [
        {
            "stack": result.stack.name,
            "resources": len(result.stack.resources),
            "passed": len(result.passed),
            "waived": len(result.waived),
            "failed": len(result.failed),
            "findings": [asdict(finding) | {"lenses": sorted(finding.lenses)} for finding in result.findings],
        }
        for result in results
    ]
    return json.dumps({"stacks": stacks}, indent=2)


def as_sarif(results: Sequence[Result]) -> str:
    """SARIF 2.1.0. Waived findings are suppressed results with the waiver's reason."""
    findings = [finding for result in results for finding in result.findings]
    rules = {finding.check: finding for finding in findings}
    run = {
        "tool": {"driver": {"name": "ffp", "rules": [_rule(rule) for rule in rules.values()]}},
        "results": [_result(finding, list(rules).index(finding.check)) for finding in findings],
    }
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return json.dumps({"$schema": schema, "version": "2.1.0", "runs": [run]}, indent=2)


def _rule(finding: Finding) -> dict[str, Any]:
    rule: dict[str, Any] = {"id": finding.check, "shortDescription": {"text": finding.name}}
    if finding.guideline:
        rule |= {"helpUri": finding.guideline} if "://" in finding.guideline else {"help": {"text": finding.guideline}}
    return rule


def _result(finding: Finding, rule_index: int) -> dict[str, Any]:
    identity = " ".join((finding.stack, finding.address, finding.check))
    result: dict[str, Any] = {
        "ruleId": finding.check,
        "ruleIndex": rule_index,
        "level": "error",
        "message": {"text": "; ".join((f"{finding.address}: {finding.name}", *finding.details))},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": finding.file},
                    "region": {"startLine": finding.first_line, "endLine": finding.last_line},
                },
                "logicalLocations": [{"fullyQualifiedName": f"{finding.stack}/{finding.address}"}],
            }
        ],
        # Lines change with every new resource, but stack, address and check identify the finding.
        "partialFingerprints": {"stackAddressCheck/v1": hashlib.sha256(identity.encode()).hexdigest()},
    }
    if finding.waived is not None:
        result["suppressions"] = [{"kind": "inSource", "justification": finding.waived}]
    return result


def as_junit(results: Sequence[Result]) -> str:
    """JUnit XML with a suite for each stack and a case for each check of each block.

    Waived findings are skipped cases.
    """
    root = ElementTree.Element("testsuites", name="ffp scan")
    for result in results:
        suite = ElementTree.SubElement(
            root,
            "testsuite",
            name=result.stack.name,
            tests=str(len(result.passed) + len(result.findings)),
            failures=str(len(result.failed)),
            skipped=str(len(result.waived)),
            errors="0",
            time=f"{result.seconds:.3f}",
        )
        for finding in result.findings:
            case = ElementTree.SubElement(suite, "testcase", classname=finding.address, name=finding.check)
            if finding.waived is None:
                ElementTree.SubElement(case, "failure", message=finding.name).text = "\n".join(
                    (*finding.details, finding.place)
                )
            else:
                ElementTree.SubElement(case, "skipped", message=finding.waived)
        for address, check in sorted(result.passed):
            ElementTree.SubElement(suite, "testcase", classname=address, name=check)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True)
