"""Reads calls of boto3 in the code that a handler in Python reaches, without running any of it.

A name that holds a client is followed through assignments, functions that return one, arguments, and imports between
the modules of a package. Functions that nothing refers to are left out.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ffp.calls.found import OUTSIDE, VARIABLE, Call
from ffp.calls.naming import WAITERS
from settings.python import Module, dotted, module_at, reached

Files = Mapping[str, Path]  # by their names in the package
_ROUNDS = 5  # how often what is known of names is passed on at most: through an import, a call, a return
_OPEN_CONNECTIONS = (
    *("aiohttp.Client", "ftplib.FTP", "http.client.HTTP", "httpx.", "requests.", "smtplib.SMTP"),
    *("socket.create_connection", "urllib.request.urlopen", "urllib.request.urlretrieve", "urllib3."),
)
_BY_NAME = {"get_paginator": 0, "generate_presigned_url": 0, "get_waiter": 0}  # whose argument is an operation


@dataclass(frozen=True)
class Client:
    """What a name holds: a session, or a client or resource of a service."""

    service: str
    kind: str  # "session", "client" or "resource"


def calls_of(handler: str, files: Files) -> Iterator[Call]:
    """The calls that a handler's code can make, in the order of its modules."""
    reader = _Reader({dotted(name): path for name, path in files.items() if name.endswith(".py")})
    parts = reached(reader.module, handler)
    for _ in range(_ROUNDS):
        before = reader.known
        for module, part in parts:
            if reader.may_hold(module.name):
                reader.learn(module, part)
        if reader.known == before:
            break
    for module, part in parts:
        yield from reader.calls_outside(module, part)
        yield from reader.variables(module, part)
        if reader.may_hold(module.name):
            yield from reader.calls(module, part)


class _Reader:
    """Reads one package. `held` has what names hold by module, part and name; `returned` what functions return."""

    def __init__(self, places: Mapping[str, Path]) -> None:
        self._places = places
        self.modules: dict[str, Module] = {}
        self._held: dict[str, dict[tuple[str, str], Client]] = {}
        self._returned: dict[str, dict[str, Client]] = {}

    def module(self, name: str) -> Module | None:
        """A module of the package; None for any other, such as boto3."""
        if name not in self.modules and name in self._places:
            path = self._places[name]
            if (module := module_at(name, path, path.stat().st_mtime_ns)) is not None:
                self.modules[name] = module
                self._held[name], self._returned[name] = {}, {}
        return self.modules.get(name)

    @property
    def known(self) -> int:
        """How much is known: it only grows."""
        return sum(len(each) for each in self._held.values()) + sum(len(each) for each in self._returned.values())

    def may_hold(self, name: str) -> bool:
        """Whether a module can hold clients by now: it makes or is given some, or imports what holds or returns one."""
        module = self.modules[name]
        if module.makes_clients or self._held[name]:
            return True
        for source, imported in module.imported.values():
            if not imported or f"{source}.{imported}" in self.modules:
                whole = f"{source}.{imported}".rstrip(".")
                if self._held.get(whole) or self._returned.get(whole):
                    return True
            elif ("", imported) in self._held.get(source, ()) or imported in self._returned.get(source, ()):
                return True
        return False

    def learn(self, module: Module, part: str) -> None:
        """Remembers which names of a part hold clients, as far as they are known now."""
        for node in module.binding[part]:
            match node:
                case ast.Assign(targets=targets, value=value):
                    self._hold(module, part, targets, value)
                case ast.AnnAssign(target=target, value=ast.expr() as value):
                    self._hold(module, part, [target], value)
                case ast.NamedExpr(target=target, value=value):
                    self._hold(module, part, [target], value)
                case ast.withitem(context_expr=value, optional_vars=ast.expr() as target):
                    self._hold(module, part, [target], value)
                case ast.For(target=target, iter=value) | ast.comprehension(target=target, iter=value):
                    self._hold(module, part, [target], value)  # what iterates over a resource holds resources
                case ast.Return(value=ast.expr() as value) if client := self.client(module, part, value):
                    self._returned[module.name][part] = client
                case ast.Call():
                    self._pass_on(module, part, node)

    def _hold(self, module: Module, part: str, targets: list[ast.expr], value: ast.expr) -> None:
        if client := self.client(module, part, value):
            for target in targets:
                if isinstance(target, ast.Name):
                    self._held[module.name][part, target.id] = client
                elif isinstance(target, ast.Attribute):
                    self._held[module.name][part, f".{target.attr}"] = client

    def _pass_on(self, module: Module, part: str, call: ast.Call) -> None:
        """A client that is an argument is held by the function's parameter."""
        target = self._function(module, call.func)
        if target is None:
            return
        other, function = target
        definition = other.definitions[function]
        if not isinstance(definition, ast.FunctionDef | ast.AsyncFunctionDef):
            return
        parameters = [each.arg for each in (*definition.args.posonlyargs, *definition.args.args)]
        given = [*zip(parameters, call.args, strict=False), *((each.arg, each.value) for each in call.keywords)]
        for name, value in given:
            if name and (client := self.client(module, part, value)):
                self._held[other.name][function, name] = client

    def _function(self, module: Module, node: ast.expr) -> tuple[Module, str] | None:
        if isinstance(node, ast.Name):
            source, name = (
                (module.name, node.id) if node.id in module.definitions else module.imported.get(node.id, ("", ""))
            )
        elif isinstance(node, ast.Attribute):
            source, name = module.module_named(node.value), node.attr
        else:
            return None
        other = self.module(source)
        return (other, name) if other and name and name in other.definitions else None

    def client(self, module: Module, part: str, node: ast.expr) -> Client | None:
        """What an expression holds; None if it is no client."""
        match node:
            case ast.Name(id=name):
                held = self._held[module.name]
                if client := held.get((part, name)) or held.get(("", name)):
                    return client
                source, original = module.imported.get(name, ("", ""))
                return self._held.get(source, {}).get(("", original))
            case ast.Attribute(value=value, attr=name):
                if (named := module.module_named(value)) in self._held:
                    return self._held[named].get(("", name))
                if (outer := self.client(module, part, value)) and outer.kind == "resource":
                    return outer
                return self._held[module.name].get((part, f".{name}"))
            case ast.Call():
                return self._made(module, part, node)
            case ast.IfExp(body=one, orelse=other_):
                return self.client(module, part, one) or self.client(module, part, other_)
            case ast.BoolOp(values=values):
                return next(filter(None, (self.client(module, part, each) for each in values)), None)
            case ast.NamedExpr(value=value) | ast.Await(value=value):
                return self.client(module, part, value)
        return None

    def _made(self, module: Module, part: str, call: ast.Call) -> Client | None:
        """The client that a call returns."""
        name = self._boto3(module, part, call.func)
        if name == "Session":
            return Client("", "session")
        if name in ("client", "resource"):
            service = _text(call, 0, "service_name")
            return Client(service, name) if service else None
        if (found := self._function(module, call.func)) and (client := self._returned[found[0].name].get(found[1])):
            return client
        if isinstance(call.func, ast.Attribute):
            outer = self.client(module, part, call.func.value)
            return outer if outer and outer.kind == "resource" else None
        return None

    def _boto3(self, module: Module, part: str, node: ast.expr) -> str:
        """The name of what boto3 offers, if an expression is that; otherwise empty."""
        named = module.module_named(node)
        if named in ("boto3.client", "boto3.resource", "boto3.Session", "boto3.session.Session"):
            return named.rpartition(".")[2]
        if isinstance(node, ast.Attribute):
            outer = self.client(module, part, node.value)
            return node.attr if outer and outer.kind == "session" else ""
        return ""

    def calls_outside(self, module: Module, part: str) -> Iterator[Call]:
        """The calls of libraries that open connections to any address."""
        for node in module.binding[part]:
            if isinstance(node, ast.Call):
                named = module.module_named(node.func)
                if named.startswith(_OPEN_CONNECTIONS) and named not in self.modules:
                    yield Call(OUTSIDE, named, module.path, node.lineno)

    def variables(self, module: Module, part: str) -> Iterator[Call]:
        """The environment variables without which the code fails: `os.environ["NAME"]`."""
        for node in module.nodes[part]:
            match node:
                case ast.Subscript(value=value, slice=ast.Constant(value=str(name)), ctx=ast.Load()):
                    if module.module_named(value) == "os.environ":
                        yield Call(VARIABLE, name, module.path, node.lineno)

    def calls(self, module: Module, part: str) -> Iterator[Call]:
        """The operations that a part mentions on what holds a client."""
        named = {id(node.func): node for node in module.nodes[part] if isinstance(node, ast.Call)}
        for node in module.nodes[part]:
            if not isinstance(node, ast.Attribute) or not (client := self.client(module, part, node.value)):
                continue
            if client.kind == "session":
                continue
            operation, call = node.attr, named.get(id(node))
            if operation in _BY_NAME:
                operation = (_text(call, _BY_NAME[operation], "ClientMethod") if call else "") or ""
                operation = WAITERS.get(operation.replace("_", ""), operation)
            if operation:
                yield Call(client.service, operation, module.path, node.lineno, client.kind == "resource")


def _text(call: ast.Call, place: int, name: str) -> str | None:
    """An argument that is written out as text."""
    named = [each.value for each in call.keywords if each.arg == name]
    given = named or call.args[place : place + 1]
    value = given[0].value if given and isinstance(given[0], ast.Constant) else None
    return value if isinstance(value, str) else None
