"""What several tests share."""

import os
from typing import TypeVar

import pytest

Found = TypeVar("Found")


def require(found: Found | None, what: str) -> Found:
    """What was found; otherwise the test is skipped, or fails where FFP_REQUIRE_ALL=1 allows no skip."""
    if found is None:
        if os.environ.get("FFP_REQUIRE_ALL") == "1":
            pytest.fail(f"{what} is missing, and FFP_REQUIRE_ALL=1 allows no skip")
        pytest.skip(f"{what} is missing; `ffp doctor` says what that switches off")
    return found
