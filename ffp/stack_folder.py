"""What may lie in a stack's folder: Terraform obeys each configuration there, and the scan reads only the stack's own.

Everything else is refused and left where it is: an override file beside a stack is applied although nothing judged it,
and a package that was exchanged runs although its hash was reviewed.
"""

import base64
import fnmatch
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ffp.project import BUILD, ROOT, BadInputError
from settings.environment import EMULATED

FILE_NAME = "cdk.tf.json"
ASSETS = "assets"

# What Terraform leaves beside a stack, none of it ours to lose. A state that it could not write to its backend is in
# errored.tfstate, and nowhere else. No name here ends as Terraform's configurations and variables do.
_STATE = "terraform.tfstate"
_STATES = (_STATE, f"{_STATE}.backup", f"{_STATE}.*.backup", "errored.tfstate")
_LOCK_OF_STATE = f".{_STATE}.lock.info"  # goes with the run that made it, unless that is killed
_INITIALISED = ".terraform"
# No modules, since no stack calls one, and no choice of a workspace. The state here tells the backend, and has a lock.
_IN_INITIALISED = ("providers", _STATE, _LOCK_OF_STATE)
_LEFT_BY_TERRAFORM = (_INITIALISED, _LOCK_OF_STATE)
_SAVED_PLAN = ".tfplan"  # made from one synthesis, and worth nothing after the next
LOCK = ".terraform.lock.hcl"  # of one release of the provider: each synthesis brings the right one

BOOTSTRAP_OVERRIDE = "zz_bootstrap_override.tf.json"
# Sorted before the override of `ffp bootstrap`, whose backend must win while it is there.
EMULATOR_OVERRIDE = "emulator_override.tf.json"


# Where the override of `ffp emulator up` sets something; `*` is one name. Whatever else it set would escape the scan.
_OF_EMULATOR = {
    "terraform.backend.s3.**",
    *(
        f"provider.aws.*.{setting}"
        for setting in (
            *("alias", "profile", "shared_config_files.*", "custom_ca_bundle", "max_retries", "s3_use_path_style"),
            *("assume_role_with_web_identity.*", "endpoints.*.sts"),
        )
    ),
    "resource.aws_db_instance.*.port",
    "resource.aws_cloudfront_public_key.*.encoded_key",
    "resource.aws_cloudfront_public_key.*.name",
    "resource.aws_lambda_function.*.environment.variables.*",
}


def require_ours(folders: Iterable[Path]) -> None:
    """Raises BadInputError with everything in these stacks' folders that is not as synthesis and Terraform left it."""
    checks = (strangers, changed_assets, hidden_keys)
    if found := [problem for folder in folders for check in checks for problem in check(folder)]:
        raise BadInputError(*found)


def is_state(name: str) -> bool:
    """Whether this is the name of a state."""
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in _STATES)


def is_left(name: str) -> bool:
    """Whether the next synthesis leaves an entry of this name beside the stack: Terraform's, or an override of ours."""
    return name in (*_LEFT_BY_TERRAFORM, *_OVERRIDES) or is_state(name)


def own_files(folder: Path) -> list[Path]:
    """What synthesis wrote: the stack and its assets."""
    return [folder / FILE_NAME, *(path for path in sorted((folder / ASSETS).rglob("*")) if not _is_folder(path))]


def strangers(folder: Path) -> Iterator[str]:
    """A line for each entry of a stack's folder that is not the stack's, Terraform's, or an override of ours."""
    for entry in sorted(folder.iterdir()):
        of_its_kind = _is_folder(entry) if entry.name in (ASSETS, _INITIALISED) else _is_file(entry)
        known = entry.name in (FILE_NAME, ASSETS, LOCK) or is_left(entry.name) or entry.name.endswith(_SAVED_PLAN)
        if not (known and of_its_kind):
            yield _foreign(entry)
        elif entry.name == _INITIALISED:
            yield from (_foreign(inner) for inner in sorted(entry.iterdir()) if inner.name not in _IN_INITIALISED)
        elif entry.name in _OVERRIDES and not _OVERRIDES[entry.name](entry):
            yield _problem(entry, "sets what `ffp` does not set there, and no scan reads it", "move it away")


def changed_assets(folder: Path) -> Iterator[str]:
    """A line for each asset of a stack whose SHA-256 is not in every block that names the asset."""
    file, *assets = own_files(folder)
    if not assets:
        return
    stack = json.loads(file.read_text(encoding="utf-8"))
    blocks = [
        {value for value in block.values() if isinstance(value, str)}
        for named in stack.get("resource", {}).values()
        for block in named.values()
    ]
    for path in assets:
        name = path.relative_to(folder).as_posix()
        naming = [values for values in blocks if name in values]
        if not naming or not _is_file(path):
            yield _problem(path, "is no asset of this stack", "move it away")
            continue
        digest = hashlib.sha256(path.read_bytes())
        hashes = {base64.b64encode(digest.digest()).decode(), digest.hexdigest()}
        if not all(hashes & values for values in naming):
            yield _problem(
                path, "has another hash than the stack names for it", "find out who changed it, and synthesise"
            )


def hidden_keys(folder: Path) -> Iterator[str]:
    """A line where a stack's file names a key twice: Terraform reads both values, a scan only the last."""
    file = folder / FILE_NAME
    try:
        if file.exists():
            _read(file)
    except _TwiceError as twice:
        yield _problem(file, f"names {twice} twice in one object, of which a scan reads the last", "synthesise again")


def bootstrap_folder(environment: str) -> Path:
    """Where an environment's bootstrap state lies until it has moved into the bucket."""
    return BUILD / "bootstrap" / environment


def bootstrap_override(state: Path) -> str:
    """What `ffp bootstrap` puts beside a stack while its state is a local file."""
    return json.dumps({"terraform": {"backend": {"local": {"path": str(state.resolve())}}}})


def _by_bootstrap(file: Path) -> bool:
    environment = file.parent.name.removeprefix("bootstrap-")
    if environment == EMULATED:  # each emulator keeps the state in its own folder
        return _settings(file) == {"terraform.backend.local.path"}
    return file.read_text(encoding="utf-8") == bootstrap_override(bootstrap_folder(environment) / _STATE)


def _by_emulator(file: Path) -> bool:
    settings, of_local = _settings(file), file.parent.name in (EMULATED, f"bootstrap-{EMULATED}")
    return of_local and bool(settings) and all(any(_matches(each, one) for one in _OF_EMULATOR) for each in settings)


# Each with whether a file of this name holds what we write into it.
_OVERRIDES: Mapping[str, Callable[[Path], bool]] = {
    BOOTSTRAP_OVERRIDE: _by_bootstrap,
    EMULATOR_OVERRIDE: _by_emulator,
}


class _TwiceError(ValueError):
    """A key that one object holds twice."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _TwiceError(next(repr(key) for key, _ in pairs if [other for other, _ in pairs].count(key) > 1))
    return found


def _read(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"), object_pairs_hook=_once)


def _settings(file: Path) -> set[str]:
    """The path to everything that an override sets; none where it cannot be read."""
    try:
        return set(_paths(_read(file)))
    except ValueError:
        return set()


def _paths(value: Any, path: str = "") -> Iterator[str]:
    """The path to every value in a JSON tree; an empty list or object is a value."""
    if isinstance(value, dict | list) and value:
        for key, inner in (
            value.items() if isinstance(value, dict) else ((str(i), each) for i, each in enumerate(value))
        ):
            yield from _paths(inner, f"{path}.{key}".strip("."))
    else:
        yield path


def _matches(path: str, pattern: str) -> bool:
    if pattern.endswith(".**"):
        return path.startswith(pattern.removesuffix("**"))
    parts, wanted = path.split("."), pattern.split(".")
    return len(parts) == len(wanted) and all(each in (part, "*") for part, each in zip(parts, wanted, strict=True))


def _is_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _foreign(path: Path) -> str:
    return _problem(
        path,
        "neither synthesis nor Terraform wrote it; Terraform obeys what lies beside a stack, and no scan reads it",
        "move it out of the stack's folder",
    )


def _problem(path: Path, limit: str, remedy: str) -> str:
    shown = path.absolute()
    shown = shown.relative_to(ROOT) if shown.is_relative_to(ROOT) else shown
    return f"{shown}: {limit}; {remedy}"
