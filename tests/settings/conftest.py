"""What several tests of the settings share."""

from pathlib import Path

import pytest

from tests.settings.project import copy_to


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the settings to break."""
    return copy_to(tmp_path)
