"""After all that was tried: the platform's secret values are known here, and looked for wherever none may lie."""

import base64
import json
import secrets
import shutil
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil
import pytest

from ffp import stacks
from ffp.emulator.platform import Platform
from ffp.emulator.smoke.walk import Walk
from ffp.smoke import routes
from tests.emulator.chosen import APPLICATION, FUNCTION, answering

Texts = Iterator[tuple[str, str]]  # where each lies, and what it says
SHORTEST = 12  # characters of a key's last line: fewer could stand somewhere by chance


def forms(value: str) -> set[str]:
    """A value as it could be written down: as it is, in JSON, in JSON within JSON, in an address, in base64."""
    in_json = json.dumps(value)[1:-1]
    written = {value, in_json, json.dumps(in_json)[1:-1], quote(value, safe="")}
    # Go, and with it Terraform, escapes these too.
    written |= {in_json.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")}
    for before in range(3):  # bytes of whatever stands before it in the same base64
        whole = bytes(before) + value.encode()
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            written.add(encode(whole)[4 if before else 0 : len(whole) // 3 * 4].decode())
    return written


@dataclass(frozen=True)
class Known:
    """Secret values by their names, which alone a failed test may print."""

    values: Mapping[str, str] = field(repr=False)


def find(known: Known, texts: Iterable[tuple[str, str]]) -> list[str]:
    """Which value lies where, by their names alone."""
    wanted = {name: forms(value) for name, value in known.values.items()}
    return sorted(
        {f"{name} in {where}" for where, text in texts for name in wanted if any(form in text for form in wanted[name])}
    )


def parts(name: str, value: str) -> Iterator[tuple[str, str]]:
    """What of a secret must lie nowhere: a JSON object's values, each line of a private key, or all of it."""
    if value.startswith("-----BEGIN"):
        for number, line in enumerate(value.splitlines()[1:-1], start=1):
            if len(line) >= SHORTEST:
                yield f"{name}, line {number}", line
    elif value.startswith("{"):
        for key, each in json.loads(value).items():
            if key != "username":
                yield f"{name}, {key}", str(each)
    else:
        yield name, value


@pytest.fixture(scope="module")
def known(walk: Walk, platform: Platform) -> Known:
    """Every secret value that there is."""
    return Known(dict(part for name, value in _secrets(walk, platform) for part in parts(name, value.strip())))


def _secrets(walk: Walk, platform: Platform) -> Iterator[tuple[str, str]]:
    home = platform.account.home
    manager = walk.client("secretsmanager")
    for secret in manager.list_secrets()["SecretList"]:
        for version in manager.list_secret_version_ids(SecretId=secret["ARN"], IncludeDeprecated=True)["Versions"]:
            found = manager.get_secret_value(SecretId=secret["ARN"], VersionId=version["VersionId"])
            if "SecretString" in found:
                yield f"{secret['Name']} {version['VersionId']}", found["SecretString"]
    roles = {role.name: role for role in APPLICATION.tenancy.roles}
    for user in walk.users:
        yield f"password of {user.name}", user.password
        tokens = walk.sign_in(user)
        route = routes.simplest(each for each in answering() if each.admits(roles[user.role]))
        if route:
            assert walk.follow(route.key, token=tokens.access).status_code not in REFUSED
    for (user, _), tokens in walk.signed_in.items():
        for kind, token in vars(tokens).items():
            yield f"{kind} token of {user.name}", token.rpartition(".")[2]  # without its signature it opens nothing
    for role in ("deploy", "plan"):
        yield f"CI's token for the {role} role", home.token(role).read_text(encoding="utf-8")
    yield "password of the database's own superuser", (home.database / "password").read_text(encoding="ascii")
    yield "the servers' private key", home.private_key.read_text(encoding="ascii")


def _states(platform: Platform, _: Path) -> Texts:
    objects = platform.account.client(platform.account.root, "s3")
    bucket = platform.account.name(f"state-{platform.account.settings.account_id}")
    for page in objects.get_paginator("list_object_versions").paginate(Bucket=bucket):
        for each in page.get("Versions", []):
            found = objects.get_object(Bucket=bucket, Key=each["Key"], VersionId=each["VersionId"])
            yield f"{each['Key']} {each['VersionId']}", found["Body"].read().decode()


def _plan(platform: Platform, folder: Path) -> Texts:
    scratch = replace(platform, output=folder)
    shutil.copytree(platform.folder, scratch.folder, ignore=shutil.ignore_patterns(".terraform"))
    scratch.init()
    scratch.run("plan", "-input=false", "-out=plan", "-lock-timeout=60s")
    yield "the plan as JSON", scratch.run("show", "-json", "plan")
    with zipfile.ZipFile(scratch.folder / "plan") as plan:
        for name in plan.namelist():
            yield f"the plan's {name}", plan.read(name).decode(errors="replace")


def _synthesised(platform: Platform, _: Path) -> Texts:
    for file in platform.output.glob(f"{stacks.STACKS}/*/{stacks.FILE_NAME}"):
        yield str(file.relative_to(platform.output)), file.read_text(encoding="utf-8")


def _environment_variables(platform: Platform, _: Path) -> Texts:
    functions = platform.account.client(platform.account.root, "lambda")
    for page in functions.get_paginator("list_functions").paginate():
        for each in page["Functions"]:
            found = functions.get_function_configuration(FunctionName=each["FunctionName"], Qualifier="live")
            for name, value in found["Environment"]["Variables"].items():
                yield f"{each['FunctionName']}'s {name}", value


def _log_events(platform: Platform, _: Path) -> Texts:
    logs = platform.account.client(platform.account.root, "logs")
    for page in logs.get_paginator("describe_log_groups").paginate():
        for group in page["logGroups"]:
            name = group["logGroupName"]
            for events in logs.get_paginator("filter_log_events").paginate(logGroupName=name):
                yield name, "\n".join(event["message"] for event in events["events"])


def _server_logs(platform: Platform, _: Path) -> Texts:
    for file in sorted(platform.account.home.logs.iterdir()):
        yield file.name, file.read_text(encoding="utf-8", errors="replace")


def _command_lines(_platform: Platform, _: Path) -> Texts:
    for process in psutil.process_iter(["cmdline"]):
        yield f"process {process.pid}", " ".join(process.info["cmdline"] or ())


NAME = f"local-ffp-{FUNCTION}"
REFUSED = (401, 403)  # the statuses for a caller without a valid token, and for one without the scopes
# Each place, and a word that shows that it was read.
PLACES: dict[str, tuple[Callable[[Platform, Path], Texts], str]] = {
    "state": (_states, NAME),
    "plan": (_plan, NAME),
    "synthesised JSON": (_synthesised, NAME),
    "environment variables": (_environment_variables, APPLICATION.tenancy.tenant),
    "log groups": (_log_events, APPLICATION.tenancy.log_field),
    "the servers' logs": (_server_logs, "database system is ready"),
    "command lines": (_command_lines, "hypercorn"),
}


@pytest.mark.parametrize("place", PLACES)
def test_no_secret_value_lies_there(place: str, known: Known, platform: Platform, tmp_path: Path) -> None:
    read, landmark = PLACES[place]
    texts = list(read(platform, tmp_path))
    was_read, found = find(Known({"landmark": landmark}), texts), find(known, texts)
    assert was_read
    assert not found, "\n".join(found)


def test_values_of_every_kind_are_known(known: Known) -> None:
    database = ("rds!",) if APPLICATION.uses_database else ()
    own = (secret.name for secret in APPLICATION.secrets)
    kinds = (*database, *own, "password of", "access token", "private key")
    assert [kind for kind in kinds if not any(kind in name for name in known.values)] == []


def test_secret_in_a_log_event_is_found(platform: Platform, tmp_path: Path) -> None:
    logs = platform.account.client(platform.account.root, "logs")
    group = logs.describe_log_groups()["logGroups"][0]["logGroupName"]
    where: dict[str, Any] = {"logGroupName": group, "logStreamName": f"planted-{secrets.token_hex(4)}"}
    planted = secrets.token_urlsafe(24)
    logs.create_log_stream(**where)
    try:
        event = {"timestamp": int(time.time() * 1000), "message": json.dumps({"password": planted})}
        logs.put_log_events(**where, logEvents=[event])
        assert find(Known({"it": planted}), _log_events(platform, tmp_path)) == [f"it in {group}"]
    finally:
        logs.delete_log_stream(**where)


@pytest.mark.parametrize(
    "written",
    [
        'a password: {"quoted"}&<more>!',
        json.dumps('{"quoted"}&<more>!'),
        json.dumps(json.dumps('{"quoted"}&<more>!')),
        '{\\"quoted\\"}\\u0026\\u003cmore\\u003e!',
        quote('{"quoted"}&<more>!'),
        *(base64.b64encode(f'{before}{{"quoted"}}&<more>!, and more'.encode()).decode() for before in ("", "1", "12")),
        base64.urlsafe_b64encode(b'>>>{"quoted"}&<more>!???').decode(),
    ],
)
def test_secret_is_found_however_it_is_written(written: str) -> None:
    assert find(Known({"it": '{"quoted"}&<more>!'}), [("there", written)]) == ["it in there"]


def test_half_a_secret_is_not_found() -> None:
    texts = [("there", "a-long-pass word"), ("there", base64.b64encode(b"a-long-pass word").decode())]
    assert find(Known({"it": "a-long-password"}), texts) == []
