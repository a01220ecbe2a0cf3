"""Writes the files in `docs/` that are generated. A file is current if writing it changes nothing.

The settings, the checks and the limits have a page each, from the code; the costs have one with charts, from
synthesised stacks.
"""

from pathlib import Path

from ffp import stacks
from ffp.reference import checks_page, cost_page, limits_page, settings_page
from settings import environments


def texts(output: Path) -> dict[str, str]:
    """Every generated file by its name, with the costs of the stacks in `output`. Raises BadInputError without them."""
    of_costs = [cost_page.STACK, f"bootstrap-{cost_page.STACK}"]
    loaded = {stack.name: stack for stack in stacks.load(output, of_costs)}
    return {
        "settings.md": settings_page.text(),
        "checks.md": checks_page.text(),
        "limits.md": limits_page.text(),
        **cost_page.files(loaded, environments.load()),
    }


def write(folder: Path, output: Path) -> list[Path]:
    """Writes the files into this folder and returns those that changed."""
    found = texts(output)
    changed = _outdated(folder, found)
    for file in changed:
        file.write_text(found[file.name], encoding="utf-8", newline="\n")
    return changed


def outdated(folder: Path, output: Path) -> list[Path]:
    """The files in this folder that are missing or do not match the code and the stacks."""
    return _outdated(folder, texts(output))


def _outdated(folder: Path, found: dict[str, str]) -> list[Path]:
    files = {folder / name: text for name, text in found.items()}
    return [file for file, text in files.items() if not file.is_file() or file.read_text(encoding="utf-8") != text]
