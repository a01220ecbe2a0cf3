"""What several files of these tests ask for."""

import gc
from collections.abc import Iterator

import pytest

from tests.review.browser import chromium as chromium


@pytest.fixture(scope="session", autouse=True)
def _seldom_collected() -> Iterator[None]:
    """Reviews make objects by the hundred thousand: the search for garbage must not visit all others each time."""
    was = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, *was[1:])
    yield
    gc.set_threshold(*was)
    gc.unfreeze()
