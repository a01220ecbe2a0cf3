"""The table of requirements in docs/security.md: each proof that a row names finds what breaks the row."""

from __future__ import annotations

import copy
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ffp import scan, stacks
from ffp.project import ROOT
from ffp.review.requirements import checks_in
from ffp.stacks import SynthesisedStack
from tests import faults, test_access, test_output
from tests.changed_stack import changed_stack
from tests.checkov_faults import BESIDE, CHECKOVS
from tests.checks import judged
from tests.checks.test_checks import CASES, PLAN_ONLY
from tests.code_faults import Faults, outcomes, require_noticed
from tests.faults import BOOTSTRAP, OURS, Change
from tests.sample.environments import PROD
from tests.test_documents import SECURITY
from tests.test_planted_faults import TODAY

PLANTED = [("prod", *each) for each in OURS] + [("bootstrap-prod", *each) for each in BOOTSTRAP]


def _text(stack: SynthesisedStack) -> dict[str, Any]:
    text: dict[str, Any] = json.loads(stack.path.read_text(encoding="utf-8"))
    return text


@pytest.fixture(scope="module")
def texts(sample_stacks: dict[str, SynthesisedStack]) -> dict[str, dict[str, Any]]:
    return {name: _text(sample_stacks[name]) for name in ("prod", "bootstrap-prod")}


@pytest.fixture(scope="module")
def sound(texts: dict[str, dict[str, Any]]) -> dict[str, set[tuple[str, str]]]:
    """What our checks find in what ships, waived findings."""
    return {name: judged.findings(text) for name, text in texts.items()}


@pytest.mark.parametrize(
    ("stack", "check", "change"), PLANTED, ids=[f"{n:02}-{check}" for n, (_, check, _) in enumerate(PLANTED)]
)
def test_a_check_of_ours_finds_what_breaks_its_requirement(
    texts: dict[str, dict[str, Any]],
    sound: dict[str, set[tuple[str, str]]],
    stack: str,
    check: str,
    change: Change,
) -> None:
    broken = copy.deepcopy(texts[stack])
    change(broken)
    assert judged.findings(broken, check) - sound[stack]


def test_judging_directly_finds_what_checkov_finds(
    sample_stacks: dict[str, SynthesisedStack], sound: dict[str, set[tuple[str, str]]]
) -> None:
    for result in scan.scan([sample_stacks[name] for name in sound], today=TODAY):
        ours = {(each.check, each.address) for each in result.findings if each.check.startswith(judged.OURS)}
        assert ours == sound[result.stack.name]


@pytest.fixture(scope="module")
def found_by_checkov(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, str]]:
    """What Checkov finds in a stack of broken blocks."""
    text: dict[str, Any] = {"data": {}, "resource": copy.deepcopy(BESIDE)}
    for n, (_, kind, arguments) in enumerate(CHECKOVS):
        section, _, type_ = kind.rpartition(".")
        text[section or "resource"].setdefault(type_, {})[f"planted-{n}"] = arguments
    folder = tmp_path_factory.mktemp("broken")
    file = folder / stacks.STACKS / "prod" / stacks.FILE_NAME
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(text, indent=2), encoding="utf-8")
    (result,) = scan.scan(stacks.load(folder), today=TODAY)
    return {finding.key for finding in result.failed}


@pytest.mark.parametrize("n", range(len(CHECKOVS)), ids=[check for check, _, _ in CHECKOVS])
def test_a_check_of_checkovs_finds_what_breaks_its_requirement(found_by_checkov: set[tuple[str, str]], n: int) -> None:
    check, kind, _ = CHECKOVS[n]
    assert (f"{kind}.planted-{n}", check) in found_by_checkov


# Tests that judge a stack, each with a fault that it must refuse; they are called with the broken stack.
STACK_TESTS: list[tuple[str, Callable[[SynthesisedStack], None], Change]] = [
    (
        "tests/test_access.py",
        lambda stack: test_access.require_roles_of_groups(stack, PROD),
        faults.put("aws_lambda_function", "role", "${aws_iam_role.group-of-another_role.arn}"),
    ),
    (
        "tests/test_output.py",
        lambda stack: test_output.test_each_stack_keeps_its_own_state_locked_and_encrypted({"prod": stack}),
        lambda text: text["terraform"]["backend"]["s3"].update(encrypt=False),
    ),
]


@pytest.mark.parametrize("n", range(len(STACK_TESTS)))
def test_a_test_refuses_the_stack_that_breaks_its_requirement(
    sample_stacks: dict[str, SynthesisedStack], tmp_path: Path, n: int
) -> None:
    _, test, change = STACK_TESTS[n]
    test(sample_stacks["prod"])
    broken = changed_stack(sample_stacks["prod"], tmp_path, change)
    with pytest.raises(AssertionError):
        test(broken)


# Tests of code, each with a fault in a copy of the project that it must notice: the file, what stands there, what then.
CODE_TESTS: Faults = {
    "tests/library/test_sessions.py::test_connection_verifies_the_server_against_rds_roots_over_tls_1_3": (
        "library/python/ffp_lambda/database.py",
        "trust.minimum_version = ssl.TLSVersion.TLSv1_3",
        "trust.minimum_version = ssl.TLSVersion.TLSv1_2",
    ),
    "tests/library/test_rotation_of_users.py::test_the_former_users_password_works_until_the_next_rotation": (
        "library/functions/rotation/rotate_secret.py",
        "return USERS[1 - USERS.index(username)]",
        "return str(username)",
    ),
    "tests/library/test_unprotected.py::test_what_nobody_protected_is_found_before_it_is_committed": (
        "library/functions/database/unprotected.sql",
        "from tables where not forced",
        "from tables where false",
    ),
    "tests/library/test_token.py::test_user_without_tenant_or_role_gets_no_token": (
        "library/functions/token/add_claims.py",
        "not is_uuid(tenant_id) or role not in ROLE_SCOPES",
        "role not in ROLE_SCOPES",
    ),
    "tests/library/test_signing.py::test_no_address_lasts_longer_than_its_kind_allows": (
        "library/python/ffp_lambda/media.py",
        "min((length_seconds or 0) + self.beyond_length_seconds, self.at_most_seconds)",
        "(length_seconds or 0) + self.beyond_length_seconds + self.at_most_seconds",
    ),
    "tests/library/test_log.py::test_personal_data_is_withheld_from_every_field": (
        "library/python/ffp_lambda/log.py",
        r'r"\b[A-Z][a-z]+\b"',
        r'r"\bNobody\b"',
    ),
    "tests/ffp/test_verify.py::test_a_secret_in_a_variable_is_found": (
        "ffp/verify.py",
        'return secret_variable(name, value) if ".variables." in path else None',
        "return None",
    ),
    "tests/ffp/test_verify.py::test_a_secret_in_an_attribute_is_found_and_not_shown": (
        "ffp/verify.py",
        "if name in _SECRET_ATTRIBUTES and",
        'if name == "nothing" and',
    ),
}


@pytest.fixture(scope="module")
def ends(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    return outcomes(CODE_TESTS, tmp_path_factory.mktemp("project"))


@pytest.mark.parametrize("test", CODE_TESTS)
def test_a_test_notices_the_code_that_breaks_its_requirement(ends: dict[str, set[str]], test: str) -> None:
    require_noticed(ends[test])


def _rows() -> dict[str, tuple[set[str], set[str]]]:
    """The table: each row's checks and its test files, those of the row that it refers to included."""
    chapter = SECURITY.read_text(encoding="utf-8").split("\n## Requirements\n")[1].split("\n## ")[0]
    found: dict[str, tuple[set[str], set[str]]] = {}
    for row, proofs in re.findall(r"^\| ([A-Z]+-\d[^|]*) \|.*\| ([^|]*) \|$", chapter, re.MULTILINE):
        found[row] = set(checks_in(proofs)), _files_in(proofs)
        if other := re.fullmatch(r"as ([A-Z]+-\d)", proofs):
            found[row] = found[other[1]]
    return found


def _files_in(proofs: str) -> set[str]:
    """The test files that a text names; one without a folder is in that of the file before it."""
    found: set[str] = set()
    folder = ""
    for file in re.findall(r"`([\w/]*test_\w+\.py)`", proofs):
        folder = file.rpartition("/")[0] or folder
        found.add(f"{folder}/{file.rpartition('/')[2]}")
    return found


ROWS = _rows()
BROKEN = {check for _, check, _ in PLANTED} | {check for check, _, _ in CHECKOVS}
TESTED = {file for file, _, _ in STACK_TESTS} | {test.partition("::")[0] for test in CODE_TESTS}


@pytest.mark.parametrize("row", ROWS)
def test_a_requirement_has_a_proof_that_was_seen_to_fail(row: str) -> None:
    checks, files = ROWS[row]
    assert checks & BROKEN or files & TESTED


def test_every_check_that_the_security_document_names_was_seen_to_fail() -> None:
    named = set(checks_in(SECURITY.read_text(encoding="utf-8")))
    with_a_case = {case.check for case in CASES if case.broken or case.broken_beside or case.forbidden} | PLAN_ONLY
    assert named - with_a_case - BROKEN == set()


def test_the_table_names_every_check_of_ours() -> None:
    """But for those about costs, which are no matter of security."""
    named = set().union(*(checks for checks, _ in ROWS.values()))
    assert {case.check for case in CASES if not case.check.startswith("FFP_COST_")} - named == set()


def require_collected(request: pytest.FixtureRequest, *, of_what_ships: bool) -> None:
    """Fails where pytest does not collect a test file that the table names: of tests/application, or all others."""
    named = {each for _, files in ROWS.values() for each in files}
    wanted = {each for each in named if each.startswith("tests/application/") is of_what_ships}
    assert wanted
    files = sorted(wanted - {item.path.relative_to(ROOT).as_posix() for item in request.session.items})
    if not files:  # as when the whole suite runs
        return
    command = [sys.executable, "-m", "pytest", "-n0", "-q", "--collect-only", "-p", "no:cacheprovider", *files]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stdout
    assert [file for file in files if f"{file}::" not in run.stdout] == []


def test_every_test_file_that_the_table_names_is_collected(request: pytest.FixtureRequest) -> None:
    require_collected(request, of_what_ships=False)
