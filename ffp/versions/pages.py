"""Lists of AWS that come in pages."""

from typing import Any


def all_of(client: Any, operation: str, key: str, **about: str) -> list[dict[str, Any]]:
    """Every element, from all pages of an operation."""
    return [each for page in client.get_paginator(operation).paginate(**about) for each in page[key]]
