"""A fake Terraform with "AWS" in a folder. It can kill its parent process before, during or after a command."""

import json
import os
import signal
import sys
from pathlib import Path

world, command = Path(os.environ["FAKE_WORLD"]), " ".join(sys.argv[1:])
record, override = Path(".terraform/terraform.tfstate"), Path("zz_bootstrap_override.tf.json")
bucket, remote = world / "bucket", world / "bucket" / "state"


def die_at(moment: str) -> None:
    when, _, where = os.environ.get("FAKE_KILL", "").partition(":")
    if when == moment and command.startswith(where) and where:
        os.kill(os.getppid(), signal.SIGKILL)
        sys.exit(1)


def state_file() -> Path:
    where = record.read_text()
    return remote if where == "s3" else Path(where)


with (world / "calls").open("a") as calls:
    calls.write(command + "\n")
die_at("before")
if sys.argv[1] == "init":
    before = record.read_text() if record.exists() else ""
    local = json.loads(override.read_text())["terraform"]["backend"]["local"]["path"] if override.exists() else None
    if not local and not bucket.exists():
        sys.exit("Error: Failed to get existing workspaces: S3 bucket does not exist.")
    if os.environ.get("FAKE_REFUSES"):
        sys.exit("Error: AccessDenied")
    if "-migrate-state" in sys.argv and before not in ("", "s3"):
        die_at("in")
        state = json.loads(Path(before).read_text())
        if os.environ.get("FAKE_LOSES"):
            state["resources"].pop()
        remote.write_text(json.dumps(state))
    record.parent.mkdir(exist_ok=True)
    record.write_text(local or "s3")
elif sys.argv[1] == "apply":
    file = state_file()
    state = json.loads(file.read_text()) if file.exists() else {"lineage": "one", "resources": []}
    for name in ("bucket", "role"):
        if name not in [resource["name"] for resource in state["resources"]]:
            (world / "made").open("a").write(name + "\n")
            bucket.mkdir(exist_ok=True)
            instance = {"attributes": {"id": os.urandom(4).hex()}}
            state["resources"].append({"mode": "managed", "type": "aws", "name": name, "instances": [instance]})
            file.write_text(json.dumps(state))
        die_at("in")
elif sys.argv[1:] == ["state", "pull"]:
    nothing = {"version": 4, "serial": 0, "lineage": "", "outputs": {}, "resources": []}
    print(state_file().read_text() if state_file().exists() else json.dumps(nothing))
die_at("after")
