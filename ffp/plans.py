"""Offline plans of stacks, created with the provider release that can plan without a network."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from ffp import stacks, synth, terraform
from ffp.project import BUILD, BadInputError
from settings.releases import OFFLINE

WORKERS = 2  # a plan keeps about one core busy
OUTPUT = BUILD / "plan-lens"


def make(names: Sequence[str], report: Callable[[str], object]) -> dict[str, Path]:
    """Synthesises the stacks for the offline release and plans them. Returns each plan's JSON file by stack.

    Raises BadInputError if Terraform or its provider mirror is missing.
    """
    terraform_setup = terraform.find()
    if terraform_setup is None:
        raise BadInputError(
            "plan: no Terraform with an AWS provider mirror was found; `ffp doctor` shows what is missing"
        )
    report(f"synthesising with provider release {OFFLINE}")
    code, _ = synth.start(names, release=OFFLINE, out=OUTPUT).finish()
    if code:
        raise SystemExit(code)
    loaded = stacks.load(OUTPUT, names)
    return plan(terraform_setup, [stack.path.parent for stack in loaded], report)


def plan(
    terraform_setup: terraform.Terraform, folders: Sequence[Path], report: Callable[[str], object]
) -> dict[str, Path]:
    """Plans synthesised stacks in parallel. Raises TerraformError with the name of the first stack that fails."""
    plans = {}
    with ThreadPoolExecutor(WORKERS) as pool:
        running = {pool.submit(terraform_setup.plan_json, folder): folder.name for folder in folders}
        for done in as_completed(running):
            name = running[done]
            try:
                plans[name] = done.result()
            except terraform.TerraformError as error:
                pool.shutdown(cancel_futures=True)
                raise terraform.TerraformError(f"{name}: {error}") from None
            report(f"planned {name} ({len(plans)} of {len(folders)})")
    return plans
