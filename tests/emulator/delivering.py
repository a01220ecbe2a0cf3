"""Runs `ffp` as a process of its own on the small platform, which stands in for `local`.

What a small platform lacks is left out: it is cut down from a synthesised stack, so nothing is synthesised or scanned,
and the commit is one that git does not know.
"""

import subprocess
import sys
from pathlib import Path
from unittest import mock

from ffp import cli, compare, git, scan, stacks
from ffp.deliver import commands as deliver
from ffp.deliver import files
from ffp.emulator import commands as emulator
from ffp.emulator.launch import Launch
from ffp.project import ROOT
from tests.emulator.small_platform import PATIENCE_SECONDS, SmallPlatform, make

_COMMIT = "c" * 40


def ffp(platform: SmallPlatform, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """The command, as somebody in a terminal of 100 columns who types this."""
    where = [str(each) for each in (platform.account.home.folder.parent, platform.source)]
    return subprocess.run(
        [sys.executable, "-m", __name__, *where, *arguments],
        input=typed,
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=PATIENCE_SECONDS,
    )


def _main(folder: str, source: str, *arguments: str) -> None:
    platform = make(Path(folder), Path(source))
    deployed = {each.name: each for each in stacks.load(platform.output)}
    sys.argv = ["ffp", *arguments]
    with (
        mock.patch.object(emulator, "_launch", return_value=Launch(platform)),
        mock.patch.object(deliver, "_synthesise"),
        mock.patch.object(files, "FOLDER", Path(folder) / "deliver"),
        mock.patch.object(git, "head", return_value=_COMMIT),
        mock.patch.object(git, "changes", return_value=[]),
        mock.patch.object(compare, "commit_of", return_value="b" * 40),
        mock.patch.object(compare, "of_commit", return_value=deployed),
        mock.patch.object(scan, "scan", return_value=[]),  # what was cut off leaves waivers without a use
    ):
        cli.main()


if __name__ == "__main__":
    _main(*sys.argv[1:])
