"""The small archive of the bindings: what is in it, and a cache that cannot harm."""

import gzip
import io
import json
import os
import tarfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from modules.framework.fast_bindings import archive

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


@pytest.fixture
def whole(tmp_path: Path) -> Path:
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


def test_it_has_what_is_in_use_and_nothing_else(whole: Path, tmp_path: Path) -> None:
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


def test_the_layout_of_its_description_does_not_matter(whole: Path, tmp_path: Path) -> None:
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


def test_a_submodule_that_another_one_requires_is_there(whole: Path, tmp_path: Path) -> None:
    files = {name: content.decode() for name, content in _unpacked(whole).items()}
    files["package/lib/other/index.js"] += 'const box = require("../mail-box/index");\n'
    path = tmp_path / "p@2.jsii.tgz"
    path.write_bytes(_packed(files))
    copy = archive.small(path, {"other"}, tmp_path / "cache")
    assert {"package/lib/mail-box/index.js", "package/lib/other/index.js"} <= _unpacked(copy.path).keys()


def test_it_is_made_once(whole: Path, tmp_path: Path) -> None:
    first = archive.small(whole, {"other"}, tmp_path / "cache")
    made = first.path.stat()
    again = archive.small(whole, {"other"}, tmp_path / "cache")
    assert again == first
    assert again.path.stat() == made


@pytest.mark.parametrize("damage", [b"", b"nonsense"])
@pytest.mark.parametrize("ending", [".tgz", ".json"])
def test_a_damaged_one_is_made_again(whole: Path, tmp_path: Path, ending: str, damage: bytes) -> None:
    first = archive.small(whole, {"other"}, tmp_path / "cache")
    content = first.path.read_bytes()
    first.path.with_suffix(ending).write_bytes(damage)
    assert archive.small(whole, {"other"}, tmp_path / "cache") == first
    assert first.path.read_bytes() == content


def test_another_release_or_use_is_another_one(whole: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    first = archive.small(whole, {"other"}, cache).path
    second = archive.small(whole, {"other", "mail_box"}, cache).path
    os.utime(whole, (1, 1))
    third = archive.small(whole, {"other"}, cache).path
    assert len({first, second, third}) == 3


def test_many_may_make_it_at_once(whole: Path, tmp_path: Path) -> None:
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
def test_an_archive_of_another_kind_is_refused(tmp_path: Path, files: dict[str, str]) -> None:
    path = tmp_path / "p@2.jsii.tgz"
    path.write_bytes(_packed(files))
    with pytest.raises(ValueError, match=r"p@2|no other|package"):
        archive.small(path, {"other"}, tmp_path / "cache")


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
