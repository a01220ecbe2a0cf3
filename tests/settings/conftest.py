"""What several tests of the settings share."""

from pathlib import Path

import pytest

from tests.settings.project import copy_with_sample_to


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project with the sample, to break."""
    return copy_with_sample_to(tmp_path)
