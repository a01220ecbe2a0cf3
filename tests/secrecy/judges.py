"""Everybody who could judge whether a value is a secret: we, and what Checkov brings, in several settings."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checkov.secrets.runner import Runner
from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
from detect_secrets.core.scan import scan_file
from detect_secrets.settings import transient_settings

from settings.secrecy import secret_format, secret_variable

Named = Sequence[tuple[str, str]]
Judge = Callable[[Named, Path], set[int]]  # the places of those that it takes for secrets
_NO_NAME = "SETTING"


@dataclass(frozen=True)
class Score:
    """What one judge made of the corpus."""

    found: int
    false_alarms: int
    seconds: float


def ours(values: Named, _: Path) -> set[int]:
    """As synthesis judges: a variable by name and randomness too, any other text by well-known formats only."""
    return {
        place
        for place, (name, value) in enumerate(values)
        if (secret_format(value) if name == _NO_NAME else secret_variable(name, value))
    }


def score(judge: Judge, secrets: Named, variables: Named, texts: Sequence[str], folder: Path) -> Score:
    """How many secrets a judge finds, and how many harmless values it takes for secrets."""
    started = time.perf_counter()
    found = judge(secrets, folder)
    alarms = [*judge(variables, folder), *judge([(_NO_NAME, text) for text in texts], folder)]
    return Score(len(found), len(alarms), time.perf_counter() - started)


def _in_a_file(ending: str, line: str, scan: Callable[[Path], set[int]]) -> Judge:
    """Writes each value to a line of its own, as `name` and `value` stand in the pattern, and scans that file."""

    def judge(values: Named, folder: Path) -> set[int]:
        path = folder / f"values{ending}"
        lines = [line.format(name=name, value=json.dumps(value)) for name, value in values]
        path.write_text("\n".join(["{", *lines, "}", ""]))
        return {number - 2 for number in scan(path)}

    return judge


def detect_secrets(**limits: float) -> Callable[[Path], set[int]]:
    """All plugins of bc-detect-secrets; `Base64` and `Hex` set their bits a character, 8 switches one off."""
    plugins: list[Mapping[str, Any]] = []
    for plugin in get_mapping_from_secret_type_to_class().values():
        name = plugin.__name__
        alphabet = name.removesuffix("HighEntropyString")
        plugins.append({"name": name, "limit": limits[alphabet]} if alphabet in limits else {"name": name})

    def scan(path: Path) -> set[int]:
        with transient_settings({"plugins_used": plugins}):
            return {each.line_number for each in scan_file(str(path))}

    return scan


def checkov(path: Path) -> set[int]:
    """Checkov's own runner, with the plugins that it has without a platform's key."""
    return {check.file_line_range[0] for check in Runner().run(None, files=[str(path)]).failed_checks}


def _with_our_names(judge: Judge) -> Judge:
    def both(values: Named, folder: Path) -> set[int]:
        return judge(values, folder) | {place for place, (name, _) in enumerate(values) if secret_variable(name, None)}

    return both


_JSON, _PYTHON, _ENV = (".json", '"{name}": {value},'), (".py", "{name} = {value}"), (".env", "{name}={value}")
THEIRS: dict[str, Judge] = {
    "bc-detect-secrets as it comes": _in_a_file(*_JSON, detect_secrets()),
    "its formats and keywords only": _in_a_file(*_JSON, detect_secrets(Base64=8, Hex=8)),
    "with 4 bits a character": _in_a_file(*_JSON, detect_secrets(Base64=4, Hex=2.5)),
    "with 3.6 bits a character": _in_a_file(*_JSON, detect_secrets(Base64=3.6, Hex=2.5)),
    "as it comes, with our names": _with_our_names(_in_a_file(*_JSON, detect_secrets())),
    "with 4 bits, and our names": _with_our_names(_in_a_file(*_JSON, detect_secrets(Base64=4, Hex=2.5))),
    "Checkov's runner on JSON": _in_a_file(*_JSON, checkov),
    "Checkov's runner on Python": _in_a_file(*_PYTHON, checkov),
    "Checkov's runner on .env": _in_a_file(*_ENV, checkov),
}
