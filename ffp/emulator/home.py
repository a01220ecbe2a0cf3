"""The folder of one emulator, where it keeps all that it writes, but for PostgreSQL's files where root runs it."""

import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from ffp.files import put_in_place
from ffp.project import BUILD, ROOT

COMPLETION = ROOT / "ffp/emulator/ministack"  # what completes MiniStack, and is its working folder
ENVIRONMENT = BUILD / "ministack"  # Python, MiniStack and PostgreSQL, as `make emulator` installs them


def is_set_up() -> bool:
    """Whether `make emulator` has put it there."""
    return (ENVIRONMENT / ".venv/.ready").exists()


@dataclass(frozen=True)
class Ports:
    """Where the two servers of an emulator listen, on loopback."""

    cloud: int
    database: int


@dataclass(frozen=True)
class Home:
    """An emulator's folder; two with different folders do not meet."""

    folder: Path = BUILD / "emulator"

    @property
    def certificate_authority(self) -> Path:
        """What clients trust."""
        return self.folder / "client.pem"

    @property
    def certificate(self) -> Path:
        return self.folder / "server.pem"

    @property
    def private_key(self) -> Path:
        return self.folder / "server.key"

    @property
    def temporary(self) -> Path:
        """Where the emulator unpacks functions."""
        return self.folder / "tmp"

    @property
    def database(self) -> Path:
        """PostgreSQL's folder. It refuses to run as root, and root's folders are closed to whom it runs as instead."""
        if os.geteuid():
            return self.folder / "postgres"
        return (
            Path(tempfile.gettempdir()) / f"ffp-postgres-{hashlib.sha256(str(self.folder).encode()).hexdigest()[:12]}"
        )

    @property
    def logs(self) -> Path:
        """What the servers say."""
        return self.folder / "logs"

    @property
    def bootstrap(self) -> Path:
        """The bootstrap stack's state, until it has moved into the bucket."""
        return self.folder / "bootstrap"

    @property
    def aws_config(self) -> Path:
        return self.folder / "aws-config"

    @property
    def keys(self) -> Path:
        """The public halves of the playback keys that are the platform's own."""
        return self.folder / "keys"

    @property
    def terraform_config(self) -> Path:
        """Terraform's CLI configuration: where it finds its provider."""
        return self.folder / "terraform.rc"

    def token(self, role: str) -> Path:
        """The token with which this role of CI is taken on."""
        return self.folder / f"token-{role}"

    @property
    def users(self) -> Path:
        """The users to try the platform with, and their passwords, which open nothing else."""
        return self.folder / "users.json"

    @property
    def coming_up(self) -> Path:
        """There while a run brings the platform up, and after one that was killed or interrupted."""
        return self.folder / "coming-up"

    @property
    def is_up(self) -> bool:
        """Whether a run brought the platform up and came to its end."""
        return self.users.exists() and not self.coming_up.exists()

    def deployed(self, stack: str) -> Path:
        """What was deployed last, and the state that it led to."""
        return self.folder / f"deployed-{stack}"

    @property
    def _ports_file(self) -> Path:
        return self.folder / "ports.json"

    @property
    def ports(self) -> Ports:
        """Raises FileNotFoundError before the first start."""
        return Ports(**json.loads(self._ports_file.read_text(encoding="utf-8")))

    def renew(self, ports: Ports) -> None:
        """Empties the folder for an emulator that starts from nothing."""
        self.remove()
        for folder in (self.folder, self.temporary, self.bootstrap, self.logs):
            folder.mkdir(parents=True, mode=0o700)
        write_private(self._ports_file, json.dumps(asdict(ports)))

    def remove(self) -> None:
        """Removes all that the emulator wrote; nothing of it may still run."""
        for folder in (self.folder, self.database):
            shutil.rmtree(folder, ignore_errors=True)


def write_private(path: Path, text: str) -> None:
    """Writes a file whole, readable by its owner only."""
    with put_in_place(path, text, mode=0o600):
        pass
