"""Everything that is not plain CDKTF: the same bytes with it and without, few messages, and a harmless cache."""

import gzip
import io
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ffp.project import ROOT
from modules.framework import App, DataAwsIamPolicyDocument, Fn, SqsQueue, TerraformStack, fast_bindings
from modules.framework.fast_bindings import archive
from tests.settings.project import copy_to

_SYNTHESIS = """
import pathlib, sys
from modules.framework import fast_bindings
from modules.stacks import replace_with_hcl, synthesise
from settings import environments
from tests.sample.environments import ALL as SAMPLE
from tests.sample.other import ALL as OTHERS

into = pathlib.Path(sys.argv[1])
into.mkdir()
for folder, settings in {"output": environments.load(), "sample_output": SAMPLE, "other_output": OTHERS}.items():
    made = synthesise(settings, [*settings, *(f"bootstrap-{name}" for name in settings)], into / folder)
replace_with_hcl(made, into / folder)
print(fast_bindings.state())
"""
_COUNTED = """
import collections, pathlib
from modules.framework.fast_bindings import kernel
from jsii._kernel.providers.process import _NodeProcess
counts = collections.Counter()
send, tell = _NodeProcess.send, kernel.tell
def sending(self, request, response):
    counts[type(request).__name__] += 1
    return send(self, request, response)
def telling(calls, **options):
    calls = list(calls)
    counts["told"] += len(calls)
    return tell(calls, **options)
_NodeProcess.send, kernel.tell = sending, telling
from modules.stacks import synthesise
from settings import environments
settings = environments.load()
synthesise(settings, environments.stacks(), pathlib.Path(__import__("sys").argv[1]))
print(sum(counts.values()), counts["CreateRequest"])
"""


_ONE_QUEUE = """
import sys
sys.path.insert(0, ".")
from modules.framework import App, SqsQueue, TerraformStack, fast_bindings
stack = TerraformStack(App(), "stack")
SqsQueue(stack, "queue")
print(fast_bindings.state(), [*stack.to_terraform()["resource"]])
"""


def _run(program: str, *arguments: str, folder: Path = ROOT, **variables: str) -> str:
    command = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(command, cwd=folder, env=os.environ | variables, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_plain_cdktf_makes_the_same_bytes(tmp_path: Path) -> None:
    """What ships, the sample and the other applications, the last also as HCL."""
    with ThreadPoolExecutor() as pool:
        plain = pool.submit(_run, _SYNTHESIS, str(tmp_path / "plain"), FFP_PLAIN_BINDINGS="1")
        fast = pool.submit(_run, _SYNTHESIS, str(tmp_path / "fast"), FFP_PLAIN_BINDINGS="")
    assert "FFP_PLAIN_BINDINGS" in plain.result()
    assert fast.result() == "the small archive\n"
    expected = _files(tmp_path / "plain")
    assert any(name.endswith("cdk.tf") for name in expected)
    assert len(expected) > 50
    assert _files(tmp_path / "fast") == expected


def test_the_kernel_gets_few_messages(tmp_path: Path) -> None:
    messages, objects = map(int, _run(_COUNTED, str(tmp_path / "out"), FFP_PLAIN_BINDINGS="").split())
    assert messages < 2.5 * objects  # plainly, it gets some seven for each object that it must create


def test_what_libraries_print_in_the_kernel_is_heard(tmp_path: Path) -> None:
    speaker = tmp_path / "speaker.js"
    speaker.write_text('process.nextTick(() => { console.log("one"); console.error("two"); });', encoding="utf-8")
    code = "import modules.framework as f; f.App().node.path"
    command = [sys.executable, "-c", code]
    environment = {**os.environ, "NODE_OPTIONS": f"--require={speaker}", "FFP_PLAIN_BINDINGS": ""}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=True)
    assert "one\n" in done.stdout
    assert "two\n" in done.stderr


def test_the_environment_is_left_as_it_was() -> None:
    assert fast_bindings.OFF or not {"JSII_RUNTIME", "FFP_JSII_KERNEL"} & os.environ.keys()
    assert "--preserve-symlinks" not in os.environ.get("NODE_OPTIONS", "")


@pytest.mark.parametrize("name", ["S3Buckets", "_private", "AmiCopy"])
def test_a_name_that_is_not_in_use_is_refused(name: str) -> None:
    with pytest.raises(ImportError, match=name):
        exec(f"from modules.framework import {name}")


class TestWhatIsPutOff:
    @pytest.fixture
    def stack(self) -> TerraformStack:
        return TerraformStack(App(), "stack")

    def test_an_override_after_a_first_look_counts(self, stack: TerraformStack) -> None:
        queue = SqsQueue(stack, "queue")
        address = f"resource.aws_sqs_queue.{queue.friendly_unique_id}"
        stack.add_override(f"{address}.delay_seconds", 1)
        assert _queue(stack)["delay_seconds"] == 1
        stack.add_override(f"{address}.delay_seconds", 2)
        stack.add_override(f"{address}.lifecycle.prevent_destroy", True)
        assert _queue(stack)["delay_seconds"] == 2
        assert _queue(stack)["lifecycle"] == {"prevent_destroy": True}

    def test_the_last_of_several_puts_counts(self, stack: TerraformStack) -> None:
        document = DataAwsIamPolicyDocument(stack, "document")
        document.put_statement([{"actions": ["sqs:SendMessage"]}])
        document.put_statement([{"actions": ["sqs:ReceiveMessage"]}])
        assert "sqs:ReceiveMessage" in json.dumps(stack.to_terraform())
        assert "sqs:SendMessage" not in json.dumps(stack.to_terraform())

    def test_what_was_put_can_be_read(self, stack: TerraformStack) -> None:
        document = DataAwsIamPolicyDocument(stack, "document")
        document.put_statement([{"actions": ["sqs:SendMessage"]}])
        assert document.statement_input

    def test_a_refused_put_is_an_error(self, stack: TerraformStack) -> None:
        document = DataAwsIamPolicyDocument(stack, "document")

        def put_and_write() -> None:
            document.put_statement(7)  # type: ignore[arg-type]
            stack.to_terraform()

        with pytest.raises((RuntimeError, TypeError)):  # plainly, the bindings refuse it at once
            put_and_write()

    def test_a_name_that_cdktf_gives_is_cdktfs(self, stack: TerraformStack) -> None:
        """A stack that leaves logical ids to CDKTF, and an element that is given one."""
        queue, other = SqsQueue(stack, "queue"), SqsQueue(stack, "other")
        other.override_logical_id("chosen")
        SqsQueue(stack, "third", name=Fn.join("-", [queue.arn, other.arn]))
        text = json.dumps(stack.to_terraform())
        assert f"aws_sqs_queue.{queue.friendly_unique_id}.arn" in text
        assert "aws_sqs_queue.chosen.arn" in text


def _queue(stack: TerraformStack) -> Mapping[str, object]:
    (queue,) = stack.to_terraform()["resource"]["aws_sqs_queue"].values()
    assert isinstance(queue, dict)
    return queue


_SCRIPT = """
class Queue extends cdktf.TerraformResource {{
    get arn() {{
        return this.getStringAttribute('arn');
    }}
    get tags() {{
        return this.getStringMapAttribute('tags');
    }}
}}
Queue.tfResourceType = "aws_{0}";
//# sourceMappingURL=data:{0}
"""


class TestSmallArchive:
    @pytest.fixture
    def whole(self, tmp_path: Path) -> Path:
        """An archive of jsii with two submodules."""
        modules = ("mail_box", "other")
        described = {
            "submodules": {f"p.{name}": {"symbolId": f"src/{_folder(name)}/index:"} for name in modules},
            "types": {
                f"p.{name}.Queue": {"kind": "class", "name": "Queue", "symbolId": f"src/{_folder(name)}/index:Queue"}
                for name in modules
            },
        }
        files = {
            "package/.jsii": json.dumps(described),
            "package/package.json": "{}",
            "package/lib/index.js": "".join(f"exports.{n} = require('./{_folder(n)}');\n" for n in modules),
            **{f"package/lib/{_folder(name)}/index.js": _SCRIPT.format(name) for name in modules},
            "package/lib/other/index.d.ts": "declare class Queue {}",
        }
        path = tmp_path / "p@1.jsii.tgz"
        path.write_bytes(_packed(files))
        return path

    def test_it_has_what_is_in_use_and_nothing_else(self, whole: Path, tmp_path: Path) -> None:
        copy = archive.small(whole, {"mail_box"}, tmp_path / "cache")
        files = _unpacked(copy.path)
        assert [*files] == [
            "package/.jsii",
            "package/package.json",
            "package/lib/index.js",
            "package/lib/mail-box/index.js",
        ]
        assert [*json.loads(files["package/.jsii"])["types"]] == ["p.mail_box.Queue"]
        index = files["package/lib/index.js"].decode()
        assert index.startswith('Object.defineProperty(exports, "mail_box", ')
        assert index.count("require(") == 1
        assert b"sourceMappingURL" not in files["package/lib/mail-box/index.js"]
        assert copy.elements == {"p.mail_box.Queue": archive.Element("aws_mail_box", {"arn": "arn"})}
        assert copy.homes == {"Queue": "mail_box"}

    def test_the_layout_of_its_description_does_not_matter(self, whole: Path, tmp_path: Path) -> None:
        """jsii indents it, by which the copy is made quickly; another layout, or another name, is read as well."""
        files = {name: content.decode() for name, content in _unpacked(whole).items()}
        expected = archive.small(whole, {"mail_box"}, tmp_path / "cache")
        plain = files["package/.jsii"]
        indented = json.dumps(json.loads(plain), indent=2)
        renamed = indented.replace("p.mail_box", "p.letters")
        for number, text in enumerate((indented, json.dumps(json.loads(plain), indent=4), renamed)):
            path = tmp_path / f"p@{number}.jsii.tgz"
            path.write_bytes(_packed(files | {"package/.jsii": text}))
            copy = archive.small(path, {"mail_box"}, tmp_path / "cache")
            assert copy.homes == expected.homes
            assert [*copy.elements.values()] == [*expected.elements.values()]

    def test_a_submodule_that_another_one_requires_is_there(self, whole: Path, tmp_path: Path) -> None:
        files = {name: content.decode() for name, content in _unpacked(whole).items()}
        files["package/lib/other/index.js"] += 'const box = require("../mail-box/index");\n'
        path = tmp_path / "p@2.jsii.tgz"
        path.write_bytes(_packed(files))
        copy = archive.small(path, {"other"}, tmp_path / "cache")
        assert {"package/lib/mail-box/index.js", "package/lib/other/index.js"} <= _unpacked(copy.path).keys()

    def test_it_is_made_once(self, whole: Path, tmp_path: Path) -> None:
        first = archive.small(whole, {"other"}, tmp_path / "cache")
        made = first.path.stat()
        again = archive.small(whole, {"other"}, tmp_path / "cache")
        assert again == first
        assert again.path.stat() == made

    @pytest.mark.parametrize("damage", [b"", b"nonsense"])
    @pytest.mark.parametrize("ending", [".tgz", ".json"])
    def test_a_damaged_one_is_made_again(self, whole: Path, tmp_path: Path, ending: str, damage: bytes) -> None:
        first = archive.small(whole, {"other"}, tmp_path / "cache")
        content = first.path.read_bytes()
        first.path.with_suffix(ending).write_bytes(damage)
        assert archive.small(whole, {"other"}, tmp_path / "cache") == first
        assert first.path.read_bytes() == content

    def test_another_release_or_use_is_another_one(self, whole: Path, tmp_path: Path) -> None:
        cache = tmp_path / "cache"
        first = archive.small(whole, {"other"}, cache).path
        second = archive.small(whole, {"other", "mail_box"}, cache).path
        os.utime(whole, (1, 1))
        third = archive.small(whole, {"other"}, cache).path
        assert len({first, second, third}) == 3

    def test_many_may_make_it_at_once(self, whole: Path, tmp_path: Path) -> None:
        with ThreadPoolExecutor(8) as pool:
            made = list(pool.map(lambda _: archive.small(whole, {"other"}, tmp_path / "cache"), range(16)))
        assert all(each == made[0] for each in made)
        assert {path.suffix for path in (tmp_path / "cache").iterdir()} == {".tgz", ".json"}

    @pytest.mark.parametrize(
        "files",
        [
            {},
            {"package/lib/index.js": ""},
            {"package/.jsii": "[]"},
            {"package/.jsii": "{}"},
            {"package/.jsii": '{"submodules": {}, "types": {}}'},
        ],
    )
    def test_an_archive_of_another_kind_is_refused(self, tmp_path: Path, files: dict[str, str]) -> None:
        path = tmp_path / "p@2.jsii.tgz"
        path.write_bytes(_packed(files))
        with pytest.raises(ValueError, match=r"p@2|no other|package"):
            archive.small(path, {"other"}, tmp_path / "cache")

    def test_without_a_place_for_it_the_whole_archive_does(self, tmp_path: Path) -> None:
        """Also that the program says so. A file where the folder should be stands for a disk that is read-only."""
        copy_to(tmp_path / "project")
        (tmp_path / "project/.build").mkdir()
        (tmp_path / "project/.build/bindings").touch()
        said = _run(_ONE_QUEUE, FFP_PLAIN_BINDINGS="", folder=tmp_path / "project")
        assert said.startswith("the whole archive, slowly: ")
        assert "aws_sqs_queue" in said


def _folder(name: str) -> str:
    return name.replace("_", "-")


def _packed(files: Mapping[str, str]) -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as packed:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            packed.addfile(member, io.BytesIO(text.encode()))
    return content.getvalue()


def _unpacked(path: Path) -> dict[str, bytes]:
    def members() -> Iterator[tuple[str, bytes]]:
        with tarfile.open(fileobj=io.BytesIO(gzip.decompress(path.read_bytes()))) as packed:
            for member in packed:
                content = packed.extractfile(member)
                yield member.name, content.read() if content else b""

    return dict(members())
