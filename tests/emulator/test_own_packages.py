"""Functions in Python that bring packages of their own, on the emulator: each finds what its own lock pins."""

import json
from collections.abc import Iterator

import pytest

from ffp.emulator import function_packages
from ffp.emulator.account import Account
from ffp.project import ROOT, ToolError
from modules.functions.packaging import package, zipped
from settings import Folder
from tests.emulator.judging import policy
from tests.launches import bare_emulator
from tests.sample.application import APPLICATION

LETTERS = Folder(path="tests/sample/functions/letters")


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with bare_emulator(tmp_path_factory.mktemp("emulator")) as account:
        yield account


def _answer(account: Account, name: str, handler: str, archive: bytes) -> object:
    functions, iam = (account.client(account.root, service) for service in ("lambda", "iam"))
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy(trust))
    nothing = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    iam.put_role_policy(RoleName=name, PolicyName="nothing", PolicyDocument=policy(nothing))
    functions.create_function(
        FunctionName=name,
        Runtime="python3.12",
        Handler=handler,
        Role=role["Role"]["Arn"],
        Code={"ZipFile": archive},
        Timeout=30,
        Environment={"Variables": {"ENVIRONMENT": "local", "TENANCY": APPLICATION.tenancy.names}},
    )
    answer = functions.invoke(FunctionName=name, Payload=json.dumps({"name": "<Ada>"}))
    payload = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, payload
    return payload


def test_a_function_finds_what_its_lock_pins_and_another_one_does_not(bare: Account) -> None:
    (lock,) = function_packages.locks(APPLICATION.functions)
    assert lock.parent == ROOT / LETTERS.path
    told: list[str] = []
    function_packages.install(lock, told.append)
    function_packages.install(lock, lambda text: pytest.fail(f"installed again: {text}"))
    local = package(LETTERS, "python3.12", "x86_64", with_packages=False).path.read_bytes()
    answer = _answer(bare, "letters", "letters.handler", local)
    assert isinstance(answer, dict)
    assert json.loads(answer["body"])["letter"] == "Dear &lt;Ada&gt;"
    pinned = next(line for line in lock.read_text(encoding="utf-8").splitlines() if line.startswith("markupsafe"))
    assert json.loads(answer["body"])["by"] == pinned.split()[0].partition("==")[2]
    other = zipped("other", {"other.py": b"def handler(event, context):\n    import sys\n    return sys.path\n"})
    paths = _answer(bare, "other", "other.handler", other.path.read_bytes())
    assert isinstance(paths, list)
    assert not any("of-functions" in each for each in paths)


def test_what_the_emulators_python_cannot_have_is_told(tmp_path_factory: pytest.TempPathFactory) -> None:
    lock = ROOT / ".build" / tmp_path_factory.mktemp("lock").name / "requirements.txt"
    lock.parent.mkdir(parents=True)
    lock.write_text(f"markupsafe==3.0.2 --hash=sha256:{'0' * 64}\n", encoding="utf-8")
    try:
        with pytest.raises(ToolError, match=r"requirements.txt: not installed for the emulator's own Python: .+"):
            function_packages.install(lock, lambda _: None)
    finally:
        lock.unlink()
        lock.parent.rmdir()
    assert not list(function_packages.PLACE.glob("unfinished-*"))
