"""The ids of machines' app clients, each machine's in a reviewed file: `ffp clients new` makes a client and writes it.

Terraform makes no such client: the AWS provider would write its secret into the state.
"""

from pathlib import Path

from settings.code import ROOT

FOLDER = ROOT / "environments" / "clients"
CLIENT_ID = r"[A-Za-z0-9]{20,32}"  # Cognito's have 26 characters, and the secrets of its clients more than 40


def client_secret(machine: str) -> str:
    """The name of the secret with the id and the secret of a machine's app client, without the prefix."""
    return f"client-{machine}"


def file_of(environment: str, name: str, folder: Path = FOLDER) -> Path:
    """The file with the ids of a machine's app clients, one a line."""
    return folder / f"{environment}-{name}.txt"


def ids_of(environment: str, name: str, folder: Path = FOLDER) -> tuple[str, ...]:
    """The ids of a machine's app clients, during a renewal the old one and the new one; none before the first is made.

    The settings check their form.
    """
    file = file_of(environment, name, folder)
    return tuple(file.read_text(encoding="ascii", errors="replace").splitlines()) if file.is_file() else ()
