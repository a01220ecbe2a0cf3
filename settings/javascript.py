"""What a JavaScript file exports and imports, read without running it; None where only running it would show."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

# Exported names, each with whether it is certainly a function, in which no further name can be looked up.
Exports = dict[str, bool]

_NAME = r"[A-Za-z_$][\w$]*"
# A regular expression between slashes appears where a value may, and can contain what elsewhere begins a comment.
_PATTERN = r"(?:(?<=[=(,:?!&|;{}\[\n])|(?<=return))[ \t]*/(?![*/])(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/\w*"
_TOKEN = re.compile(
    _PATTERN + r"|//[^\n]*|/\*.*?\*/|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`", re.DOTALL
)
_STATEMENT = r"(?:^|[;{}\n])\s*"
_EXPORT = re.compile(_STATEMENT + r"export\b\s*(?=default\b|async\b|function\b|class\b|const\b|let\b|var\b|[*{])")
_ONLY_TYPESCRIPT = re.compile(
    _STATEMENT + r"(?:@|export\b\s*(?:=|@|(?:abstract|declare|enum|import|module|namespace)\b))"
)
_IMPORT = re.compile(_STATEMENT + rf"import\b\s*(?={_NAME}|[*{{\"'])")
_COMMONJS = re.compile(r"\bmodule\s*\.\s*exports\b|\bexports\s*[.\[]")

_DECLARED = re.compile(rf"(?:async\s+)?(function|class)\b\s*\*?\s*({_NAME})")
_VARIABLES = re.compile(rf"(?:const|let|var)\b\s*({_NAME}|[{{\[])")
_LIST = re.compile(r"\{([^}]*)\}")
_NAMESPACE = re.compile(rf"\*\s*as\s+({_NAME})")
_DEFAULT_FUNCTION = re.compile(r"default\s+(?:async\s+)?(?:function|class)\b")

_ASSIGNED = re.compile(rf"\b(?:module\s*\.\s*)?exports\s*(?:\.\s*({_NAME})|\[\s*[\"']({_NAME})[\"']\s*\])\s*=(?!=)")
_DEFINED = re.compile(rf"\bObject\s*\.\s*defineProperty\s*\(\s*exports\s*,\s*[\"']({_NAME})[\"']")
_ALL_AT_ONCE = re.compile(r"\bmodule\s*\.\s*exports\s*=\s*\{")
_KEY = re.compile(rf"(?:(?:async|get|set)\s+(?=[\w$*\"']))?\*?\s*(?:({_NAME})|[\"']([^\"']+)[\"'])\s*(?=[,:(}}])")

_ENDINGS = ("", ".ts", ".mts", ".js", ".mjs", ".cjs", "/index.ts", "/index.js")
# What is in quotes is kept, since it may contain what looks like a comment.
_COMMENT = re.compile(r"""("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|//[^\n]*|/\*.*?\*/""", re.DOTALL)
_IMPORTED = re.compile(
    r"""(?P<type>import\s+type\b)?(?:import|export)\s*(?P<names>[\w*${}\s,]*?)\s*(?:from\s*)?["'](?P<module>[^"'\n]+)["']"""
    r"""|(?:const|let|var)\s+(?P<bound>\{[^}]*\}|\w+)\s*=\s*(?:await\s+import|require)\(\s*["'](?P<required>[^"'\n]+)["']"""
)


def written_as_module(source: str) -> bool | None:
    """Whether a file is written as an ES module (True) or a CommonJS script (False); None where it could be either."""
    code = _code(source)
    if _EXPORT.search(code) or _IMPORT.search(code):
        return True
    return False if _COMMONJS.search(code) else None


def exports(source: str, *, as_module: bool) -> Exports | None:
    """The names that a file exports; None where only running it would show."""
    code = _code(source)
    return _of_module(code) if as_module else _of_script(code)


def typescript_exports(source: str) -> frozenset[str] | None:
    """The names that a file in TypeScript exports; None where reading does not show all. Never one too few."""
    code = _code(source)
    found = None if _ONLY_TYPESCRIPT.search(code) else _of_module(code)
    return None if found is None else frozenset((*found, "default"))  # what is exported as default has no name to read


def _code(source: str) -> str:
    """The source without comments, and without the contents of strings that are not names."""

    def shorten(token: re.Match[str]) -> str:
        text = token[0]
        if text.startswith(("//", "/*")):
            return "\n" if "\n" in text or text.startswith("//") else " "
        return text if re.fullmatch(_NAME, text[1:-1]) and text[0] in "\"'" else '""'

    return _TOKEN.sub(shorten, source)


def _of_module(code: str) -> Exports | None:
    found: Exports = {}
    for export in _EXPORT.finditer(code):
        rest = code[export.end() :]
        if declared := _DECLARED.match(rest):
            found[declared[2]] = True
        elif variables := _VARIABLES.match(rest):
            if variables[1] in ("{", "["):
                return None
            found |= dict.fromkeys((variables[1], *_further(rest)), False)
        elif listed := _LIST.match(rest):
            names = [each.split(" as ")[-1].strip().strip("\"'") for each in listed[1].split(",") if each.strip()]
            if "default" in names:
                return None
            found |= dict.fromkeys(names, False)
        elif namespace := _NAMESPACE.match(rest):
            found[namespace[1]] = False
        elif not _DEFAULT_FUNCTION.match(rest):
            return None  # all of another module, or an object as default, in which the client looks too
    return found


def _further(rest: str) -> Iterator[str]:
    """The names after the first in `const first = …, second = …`."""
    depth = 0
    for at, letter in enumerate(rest):
        depth += (letter in "([{") - (letter in ")]}")
        if depth < 0 or (depth == 0 and (letter == ";" or rest.startswith("\nexport", at))):
            return
        if depth == 0 and letter == "," and (name := re.match(rf",\s*({_NAME})\s*[=:!]", rest[at:])):
            yield name[1]


def _of_script(code: str) -> Exports | None:
    found: Exports = {}
    understood = 0
    for pattern in (_ASSIGNED, _DEFINED):
        for each in pattern.finditer(code):
            found[next(filter(None, each.groups()))] = False
            understood += 1
    for start in _ALL_AT_ONCE.finditer(code):
        keys = _keys(code[start.end() :])
        if keys is None:
            return None
        found |= dict.fromkeys(keys, False)
        understood += 1
    # Any other use of the word may export a name that was not recognised.
    return found if len(re.findall(r"\bexports\b", code)) == understood else None


def _keys(rest: str) -> list[str] | None:
    """The keys of an object literal, from behind its opening brace; None where some are computed or spread."""
    found: list[str] = []
    depth, awaited = 0, True
    for at, letter in enumerate(rest):
        if depth == 0 and awaited and not letter.isspace():
            if letter == "}":
                return found
            key = _KEY.match(rest[at:])
            if key is None:
                return None
            found.append(key[1] or key[2])
            awaited = False
        depth += (letter in "([{") - (letter in ")]}")
        if depth < 0:
            return found
        awaited = awaited or (depth == 0 and letter == ",")
    return None


def reached(entry: str, files: Mapping[str, Path]) -> Iterator[tuple[str, str]]:
    """A file and what it imports of the package, each with its text, which is without comments."""
    waiting, seen = [entry], set[str]()
    while waiting:
        name = waiting.pop(0)
        if name in seen or name not in files:
            continue
        seen.add(name)
        text = _without_comments(files[name].read_text(encoding="utf-8", errors="replace"))
        yield name, text
        for module, _ in imports(text):
            if module.startswith("."):
                place = posixpath.normpath(posixpath.join(posixpath.dirname(name), module))
                bare = place.removesuffix(".js").removesuffix(".mjs")
                waiting += [f"{each}{ending}" for each in (place, bare) for ending in _ENDINGS]


def _without_comments(text: str) -> str:
    return _COMMENT.sub(lambda found: found[1] or "\n" * found[0].count("\n"), text)


def imports(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Each module that a file imports, with the names there by their aliases; `*` is the module itself."""
    for found in _IMPORTED.finditer(text):
        if found["type"]:
            continue
        names = found["names"] or found["bound"] or ""
        module = found["module"] or found["required"]
        inner = re.search(r"\{([^}]*)\}", names)
        aliases = {}
        for each in inner[1].split(",") if inner else ():
            words = re.split(r"\s+as\s+|\s*:\s*", each.strip().removeprefix("type "))
            if words[0]:
                aliases[words[-1]] = words[0]
        if whole := re.search(r"\*\s*as\s+(\w+)|^(\w+)$", names.strip()):
            aliases[whole[1] or whole[2]] = "*"
        yield module, aliases
