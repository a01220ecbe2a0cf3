"""Changes that a review must see, and changes that it must not speak of, with a file for each area."""

import pkgutil
from importlib import import_module

from tests.review.corpus.edit import Edit

_AREAS = [
    import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__) if module.name != "edit"
]
DANGEROUS: tuple[Edit, ...] = tuple(edit for area in _AREAS for edit in area.DANGEROUS)
HARMLESS: tuple[Edit, ...] = tuple(edit for area in _AREAS for edit in area.HARMLESS)
