"""The reviewed lists: who may do what, which resources exist, and which of them hold data, in every environment."""

from collections.abc import Callable, Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ffp.stacks import SynthesisedStack
from settings import environments
from tests import access, faults, guard, reviewed_lists
from tests.changed_stack import changed_stack

Stacks = dict[str, SynthesisedStack]
KINDS = {"platform": "{}", "bootstrap": "bootstrap-{}"}  # of stacks, and what one is called in an environment


def _lines(kind: str, stacks: Stacks, of_stack: Callable[[SynthesisedStack], Iterable[str]]) -> dict[str, list[str]]:
    """Each environment's lines, as a reviewed list has them."""
    return {
        name: sorted({reviewed_lists.general(line, settings) for line in of_stack(stacks[KINDS[kind].format(name)])})
        for name, settings in environments.load().items()
    }


def _addresses(stack: SynthesisedStack) -> list[str]:
    return [block.address for block in stack.resources]


LISTS: dict[str, Callable[[SynthesisedStack], Iterable[str]]] = {"access": access.lines, "resources": _addresses}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", LISTS)
def test_the_list_is_as_reviewed(request: pytest.FixtureRequest, all_stacks: Stacks, kind: str, name: str) -> None:
    reviewed_lists.compare(request, reviewed_lists.FOLDER / kind / f"{name}.txt", _lines(kind, all_stacks, LISTS[name]))


def _widen(text: dict[str, Any]) -> None:
    """Allows one more action wherever a statement names actions."""
    for document in text["data"]["aws_iam_policy_document"].values():
        for statement in document["statement"]:
            statement.setdefault("actions", []).append("s3:DeleteBucket")


_ONLY_COMPARE: Any = SimpleNamespace(config=SimpleNamespace(getoption=lambda _: False))  # never writes the list


@pytest.mark.parametrize("stack", environments.stacks())
@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("access", _widen),
        ("resources", faults.drop("aws_iam_role")),
    ],
)
def test_a_list_refuses_what_was_not_reviewed(
    all_stacks: Stacks, tmp_path: Path, stack: str, name: str, change: faults.Change
) -> None:
    kind = "bootstrap" if stack.startswith("bootstrap-") else "platform"
    changed = all_stacks | {stack: changed_stack(all_stacks[stack], tmp_path, change)}
    with pytest.raises(pytest.fail.Exception, match=r"has not been reviewed:\n[-+] \w+: "):
        reviewed_lists.compare(
            _ONLY_COMPARE, reviewed_lists.FOLDER / kind / f"{name}.txt", _lines(kind, changed, LISTS[name])
        )


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_that_holds_data_has_vanished(
    request: pytest.FixtureRequest, all_stacks: dict[str, SynthesisedStack], kind: str
) -> None:
    path = reviewed_lists.FOLDER / kind / "stateful.txt"
    stacks = {name: all_stacks[KINDS[kind].format(name)] for name in environments.NAMES}
    lists = reviewed_lists.read(path, stacks)
    if gone := [message for name, stack in stacks.items() for message in guard.lost(stack, lists[name])]:
        pytest.fail("\n".join(gone), pytrace=False)
    # --update-reviewed only adds lines. Whoever removes something with data removes its line by hand.
    reviewed_lists.compare(
        request,
        path,
        {name: sorted({*lists[name], *guard.stateful_addresses(stack)}) for name, stack in stacks.items()},
    )


def test_the_user_pools_schema_only_grows(
    request: pytest.FixtureRequest, all_stacks: dict[str, SynthesisedStack]
) -> None:
    """A change that AWS would refuse fails here first, with --update-reviewed too."""
    path = reviewed_lists.FOLDER / "platform/user-pool-schema.txt"
    stacks = {name: all_stacks[name] for name in environments.NAMES}
    lists = reviewed_lists.read(path, stacks)
    if refused := [m for name, stack in stacks.items() for m in guard.refused_changes(stack, lists[name])]:
        pytest.fail("\n".join(refused), pytrace=False)
    reviewed_lists.compare(request, path, {name: guard.schema(stack) for name, stack in stacks.items()})
