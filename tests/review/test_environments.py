"""Environments differ only in what their settings list, and a review says where that is not so."""

import copy
import json
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import is_dataclass, replace
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from ffp import stacks
from ffp.review import twins
from ffp.review.concern import Concern, Grade, Topic
from ffp.review.environments import differing, section, surprises
from ffp.stacks import SynthesisedStack
from modules.common import Context
from modules.stacks import synthesise
from settings import Environment, RecoverySettings, StateSettings, VaultCopy, VaultSettings, environments
from settings.environments import renamed
from tests.modules import variants
from tests.review.corpus.edit import Document, drop, first, make, put, stack_of
from tests.sample.environments import ALL, PROD, STAGING
from tests.sample.machines import MACHINES, WITH_MACHINES

COPY = VaultCopy(vault_arn="arn:aws:backup:eu-west-2:444444444444:backup-vault:prod-ffp-copies")
SHIPPED = environments.load()
TRIED = {
    **ALL,
    "machines": WITH_MACHINES,
    "of_others": replace(
        PROD,
        recovery=RecoverySettings(vault=VaultSettings(copies=(COPY,))),
        state=StateSettings(repository="ffp/infra", repository_ids=None, oidc_provider_owner="dev"),
    ),
    **{name: make() for name, make in variants.ALL.items()},
}
# No resource depends on what only `ffp` reads, and the application is what all environments share.
NOT_OF_RESOURCES = ("application", "usage", "silenced", "allowed_drift", "smoke")


def _with_twin(settings: Environment, folder: Path) -> tuple[SynthesisedStack, SynthesisedStack]:
    twin = renamed(settings)
    synthesise({each.name: each for each in (settings, twin)}, [settings.name, twin.name], folder)
    one, other = stacks.load(folder, [settings.name, twin.name])
    return one, other


@pytest.fixture(scope="module")
def twin_of_prod(tmp_path_factory: pytest.TempPathFactory) -> SynthesisedStack:
    return _with_twin(PROD, tmp_path_factory.mktemp("twins"))[1]


@pytest.mark.parametrize("name", SHIPPED)
def test_what_ships_has_no_surprise(name: str, all_stacks: dict[str, SynthesisedStack], tmp_path: Path) -> None:
    _, twin = _with_twin(SHIPPED[name], tmp_path)
    assert surprises(all_stacks[name], twin, SHIPPED[name]) == []


@pytest.mark.parametrize("name", TRIED)
def test_whatever_settings_choose_has_no_surprise(name: str, tmp_path: Path) -> None:
    """No module asks which environment it is in: whatever differs from another environment, a setting caused it."""
    one, twin = _with_twin(TRIED[name], tmp_path)
    assert differing(TRIED[name], renamed(TRIED[name])) == []
    assert surprises(one, twin, TRIED[name]) == []


def _optional(kind: type[Any], path: str = "") -> Iterator[str]:
    """The fields of settings that one environment may have and another one lack, by their path."""
    for name, annotation in get_type_hints(kind).items():
        below = f"{path}.{name}".strip(".")
        if below in NOT_OF_RESOURCES:
            continue
        parts = get_args(annotation) if isinstance(annotation, types.UnionType) else (annotation,)
        several = [each for part in parts for each in get_args(part) if is_dataclass(each)]
        if type(None) in parts or several:
            yield below
        yield from (
            inner for part in parts if isinstance(part, type) and is_dataclass(part) for inner in _optional(part, below)
        )


def _chosen(settings: Environment, path: str) -> bool:
    value: Any = settings
    for each in path.split("."):
        value = getattr(value, each, None)
    return value not in (None, ())


@pytest.mark.parametrize("path", [*_optional(Environment)])
def test_each_optional_setting_is_tried_with_and_without(path: str) -> None:
    assert {_chosen(each, path) for each in TRIED.values()} == {True, False}


def test_what_optional_settings_are_is_found() -> None:
    assert {"identity.machines", "storage.malware_scans", "recovery.vault", "domain"} <= set(_optional(Environment))


def _changed(stack: SynthesisedStack, change: Callable[[Document], Any]) -> SynthesisedStack:
    document: Document = json.loads(stack.path.read_text(encoding="utf-8"))
    changed = copy.deepcopy(document)
    change(changed)
    return stack_of(changed, stack.name)


UNEXPLAINED: dict[str, Callable[[Document], Any]] = {
    "a weaker function": put("aws_lambda_function", "memory_size", 64),
    "a resource more": make("aws_sqs_queue", name="prod-ffp-queue"),
    "a resource less": drop("aws_cognito_resource_server"),
    "a policy": lambda document: first(document, "data.aws_iam_policy_document")["statement"][0].update(actions=["*"]),
    "logs kept for less time": put("aws_cloudwatch_log_group", "retention_in_days", 1),
    "users without a second factor": put("aws_cognito_user_pool", "mfa_configuration", "OFF"),
    "a database that may be removed": put("aws_db_instance", "deletion_protection", False),
    "nothing in place of a list": lambda document: first(document, "aws_cognito_user_pool").update(schema=[]),
}


@pytest.mark.parametrize("change", UNEXPLAINED.values(), ids=UNEXPLAINED)
def test_a_difference_without_a_setting_is_a_surprise(
    change: Callable[[Document], Any], sample_stacks: dict[str, SynthesisedStack], twin_of_prod: SynthesisedStack
) -> None:
    assert surprises(sample_stacks["prod"], twin_of_prod, PROD) == []
    assert surprises(_changed(sample_stacks["prod"], change), twin_of_prod, PROD) != []


# As a module would that asks for its environment instead of a setting, in what optional settings make.
NEIGHBOURS: dict[str, tuple[Environment, Callable[[Document], Any]]] = {
    "the wait before a machine's secret is gone": (
        WITH_MACHINES,
        lambda document: _block(document, "aws_secretsmanager_secret", "client-").update(recovery_window_in_days=7),
    ),
    "the version of a trigger for machines": (
        WITH_MACHINES,
        lambda document: first(document, "aws_cognito_user_pool")["lambda_config"][
            "pre_token_generation_config"
        ].update(lambda_version="V2_0"),
    ),
    "the logs of the trigger": (
        WITH_MACHINES,
        lambda document: _block(document, "aws_cloudwatch_log_group", "add-claims").update(retention_in_days=1),
    ),
    "a threshold of scans": (
        variants.scanned(),
        lambda document: _block(document, "aws_cloudwatch_metric_alarm", "malware").update(threshold=100),
    ),
    "what a bucket that is scanned denies": (
        variants.scanned(),
        lambda document: _block(document, "data.aws_iam_policy_document", "storage_media")["statement"].pop(),
    ),
}


def _block(document: Document, address: str, part: str) -> dict[str, Any]:
    """The first block of a type whose name contains a part."""
    kind, _, type_ = address.rpartition(".")
    named: dict[str, dict[str, Any]] = document[kind or "resource"][type_]
    return next(block for name, block in named.items() if part in name)


@pytest.mark.parametrize(("settings", "change"), NEIGHBOURS.values(), ids=NEIGHBOURS)
def test_an_optional_setting_explains_nothing_beside_it(
    settings: Environment, change: Callable[[Document], Any], tmp_path: Path
) -> None:
    one, twin = _with_twin(settings, tmp_path)
    assert len(surprises(_changed(one, change), twin, settings)) >= 1


def test_a_module_that_asks_for_its_environment_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    of = Context.of
    monkeypatch.setattr(Context, "of", lambda settings: replace(of(settings), disposable=settings.name == PROD.name))
    one, twin = _with_twin(PROD, tmp_path)
    found = surprises(one, twin, PROD)
    assert ("aws_cognito_user_pool.identity_pool", "deletion_protection") in {
        (each.address, each.attribute) for each in found
    }


def test_a_twin_comes_from_the_shipped_settings(all_stacks: dict[str, SynthesisedStack]) -> None:
    said: list[str] = []
    twin = twins.of(all_stacks["dev"], said.append)
    assert twin.name == renamed(SHIPPED["dev"]).name != "dev"
    assert surprises(all_stacks["dev"], twin, SHIPPED["dev"]) == []
    assert len(said) == 1


def test_machines_in_one_environment_are_a_difference_of_settings() -> None:
    found = {each.path for each in differing(STAGING, WITH_MACHINES)}
    assert {f"identity.machines[{each.name}].tenant" for each in MACHINES if each.tenant} <= found


def test_the_section_counts_what_the_change_does_elsewhere(sample_stacks: dict[str, SynthesisedStack]) -> None:
    after = {
        **sample_stacks,
        "staging": _changed(sample_stacks["staging"], put("aws_lambda_function", "memory_size", 64)),
    }
    concern = Concern(Grade.RED, Topic.LOSS, "aws_db_instance.x", "The database goes")
    settings: dict[str, Environment] = ALL
    made = section("prod", settings, (sample_stacks, after), {"staging": [concern]})
    (table, *_) = made.tables
    rows = {row.cells[0]: row for row in table.rows}
    assert rows["prod"].cells == ("prod", "0", "0", "0", "0", "0")
    assert rows["staging"].cells == ("staging", "0", "1", "0", "1", "0")
    assert "The database goes" in rows["staging"].details


def test_the_section_tells_surprises_only_where_a_twin_was_made(
    sample_stacks: dict[str, SynthesisedStack], twin_of_prod: SynthesisedStack
) -> None:
    weaker = {**sample_stacks, "prod": _changed(sample_stacks["prod"], put("aws_lambda_function", "memory_size", 64))}

    def told(after: Mapping[str, SynthesisedStack], twin: SynthesisedStack | None) -> tuple[str, list[int]]:
        made = section("prod", ALL, (sample_stacks, after), {}, twin)
        return made.summary, [len(each.rows) for each in made.tables if "without a cause" in each.title]

    assert told(weaker, None) == (
        "Nobody tried whether environments differ in more than their settings: `--twin` does.",
        [],
    )
    assert told(sample_stacks, twin_of_prod) == (
        "prod differs from other environments only in what the settings list.",
        [0],
    )
    assert told(weaker, twin_of_prod)[0].startswith("1 ")
    assert told(weaker, twin_of_prod)[1] == [1]
