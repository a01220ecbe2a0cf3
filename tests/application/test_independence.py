"""The generator serves any application: no file of it names anything of the one that ships."""

import re
import subprocess

import pytest

from ffp.project import ROOT
from settings import Application, environments
from tests.named import holds, names_of

SHIPPED: Application = environments.settings_file("local").SETTINGS.application

PARTS = ("catalogue", "checks", "ffp", "modules", "settings")
# Names of one plain word that say whose application it is. Another one ("documents", a bucket) may well be a word of
# the generator too, and says nothing.
TELLING_WORDS = {
    "administration",
    "administrator",
    "clinician",
    "exercises",
    "invitations",
    "notes",
    "patient",
    "profiles",
    "reminders",
}
# Names of several words that mean something else in some files of the generator.
OTHER_MEANINGS = {"rotate_secret": ({"ffp/emulator/ministack/rotation.py"}, "Secrets Manager's operation")}


@pytest.fixture(scope="module")
def named() -> set[tuple[str, str]]:
    """The names that stand in the generator's files, each with the file."""
    listed = subprocess.run(["git", "ls-files", *PARTS], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    texts = {name: (ROOT / name).read_text(encoding="utf-8") for name in listed.split() if (ROOT / name).exists()}
    assert {name.partition("/")[0] for name in texts} == set(PARTS)
    looked_for = {name for name in names_of(SHIPPED) if not name.isalpha() or name in TELLING_WORDS}
    return {(name, file) for name in looked_for for file, text in texts.items() if _names(text, name)}


def _names(text: str, name: str) -> bool:
    """Whether code names it: a plain word only where it is a whole literal, since prose has the same words."""
    return re.search(rf"([\"']){re.escape(name)}\1", text) is not None if name.isalpha() else holds(text, name)


def test_no_file_of_the_generator_names_anything_of_the_application_that_ships(named: set[tuple[str, str]]) -> None:
    assert {(name, file) for name, file in named if file not in OTHER_MEANINGS.get(name, (set(),))[0]} == set()


def test_every_other_meaning_is_still_met(named: set[tuple[str, str]]) -> None:
    excepted = {(name, file) for name, (files, _) in OTHER_MEANINGS.items() for file in files}
    assert {(name, file) for name, file in excepted if name in names_of(SHIPPED)} <= named


def test_names_of_every_kind_are_looked_for() -> None:
    some = {"list-exercises", "list_exercises", "patient", "reminders", "daily_use", "/api/media/{assetId}/playback"}
    assert some <= names_of(SHIPPED)
    assert _names('walk.user("patient")', "patient")
    assert not _names("a patient's row", "patient")
    assert _names("# as list-exercises does", "list-exercises")
