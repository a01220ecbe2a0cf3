"""A saved plan is read whole, or refused with what to do."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ffp.project import BadInputError
from ffp.review import plans
from tests.review import planning
from tests.review.planning import (
    change,
    document,
    program,
    read,
    state,
)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is neither a plan of Terraform nor JSON"),
        (b"Terraform will perform", "is neither a plan of Terraform nor JSON"),
        (b"\xff\xfe\x00", "is neither a plan of Terraform nor JSON"),
        (b'{"@level":"info","@message":"Terraform 1.11.4"}\n{"@level":"info"}', "is a log of `terraform plan -json`"),
        (b"[" * 100_000, "is nested too deeply"),
        (b"[]", "is no plan of Terraform"),
        (b"{}", "is no plan of Terraform"),
        (b'{"format_version": "1.0", "values": {}}', "is a state, not a plan"),
        (b'{"version": 4, "resources": []}', "is no plan of Terraform"),
    ],
)
def test_what_is_no_plan_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    file = tmp_path / "plan.json"
    file.write_bytes(content)
    with pytest.raises(BadInputError) as refused:
        plans.read(file, planning.deployed(tmp_path, program()))
    (problem,) = refused.value.problems
    assert problem.startswith(f"{file}: {says}")
    assert problem.endswith("make it with `terraform plan -out=FILE` and `terraform show -json FILE`")


@pytest.mark.parametrize(
    ("change_", "says"),
    [
        ({"format_version": "2.0"}, "format_version = '2.0': must be 1.x"),
        ({"errored": True}, "ended in an error and contains only a part; repair it and plan again"),
        ({"complete": False}, "is incomplete, as with -target or deferred changes; plan the whole stack"),
        ({"resource_changes": [{"mode": "managed"}]}, "is no plan of Terraform (KeyError"),
        ({"resource_changes": 5}, "is no plan of Terraform (TypeError"),
        ({"resource_changes": ["x"]}, "is no plan of Terraform (AttributeError"),
        ({"configuration": {"root_module": {"resources": [{"address": "x"}]}}}, "is no plan of Terraform (KeyError"),
        ({"prior_state": []}, "is no plan of Terraform (AttributeError"),
    ],
)
def test_a_plan_that_is_not_whole_is_refused(tmp_path: Path, change_: dict[str, Any], says: str) -> None:
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(document(program(), state()) | change_))
    with pytest.raises(BadInputError) as refused:
        plans.read(file, planning.deployed(tmp_path, program()))
    assert says in str(refused.value)


def test_a_file_that_is_missing_or_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stack = planning.deployed(tmp_path, program())
    with pytest.raises(BadInputError, match=r"plan\.json: cannot be read: No such file"):
        plans.read(tmp_path / "plan.json", stack)
    with pytest.raises(BadInputError, match="cannot be read: Is a directory"):
        plans.read(tmp_path, stack)
    (tmp_path / "plan.json").write_text(json.dumps(document(program(), state())))
    monkeypatch.setattr(plans, "LARGEST_MB", -1)
    with pytest.raises(BadInputError, match="and at most -1 are read"):
        plans.read(tmp_path / "plan.json", stack)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_what_a_windows_shell_wrote_is_read(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(document(program(), state())), encoding=encoding)
    assert plans.read(file, planning.deployed(tmp_path, program())).changes.keys() == state().keys()


def test_terraform_shows_its_own_file_in_the_stacks_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "saved.tfplan"
    file.write_bytes(b"PK\x03\x04...")
    stack = planning.deployed(tmp_path, program())
    with pytest.raises(BadInputError, match="is not initialised; run `terraform init` there"):
        plans.read(file, stack)
    (stack.path.parent / ".terraform").mkdir(parents=True)
    (tmp_path / "shown.json").write_text(json.dumps(document(program(), state())))
    tool = tmp_path / "terraform"
    tool.write_text(f'#!/bin/sh\necho "$PWD $*" > {tmp_path}/calls; cat {tmp_path}/shown.json\n')
    tool.chmod(0o755)
    monkeypatch.setenv("FFP_TERRAFORM", str(tool))
    assert plans.read(file, stack).changes.keys() == state().keys()
    assert (tmp_path / "calls").read_text().split() == [str(stack.path.parent), "show", "-no-color", "-json", str(file)]
    tool.write_text("#!/bin/sh\necho the plan is of another version >&2; exit 1\n")
    with pytest.raises(BadInputError, match=r"cannot show it(?s:.*)the plan is of another version"):
        plans.read(file, stack)


def test_a_plan_of_another_environment_is_refused(tmp_path: Path) -> None:
    other = json.loads(json.dumps(program()).replace("dev-", "prod-"))
    there = json.loads(json.dumps(state()).replace("dev-", "prod-"))
    with pytest.raises(
        BadInputError, match="is a plan of another environment than dev: 2 of 2 names differ"
    ) as refused:
        read(tmp_path, document(other, there), program())
    assert "such as 'prod-" in str(refused.value)


def test_a_plan_of_another_stack_is_refused(tmp_path: Path) -> None:
    other = {"resource": {"aws_sns_topic": {"news": {"name": "news"}}}}
    values = {"aws_sns_topic.news": {"name": "news"}}
    with pytest.raises(BadInputError, match="is a plan of another stack than dev: it shares 0 of 1 resources"):
        read(tmp_path, document(other, values), program())


def _odd_type(raw: dict[str, Any]) -> None:
    raw["resource_changes"].append(change("custom_thing.x", {"a": [{"b": None}]}, {"a": "b"}))


def _instances(raw: dict[str, Any]) -> None:
    raw["resource_changes"].append(change('module.a["x.y"].aws_sns_topic.news["a.b"]', {"name": "a"}, {"name": "b"}))


def _odd_marks(raw: dict[str, Any]) -> None:
    raw["resource_changes"].append(change("aws_sns_topic.x", {"name": "a"}, {"name": "b"}, unknown=[[True]]))


def _no_configuration(raw: dict[str, Any]) -> None:
    del raw["configuration"], raw["prior_state"]


def _references_only(raw: dict[str, Any]) -> None:
    """As of a configuration in HCL: the plan names what an expression refers to, but not the expression."""
    for each in raw["configuration"]["root_module"]["resources"]:
        for expression in each["expressions"].values():
            if isinstance(expression, dict) and "references" in expression:
                del expression["constant_value"]


@pytest.mark.parametrize("odd", [_odd_type, _instances, _odd_marks, _no_configuration, _references_only])
def test_what_other_applications_and_versions_write_is_read(
    tmp_path: Path, odd: Callable[[dict[str, Any]], None]
) -> None:
    raw = copy.deepcopy(document(program(), state()))
    odd(raw)
    found = read(tmp_path, raw, program())
    assert found.concerns(None) == []
    assert found.concerns(planning.deployed(tmp_path, program())) == []
    assert isinstance(found.unknowns, list)
