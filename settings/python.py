"""Modules of Python as their code says, without running any: what each defines, imports and mentions.

Where only running the code would show something, it is left open.
"""

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

ANY = "*"  # among the names of a module: only running it would show which it has
# By which a name can get to hold a client.
_BIND = (ast.AnnAssign, ast.Assign, ast.Call, ast.For, ast.NamedExpr, ast.comprehension, ast.withitem)
_WITH_NAMES_OF_ITS_OWN = (ast.stmt, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_OF_FAILED_IMPORTS = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})


@dataclass(frozen=True)
class Import:
    """An import that runs whenever its part of a module does, and whose failure nothing catches."""

    line: int
    text: str
    module: str  # its whole name
    name: str = ""  # what is taken from it: a module of it, or what it defines; empty for `import module`


class Module:
    """A module's code by its parts: the names that it defines at its top, and "" for what runs when it is imported."""

    def __init__(self, name: str, path: Path, tree: ast.Module, *, makes_clients: bool) -> None:
        self.name, self.path, self.makes_clients = name, path, makes_clients
        self.definitions: dict[str, ast.stmt] = {}
        self.nodes: dict[str, list[ast.AST]] = {"": []}
        self.imports: dict[str, list[Import]] = {"": []}
        self.imported: dict[str, tuple[str, str]] = {}  # by alias: module, and name in it or ""
        for statement in tree.body:
            part = ""
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                part = statement.name
                self.definitions[part] = statement
            self.nodes.setdefault(part, []).extend(_running(statement))
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
                self.imports.setdefault(part, []).extend(self._certain_imports(statement.body))
            else:  # what stands in a class runs with its module
                self.imports[""].extend(self._certain_imports([statement]))
        for node in (each for nodes in self.nodes.values() for each in nodes):
            if isinstance(node, ast.Import):
                for each in node.names:
                    name = each.name if each.asname else each.name.partition(".")[0]
                    self.imported[each.asname or name] = (name, "")
            elif isinstance(node, ast.ImportFrom):
                for each in node.names:
                    self.imported[each.asname or each.name] = (self._absolute(node), each.name)
        self.binding = {part: [each for each in nodes if isinstance(each, _BIND)] for part, nodes in self.nodes.items()}
        self.mentions = {part: [*dict.fromkeys(self._mentioned(nodes))] for part, nodes in self.nodes.items()}

    def _absolute(self, node: ast.ImportFrom) -> str:
        package = self.name.split(".") if self.path.name == "__init__.py" else self.name.split(".")[:-1]
        above = package[: len(package) - node.level + 1] if node.level else []
        return ".".join((*above, *filter(None, [node.module])))

    def _certain_imports(self, statements: Iterable[ast.stmt]) -> Iterator[Import]:
        for statement in statements:
            match statement:
                case ast.Import(lineno=line, names=names):
                    yield from (Import(line, ast.unparse(statement), each.name) for each in names)
                case ast.ImportFrom(lineno=line, names=names):
                    source = self._absolute(statement)
                    yield from (Import(line, ast.unparse(statement), source, each.name) for each in names)
                case ast.ClassDef(body=body) | ast.With(body=body) if not _suppresses(statement):
                    yield from self._certain_imports(body)
                case ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=last):
                    is_caught = any(map(_catches_failed_imports, handlers))
                    yield from self._certain_imports(last if is_caught else [*body, *orelse, *last])

    def _mentioned(self, nodes: Iterable[ast.AST]) -> Iterator[tuple[str, str]]:
        """The parts of modules that code names: its own, and those of what it imports."""
        for node in nodes:
            if isinstance(node, ast.Import):
                yield from ((package, "") for each in node.names for package in _with_packages(each.name))
            elif isinstance(node, ast.ImportFrom):
                source = self._absolute(node)
                yield from ((package, "") for package in _with_packages(source))
                yield from ((f"{source}.{each.name}", "") for each in node.names)
            elif isinstance(node, ast.Name):
                if node.id in self.definitions:
                    yield self.name, node.id
                source, name = self.imported.get(node.id, ("", ""))
                if name:
                    yield source, name
            elif isinstance(node, ast.Attribute) and (source := self.module_named(node.value)):
                yield source, node.attr

    def module_named(self, node: ast.expr) -> str:
        """The module that an expression names, such as `package.part`; empty if it names none."""
        if isinstance(node, ast.Name):
            source, name = self.imported.get(node.id, ("", ""))
            return ".".join(filter(None, (source, name)))
        if isinstance(node, ast.Attribute):
            outer = self.module_named(node.value)
            return f"{outer}.{node.attr}" if outer else ""
        return ""


@lru_cache(maxsize=4096)
def module_at(name: str, path: Path, changed: int) -> Module | None:
    """A module, read once for all functions whose package has it; None if it is no valid Python.

    `changed` is when its file was written, so that another text is read again.
    """
    try:
        source = path.read_bytes()
        return Module(name, path, ast.parse(source), makes_clients=b"boto3" in source)
    except (OSError, SyntaxError, ValueError):
        return None  # the settings report a handler that is not valid


def dotted(file: str) -> str:
    """The name of the module that a file of a package is, such as `notes/create.py` or `notes/__init__.py`."""
    return file.removesuffix(".py").replace("/", ".").removesuffix(".__init__")


def reached(find: Callable[[str], Module | None], handler: str) -> list[tuple[Module, str]]:
    """The parts of modules that a handler can reach, by the names that code mentions.

    `find` gives a module of the package by its name, and None for any other, such as boto3.
    """
    module, _, function = handler.replace("/", ".").rpartition(".")
    found: dict[tuple[str, str], Module] = {}
    waiting = [(module, ""), (module, function)]
    while waiting:
        here = waiting.pop()
        known = find(here[0])
        if known is not None and here[1] not in known.nodes and here[1] in known.imported:
            waiting.append(known.imported[here[1]])  # a name that the module hands on
        elif known is not None and here not in found and here[1] in known.nodes:
            found[here] = known
            waiting += known.mentions[here[1]]
    return [(known, part) for (_, part), known in found.items()]


def names_of(source: bytes) -> set[str]:
    """The names that a module has after its import; `*` is one of them where only running it would show more.

    Raises SyntaxError or ValueError for what is not valid Python.
    """
    names = _names(ast.parse(source).body)
    return names | {ANY} if b"sys.modules" in source or "__getattr__" in names else names


def _names(body: Iterable[ast.stmt]) -> set[str]:
    found: set[str] = set()
    for statement in body:
        if isinstance(statement, ast.Delete):
            found -= {target.id for target in statement.targets if isinstance(target, ast.Name)}
        else:
            found |= set(_named(statement))
    return found


def _named(statement: ast.stmt) -> Iterator[str]:
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
            return
        case ast.Import(names=names):
            yield from ((each.asname or each.name.partition(".")[0]) for each in names)
        case ast.ImportFrom(names=names):
            yield from ((each.asname or each.name) for each in names)
        case ast.AnnAssign(value=None):
            return
        case ast.If(test=test, orelse=orelse) if _never_holds(test):
            yield from _names(orelse)
            return
    for node in _outside_functions(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Name) and node.id in ("globals", "exec", "setattr", "vars"):
            yield ANY
        elif isinstance(node, ast.MatchAs | ast.MatchStar) and node.name:
            yield node.name
    for block in _blocks(statement):
        yield from _names(block)


def _outside_functions(statement: ast.stmt) -> Iterator[ast.AST]:
    """The expressions of a statement, without nested statements and expressions with a scope of their own."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += [child for child in ast.iter_child_nodes(node) if not isinstance(child, _WITH_NAMES_OF_ITS_OWN)]


def _blocks(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    for part in (statement, *getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
        blocks = (getattr(part, name, None) for name in ("body", "orelse", "finalbody"))
        yield from (block for block in blocks if isinstance(block, list))


def _running(node: ast.AST) -> Iterator[ast.AST]:
    """A node and all that lies in it, but for branches that Lambda never runs."""
    if isinstance(node, ast.If) and _never_holds(node.test):
        yield from (each for statement in node.orelse for each in _running(statement))
        return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _running(child)


def _never_holds(test: ast.expr) -> bool:
    """Whether Lambda never runs this branch: imports for type checkers, and `__main__`."""
    if isinstance(test, ast.Constant):
        return not test.value
    if isinstance(test, ast.Compare) and isinstance(test.left, ast.Name):
        return test.left.id == "__name__" and isinstance(test.ops[0], ast.Eq)
    return ast.unparse(test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")


def _catches_failed_imports(handler: ast.ExceptHandler) -> bool:
    """Whether an `except` is for failed imports, as far as its words tell."""
    if handler.type is None:
        return True
    return bool(_OF_FAILED_IMPORTS & {each.id for each in ast.walk(handler.type) if isinstance(each, ast.Name)})


def _suppresses(statement: ast.stmt) -> bool:
    items = statement.items if isinstance(statement, ast.With) else []
    return any("suppress" in ast.unparse(each.context_expr) for each in items)


def _with_packages(name: str) -> Iterator[str]:
    """A module and the packages around it, which Python imports first."""
    steps = name.split(".")
    yield from (".".join(steps[: depth + 1]) for depth in range(len(steps)))
