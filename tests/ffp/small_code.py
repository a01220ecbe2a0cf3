"""Code of a function in a few lines, as the files of its package."""

from pathlib import Path

HANDLER = "def handler(event, context):\n"


def files_of(folder: Path, code: str | dict[str, str], name: str) -> dict[str, Path]:
    """Writes one file of that name, or several by theirs, into a folder."""
    files = {}
    for place, text in ({name: code} if isinstance(code, str) else code).items():
        files[place] = folder / place
        files[place].parent.mkdir(parents=True, exist_ok=True)
        files[place].write_text(text, encoding="utf-8")
    return files
