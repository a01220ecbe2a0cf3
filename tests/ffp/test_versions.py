"""Versions that prevent a removal are deleted; versions that can be called or rolled back to stay."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError

from ffp import versions
from ffp.project import ToolError

HERE = {"SecurityGroupIds": ["sg-here"], "SubnetIds": ["subnet-a", "subnet-b"]}


@dataclass
class FakeLambda:
    """Functions with their versions and aliases, one per page."""

    functions: dict[str, dict[str, dict[str, list[str]]]]  # by name and version, the network of each
    aliases: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    refusal: str = ""

    def get_paginator(self, operation: str) -> Any:
        return type("Paginator", (), {"paginate": lambda _, **about: [getattr(self, operation)(**about)]})()

    def list_functions(self) -> Any:
        return {"Functions": [self._as_listed(name, "$LATEST") for name in self.functions]}

    def list_versions_by_function(self, *, FunctionName: str) -> Any:  # noqa: N803 - AWS's name
        return {"Versions": [self._as_listed(FunctionName, version) for version in self.functions[FunctionName]]}

    def list_aliases(self, *, FunctionName: str) -> Any:  # noqa: N803 - AWS's name
        return {"Aliases": self.aliases.get(FunctionName, [])}

    def delete_function(self, *, FunctionName: str, Qualifier: str) -> None:  # noqa: N803 - AWS's names
        if self.refusal:
            raise ClientError({"Error": {"Code": self.refusal}}, "DeleteFunction")
        del self.functions[FunctionName][Qualifier]

    def _as_listed(self, name: str, version: str) -> dict[str, Any]:
        network = self.functions[name][version]
        return {"FunctionName": name, "Version": version} | ({"VpcConfig": network} if network else {})


def _deleted(fake: FakeLambda) -> list[str]:
    return versions.release("dev", {"lambda": fake}.__getitem__)


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
