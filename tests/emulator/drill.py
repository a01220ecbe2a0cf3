"""Runs the commands that a document gives, with the AWS CLI, jq and Terraform, in one shell for a whole chapter."""

import json
import re
import subprocess
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ffp.emulator.account import ADMINISTRATOR
from ffp.emulator.home import ENVIRONMENT
from ffp.emulator.platform import Platform
from ffp.project import ROOT

DOCUMENT = ROOT / "docs/deployment.md"
AWS = ENVIRONMENT / ".venv/bin/aws"
PATIENCE_SECONDS = 240  # with one block
_END = "end-of-block"
# What is left to fill in, such as <version>. A redirection or a here-string is none.
_PLACE = re.compile(r"(?<![<\w])<([a-z][\w ]*)>")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
# AWS needs time to begin a change; the emulator changes at once.
_PRELUDE = "set -euo pipefail; sleep() { :; }"


def blocks(heading: str) -> list[str]:
    """The blocks of commands below a heading, until the next one of the same or a higher level."""
    level, text = heading.split(" ")[0], DOCUMENT.read_text(encoding="utf-8")
    _, _, below = text.partition(f"\n{heading}\n")
    assert below, heading
    chapter = re.split(rf"^#{{2,{len(level)}}} ", below, maxsplit=1, flags=re.MULTILINE)[0]
    found = re.findall(r"^( *)```(?:bash)?\n(.*?)^\1```$", chapter, re.DOTALL | re.MULTILINE)
    return [textwrap.dedent(block) for _, block in found]


@dataclass(frozen=True)
class Shell:
    """A shell of an administrator in the root of the repository, whose variables last from block to block."""

    process: subprocess.Popen[str]
    folder: Path
    places: dict[str, str]

    def run(self, block: str, **places: str) -> str:
        """Runs a block and returns what it printed. Raises AssertionError with that if a command fails."""
        known = self.places | places
        text = _PLACE.sub(lambda found: known.get(found[1], found[0]), block)
        assert not _PLACE.search(text), f"nothing fills {_PLACE.search(text)} of:\n{text}"
        text = text.replace("ENV=prod;", f"ENV={self.places['env']};")
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{text}\necho; echo {_END}\n")
        self.process.stdin.flush()
        printed: list[str] = []
        for line in self.process.stdout:
            if line.strip() == _END:
                return "".join(printed)
            printed.append(_COLOUR.sub("", line))
        raise AssertionError(f"a command failed:\n{text}\n{''.join(printed)}")


def until(block: str, place: str) -> tuple[str, str]:
    """The commands before the one with a place that they help to fill, and the others."""
    commands = re.findall(r"(?:[^\n]*\\\n)*[^\n]*\n", block)
    first = next(number for number, command in enumerate(commands) if f"<{place}>" in command)
    return "".join(commands[:first]), "".join(commands[first:])


def printed_list(text: str) -> list[str]:
    """The list that jq printed, of texts, among what other commands printed."""
    found = re.search(r"^\[(?:\]|\n(?:  \".*\n)*\])$", text, re.MULTILINE)
    assert found, text
    listed: list[str] = json.loads(found[0])
    return listed


def changes(platform: Platform) -> dict[str, str]:
    """What a plan would do, by address; empty where it would do nothing."""
    lines = platform.run("plan", "-input=false", "-lock=false", "-json").splitlines()
    planned = [each["change"] for each in map(json.loads, lines) if each["type"] == "planned_change"]
    return {each["resource"]["addr"]: each["action"] for each in planned if each["action"] != "read"}


@contextmanager
def shell(platform: Platform, folder: Path) -> Iterator[Shell]:
    """A shell with the platform's credentials, in a folder that looks like the repository's root."""
    (folder / "bin").mkdir(parents=True)
    (folder / "bin/aws").symlink_to(AWS)
    for name, target in ((".venv", ROOT / ".venv"), (".build", ROOT / ".build"), ("cdktf.out", platform.output)):
        (folder / name).symlink_to(target)
    home = platform.account.home
    variables = platform.environment_variables | {
        "PATH": f"{folder / 'bin'}:{platform.program.parent}:/usr/bin:/bin",
        "AWS_CONFIG_FILE": str(home.aws_config),
        "AWS_CA_BUNDLE": str(home.certificate_authority),
        "AWS_PROFILE": ADMINISTRATOR,
        "AWS_DEFAULT_REGION": platform.account.settings.region,
        "AWS_PAGER": "",
        "TF_CLI_ARGS_apply": "-auto-approve",  # what a person confirms
        "HOME": str(folder),
    }
    process = subprocess.Popen(
        ["bash"],
        cwd=folder,
        env=variables,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    settings = platform.account.settings
    try:
        with process:
            opened = Shell(process, folder, {"env": settings.name, "account": settings.account_id})
            opened.run(f"{_PRELUDE}; ENV={settings.name}; S=cdktf.out/stacks/$ENV; DB=$ENV-ffp-database")
            yield opened
            assert process.stdin
            process.stdin.close()
    finally:
        process.kill()
