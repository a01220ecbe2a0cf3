"""What is wrong with the key of a route, as exactly as somebody needs who knows other tools."""

import re

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_WORD = re.compile(r"[A-Za-z0-9._-]+")  # what API Gateway accepts as a step, and as a parameter's name, but for colons
_EACH_BY_ITSELF = "every route is authorised, throttled and reviewed by itself"


def refused(key: str) -> tuple[str, str] | None:
    """What is wrong with a route's key, and how to write it."""
    method, _, path = key.partition(" ")
    if key == "$default" or method == "ANY":
        return f"{method} takes every method: {_EACH_BY_ITSELF}", "list each method and path as a route of its own"
    if method not in _METHODS:
        listed = f"begins with {method!r}, and must begin with one of {', '.join(_METHODS)}"
        if method.upper() in _METHODS:
            return listed, f"write {method.upper()} in capitals"
        if method == "OPTIONS":
            return listed, "remove the route: API Gateway answers browsers' OPTIONS itself, for the web origin"
        return listed, "write it like GET /api/things/{thingId}"
    if not re.match("/api/.", path):
        below = re.sub("^api(/|$)", "", path.strip(" /"), flags=re.IGNORECASE) or "things"
        return f"{path!r} is not below /api/: the distribution forwards only /api/*", f"write {method} /api/{below}"
    return _path_refused(path)


def _path_refused(path: str) -> tuple[str, str] | None:
    if "?" in path:
        return (
            "a route has no query",
            f"write {path.partition('?')[0]}, and read {path.partition('?')[2]} in the handler",
        )
    if path.endswith("/"):
        return "ends with a slash", f"write {path.rstrip('/')}: callers use it exactly as it is written"
    steps = path.split("/")[1:]
    for step in steps:
        if refusal := _step_refused(step):
            return refusal
    twice = next((step for step in steps if step.startswith("{") and steps.count(step) > 1), None)
    return (f"has the parameter {twice} twice", "give each a name of its own") if twice else None


def _step_refused(step: str) -> tuple[str, str] | None:
    """What is wrong with a step of a path: a word, or a parameter in braces."""
    if not step:
        return "has two slashes together", "write one"
    if step in (".", ".."):
        return f"has the step {step}, which callers resolve before they send it", "write the path without it"
    inner = step[1:-1] if step.startswith("{") and step.endswith("}") else None
    if inner is not None and inner.endswith("+"):
        return f"{step} takes every path below it: {_EACH_BY_ITSELF}", "list each method and path as a route of its own"
    if _WORD.fullmatch(step if inner is None else inner):
        return None
    if inner is None and re.search(r"[{}]", step):
        limit = f"{step!r} is a parameter and something else: API Gateway takes a parameter only as a whole step"
        return limit, "make the parameter a step of its own, and what is beside it another step or a part of its value"
    if elsewhere := re.fullmatch(r":(\w+)\??|<(?:\w+:)?(\w+)>|\[(\w+)\]", step):
        return f"{step!r} is no parameter of API Gateway", f"write {{{next(filter(None, elsewhere.groups()))}}}"
    if "*" in step:
        return f"{step!r} takes many paths: {_EACH_BY_ITSELF}", "list each method and path as a route of its own"
    strange = sorted(set(_WORD.sub("", step if inner is None else inner)))
    kept = "-".join(_WORD.findall(step)) or "word"
    return (
        f"{step!r} has {' '.join(map(repr, strange)) or 'no name'}, and may have letters, digits, '.', '_' and '-'",
        f"write {kept}" if inner is None else f"write {{{kept}}}",
    )
