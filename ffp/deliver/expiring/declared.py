"""What ends by the settings and the synthesised stacks: waivers, silences, allowed drift, runtimes and versions."""

from collections.abc import Iterator, Sequence
from datetime import date

from cryptography import x509
from cryptography.x509.oid import NameOID

from ffp import terraform
from ffp.deliver.expiring.soon import is_near
from ffp.deliver.nightly import Finding, Look
from ffp.scan.waivers import expiry
from ffp.stacks import SynthesisedStack
from settings import Environment
from settings.code import LIBRARY, ROOT
from settings.lifecycles import POSTGRESQL, RUNTIMES, TERRAFORM

_TABLE = "settings/lifecycles.py"


def looks(settings: Environment, stacks: Sequence[SynthesisedStack], today: date) -> Iterator[Look]:
    """What can be looked at without an account."""
    yield Look("waivers", lambda: _waivers(stacks, today))
    yield Look("silences", lambda: _accepted(settings, today))
    yield Look("runtimes", lambda: _runtimes(stacks, today))
    yield Look("PostgreSQL", lambda: _postgresql(stacks, today))
    yield Look("root certificates", lambda: _roots(settings, today))
    yield Look("Terraform", lambda: _terraform(terraform.version(terraform.require_program()), today))


def _waivers(stacks: Sequence[SynthesisedStack], today: date) -> Iterator[Finding]:
    """One finding for each last day, since waivers are reviewed together."""
    by_day: dict[date, dict[str, int]] = {}
    for stack in stacks:
        for block in stack.blocks:
            for check, waiver in block.waivers.items():
                if (day := expiry(waiver)) and is_near(day, today):  # the scan refuses one without a day
                    checks = by_day.setdefault(day, {})
                    checks[check] = checks.get(check, 0) + 1
    for day, checks in by_day.items():
        listed = ", ".join(f"{check} ({count})" for check, count in sorted(checks.items()))
        yield Finding(
            f"waivers until {day}",
            f"{sum(checks.values())} waivers end, and the scan then finds {listed}",
            "review each reason, repair what can be repaired, and move NEXT_REVIEW in modules/common/waivers.py",
            day,
        )


def _accepted(settings: Environment, today: date) -> Iterator[Finding]:
    for silence in settings.silenced:
        if is_near(day := date.fromisoformat(silence.until), today):
            remedy = "remove it if the change is deployed, or decide again until when"
            yield Finding(f"silenced[{silence.address}]", f"the silence ends: {silence.because}", remedy, day)
    for allowed in settings.allowed_drift:
        if is_near(day := date.fromisoformat(allowed.until), today):
            place = f"allowed_drift[{allowed.address}.{allowed.attribute}]"
            remedy = "take the change into the code, let a deploy undo it, or decide again until when"
            yield Finding(place, f"the drift is no longer allowed: {allowed.because}", remedy, day)


def _runtimes(stacks: Sequence[SynthesisedStack], today: date) -> Iterator[Finding]:
    functions: dict[str, list[str]] = {}
    for stack in stacks:
        for block in stack.of_type("aws_lambda_function"):
            if runtime := block.attributes.get("runtime"):
                functions.setdefault(str(runtime), []).append(block.address)
    for runtime, addresses in functions.items():
        yield from _supported(
            f"runtime {runtime}",
            f"Lambda's runtime of {len(addresses)} functions, such as {addresses[0]}",
            RUNTIMES.get(runtime),
            today,
            "choose a newer runtime in the application's functions, and try it in dev",
        )


def _postgresql(stacks: Sequence[SynthesisedStack], today: date) -> Iterator[Finding]:
    versions = {
        str(block.attributes.get("engine_version")).split(".")[0]: block.address
        for stack in stacks
        for block in stack.of_type("aws_db_instance")
    }
    for major, address in versions.items():
        remedy = "upgrade: docs/deployment.md, A new major version of PostgreSQL"
        yield from _supported(f"PostgreSQL {major}", f"the version of {address}", POSTGRESQL.get(major), today, remedy)


def _terraform(version: str, today: date) -> Iterator[Finding]:
    minor = ".".join(version.split(".")[:2])
    remedy = "take a newer release in .github/actions/set-up, and on every machine that deploys"
    yield from _supported(f"Terraform {minor}", f"the release {version}", TERRAFORM.get(minor), today, remedy)


def _supported(place: str, what: str, until: date | None, today: date, remedy: str) -> Iterator[Finding]:
    """A finding if support ends soon, or if nobody knows when it ends."""
    if until is None:
        yield Finding(place, f"nobody knows how long {what} is supported", f"look it up, and add it to {_TABLE}")
    elif is_near(until, today):
        yield Finding(place, f"its makers no longer support {what}", remedy, until)


def _roots(settings: Environment, today: date) -> Iterator[Finding]:
    """RDS's root certificates, by which handlers verify the database."""
    file = ROOT / LIBRARY / f"rds-{settings.region}.pem"
    if not file.is_file():  # settings refuse a database in such a region
        return
    for certificate in x509.load_pem_x509_certificates(file.read_bytes()):
        day = certificate.not_valid_after_utc.date()
        if is_near(day, today):
            name = str(certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)
            remedy = f"save RDS's present roots of {settings.region} to {file.relative_to(ROOT).as_posix()}, and deploy"
            yield Finding(name, "handlers then trust no database with a certificate of it", remedy, day)
