"""The tests of the shipped handlers and migrations."""

import tests.library  # noqa: F401 - makes handlers importable
