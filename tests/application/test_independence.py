"""The command serves any application: no file of `ffp` names anything of the one that ships."""

import re
import subprocess

import pytest

from ffp.project import ROOT
from settings import Application, environments
from tests.named import holds, names_of

SHIPPED: Application = environments.settings_file("local").SETTINGS.application

# Words that name something of the application that ships and mean something else in some files of `ffp`.
OTHER_MEANINGS = {
    "administrator": (r"account|ministack/authorisation", "who deploys, and the emulator's profile for it"),
    "health": (r"servers", "the emulator's own address"),
    "image": (r"ministack/ec2_questions", "what an instance starts from"),
    "media": (
        r"smoke/media_\w+|\.\./picture/svg|\.\./reference/settings_page",
        "the settings' word: DataDomain.MEDIA, its bucket and its key; a style sheet's",
    ),
    "profile": (
        r"account|platform|\.\./stack_folder|smoke/front_door_roles",
        "of the AWS configuration; OpenID's scope",
    ),
    "profiles": (r"account", "of the AWS configuration"),
    "rotate_secret": (r"ministack/rotation", "Secrets Manager's operation"),
    "rotation": (r"ministack/\w+|smoke/failures|\.\./model/build", "Secrets Manager's"),
    "tenants": (r"data|smoke/front_door_attacks", "whom every application has"),
    "token": (r"[\w/.]+", "what somebody signs in for"),
    "uploads": (r"\.\./model/build", "what browsers do, where a bucket admits them"),
}


@pytest.fixture(scope="module")
def named() -> set[tuple[str, str]]:
    """The names that stand in files of `ffp`, each with the file."""
    listed = subprocess.run(["git", "ls-files", "ffp"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    texts = {name: (ROOT / name).read_text(encoding="utf-8") for name in listed.split() if (ROOT / name).exists()}
    assert len(texts) > 50
    return {(name, file) for name in names_of(SHIPPED) for file, text in texts.items() if holds(text, name)}


def _means_something_else(name: str, file: str) -> bool:
    path, _ = OTHER_MEANINGS.get(name, ("", ""))
    where = file.removeprefix("ffp/emulator/") if file.startswith("ffp/emulator/") else file.replace("ffp/", "../", 1)
    return re.fullmatch(rf"({path})\.py", where) is not None


def test_no_file_of_the_command_names_anything_of_the_application_that_ships(named: set[tuple[str, str]]) -> None:
    assert not sorted(pair for pair in named if not _means_something_else(*pair))


def test_every_other_meaning_is_still_met(named: set[tuple[str, str]]) -> None:
    assert OTHER_MEANINGS.keys() == {name for name, _ in named}


def test_names_of_every_kind_are_looked_for() -> None:
    some = {"list-exercises", "list_exercises", "patient", "reminders", "daily_use", "/api/media/{assetId}/playback"}
    assert some <= names_of(SHIPPED)
    assert holds('walk.user("patient")', "patient")
    assert not holds("patience", "patient")
