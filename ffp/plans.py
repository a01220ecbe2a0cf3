"""The offline plans of all stacks, made from the provider release that judges without a network."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from ffp import stacks, synth, terraform
from ffp.project import BUILD, BadInputError
from settings.releases import OFFLINE

WORKERS = 2  # a plan keeps about one core busy
OUTPUT = BUILD / "plan-lens"


def make(names: Sequence[str], report: Callable[[str], object]) -> dict[str, Path]:
    """Synthesises the stacks for the offline release and plans them: the plan's JSON file by stack."""
    found = terraform.find()
    if found is None:
        raise BadInputError("plan: no Terraform with an AWS provider mirror found; `ffp doctor` says what is missing")
    report(f"synthesising with provider release {OFFLINE}")
    code, _ = synth.start(names, release=OFFLINE, out=OUTPUT).finish()
    if code:
        raise SystemExit(code)
    loaded = stacks.load(OUTPUT, names)
    return plan(found, [stack.path.parent for stack in loaded], report)


def plan(found: terraform.Terraform, folders: Sequence[Path], report: Callable[[str], object]) -> dict[str, Path]:
    """Plans synthesised stacks, several at a time; TerraformError names the first stack that is refused."""
    made = {}
    with ThreadPoolExecutor(WORKERS) as pool:
        running = {pool.submit(found.plan_json, folder): folder.name for folder in folders}
        for done in as_completed(running):
            name = running[done]
            try:
                made[name] = done.result()
            except terraform.TerraformError as error:
                pool.shutdown(cancel_futures=True)
                raise terraform.TerraformError(f"{name}: {error}") from None
            report(f"planned {name} ({len(made)} of {len(folders)})")
    return made
