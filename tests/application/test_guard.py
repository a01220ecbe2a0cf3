"""Nothing that holds data vanishes, or is renamed unnoticed."""

import pytest

from ffp.stacks import SynthesisedStack
from tests import guard
from tests.reviewed_files import FOLDER, compare


def _reviewed(name: str) -> list[str]:
    return (FOLDER / name / "stateful.txt").read_text(encoding="utf-8").splitlines()


def test_nothing_that_holds_data_has_vanished(request: pytest.FixtureRequest, any_stack: SynthesisedStack) -> None:
    addresses = guard.stateful_addresses(any_stack)
    path = FOLDER / any_stack.name / "stateful.txt"
    if request.config.getoption("--update-reviewed"):
        # Adds and never removes: whoever lets something go says so by hand.
        kept = _reviewed(any_stack.name) if path.exists() else []
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"{line}\n" for line in sorted({*kept, *addresses})), encoding="utf-8")
    if gone := guard.lost(any_stack, _reviewed(any_stack.name)):
        pytest.fail("\n".join(gone), pytrace=False)
    new = set(addresses) - set(_reviewed(any_stack.name))
    assert not new, f"not yet guarded: {sorted(new)}; run pytest --update-reviewed"


def test_the_user_pools_schema_only_grows(request: pytest.FixtureRequest, platform: SynthesisedStack) -> None:
    """What AWS would refuse is refused here first, by --update-reviewed too; only what it would add can be reviewed."""
    path = FOLDER / platform.name / "user-pool-schema.txt"
    reviewed = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    if refused := guard.refused_changes(platform, reviewed):
        pytest.fail("\n".join(refused), pytrace=False)
    compare(request, f"{platform.name}/user-pool-schema.txt", guard.schema(platform))
