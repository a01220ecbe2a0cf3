"""Environment variables that code needs are found without running it, and those that nothing gives are named."""

from pathlib import Path

import pytest

from ffp import calls
from ffp.calls import javascript, python
from ffp.calls.found import VARIABLE, Call
from ffp.calls.variables import giver_of
from ffp.project import ROOT
from ffp.stacks import SynthesisedStack
from settings import ConnectToDatabase, Folder, FunctionGroupSettings, FunctionSettings, SendTo
from settings.code import LIBRARY
from tests.ffp.small_code import HANDLER, files_of
from tests.sample.environments import ALL as SAMPLE

ANY_CODE = Folder(path="tests/sample/functions/health")
VARIABLES = {
    "main.py": {
        "import os\n" + HANDLER + "    os.environ['A_QUEUE_URL']": ["A_QUEUE_URL"],
        "from os import environ as given\nA = given['A']\n" + HANDLER + "    return A": ["A"],
        "import os\n" + HANDLER + "    return os.environ.get('A'), os.getenv('B'), 'C' in os.environ": [],
        "import os\n" + HANDLER + "    os.environ['A'] = '1'\n    del os.environ['B']": [],
        "import os\nNAME = 'A'\n" + HANDLER + "    return os.environ[NAME], os.environ[f'{NAME}_ARN']": [],
        "import os\ndef unused():\n    return os.environ['A']\n" + HANDLER + "    pass": [],
        "environ = {}\n" + HANDLER + "    return environ['A']": [],
    },
    "main.ts": {
        "send(process.env.A_QUEUE_URL);": ["A_QUEUE_URL"],
        "const url = process.env['A']!;": ["A"],
        'import { variable } from "ffp-lambda/environment";\nvariable("A");': ["A"],
        "const url = process.env.A ?? '';": [],
        "const url = process.env.A || other, size = process.env.B?.length;": [],
        "if (process.env.A) {}\nif (process.env.B === 'on') {}": [],
        "process.env.A = '1';": [],
        "// process.env.A": [],
    },
}


@pytest.mark.parametrize("name", VARIABLES)
def test_variables_without_which_the_code_fails_are_read(tmp_path: Path, name: str) -> None:
    for number, (code, expected) in enumerate(VARIABLES[name].items()):
        files = files_of(tmp_path / str(number), code, name)
        found = python.calls_of("main.handler", files) if name.endswith("py") else javascript.calls_of(name, files)
        assert [each.operation for each in found if each.service == VARIABLE] == expected, code


@pytest.mark.parametrize(
    ("variable", "giver"),
    [
        ("ORDERS_QUEUE_URL", None),
        ("ORDER_QUEUE_URL", "write ORDERS_QUEUE_URL"),
        ("ORDERS_QUEUE", "write ORDERS_QUEUE_URL"),
        ("BILLS_QUEUE_URL", "SendTo"),
        ("BILLS_TOPIC_ARN", "PublishTo"),
        ("DATABASE_USER", None),
        ("DATABASE_SECRET_ARN", None),
        ("TABLE_NAME", "environment"),
        ("LEVEL", None),
        ("ENVIRONMENT", None),
        ("AWS_REGION", None),
        ("TZ", None),
    ],
)
def test_a_variable_is_given_by_a_binding_the_function_or_the_platform(variable: str, giver: str | None) -> None:
    function = FunctionSettings(
        name="bill", description="Bills", handler="bill.handler", code=ANY_CODE, environment={"LEVEL": "2"}
    )
    group = FunctionGroupSettings(
        name="bills", functions=(function,), bindings=(SendTo("orders"), ConnectToDatabase()), log_retention_days=30
    )
    assert giver_of(variable, group, function) == giver


def test_a_read_of_a_missing_variable_is_told_unless_the_library_makes_it(
    sample_stacks: dict[str, SynthesisedStack], sample_output: Path
) -> None:
    assert "prod" in sample_stacks
    group = next(each for each in SAMPLE["prod"].application.groups if each.name == "notes")
    places = (ROOT / "tests/sample/functions/work/work.py", ROOT / LIBRARY / "database.py")
    read = [(group, group.functions[0], Call(VARIABLE, "NOWHERE", place, 7)) for place in places]
    (only,) = calls.missing(read, sample_output, ["prod"])
    assert (only.place, only.action, only.binding) == (
        "tests/sample/functions/work/work.py:7",
        "$NOWHERE",
        "environment",
    )
