"""Writes the pages in `docs/` that are generated from the code. A page is current if writing it changes nothing."""

from pathlib import Path

from ffp.reference import checks_page, settings_page

PAGES = {"settings.md": settings_page.text, "checks.md": checks_page.text}


def write(folder: Path) -> list[Path]:
    """Writes the pages into this folder and returns those that changed."""
    changed = outdated(folder)
    for file in changed:
        file.write_text(PAGES[file.name](), encoding="utf-8")
    return changed


def outdated(folder: Path) -> list[Path]:
    """The pages in this folder that are missing or do not match the code."""
    texts = {folder / name: text() for name, text in PAGES.items()}
    return [file for file, text in texts.items() if not file.is_file() or file.read_text(encoding="utf-8") != text]
