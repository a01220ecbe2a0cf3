"""A package next to a stack is used only if the stack names its hash."""

import base64
import hashlib
from pathlib import Path

import pytest

from ffp import stacks
from ffp.project import BadInputError
from tests.ffp import samples


def _with_asset(output: Path, content: bytes = b"code", **attributes: object) -> Path:
    digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
    function = {"filename": "assets/code/1/health.zip", "source_code_hash": digest, **attributes}
    folder = samples.write(output, resource={"aws_lambda_function": {"f": function}}).parent
    path = folder / "assets/code/1/health.zip"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    return path


def test_a_package_whose_hash_the_stack_names_is_used(tmp_path: Path) -> None:
    _with_asset(tmp_path)
    stacks.load(tmp_path)


def test_a_replaced_package_is_refused(tmp_path: Path) -> None:
    _with_asset(tmp_path).write_bytes(b"other code")
    with pytest.raises(BadInputError, match=r"health.*: has a different hash from the one in the stack"):
        stacks.load(tmp_path)


def test_who_deploys_nothing_need_not_read_the_packages(tmp_path: Path) -> None:
    path = _with_asset(tmp_path)
    path.write_bytes(b"other code")
    assert stacks.load(tmp_path, with_assets=False)
    (path.parents[3] / "zz_override.tf.json").write_text("{}", encoding="utf-8")
    with pytest.raises(BadInputError, match="neither synthesis nor Terraform wrote it"):
        stacks.load(tmp_path, with_assets=False)


def test_a_package_without_a_hash_is_refused(tmp_path: Path) -> None:
    _with_asset(tmp_path, source_code_hash=None)
    with pytest.raises(BadInputError, match=r"health.*: has a different hash from the one in the stack"):
        stacks.load(tmp_path)


def test_an_asset_that_no_block_names_is_refused(tmp_path: Path) -> None:
    _with_asset(tmp_path).with_name("more.zip").write_bytes(b"code")
    with pytest.raises(BadInputError, match=r"more.*: is not an asset of this stack"):
        stacks.load(tmp_path)


def test_every_package_that_ships_is_named_with_its_hash(output: Path) -> None:
    assert stacks.load(output)
