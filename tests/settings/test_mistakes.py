"""A mistake in a settings file is one line with file, line and remedy, and stops only what needs the file."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import settings as vocabulary
from ffp import cli
from ffp.project import ROOT
from settings import mistakes
from settings.outside import refusal
from tests.sample.environments import ALL as SAMPLE
from tests.settings.project import load_in, run_in

APPLICATION, TENANCY, DEV = "application/application.py", "application/tenancy.py", "environments/dev.py"
OF_SAMPLE = tuple(
    f"tests/sample/{file}.py" for file in ("application", "tenancy", *(f"environments/{name}" for name in SAMPLE))
)


def _change(project: Path, file: str, before: str, after: str) -> int:
    """Makes the change, and returns the number of the line where it is."""
    path = project / file
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after, 1))
    return text[: text.index(before)].count("\n") + 1


# Each kind of mistake, in one of the files, with what is said of it.
MISTAKES = {
    "a misspelt argument": (
        APPLICATION,
        "timeout_seconds=",
        "timeout_second=",
        "FunctionSettings has no setting timeout_second; write timeout_seconds",
    ),
    "a shorter argument": (
        APPLICATION,
        "memory_mb=",
        "memory=",
        "FunctionSettings has no setting memory; write memory_mb",
    ),
    "a misspelt member": (
        APPLICATION,
        "DataDomain.MEDIA",
        "DataDomain.MEDIUM",
        "DataDomain has no MEDIUM; write MEDIA",
    ),
    "a member that does not exist": (
        APPLICATION,
        "DataDomain.MEDIA",
        "DataDomain.LETTERS",
        "DataDomain has no LETTERS; choose among BACKUPS, DATABASE, DOCUMENTS, LOGS, MEDIA, MESSAGES, SECRETS",
    ),
    "a missing argument": (DEV, 'cidr="10.10.0.0/16", ', "", "NetworkSettings needs 'cidr'; give 'cidr' a value"),
    "a value without its name": (
        DEV,
        'NetworkSettings(cidr="10.10.0.0/16"',
        'NetworkSettings("10.10.0.0/16"',
        "NetworkSettings accepts settings only by name; write each one as name=value",
    ),
    "a feature that does not exist": (
        APPLICATION,
        "    PublishTo,\n",
        "    PublishTo,\n    Telepathy,\n",
        "there is no Telepathy: the settings do not support it; remove it",
    ),
    "a setting for a kind that the platform does not have": (
        APPLICATION,
        "    buckets=(\n",
        "    tables=(),\n    buckets=(\n",
        "Application has no setting tables: DynamoDB tables are not supported; see docs/extending.md how to add",
    ),
    "a module for a kind that the platform does not have": (
        TENANCY,
        "from settings import Role",
        "from settings.websockets import WebSocketApi\nfrom settings import Role",
        "there is no module settings.websockets: WebSocket APIs are not supported; see docs/extending.md how to add",
    ),
    "a kind that the platform does not have, by its module": (
        TENANCY,
        "from settings import Role",
        "import settings\nMACHINE = settings.StateMachine(name='a')\nfrom settings import Role",
        "there is no StateMachine: workflows of Step Functions are not supported; see docs/extending.md how to add",
    ),
    "a kind that the platform does not have": (
        APPLICATION,
        "    PublishTo,\n",
        "    PublishTo,\n    DynamoTable,\n",
        "there is no DynamoTable: DynamoDB tables are not supported; see docs/extending.md how to add",
    ),
    "a misspelt import": (
        APPLICATION,
        "    PublishTo,\n",
        "    PublisTo,\n",
        "there is no PublisTo: the settings do not support it; import PublishTo",
    ),
    "an import from another file": (
        DEV,
        "import APPLICATION",
        "import APPLICATIONS",
        "there is no APPLICATIONS in application.application; correct the name, or define it there",
    ),
    "a module that is not there": (
        TENANCY,
        "from settings import Role",
        "import no_such_module\nfrom settings import Role",
        "there is no module no_such_module; correct its name, or remove the import",
    ),
    "a setting that other tools have": (
        APPLICATION,
        "memory_mb=",
        "layers=(), memory_mb=",
        "FunctionSettings has no setting layers: packages come with the code; name them in `packages` of Folder",
    ),
    "a missing import": (
        APPLICATION,
        "    PublishTo,\n",
        "",
        "PublishTo is not imported; add it to `from settings import …`",
    ),
    "a misspelt name": (
        DEV,
        "application=APPLICATION",
        "application=APLICATION",
        "APLICATION is not defined; write APPLICATION",
    ),
    "a bracket that stays open": (TENANCY, "TENANCY = Tenancy(", "TENANCY = Tenancy((", "'(' was never closed;"),
    "an expression that fails": (
        DEV,
        "monthly_usd=40",
        "monthly_usd=40 // 0",
        "integer division or modulo by zero (ZeroDivisionError); correct that line",
    ),
}


@pytest.mark.parametrize("kind", MISTAKES)
def test_each_kind_of_mistake_is_one_line_with_its_place_and_remedy(project: Path, kind: str) -> None:
    file, before, after, told = MISTAKES[kind]
    _change(project, file, before, after)
    (line,) = load_in(project)
    place, _, message = line.partition(" = ")
    path, _, number = place.rpartition(":")
    shown = (project / path).read_text().splitlines()[int(number) - 1].strip()
    assert message.startswith(f"{shown!r}: {told}")


# What people ask for, with the kind that the message names.
OUTSIDE = {
    **dict.fromkeys(("DynamoTable", "DynamoDbTable", "DynamoDBTable", "Table", "UseTable"), "DynamoDB tables"),
    **dict.fromkeys(("WebSocketApi", "WebsocketApi", "WebSocketRoute"), "WebSocket APIs"),
    **dict.fromkeys(("EcsService", "FargateService", "ContainerService", "AppRunner"), "containers as services"),
    **dict.fromkeys(("StaticSite", "Website"), "static sites"),
    **dict.fromkeys(("StepFunction", "StepFunctions", "StateMachine", "Workflow"), "workflows of Step Functions"),
    **dict.fromkeys(("KinesisStream", "Firehose"), "streams"),
    **dict.fromkeys(("Cache", "ElastiCache", "RedisCluster"), "caches"),
    "OpenSearchDomain": "search clusters",
    "RestApi": "REST APIs",
    "GraphqlApi": "GraphQL APIs",
}


def test_a_kind_outside_the_map_is_refused_in_words_with_the_document_that_adds_one() -> None:
    guide = "docs/extending.md"
    assert (ROOT / guide).is_file()
    for name, kind in OUTSIDE.items():
        with pytest.raises(ImportError) as raised:
            exec(f"from settings import {name}")
        problem = mistakes.problem_of(raised.value, ROOT / APPLICATION)
        assert problem.limit == f"there is no {name}: {kind} are not supported"
        assert problem.remedy == f"see {guide} how to add a kind of resource, or leave it out"


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("docs", "move it below application/, and import application.docs"),
        ("settings.dcos", "correct its name"),
        ("dcos", "correct its name"),
    ],
)
def test_a_package_of_ones_own_beside_the_projects_is_told_where_python_finds_it(name: str, remedy: str) -> None:
    failure = ModuleNotFoundError(f"No module named {name!r}", name=name)
    assert mistakes.problem_of(failure, ROOT / TENANCY).remedy.startswith(remedy)


# What other tools have a word for, with what the remedy names.
ELSEWHERE = {
    "Layer": "`packages` of Folder or in a requirements.in in its folder",
    "LambdaLayer": "`includes`",
    "Authorizer": "give the Route `scopes`, a machine a MachineClient, and a sender that signs a Webhook",
    "JwtAuthoriser": "give the Route `scopes`",
    "ApiKey": "MachineClient",
    "Plugin": "docs/typescript.md",
    "FunctionUrl": "a Route",
    "DeadLetterQueue": "docs/messages.md",
    "OnFailure": "docs/messages.md",
    "IamRole": "`bindings`",
    "PolicyStatement": "Allow(…)",
    "VpcConfig": "Reach(…)",
    "SsmParameter": "ReadSecret",
    "EventSourceMapping": "consumes=Consume(queue=…)",
    "VisibilityTimeout": "timeout_seconds of the function that consumes",
    "Events": "docs/from-serverless.md",
    "ScheduleTrigger": "docs/from-serverless.md",
}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_word_of_another_tool_is_answered_with_what_stands_here_instead(name: str) -> None:
    with pytest.raises(ImportError) as raised:
        exec(f"from settings import {name}")
    problem = mistakes.problem_of(raised.value, ROOT / APPLICATION)
    assert problem.limit.startswith(f"there is no {name}: ")
    assert "not support" not in problem.limit
    assert ELSEWHERE[name] in problem.remedy


def test_the_answers_name_only_what_there_is() -> None:
    for name in ELSEWHERE:
        found = refusal(name)
        assert found is not None
        for word in re.findall(r"\b[A-Z][a-z]+[A-Z]?\w+\b", found[1]):
            assert word in vocabulary.__all__, word
        for document in re.findall(r"docs/[\w-]+\.md", found[1]):
            assert (ROOT / document).is_file()


def test_no_name_of_the_vocabulary_is_taken_for_a_kind_outside_the_map() -> None:
    assert {name: found for name in vocabulary.__all__ if (found := refusal(name))} == {}


def test_a_misspelt_argument_is_shown_at_its_own_line(project: Path) -> None:
    number = _change(project, APPLICATION, "memory_mb=", "memory=")
    (line,) = load_in(project)
    assert line.startswith(f"{APPLICATION}:{number} = 'memory=")


def test_a_name_that_is_missing_where_it_is_used_is_shown_there(project: Path) -> None:
    path = project / APPLICATION
    path.write_text(path.read_text() + "\nNOTHING = nothing\n")
    (line,) = load_in(project)
    number = len(path.read_text().splitlines())
    assert line.startswith(f"{APPLICATION}:{number} = 'NOTHING = nothing': nothing is not defined")


def _arguments() -> Iterator[tuple[str, str, str]]:
    """Each setting that one of the files gives to a class, once: the class, the setting, and the file."""
    seen = set()
    for file in OF_SAMPLE:
        for call in ast.walk(ast.parse((ROOT / file).read_text())):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
                for keyword in call.keywords:
                    if keyword.arg and mistakes.settings_of(call.func.id) and (call.func.id, keyword.arg) not in seen:
                        seen.add((call.func.id, keyword.arg))
                        yield call.func.id, keyword.arg, file


class _Misspell(ast.NodeTransformer):
    """Misspells one setting of one class wherever it is given."""

    def __init__(self, class_: str, argument: str) -> None:
        self.wanted = (class_, argument)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        for keyword in node.keywords:
            if isinstance(node.func, ast.Name) and (node.func.id, keyword.arg) == self.wanted:
                keyword.arg = f"{keyword.arg}x"
        return node


@pytest.mark.parametrize(("class_", "argument", "file"), list(_arguments()))
def test_every_setting_that_is_misspelt_is_named_with_what_was_meant(class_: str, argument: str, file: str) -> None:
    path = ROOT / file
    source = ast.unparse(_Misspell(class_, argument).visit(ast.parse(path.read_text())))
    with pytest.raises(TypeError) as raised:
        exec(compile(source, str(path), "exec"), {"__name__": "a_file_of_settings", "__file__": str(path)})
    problem = mistakes.problem_of(raised.value, path)
    assert problem.field.startswith(f"{file}:")
    assert problem.limit == f"{class_} has no setting {argument}x"
    assert problem.remedy == f"write {argument}"


BROKEN = (APPLICATION, "memory_mb=", "memory=")


@pytest.mark.parametrize(
    "command",
    [("--help",), ("list",), ("emulator", "--help"), ("emulator", "down")],
    ids=" ".join,
)
def test_commands_that_need_no_application_work_with_a_broken_one(project: Path, command: tuple[str, ...]) -> None:
    _change(project, *BROKEN)
    done = run_in(project, "-m", "ffp.cli", *command)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr


def test_the_doctor_looks_at_a_machine_whatever_the_application_says(project: Path) -> None:
    _change(project, *BROKEN)
    assert "Terraform" in run_in(project, "-m", "ffp.cli", "doctor").stdout


@pytest.mark.parametrize(
    "command",
    [
        ("synth",),
        ("synth", "--scan"),
        ("bootstrap", "dev"),
        ("keys", "new", "dev"),
        ("emulator", "up"),
        ("emulator", "status"),
        ("emulator", "smoke"),
        ("emulator", "token", "somebody"),
    ],
    ids=" ".join,
)
def test_commands_that_need_it_say_the_one_line_and_end_with_code_2(project: Path, command: tuple[str, ...]) -> None:
    _change(project, *BROKEN)
    done = run_in(project, "-m", "ffp.cli", *command)
    assert done.returncode == cli.BAD_INPUT, done.stderr
    said = " ".join(done.stderr.split())
    assert said.count("application/application.py:") == 1
    assert "FunctionSettings has no setting memory; write memory_mb" in said
    assert "Traceback" not in said
