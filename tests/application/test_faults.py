"""The tests of what ships that docs/security.md names are there, and notice the code that breaks a requirement."""

import pytest

from tests.code_faults import Faults, outcomes, require_noticed
from tests.test_requirements import require_collected

CODE_TESTS: Faults = {
    "tests/application/functions/test_uploads.py::test_upload_policy_fixes_key_type_encryption_and_size": (
        "application/functions/media/create_upload.py",
        "for name, value in fields.items()), size]",
        "for name, value in fields.items())]",
    ),
}


@pytest.fixture(scope="module")
def ends(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    return outcomes(CODE_TESTS, tmp_path_factory.mktemp("project"))


@pytest.mark.parametrize("test", CODE_TESTS)
def test_a_test_notices_the_code_that_breaks_its_requirement(ends: dict[str, set[str]], test: str) -> None:
    require_noticed(ends[test])


def test_every_test_file_that_the_table_names_is_collected(request: pytest.FixtureRequest) -> None:
    require_collected(request, of_what_ships=True)
