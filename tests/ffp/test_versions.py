"""Versions that prevent a removal are deleted; versions that can be called or rolled back to stay."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError

from ffp.project import BadInputError, ToolError
from ffp.versions import releasing, rollback
from ffp.versions.rollback import Rollback
from tests.sample.environments import ALL as SAMPLE

HERE = {"SecurityGroupIds": ["sg-here"], "SubnetIds": ["subnet-a", "subnet-b"]}


@dataclass
class FakeLambda:
    """Functions with their versions and aliases, one per page."""

    functions: dict[str, dict[str, dict[str, list[str]]]]  # by name and version, the network of each
    aliases: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    refusal: str = ""
    moved: list[dict[str, Any]] = field(default_factory=list)

    def get_paginator(self, operation: str) -> Any:
        return type("Paginator", (), {"paginate": lambda _, **about: [getattr(self, operation)(**about)]})()

    def list_functions(self) -> Any:
        return {"Functions": [self._as_listed(name, "$LATEST") for name in self.functions]}

    def list_versions_by_function(self, *, FunctionName: str) -> Any:  # noqa: N803 - AWS's name
        return {"Versions": [self._as_listed(FunctionName, version) for version in self.functions[FunctionName]]}

    def list_aliases(self, *, FunctionName: str) -> Any:  # noqa: N803 - AWS's name
        return {"Aliases": self.aliases.get(FunctionName, [])}

    def get_alias(self, *, FunctionName: str, Name: str) -> Any:  # noqa: N803 - AWS's names
        assert Name == "live"
        return self.aliases[FunctionName][0]

    def update_alias(self, **given: Any) -> None:
        self.moved.append(given)

    def delete_function(self, *, FunctionName: str, Qualifier: str) -> None:  # noqa: N803 - AWS's names
        if self.refusal:
            raise ClientError({"Error": {"Code": self.refusal}}, "DeleteFunction")
        del self.functions[FunctionName][Qualifier]

    def _as_listed(self, name: str, version: str) -> dict[str, Any]:
        network = self.functions[name][version]
        published = "2026-11-01T10:00:00.000+0000"
        return {"FunctionName": name, "Version": version, "LastModified": published} | (
            {"VpcConfig": network} if network else {}
        )


def _deleted(fake: FakeLambda) -> list[str]:
    return releasing.release("dev", {"lambda": fake}.__getitem__)


@pytest.mark.parametrize(
    "before",
    [
        HERE | {"SecurityGroupIds": ["sg-of-the-group's-old-name"]},
        HERE | {"SubnetIds": ["subnet-a", "subnet-of-a-zone-that-goes"]},
    ],
)
def test_a_version_in_another_network_is_deleted(before: dict[str, list[str]]) -> None:
    fake = FakeLambda({"dev-ffp-notes": {"$LATEST": HERE, "1": before, "2": HERE}})
    assert _deleted(fake) == ["dev-ffp-notes:1"]
    assert set(fake.functions["dev-ffp-notes"]) == {"$LATEST", "2"}


def test_a_version_in_the_network_that_its_function_has_left_is_deleted() -> None:
    left: dict[str, list[str]] = {}
    assert _deleted(FakeLambda({"dev-ffp-notes": {"$LATEST": left, "1": HERE, "2": left}})) == ["dev-ffp-notes:1"]


def test_a_version_in_its_functions_network_stays() -> None:
    fewer = HERE | {"SubnetIds": ["subnet-a"]}
    assert _deleted(FakeLambda({"dev-ffp-notes": {"$LATEST": HERE, "1": fewer, "2": {}}})) == []


def test_a_version_with_an_alias_always_stays() -> None:
    old = {"SecurityGroupIds": ["sg-old"], "SubnetIds": []}
    aliases = [{"FunctionVersion": "2", "RoutingConfig": {"AdditionalVersionWeights": {"1": 0.1}}}]
    fake = FakeLambda({"dev-ffp-notes": {"$LATEST": HERE, "1": old, "2": old, "3": old}}, {"dev-ffp-notes": aliases})
    assert _deleted(fake) == ["dev-ffp-notes:3"]


def test_another_environments_functions_are_left_alone() -> None:
    old = {"SecurityGroupIds": ["sg-old"], "SubnetIds": []}
    others = {name: {"$LATEST": HERE, "1": old} for name in ("prod-ffp-notes", "somebody-elses")}
    assert _deleted(FakeLambda(others)) == []


def test_a_refusal_is_reported_in_short() -> None:
    fake = FakeLambda({"dev-ffp-notes": {"$LATEST": {}, "1": HERE}}, refusal="AccessDeniedException")
    with pytest.raises(ToolError, match="AWS refuses DeleteFunction: AccessDeniedException"):
        _deleted(fake)


def _rolled_back(published: str, now: str, version: str | None = None) -> tuple[Rollback, list[dict[str, Any]]]:
    fake = FakeLambda(
        {"dev-ffp-health": dict.fromkeys(published.split(), HERE)},
        {"dev-ffp-health": [{"FunctionVersion": now, "RevisionId": "r1"}]},
    )
    client = {"lambda": fake}.__getitem__
    found = rollback.rollback_of(SAMPLE["dev"], "health", version, client)
    rollback.roll_back(found, client)
    return found, fake.moved


def test_a_rollback_goes_to_the_newest_version_before_the_present_one() -> None:
    found, moved = _rolled_back("$LATEST 2 9 10 11", "10")
    assert (found.now, found.then) == ("10", "9")
    expected = {"FunctionName": "dev-ffp-health", "Name": "live", "FunctionVersion": "9", "RevisionId": "r1"}
    assert moved == [expected]


@pytest.mark.parametrize("version", ["2", "11"])
def test_a_rollback_goes_to_a_version_that_somebody_names(version: str) -> None:
    assert _rolled_back("$LATEST 2 9 10 11", "10", version)[0].then == version


@pytest.mark.parametrize(
    ("published", "version", "message"),
    [
        ("$LATEST 10 11", None, "no version before 10; there is nothing to go back to"),
        ("$LATEST 9 10", "10", "10 of dev-ffp-health does not exist, or is the present one; choose one of 9"),
        ("$LATEST 9 10", "$LATEST", "choose one of 9"),
        ("$LATEST 9 10", "8", "choose one of 9"),
    ],
)
def test_a_rollback_to_nowhere_is_refused(published: str, version: str | None, message: str) -> None:
    with pytest.raises(BadInputError) as refused:
        _rolled_back(published, "10", version)
    assert message in str(refused.value)


def test_a_rollback_of_an_unknown_function_lists_those_that_there_are() -> None:
    fake = FakeLambda({})
    with pytest.raises(BadInputError, match="function: healthy is unknown; choose one of ") as refused:
        rollback.rollback_of(SAMPLE["dev"], "healthy", None, {"lambda": fake}.__getitem__)
    assert all(each.name in str(refused.value) for each in SAMPLE["dev"].application.functions)


def test_a_rollback_that_somebody_else_overtook_is_refused() -> None:
    fake = FakeLambda({"dev-ffp-notes": {}}, {"dev-ffp-notes": [{"FunctionVersion": "11", "RevisionId": "r2"}]})
    with pytest.raises(ToolError, match="moved live to 11 meanwhile"):
        rollback.roll_back(Rollback("dev-ffp-notes", "10", "9", ""), {"lambda": fake}.__getitem__)
    assert fake.moved == []
