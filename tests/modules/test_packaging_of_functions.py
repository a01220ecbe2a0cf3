"""The packages as they ship: each handler finds all that it imports, and reads no variable that it is not given."""

import importlib.util
import json
import subprocess
import sys
import zipfile
from collections import defaultdict
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest

from ffp.stacks import SynthesisedStack
from modules.functions.packaging import package
from settings import Environment, Folder, FunctionSettings, environments
from settings.base import InvalidSettings
from tests.modules.template import synthesised
from tests.sample.environments import LOCAL, PROD
from tests.settings.changed import function

# What Lambda's Python brings.
RUNTIME = ("boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six", "urllib3")
PYTHON = "python3.13"
ANY = next(iter(environments.load().values()))
FUNCTIONS: dict[Folder, list[FunctionSettings]] = defaultdict(list)
for _function in ANY.application.functions:
    if isinstance(_function.code, Folder) and _function.runtime.startswith("python"):
        FUNCTIONS[_function.code].append(_function)
SHARED_ONLY = Folder(path="tests/sample/functions/health")
LARGEST_SHARED_BYTES = 620_000

# Looks into two folders and Python's own library; imports handlers, and tells what of the package was loaded.
IMPORTS = """
import importlib, json, sys
from pathlib import Path
package, runtime, *handlers = sys.argv[1:]
sys.path[:0] = [package]
sys.path.append(runtime)
for handler in handlers:
    module, function = handler.split(".")
    assert callable(getattr(importlib.import_module(module), function))
from ffp_lambda import log
log.write("imported", request_id="1")
files = [module.__file__ for module in sys.modules.values() if getattr(module, "__file__", None)]
print(json.dumps(sorted({Path(file).relative_to(package).parts[0] for file in files if file.startswith(package)})))
"""


def _link(name: str, folder: Path) -> None:
    """Puts a package of this environment into `folder`."""
    found = importlib.util.find_spec(name)
    assert found is not None
    assert found.origin is not None
    origin = Path(found.origin)
    source = origin.parent if origin.name == "__init__.py" else origin
    (folder / source.name).symlink_to(source)


def _unpack(code: Folder, folder: Path) -> tuple[Path, Path]:
    """The package, and the runtime's folder; machine code for Lambda's processors is replaced by this machine's."""
    unpacked, runtime = folder / "package", folder / "runtime"
    runtime.mkdir()
    with zipfile.ZipFile(package(code, PYTHON, "arm64").path) as archive:
        names = archive.namelist()
        machine = {PurePosixPath(name).parts[0] for name in names if name.endswith(".so")}
        archive.extractall(unpacked, [name for name in names if PurePosixPath(name).parts[0] not in machine])
    for name in (*RUNTIME, *(each.split(".")[0] for each in machine)):
        _link(name, runtime)
    return unpacked, runtime


@pytest.mark.parametrize("code", FUNCTIONS, ids=lambda code: code.path)
def test_handlers_import_from_their_own_package_alone(
    all_stacks: dict[str, SynthesisedStack], code: Folder, tmp_path: Path
) -> None:
    unpacked, runtime = _unpack(code, tmp_path)
    blocks = all_stacks[ANY.name].by_address
    environment = {"AWS_DEFAULT_REGION": ANY.region}
    for each in FUNCTIONS[code]:
        block = blocks[f"aws_lambda_function.function-{each.name}_function"]
        environment |= block.attributes["environment"]["variables"]
    handlers = [each.handler for each in FUNCTIONS[code]]
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", IMPORTS, str(unpacked), str(runtime), *handlers],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    line, places = map(json.loads, done.stdout.splitlines())
    assert line["action"] == "imported"
    assert {"aws_lambda_powertools", "ffp_lambda", "jmespath", "typing_extensions.py"} <= set(places)


def test_what_all_functions_carry_is_pure_python_and_small() -> None:
    with zipfile.ZipFile(package(SHARED_ONLY, PYTHON, "arm64").path) as archive:
        assert {PurePosixPath(name).suffix for name in archive.namelist()} <= {".py", ".pem", ".typed", ""}
    assert package(SHARED_ONLY, PYTHON, "arm64").path.stat().st_size < LARGEST_SHARED_BYTES


def _without_packages(settings: Environment) -> Environment:
    made = settings
    for each in settings.application.functions:
        if isinstance(each.code, Folder) and each.code.packages:
            made = function(each.name, made, code=replace(each.code, packages=()))
    return made


def test_synthesis_refuses_functions_whose_packages_were_forgotten() -> None:
    with pytest.raises(InvalidSettings) as refused:
        synthesised(_without_packages(PROD))
    told = list(map(str, refused.value.problems))
    assert any("import pg8000" in each and 'add "pg8000" to `packages`' in each for each in told)


def test_on_the_emulator_everybody_has_the_packages_of_all() -> None:
    assert synthesised(_without_packages(LOCAL)).stack.by_address
