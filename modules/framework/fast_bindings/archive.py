"""A copy of the bindings' archive with only the submodules in use, which jsii loads in a twentieth of the time.

jsii's kernel reads the whole description of a library, and runs its `index.js`, before it makes the first object. For
AWS's provider that is 130 MB and 2,200 scripts, of which a hundred are used (hashicorp/terraform-cdk#3753). The copy
also lacks source maps, two thirds of each script. Beside it stands what Python needs to know of its classes.
"""

import gzip
import hashlib
import io
import json
import os
import re
import tarfile
import tempfile
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from pathlib import Path

_FORMAT = "2"  # of what this module writes: another one is another copy
CACHE = Path(__file__).parents[3] / ".build" / "bindings"
_ENDING = ".jsii.tgz"
_DESCRIPTION, _INDEX = "package/.jsii", "package/lib/index.js"
_REQUIRED = re.compile(r"""exports\.(?P<name>\w+) = .*?require\(["'](?P<path>\./(?P<folder>[\w-]+)[^"']*)["']\)""")
_OTHER = re.compile(rb"""require\(["']\.\./([\w-]+)/""")
_LATER = 'Object.defineProperty(exports, "{name}", {{ enumerable: true, get: () => require("{path}") }});\n'
_SOURCE_MAP = re.compile(rb"^//# sourceMappingURL=.*\n?", re.MULTILINE)
_CLASS = re.compile(r"^class (\w+) extends \w+\.Terraform(Resource|DataSource) \{$(.*?)^\}", re.MULTILINE | re.DOTALL)
_TYPE = re.compile(r'^(\w+)\.tfResourceType = "(\w+)";', re.MULTILINE)
_ATTRIBUTE = re.compile(r"get (\w+)\(\) \{\s+return this\.getStringAttribute\('(\w+)'\);\s+\}")


@dataclass(frozen=True)
class Element:
    """A class of resources or data sources: how Terraform's addresses begin, and its attributes that are strings.

    `attributes` gives the name in Terraform of each, by its name in JavaScript.
    """

    address: str
    attributes: Mapping[str, str]


@dataclass(frozen=True)
class Small:
    """A small archive, its classes of resources and data sources by their names in jsii, and where each class is.

    `homes` gives the submodule of Python of each class and struct, by its name.
    """

    path: Path
    elements: Mapping[str, Element] = field(default_factory=dict)
    homes: Mapping[str, str] = field(default_factory=dict)


def small(archive: Path, submodules: Set[str], cache: Path = CACHE) -> Small:
    """The copy of an archive with these submodules of Python, from the cache or made now.

    A damaged copy is made again. Two processes may make one at once: each writes files of its own, and the last ones
    stay, which are the same. Raises OSError if the cache cannot be written, and ValueError if the archive is not of the
    kind that this module knows: then the whole archive does the same, slowly.
    """
    identity = archive.stat()
    facts = (_FORMAT, archive.name, identity.st_size, identity.st_mtime_ns, *sorted(submodules))
    digest = hashlib.sha256(repr(facts).encode()).hexdigest()[:16]
    copy = cache / f"{archive.name.removesuffix(_ENDING)}-{digest}{_ENDING}"
    if found := _read(copy):
        return found
    cache.mkdir(parents=True, exist_ok=True)
    try:
        _make(archive, submodules, copy)
    except (AttributeError, LookupError, TypeError, tarfile.TarError) as error:
        raise ValueError(f"{archive.name} is not an archive of jsii as this program knows it: {error!r}") from error
    if (made := _read(copy)) is None:
        raise ValueError(f"{copy.name} cannot be read back")
    return made


def _read(copy: Path) -> Small | None:
    try:
        described = json.loads(copy.with_suffix(".json").read_bytes())
        if hashlib.sha256(copy.read_bytes()).hexdigest() != described["sha256"]:
            return None
        elements = {name: Element(*each) for name, each in described["elements"].items()}
        return Small(copy, elements, described["homes"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _make(archive: Path, submodules: Set[str], copy: Path) -> None:
    content = io.BytesIO()
    elements: dict[str, Element] = {}
    homes: dict[str, str] = {}
    required: set[str] = set()
    # Compressed for speed: the copy is read more often than it travels.
    zipped = gzip.GzipFile(fileobj=content, mode="wb", compresslevel=1, mtime=0)
    with zipped, tarfile.open(fileobj=zipped, mode="w|") as target:
        for member, data, described in _members(archive, submodules):
            member.size = len(data)
            target.addfile(member, io.BytesIO(data))
            elements |= described.elements(member.name, data)
            homes = described.homes
            if member.name != _INDEX:
                required |= {name.decode() for name in _OTHER.findall(data)} - described.folders
    if required:  # scripts of what is in use need others
        _make(archive, submodules | {each.replace("-", "_") for each in required}, copy)
        return
    facts = {
        "sha256": hashlib.sha256(content.getbuffer()).hexdigest(),
        "elements": {name: (each.address, each.attributes) for name, each in elements.items()},
        "homes": homes,
    }
    _put(copy, content.getvalue())
    _put(copy.with_suffix(".json"), json.dumps(facts).encode())


def _put(path: Path, content: bytes) -> None:
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        try:
            file.write(content)
            file.close()
            os.replace(file.name, path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise


def _members(archive: Path, submodules: Set[str]) -> Iterator[tuple[tarfile.TarInfo, bytes, "_Description"]]:
    """The files of the copy, each with the description, which must be the archive's first file."""
    with tarfile.open(archive, "r|gz") as source:
        described: _Description | None = None
        for member in source:
            content = source.extractfile(member)
            if content is None:
                continue
            if member.name == _DESCRIPTION:
                described = _Description.of(content.read(), submodules)
                yield member, described.text, described
            elif described is None:
                raise ValueError(f"{member.name} stands before {_DESCRIPTION}")
            elif described.keeps(member.name):
                data = _SOURCE_MAP.sub(b"", content.read())
                yield member, described.index(data) if member.name == _INDEX else data, described
        if described is None:
            raise ValueError(f"{archive} has no {_DESCRIPTION}")


@dataclass(frozen=True)
class _Description:
    """What jsii knows of the kept submodules: its text, their folders, and the classes that each folder defines."""

    text: bytes
    folders: frozenset[str]
    classes: Mapping[tuple[str, str], str]  # by folder and the class's name
    homes: dict[str, str]  # the submodule of Python of each class and struct, by its name

    @staticmethod
    def of(data: bytes, submodules: Set[str]) -> "_Description":
        whole = json.loads(_reduced(data, submodules))
        wanted = frozenset(each.replace("_", "-") for each in submodules)
        folder_of = {name: _folder(each["symbolId"]) for name, each in whole["submodules"].items()}
        if missing := wanted - {*folder_of.values()}:
            raise ValueError(f"the bindings have no {', '.join(sorted(missing))}")
        kept = {name: each for name, each in whole["submodules"].items() if folder_of[name] in wanted}
        if not all(any(name.startswith(f"{each}.") for name in whole["types"]) for each in kept):
            whole = json.loads(data)  # a submodule whose types are called otherwise than its folder
        types = {name: each for name, each in whole["types"].items() if name.rpartition(".")[0] in kept}
        classes = {
            (_folder(each["symbolId"]), each["name"]): name for name, each in types.items() if each["kind"] == "class"
        }
        text = json.dumps(whole | {"submodules": kept, "types": types}, ensure_ascii=False)
        homes = {each["name"]: _folder(each["symbolId"]).replace("-", "_") for each in types.values()}
        return _Description(text.encode(), wanted, classes, homes)

    def keeps(self, name: str) -> bool:
        """Whether the copy has a file: type declarations are for compilers."""
        parts = name.split("/")
        if parts[:2] != ["package", "lib"]:
            return not name.endswith(".d.ts")
        return name == _INDEX or (len(parts) > 3 and parts[2] in self.folders and name.endswith(".js"))

    def index(self, script: bytes) -> bytes:
        """The script that requires each submodule: only those that are kept, each when it is first asked for."""
        lines = []
        for line in script.decode().splitlines(keepends=True):
            found = _REQUIRED.match(line)
            if found is None:
                lines.append(line)
            elif found["folder"] in self.folders:
                lines.append(_LATER.format(**found.groupdict()))
        return "".join(lines).encode()

    def elements(self, name: str, script: bytes) -> dict[str, Element]:
        """The resources and data sources that a script defines."""
        if not name.startswith("package/lib/") or name == _INDEX:
            return {}
        text, folder = script.decode(), name.split("/")[2]
        types = dict(_TYPE.findall(text))
        return {
            self.classes[folder, class_]: Element(
                f"{'' if kind == 'Resource' else 'data.'}{types[class_]}", dict(_ATTRIBUTE.findall(body))
            )
            for class_, kind, body in _CLASS.findall(text)
            if class_ in types and (folder, class_) in self.classes
        }


def _folder(symbol: str) -> str:
    found = re.match(r"src/([\w-]+)/", symbol)
    return found[1] if found else ""


def _reduced(data: bytes, submodules: Set[str]) -> bytes:
    """A description without most of the types that are not in use, which take more than a second to read.

    It is cut by its lines, which the indentation of jsii's own files allows; of another layout, it is returned whole.
    """
    names = "|".join(re.escape(_camel_case(each)) for each in sorted(submodules))
    wanted = re.compile(rf'    "[^"]*\.(?:{names})\.[^".]+": \{{'.encode())
    start = data.find(b'\n  "types": {\n')
    end = data.find(b"\n  }", start + 1)
    if start < 0 or end < 0:
        return data
    first = place = data.index(b"\n", start + 1) + 1
    kept = []
    while place < end:
        after = data.find(b"\n    }", place, end) + len(b"\n    }")
        if after < place or not data.startswith(b'    "', place):
            return data
        if wanted.match(data, place):
            kept.append(data[place:after])
        place = data.find(b"\n", after) + 1
    return b"".join((data[:first], b",\n".join(kept), data[end:]))


def _camel_case(name: str) -> str:
    first, *others = name.split("_")
    return "".join((first, *(each[:1].upper() + each[1:] for each in others)))
