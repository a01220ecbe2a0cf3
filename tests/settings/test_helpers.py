"""Whether a handler reaches the helper that verifies its callers, in Python and in TypeScript."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from ffp.project import ROOT
from settings import Folder, sources
from settings import code as module
from settings.helpers import MACHINE_ENDPOINT, RECEIVER, is_reached, signing_secrets

FOLDER = "application/functions/hooks"
SIGNED = (
    "from ffp_lambda.webhook import STANDARD, receiver\n\n\n@receiver('hear', signed_with='partner', form=STANDARD)\n"
)
HEAR = "def handler(delivery):\n    return delivery\n"
IN_TYPESCRIPT = "import { receiver, STANDARD } from 'ffp-lambda/webhook';\n"
CALLED = "receiver('hear', { signedWith: 'partner', form: STANDARD })((delivery) => delivery);\n"

# Files, and whether `hear.handler` verifies what it receives.
PYTHON: Mapping[str, tuple[Mapping[str, str], bool]] = {
    "decorated": ({"hear.py": SIGNED + HEAR}, True),
    "called by the module's name": (
        {"hear.py": "from ffp_lambda import webhook\nhandler = webhook.receiver('hear', form=1)(print)\n"},
        True,
    ),
    "verified by hand": (
        {
            "hear.py": "from ffp_lambda.webhook import STANDARD, Webhook\nHOOK = Webhook('partner', STANDARD)\n\n\n"
            "def handler(event, context):\n    return HOOK.verify(event, context.aws_request_id)\n"
        },
        True,
    ),
    "in another module": ({"hear.py": "from signed import handler\n", "signed.py": SIGNED + HEAR}, True),
    "made by another module": (
        {
            "hear.py": f"from making import signed\n\n\n@signed\n{HEAR}",
            "making.py": "from ffp_lambda.webhook import STANDARD, receiver\n\n\n"
            "def signed(respond):\n    return receiver('hear', signed_with='partner', form=STANDARD)(respond)\n",
        },
        True,
    ),
    "nothing": ({"hear.py": "def handler(event, context):\n    return {}\n"}, False),
    "imported and never called": (
        {"hear.py": "from ffp_lambda.webhook import receiver\n\n\ndef handler(event, context):\n    return {}\n"},
        False,
    ),
    "another handler of the module": (
        {"hear.py": SIGNED + HEAR.replace("handler", "other") + "\n\ndef handler(event, context):\n    return {}\n"},
        False,
    ),
    "a comment": ({"hear.py": "# receiver of ffp_lambda.webhook\n" + HEAR}, False),
    "no such handler, which is told elsewhere": ({"heard.py": HEAR}, True),
}
TYPESCRIPT: Mapping[str, tuple[Mapping[str, str], bool]] = {
    "called": ({"hear.ts": f"{IN_TYPESCRIPT}export const handler = {CALLED}"}, True),
    "called under another name": (
        {"hear.ts": "import { receiver as r } from 'ffp-lambda/webhook';\nexport const handler = r('hear', 1)(f);\n"},
        True,
    ),
    "called by the module's name": (
        {"hear.ts": "import * as hook from 'ffp-lambda/webhook';\nexport const handler = hook.receiver(1)(f);\n"},
        True,
    ),
    "in another file": (
        {
            "hear.ts": "export { handler } from './signed';\n",
            "signed.ts": f"{IN_TYPESCRIPT}export const handler = {CALLED}",
        },
        True,
    ),
    "handed on by another file": (
        {
            "hear.ts": f"import {{ receiver }} from './library';\nexport const handler = {CALLED}",
            "library.ts": "export { receiver } from 'ffp-lambda/webhook';\n",
        },
        True,
    ),
    "nothing": ({"hear.ts": "export const handler = () => ({ statusCode: 200 });\n"}, False),
    "imported and never called": ({"hear.ts": f"{IN_TYPESCRIPT}export const handler = () => STANDARD;\n"}, False),
    "another name of the module": (
        {"hear.ts": "import { standard } from 'ffp-lambda/webhook';\nexport const handler = standard('svix');\n"},
        False,
    ),
    "a type": (
        {"hear.ts": "import type { Webhook } from 'ffp-lambda/webhook';\nexport const handler = (w: Webhook) => w;\n"},
        False,
    ),
    "a comment": ({"hear.ts": f"// {IN_TYPESCRIPT}// {CALLED}export const handler = () => 1;\n"}, False),
    "a function of one's own with that name": (
        {
            "hear.ts": f"import {{ receiver }} from './own';\nexport const handler = {CALLED}",
            "own.ts": "export const receiver = 1;\n",
        },
        False,
    ),
    "plain JavaScript, which has no library": ({"hear.mjs": f"{IN_TYPESCRIPT}export const handler = {CALLED}"}, False),
}
ROWS = [("python3.12", name, *row) for name, row in PYTHON.items()] + [
    ("nodejs22.x", name, *row) for name, row in TYPESCRIPT.items()
]


def _folder(root: Path, files: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> Folder:
    monkeypatch.setattr(module, "ROOT", root)
    monkeypatch.setattr("settings.helpers.ROOT", root)
    sources._listed_by_git.cache_clear()
    library = root / module.LIBRARY
    library.parent.mkdir(parents=True)
    shutil.copytree(ROOT / module.LIBRARY, library)
    for name, text in files.items():
        place = root / FOLDER / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    return Folder(path=FOLDER)


@pytest.mark.parametrize(
    ("runtime", "files", "verified"), [(row[0], *row[2:]) for row in ROWS], ids=[f"{row[0]} {row[1]}" for row in ROWS]
)
def test_a_handler_verifies_signatures_where_its_code_calls_the_helper(
    runtime: str, files: Mapping[str, str], verified: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = _folder(tmp_path, files, monkeypatch)
    assert is_reached(RECEIVER, folder, "hear.handler", runtime) == verified


@pytest.mark.parametrize(
    ("runtime", "name", "text"),
    [
        ("python3.12", "hear.py", "from ffp_lambda.http import machine_endpoint as e\nhandler = e('hear')(print)\n"),
        (
            "nodejs22.x",
            "hear.ts",
            "import { machineEndpoint } from 'ffp-lambda/http';\nexport const handler = machineEndpoint('hear')(f);\n",
        ),
    ],
)
def test_one_helper_is_not_taken_for_the_other(
    runtime: str, name: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = _folder(tmp_path, {name: text}, monkeypatch)
    assert is_reached(MACHINE_ENDPOINT, folder, "hear.handler", runtime)
    assert not is_reached(RECEIVER, folder, "hear.handler", runtime)


_PYTHON, _NODE = "python3.12", "nodejs22.x"
# Code, and the secrets by which it verifies, as far as reading shows them.
SIGNING = {
    "a receiver": (_PYTHON, SIGNED + HEAR, {"partner"}),
    "one of two receivers": (
        _PYTHON,
        SIGNED + HEAR + "\n\n@receiver('other', signed_with='other', form=STANDARD)\ndef other(delivery): ...\n",
        {"partner"},
    ),
    "a webhook": (_PYTHON, PYTHON["verified by hand"][0]["hear.py"], {"partner"}),
    "a name that is computed": (
        _PYTHON,
        f"from os import environ\n{SIGNED.replace(repr('partner'), 'environ[1]')}{HEAR}",
        set(),
    ),
    "no receiver": (_PYTHON, HEAR, set()),
    "a receiver in TypeScript": (_NODE, f"{IN_TYPESCRIPT}export const handler = {CALLED}", {"partner"}),
    "a webhook in TypeScript": (
        _NODE,
        "import { Webhook } from 'ffp-lambda/webhook';\nconst hook = new Webhook(\"partner\", 1);\n"
        "export const handler = (event) => hook.verify(event, '');\n",
        {"partner"},
    ),
    "a computed name in TypeScript": (
        _NODE,
        f"{IN_TYPESCRIPT}const signedWith = f();\nexport const handler = {CALLED.replace(': ' + repr('partner'), '')}",
        set(),
    ),
}


@pytest.mark.parametrize("kind", SIGNING)
def test_the_secrets_by_which_code_verifies_are_read(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime, text, expected = SIGNING[kind]
    folder = _folder(tmp_path, {"hear.py" if runtime == _PYTHON else "hear.ts": text}, monkeypatch)
    assert signing_secrets(folder, "hear.handler", runtime) == expected
