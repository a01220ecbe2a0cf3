"""Wheels that are made up, in a folder that pip takes for its registry, and a lock that pins them."""

import hashlib
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from modules.functions import imports, packaging, wheels
from settings import sources


@dataclass(frozen=True)
class Registry:
    """A project in a folder of its own, with what pip finds for it."""

    root: Path

    @property
    def folder(self) -> Path:
        """Where pip looks for wheels."""
        return self.root / "registry"

    @property
    def application_lock(self) -> Path:
        return self.root / "application/requirements.txt"

    def offer(
        self,
        name: str,
        files: dict[str, str],
        needs: tuple[str, ...] = (),
        *,
        version: str = "1.0",
        tags: str = "py3-none-any",
    ) -> str:
        """Puts a wheel into the registry, and returns its line of a lock."""
        information = f"{name}-{version}.dist-info"
        required = "".join(f"Requires-Dist: {each}\n" for each in needs)
        head = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{required}"
        path = self.folder / f"{name}-{version}-{tags}.whl"
        path.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(path, "w") as archive:
            about = {"METADATA": head, "RECORD": "", "WHEEL": f"Wheel-Version: 1.0\nTag: {tags}\n"}
            for file, text in {**files, **{f"{information}/{each}": about[each] for each in about}}.items():
                archive.writestr(zipfile.ZipInfo(file, (1980, 1, 1, 0, 0, 0)), text)
        return f"{name}=={version} --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"

    def lock(self, *lines: str) -> None:
        """Adds lines to the application's lock."""
        with self.application_lock.open("a", encoding="utf-8") as lock:
            lock.writelines(lines)

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path


def registry(root: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    """A project to which the program's root is set; pip asks nothing but its folder."""
    made = Registry(root)
    made.folder.mkdir(parents=True)
    made.write("application/requirements.txt", "")
    for module in (imports, packaging, wheels):
        monkeypatch.setattr(module, "ROOT", root)
    monkeypatch.setattr(packaging, "_BUILD", root / ".build")
    monkeypatch.setattr(wheels, "STORE", root / ".build/wheels")
    monkeypatch.setattr(packaging, "SHARED_PACKAGES", ())
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(made.folder))
    return made


def look_again() -> None:
    """A program sees its sources once."""
    for cached in (packaging.package, packaging.unpacked_imports, wheels.pins, sources._listed_by_git):
        cached.cache_clear()
