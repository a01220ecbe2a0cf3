"""`ffp dev` on the deployed platform: new code is called within seconds, and a deployment ends it."""

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from ffp import stacks
from ffp.develop import packages, watching
from ffp.develop.log_lines import Line
from ffp.develop.packages import Package
from ffp.develop.told import Replaced, Told
from ffp.emulator import code
from ffp.emulator.account import Account
from ffp.emulator.code import Code, sha256_base64
from ffp.emulator.platform import Platform
from ffp.emulator.smoke import logs
from ffp.emulator.smoke.walk import Walk
from ffp.project import ToolError
from settings import FunctionSettings
from settings.names import ALIAS
from tests.emulator.chosen import APPLICATION, closed_route
from tests.emulator.rotating import wait

MARK = "said by the new code"


@pytest.fixture(params=["python", "nodejs"])
def function(request: pytest.FixtureRequest) -> FunctionSettings:
    """One of each language, as far as the application has one."""
    named = [each.name for each in APPLICATION.functions if each.runtime.startswith(request.param) and each.routes]
    if not any(route.scopes for each in APPLICATION.functions if each.name in named for route in each.routes):
        pytest.skip(f"the application has no closed route of {request.param}")
    return closed_route(named).function


@pytest.fixture
def restored(platform: Platform) -> Iterator[Platform]:
    """The platform, which has the code of its stack again afterwards, as after a deployment."""
    yield platform
    code.settle(platform)


def _changed(archive: bytes, function: FunctionSettings) -> bytes:
    """A package whose handler's module says something when it is loaded."""
    module, says = function.handler.rpartition(".")[0], f"\nprint({MARK!r})\n"
    file = f"{module.replace('.', '/')}.py"
    if function.entry:
        file, says = f"{module}.mjs", f"\nconsole.log({MARK!r});\n"
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name) + says.encode() * (name == file))
    return changed.getvalue()


def _called(account: Account, function: FunctionSettings) -> dict[str, Any]:
    found: dict[str, Any] = account.client(account.root, "lambda").get_function_configuration(
        FunctionName=account.name(function.name), Qualifier=ALIAS
    )
    return {name: value for name, value in found.items() if name != "ResponseMetadata"}


def _in_stack(platform: Platform, function: FunctionSettings) -> str:
    stack = json.loads((platform.folder / stacks.FILE_NAME).read_text(encoding="utf-8"))
    blocks = stack["resource"]["aws_lambda_function"].values()
    (found,) = (each for each in blocks if each["function_name"] == platform.account.name(function.name))
    return str(found["source_code_hash"])


def test_changed_code_is_called_at_once_its_lines_are_told_and_a_deployment_undoes_it(
    restored: Platform, walk: Walk, function: FunctionSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Told] = []
    session = watching.session_of(restored.account, told.append, datetime.now(UTC))
    session.look(())
    assert [each for each in told if not isinstance(each, Line)] == []  # what is deployed is what the files say
    before, role = _called(restored.account, function)["CodeSha256"], _called(restored.account, function)["Role"]
    pack = packages.package

    def package(each: FunctionSettings) -> Package:
        made = pack(each)
        if each.name != function.name:
            return made
        return Package(changed := _changed(made.archive, each), sha256_base64(changed))

    monkeypatch.setattr(packages, "package", package)
    session.look(session.folders)
    assert [each.functions for each in told if isinstance(each, Replaced)] == [(function.name,)]
    logs.call(walk, function.name)

    def is_told() -> bool:
        session.look(())
        return any(isinstance(each, Line) and MARK in each.text for each in told)

    wait(is_told, "the new code's line")
    assert _called(restored.account, function)["Role"] == role
    assert _called(restored.account, function)["CodeSha256"] != before == _in_stack(restored, function)

    restored.init()
    assert "No changes." in restored.run("plan", "-input=false", "-lock=false")  # Terraform alone would leave it
    code.settle(restored)
    assert _called(restored.account, function)["CodeSha256"] == before
    assert not restored.account.home.replaced.exists()
    assert "No changes." in restored.run("plan", "-input=false", "-lock=false")


def test_versions_that_nobody_calls_any_more_are_deleted_and_those_of_deployments_stay(
    restored: Platform, function: FunctionSettings
) -> None:
    account = restored.account
    lambda_, name = account.client(account.root, "lambda"), account.name(function.name)

    def versions() -> list[str]:
        return [each["Version"] for each in lambda_.list_versions_by_function(FunctionName=name)["Versions"]]

    before, running = versions(), Code(account)
    archive = packages.package(function).archive
    for _ in range(4):
        archive = _changed(archive, function)
        assert running.replace({name: archive}) == {}
    assert versions()[: len(before)] == before
    assert len(versions()) == len(before) + 2
    assert _called(account, function)["CodeSha256"] == sha256_base64(archive)


@pytest.mark.attack
def test_a_package_that_is_none_and_an_unknown_function_leave_the_code_before(
    restored: Platform, function: FunctionSettings
) -> None:
    account = restored.account
    before, name, unknown = _called(account, function), account.name(function.name), account.name("nowhere")
    failures = Code(account).replace({name: b"no zip", unknown: packages.package(function).archive})
    assert failures.keys() == {name, unknown}
    assert all(
        isinstance(each, ToolError) and "AWS refuses UpdateFunctionCode" in str(each) for each in failures.values()
    )
    assert _called(account, function) == before
    assert Code(account).deployed([name, unknown]).keys() == {name}
