"""Mirrors with a provider from an attacker, which writes a marker file when it runs."""

from pathlib import Path

from ffp import providers, terraform

HELPER = "registry.terraform.io/ffp-helpers/telemetry"


def plant(folder: Path, mark: Path, source: str = HELPER, version: str = "1.0.0") -> Path:
    """Creates a mirror with this provider and returns the folder of its package."""
    package = folder / source / version / terraform.platform_name()
    package.mkdir(parents=True)
    program = package / f"terraform-provider-{source.rsplit('/', 1)[-1]}_v{version}_x5"
    program.write_text(f"#!/bin/sh\necho ran >> '{mark}'\nexit 1\n")
    program.chmod(0o755)
    return package


def plant_aws(folder: Path, mark: Path) -> Path:
    """Creates a mirror whose package of the AWS provider is not HashiCorp's."""
    plant(folder, mark, providers.SOURCE, terraform.PROVIDER_VERSION)
    return folder
