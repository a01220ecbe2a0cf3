"""Calls in the code of functions are found without running it, and those without a permission are named."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from catalogue.actions import actions_of
from ffp import calls
from ffp.calls import javascript, naming, python
from ffp.calls.found import OUTSIDE, Call
from ffp.calls.naming import actions_for, binding_for
from ffp.project import ROOT
from ffp.stacks import SynthesisedStack
from settings import Reach, environments
from tests.ffp.small_code import HANDLER, files_of
from tests.ffp.ways_to_call import PYTHON, TYPESCRIPT
from tests.modules.given import GRANTS
from tests.sample import other
from tests.sample.environments import ALL as SAMPLE
from tests.settings.project import copy_with_sample_to, run_in


@pytest.mark.parametrize("kind", PYTHON)
def test_each_way_to_call_boto3_is_read(tmp_path: Path, kind: str) -> None:
    code, expected = PYTHON[kind]
    found = python.calls_of("main.handler", files_of(tmp_path, code, "main.py"))
    assert {action for call in found for action in actions_for(call)} == expected


@pytest.mark.parametrize("kind", TYPESCRIPT)
def test_each_way_to_call_the_sdk_for_javascript_is_read(tmp_path: Path, kind: str) -> None:
    code, expected = TYPESCRIPT[kind]
    found = javascript.calls_of("main.ts", files_of(tmp_path, code, "main.ts"))
    assert {action for call in found for action in actions_for(call)} == expected


OUTSIDE_AWS = {
    "main.py": {
        "import requests\n" + HANDLER + "    requests.post('https://api.example.com')": ["requests.post"],
        "from urllib.request import urlopen as get\n" + HANDLER + "    get('https://a.example')": [
            "urllib.request.urlopen"
        ],
        "import http.client\n" + HANDLER + "    http.client.HTTPSConnection('a')": ["http.client.HTTPSConnection"],
        "import json\n" + HANDLER + "    json.dumps({})": [],
    },
    "main.ts": {
        'await fetch("https://api.example.com")': ["fetch"],
        'import axios from "axios";': ["axios"],
        "cache.fetch(1)": [],
    },
}


@pytest.mark.parametrize("name", OUTSIDE_AWS)
def test_connections_to_what_is_outside_aws_are_read(tmp_path: Path, name: str) -> None:
    for number, (code, expected) in enumerate(OUTSIDE_AWS[name].items()):
        files = files_of(tmp_path / str(number), code, name)
        found = python.calls_of("main.handler", files) if name.endswith("py") else javascript.calls_of(name, files)
        assert [each.operation for each in found if each.service == OUTSIDE] == expected


def test_a_connection_from_the_vpc_needs_a_host_in_the_settings(
    sample_stacks: dict[str, SynthesisedStack], sample_output: Path
) -> None:
    assert "prod" in sample_stacks
    groups = {each.name: each for each in SAMPLE["prod"].application.groups}
    reaches = replace(groups["notes"], bindings=(*groups["notes"].bindings, Reach("api.example.com")))
    call = Call(OUTSIDE, "requests.post", ROOT / "tests/sample/functions/work/work.py", 7)
    read = [(each, each.functions[0], call) for each in (groups["profile"], reaches, groups["letters"])]
    (only,) = calls.missing(read, sample_output, ["prod"])
    assert (only.function, only.action, only.binding) == ("get-profile", "requests.post", "Reach")


def test_a_call_is_told_with_its_line(tmp_path: Path) -> None:
    lines = [
        "/* a",
        "comment */",
        'import { PublishCommand } from "@aws-sdk/client-sns";',
        "",
        "new PublishCommand({})",
    ]
    (call,) = javascript.calls_of("main.ts", files_of(tmp_path, "\n".join(lines), "main.ts"))
    assert (call.file.name, call.line) == ("main.ts", 5)


def test_every_action_of_the_tables_exists() -> None:
    listed = {
        *naming._BINDINGS,
        *(
            each if ":" in each else f"{prefix}:{each}"
            for table in (naming._ACTIONS, naming._OF_RESOURCES)
            for prefix, operations in table.items()
            for actions in operations.values()
            for each in actions
        ),
    }
    known = {
        each.name for prefix in {name.partition(":")[0] for name in listed} for each in actions_of(prefix).values()
    }
    assert listed - known == set()


def test_what_a_binding_grants_is_never_told_to_need_allow() -> None:
    granted = {
        action
        for group, grants in GRANTS.items()
        for actions, _, _ in grants
        for action in actions
        if not group.startswith("allows") and not action.startswith("kms:")
    }
    assert [action for action in sorted(granted) if binding_for(action) == "Allow"] == []


def test_the_shipped_application_lacks_nothing(all_stacks: dict[str, SynthesisedStack], output: Path) -> None:
    shipped = environments.load()
    assert all_stacks.keys() >= shipped.keys()
    assert calls.missing(calls.read(each.deployed for each in shipped.values()), output, shipped) == []


def test_the_applications_of_the_tests_lack_nothing(
    sample_stacks: dict[str, SynthesisedStack],
    sample_output: Path,
    other_stacks: dict[str, SynthesisedStack],
    other_output: Path,
) -> None:
    assert sample_stacks.keys() >= SAMPLE.keys()
    assert other_stacks.keys() >= other.ALL.keys()
    for known, out in ((SAMPLE, sample_output), (other.ALL, other_output)):
        assert calls.missing(calls.read(each.deployed for each in known.values()), out, known) == []


def test_a_planted_call_is_told_by_function_place_action_and_binding(tmp_path: Path) -> None:
    project = copy_with_sample_to(tmp_path)
    work = project / "application/functions/work/work.py"
    work.write_text(
        work.read_text(encoding="utf-8").replace(
            "    return response(", '    boto3.client("sqs").purge_queue(QueueUrl="")\n    return response('
        )
        + "\nimport boto3  # noqa: E402\n",
        encoding="utf-8",
    )
    line = work.read_text(encoding="utf-8").splitlines().index('    boto3.client("sqs").purge_queue(QueueUrl="")') + 1
    show = (
        "import json, sys\nfrom pathlib import Path\nfrom settings import environments\nfrom ffp import calls\n"
        "known = environments.load()\nout = Path('out')\n"
        "found = calls.missing(calls.read(each.deployed for each in known.values()), out, ['prod'])\n"
        "print(json.dumps([[each.function, each.place, each.action, each.binding] for each in found]))"
    )
    (project / ".build").mkdir()
    (project / ".build/wheels").symlink_to(Path(__file__).parents[2] / ".build/wheels")
    assert run_in(project, "main.py", "--out", "out", "--stack", "prod").stderr == ""
    found = json.loads(run_in(project, "-c", show).stdout)
    where = f"application/functions/work/work.py:{line}"
    assert ["get-profile", where, "sqs:PurgeQueue", "Allow"] in found
    assert {tuple(each[1:]) for each in found} == {(where, "sqs:PurgeQueue", "Allow")}
