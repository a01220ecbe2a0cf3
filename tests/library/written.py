"""What a folder of functions says in its code: which fields it logs, and what its errors say."""

import ast

from ffp.project import ROOT

_NAMED = {"request_id", "tenant_id", "user_id", "error"}  # parameters of log.write, which become fields


def calls(folder: str, name: str) -> list[ast.Call]:
    """The calls of what goes by this name."""
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in sorted((ROOT / folder).rglob("*.py"))]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    return [node for node in nodes if isinstance(node, ast.Call) and ast.unparse(node.func) == name]


def log_fields_of(folder: str) -> set[str]:
    """The fields that log lines get besides those that every line has."""
    named = (*calls(folder, "log.write"), *calls(folder, "logged.update"))  # the latter is passed on as it is
    return {word.arg for call in named for word in call.keywords if word.arg} - _NAMED


def own_words_of(folder: str, error: str) -> list[str]:
    """The texts with which this error is raised; whatever is filled in is a 1."""
    texts = [call.args[0] for call in calls(folder, error)]
    return [_words(text) for text in texts if isinstance(text, ast.Constant | ast.JoinedStr)]


def _words(text: ast.Constant | ast.JoinedStr) -> str:
    parts = text.values if isinstance(text, ast.JoinedStr) else [text]
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "1" for part in parts)
