"""The command `ffp keys`, for the key pairs that sign playback URLs."""

from typing import Annotated

import typer

from ffp import keys
from ffp.emulator import commands as emulator
from ffp.known import settings_with
from ffp.progress import messages

app = typer.Typer(no_args_is_help=True)


@app.callback()
def group() -> None:
    """Keeps the name `new` of the only command."""


@app.command("new")
def new_command(
    environment: Annotated[str, typer.Argument(help="dev, staging, prod, or local, which must be running.")],
) -> None:
    """Create a key pair: a public key to review and deploy, and a private key that only Secrets Manager stores."""
    settings = settings_with(environment)[environment]
    playback_keys = emulator.playback_keys() if settings.emulated else keys.PlaybackKeys.on_aws(settings)
    renewed = playback_keys.renew()
    what = "is new" if renewed.is_new else "from an earlier run is not deployed yet, so no other key was created"
    remedy = "run `make local` to deploy it" if settings.emulated else "review it, commit it, deploy it"
    messages.print(f"{renewed.file}: this key {what}; {remedy}. Until then, the previous key signs.", markup=False)
