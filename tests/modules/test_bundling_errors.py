"""What is wrong with functions in TypeScript is told in words, all of it at once, before a stack is made."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from ffp.project import ROOT
from settings import Folder, sources
from settings.npm import LOCK
from tests.modules.npm_project import FOLDER, Project, problems
from tests.settings.project import copy_with_sample_to, run_in


def test_every_problem_of_every_function_is_told_at_once_with_its_line(here: Project) -> None:
    here.write(f"{FOLDER}/src/broken.ts", "export const main = (\nconst 1;\n")
    here.write(f"{FOLDER}/src/lost.ts", "import { z } from '@scope/zed/inner';\nexport const main = () => z;\n")
    told = problems(here, *map(here.function, ("src/book.main", "src/broken.main", "src/lost.main")))
    assert told == [
        f"{FOLDER}/src/broken.ts:2 = 'const 1;': Unexpected \"const\"; correct it there",
        f"{FOLDER}/src/lost.ts:1 = \"import {{ z }} from '@scope/zed/inner';\": "
        f'Could not resolve "@scope/zed/inner"; run `npm install @scope/zed` in {FOLDER}, which puts it into {LOCK}',
    ]


ENDINGS = ".cjs, .js, .json, .mjs, .mts, .pem, .sql, .ts, .tsx (.pem and .sql as text)"


@pytest.mark.parametrize("is_packed", [False, True])
def test_a_file_that_no_bundle_imports_is_told_with_the_endings_that_one_does(
    is_packed: bool, here: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    if is_packed:  # as for Python
        monkeypatch.setattr(sources, "ENDINGS", (*sources.ENDINGS, ".ejs"))
    here.write(f"{FOLDER}/src/letter.ejs", "Dear <%= name %>")
    here.write(f"{FOLDER}/src/book.ts", "import letter from './letter.ejs';\nexport const main = () => letter;\n")
    (problem,) = problems(here)
    assert problem.startswith(f"{FOLDER}/src/book.ts:1 = ")
    assert ("No loader is configured" if is_packed else 'Could not resolve "./letter.ejs"') in problem
    assert problem.endswith(f"; export its text from a .ts file: bundles import {ENDINGS}")


def test_a_path_that_leads_nowhere_is_told_to_correct_whatever_it_ends_in(here: Project) -> None:
    here.write(f"{FOLDER}/src/book.ts", "import { book } from './book.service';\nexport const main = book;\n")
    (problem,) = problems(here)
    assert "; correct the path, `git add` that file" in problem


@pytest.mark.parametrize("ending", sources.TEXTS)
def test_a_text_that_the_message_names_is_imported(ending: str, here: Project) -> None:
    here.write(f"{FOLDER}/src/letter{ending}", "Dear Nora")
    here.write(f"{FOLDER}/src/book.ts", f"import letter from './letter{ending}';\nexport const main = () => letter;\n")
    assert b"Dear Nora" in here.bundled()["src/book.mjs"]


def test_a_handler_that_only_a_bundle_shows_to_be_missing_is_told_with_what_there_is(here: Project) -> None:
    here.write(f"{FOLDER}/src/book.ts", "export * from './inner/slot';\n")
    (problem,) = problems(here)
    assert problem == (
        f"{FOLDER}/src/book.ts = 'src/book.main': src/book.ts exports no main, but Slot; "
        "export it, or correct the handler"
    )


def test_problems_of_several_folders_are_told_together(here: Project) -> None:
    other = "application/functions/other"
    here.write(f"{FOLDER}/src/book.ts", "export const main = (;\n")
    shutil.copytree(here.root / FOLDER, here.root / other)
    function = here.function()
    told = problems(here, function, replace(function, code=Folder(path=other)))
    assert [each.partition(" = ")[0] for each in told] == [f"{FOLDER}/src/book.ts:1", f"{other}/src/book.ts:1"]


def test_a_synthesis_ends_with_exit_code_two_and_the_lines_alone(tmp_path: Path, esbuild: Path) -> None:
    root = copy_with_sample_to(tmp_path / "copy")
    (root / ".build").mkdir()
    for name in ("bindings", "npm", "wheels"):
        (root / ".build" / name).symlink_to(ROOT / ".build" / name)
    application = root / "application/application.py"
    text = application.read_text(encoding="utf-8").replace("functions/health", "functions/greeting")
    written = text.replace('handler="health.handler"', 'handler="src/greet.main", runtime="nodejs22.x"')
    application.write_text(written, encoding="utf-8")
    assert run_in(root, "main.py", "--stack", "dev", "--out", "out").returncode == 0
    (root / "application/functions/greeting/src/greet.ts").write_text("export const main = (;\n", encoding="utf-8")
    done = run_in(root, "main.py", "--stack", "dev", "--out", "out")
    place = "application/functions/greeting/src/greet.ts:1"
    told = f"{place} = 'export const main = (;': Unexpected \";\"; correct it there\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", told)
    (root / "application/functions/greeting/package-lock.json").unlink()
    done = run_in(root, "main.py", "--stack", "dev", "--out", "out")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("application/functions/greeting/package-lock.json = None: a handler in TypeScript")
    assert done.stderr.count("\n") == 1
