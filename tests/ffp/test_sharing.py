"""Functions of `local` are shared among provider configurations while it is deployed, and never afterwards."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ffp.emulator.sharing import shared_functions, unshared
from ffp.stack_folder import SHARED_FUNCTIONS, SHARED_PROVIDERS
from tests.ffp import samples

_HOME = {"region": "eu-west-2", "default_tags": [{"tags": {"environment": "local"}}]}
_GLOBAL = {"alias": "global", "region": "us-east-1"}
_OWN = 'provider["registry.terraform.io/hashicorp/aws"]'


def _stack(output: Path, functions: int) -> Path:
    named = {f"f{number}": {"function_name": f"f{number}"} for number in range(functions)}
    return samples.write(
        output,
        name="local",
        provider={"aws": [_GLOBAL, _HOME]},
        resource={"aws_lambda_function": named, "aws_sqs_queue": {"q": {}}},
    ).parent


def _read(file: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return content


def test_every_function_gets_one_of_six_configurations_like_the_home_regions(tmp_path: Path) -> None:
    folder = _stack(tmp_path, functions=20)
    with shared_functions(folder, {"max_retries": 3}) as shared:
        assert shared
        providers = _read(folder / SHARED_PROVIDERS)["provider"]["aws"]
        (functions,) = _read(folder / SHARED_FUNCTIONS)["resource"].values()
    aliases = [each.pop("alias") for each in providers]
    assert providers == [{**_HOME, "max_retries": 3}] * 6
    assert functions.keys() == {f"f{number}" for number in range(20)}
    used = Counter(each["provider"] for each in functions.values())
    assert used.keys() == {f"aws.{alias}" for alias in aliases}
    assert max(used.values()) - min(used.values()) <= 1


def test_nothing_is_left_after_a_deploy_that_fails(tmp_path: Path) -> None:
    folder = _stack(tmp_path, functions=2)
    before = sorted(folder.iterdir())
    with pytest.raises(ValueError, match="failed"), shared_functions(folder, {}):
        raise ValueError("failed")
    assert sorted(folder.iterdir()) == before


@pytest.mark.parametrize("functions", [0, 1])
def test_a_stack_in_which_no_function_waits_is_deployed_as_it_is(tmp_path: Path, functions: int) -> None:
    folder = _stack(tmp_path, functions)
    before = sorted(folder.iterdir())
    with shared_functions(folder, {}) as shared:
        assert not shared
        assert sorted(folder.iterdir()) == before


def test_the_state_forgets_the_further_configurations_and_no_other() -> None:
    providers = [f"{_OWN}.functions-0", f"{_OWN}.functions-11", f"{_OWN}.global", _OWN]
    state = {"serial": 4, "lineage": "l", "resources": [{"name": "r", "provider": each} for each in providers]}
    found = json.loads(unshared(json.dumps(state)))
    assert [each["provider"] for each in found["resources"]] == [_OWN, _OWN, f"{_OWN}.global", _OWN]
    assert found["serial"] == 5
    assert found["lineage"] == "l"
